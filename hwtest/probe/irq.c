/*
 * irq.c - the pair of interrupt controllers and the sixteen lines.
 *
 * All is read: masks, request and service registers, edge or level, and what the system counts.
 *
 * Source: Intel 8259A data sheet (OCW1, OCW3); Intel 82371 (PIIX) data sheet for ELCR at 4D0;
 * hardware-notes 3.1.
 */
#include "probe.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MASTER	 0x20u
#define SLAVE	 0xa0u
#define ELCR	 0x4d0u
#define OCW3_IRR 0x0au
#define OCW3_ISR 0x0bu
#define LINES	 16u
#define SAMPLES	 50u
#define LOOK_US	 1000u

static u16 read_pair(struct host *h, u8 ocw3)
{
	unsigned long flags = host_lock();
	u16 value;

	hw_out8(&h->hw, MASTER, ocw3);
	hw_out8(&h->hw, SLAVE, ocw3);
	value = (u16)(hw_in8(&h->hw, MASTER) | hw_in8(&h->hw, SLAVE) << 8);
	/* The system may count on reading the request register. */
	hw_out8(&h->hw, MASTER, OCW3_IRR);
	hw_out8(&h->hw, SLAVE, OCW3_IRR);
	host_unlock(flags);
	return value;
}

static u16 masks(struct host *h)
{
	return (u16)(hw_in8(&h->hw, MASTER + 1) | hw_in8(&h->hw, SLAVE + 1) << 8);
}

/* Which lines were requesting in every look, and which in any. */
static void note_requests(struct probe_run *run)
{
	u16 always = 0xffff, ever = 0;

	for (unsigned int i = 0; i < SAMPLES; i++) {
		u16 now = read_pair(run->host, OCW3_IRR);

		always &= now;
		ever |= now;
		hw_sleep_us(&run->host->hw, LOOK_US);
	}
	note_number(run, "", "requests-always", always, "");
	note_number(run, "", "requests-ever", ever, "");
	note_number(run, "", "in-service", read_pair(run->host, OCW3_ISR), "");
}

/* The words behind the count and the controller's name: "1234    XT-PIC  i8042". */
static const char *skip_words(const char *at, unsigned int words)
{
	while (words--) {
		at += strspn(at, " ");
		at += strcspn(at, " ");
	}
	return at + strspn(at, " ");
}

static void note_line(struct probe_run *run, char *line)
{
	unsigned int number;
	unsigned long long count;
	char name[8];
	int at = 0;

	if (sscanf(line, " %u: %llu %n", &number, &count, &at) < 2 || !at || number >= LINES) {
		if (sscanf(line, " SPU: %llu", &count) == 1)
			note_number(run, "", "spurious", (int64_t)count, "");
		return;
	}
	(void)snprintf(name, sizeof(name), "irq%u", number);
	note_number(run, name, "count", (int64_t)count, "");
	if (strstr(line + at, "IO-APIC")) {
		note_text(run, name, "owner", "%s", skip_words(line + at, 2));
		note_number(run, name, "apic", 1, "");
	} else {
		note_text(run, name, "owner", "%s", skip_words(line + at, 1));
	}
}

static void note_lines(struct probe_run *run)
{
	char *text = host_read_text("/proc/interrupts"), *at = text, *line;

	while ((line = text_line(&at)))
		note_line(run, line);
	free(text);
}

static enum probe_end run_irq(struct probe_run *run)
{
	struct hw *hw = &run->host->hw;

	note_number(run, "", "masked", masks(run->host), "");
	note_number(run, "", "level", hw_in8(hw, ELCR) | hw_in8(hw, ELCR + 1) << 8, "");
	note_requests(run);
	note_lines(run);
	return PROBE_DONE;
}

const struct probe probe_irq = {
	.name = "irq",
	.title = "interrupt controllers and lines",
	.class = CLASS_R0,
	.seconds = 5,
	.run = run_irq,
};
