/*
 * sysv.h - what the three kinds of System V IPC share: identifiers, keys, permissions.
 *
 * An id is (sequence number, slot) so that a stale one is recognised. Each kind has one ipc_ids
 * with its mutex, which guards the table and all objects of the kind; no user memory is touched
 * under it (shared memory takes it below mmap_lock).
 */
#ifndef SYSV_H
#define SYSV_H

#include <kernel/lock.h>
#include <kernel/types.h>
#include <abi/ipc.h>

struct ipc_object {
	s32 key;
	int id;
	uid_t uid, cuid;
	gid_t gid, cgid;
	u32 mode; /* low nine bits, SHM_DEST, SHM_LOCKED */
	bool removed;
};

struct ipc_ids {
	struct mutex lock;
	struct ipc_object **slot;
	unsigned int size, used, max; /* slots there are; in use; allowed */
	unsigned int seq;
};
#define IPC_IDS_INIT(ids, limit)                                                                   \
	{                                                                                          \
		.lock = MUTEX_INIT((ids).lock, RANK_MUTEX_LEAF), .max = (limit)                    \
	}

/* All but ipc_seconds() with ids->lock held. */
int ipc_insert(struct ipc_ids *ids, struct ipc_object *obj, s32 key, u32 flags);
void ipc_remove(struct ipc_ids *ids, struct ipc_object *obj);
struct ipc_object *ipc_by_key(struct ipc_ids *ids, s32 key);   /* NULL */
struct ipc_object *ipc_by_id(struct ipc_ids *ids, int id);     /* ERR_PTR(-EINVAL, -EIDRM) */
struct ipc_object *ipc_by_slot(struct ipc_ids *ids, int slot); /* ERR_PTR(-EINVAL) */
/* The nth object in use, or NULL. */
struct ipc_object *ipc_nth(struct ipc_ids *ids, unsigned int n);
/* The highest slot in use, 0 when there is none: what *_INFO return. */
int ipc_highest(const struct ipc_ids *ids);
/* mode: S_IR*, S_IW* bits wanted. 0 or -EACCES. */
int ipc_permission(const struct ipc_object *obj, u32 mode);
/* Owner, creator or CAP_SYS_ADMIN: 0 or -EPERM. */
int ipc_may_control(const struct ipc_object *obj);
/* An existing object for *get(): its id, -EEXIST, -EACCES. */
int ipc_get_existing(const struct ipc_object *obj, u32 flags);
void ipc_perm_to_abi(struct ipc64_perm_abi *out, const struct ipc_object *obj);
int ipc_set_perm(struct ipc_object *obj, const struct ipc64_perm_abi *in);
u32 ipc_seconds(void);

/* semop and semtimedop of ipc(2), whose time-out has 32-bit seconds. */
long semtimedop32(int id, const void __user *ops, u32 n, const void __user *timeout);

#define IPC_READ  0444u
#define IPC_WRITE 0222u

/* The shape of shmget, semget, msgget: find by key or make; `make` returns an id. */
struct ipc_get_ops {
	int (*check)(struct ipc_object *obj, size_t arg); /* does the existing one fit? NULL: yes */
	int (*make)(s32 key, u32 flags, size_t arg);
};
int ipc_get(struct ipc_ids *ids, const struct ipc_get_ops *ops, s32 key, u32 flags, size_t arg);

#endif
