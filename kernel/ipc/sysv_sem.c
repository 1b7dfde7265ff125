/*
 * sysv_sem.c - System V semaphores.
 *
 * An operation that cannot be done waits in its array's list; who changes a value tries the waiting
 * ones in order and hands each its result. SEM_UNDO keeps, for a process and an array, what has to
 * be added when the process ends.
 *
 * Locking: sem_ids.lock (mutex) guards arrays, waiters and undo records alike.
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
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include "ipc_util.h"
#include "sem_ops.h"
#include "sysv.h"

#define SEM_MAX_IDS	  32000
#define SEM_MAX_PER_ARRAY 32000
#define SEM_MAX_OPS	  500u
#define SEM_FAST_OPS	  16u

struct sem_array {
	struct ipc_object obj;
	unsigned int count;
	u32 otime, ctime;
	struct list_head waiters; /* struct sem_waiter.node, oldest first */
	struct list_head undos;	  /* struct sem_undo.array_node */
	struct semaphore sem[];
};

struct sem_undo {
	struct list_head array_node, process_node;
	struct sem_array *array;
	s16 adjust[];
};

struct sem_undo_list { /* of a process */
	struct list_head undos;
};

struct sem_waiter {
	struct list_head node;
	struct wait_queue wait;
	const struct sembuf_abi *ops;
	unsigned int count, blocking;
	struct sem_undo *undo;
	pid_t pid;
	bool done;
	int result;
};

static struct ipc_ids sem_ids = IPC_IDS_INIT(sem_ids, SEM_MAX_IDS);
static unsigned int sem_total;

static struct sem_array *array_of(struct ipc_object *obj)
{
	return container_of(obj, struct sem_array, obj);
}

/* ---- semget ---- */

static int sem_check(struct ipc_object *obj, size_t count)
{
	return array_of(obj)->count < count;
}

static int sem_make(s32 key, u32 flags, size_t count)
{
	struct sem_array *array;
	int id;

	if (!count)
		return -EINVAL;
	array = kzalloc(sizeof(*array) + count * sizeof(struct semaphore), GFP_KERNEL);
	if (!array)
		return -ENOMEM;
	id = ipc_insert(&sem_ids, &array->obj, key, flags);
	if (id < 0) {
		kfree(array);
		return id;
	}
	array->count = count;
	array->ctime = ipc_seconds();
	list_init(&array->waiters);
	list_init(&array->undos);
	sem_total += count;
	return id;
}

asmlinkage long sys_semget(int key, int n, u32 flags)
{
	static const struct ipc_get_ops ops = { sem_check, sem_make };

	if (n < 0 || n > SEM_MAX_PER_ARRAY)
		return -EINVAL;
	return ipc_get(&sem_ids, &ops, key, flags, (size_t)n);
}

/* ---- waiters; sem_ids.lock held ---- */

static void waiter_finish(struct sem_waiter *w, int result)
{
	list_del_init(&w->node);
	w->result = result;
	WRITE_ONCE(w->done, true);
	wake_up(&w->wait);
}

static int waiter_try(struct sem_array *array, struct sem_waiter *w)
{
	return sem_try(array->sem, w->undo ? w->undo->adjust : NULL, w->ops, w->count, w->pid,
		       &w->blocking);
}

/* A value changed: each success may let earlier ones go on, so it begins again. */
static void array_changed(struct sem_array *array)
{
	struct sem_waiter *w;
	bool again;

	do {
		again = false;
		list_for_each_entry (w, &array->waiters, node) {
			int result = waiter_try(array, w);

			if (result > 0)
				continue;
			if (!result)
				array->otime = ipc_seconds();
			waiter_finish(w, result);
			again = true;
			break;
		}
	} while (again);
}

/* ---- undo ---- */

static struct sem_undo *undo_find(struct sem_undo_list *list, const struct sem_array *array)
{
	struct sem_undo *undo;

	list_for_each_entry (undo, &list->undos, process_node)
		if (undo->array == array)
			return undo;
	return NULL;
}

/* The record of this process for the array, made if need be; ERR_PTR. Lock held. */
static struct sem_undo *undo_get(struct sem_array *array)
{
	struct process *process = current->process;
	struct sem_undo *undo;

	if (!process->sem_undo) {
		process->sem_undo = kmalloc(sizeof(*process->sem_undo), GFP_KERNEL);
		if (!process->sem_undo)
			return ERR_PTR(-ENOMEM);
		list_init(&process->sem_undo->undos);
	}
	undo = undo_find(process->sem_undo, array);
	if (undo)
		return undo;
	undo = kzalloc(sizeof(*undo) + array->count * sizeof(s16), GFP_KERNEL);
	if (!undo)
		return ERR_PTR(-ENOMEM);
	undo->array = array;
	list_add_tail(&undo->process_node, &process->sem_undo->undos);
	list_add_tail(&undo->array_node, &array->undos);
	return undo;
}

static void undo_free(struct sem_undo *undo)
{
	list_del(&undo->process_node);
	list_del(&undo->array_node);
	kfree(undo);
}

/* What would leave the range ends at its bound: an exit cannot fail. */
static void undo_apply(struct sem_undo *undo, pid_t who)
{
	struct sem_array *array = undo->array;

	for (unsigned int i = 0; i < array->count; i++) {
		s32 value = array->sem[i].value + undo->adjust[i];

		if (!undo->adjust[i])
			continue;
		array->sem[i].value = min(max(value, 0), SEMVMX);
		array->sem[i].last = who;
	}
	array->otime = ipc_seconds();
}

void sem_exit(struct process *process)
{
	struct sem_undo_list *list = process->sem_undo;

	if (likely(!list))
		return;
	mutex_lock(&sem_ids.lock);
	while (!list_empty(&list->undos)) {
		struct sem_undo *undo =
			list_first_entry(&list->undos, struct sem_undo, process_node);
		struct sem_array *array = undo->array;

		undo_apply(undo, process->tgid->nr);
		undo_free(undo);
		array_changed(array);
	}
	process->sem_undo = NULL;
	mutex_unlock(&sem_ids.lock);
	kfree(list);
}

/* ---- semop ---- */

/* Waits for the result that somebody else hands over. Lock held, let go meanwhile. */
static int sem_sleep(struct sem_array *array, struct sem_waiter *w, s64 timeout)
{
	s64 left;

	wait_queue_init(&w->wait);
	w->done = false;
	list_add_tail(&w->node, &array->waiters);
	mutex_unlock(&sem_ids.lock);
	left = wait_event_full(&w->wait, READ_ONCE(w->done), TASK_INTERRUPTIBLE, false, timeout);
	mutex_lock(&sem_ids.lock);
	if (w->done)
		return w->result;
	list_del_init(&w->node);
	return left ? -EINTR : -EAGAIN;
}

static int sem_operate(struct sem_array *array, const struct sembuf_abi *ops, unsigned int n,
		       bool undo, s64 timeout)
{
	struct sem_waiter w = { .ops = ops, .count = n, .pid = task_tgid(current) };
	int result;

	if (undo) {
		w.undo = undo_get(array);
		if (IS_ERR(w.undo))
			return (int)PTR_ERR(w.undo);
	}
	result = waiter_try(array, &w);
	if (result > 0)
		return sem_sleep(array, &w, timeout);
	if (!result) {
		array->otime = ipc_seconds();
		array_changed(array);
	}
	return result;
}

/* What the operations as a whole need: the highest number, whether one changes a value or undoes.
 */
static void ops_survey(const struct sembuf_abi *ops, unsigned int n, unsigned int *highest,
		       u32 *mode, bool *undo)
{
	*highest = 0;
	*mode = IPC_READ;
	*undo = false;
	for (unsigned int i = 0; i < n; i++) {
		*highest = max(*highest, (unsigned int)ops[i].num);
		if (ops[i].op)
			*mode = IPC_WRITE;
		if (ops[i].flags & SEM_UNDO)
			*undo = true;
	}
}

static int sem_do_ops(int id, const struct sembuf_abi *ops, unsigned int n, s64 timeout)
{
	struct ipc_object *obj;
	unsigned int highest;
	bool undo;
	u32 mode;
	int err;

	ops_survey(ops, n, &highest, &mode, &undo);
	mutex_lock(&sem_ids.lock);
	obj = ipc_by_id(&sem_ids, id);
	err = IS_ERR(obj) ? (int)PTR_ERR(obj) : 0;
	if (!err && highest >= array_of(obj)->count)
		err = -EFBIG;
	if (!err)
		err = ipc_permission(obj, mode);
	if (!err)
		err = sem_operate(array_of(obj), ops, n, undo, timeout);
	mutex_unlock(&sem_ids.lock);
	return err;
}

static long do_semtimedop(int id, const void __user *uops, u32 n, const void __user *timeout,
			  bool is64)
{
	struct sembuf_abi fast[SEM_FAST_OPS], *ops = fast;
	s64 ns;
	long ret = ipc_get_timeout(timeout, is64, &ns);

	if (ret)
		return ret;
	if (!n || id < 0)
		return -EINVAL;
	if (n > SEM_MAX_OPS)
		return -E2BIG;
	if (n > SEM_FAST_OPS) {
		ops = kmalloc(n * sizeof(*ops), GFP_KERNEL);
		if (!ops)
			return -ENOMEM;
	}
	if (copy_from_user(ops, uops, n * sizeof(*ops)))
		ret = -EFAULT;
	else
		ret = sem_do_ops(id, ops, n, ns);
	if (ops != fast)
		kfree(ops);
	return ret;
}

asmlinkage long sys_semtimedop64(int id, const void __user *ops, u32 n, const void __user *timeout)
{
	return do_semtimedop(id, ops, n, timeout, true);
}

long semtimedop32(int id, const void __user *ops, u32 n, const void __user *timeout)
{
	return do_semtimedop(id, ops, n, timeout, false);
}

/* ---- semctl ---- */

/* The array for an operation, locked when it is no ERR_PTR. */
static struct sem_array *array_lock(int id, u32 mode)
{
	struct ipc_object *obj;
	int err;

	mutex_lock(&sem_ids.lock);
	obj = ipc_by_id(&sem_ids, id);
	err = IS_ERR(obj) ? (int)PTR_ERR(obj) : mode ? ipc_permission(obj, mode) : 0;
	if (!err)
		return array_of(obj);
	mutex_unlock(&sem_ids.lock);
	return ERR_PTR(err);
}

/* How many wait for this semaphore to grow, or to become zero. */
static long count_waiters(const struct sem_array *array, int num, bool zero)
{
	const struct sem_waiter *w;
	long n = 0;

	list_for_each_entry (w, &array->waiters, node) {
		const struct sembuf_abi *op = &w->ops[w->blocking];

		if (op->num == num && (op->op == 0) == zero)
			n++;
	}
	return n;
}

static void set_value(struct sem_array *array, unsigned int num, s32 value)
{
	struct sem_undo *undo;

	array->sem[num].value = value;
	array->sem[num].last = task_tgid(current);
	list_for_each_entry (undo, &array->undos, array_node)
		undo->adjust[num] = 0;
}

static long semctl_one(int id, int num, int cmd, s32 value)
{
	struct sem_array *array;
	long ret = 0;

	if (cmd == SETVAL && (value < 0 || value > SEMVMX))
		return -ERANGE;
	array = array_lock(id, cmd == SETVAL ? IPC_WRITE : IPC_READ);
	if (IS_ERR(array))
		return PTR_ERR(array);
	if (num < 0 || (unsigned int)num >= array->count) {
		ret = -EINVAL;
	} else if (cmd == SETVAL) {
		set_value(array, (unsigned int)num, value);
		array->ctime = ipc_seconds();
		array_changed(array);
	} else if (cmd == GETVAL) {
		ret = array->sem[num].value;
	} else if (cmd == GETPID) {
		ret = array->sem[num].last;
	} else {
		ret = count_waiters(array, num, cmd == GETZCNT);
	}
	mutex_unlock(&sem_ids.lock);
	return ret;
}

/* How many semaphores an array has; it cannot change while the id is valid. */
static long array_size(int id, u32 mode)
{
	struct sem_array *array = array_lock(id, mode);
	long count;

	if (IS_ERR(array))
		return PTR_ERR(array);
	count = array->count;
	mutex_unlock(&sem_ids.lock);
	return count;
}

static long values_exchange(int id, u16 *values, bool set)
{
	struct sem_array *array = array_lock(id, set ? IPC_WRITE : IPC_READ);

	if (IS_ERR(array))
		return PTR_ERR(array);
	for (unsigned int i = 0; i < array->count; i++) {
		if (set)
			set_value(array, i, values[i]);
		else
			values[i] = (u16)array->sem[i].value;
	}
	if (set) {
		array->ctime = ipc_seconds();
		array_changed(array);
	}
	mutex_unlock(&sem_ids.lock);
	return 0;
}

static long semctl_all(int id, bool set, void __user *uvalues)
{
	long count = array_size(id, set ? IPC_WRITE : IPC_READ), ret = 0;
	u16 *values;

	if (count < 0)
		return count;
	values = kcalloc((size_t)count, sizeof(*values), GFP_KERNEL);
	if (!values)
		return -ENOMEM;
	if (set && copy_from_user(values, uvalues, (size_t)count * sizeof(*values)))
		ret = -EFAULT;
	for (long i = 0; set && !ret && i < count; i++)
		if (values[i] > SEMVMX)
			ret = -ERANGE;
	if (!ret)
		ret = values_exchange(id, values, set);
	if (!ret && !set && copy_to_user(uvalues, values, (size_t)count * sizeof(*values)))
		ret = -EFAULT;
	kfree(values);
	return ret;
}

static long semctl_stat(int id, int cmd, void __user *buf)
{
	struct semid64_ds_abi ds = { .nsems = 0 };
	struct ipc_object *obj;
	long ret;

	mutex_lock(&sem_ids.lock);
	obj = cmd == IPC_STAT ? ipc_by_id(&sem_ids, id) : ipc_by_slot(&sem_ids, id);
	ret = IS_ERR(obj) ? PTR_ERR(obj) : 0;
	if (!ret && cmd != SEM_STAT_ANY)
		ret = ipc_permission(obj, IPC_READ);
	if (!ret) {
		ipc_perm_to_abi(&ds.perm, obj);
		ds.otime = array_of(obj)->otime;
		ds.ctime = array_of(obj)->ctime;
		ds.nsems = array_of(obj)->count;
		ret = cmd == IPC_STAT ? 0 : obj->id;
	}
	mutex_unlock(&sem_ids.lock);
	if (ret >= 0 && copy_to_user(buf, &ds, sizeof(ds)))
		ret = -EFAULT;
	return ret;
}

static long semctl_info(int cmd, void __user *buf)
{
	struct seminfo_abi info = { .semmap = 1024000000,
				    .semmni = SEM_MAX_IDS,
				    .semmns = 1024000000,
				    .semmnu = 1024000000,
				    .semmsl = SEM_MAX_PER_ARRAY,
				    .semopm = SEM_MAX_OPS,
				    .semume = SEM_MAX_OPS,
				    .semusz = 20,
				    .semvmx = SEMVMX,
				    .semaem = SEMVMX };
	int highest;

	mutex_lock(&sem_ids.lock);
	highest = ipc_highest(&sem_ids);
	if (cmd == SEM_INFO) {
		info.semusz = (s32)sem_ids.used;
		info.semaem = (s32)sem_total;
	}
	mutex_unlock(&sem_ids.lock);
	return copy_to_user(buf, &info, sizeof(info)) ? -EFAULT : highest;
}

/* Lock held. */
static void array_remove(struct sem_array *array)
{
	ipc_remove(&sem_ids, &array->obj);
	sem_total -= array->count;
	while (!list_empty(&array->waiters))
		waiter_finish(list_first_entry(&array->waiters, struct sem_waiter, node), -EIDRM);
	while (!list_empty(&array->undos))
		undo_free(list_first_entry(&array->undos, struct sem_undo, array_node));
	kfree(array);
}

static long semctl_change(int id, int cmd, const void __user *buf)
{
	struct semid64_ds_abi ds;
	struct sem_array *array;
	long ret;

	if (cmd == IPC_SET && copy_from_user(&ds, buf, sizeof(ds)))
		return -EFAULT;
	array = array_lock(id, 0);
	if (IS_ERR(array))
		return PTR_ERR(array);
	ret = ipc_may_control(&array->obj);
	if (!ret && cmd == IPC_SET) {
		ret = ipc_set_perm(&array->obj, &ds.perm);
		array->ctime = ipc_seconds();
	} else if (!ret) {
		array_remove(array);
	}
	mutex_unlock(&sem_ids.lock);
	return ret;
}

asmlinkage long sys_semctl(int id, int num, int cmd, unsigned long arg)
{
	void __user *buf = (void __user *)arg;

	cmd &= ~IPC_64;
	if (id < 0)
		return -EINVAL;
	switch (cmd) {
	case IPC_STAT:
	case SEM_STAT:
	case SEM_STAT_ANY:
		return semctl_stat(id, cmd, buf);
	case IPC_INFO:
	case SEM_INFO:
		return semctl_info(cmd, buf);
	case GETALL:
	case SETALL:
		return semctl_all(id, cmd == SETALL, buf);
	case GETVAL:
	case GETPID:
	case GETNCNT:
	case GETZCNT:
	case SETVAL:
		return semctl_one(id, num, cmd, (s32)arg);
	case IPC_RMID:
	case IPC_SET:
		return semctl_change(id, cmd, buf);
	default:
		return -EINVAL;
	}
}

size_t sysv_sem_proc_show(unsigned int pos, char *buf, size_t size)
{
	struct ipc_object *obj;
	size_t n = 0;

	if (!pos)
		return (size_t)scnprintf(
			buf, size,
			"       key      semid perms      nsems   uid   gid  cuid  "
			"cgid      otime      ctime\n");
	mutex_lock(&sem_ids.lock);
	obj = ipc_nth(&sem_ids, pos - 1);
	if (obj)
		n = (size_t)scnprintf(buf, size, "%10d %10d  %4o %10u %5u %5u %5u %5u %10u %10u\n",
				      obj->key, obj->id, obj->mode, array_of(obj)->count, obj->uid,
				      obj->gid, obj->cuid, obj->cgid, array_of(obj)->otime,
				      array_of(obj)->ctime);
	mutex_unlock(&sem_ids.lock);
	return n;
}
