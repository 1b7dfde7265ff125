/*
 * hw_host.c - the kernel's struct hw: real ports, the kernel's clock, and interrupts by a flag that
 * the device's handler sets (hw_host_irq()).
 */
#include <kernel/hw_host.h>
#include <kernel/percpu.h>
#include <kernel/math64.h>
#include <kernel/time.h>
#include <kernel/wait.h>
#include <arch/io.h>

static u8 host_in8(struct hw *hw, u16 port)
{
	return inb(port);
}
static u16 host_in16(struct hw *hw, u16 port)
{
	return inw(port);
}
static u32 host_in32(struct hw *hw, u16 port)
{
	return inl(port);
}
static void host_out8(struct hw *hw, u16 port, u8 value)
{
	outb(value, port);
}
static void host_out16(struct hw *hw, u16 port, u16 value)
{
	outw(value, port);
}
static void host_out32(struct hw *hw, u16 port, u32 value)
{
	outl(value, port);
}
static void host_ins16(struct hw *hw, u16 port, void *buf, size_t words)
{
	insw(port, buf, words);
}
static void host_outs16(struct hw *hw, u16 port, const void *buf, size_t words)
{
	outsw(port, buf, words);
}
static void host_ins32(struct hw *hw, u16 port, void *buf, size_t dwords)
{
	insl(port, buf, dwords);
}
static void host_outs32(struct hw *hw, u16 port, const void *buf, size_t dwords)
{
	outsl(port, buf, dwords);
}
static void host_delay_us(struct hw *hw, unsigned int us)
{
	udelay(us);
}

static bool may_sleep_now(void)
{
	return current && current != this_cpu()->idle && !in_atomic() && !irqs_disabled();
}

static void host_sleep_us(struct hw *hw, unsigned int us)
{
	if (may_sleep_now() && us >= 50)
		usleep(us);
	else
		udelay(us);
}

/* Where interrupts are off the coarse clock stands still; the exact one does not. */
static u64 host_now_us(struct hw *hw)
{
	return div_u64((u64)clock_monotonic(), NSEC_PER_USEC);
}

static bool host_wait_irq(struct hw *hw, unsigned int timeout_us)
{
	struct hw_host *host = container_of(hw, struct hw_host, hw);

	if (!may_sleep_now()) {
		udelay(min(timeout_us, 100u));
		return false;
	}
	(void)wait_event_timeout(&host->irq_wait, READ_ONCE(host->irq_seen),
				 (s64)timeout_us * NSEC_PER_USEC);
	return arch_xchg(&host->irq_seen, 0) != 0;
}

static const struct hw_ops host_ops = {
	.in8 = host_in8,
	.in16 = host_in16,
	.in32 = host_in32,
	.out8 = host_out8,
	.out16 = host_out16,
	.out32 = host_out32,
	.ins16 = host_ins16,
	.outs16 = host_outs16,
	.ins32 = host_ins32,
	.outs32 = host_outs32,
	.delay_us = host_delay_us,
	.sleep_us = host_sleep_us,
	.now_us = host_now_us,
	.wait_irq = host_wait_irq,
};

void hw_host_init(struct hw_host *host)
{
	host->hw.ops = &host_ops;
	host->irq_seen = 0;
	wait_queue_init(&host->irq_wait);
}

void hw_host_irq(struct hw_host *host)
{
	host->irq_seen = 1;
	wake_up(&host->irq_wait);
}
