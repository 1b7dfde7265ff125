/* cred_rules.c - see cred_rules.h. Pure. */
#include <kernel/errno.h>
#include "cred_rules.h"

#define CAP(c) (1ull << (c))
/* What fsuid 0 stands for. */
#define CAPS_FS                                                                                    \
	(CAP(CAP_CHOWN) | CAP(CAP_MKNOD) | CAP(CAP_DAC_OVERRIDE) | CAP(CAP_DAC_READ_SEARCH) |      \
	 CAP(CAP_FOWNER) | CAP(CAP_FSETID) | CAP(CAP_LINUX_IMMUTABLE) | CAP(CAP_MAC_OVERRIDE))

int ids_set(struct id_set *ids, u32 id, bool cap)
{
	if (cap) {
		ids->real = id;
		ids->saved = id;
	} else if (id != ids->real && id != ids->saved) {
		return -EPERM;
	}
	ids->eff = id;
	ids->fs = id;
	return 0;
}

int ids_set_re(struct id_set *ids, u32 real, u32 eff, bool cap)
{
	struct id_set old = *ids;

	if (real != ID_UNCHANGED) {
		if (real != old.real && real != old.eff && !cap)
			return -EPERM;
		ids->real = real;
	}
	if (eff != ID_UNCHANGED) {
		if (eff != old.real && eff != old.eff && eff != old.saved && !cap)
			return -EPERM;
		ids->eff = eff;
	}
	if (real != ID_UNCHANGED || (eff != ID_UNCHANGED && eff != old.real))
		ids->saved = ids->eff;
	ids->fs = ids->eff;
	return 0;
}

static bool is_one_of(const struct id_set *ids, u32 id)
{
	return id == ids->real || id == ids->eff || id == ids->saved;
}

int ids_set_res(struct id_set *ids, u32 real, u32 eff, u32 saved, bool cap)
{
	struct id_set old = *ids;

	if (!cap && ((real != ID_UNCHANGED && !is_one_of(&old, real)) ||
		     (eff != ID_UNCHANGED && !is_one_of(&old, eff)) ||
		     (saved != ID_UNCHANGED && !is_one_of(&old, saved))))
		return -EPERM;
	if (real != ID_UNCHANGED)
		ids->real = real;
	if (eff != ID_UNCHANGED)
		ids->eff = eff;
	if (saved != ID_UNCHANGED)
		ids->saved = saved;
	ids->fs = ids->eff;
	return 0;
}

int ids_set_fs(struct id_set *ids, u32 fs, bool cap)
{
	if (!cap && !is_one_of(ids, fs) && fs != ids->fs)
		return -EPERM;
	ids->fs = fs;
	return 0;
}

static bool has_root_id(const struct cred *c)
{
	return !c->uid || !c->euid || !c->suid;
}

void caps_after_setuid(struct cred *new, const struct cred *old)
{
	if (old->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (has_root_id(old) && !has_root_id(new)) {
		if (!(old->securebits & SECBIT_KEEP_CAPS)) {
			new->cap_permitted = 0;
			new->cap_effective = 0;
		}
		new->cap_ambient = 0;
	}
	if (!old->euid && new->euid)
		new->cap_effective = 0;
	if (old->euid && !new->euid)
		new->cap_effective = new->cap_permitted;
}

void caps_after_setfsuid(struct cred *new, const struct cred *old)
{
	if (old->securebits & SECBIT_NO_SETUID_FIXUP)
		return;
	if (!old->fsuid && new->fsuid)
		new->cap_effective &= ~CAPS_FS;
	if (old->fsuid && !new->fsuid)
		new->cap_effective |= new->cap_permitted &CAPS_FS;
}

bool caps_after_exec(struct cred *new, const struct cred *old)
{
	bool set_id = new->euid != old->uid || new->egid != old->gid;
	bool effective = false;

	new->cap_permitted = 0;
	if (!(new->securebits &SECBIT_NOROOT) && (!new->euid || !new->uid)) {
		new->cap_permitted = old->cap_bounding | old->cap_inheritable;
		effective = !new->euid;
	}
	if (set_id)
		new->cap_ambient = 0;
	new->cap_permitted |= new->cap_ambient;
	new->cap_effective = effective ? new->cap_permitted : new->cap_ambient;
	new->securebits &= ~SECBIT_KEEP_CAPS;
	return set_id || (new->uid && (effective || (new->cap_permitted & ~new->cap_ambient)));
}

int caps_set(struct cred *new, const struct cred *old, u64 effective, u64 permitted,
	     u64 inheritable, bool setpcap)
{
	if (!setpcap && (inheritable & ~(old->cap_inheritable | old->cap_permitted)))
		return -EPERM;
	if (inheritable & ~(old->cap_inheritable | old->cap_bounding))
		return -EPERM;
	if ((permitted & ~old->cap_permitted) || (effective & ~permitted))
		return -EPERM;
	new->cap_effective = effective;
	new->cap_permitted = permitted;
	new->cap_inheritable = inheritable;
	new->cap_ambient &= permitted &inheritable;
	return 0;
}
