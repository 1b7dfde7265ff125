/*
 * ata_pio.c - data through the data port.
 *
 * In: an interrupt before each block. Out: the first block when DRQ is seen, an interrupt behind
 * each. A block is one sector, or as many as SET MULTIPLE agreed on. The interrupt of the next
 * block may come while this one still moves: it is armed before (ata_irq.c).
 *
 * Source: T13 1321D 9.5, 9.6.
 */
#include "ata_internal.h"

void ata_cursor_init(struct ata_cursor *cur, const struct ata_buffer *buffer, u32 offset)
{
	*cur = (struct ata_cursor){ .buffer = buffer };
	while (buffer && cur->piece < buffer->count && offset >= buffer->pieces[cur->piece].bytes)
		offset -= buffer->pieces[cur->piece++].bytes;
	cur->offset = offset;
}

static void write_port(const struct ata_device *dev, const u8 *addr, u32 bytes)
{
	u16 port = (u16)(dev->ch->base + ATA_REG_DATA);
	u32 dwords = dev->io32 ? bytes / 4 : 0;

	if (dwords)
		hw_outs32(dev->ch->hw, port, addr, dwords);
	if (bytes > 4 * dwords)
		hw_outs16(dev->ch->hw, port, addr + 4 * dwords, bytes / 2 - 2 * dwords);
}

static void read_port(const struct ata_device *dev, u8 *addr, u32 bytes)
{
	u16 port = (u16)(dev->ch->base + ATA_REG_DATA);
	u32 dwords = dev->io32 ? bytes / 4 : 0;

	if (dwords)
		hw_ins32(dev->ch->hw, port, addr, dwords);
	if (bytes > 4 * dwords)
		hw_ins16(dev->ch->hw, port, addr + 4 * dwords, bytes / 2 - 2 * dwords);
}

/* Chips that mix up data when something else is on the bus get it with interrupts off. */
static void move_bytes(const struct ata_device *dev, u8 *addr, u32 bytes, bool write)
{
	struct ata_channel *ch = dev->ch;
	bool locked = ch->flags & ATA_CH_IRQS_OFF;
	unsigned long saved = locked ? ata_lock(ch) : 0;

	if (write)
		write_port(dev, addr, bytes);
	else
		read_port(dev, addr, bytes);
	if (locked)
		ata_unlock(ch, saved);
}

static void move_piece(const struct ata_device *dev, struct ata_cursor *cur, u32 bytes, bool write)
{
	const struct ata_buffer *buffer = cur->buffer;
	const struct ata_piece *piece = &buffer->pieces[cur->piece];
	u8 *addr = piece->addr ? piece->addr : buffer->map(piece);

	move_bytes(dev, addr + cur->offset, bytes, write);
	if (!piece->addr)
		buffer->unmap(piece, addr);
}

u32 ata_move(struct ata_device *dev, struct ata_cursor *cur, u32 bytes, bool write)
{
	u32 moved = 0;

	while (moved < bytes && cur->buffer && cur->piece < cur->buffer->count) {
		u32 room = cur->buffer->pieces[cur->piece].bytes - cur->offset;
		u32 n = min(room, bytes - moved);

		move_piece(dev, cur, n, write);
		moved += n;
		cur->offset += n;
		if (n == room) {
			cur->piece++;
			cur->offset = 0;
		}
	}
	return moved;
}

void ata_drain(struct ata_channel *ch)
{
	for (u32 i = 0; i < ATA_DRAIN_WORDS; i++) {
		u8 status = ata_alt_status(ch);

		if (ata_is_floating(status) || !(status & ATA_STATUS_DRQ) ||
		    status & ATA_STATUS_BSY)
			return;
		(void)hw_in16(ch->hw, (u16)(ch->base + ATA_REG_DATA));
	}
}

/* Not busy; does it ask for data as it should? */
static enum ata_fault check_drq(struct ata_channel *ch, u8 *status)
{
	if (*status & (ATA_STATUS_ERR | ATA_STATUS_DF)) {
		/* It may want the block of the bad sector to be taken all the same. */
		ata_drain(ch);
		return ATA_FAULT_DEVICE;
	}
	if (*status & ATA_STATUS_DRQ)
		return ATA_OK;
	switch (ata_poll(ch, ATA_STATUS_DRQ, ATA_STATUS_DRQ, ATA_DRQ_GRACE_US, status)) {
	case ATA_OK:
		return ATA_OK;
	case ATA_FAULT_GONE:
		return ATA_FAULT_GONE;
	default:
		return *status & (ATA_STATUS_ERR | ATA_STATUS_DF) ? ATA_FAULT_DEVICE
								  : ATA_FAULT_NO_DRQ;
	}
}

/* All data has moved: nothing may be left. Who counted the words otherwise may have sent others. */
static enum ata_fault check_end(struct ata_channel *ch, struct ata_command *cmd, u8 status)
{
	if (!(status & ATA_STATUS_DRQ))
		return ATA_OK;
	ata_drain(ch);
	cmd->done = 0;
	return ATA_FAULT_DRQ_LEFT;
}

static u32 next_block(const struct ata_command *cmd)
{
	return min_t(u32, cmd->block ? cmd->block : ATA_SECTOR_BYTES, cmd->bytes - cmd->done);
}

static u32 time_out(const struct ata_device *dev, const struct ata_command *cmd)
{
	u32 us = cmd->timeout_us ? cmd->timeout_us : ATA_COMMAND_US;

	return dev->fresh ? max(us, ATA_SPIN_UP_US) : us;
}

enum ata_fault ata_pio_in(struct ata_device *dev, struct ata_command *cmd, u8 *status)
{
	struct ata_channel *ch = dev->ch;
	struct ata_cursor cur;
	enum ata_fault fault;

	ata_cursor_init(&cur, cmd->buffer, cmd->offset);
	while (cmd->done < cmd->bytes) {
		u32 n = next_block(cmd);

		fault = ata_wait(ch, time_out(dev, cmd), status);
		if (!fault)
			fault = check_drq(ch, status);
		if (fault)
			return fault == ATA_FAULT_NO_DRQ && cmd->done ? ATA_FAULT_SHORT : fault;
		if (cmd->done + n < cmd->bytes)
			ata_arm(ch);
		(void)ata_move(dev, &cur, n, false);
		ata_pause(ch);
		cmd->done += n;
	}
	fault = ata_poll(ch, 0, 0, ATA_SELECT_US, status);
	return fault ? fault : check_end(ch, cmd, *status);
}

enum ata_fault ata_pio_out(struct ata_device *dev, struct ata_command *cmd, u8 *status)
{
	struct ata_channel *ch = dev->ch;
	struct ata_cursor cur;
	enum ata_fault fault;

	ata_cursor_init(&cur, cmd->buffer, cmd->offset);
	fault = ata_poll(ch, 0, 0, ATA_PIO_DRQ_US, status);
	while (!fault && cmd->done < cmd->bytes) {
		u32 n = next_block(cmd);

		fault = check_drq(ch, status);
		if (fault)
			return fault == ATA_FAULT_NO_DRQ && cmd->done ? ATA_FAULT_SHORT : fault;
		ata_arm(ch);
		(void)ata_move(dev, &cur, n, true);
		ata_pause(ch);
		fault = ata_wait(ch, time_out(dev, cmd), status);
		if (!fault && *status & (ATA_STATUS_ERR | ATA_STATUS_DF))
			fault = ATA_FAULT_DEVICE;
		if (!fault)
			cmd->done += n;
	}
	return fault ? fault : check_end(ch, cmd, *status);
}
