/*
 * kernel.c - what driver cores call of the kernel, for a process with one thread: locks need no
 * doing, messages of the log go nowhere (what matters comes back as errors and notes).
 */
#include <kernel/errno.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/string.h>

struct cpu boot_cpu;

void preempt_schedule(void);
void preempt_schedule(void)
{
}

int printk(const char *fmt, ...)
{
	return 0;
}

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t n = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (n == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, n + 1);
	return (ssize_t)n;
}
