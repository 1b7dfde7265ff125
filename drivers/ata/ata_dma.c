/*
 * ata_dma.c - the bus master: its table, starting and stopping it, what its end means.
 *
 * Sequence: table, direction, old status cleared, command to the drive, start; the end is the INTR
 * bit, upon which the engine is stopped before anything else is touched.
 *
 * Source: SFF-8038i 1.0.
 */
#include "ata_internal.h"

#define PRD_ALIGN      4u
#define PRD_HALF_LIMIT 0x8000u

struct table {
	struct ata_channel *ch;
	unsigned int n;
};

/* One region that crosses no bound; joined to the last one where it can be. */
static bool table_add(struct table *t, u32 phys, u32 bytes)
{
	if (t->n == t->ch->prd_max)
		return false;
	t->ch->prd[2 * t->n] = phys;
	t->ch->prd[2 * t->n + 1] = bytes & PRD_COUNT_MASK;
	t->n++;
	return true;
}

static bool table_add_range(struct table *t, u32 phys, u32 bytes)
{
	u32 limit = t->ch->flags & ATA_CH_PRD_32K ? PRD_HALF_LIMIT : PRD_BOUNDARY;

	while (bytes) {
		u32 to_bound = PRD_BOUNDARY - (phys & (PRD_BOUNDARY - 1));
		u32 most = min(limit, to_bound), n = min(bytes, most);

		if (!table_add(t, phys, n))
			return false;
		phys += n;
		bytes -= n;
	}
	return true;
}

static bool aligned(u32 phys, u32 bytes)
{
	return phys != ATA_PHYS_NONE && !(phys % PRD_ALIGN) && !(bytes % PRD_ALIGN);
}

/* Neighbouring pieces that are neighbours in memory too become one region. */
static bool build_table(struct table *t, const struct ata_buffer *buffer, u32 offset, u32 bytes)
{
	struct ata_cursor cur;
	u32 begin = 0, length = 0;

	ata_cursor_init(&cur, buffer, offset);
	for (; bytes && cur.piece < buffer->count; cur.piece++, cur.offset = 0) {
		const struct ata_piece *p = &buffer->pieces[cur.piece];
		u32 phys = p->phys + cur.offset, n = min(p->bytes - cur.offset, bytes);

		if (p->phys == ATA_PHYS_NONE || !aligned(phys, n))
			return false;
		if (length && begin + length != phys) {
			if (!table_add_range(t, begin, length))
				return false;
			length = 0;
		}
		if (!length)
			begin = phys;
		length += n;
		bytes -= n;
	}
	return !bytes && length && table_add_range(t, begin, length);
}

void ata_dma_clear(struct ata_channel *ch)
{
	u8 status = hw_in8(ch->hw, (u16)(ch->bm + BM_REG_STATUS));

	if (status & (BM_STATUS_INTR | BM_STATUS_ERROR))
		hw_out8(ch->hw, (u16)(ch->bm + BM_REG_STATUS),
			(u8)((status & (BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1)) | BM_STATUS_INTR |
			     BM_STATUS_ERROR));
}

bool ata_dma_prepare(struct ata_channel *ch, const struct ata_buffer *buffer, u32 offset, u32 bytes,
		     bool to_memory)
{
	struct table t = { .ch = ch };

	if (!ch->bm || !ch->prd || !buffer || !build_table(&t, buffer, offset, bytes))
		return false;
	ch->prd[2 * t.n - 1] |= PRD_LAST;
	hw_out32(ch->hw, (u16)(ch->bm + BM_REG_TABLE), ch->prd_phys);
	ch->bm_direction = to_memory ? BM_COMMAND_READ : 0;
	hw_out8(ch->hw, (u16)(ch->bm + BM_REG_COMMAND), ch->bm_direction);
	/* What the last transfer left was cleared at its end; PIO since then leaves INTR. */
	ata_dma_clear(ch);
	return true;
}

bool ata_bm_simplex(struct hw *hw, u16 bm, bool clears)
{
	u16 port = (u16)(bm + BM_REG_STATUS);
	u8 status = hw_in8(hw, port);

	if (status == 0xff)
		return false;
	if (status & BM_STATUS_SIMPLEX && clears) {
		hw_out8(hw, port, status & (BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1));
		status = hw_in8(hw, port);
	}
	return status & BM_STATUS_SIMPLEX;
}

static void set_start(struct ata_channel *ch, bool on)
{
	hw_out8(ch->hw, (u16)(ch->bm + BM_REG_COMMAND),
		(u8)(ch->bm_direction | (on ? BM_COMMAND_START : 0)));
}

/* A drive that refused the command may have interrupted already: the handler then stopped an engine
 * that did not run, and it must not be started any more. */
void ata_dma_start(struct ata_channel *ch)
{
	unsigned long saved = ata_lock(ch);

	if (ch->dma_running)
		set_start(ch, true);
	ata_unlock(ch, saved);
}

void ata_dma_stop(struct ata_channel *ch)
{
	set_start(ch, false);
	(void)ata_alt_status(ch);
}

enum ata_fault ata_dma_result(u8 status, u8 bm_status)
{
	/* The interrupt was not its, and the engine is stopped. */
	if (status & ATA_STATUS_BSY)
		return ATA_FAULT_DMA;
	if (status & (ATA_STATUS_ERR | ATA_STATUS_DF))
		return ATA_FAULT_DEVICE;
	if (bm_status & BM_STATUS_ERROR)
		return ATA_FAULT_DMA;
	/* The drive is done and the table not: it sent less than it was asked for. */
	if (bm_status & BM_STATUS_ACTIVE)
		return ATA_FAULT_SHORT;
	return status & ATA_STATUS_DRQ ? ATA_FAULT_DRQ_LEFT : ATA_OK;
}

/* The table is prepared and the command given. */
enum ata_fault ata_dma_run(struct ata_device *dev, struct ata_command *cmd, u8 *status)
{
	struct ata_channel *ch = dev->ch;
	u32 us = cmd->timeout_us ? cmd->timeout_us : ATA_COMMAND_US;
	enum ata_fault fault;
	u8 bm_status;

	ata_dma_start(ch);
	fault = ata_wait_dma(ch, dev->fresh ? max(us, ATA_SPIN_UP_US) : us, status, &bm_status);
	if (!fault)
		fault = ata_dma_result(*status, bm_status);
	if (!fault)
		cmd->done = cmd->bytes;
	return fault;
}
