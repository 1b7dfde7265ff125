/* Life of a unit test: reset, setup, teardown, death; interrupt flag, log, deferred work. */
#include "host_internal.h"
#include <host/host.h>
#include <kernel/assert.h>
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <arch/irqflags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned long host_irq_flags = EFLAGS_IF;
int host_signal_pending;
__weak struct atomic io_waiters;
__weak struct cpu boot_cpu = { .preempt_count = PREEMPT_NO_RESCHED };
__weak bool panicking;

static char log_text[1 << 16];
static size_t log_len;
static LIST_HEAD(work_list);
static void (*softirq_fn[SOFTIRQ_COUNT])(void);
static u32 softirq_raised;

/* --- death */

void host_die(const char *what, const char *file, int line)
{
#ifdef HOST_FUZZ
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
#else
	/* Returns to expect_assert_failure() when there is one, else fails the running test. */
	mock_assert(0, what, file, line);
	abort();
#endif
}

__weak void assert_failed(const char *expr, const char *file, int line)
{
	host_die(expr, file, line);
}

__weak void panic(const char *fmt, ...)
{
	static char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	host_die(text, "panic", 0);
}

/* --- the log */

__weak int vprintk(const char *fmt, va_list ap)
{
	size_t room = sizeof(log_text) - log_len;
	int n = vsnprintf(log_text + log_len, room, fmt, ap);

	if (n > 0)
		log_len += (size_t)n < room ? (size_t)n : room - 1;
	return n;
}

__weak int printk(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vprintk(fmt, ap);
	va_end(ap);
	return n;
}

__weak int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	if (!size)
		return 0;
	return n < (int)size ? n : (int)size - 1;
}

__weak ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t n = strnlen(src, size);

	if (!size)
		return -E2BIG;
	memcpy(dst, src, n == size ? n - 1 : n);
	dst[n == size ? n - 1 : n] = '\0';
	return n == size ? -E2BIG : (ssize_t)n;
}

const char *host_log(void)
{
	return log_text;
}

void host_log_clear(void)
{
	log_len = 0;
	log_text[0] = '\0';
}

/* --- what runs later */

__weak void work_init(struct work *work, void (*fn)(struct work *work))
{
	list_init(&work->node);
	work->fn = fn;
	work->pending = false;
}

__weak bool work_queue(struct work *work)
{
	if (work->pending)
		return false;
	work->pending = true;
	list_add_tail(&work->node, &work_list);
	return true;
}

void host_run_work(void)
{
	while (!list_empty(&work_list)) {
		struct work *work = list_first_entry(&work_list, struct work, node);

		list_del_init(&work->node);
		work->pending = false;
		work->fn(work);
	}
}

__weak void work_flush(struct work *work)
{
	if (work->pending)
		host_run_work();
}

__weak void softirq_register(enum softirq nr, void (*fn)(void))
{
	softirq_fn[nr] = fn;
}

__weak void softirq_raise(enum softirq nr)
{
	softirq_raised |= 1u << nr;
}

void host_run_softirqs(void)
{
	for (unsigned int i = 0; i < SOFTIRQ_COUNT; i++) {
		if (!(softirq_raised & 1u << i))
			continue;
		softirq_raised &= ~(1u << i);
		if (softirq_fn[i])
			softirq_fn[i]();
	}
}

/* --- fixtures */

void host_reset(void)
{
	host_irq_flags = EFLAGS_IF;
	host_signal_pending = 0;
	boot_cpu.preempt_count = PREEMPT_NO_RESCHED;
	boot_cpu.irq_depth = 0;
	softirq_raised = 0;
	list_init(&work_list);
	host_log_clear();
	host_fail_alloc(0);
	host_on_sleep(NULL, NULL);
	host_user_fault(NULL, 0);
	host_memory_reset();
	host_pages_reset();
	host_locks_reset();
	host_time_reset();
	host_user_reset();
}

#ifndef HOST_FUZZ
int host_setup(void **state)
{
	host_reset();
	return 0;
}

static bool complain(unsigned int count, const char *what)
{
	if (count)
		print_error("at the end of the test: %u %s\n", count, what);
	return count != 0;
}

int host_teardown(void **state)
{
	bool bad = complain(host_alloc_live(), "allocations not freed");

	bad |= complain(host_pages_live(), "pages not freed");
	bad |= complain(host_locks_held(), "locks still held");
	bad |= complain(irqs_disabled(), "= interrupts still off");
	bad |= complain(boot_cpu.preempt_count & ~PREEMPT_NO_RESCHED, "= preemption count");
	host_reset();
	return bad ? -1 : 0;
}
#endif
