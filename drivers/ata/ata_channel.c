/*
 * ata_channel.c - a channel's registers: reading, writing, selecting a unit, waiting by polling.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

u8 ata_in(struct ata_channel *ch, unsigned int reg)
{
	return hw_in8(ch->hw, (u16)(ch->base + reg));
}

void ata_out(struct ata_channel *ch, unsigned int reg, u8 value)
{
	hw_out8(ch->hw, (u16)(ch->base + reg), value);
}

u8 ata_alt_status(struct ata_channel *ch)
{
	return ch->no_alt_status ? ata_in(ch, ATA_REG_STATUS) : hw_in8(ch->hw, ch->control);
}

void ata_control(struct ata_channel *ch, u8 bits)
{
	ch->control_bits = ATA_CONTROL_BASE | bits;
	hw_out8(ch->hw, ch->control, ch->control_bits);
}

/* Status means nothing for 400 ns after a command or a selection. One read, so that the write has
 * arrived; then time and not more reads: on PCI one may take 30 ns, in an emulator each is dear. */
void ata_pause(struct ata_channel *ch)
{
	(void)ata_alt_status(ch);
	hw_delay_us(ch->hw, 1);
}

unsigned long ata_lock(struct ata_channel *ch)
{
	return ch->lock ? ch->lock(ch->lock_ctx) : 0;
}

void ata_unlock(struct ata_channel *ch, unsigned long saved)
{
	if (ch->unlock)
		ch->unlock(ch->lock_ctx, saved);
}

void ata_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	if (ch->note)
		ch->note(ch, dev, text);
}

const char *ata_fault_text(enum ata_fault fault)
{
	static const char *const text[ATA_FAULT_COUNT] = {
		[ATA_OK] = "no fault",
		[ATA_FAULT_GONE] = "nothing answers",
		[ATA_FAULT_LINK] = "the link failed",
		[ATA_FAULT_BUSY] = "never ready for a command",
		[ATA_FAULT_NO_DRQ] = "does not ask for the data",
		[ATA_FAULT_TIMEOUT] = "does not finish",
		[ATA_FAULT_DRQ_LEFT] = "asks for more data than there is",
		[ATA_FAULT_SHORT] = "ends before all data has moved",
		[ATA_FAULT_DEVICE] = "reports an error",
		[ATA_FAULT_CRC] = "checksum error on the cable",
		[ATA_FAULT_DMA] = "bus master error",
		[ATA_FAULT_DMA_HANG] = "DMA does not finish",
		[ATA_FAULT_PHASE] = "is in a state that does not exist",
	};

	return fault < ATA_FAULT_COUNT ? text[fault] : "unknown fault";
}

static void poll_delay(struct ata_channel *ch, unsigned int looks)
{
	if (looks < ATA_POLL_SPINS)
		hw_delay_us(ch->hw, ATA_POLL_SPIN_US);
	else
		hw_sleep_us(ch->hw, ATA_POLL_SLEEP_US);
}

static bool arrived(u8 status, u8 mask, u8 want)
{
	return !ata_is_floating(status) && !(status & ATA_STATUS_BSY) && (status & mask) == want;
}

static enum ata_fault poll_on(struct ata_channel *ch, u8 mask, u8 want, u32 timeout_us, u8 *status)
{
	u64 begin = hw_now_us(ch->hw), now = begin, float_begin = begin;
	unsigned int looks = 0;

	for (;;) {
		u8 st = *status = ata_alt_status(ch);

		if (arrived(st, mask, want))
			return ATA_OK;
		if (!ata_is_floating(st)) {
			float_begin = now;
		} else if (now - float_begin >= ATA_FLOAT_US) {
			return ATA_FAULT_GONE;
		}
		/* The clock was read before the status: a coarse one costs no early end. */
		if (now - begin >= timeout_us)
			return ata_is_floating(st) ? ATA_FAULT_GONE : ATA_FAULT_TIMEOUT;
		poll_delay(ch, looks++);
		now = hw_now_us(ch->hw);
	}
}

/* Mostly it is so already; without a time-stamp counter the clock costs several port accesses. */
enum ata_fault ata_poll(struct ata_channel *ch, u8 mask, u8 want, u32 timeout_us, u8 *status)
{
	*status = ata_alt_status(ch);
	if (arrived(*status, mask, want))
		return ATA_OK;
	return poll_on(ch, mask, want, timeout_us, status);
}

void ata_set_unit(struct ata_channel *ch, u8 unit, u8 bits)
{
	ata_out(ch, ATA_REG_DEVICE, (u8)(ATA_DEVICE_BASE | (unit ? ATA_DEVICE_UNIT : 0) | bits));
	ch->selected = unit;
	ata_pause(ch);
}

/* The unit that had the last command needs no selection but the one in the next taskfile: one look
 * says whether it is ready, as it was at the end of that command. */
static bool still_ready(struct ata_device *dev, bool ready)
{
	struct ata_channel *ch = dev->ch;
	u8 mask = ATA_STATUS_DRQ | (ready ? ATA_STATUS_DRDY : 0);

	if (ch->selected != dev->unit || ch->timed != dev->unit)
		return false;
	return arrived(ata_alt_status(ch), mask, ready ? ATA_STATUS_DRDY : 0);
}

enum ata_fault ata_select(struct ata_device *dev, bool ready)
{
	struct ata_channel *ch = dev->ch;
	enum ata_fault fault;
	u8 status;

	if (still_ready(dev, ready))
		return ATA_OK;
	/* Whoever is selected must have finished: the register goes to both units. One that has
	 * gone may never do. */
	fault = ch->selected != dev->unit && ch->dev[ch->selected].gone
			? ATA_OK
			: ata_poll(ch, ATA_STATUS_DRQ, 0, ATA_SELECT_US, &status);
	if (fault == ATA_FAULT_TIMEOUT)
		return ATA_FAULT_BUSY;
	if (ch->timed != dev->unit && ch->chip && ch->chip->select)
		ch->chip->select(ch, dev);
	ch->timed = dev->unit;
	ata_set_unit(ch, dev->unit, 0);
	fault = ata_poll(ch, ATA_STATUS_DRQ, 0, dev->fresh ? ATA_SPIN_UP_US : ATA_SELECT_US,
			 &status);
	if (!fault && ready && !(status & ATA_STATUS_DRDY))
		fault = ata_poll(ch, ATA_STATUS_DRDY | ATA_STATUS_DRQ, ATA_STATUS_DRDY,
				 dev->fresh ? ATA_SPIN_UP_US : ATA_READY_US, &status);
	return fault == ATA_FAULT_TIMEOUT ? ATA_FAULT_BUSY : fault;
}

void ata_write_taskfile(struct ata_device *dev, const struct ata_command *cmd)
{
	const struct ata_taskfile *tf = &cmd->tf;
	struct ata_channel *ch = dev->ch;

	if (cmd->lba48) {
		ata_out(ch, ATA_REG_FEATURE, tf->hob_feature);
		ata_out(ch, ATA_REG_NSECT, tf->hob_nsect);
		ata_out(ch, ATA_REG_LBAL, tf->hob_lbal);
		ata_out(ch, ATA_REG_LBAM, tf->hob_lbam);
		ata_out(ch, ATA_REG_LBAH, tf->hob_lbah);
	}
	ata_out(ch, ATA_REG_FEATURE, tf->feature);
	ata_out(ch, ATA_REG_NSECT, tf->nsect);
	ata_out(ch, ATA_REG_LBAL, tf->lbal);
	ata_out(ch, ATA_REG_LBAM, tf->lbam);
	ata_out(ch, ATA_REG_LBAH, tf->lbah);
	ata_out(ch, ATA_REG_DEVICE,
		(u8)(ATA_DEVICE_BASE | (dev->unit ? ATA_DEVICE_UNIT : 0) |
		     (tf->device & (ATA_DEVICE_LBA | ATA_DEVICE_HEAD))));
	ata_out(ch, ATA_REG_COMMAND, tf->command);
	/* Of a DMA command nothing is read before the bus master says that it is over. */
	if (cmd->protocol != ATA_DMA_IN && cmd->protocol != ATA_DMA_OUT)
		ata_pause(ch);
}

static void read_registers(struct ata_channel *ch, struct ata_taskfile *tf)
{
	tf->error = ata_in(ch, ATA_REG_ERROR);
	tf->nsect = ata_in(ch, ATA_REG_NSECT);
	tf->lbal = ata_in(ch, ATA_REG_LBAL);
	tf->lbam = ata_in(ch, ATA_REG_LBAM);
	tf->lbah = ata_in(ch, ATA_REG_LBAH);
	tf->device = ata_in(ch, ATA_REG_DEVICE);
}

/* result.status was set by the protocol. */
void ata_read_result(struct ata_channel *ch, struct ata_command *cmd)
{
	struct ata_taskfile *tf = &cmd->result;

	read_registers(ch, tf);
	if (!cmd->lba48)
		return;
	ata_control(ch, (u8)((ch->control_bits & ATA_CONTROL_NIEN) | ATA_CONTROL_HOB));
	tf->hob_nsect = ata_in(ch, ATA_REG_NSECT);
	tf->hob_lbal = ata_in(ch, ATA_REG_LBAL);
	tf->hob_lbam = ata_in(ch, ATA_REG_LBAM);
	tf->hob_lbah = ata_in(ch, ATA_REG_LBAH);
	ata_control(ch, ch->control_bits & ATA_CONTROL_NIEN);
}

void ata_buffer_init(struct ata_buffer *buf, struct ata_piece *piece, void *addr, u32 bytes)
{
	*piece = (struct ata_piece){ .addr = addr, .phys = ATA_PHYS_NONE, .bytes = bytes };
	*buf = (struct ata_buffer){ .pieces = piece, .count = 1, .bytes = bytes };
}

void ata_channel_init(struct ata_channel *ch)
{
	ch->polling = true;
	ch->no_alt_status = false;
	ch->timed = ch->selected = ATA_UNIT_NONE;
	ch->bm_direction = 0;
	ch->control_bits = ATA_CONTROL_BASE | ATA_CONTROL_NIEN;
	ch->lost_irqs = 0;
	ch->waiting = ch->dma_running = ch->irq_came = false;
	for (u8 i = 0; i < 2; i++) {
		memset(&ch->dev[i], 0, sizeof(ch->dev[i]));
		ch->dev[i].ch = ch;
		ch->dev[i].unit = i;
		ch->dev[i].pio_mode = 0xff;
	}
}
