/*
 * irq.h - interrupt lines, softirqs, deferred work.
 *
 * irq_request() attaches a handler to a line 0..15; level-triggered lines may be shared and all
 * handlers of a line run until none claims the interrupt. A handler runs with interrupts off, must
 * look at its own device, must not sleep, and returns whether the interrupt was its own. Lines that
 * storm with unclaimed interrupts are masked with a message and polled.
 *
 * Softirqs run after the interrupt with interrupts on, before returning to the task; they must not
 * sleep. struct work runs in a kernel thread and may sleep; queueing twice before it ran runs it
 * once.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include <kernel/list.h>
#include <kernel/types.h>

#define IRQ_LINES 16

enum irq_return {
	IRQ_NONE,
	IRQ_HANDLED
};
struct irq_action {
	struct list_head node;
	enum irq_return (*handler)(int irq, void *data);
	void *data;
	const char *name; /* in /proc/interrupts */
	u32 flags;
};
#define IRQ_SHARED 1u
int irq_request(int irq, struct irq_action *action); /* -EBUSY, -EINVAL */
void irq_free(int irq, struct irq_action *action);
void irq_mask(int irq);
void irq_unmask(int irq);
u64 irq_count(int irq);
u64 irq_spurious_count(void);
/* The name list of a line for /proc/interrupts; returns length. */
size_t irq_describe(int irq, char *buf, size_t size);

enum softirq {
	SOFTIRQ_TIMER,
	SOFTIRQ_TTY,
	SOFTIRQ_BLOCK,
	SOFTIRQ_NET,
	SOFTIRQ_COUNT
};
void softirq_register(enum softirq nr, void (*fn)(void));
void softirq_raise(enum softirq nr); /* any context */

struct work {
	struct list_head node;
	void (*fn)(struct work *work);
	bool pending;
};
void work_init(struct work *work, void (*fn)(struct work *work));
bool work_queue(struct work *work); /* false: was queued already. Any context. */
void work_flush(struct work *work); /* waits until it is neither queued nor running */

#endif
