/* task.c - finding tasks and processes, their references and memory. */
#include <kernel/arch.h>
#include <kernel/epoll.h>
#include <kernel/files.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include "task_internal.h"

DEFINE_SPINLOCK(task_list_lock, RANK_TASKS);
struct task *init_task;
LIST_HEAD(all_processes);
static struct kmem_cache *task_cache, *process_cache;
static struct atomic tasks;

unsigned long task_count(void)
{
	return (unsigned long)atomic_read(&tasks);
}

struct task *task_alloc(void)
{
	struct task *t = kmem_cache_alloc(task_cache, GFP_KERNEL);

	if (!t)
		return NULL;
	if (current)
		*t = *current;
	else
		memset(t, 0, sizeof(*t));
	t->stack = kstack_alloc();
	if (!t->stack) {
		kmem_cache_free(task_cache, t);
		return NULL;
	}
	t->thread.esp0 = (u32)t->stack + KSTACK_SIZE;
	refcount_set(&t->refs, 2);
	spin_init(&t->alloc_lock, RANK_SPIN, "task");
	atomic_inc(&tasks);
	return t;
}

void task_free_unused(struct task *t)
{
	kstack_free(t->stack);
	kmem_cache_free(task_cache, t);
	atomic_add(&tasks, -1);
}

void task_get(struct task *t)
{
	refcount_inc(&t->refs);
}

void task_put(struct task *t)
{
	if (!refcount_dec(&t->refs))
		return;
	arch_thread_free(t);
	cred_put(t->cred);
	pid_put(t->pid);
	process_put(t->process);
	kmem_cache_free(task_cache, t);
	atomic_add(&tasks, -1);
}

void task_put_dead(struct task *t)
{
	kstack_free(t->stack);
	t->stack = NULL;
	task_put(t);
}

struct process *process_alloc(void)
{
	struct process *p = kmem_cache_alloc(process_cache, GFP_KERNEL | GFP_ZERO);

	if (!p)
		return NULL;
	refcount_set(&p->refs, 1);
	spin_init(&p->siglock, RANK_SIGHAND, "siglock");
	spin_init(&p->cpu_lock, RANK_LEAF, "cpu timers");
	list_init(&p->threads);
	list_init(&p->children);
	list_init(&p->sibling);
	list_init(&p->posix_timers);
	list_init(&p->all_node);
	wait_queue_init(&p->wait_child);
	wait_queue_init(&p->signalfd_wait);
	return p;
}

void process_get(struct process *p)
{
	refcount_inc(&p->refs);
}

void process_put(struct process *p)
{
	if (!refcount_dec(&p->refs))
		return;
	poll_queue_gone(&p->signalfd_wait);
	pid_put(p->tgid);
	if (p->pgid)
		pid_put(p->pgid);
	if (p->sid)
		pid_put(p->sid);
	kmem_cache_free(process_cache, p);
}

struct task *task_find(pid_t tid)
{
	struct pid *pid = pid_find(tid);

	return pid ? hlist_entry_or_null(pid->tasks[PID_TID].first, struct task, pid_node[PID_TID])
		   : NULL;
}

struct task *task_find_get(pid_t tid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t = task_find(tid);

	if (t)
		task_get(t);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return t;
}

struct process *process_find_get(pid_t nr)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct pid *pid = pid_find(nr);
	struct task *t = pid ? hlist_entry_or_null(pid->tasks[PID_TGID].first, struct task,
						   pid_node[PID_TGID])
			     : NULL;
	struct process *p = t ? t->process : NULL;

	if (p)
		process_get(p);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return p;
}

struct mm *task_get_mm(struct task *t)
{
	struct mm *mm;

	spin_lock(&t->alloc_lock);
	mm = t->flags & PF_KTHREAD ? NULL : t->mm;
	if (mm)
		mm_user_get(mm);
	spin_unlock(&t->alloc_lock);
	return mm;
}

struct files *task_get_files(struct task *t)
{
	struct files *files;

	spin_lock(&t->alloc_lock);
	files = t->files;
	if (files)
		refcount_inc(&files->refs);
	spin_unlock(&t->alloc_lock);
	return files;
}

struct fs_context *task_get_fs(struct task *t)
{
	struct fs_context *fs;

	spin_lock(&t->alloc_lock);
	fs = t->fs;
	if (fs)
		refcount_inc(&fs->refs);
	spin_unlock(&t->alloc_lock);
	return fs;
}

void task_set_comm(struct task *t, const char *name)
{
	char comm[sizeof(t->comm)];

	memset(comm, 0, sizeof(comm));
	strscpy(comm, name, sizeof(comm));
	spin_lock(&t->alloc_lock);
	memcpy(t->comm, comm, sizeof(comm));
	spin_unlock(&t->alloc_lock);
}

void task_cpu_times(struct task *t, u64 *utime, u64 *stime)
{
	u64 total, ticked = t->utime + t->stime;

	/* The tick says how it was split, the scheduler how much it was. */
	total = max(t->se.sum_exec, ticked);
	*utime = t->utime;
	*stime = total - t->utime;
}

void process_cpu_times(struct process *p, u64 *utime, u64 *stime)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t;
	u64 u, s;

	*utime = p->dead_threads.utime;
	*stime = p->dead_threads.stime;
	for_each_thread (p, t) {
		task_cpu_times(t, &u, &s);
		*utime += u;
		*stime += s;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
}

void task_cache_init(void)
{
	task_cache = kmem_cache_create("task", sizeof(struct task), 0);
	process_cache = kmem_cache_create("process", sizeof(struct process), 0);
}
