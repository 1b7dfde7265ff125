/*
 * ata_packet.c - the packet command: twelve or sixteen bytes of SCSI to a device that then says,
 * phase by phase, what it wants.
 *
 *   interrupt reason (CoD, IO) with DRQ: 1,0 the packet; 0,1 data in; 0,0 data out
 *   without DRQ: the end
 *
 * The device decides how many bytes each data phase has; more than the buffer holds are dropped.
 *
 * Source: SFF-8020i rev 2.6; T13 1321D 9.8; hardware-notes 5.10.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

#define BYTE_LIMIT	 0xF800u /* for each data phase; even, and not FFFF */
#define BYTE_LIMIT_EMPTY 0x0800u /* some devices do not like 0 */
#define DMA_MULTIPLE	 16u
#define PHASES_MAX	 4096u

static u8 ireason(struct ata_channel *ch)
{
	return ata_in(ch, ATAPI_REG_IREASON) & (ATA_IREASON_COD | ATA_IREASON_IO);
}

/* Only for what moves sectors: small answers are padded oddly by some drives. */
static bool is_sector_command(u8 opcode)
{
	static const u8 commands[] = { 0x28, 0x2A, 0xA8, 0xAA, 0xBE };

	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i] == opcode)
			return true;
	return false;
}

static bool wants_dma(const struct ata_device *dev, const struct ata_packet *p)
{
	return p->buffer && !p->no_dma && dev->dma_mode && !dev->dma_off &&
	       is_sector_command(p->cdb[0]) && !(p->buffer->bytes % DMA_MULTIPLE);
}

void ata_packet_taskfile(const struct ata_device *dev, const struct ata_packet *p, bool dma,
			 struct ata_taskfile *tf)
{
	u32 limit = p->buffer ? min_t(u32, ALIGN_UP(p->buffer->bytes, 2u), BYTE_LIMIT)
			      : BYTE_LIMIT_EMPTY;

	*tf = (struct ata_taskfile){ .command = ATA_CMD_PACKET,
				     .feature = dma ? ATAPI_FEATURE_DMA : 0,
				     .lbam = (u8)limit,
				     .lbah = (u8)(limit >> 8) };
	if (dma && dev->id.dma_dir && !p->write)
		tf->feature |= ATAPI_FEATURE_DMADIR;
}

static void give_command(struct ata_device *dev, const struct ata_packet *p, bool dma)
{
	struct ata_command cmd = { .protocol = ATA_NO_DATA };

	ata_packet_taskfile(dev, p, dma, &cmd.tf);
	if (dev->id.packet_irq)
		ata_arm(dev->ch);
	ata_write_taskfile(dev, &cmd);
}

static enum ata_fault send_packet(struct ata_device *dev, struct ata_packet *p, bool dma)
{
	struct ata_channel *ch = dev->ch;
	enum ata_fault fault;
	u8 status;

	if (dev->id.packet_irq)
		(void)ata_wait(ch, ATA_PACKET_DRQ_US, &status);
	fault = ata_poll(ch, 0, 0, ATA_PACKET_DRQ_US, &status);
	if (!fault && status & ATA_STATUS_ERR)
		return ATA_FAULT_DEVICE;
	if (!fault)
		fault = ata_poll(ch, ATA_STATUS_DRQ, ATA_STATUS_DRQ, ATA_PACKET_DRQ_US, &status);
	if (fault)
		return fault == ATA_FAULT_TIMEOUT ? ATA_FAULT_NO_DRQ : fault;
	if (ireason(ch) != ATA_IREASON_COD && !(dev->quirks & ATA_QUIRK_IREASON))
		return ATA_FAULT_PHASE;
	if (dma) {
		/* An interrupt that asked for the packet would be taken for the end. */
		(void)ata_in(ch, ATA_REG_STATUS);
		ata_dma_clear(ch);
		ata_arm_dma(ch);
	} else {
		ata_arm(ch);
	}
	hw_outs16(ch->hw, (u16)(ch->base + ATA_REG_DATA), p->cdb, dev->id.packet_size / 2);
	ata_pause(ch);
	return ATA_OK;
}

/* ---- data by PIO ---- */

/* What has no place in the buffer, or too much of it. */
static void move_excess(struct ata_channel *ch, u32 bytes, bool write)
{
	for (u32 i = 0; i < bytes; i += 2) {
		if (write)
			hw_out16(ch->hw, (u16)(ch->base + ATA_REG_DATA), 0);
		else
			(void)hw_in16(ch->hw, (u16)(ch->base + ATA_REG_DATA));
	}
}

static enum ata_fault data_phase(struct ata_device *dev, struct ata_packet *p,
				 struct ata_cursor *cur)
{
	struct ata_channel *ch = dev->ch;
	u32 bytes = ata_in(ch, ATAPI_REG_COUNT_LO) | (u32)ata_in(ch, ATAPI_REG_COUNT_HI) << 8;
	u32 words = ALIGN_UP(bytes, 2u);
	u32 room = p->buffer ? p->buffer->bytes - p->bytes : 0;
	u32 fits = min(words, ALIGN_DOWN(room, 2u));

	if (!bytes)
		return ATA_FAULT_PHASE;
	ata_arm(ch);
	(void)ata_move(dev, cur, fits, p->write);
	move_excess(ch, words - fits, p->write);
	ata_pause(ch);
	p->bytes += min(bytes, fits);
	p->excess += words - fits;
	return ATA_OK;
}

/* One look after an interrupt; *over: the command has ended. */
static enum ata_fault next_phase(struct ata_device *dev, struct ata_packet *p,
				 struct ata_cursor *cur, bool *over)
{
	u8 want = p->write ? 0 : ATA_IREASON_IO;

	*over = !(p->status & ATA_STATUS_DRQ);
	if (*over)
		return p->status & (ATA_STATUS_ERR | ATA_STATUS_DF) ? ATA_FAULT_DEVICE : ATA_OK;
	p->ireason = ireason(dev->ch);
	if (p->ireason != want && !(dev->quirks & ATA_QUIRK_IREASON))
		return ATA_FAULT_PHASE;
	return data_phase(dev, p, cur);
}

static enum ata_fault run_pio(struct ata_device *dev, struct ata_packet *p, u32 timeout_us)
{
	struct ata_cursor cur;
	enum ata_fault fault;
	bool over = false;

	ata_cursor_init(&cur, p->buffer, 0);
	for (u32 i = 0; i < PHASES_MAX; i++) {
		fault = ata_wait(dev->ch, timeout_us, &p->status);
		if (!fault)
			fault = next_phase(dev, p, &cur, &over);
		if (fault || over)
			return fault;
	}
	return ATA_FAULT_PHASE;
}

/* ---- data by DMA ---- */

static enum ata_fault run_dma(struct ata_device *dev, struct ata_packet *p, u32 timeout_us)
{
	enum ata_fault fault;
	u8 bm_status;

	ata_dma_start(dev->ch);
	fault = ata_wait_dma(dev->ch, timeout_us, &p->status, &bm_status);
	if (!fault)
		fault = ata_dma_result(p->status, bm_status);
	if (!fault)
		p->bytes = p->buffer->bytes;
	return fault;
}

static enum ata_fault run(struct ata_device *dev, struct ata_packet *p, bool dma)
{
	u32 timeout_us = p->timeout_us ? p->timeout_us : ATA_PACKET_US;
	struct ata_channel *ch = dev->ch;
	enum ata_fault fault;

	fault = ata_select(dev, false);
	if (fault)
		return fault;
	if (dma && !ata_dma_prepare(ch, p->buffer, 0, p->buffer->bytes, !p->write))
		dma = false;
	if (dma && ch->polling)
		ata_control(ch, 0);
	give_command(dev, p, dma);
	fault = send_packet(dev, p, dma);
	if (!fault)
		fault = dma ? run_dma(dev, p, timeout_us) : run_pio(dev, p, timeout_us);
	ata_disarm(ch);
	if (dma && ch->polling)
		ata_control(ch, ATA_CONTROL_NIEN);
	return fault;
}

static void learn_dma_fault(struct ata_device *dev)
{
	if (dev->ch->transport || ++dev->dma_fault_row < 2)
		return;
	dev->dma_mode = 0;
	dev->dma_off = true;
	ata_note(dev->ch, dev, "DMA does not work: PIO from now on");
}

/* The engine does not tell how much came; PIO does. It is as much as was asked for: not the drive
 * was wrong but the engine. */
static enum ata_fault count_short(struct ata_device *dev, struct ata_packet *p)
{
	enum ata_fault fault = run(dev, p, false);

	if (!fault && p->bytes == p->buffer->bytes)
		learn_dma_fault(dev);
	return fault;
}

static int finish(struct ata_device *dev, struct ata_packet *p, bool dma)
{
	if (!p->fault) {
		dev->fresh = false;
		dev->dma_fault_row = dma ? 0 : dev->dma_fault_row;
		dev->timeout_row = 0;
		return 0;
	}
	if (p->fault == ATA_FAULT_DEVICE) {
		if (!dev->ch->transport)
			p->error = ata_in(dev->ch, ATA_REG_ERROR);
		p->sense_key = p->error >> 4;
		p->sense_needed = true;
		return -EIO;
	}
	dev->timeouts++;
	if (dma)
		learn_dma_fault(dev);
	if (ata_reset(dev))
		return -ENXIO;
	return p->fault == ATA_FAULT_TIMEOUT || p->fault == ATA_FAULT_BUSY ? -ETIMEDOUT : -EAGAIN;
}

int ata_packet(struct ata_device *dev, struct ata_packet *p)
{
	bool dma = wants_dma(dev, p);

	p->bytes = p->excess = 0;
	p->sense_needed = false;
	p->sense_key = p->status = p->error = p->ireason = 0;
	if (dev->gone) {
		p->fault = ATA_FAULT_GONE;
		return -ENXIO;
	}
	p->fault = dev->ch->transport ? dev->ch->transport->packet(dev, p, dma) : run(dev, p, dma);
	if (p->fault == ATA_FAULT_SHORT && !dev->ch->transport) {
		dma = false;
		p->fault = count_short(dev, p);
	}
	return finish(dev, p, dma);
}
