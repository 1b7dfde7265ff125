/*
 * cred.c - credentials as objects: sharing, copying, committing; per-user accounts; exec.
 *
 * A task's cred pointer changes under siglock; others read it so (task_get_cred). Accounts hang in
 * a hash by user id as long as a cred or a queued signal refers to them.
 */
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/lock.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <abi/stat.h>
#include "cred_internal.h"
#include "cred_rules.h"
#include "ptrace.h"

#define USER_HASH_BITS 6

static DEFINE_SPINLOCK(user_lock, RANK_LEAF); /* user_hash */
static struct hlist_head user_hash[1u << USER_HASH_BITS];

/* Root's account is never freed: its first reference is this file's. */
static struct user root_user = { .refs = REFCOUNT_INIT(2), .processes = ATOMIC_INIT(1) };

struct cred init_cred = {
	.refs = REFCOUNT_INIT(2),
	.cap_effective = CAP_FULL_SET,
	.cap_permitted = CAP_FULL_SET,
	.cap_bounding = CAP_FULL_SET,
	.user = &root_user,
};

/* ---- accounts ---- */

static struct user *user_find_locked(uid_t uid)
{
	struct user *u;

	if (!uid) {
		refcount_inc(&root_user.refs);
		return &root_user;
	}
	hlist_for_each_entry (u, &user_hash[hash_u32(uid, USER_HASH_BITS)], hash_node) {
		if (u->uid == uid) {
			refcount_inc(&u->refs);
			return u;
		}
	}
	return NULL;
}

static struct user *user_get_account(uid_t uid)
{
	unsigned long flags = spin_lock_irqsave(&user_lock);
	struct user *u = user_find_locked(uid), *fresh;

	spin_unlock_irqrestore(&user_lock, flags);
	if (u)
		return u;
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return NULL;
	fresh->uid = uid;
	refcount_set(&fresh->refs, 1);
	flags = spin_lock_irqsave(&user_lock);
	u = user_find_locked(uid);
	if (!u) {
		u = fresh;
		fresh = NULL;
		hlist_add_head(&u->hash_node, &user_hash[hash_u32(uid, USER_HASH_BITS)]);
	}
	spin_unlock_irqrestore(&user_lock, flags);
	kfree(fresh);
	return u;
}

static void user_put(struct user *u)
{
	unsigned long flags = spin_lock_irqsave(&user_lock);
	bool last = refcount_dec(&u->refs);

	if (last)
		hlist_del_init(&u->hash_node);
	spin_unlock_irqrestore(&user_lock, flags);
	if (last)
		kfree(u);
}

int cred_set_user(struct cred *cred)
{
	struct user *u;

	if (cred->user->uid == cred->uid)
		return 0;
	u = user_get_account(cred->uid);
	if (!u)
		return -ENOMEM;
	user_put(cred->user);
	cred->user = u;
	return 0;
}

/* ---- groups ---- */

struct group_list *groups_alloc(unsigned int count)
{
	struct group_list *g = kmalloc(sizeof(*g) + count * sizeof(gid_t), GFP_KERNEL);

	if (g) {
		refcount_set(&g->refs, 1);
		g->count = count;
	}
	return g;
}

void groups_put(struct group_list *groups)
{
	if (groups && refcount_dec(&groups->refs))
		kfree(groups);
}

bool in_group(gid_t gid)
{
	const struct cred *c = current_cred();
	unsigned int low = 0, high = c->groups ? c->groups->count : 0;

	if (gid == c->fsgid)
		return true;
	while (low < high) {
		unsigned int mid = low + (high - low) / 2;

		if (c->groups->gid[mid] == gid)
			return true;
		if (c->groups->gid[mid] < gid)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* ---- credentials ---- */

void cred_get(struct cred *cred)
{
	refcount_inc(&cred->refs);
}

void cred_put(struct cred *cred)
{
	if (!cred || !refcount_dec(&cred->refs))
		return;
	ASSERT(cred != &init_cred);
	groups_put(cred->groups);
	user_put(cred->user);
	kfree(cred);
}

struct cred *task_get_cred(struct task *t)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	struct cred *cred = t->cred;

	cred_get(cred);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return cred;
}

struct cred *cred_prepare(void)
{
	struct cred *new = kmalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return NULL;
	*new = *current_cred();
	refcount_set(&new->refs, 1);
	if (new->groups)
		refcount_inc(&new->groups->refs);
	refcount_inc(&new->user->refs);
	return new;
}

/* Whoever gains by the change must not be looked into with the old rights. */
static bool must_hide(const struct cred *new, const struct cred *old)
{
	return new->euid != old->euid || new->egid != old->egid || new->fsuid != old->fsuid ||
	       new->fsgid != old->fsgid || (new->cap_permitted & ~old->cap_permitted);
}

void cred_commit(struct cred *cred)
{
	struct cred *old = current->cred;
	unsigned long flags;

	if (must_hide(cred, old)) {
		if (current->mm)
			current->mm->dumpable = false;
		current->pdeath_signal = 0;
	}
	if (cred->user != old->user) {
		atomic_add(&cred->user->processes, 1);
		atomic_add(&old->user->processes, -1);
	}
	flags = spin_lock_irqsave(&current->process->siglock);
	WRITE_ONCE(current->cred, cred);
	spin_unlock_irqrestore(&current->process->siglock, flags);
	cred_put(old);
}

bool cred_capable(const struct cred *cred, int cap)
{
	return (cred->cap_effective >> cap) & 1;
}

bool capable(int cap)
{
	if (!cred_capable(current_cred(), cap))
		return false;
	current->flags |= PF_SUPERPRIV;
	return true;
}

/* A tracer without rights must not get hold of a program that gains some. */
static void refuse_gains(struct cred *new, const struct cred *old)
{
	if (!task_is_traced(current) || (current->ptrace.flags & PT_CAP))
		return;
	if (new->euid != old->uid || new->egid != old->gid) {
		if (!capable(CAP_SETUID) || new->no_new_privs) {
			new->euid = new->uid;
			new->egid = new->gid;
		}
	}
	new->cap_permitted &= old->cap_permitted;
}

int cred_exec(u32 mode, uid_t uid, gid_t gid, bool nosuid, struct cred **out, bool *secure)
{
	const struct cred *old = current_cred();
	struct cred *new = cred_prepare();

	if (!new)
		return -ENOMEM;
	if (!nosuid && !new->no_new_privs) {
		if (mode & S_ISUID)
			new->euid = uid;
		if ((mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
			new->egid = gid;
	}
	*secure = caps_after_exec(new, old);
	refuse_gains(new, old);
	new->cap_effective &= new->cap_permitted;
	new->suid = new->fsuid = new->euid;
	new->sgid = new->fsgid = new->egid;
	*out = new;
	return 0;
}
