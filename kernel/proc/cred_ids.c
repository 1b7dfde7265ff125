/*
 * cred_ids.c - the calls that read and change user and group ids and groups, with 32 and 16 bits.
 * A 16-bit caller sees ids above 65535 as 65534; its 65535 means "unchanged".
 */
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "cred_internal.h"
#include "cred_rules.h"

#define GROUPS_MAX    65536
#define ID16_OVERFLOW 65534u

static u32 widen(u32 id)
{
	return (u16)id == 0xffff ? ID_UNCHANGED : (u16)id;
}

static u16 narrow(u32 id)
{
	return (u16)(id > 0xffff ? ID16_OVERFLOW : id);
}

/* ---- changing ---- */

static struct id_set user_ids(const struct cred *c)
{
	return (struct id_set){ c->uid, c->euid, c->suid, c->fsuid };
}

static struct id_set group_ids(const struct cred *c)
{
	return (struct id_set){ c->gid, c->egid, c->sgid, c->fsgid };
}

static long commit_users(const struct id_set *ids)
{
	const struct cred *old = current_cred();
	struct id_set now = user_ids(old);
	struct cred *new;

	if (now.real == ids->real && now.eff == ids->eff && now.saved == ids->saved &&
	    now.fs == ids->fs)
		return 0;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->uid = ids->real;
	new->euid = ids->eff;
	new->suid = ids->saved;
	new->fsuid = ids->fs;
	if (cred_set_user(new)) {
		cred_put(new);
		return -EAGAIN;
	}
	caps_after_setuid(new, old);
	cred_commit(new);
	return 0;
}

static long commit_groups(const struct id_set *ids)
{
	struct id_set now = group_ids(current_cred());
	struct cred *new;

	if (now.real == ids->real && now.eff == ids->eff && now.saved == ids->saved &&
	    now.fs == ids->fs)
		return 0;
	new = cred_prepare();
	if (!new)
		return -ENOMEM;
	new->gid = ids->real;
	new->egid = ids->eff;
	new->sgid = ids->saved;
	new->fsgid = ids->fs;
	cred_commit(new);
	return 0;
}

static bool may_setuid(void)
{
	return capable(CAP_SETUID);
}

static bool may_setgid(void)
{
	return capable(CAP_SETGID);
}

asmlinkage long sys_setuid(uid_t uid)
{
	struct id_set ids = user_ids(current_cred());
	int err = uid == ID_UNCHANGED ? -EINVAL : ids_set(&ids, uid, may_setuid());

	return err ? err : commit_users(&ids);
}

asmlinkage long sys_setgid(gid_t gid)
{
	struct id_set ids = group_ids(current_cred());
	int err = gid == ID_UNCHANGED ? -EINVAL : ids_set(&ids, gid, may_setgid());

	return err ? err : commit_groups(&ids);
}

asmlinkage long sys_setreuid(uid_t ruid, uid_t euid)
{
	struct id_set ids = user_ids(current_cred());
	int err = ids_set_re(&ids, ruid, euid, may_setuid());

	return err ? err : commit_users(&ids);
}

asmlinkage long sys_setregid(gid_t rgid, gid_t egid)
{
	struct id_set ids = group_ids(current_cred());
	int err = ids_set_re(&ids, rgid, egid, may_setgid());

	return err ? err : commit_groups(&ids);
}

asmlinkage long sys_setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
	struct id_set ids = user_ids(current_cred());
	int err = ids_set_res(&ids, ruid, euid, suid, may_setuid());

	return err ? err : commit_users(&ids);
}

asmlinkage long sys_setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
	struct id_set ids = group_ids(current_cred());
	int err = ids_set_res(&ids, rgid, egid, sgid, may_setgid());

	return err ? err : commit_groups(&ids);
}

/* setfsuid and setfsgid never fail: they answer the id that was in force. */
asmlinkage long sys_setfsuid(uid_t uid)
{
	const struct cred *old = current_cred();
	struct id_set ids = user_ids(old);
	uid_t before = old->fsuid;
	struct cred *new;

	if (uid == ID_UNCHANGED || uid == before || ids_set_fs(&ids, uid, may_setuid()))
		return (long)before;
	new = cred_prepare();
	if (!new)
		return (long)before;
	new->fsuid = uid;
	caps_after_setfsuid(new, old);
	cred_commit(new);
	return (long)before;
}

asmlinkage long sys_setfsgid(gid_t gid)
{
	struct id_set ids = group_ids(current_cred());
	gid_t before = ids.fs;

	if (gid != ID_UNCHANGED && !ids_set_fs(&ids, gid, may_setgid()))
		(void)commit_groups(&ids);
	return (long)before;
}

asmlinkage long sys_setuid16(uid_t uid)
{
	return sys_setuid(widen(uid));
}

asmlinkage long sys_setgid16(gid_t gid)
{
	return sys_setgid(widen(gid));
}

asmlinkage long sys_setreuid16(uid_t ruid, uid_t euid)
{
	return sys_setreuid(widen(ruid), widen(euid));
}

asmlinkage long sys_setregid16(gid_t rgid, gid_t egid)
{
	return sys_setregid(widen(rgid), widen(egid));
}

asmlinkage long sys_setresuid16(uid_t ruid, uid_t euid, uid_t suid)
{
	return sys_setresuid(widen(ruid), widen(euid), widen(suid));
}

asmlinkage long sys_setresgid16(gid_t rgid, gid_t egid, gid_t sgid)
{
	return sys_setresgid(widen(rgid), widen(egid), widen(sgid));
}

asmlinkage long sys_setfsuid16(uid_t uid)
{
	return narrow((u32)sys_setfsuid(widen(uid)));
}

asmlinkage long sys_setfsgid16(gid_t gid)
{
	return narrow((u32)sys_setfsgid(widen(gid)));
}

/* ---- asking ---- */

asmlinkage long sys_getuid(void)
{
	return (long)current_cred()->uid;
}

asmlinkage long sys_geteuid(void)
{
	return (long)current_cred()->euid;
}

asmlinkage long sys_getgid(void)
{
	return (long)current_cred()->gid;
}

asmlinkage long sys_getegid(void)
{
	return (long)current_cred()->egid;
}

asmlinkage long sys_getuid16(void)
{
	return narrow(current_cred()->uid);
}

asmlinkage long sys_geteuid16(void)
{
	return narrow(current_cred()->euid);
}

asmlinkage long sys_getgid16(void)
{
	return narrow(current_cred()->gid);
}

asmlinkage long sys_getegid16(void)
{
	return narrow(current_cred()->egid);
}

static long put_three(const struct id_set *ids, void __user *r, void __user *e, void __user *s)
{
	if (put_user(ids->real, (u32 __user *)r) || put_user(ids->eff, (u32 __user *)e))
		return -EFAULT;
	return put_user(ids->saved, (u32 __user *)s);
}

static long put_three16(const struct id_set *ids, void __user *r, void __user *e, void __user *s)
{
	if (put_user(narrow(ids->real), (u16 __user *)r) ||
	    put_user(narrow(ids->eff), (u16 __user *)e))
		return -EFAULT;
	return put_user(narrow(ids->saved), (u16 __user *)s);
}

asmlinkage long sys_getresuid(void __user *ruid, void __user *euid, void __user *suid)
{
	struct id_set ids = user_ids(current_cred());

	return put_three(&ids, ruid, euid, suid);
}

asmlinkage long sys_getresgid(void __user *rgid, void __user *egid, void __user *sgid)
{
	struct id_set ids = group_ids(current_cred());

	return put_three(&ids, rgid, egid, sgid);
}

asmlinkage long sys_getresuid16(void __user *ruid, void __user *euid, void __user *suid)
{
	struct id_set ids = user_ids(current_cred());

	return put_three16(&ids, ruid, euid, suid);
}

asmlinkage long sys_getresgid16(void __user *rgid, void __user *egid, void __user *sgid)
{
	struct id_set ids = group_ids(current_cred());

	return put_three16(&ids, rgid, egid, sgid);
}

/* ---- supplementary groups ---- */

static long get_groups(int size, void __user *list, bool wide)
{
	const struct group_list *g = current_cred()->groups;
	int count = g ? (int)g->count : 0;

	if (size < 0)
		return -EINVAL;
	if (!size)
		return count;
	if (count > size)
		return -EINVAL;
	if (wide)
		return count && copy_to_user(list, g->gid, (size_t)count * sizeof(gid_t)) ? -EFAULT
											  : count;
	for (int i = 0; i < count; i++)
		if (put_user(narrow(g->gid[i]), (u16 __user *)list + i))
			return -EFAULT;
	return count;
}

static int read_groups(struct group_list *g, const void __user *list, bool wide)
{
	if (wide)
		return copy_from_user(g->gid, list, g->count * sizeof(gid_t));
	for (unsigned int i = 0; i < g->count; i++) {
		u16 id;

		if (get_user(id, (const u16 __user *)list + i))
			return -EFAULT;
		g->gid[i] = widen(id);
	}
	return 0;
}

/* Heap sort: up to 65536 in bounded time and no memory. */
static void sift(gid_t *a, unsigned int root, unsigned int n)
{
	for (unsigned int child; (child = 2 * root + 1) < n; root = child) {
		gid_t t;

		if (child + 1 < n && a[child + 1] > a[child])
			child++;
		if (a[root] >= a[child])
			return;
		t = a[root];
		a[root] = a[child];
		a[child] = t;
	}
}

static void sort_groups(gid_t *a, unsigned int n)
{
	for (unsigned int i = n / 2; i-- > 0;)
		sift(a, i, n);
	for (unsigned int end = n; end-- > 1;) {
		gid_t t = a[0];

		a[0] = a[end];
		a[end] = t;
		sift(a, 0, end);
	}
}

static long set_groups(int size, const void __user *list, bool wide)
{
	struct group_list *g = NULL;
	struct cred *new;

	if (!capable(CAP_SETGID))
		return -EPERM;
	if (size < 0 || size > GROUPS_MAX)
		return -EINVAL;
	if (size) {
		g = groups_alloc((unsigned int)size);
		if (!g)
			return -ENOMEM;
		if (read_groups(g, list, wide)) {
			groups_put(g);
			return -EFAULT;
		}
		sort_groups(g->gid, g->count);
	}
	new = cred_prepare();
	if (!new) {
		groups_put(g);
		return -ENOMEM;
	}
	groups_put(new->groups);
	new->groups = g;
	cred_commit(new);
	return 0;
}

asmlinkage long sys_getgroups(int size, void __user *list)
{
	return get_groups(size, list, true);
}

asmlinkage long sys_getgroups16(int size, void __user *list)
{
	return get_groups(size, list, false);
}

asmlinkage long sys_setgroups(int size, const void __user *list)
{
	return set_groups(size, list, true);
}

asmlinkage long sys_setgroups16(int size, const void __user *list)
{
	return set_groups(size, list, false);
}
