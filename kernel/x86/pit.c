/* pit.c - see pit.h. */
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/math64.h>
#include <arch/cpu.h>
#include <arch/io.h>
#include "pit.h"

#define PIT_CH0	      0x40
#define PIT_CH2	      0x42
#define PIT_CMD	      0x43
#define CMD_CH0_MODE0 0x30
#define CMD_CH0_MODE2 0x34
#define CMD_CH0_LATCH 0x00
#define CMD_CH2_MODE0 0xB0
#define PORT_61	      0x61
#define PORT_61_GATE2 0x01
#define PORT_61_SPKR  0x02
#define PORT_61_OUT2  0x20
/* Reads of port 61h until OUT2 must have risen: each takes about 1 us on ISA, far less emulated. */
#define GATE_POLL_LIMIT 4000000u

static u32 reload = 0x10000; /* what the BIOS left */

void pit_set_periodic(void)
{
	unsigned long flags = local_irq_save();

	outb(CMD_CH0_MODE2, PIT_CMD);
	outb(PIT_RELOAD & 0xff, PIT_CH0);
	outb(PIT_RELOAD >> 8, PIT_CH0);
	reload = PIT_RELOAD;
	local_irq_restore(flags);
}

void pit_set_oneshot(u32 counts)
{
	unsigned long flags = local_irq_save();

	outb(CMD_CH0_MODE0, PIT_CMD);
	outb(counts & 0xff, PIT_CH0);
	outb((u8)(counts >> 8), PIT_CH0);
	reload = 0x10000;
	local_irq_restore(flags);
}

u32 pit_read_channel0(void)
{
	unsigned long flags = local_irq_save();
	u32 count;

	outb(CMD_CH0_LATCH, PIT_CMD);
	count = inb(PIT_CH0);
	count |= (u32)inb(PIT_CH0) << 8;
	local_irq_restore(flags);
	return count;
}

bool pit_gate_tsc(unsigned int ms, u64 *start, u64 *end)
{
	u32 counts = PIT_HZ * ms / 1000, polls = 0;
	unsigned long flags = local_irq_save();
	u8 saved = inb(PORT_61);

	outb((saved & ~(PORT_61_SPKR | PORT_61_GATE2)), PORT_61);
	outb(CMD_CH2_MODE0, PIT_CMD);
	outb(counts & 0xff, PIT_CH2);
	outb((u8)(counts >> 8), PIT_CH2);
	outb((u8)((saved & ~PORT_61_SPKR) | PORT_61_GATE2), PORT_61);
	*start = rdtsc();
	while (!(inb(PORT_61) & PORT_61_OUT2) && ++polls < GATE_POLL_LIMIT)
		arch_cpu_relax();
	*end = rdtsc();
	outb(saved, PORT_61);
	local_irq_restore(flags);
	return polls > 10 && polls < GATE_POLL_LIMIT;
}

/* The counter runs down and wraps at `reload`; a dead one must not hang us: bounded by port reads.
 */
void pit_delay_us(unsigned int us)
{
	u32 want = (u32)div_u64((u64)us * PIT_HZ, 1000000) + 1, passed = 0;
	u32 last = pit_read_channel0();

	for (u64 reads = (u64)us * 2 + 16; passed < want && reads; reads--) {
		u32 now = pit_read_channel0();

		passed += last >= now ? last - now : last + reload - now;
		last = now;
	}
}
