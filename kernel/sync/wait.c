/* wait.c - wait queues; see kernel/wait.h. */
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/wait.h>

struct atomic io_waiters;

void wait_queue_init(struct wait_queue *q)
{
	spin_init(&q->lock, RANK_WAITQ, "wait_queue");
	list_init(&q->entries);
}

bool wait_default_wake(struct wait_entry *entry, u32 key)
{
	return task_wake(entry->task, TASK_NORMAL);
}

void wait_entry_init(struct wait_entry *entry, wait_wake_fn wake)
{
	list_init(&entry->node);
	entry->task = current;
	entry->wake = wake;
	entry->flags = 0;
}

static void add_locked(struct wait_queue *q, struct wait_entry *entry)
{
	if (!list_empty(&entry->node))
		return;
	/* Exclusive ones go last, so that a wake-up reaches every plain one first. */
	if (entry->flags & WAIT_EXCLUSIVE)
		list_add_tail(&entry->node, &q->entries);
	else
		list_add(&entry->node, &q->entries);
}

void wait_add(struct wait_queue *q, struct wait_entry *entry)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);

	add_locked(q, entry);
	spin_unlock_irqrestore(&q->lock, flags);
}

void wait_remove(struct wait_queue *q, struct wait_entry *entry)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);

	if (!list_empty(&entry->node))
		list_del_init(&entry->node);
	spin_unlock_irqrestore(&q->lock, flags);
}

void wait_queue_wake(struct wait_queue *q, int max_exclusive, u32 key)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);
	struct wait_entry *e, *next;

	list_for_each_entry_safe (e, next, &q->entries, node)
		if (e->wake(e, key) && (e->flags & WAIT_EXCLUSIVE) && --max_exclusive == 0)
			break;
	spin_unlock_irqrestore(&q->lock, flags);
}

void wait_prepare(struct wait_queue *q, struct wait_entry *entry, u32 state)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);

	add_locked(q, entry);
	current->state = state;
	spin_unlock_irqrestore(&q->lock, flags);
}

void wait_finish(struct wait_queue *q, struct wait_entry *entry)
{
	current->state = TASK_RUNNING;
	wait_remove(q, entry);
}

int wait_signal_check(u32 state)
{
	if (state & TASK_INTERRUPTIBLE)
		return signal_pending(current) ? -ERESTARTSYS : 0;
	if (state & TASK_WAKEKILL)
		return fatal_signal_pending(current) ? -ERESTARTSYS : 0;
	return 0;
}
