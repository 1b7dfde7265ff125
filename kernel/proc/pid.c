/*
 * pid.c - process ids: a hash of numbers, handed out in order and wrapping round at pid_max.
 */
#include <kernel/hash.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include "task_internal.h"

#define PID_HASH_BITS 8
#define PID_RESERVED  300 /* after the first round, low numbers stay with the system's daemons */

unsigned int pid_max = 32768;
static struct hlist_head pid_hash[1 << PID_HASH_BITS]; /* task_list_lock */
static struct kmem_cache *pid_cache;
static unsigned int last_pid, pid_count; /* task_list_lock */
static unsigned long pids_made;

static struct hlist_head *bucket(pid_t nr)
{
	return &pid_hash[hash_u32((u32)nr, PID_HASH_BITS)];
}

struct pid *pid_find(pid_t nr)
{
	struct pid *pid;

	hlist_for_each_entry (pid, bucket(nr), hash_node)
		if (pid->nr == nr)
			return pid;
	return NULL;
}

struct pid *pid_find_get(pid_t nr)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct pid *pid = pid_find(nr);

	if (pid)
		pid_get(pid);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return pid;
}

/* The next free number; terminates because pid_count < pid_max. */
static pid_t next_number(void)
{
	do {
		last_pid = last_pid + 1 >= pid_max ? PID_RESERVED : last_pid + 1;
	} while (pid_find((pid_t)last_pid));
	return (pid_t)last_pid;
}

struct pid *pid_alloc(void)
{
	struct pid *pid = kmem_cache_alloc(pid_cache, GFP_KERNEL | GFP_ZERO);
	unsigned long flags;

	if (!pid)
		return NULL;
	refcount_set(&pid->refs, 1);
	wait_queue_init(&pid->wait);
	flags = spin_lock_irqsave(&task_list_lock);
	if (pid_count + PID_RESERVED >= pid_max) {
		spin_unlock_irqrestore(&task_list_lock, flags);
		kmem_cache_free(pid_cache, pid);
		return NULL;
	}
	pid->nr = next_number();
	pid_count++;
	pids_made++;
	hlist_add_head(&pid->hash_node, bucket(pid->nr));
	spin_unlock_irqrestore(&task_list_lock, flags);
	return pid;
}

pid_t pid_last(void)
{
	return (pid_t)last_pid;
}

unsigned long pid_made_count(void)
{
	return pids_made;
}

void pid_get(struct pid *pid)
{
	refcount_inc(&pid->refs);
}

void pid_put(struct pid *pid)
{
	if (refcount_dec(&pid->refs))
		kmem_cache_free(pid_cache, pid);
}

static bool pid_unused(const struct pid *pid)
{
	for (int type = 0; type < PID_TYPES; type++)
		if (pid->tasks[type].first)
			return false;
	return true;
}

void pid_attach(struct task *task, enum pid_type type, struct pid *pid)
{
	hlist_add_head(&task->pid_node[type], &pid->tasks[type]);
}

static struct pid *pid_of(struct task *task, enum pid_type type)
{
	struct process *p = task->process;

	return type == PID_TID	  ? task->pid
	       : type == PID_TGID ? p->tgid
	       : type == PID_PGID ? p->pgid
				  : p->sid;
}

/* The number is free again once nothing goes by it. */
static void release_number(struct pid *pid)
{
	if (!pid_unused(pid) || hlist_unhashed(&pid->hash_node))
		return;
	hlist_del_init(&pid->hash_node);
	pid_count--;
}

void pid_detach(struct task *task, enum pid_type type)
{
	hlist_del_init(&task->pid_node[type]);
	release_number(pid_of(task, type));
}

/* Process group or session of a leader: the structure's pointer is counted. */
void pid_change(struct task *task, enum pid_type type, struct pid *pid)
{
	struct pid **slot = type == PID_PGID ? &task->process->pgid : &task->process->sid;
	struct pid *old = *slot;

	pid_get(pid);
	hlist_del_init(&task->pid_node[type]);
	*slot = pid;
	pid_attach(task, type, pid);
	release_number(old);
	pid_put(old);
}

/* A number that no task ever got: fork failed. */
void pid_free_unused(struct pid *pid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	release_number(pid);
	spin_unlock_irqrestore(&task_list_lock, flags);
	pid_put(pid);
}

void pid_init(void)
{
	pid_cache = kmem_cache_create("pid", sizeof(struct pid), 0);
}
