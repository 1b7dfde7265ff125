/*
 * ata_line.c - does a disk's interrupt reach the interrupt controller?
 *
 * The kernel waits for it; a channel whose line the BIOS or a jumper leads elsewhere works by
 * polling only. The line is masked while nobody drives the disk, so the request is seen in the
 * controller and taken by nobody. One that was there before says nothing: emulated controllers keep
 * what nobody took.
 *
 * Source: T13 1410D 7.11 (nIEN), 9.7 (INTRQ after a command without data, an aborted one too);
 * PCI IDE Controller Specification 1.0 (lines 14 and 15 in compatibility mode).
 */
#include <drivers/ata/ata_internal.h>
#include <drivers/pci/pci_reg.h>
#include "ata_tests.h"

#define PRIMARY	      0x1F0
#define SECONDARY     0x170
#define LINE_1	      14u
#define LINE_2	      15u
#define LINES	      16u
#define LINE_US	      100000u
#define LOOK_US	      20u
#define AFTERWARDS_US 5000000u

/* LINES: it is not known. */
static unsigned int line_of(const struct ata_place *at)
{
	if (at->base == PRIMARY)
		return LINE_1;
	if (at->base == SECONDARY)
		return LINE_2;
	return at->pci ? min_t(unsigned int, pci_read8(at->pci, PCI_REG_LINE), LINES) : LINES;
}

static bool wait_line(struct host *h, unsigned int line)
{
	u64 begin = hw_now_us(&h->hw);

	while (hw_now_us(&h->hw) - begin < LINE_US) {
		if (host_irq_pending(h, line) == 1)
			return true;
		hw_delay_us(&h->hw, LOOK_US);
	}
	return false;
}

void ata_test_line(struct ata_session *s, struct ata_device *dev)
{
	struct ata_channel *ch = dev->ch;
	struct host *h = s->run->host;
	unsigned int line = line_of(s->place);
	bool raised, answered;
	u8 status;

	if (line == LINES || host_irq_masked(h, line) != 1 || host_irq_pending(h, line) != 0 ||
	    ata_select(dev, true))
		return;
	ata_control(ch, 0);
	ata_out(ch, ATA_REG_COMMAND, ATA_CMD_CHECK_POWER);
	raised = wait_line(h, line);
	/* Reading the status takes the request back. A drive that stays busy is told by what is
	 * asked of it next. */
	answered = !ata_poll(ch, 0, 0, AFTERWARDS_US, &status);
	(void)ata_in(ch, ATA_REG_STATUS);
	ata_control(ch, ATA_CONTROL_NIEN);
	if (!answered)
		return;
	note_number(s->run, s->unit[dev->unit], "line", line, "");
	note_number(s->run, s->unit[dev->unit], "line-raised", raised, "");
}
