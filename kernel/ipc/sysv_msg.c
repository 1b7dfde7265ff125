/*
 * sysv_msg.c - System V message queues.
 */
#include <kernel/cred.h>
#include <kernel/ipc.h>
#include <kernel/list.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include "sysv.h"

#define MSG_MAX_SIZE  8192u
#define MSG_MAX_BYTES 16384u /* of a queue, unless msgctl() says otherwise */
#define MSG_MAX_IDS   32000

struct msg {
	struct list_head node;
	s32 type;
	size_t size;
	char data[];
};

struct msg_queue {
	struct ipc_object obj;
	struct refcount refs; /* the table, and sleepers */
	struct list_head messages;
	size_t bytes, max_bytes;
	unsigned int count;
	u32 stime, rtime, ctime;
	pid_t last_sender, last_receiver;
	u32 changes; /* a sleeper looks again when it moved */
	struct wait_queue senders, receivers;
};

static struct ipc_ids msg_ids = IPC_IDS_INIT(msg_ids, MSG_MAX_IDS);

static struct msg_queue *queue_of(struct ipc_object *obj)
{
	return container_of(obj, struct msg_queue, obj);
}

static void queue_put(struct msg_queue *q)
{
	if (refcount_dec(&q->refs))
		kfree(q);
}

static int queue_make(s32 key, u32 flags, size_t unused)
{
	struct msg_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	int id;

	if (!q)
		return -ENOMEM;
	id = ipc_insert(&msg_ids, &q->obj, key, flags);
	if (id < 0) {
		kfree(q);
		return id;
	}
	refcount_set(&q->refs, 1);
	list_init(&q->messages);
	q->max_bytes = MSG_MAX_BYTES;
	q->ctime = ipc_seconds();
	wait_queue_init(&q->senders);
	wait_queue_init(&q->receivers);
	return id;
}

asmlinkage long sys_msgget(int key, u32 flags)
{
	static const struct ipc_get_ops ops = { NULL, queue_make };

	return ipc_get(&msg_ids, &ops, key, flags, 0);
}

/* The queue for an operation, locked (msg_ids.lock) when it is no ERR_PTR. */
static struct msg_queue *queue_lock(int id, u32 mode)
{
	struct ipc_object *obj;
	int err;

	mutex_lock(&msg_ids.lock);
	obj = ipc_by_id(&msg_ids, id);
	err = IS_ERR(obj) ? (int)PTR_ERR(obj) : mode ? ipc_permission(obj, mode) : 0;
	if (!err)
		return queue_of(obj);
	mutex_unlock(&msg_ids.lock);
	return ERR_PTR(err);
}

/* Sleeps until the queue changes; the lock is let go meanwhile. 0, -EINTR, -EIDRM. */
static int queue_wait(struct msg_queue *q, struct wait_queue *where)
{
	u32 seen = q->changes;
	int err;

	refcount_inc(&q->refs);
	mutex_unlock(&msg_ids.lock);
	err = wait_event_interruptible(where, READ_ONCE(q->changes) != seen);
	mutex_lock(&msg_ids.lock);
	if (q->obj.removed)
		err = -EIDRM;
	else if (err)
		err = -EINTR;
	queue_put(q);
	return err;
}

static void queue_wake(struct msg_queue *q, struct wait_queue *where)
{
	q->changes++;
	wake_up_all(where);
}

/* ---- sending ---- */

static struct msg *msg_from_user(const void __user *umsg, size_t size)
{
	struct msg *msg = kmalloc(sizeof(*msg) + size, GFP_KERNEL);

	if (!msg)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(msg->data, (const char __user *)umsg + sizeof(s32), size)) {
		kfree(msg);
		return ERR_PTR(-EFAULT);
	}
	msg->size = size;
	return msg;
}

static int queue_send(struct msg_queue *q, struct msg *msg, u32 flags)
{
	while (q->bytes + msg->size > q->max_bytes || q->count + 1 > q->max_bytes) {
		int err = flags & IPC_NOWAIT ? -EAGAIN : queue_wait(q, &q->senders);

		if (err)
			return err;
	}
	list_add_tail(&msg->node, &q->messages);
	q->bytes += msg->size;
	q->count++;
	q->stime = ipc_seconds();
	q->last_sender = task_tgid(current);
	queue_wake(q, &q->receivers);
	return 0;
}

asmlinkage long sys_msgsnd(int id, const void __user *umsg, size_t size, u32 flags)
{
	struct msg_queue *q;
	struct msg *msg;
	s32 type;
	int err;

	if (size > MSG_MAX_SIZE || id < 0)
		return -EINVAL;
	if (get_user(type, (const s32 __user *)umsg))
		return -EFAULT;
	if (type < 1)
		return -EINVAL;
	msg = msg_from_user(umsg, size);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	msg->type = type;
	q = queue_lock(id, IPC_WRITE);
	if (IS_ERR(q)) {
		kfree(msg);
		return PTR_ERR(q);
	}
	err = queue_send(q, msg, flags);
	mutex_unlock(&msg_ids.lock);
	if (err)
		kfree(msg);
	return err;
}

/* ---- receiving ---- */

static struct msg *queue_find(struct msg_queue *q, s32 type, u32 flags)
{
	struct msg *msg, *best = NULL;
	/* -type of the least number would overflow: the largest bound means the same */
	s32 bound = type >= 0 ? 0 : type == -INT_MAX - 1 ? INT_MAX : -type;

	list_for_each_entry (msg, &q->messages, node) {
		if (flags & MSG_COPY) {
			if (type-- == 0)
				return msg;
		} else if (!type || (type > 0 && (msg->type == type) == !(flags & MSG_EXCEPT))) {
			return msg;
		} else if (type < 0 && msg->type <= bound && (!best || msg->type < best->type)) {
			best = msg;
		}
	}
	return best;
}

/* The message, off the queue (or a copy); ERR_PTR. Lock held. */
static struct msg *queue_receive(struct msg_queue *q, size_t size, s32 type, u32 flags)
{
	struct msg *msg, *copy;
	int err;

	while (!(msg = queue_find(q, type, flags))) {
		err = flags & IPC_NOWAIT ? -ENOMSG : queue_wait(q, &q->receivers);
		if (err)
			return ERR_PTR(err);
	}
	if (msg->size > size && !(flags & MSG_NOERROR))
		return ERR_PTR(-E2BIG);
	if (flags & MSG_COPY) {
		copy = kmalloc(sizeof(*copy) + msg->size, GFP_KERNEL);
		if (!copy)
			return ERR_PTR(-ENOMEM);
		memcpy(copy, msg, sizeof(*copy) + msg->size);
		return copy;
	}
	list_del(&msg->node);
	q->bytes -= msg->size;
	q->count--;
	q->rtime = ipc_seconds();
	q->last_receiver = task_tgid(current);
	queue_wake(q, &q->senders);
	return msg;
}

asmlinkage long sys_msgrcv(int id, void __user *umsg, size_t size, s32 type, u32 flags)
{
	struct msg_queue *q;
	struct msg *msg;
	long n;

	if (id < 0 || (s32)size < 0)
		return -EINVAL;
	if (flags & MSG_COPY && (flags & MSG_EXCEPT || !(flags & IPC_NOWAIT)))
		return -EINVAL;
	q = queue_lock(id, IPC_READ);
	if (IS_ERR(q))
		return PTR_ERR(q);
	msg = queue_receive(q, size, type, flags);
	mutex_unlock(&msg_ids.lock);
	if (IS_ERR(msg))
		return PTR_ERR(msg);
	n = (long)min(msg->size, size);
	if (put_user(msg->type, (s32 __user *)umsg) ||
	    copy_to_user((char __user *)umsg + sizeof(s32), msg->data, (size_t)n))
		n = -EFAULT;
	kfree(msg);
	return n;
}

/* ---- control ---- */

static void queue_stat(const struct msg_queue *q, struct msqid64_ds_abi *ds)
{
	memset(ds, 0, sizeof(*ds));
	ipc_perm_to_abi(&ds->perm, &q->obj);
	ds->stime = q->stime;
	ds->rtime = q->rtime;
	ds->ctime = q->ctime;
	ds->cbytes = q->bytes;
	ds->qnum = q->count;
	ds->qbytes = q->max_bytes;
	ds->lspid = q->last_sender;
	ds->lrpid = q->last_receiver;
}

static long msgctl_stat(int id, int cmd, void __user *buf)
{
	struct msqid64_ds_abi ds;
	struct ipc_object *obj;
	long ret;

	mutex_lock(&msg_ids.lock);
	obj = cmd == IPC_STAT ? ipc_by_id(&msg_ids, id) : ipc_by_slot(&msg_ids, id);
	ret = IS_ERR(obj) ? PTR_ERR(obj) : 0;
	if (!ret && cmd != MSG_STAT_ANY)
		ret = ipc_permission(obj, IPC_READ);
	if (!ret) {
		queue_stat(queue_of(obj), &ds);
		ret = cmd == IPC_STAT ? 0 : obj->id;
	}
	mutex_unlock(&msg_ids.lock);
	if (ret >= 0 && copy_to_user(buf, &ds, sizeof(ds)))
		ret = -EFAULT;
	return ret;
}

static long msgctl_info(int cmd, void __user *buf)
{
	struct msginfo_abi info = { .msgmax = MSG_MAX_SIZE,
				    .msgmnb = MSG_MAX_BYTES,
				    .msgmni = MSG_MAX_IDS,
				    .msgssz = 16,
				    .msgseg = 0xffff };
	int highest;

	mutex_lock(&msg_ids.lock);
	highest = ipc_highest(&msg_ids);
	if (cmd == MSG_INFO) {
		info.msgpool = (s32)msg_ids.used;
		for (unsigned int i = 0; i < msg_ids.size; i++) {
			if (!msg_ids.slot[i])
				continue;
			info.msgmap += (s32)queue_of(msg_ids.slot[i])->count;
			info.msgtql += (s32)queue_of(msg_ids.slot[i])->bytes;
		}
	} else {
		info.msgpool = MSG_MAX_IDS * (MSG_MAX_BYTES / 1024);
		info.msgmap = MSG_MAX_BYTES;
		info.msgtql = MSG_MAX_BYTES;
	}
	mutex_unlock(&msg_ids.lock);
	return copy_to_user(buf, &info, sizeof(info)) ? -EFAULT : highest;
}

/* Lock held; the table's reference goes. */
static void queue_remove(struct msg_queue *q)
{
	ipc_remove(&msg_ids, &q->obj);
	queue_wake(q, &q->senders);
	wake_up_all(&q->receivers);
	while (!list_empty(&q->messages)) {
		struct msg *msg = list_first_entry(&q->messages, struct msg, node);

		list_del(&msg->node);
		kfree(msg);
	}
	queue_put(q);
}

static long queue_set(struct msg_queue *q, const struct msqid64_ds_abi *ds)
{
	long err;

	if (ds->qbytes > MSG_MAX_BYTES && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	err = ipc_set_perm(&q->obj, &ds->perm);
	if (err)
		return err;
	q->max_bytes = ds->qbytes;
	q->ctime = ipc_seconds();
	queue_wake(q, &q->senders);
	return 0;
}

asmlinkage long sys_msgctl(int id, int cmd, void __user *buf)
{
	struct msqid64_ds_abi ds;
	struct msg_queue *q;
	long ret;

	cmd &= ~IPC_64;
	if (cmd == IPC_STAT || cmd == MSG_STAT || cmd == MSG_STAT_ANY)
		return msgctl_stat(id, cmd, buf);
	if (cmd == IPC_INFO || cmd == MSG_INFO)
		return msgctl_info(cmd, buf);
	if (cmd != IPC_RMID && cmd != IPC_SET)
		return -EINVAL;
	if (cmd == IPC_SET && copy_from_user(&ds, buf, sizeof(ds)))
		return -EFAULT;
	q = queue_lock(id, 0);
	if (IS_ERR(q))
		return PTR_ERR(q);
	ret = ipc_may_control(&q->obj);
	if (!ret && cmd == IPC_SET)
		ret = queue_set(q, &ds);
	else if (!ret)
		queue_remove(q);
	mutex_unlock(&msg_ids.lock);
	return ret;
}

size_t sysv_msg_proc_show(unsigned int pos, char *buf, size_t size)
{
	struct ipc_object *obj;
	size_t n = 0;

	if (!pos)
		return (size_t)scnprintf(buf, size,
					 "       key      msqid perms      cbytes       qnum lspid "
					 "lrpid   uid   gid  "
					 "cuid  cgid      stime      rtime      ctime\n");
	mutex_lock(&msg_ids.lock);
	obj = ipc_nth(&msg_ids, pos - 1);
	if (obj) {
		const struct msg_queue *q = queue_of(obj);

		n = (size_t)scnprintf(
			buf, size,
			"%10d %10d  %4o  %10u %10u %5d %5d %5u %5u %5u %5u %10u %10u %10u\n",
			obj->key, obj->id, obj->mode, (u32)q->bytes, q->count, q->last_sender,
			q->last_receiver, obj->uid, obj->gid, obj->cuid, obj->cgid, q->stime,
			q->rtime, q->ctime);
	}
	mutex_unlock(&msg_ids.lock);
	return n;
}
