/*
 * ahci_command.c - one command, once: a FIS and a table into memory, the slot's bit set, and a wait
 * until the port clears it or an event says that it never will.
 *
 * The port moves data by itself whatever the protocol; PIO and DMA differ in the command only.
 *
 * Source: Serial ATA AHCI 1.3.1, 5.5 (commands), 6.2 (errors).
 */
#include <kernel/compiler.h>
#include <kernel/string.h>
#include "ahci_internal.h"

#define SLOT 1u /* CI bit */

struct head {
	u32 options, moved, table, table_upper;
	u32 reserved[4];
};

static volatile struct head *head(const struct ahci_port *port)
{
	return (volatile struct head *)((u8 *)port->memory + AHCI_LIST_AT);
}

static u8 *command_table(const struct ahci_port *port)
{
	return (u8 *)port->memory + AHCI_TABLE_AT;
}

static volatile u8 *received(const struct ahci_port *port)
{
	return (volatile u8 *)port->memory + AHCI_RX_AT;
}

/* ---- going out ---- */

static void build_fis(u8 fis[FIS_BYTES], const struct ata_taskfile *tf, bool lba48)
{
	memset(fis, 0, FIS_BYTES);
	fis[0] = FIS_H2D;
	fis[1] = FIS_COMMAND;
	fis[2] = tf->command;
	fis[3] = tf->feature;
	fis[4] = tf->lbal;
	fis[5] = tf->lbam;
	fis[6] = tf->lbah;
	fis[7] = ATA_DEVICE_BASE | tf->device;
	fis[12] = tf->nsect;
	if (!lba48)
		return;
	fis[8] = tf->hob_lbal;
	fis[9] = tf->hob_lbam;
	fis[10] = tf->hob_lbah;
	fis[11] = tf->hob_feature;
	fis[13] = tf->hob_nsect;
}

static void build_head(struct ahci_port *port, const struct ahci_transfer *t, bool packet)
{
	u32 options = AHCI_HEAD_FIS_WORDS | t->prds << AHCI_HEAD_PRDTL;

	if (t->write)
		options |= AHCI_HEAD_WRITE;
	if (packet)
		options |= AHCI_HEAD_ATAPI;
	head(port)->moved = 0;
	head(port)->table = port->memory_phys + AHCI_TABLE_AT;
	head(port)->table_upper = 0;
	head(port)->options = options;
	/* So that it is seen whether one comes. */
	received(port)[AHCI_RX_D2H] = received(port)[AHCI_RX_PIO] = 0;
}

/* ---- waiting ---- */

static enum ata_fault judge_events(const struct ahci_port *port, u32 events)
{
	if (events & (AHCI_INT_HBFS | AHCI_INT_HBDS))
		return ATA_FAULT_DMA;
	if (events & AHCI_INT_IFS && !(port->quirks & AHCI_IGNORE_IFS))
		return ATA_FAULT_LINK;
	/* The link went, or the device reset itself: what it was doing is lost. */
	if (events & (AHCI_INT_PCS | AHCI_INT_PRCS))
		return ATA_FAULT_LINK;
	return events & AHCI_INT_TFES ? ATA_FAULT_DEVICE : ATA_OK;
}

/* True: it is over, with *fault. The slot is looked at before the events: what ended it is there
 * by then. */
static bool is_over(struct ahci_port *port, enum ata_fault *fault)
{
	u32 slots = ahci_read(port, AHCI_CI);

	if (slots == 0xffffffffu && ahci_is_gone(port)) {
		*fault = ATA_FAULT_GONE;
		return true;
	}
	*fault = judge_events(port, ahci_take_events(port));
	if (*fault)
		return true;
	if (slots & SLOT)
		return false;
	if (ahci_read(port, AHCI_TFD) & (ATA_STATUS_ERR | ATA_STATUS_DF))
		*fault = ATA_FAULT_DEVICE;
	return true;
}

static void count_lost(struct ata_channel *ch)
{
	ch->lost_total++;
	if (++ch->lost_irqs == 1)
		ata_note(ch, NULL, "lost interrupt");
	if (ch->lost_irqs < ATA_LOST_IRQS_MAX)
		return;
	ata_note(ch, NULL, "interrupts do not come: polling from now on");
	ch->polling = true;
	ahci_enable_irq(ch);
}

static bool take_came(struct ahci_port *port)
{
	unsigned long saved = ata_lock(port->ch);
	bool came = port->came;

	port->came = false;
	ata_unlock(port->ch, saved);
	return came;
}

/* True: an interrupt was waited for and none came. */
static bool wait_slice(struct ahci_port *port, u64 spent, u32 timeout_us, unsigned int looks)
{
	struct ata_channel *ch = port->ch;
	u32 left = spent < timeout_us ? (u32)(timeout_us - spent) : 0;

	if (ch->polling) {
		hw_sleep_us(ch->hw, looks < ATA_POLL_SPINS ? ATA_POLL_SPIN_US : ATA_POLL_SLEEP_US);
		return false;
	}
	return !hw_wait_irq(ch->hw, min_t(u32, left, ATA_IRQ_SLICE_US)) && !take_came(port);
}

static enum ata_fault wait_end(struct ahci_port *port, u32 timeout_us)
{
	struct ata_channel *ch = port->ch;
	u64 begin = hw_now_us(ch->hw);
	unsigned int looks = 0;
	enum ata_fault fault;

	for (;;) {
		u64 spent = hw_now_us(ch->hw) - begin;
		bool quiet = wait_slice(port, spent, timeout_us, looks++);

		if (is_over(port, &fault)) {
			if (quiet)
				count_lost(ch);
			else if (!ch->polling)
				ch->lost_irqs = 0;
			return fault;
		}
		if (spent >= timeout_us)
			return ATA_FAULT_TIMEOUT;
	}
}

/* ---- coming back ---- */

static void read_result(const struct ahci_port *port, struct ata_taskfile *r)
{
	volatile u8 *fis = received(port) + AHCI_RX_D2H;
	u32 tfd = ahci_read(port, AHCI_TFD);

	r->status = (u8)tfd;
	r->error = (u8)(tfd >> 8);
	/* PIO into memory ends without one. */
	if (fis[0] != FIS_D2H)
		return;
	r->lbal = fis[4];
	r->lbam = fis[5];
	r->lbah = fis[6];
	r->device = fis[7];
	r->hob_lbal = fis[8];
	r->hob_lbam = fis[9];
	r->hob_lbah = fis[10];
	r->nsect = fis[12];
	r->hob_nsect = fis[13];
}

static enum ata_fault run(struct ata_device *dev, struct ahci_transfer *t, bool packet,
			  u32 timeout_us, struct ata_taskfile *result)
{
	struct ahci_port *port = dev->ch->transport_data;
	enum ata_fault fault;

	build_head(port, t, packet);
	/* Since the last command a device has announced itself: it may be another one. */
	if (ahci_clear_events(port) & AHCI_INT_PCS)
		return ahci_settle(port, ATA_FAULT_LINK);
	barrier();
	ahci_write(port, AHCI_CI, SLOT);
	fault = wait_end(port, dev->fresh ? max(timeout_us, ATA_SPIN_UP_US) : timeout_us);
	barrier();
	if (fault != ATA_FAULT_GONE)
		read_result(port, result);
	/* The drive saw a checksum fail. */
	if (fault == ATA_FAULT_DEVICE && !packet && result->error & ATA_ERROR_ICRC)
		fault = ATA_FAULT_LINK;
	return ahci_settle(port, fault);
}

static enum ata_fault prepare(struct ahci_port *port, struct ahci_transfer *t)
{
	if (ahci_is_gone(port))
		return ATA_FAULT_GONE;
	if (port->ch->stopped || ahci_read(port, AHCI_TFD) & (ATA_STATUS_BSY | ATA_STATUS_DRQ))
		return ATA_FAULT_BUSY;
	return ahci_map(port, t) ? ATA_OK : ATA_FAULT_DMA;
}

enum ata_fault ahci_execute(struct ata_device *dev, struct ata_command *cmd)
{
	struct ahci_port *port = dev->ch->transport_data;
	struct ahci_transfer t = { .write = cmd->protocol == ATA_PIO_OUT ||
					    cmd->protocol == ATA_DMA_OUT };
	enum ata_fault fault;

	if (cmd->protocol != ATA_NO_DATA) {
		t.buffer = cmd->buffer;
		t.offset = cmd->offset;
		t.bytes = cmd->bytes;
	}
	fault = prepare(port, &t);
	if (fault)
		return fault;
	build_fis(command_table(port), &cmd->tf, cmd->lba48);
	fault = run(dev, &t, false, cmd->timeout_us ? cmd->timeout_us : ATA_COMMAND_US,
		    &cmd->result);
	if (!fault) {
		ahci_unmap(port, &t, t.bytes);
		cmd->done = t.bytes;
		/* What a reset sends, all small and by PIO, proves nothing about the link. */
		if (cmd->protocol == ATA_DMA_IN || cmd->protocol == ATA_DMA_OUT)
			port->link_row = 0;
	}
	return fault;
}

enum ata_fault ahci_packet(struct ata_device *dev, struct ata_packet *p, bool dma)
{
	struct ahci_port *port = dev->ch->transport_data;
	struct ahci_transfer t = { .buffer = p->buffer, .write = p->write };
	struct ata_taskfile tf, result = { 0 };
	enum ata_fault fault;

	t.bytes = p->buffer ? p->buffer->bytes : 0;
	fault = prepare(port, &t);
	if (fault)
		return fault;
	ata_packet_taskfile(dev, p, dma, &tf);
	build_fis(command_table(port), &tf, false);
	memcpy(command_table(port) + AHCI_TABLE_PACKET, p->cdb, sizeof(p->cdb));
	fault = run(dev, &t, true, p->timeout_us ? p->timeout_us : ATA_PACKET_US, &result);
	p->status = result.status;
	p->error = result.error;
	p->ireason = result.nsect & (ATA_IREASON_COD | ATA_IREASON_IO);
	p->bytes = min(head(port)->moved, t.bytes);
	ahci_unmap(port, &t, p->bytes);
	return fault;
}
