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

#define CAP_CHOWN	       0
#define CAP_DAC_OVERRIDE       1
#define CAP_DAC_READ_SEARCH    2
#define CAP_FOWNER	       3
#define CAP_FSETID	       4
#define CAP_KILL	       5
#define CAP_SETGID	       6
#define CAP_SETUID	       7
#define CAP_SETPCAP	       8
#define CAP_LINUX_IMMUTABLE    9
#define CAP_NET_BIND_SERVICE   10
#define CAP_NET_BROADCAST      11
#define CAP_NET_ADMIN	       12
#define CAP_NET_RAW	       13
#define CAP_IPC_LOCK	       14
#define CAP_IPC_OWNER	       15
#define CAP_SYS_MODULE	       16
#define CAP_SYS_RAWIO	       17
#define CAP_SYS_CHROOT	       18
#define CAP_SYS_PTRACE	       19
#define CAP_SYS_PACCT	       20
#define CAP_SYS_ADMIN	       21
#define CAP_SYS_BOOT	       22
#define CAP_SYS_NICE	       23
#define CAP_SYS_RESOURCE       24
#define CAP_SYS_TIME	       25
#define CAP_SYS_TTY_CONFIG     26
#define CAP_MKNOD	       27
#define CAP_LEASE	       28
#define CAP_AUDIT_WRITE	       29
#define CAP_AUDIT_CONTROL      30
#define CAP_SETFCAP	       31
#define CAP_MAC_OVERRIDE       32
#define CAP_MAC_ADMIN	       33
#define CAP_SYSLOG	       34
#define CAP_WAKE_ALARM	       35
#define CAP_BLOCK_SUSPEND      36
#define CAP_AUDIT_READ	       37
#define CAP_PERFMON	       38
#define CAP_BPF		       39
#define CAP_CHECKPOINT_RESTORE 40
#define CAP_LAST	       40
#define CAP_FULL_SET	       ((1ull << (CAP_LAST + 1)) - 1)

extern struct cred init_cred;
void cred_get(struct cred *cred);
void cred_put(struct cred *cred);
struct cred *cred_prepare(void);     /* a copy of current's; NULL */
void cred_commit(struct cred *cred); /* becomes current's; takes over the reference */
#define current_cred() (current->cred)
struct cred *task_get_cred(struct task *task); /* another task's, referenced; siglock not held */
/* current's effective set; sets PF_SUPERPRIV as accounting does. */
bool capable(int cap);
bool cred_capable(const struct cred *cred, int cap);
bool in_group(gid_t gid); /* fsgid or supplementary */
/* exec of a set-id file: fills the new ids and capabilities; `secure` tells AT_SECURE. */
int cred_exec(u32 mode, uid_t uid, gid_t gid, bool nosuid, struct cred **new, bool *secure);

#endif
