/* cred_caps.c - capget(2), capset(2), and prctl's part in capabilities. */
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "cred_caps.h"
#include "cred_internal.h"
#include "cred_rules.h"

#define CAP_VERSION_1 0x19980330u
#define CAP_VERSION_2 0x20071026u
#define CAP_VERSION_3 0x20080522u

struct cap_header_abi {
	u32 version;
	s32 pid;
};
struct cap_data_abi {
	u32 effective, permitted, inheritable;
};

/* How many 32-bit halves this version moves; an unknown one is told the newest. */
static int read_header(void __user *uheader, struct cap_header_abi *h)
{
	if (copy_from_user(h, uheader, sizeof(*h)))
		return -EFAULT;
	if (h->version == CAP_VERSION_1)
		return 1;
	if (h->version == CAP_VERSION_2 || h->version == CAP_VERSION_3)
		return 2;
	if (put_user(CAP_VERSION_3, &((struct cap_header_abi __user *)uheader)->version))
		return -EFAULT;
	return -EINVAL;
}

asmlinkage long sys_capget(void __user *header, void __user *data)
{
	struct cap_data_abi out[2];
	struct cap_header_abi h;
	struct cred *cred;
	struct task *t;
	int halves = read_header(header, &h);

	if (halves < 0)
		return !data && halves == -EINVAL ? 0 : halves;
	if (h.pid < 0)
		return -EINVAL;
	t = task_find_get(h.pid ? h.pid : task_tid(current));
	if (!t)
		return -ESRCH;
	cred = task_get_cred(t);
	for (int i = 0; i < 2; i++) {
		out[i].effective = (u32)(cred->cap_effective >> (32 * i));
		out[i].permitted = (u32)(cred->cap_permitted >> (32 * i));
		out[i].inheritable = (u32)(cred->cap_inheritable >> (32 * i));
	}
	cred_put(cred);
	task_put(t);
	return data ? copy_to_user(data, out, (size_t)halves * sizeof(out[0])) : 0;
}

asmlinkage long sys_capset(void __user *header, const void __user *data)
{
	struct cap_data_abi in[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
	struct cap_header_abi h;
	struct cred *new;
	int err, halves = read_header(header, &h);

	if (halves < 0)
		return halves;
	if (h.pid && h.pid != task_tid(current))
		return -EPERM;
	if (copy_from_user(in, data, (size_t)halves * sizeof(in[0])))
		return -EFAULT;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	err = caps_set(new, current_cred(),
		       ((u64)in[1].effective << 32 | in[0].effective) & CAP_FULL_SET,
		       ((u64)in[1].permitted << 32 | in[0].permitted) & CAP_FULL_SET,
		       ((u64)in[1].inheritable << 32 | in[0].inheritable) & CAP_FULL_SET,
		       capable(CAP_SETPCAP));
	if (err) {
		cred_put(new);
		return err;
	}
	cred_commit(new);
	return 0;
}

long cap_bounding_drop(unsigned long cap)
{
	struct cred *new;

	if (!capable(CAP_SETPCAP))
		return -EPERM;
	if (cap > CAP_LAST)
		return -EINVAL;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->cap_bounding &= ~(1ull << cap);
	cred_commit(new);
	return 0;
}

static long ambient_clear_all(void)
{
	struct cred *new = cred_prepare();

	if (!new)
		return -ENOMEM;
	new->cap_ambient = 0;
	cred_commit(new);
	return 0;
}

long cap_ambient(unsigned long op, unsigned long cap)
{
	const struct cred *c = current_cred();
	struct cred *new;
	u64 bit;

	if (op == PR_CAP_AMBIENT_CLEAR_ALL)
		return cap ? -EINVAL : ambient_clear_all();
	if (cap > CAP_LAST)
		return -EINVAL;
	bit = 1ull << cap;
	if (op == PR_CAP_AMBIENT_IS_SET)
		return !!(c->cap_ambient & bit);
	if (op != PR_CAP_AMBIENT_RAISE && op != PR_CAP_AMBIENT_LOWER)
		return -EINVAL;
	if (op == PR_CAP_AMBIENT_RAISE &&
	    (!(c->cap_permitted & bit) || !(c->cap_inheritable & bit) ||
	     (c->securebits & SECBIT_NO_CAP_AMBIENT_RAISE)))
		return -EPERM;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	if (op == PR_CAP_AMBIENT_RAISE)
		new->cap_ambient |= bit;
	else
		new->cap_ambient &= ~bit;
	cred_commit(new);
	return 0;
}

long cap_set_securebits(u32 bits)
{
	u32 old = current_cred()->securebits, locked = (old & SECBIT_ALL_LOCKS) >> 1;
	struct cred *new;

	/* A locked bit stays, locks stay, and unknown bits are refused. */
	if ((locked & (old ^ bits)) || (old & SECBIT_ALL_LOCKS & ~bits) || (bits & ~SECBIT_ALL) ||
	    !capable(CAP_SETPCAP))
		return -EPERM;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->securebits = bits;
	cred_commit(new);
	return 0;
}

long cap_set_keepcaps(unsigned long on)
{
	struct cred *new;

	if (on > 1)
		return -EINVAL;
	if (current_cred()->securebits & SECBIT_KEEP_CAPS_LOCKED)
		return -EPERM;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->securebits &= ~SECBIT_KEEP_CAPS;
	if (on)
		new->securebits |= SECBIT_KEEP_CAPS;
	cred_commit(new);
	return 0;
}

long cap_set_no_new_privs(void)
{
	struct cred *new;

	if (current_cred()->no_new_privs)
		return 0;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->no_new_privs = true;
	cred_commit(new);
	return 0;
}
