/*
 * irq.c - interrupt lines: registration, dispatch, storms.
 *
 * A line is acknowledged before its handlers run (they are short) and stays masked by the CPU's
 * interrupt flag. A line on which STORM_LIMIT interrupts in a row found no owner is masked and
 * its handlers are called by a timer instead.
 */
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <arch/cpu.h>
#include "x86.h"

#define STORM_LIMIT	  20000u
#define STORM_QUIET	  MSEC(100) /* unclaimed ones further apart do not add up */
#define STORM_POLL_PERIOD MSEC(100)

struct irq_line {
	struct list_head actions;
	u64 count, spurious;
	u32 unclaimed;
	s64 last_unclaimed;
	bool polled;
};

static struct irq_line lines[IRQ_LINES];
static DEFINE_SPINLOCK(irq_lock, RANK_SPIN); /* action lists; also interrupts off */
static struct timer storm_timer;

void x86_irq(struct regs *regs);
void softirq_run(void);

static bool run_actions(int irq)
{
	struct irq_action *a;
	bool claimed = false;

	list_for_each_entry (a, &lines[irq].actions, node)
		if (a->handler(irq, a->data) == IRQ_HANDLED)
			claimed = true;
	return claimed;
}

static void storm_poll(struct timer *timer)
{
	unsigned long flags = local_irq_save();

	for (int i = 0; i < IRQ_LINES; i++)
		if (lines[i].polled)
			run_actions(i);
	local_irq_restore(flags);
	timer_set(timer, clock_monotonic() + STORM_POLL_PERIOD);
}

static void note_unclaimed(int irq)
{
	struct irq_line *line = &lines[irq];
	s64 now = clock_coarse_monotonic();

	line->unclaimed = now - line->last_unclaimed > STORM_QUIET ? 1 : line->unclaimed + 1;
	line->last_unclaimed = now;
	if (line->unclaimed < STORM_LIMIT || line->polled)
		return;
	pr_err("irq %d: %u interrupts that no driver claims; the line is switched off and polled\n",
	       irq, line->unclaimed);
	pic_mask(irq);
	line->polled = true;
	timer_set(&storm_timer, now + STORM_POLL_PERIOD);
}

/* The user-mode flag of the interrupted code, for the tick. */
bool irq_from_user;

void x86_irq(struct regs *regs)
{
	int irq = (int)regs->error;
	struct irq_line *line = &lines[irq];

	line->count++;
	if (unlikely(!pic_ack(irq))) {
		line->spurious++;
		return;
	}
	this_cpu()->irq_depth++;
	irq_from_user = regs_from_user(regs);
	if (unlikely(!run_actions(irq)))
		note_unclaimed(irq);
	else
		line->unclaimed = 0;
	random_add((u32)regs->eip ^ (u32)irq);
	this_cpu()->irq_depth--;
	if (unlikely(preempt_stress_on()))
		preempt_stress_irq();
	if (this_cpu()->softirq_pending && !in_interrupt())
		softirq_run();
}

int irq_request(int irq, struct irq_action *action)
{
	struct irq_line *line;
	unsigned long flags;

	if (irq < 0 || irq >= IRQ_LINES || irq == 2)
		return -EINVAL;
	line = &lines[irq];
	flags = spin_lock_irqsave(&irq_lock);
	if (!list_empty(&line->actions)) {
		struct irq_action *first =
			list_first_entry(&line->actions, struct irq_action, node);

		if (!(first->flags & action->flags & IRQ_SHARED)) {
			spin_unlock_irqrestore(&irq_lock, flags);
			return -EBUSY;
		}
	}
	list_add_tail(&action->node, &line->actions);
	line->unclaimed = 0;
	line->polled = false;
	pic_unmask(irq);
	spin_unlock_irqrestore(&irq_lock, flags);
	return 0;
}

void irq_free(int irq, struct irq_action *action)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);

	list_del(&action->node);
	if (list_empty(&lines[irq].actions))
		pic_mask(irq);
	spin_unlock_irqrestore(&irq_lock, flags);
}

void irq_mask(int irq)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);

	pic_mask(irq);
	spin_unlock_irqrestore(&irq_lock, flags);
}

void irq_unmask(int irq)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);

	pic_unmask(irq);
	spin_unlock_irqrestore(&irq_lock, flags);
}

u64 irq_count(int irq)
{
	return lines[irq].count;
}

u64 irq_spurious_count(void)
{
	u64 sum = 0;

	for (int i = 0; i < IRQ_LINES; i++)
		sum += lines[i].spurious;
	return sum;
}

size_t irq_describe(int irq, char *buf, size_t size)
{
	unsigned long flags = spin_lock_irqsave(&irq_lock);
	struct irq_action *a;
	size_t n = 0;

	list_for_each_entry (a, &lines[irq].actions, node)
		n += scnprintf(buf + n, size - n, "%s%s", n ? ", " : "", a->name);
	spin_unlock_irqrestore(&irq_lock, flags);
	return n;
}

void __init irq_init(void)
{
	for (int i = 0; i < IRQ_LINES; i++)
		list_init(&lines[i].actions);
	timer_init(&storm_timer, storm_poll);
	pic_init();
}
