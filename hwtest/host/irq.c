/*
 * irq.c - interrupt lines as the pair of 8259s sees them.
 *
 * Neither Oldiron nor Linux hands the interrupt of a legacy device to a program, so what is seen is
 * the request register, which shows a line while it is raised and not yet taken.
 *
 * Source: Intel 8259A, OCW3 (RR, RIS) and OCW1.
 */
#include "host_internal.h"
#include <stdlib.h>
#include <string.h>

#define PIC1	 0x20u
#define PIC2	 0xa0u
#define OCW3_IRR 0x0au
#define LINES	 16u

static u16 pic_of(unsigned int line)
{
	return line < 8 ? PIC1 : PIC2;
}

/* A system that routes interrupts by an I/O APIC has masked the 8259s. */
static bool pic_in_use(const struct host *h)
{
	char *text;
	bool apic;

	if (h->oldiron)
		return true;
	text = host_read_text("/proc/interrupts");
	apic = text && strstr(text, "IO-APIC");
	free(text);
	return text && !apic;
}

int host_irq_pending(struct host *h, unsigned int line)
{
	unsigned long flags;
	u8 irr;

	if (line >= LINES || !pic_in_use(h))
		return -1;
	flags = host_lock();
	hw_out8(&h->hw, pic_of(line), OCW3_IRR);
	irr = hw_in8(&h->hw, pic_of(line));
	host_unlock(flags);
	return irr >> line % 8 & 1;
}

int host_irq_masked(struct host *h, unsigned int line)
{
	if (line >= LINES || !pic_in_use(h))
		return -1;
	return hw_in8(&h->hw, (u16)(pic_of(line) + 1)) >> line % 8 & 1;
}
