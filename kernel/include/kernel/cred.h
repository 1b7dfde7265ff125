/*
 * cred.h - who a task is: user and group ids, supplementary groups, capabilities.
 *
 * A struct cred is immutable once published and shared by reference; changing one means making a
 * copy (cred_prepare), editing it, and cred_commit(). Capabilities behave as Linux's default:
 * root has all, setuid(0) gains them, leaving uid 0 drops them (unless PR_SET_KEEPCAPS).
 */
#ifndef KERNEL_CRED_H
#define KERNEL_CRED_H

#include <kernel/atomic.h>
#include <kernel/capability.h>
#include <kernel/list.h>
#include <kernel/types.h>

struct task;

struct group_list {
	struct refcount refs;
	unsigned int count;
	gid_t gid[]; /* sorted */
};

/* What one real user id uses, against RLIMIT_NPROC and RLIMIT_SIGPENDING. */
struct user {
	struct hlist_node hash_node;
	struct refcount refs;
	uid_t uid;
	struct atomic processes; /* tasks; fork counts up, the death of a task down */
	struct atomic sigpending;
};

struct cred {
	struct refcount refs;
	uid_t uid, euid, suid, fsuid;
	gid_t gid, egid, sgid, fsgid;
	struct group_list *groups; /* NULL: none */
	u64 cap_effective, cap_permitted, cap_inheritable, cap_bounding, cap_ambient;
	u32 securebits;
	bool no_new_privs;
	struct user *user; /* of `uid` */
};

extern struct cred init_cred;
void cred_get(struct cred *cred);
void cred_put(struct cred *cred);
struct cred *cred_prepare(void);     /* a copy of current's; NULL */
void cred_commit(struct cred *cred); /* becomes current's; takes over the reference */
#define current_cred() (current->cred)
struct cred *task_get_cred(struct task *task); /* another task's, referenced; siglock not held */
bool cred_capable(const struct cred *cred, int cap);
bool in_group(gid_t gid); /* fsgid or supplementary */
/* exec of a set-id file: fills the new ids and capabilities; `secure` tells AT_SECURE. */
int cred_exec(u32 mode, uid_t uid, gid_t gid, bool nosuid, struct cred **new, bool *secure);

#endif
