/*
 * ports.c - struct hw over the port instructions of a process with iopl 3.
 *
 * Source: Intel SDM volume 1, 19.5 (I/O privilege): at IOPL 3 a program may change IF by POPF;
 * where the system only pretends iopl (Linux since 5.5), POPF leaves IF as it is and nothing fails.
 */
#include "host_internal.h"
#include <sys/io.h>
#include <time.h>
#include <unistd.h>

#define FLAG_IF 0x200u
/* Sleeping may take a tick (10 ms) longer than asked; below this it is not worth it. */
#define SLEEP_FROM_US 2000u
#define NO_IRQ_NAP_US 500u

static u8 port_in8(struct hw *hw, u16 port)
{
	return inb(port);
}

static u16 port_in16(struct hw *hw, u16 port)
{
	return inw(port);
}

static u32 port_in32(struct hw *hw, u16 port)
{
	return inl(port);
}

static void port_out8(struct hw *hw, u16 port, u8 value)
{
	outb(value, port);
}

static void port_out16(struct hw *hw, u16 port, u16 value)
{
	outw(value, port);
}

static void port_out32(struct hw *hw, u16 port, u32 value)
{
	outl(value, port);
}

static void port_ins16(struct hw *hw, u16 port, void *buf, size_t words)
{
	insw(port, buf, words);
}

static void port_outs16(struct hw *hw, u16 port, const void *buf, size_t words)
{
	outsw(port, buf, words);
}

static void port_ins32(struct hw *hw, u16 port, void *buf, size_t dwords)
{
	insl(port, buf, dwords);
}

static void port_outs32(struct hw *hw, u16 port, const void *buf, size_t dwords)
{
	outsl(port, buf, dwords);
}

uint64_t host_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static u64 port_now_us(struct hw *hw)
{
	return host_now_us();
}

static void port_delay_us(struct hw *hw, unsigned int us)
{
	uint64_t begin = host_now_us();

	/* One more than asked: the clock was read somewhere within its microsecond. */
	while (host_now_us() - begin <= us)
		;
}

static void port_sleep_us(struct hw *hw, unsigned int us)
{
	struct timespec left = { .tv_sec = us / 1000000u, .tv_nsec = (long)(us % 1000000u) * 1000 };

	if (us < SLEEP_FROM_US)
		port_delay_us(hw, us);
	else
		while (nanosleep(&left, &left))
			;
}

static bool port_wait_irq(struct hw *hw, unsigned int timeout_us)
{
	port_sleep_us(hw, timeout_us < NO_IRQ_NAP_US ? timeout_us : NO_IRQ_NAP_US);
	return false;
}

const struct hw_ops host_hw_ops = {
	.in8 = port_in8,
	.in16 = port_in16,
	.in32 = port_in32,
	.out8 = port_out8,
	.out16 = port_out16,
	.out32 = port_out32,
	.ins16 = port_ins16,
	.outs16 = port_outs16,
	.ins32 = port_ins32,
	.outs32 = port_outs32,
	.delay_us = port_delay_us,
	.sleep_us = port_sleep_us,
	.now_us = port_now_us,
	.wait_irq = port_wait_irq,
};

unsigned long host_lock(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags) : : "memory");
	__asm__ volatile("pushl %0; popfl" : : "r"(flags & ~FLAG_IF) : "memory", "cc");
	return flags;
}

void host_unlock(unsigned long saved)
{
	__asm__ volatile("pushl %0; popfl" : : "r"(saved) : "memory", "cc");
}
