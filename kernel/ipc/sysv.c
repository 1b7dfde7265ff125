/* sysv.c - see sysv.h; and ipc(2), the old entry to all of them. */
#include <kernel/cred.h>
#include <kernel/math64.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "sysv.h"

#define IPC_SLOTS   32768 /* id = sequence * this + slot */
#define IPC_SEQ_MAX (INT_MAX / IPC_SLOTS)

u32 ipc_seconds(void)
{
	return (u32)div_u64((u64)clock_realtime(), (u32)NSEC_PER_SEC);
}

static int ids_grow(struct ipc_ids *ids)
{
	unsigned int size = ids->size ? ids->size * 2 : 16;
	struct ipc_object **slot = kcalloc(size, sizeof(*slot), GFP_KERNEL);

	if (!slot)
		return -ENOMEM;
	if (ids->size)
		memcpy(slot, ids->slot, ids->size * sizeof(*slot));
	kfree(ids->slot);
	ids->slot = slot;
	ids->size = size;
	return 0;
}

int ipc_insert(struct ipc_ids *ids, struct ipc_object *obj, s32 key, u32 flags)
{
	const struct cred *cred = current_cred();
	unsigned int i = 0;

	if (ids->used >= ids->max)
		return -ENOSPC;
	if (ids->used == ids->size && ids_grow(ids))
		return -ENOMEM;
	while (ids->slot[i])
		i++;
	obj->key = key;
	obj->mode = flags & 0777;
	obj->uid = obj->cuid = cred->euid;
	obj->gid = obj->cgid = cred->egid;
	obj->removed = false;
	obj->id = (int)(ids->seq * IPC_SLOTS + i);
	ids->seq = ids->seq == IPC_SEQ_MAX - 1 ? 0 : ids->seq + 1;
	ids->slot[i] = obj;
	ids->used++;
	return obj->id;
}

void ipc_remove(struct ipc_ids *ids, struct ipc_object *obj)
{
	ids->slot[obj->id % IPC_SLOTS] = NULL;
	ids->used--;
	obj->removed = true;
}

struct ipc_object *ipc_by_key(struct ipc_ids *ids, s32 key)
{
	for (unsigned int i = 0; i < ids->size; i++)
		if (ids->slot[i] && ids->slot[i]->key == key)
			return ids->slot[i];
	return NULL;
}

struct ipc_object *ipc_by_slot(struct ipc_ids *ids, int slot)
{
	if (slot < 0 || (unsigned int)slot >= ids->size || !ids->slot[slot])
		return ERR_PTR(-EINVAL);
	return ids->slot[slot];
}

struct ipc_object *ipc_by_id(struct ipc_ids *ids, int id)
{
	struct ipc_object *obj = id < 0 ? ERR_PTR(-EINVAL) : ipc_by_slot(ids, id % IPC_SLOTS);

	if (!IS_ERR(obj) && obj->id != id)
		return ERR_PTR(-EIDRM);
	return obj;
}

struct ipc_object *ipc_nth(struct ipc_ids *ids, unsigned int n)
{
	for (unsigned int i = 0; i < ids->size; i++)
		if (ids->slot[i] && n-- == 0)
			return ids->slot[i];
	return NULL;
}

int ipc_highest(const struct ipc_ids *ids)
{
	int highest = 0;

	for (unsigned int i = 0; i < ids->size; i++)
		if (ids->slot[i])
			highest = (int)i;
	return highest;
}

int ipc_permission(const struct ipc_object *obj, u32 mode)
{
	u32 wanted = (mode >> 6 | mode >> 3 | mode) & 7, granted = obj->mode;
	const struct cred *cred = current_cred();

	if (cred->euid == obj->cuid || cred->euid == obj->uid)
		granted >>= 6;
	else if (cred->egid == obj->cgid || cred->egid == obj->gid || in_group(obj->cgid) ||
		 in_group(obj->gid))
		granted >>= 3;
	return wanted & ~granted && !capable(CAP_IPC_OWNER) ? -EACCES : 0;
}

int ipc_may_control(const struct ipc_object *obj)
{
	uid_t euid = current_cred()->euid;

	return euid == obj->cuid || euid == obj->uid || capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

int ipc_get_existing(const struct ipc_object *obj, u32 flags)
{
	int err;

	if ((flags & (IPC_CREAT | IPC_EXCL)) == (IPC_CREAT | IPC_EXCL))
		return -EEXIST;
	err = ipc_permission(obj, flags & 0777);
	return err ? err : obj->id;
}

int ipc_get(struct ipc_ids *ids, const struct ipc_get_ops *ops, s32 key, u32 flags, size_t arg)
{
	struct ipc_object *obj = NULL;
	int ret;

	mutex_lock(&ids->lock);
	if (key != IPC_PRIVATE)
		obj = ipc_by_key(ids, key);
	if (obj) {
		ret = ipc_get_existing(obj, flags);
		if (ret >= 0 && ops->check && ops->check(obj, arg))
			ret = -EINVAL;
	} else if (key != IPC_PRIVATE && !(flags & IPC_CREAT)) {
		ret = -ENOENT;
	} else {
		ret = ops->make(key, flags, arg);
	}
	mutex_unlock(&ids->lock);
	return ret;
}

void ipc_perm_to_abi(struct ipc64_perm_abi *out, const struct ipc_object *obj)
{
	memset(out, 0, sizeof(*out));
	out->key = obj->key;
	out->uid = obj->uid;
	out->gid = obj->gid;
	out->cuid = obj->cuid;
	out->cgid = obj->cgid;
	out->mode = (u16)obj->mode;
	out->seq = (u16)(obj->id / IPC_SLOTS);
}

int ipc_set_perm(struct ipc_object *obj, const struct ipc64_perm_abi *in)
{
	int err = ipc_may_control(obj);

	if (err)
		return err;
	obj->uid = in->uid;
	obj->gid = in->gid;
	obj->mode = (obj->mode & ~0777u) | (in->mode & 0777);
	return 0;
}

/* ---- ipc(2) ---- */

#define SEMOP	   1
#define SEMGET	   2
#define SEMCTL	   3
#define SEMTIMEDOP 4
#define MSGSND	   11
#define MSGRCV	   12
#define MSGGET	   13
#define MSGCTL	   14
#define SHMAT	   21
#define SHMDT	   22
#define SHMGET	   23
#define SHMCTL	   24

static long ipc_semctl(int id, int num, int cmd, const void __user *ptr)
{
	u32 arg;

	if (!ptr)
		return -EINVAL;
	if (get_user(arg, (const u32 __user *)ptr))
		return -EFAULT;
	return sys_semctl(id, num, cmd, arg);
}

/* Version 0 passes the pointer and the type in memory: there was one argument too few. */
static long ipc_msgrcv(u32 version, int id, void __user *ptr, size_t size, s32 type, u32 flags)
{
	struct {
		u32 msg;
		s32 type;
	} old;

	if (version)
		return sys_msgrcv(id, ptr, size, type, flags);
	if (!ptr)
		return -EINVAL;
	if (copy_from_user(&old, ptr, sizeof(old)))
		return -EFAULT;
	return sys_msgrcv(id, (void __user *)old.msg, size, old.type, flags);
}

static long ipc_shmat(u32 version, int id, void __user *addr, u32 flags, u32 __user *result)
{
	long ret;

	if (version == 1)
		return -EINVAL; /* iBCS2 */
	ret = sys_shmat(id, (unsigned long)addr, flags);
	if (IS_ERR((void *)ret))
		return ret;
	return put_user((u32)ret, result);
}

asmlinkage long sys_ipc(u32 call, int first, unsigned long second, unsigned long third,
			void __user *ptr, unsigned long fifth)
{
	u32 version = call >> 16;

	switch (call & 0xffff) {
	case SEMOP:
		return semtimedop32(first, ptr, second, NULL);
	case SEMTIMEDOP:
		return semtimedop32(first, ptr, second, (const void __user *)fifth);
	case SEMGET:
		return sys_semget(first, (int)second, third);
	case SEMCTL:
		return ipc_semctl(first, (int)second, (int)third, ptr);
	case MSGSND:
		return sys_msgsnd(first, ptr, second, third);
	case MSGRCV:
		return ipc_msgrcv(version, first, ptr, second, (s32)fifth, third);
	case MSGGET:
		return sys_msgget(first, second);
	case MSGCTL:
		return sys_msgctl(first, (int)second, ptr);
	case SHMAT:
		return ipc_shmat(version, first, ptr, second, (u32 __user *)third);
	case SHMDT:
		return sys_shmdt((unsigned long)ptr);
	case SHMGET:
		return sys_shmget(first, second, third);
	case SHMCTL:
		return sys_shmctl(first, (int)second, ptr);
	default:
		return -ENOSYS;
	}
}
