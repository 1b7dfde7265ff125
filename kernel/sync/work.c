/*
 * work.c - deferred work: one kernel thread that takes items from a queue.
 *
 * An item may free itself in its function, so it is not touched after the call.
 */
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/task.h>
#include <kernel/wait.h>

static DEFINE_SPINLOCK(work_lock, RANK_WORK);
static LIST_HEAD(queue);     /* work_lock */
static struct work *running; /* work_lock */
static DEFINE_WAIT_QUEUE(work_wait);
static DEFINE_WAIT_QUEUE(done_wait);

void work_init(struct work *work, void (*fn)(struct work *work))
{
	work->fn = fn;
	work->pending = false;
}

bool work_queue(struct work *work)
{
	unsigned long flags = spin_lock_irqsave(&work_lock);
	bool queued = !work->pending;

	if (queued) {
		work->pending = true;
		list_add_tail(&work->node, &queue);
	}
	spin_unlock_irqrestore(&work_lock, flags);
	if (queued)
		wake_up(&work_wait);
	return queued;
}

static bool is_busy(struct work *work)
{
	unsigned long flags = spin_lock_irqsave(&work_lock);
	bool busy = work->pending || running == work;

	spin_unlock_irqrestore(&work_lock, flags);
	return busy;
}

void work_flush(struct work *work)
{
	wait_event(&done_wait, !is_busy(work));
}

static struct work *take_work(void)
{
	unsigned long flags = spin_lock_irqsave(&work_lock);
	struct work *work = list_first_entry_or_null(&queue, struct work, node);

	if (work) {
		list_del(&work->node);
		work->pending = false;
	}
	running = work;
	spin_unlock_irqrestore(&work_lock, flags);
	return work;
}

static int work_thread(void *arg)
{
	for (;;) {
		struct work *work;

		wait_event(&work_wait, !list_empty(&queue));
		while ((work = take_work()) != NULL) {
			work->fn(work);
			wake_up_all(&done_wait);
		}
		wake_up_all(&done_wait);
	}
	return 0;
}

static int work_start(void)
{
	struct task *task = kthread_create(work_thread, NULL, "kworker");

	return IS_ERR(task) ? (int)PTR_ERR(task) : 0;
}
INIT_CALL(1, work_start);
