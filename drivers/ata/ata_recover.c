/*
 * ata_recover.c - getting a device back after a fault, and what is learned from it.
 *
 *   fault                        what happens before another try
 *   device error: UNC            nothing (ata_rw() closes in on the sector)
 *                 IDNF           the geometry is set again
 *                 ABRT           READ MULTIPLE is agreed on again; DMA that never worked given up
 *   CRC                          the second in a row: a slower mode
 *   bus master, DMA hang         reset; the second in a row: PIO
 *   time-out, no or too much DRQ reset: drain, DEVICE RESET for packet devices, SRST, state
 *                                restored; the data port by 16 bits if it was by 32 (ata_io32.c)
 *   no IDENTIFY after a reset    SRST again, once
 *   nothing answers              reset; still nothing: gone, for good
 *
 * A reset hits both units; the state of both is restored. Time-outs that no success comes between
 * end in a device that has gone, so that a dead one costs minutes once and not for each request.
 */
#include <kernel/errno.h>
#include "ata_internal.h"

#define CRC_ROW_MAX	  2
#define DMA_FAULT_ROW_MAX 2
#define TIMEOUT_ROW_MAX	  6
#define RESET_TRIES	  2

static void set_gone(struct ata_device *dev)
{
	if (dev->gone)
		return;
	dev->gone = true;
	ata_note(dev->ch, dev, "does not answer any more: given up");
}

/* ---- after the reset ---- */

static void restore_disk(struct ata_device *dev)
{
	u8 multiple = dev->multiple;

	if (dev->addressing == ATA_CHS)
		(void)ata_init_parameters(dev);
	if (multiple)
		(void)ata_set_multiple(dev, multiple);
	if (dev->id.write_cache && dev->write_cache != dev->id.write_cache_on) {
		struct ata_command cmd = {
			.tf = { .command = ATA_CMD_SET_FEATURES,
				.feature = dev->write_cache ? ATA_FEATURE_WCACHE_ON
							    : ATA_FEATURE_WCACHE_OFF },
			.timeout_us = ATA_FLUSH_US,
		};

		(void)ata_execute(dev, &cmd);
	}
}

void ata_restore(struct ata_device *dev)
{
	if (dev->kind == ATA_DISK)
		restore_disk(dev);
	if (dev->pio_mode != 0xff && (dev->pio_mode > 2 || dev->id.iordy))
		(void)ata_set_transfer(dev, (u8)(ATA_MODE_PIO + dev->pio_mode));
	if (dev->dma_mode)
		(void)ata_set_transfer(dev, dev->dma_mode);
}

/* 0: it is still the one it was; -ETIMEDOUT: no answer; -ENXIO: nobody; -ENODEV: another one. */
static int still_there(struct ata_device *dev)
{
	struct ata_identity old = dev->id;
	int err;

	if (dev->quirks & ATA_QUIRK_NO_IDENTIFY)
		return 0;
	err = ata_identify(dev);
	if (err == -ETIMEDOUT || err == -ENXIO)
		return err;
	/* It lives; a refused or garbled answer now does not make it another drive. */
	if (err) {
		dev->id = old;
		return 0;
	}
	return !old.serial[0] || identify_same(&old, &dev->id) ? 0 : -ENODEV;
}

/* ---- the reset ---- */

/* Nothing interrupts and nothing moves while the device is brought back. */
static void freeze(struct ata_channel *ch)
{
	if (ch->bm)
		ata_dma_stop(ch);
	ata_disarm(ch);
	ata_control(ch, ATA_CONTROL_NIEN);
	(void)ata_in(ch, ATA_REG_STATUS);
	ata_drain(ch);
}

/* For a packet device alone: leaves the other unit in peace. */
static bool device_reset(struct ata_device *dev)
{
	struct ata_channel *ch = dev->ch;
	u8 status;

	ata_set_unit(ch, dev->unit, 0);
	ata_out(ch, ATA_REG_COMMAND, ATA_CMD_DEVICE_RESET);
	ata_pause(ch);
	return !ata_poll(ch, ATA_STATUS_DRQ, 0, ATA_IDENTIFY_US, &status);
}

/* false: one did not answer and is worth another reset; never so the last time. */
static bool bring_back(struct ata_channel *ch, u8 units, bool last)
{
	bool all = true;

	/* First those that are lost: one that is busy for ever may be the selected one. */
	for (u8 unit = 0; unit < 2; unit++)
		if (ch->dev[unit].kind != ATA_NONE && !(units & 1u << unit))
			set_gone(&ch->dev[unit]);
	for (u8 unit = 0; unit < 2; unit++) {
		struct ata_device *dev = &ch->dev[unit];
		int err;

		if (dev->kind == ATA_NONE || dev->gone)
			continue;
		err = still_there(dev);
		if (!err)
			ata_restore(dev);
		else if (err == -ETIMEDOUT && !last)
			all = false;
		else
			set_gone(dev);
	}
	return all;
}

static u8 present_units(const struct ata_channel *ch)
{
	u8 units = 0;

	for (u8 unit = 0; unit < 2; unit++)
		if (ch->dev[unit].kind != ATA_NONE && !ch->dev[unit].gone)
			units |= (u8)(1u << unit);
	return units;
}

static void reset_channel(struct ata_channel *ch, u8 units)
{
	for (unsigned int try = 1; try <= RESET_TRIES; try++) {
		if (!ch->transport)
			ata_soft_reset(ch, &units);
		else if (!ch->transport->reset(ch))
			units = 0;
		if (bring_back(ch, units, try == RESET_TRIES))
			return;
	}
}

int ata_reset(struct ata_device *dev)
{
	struct ata_channel *ch = dev->ch;
	bool polling = ch->polling;
	u8 units = present_units(ch);

	if (ch->flags & ATA_CH_AS_FOUND) {
		set_gone(dev);
		return -ENXIO;
	}
	dev->resets++;
	if (ch->transport) {
		dev->fresh = true;
		reset_channel(ch, units);
		return dev->gone ? -ENXIO : 0;
	}
	freeze(ch);
	ch->polling = true;
	if (dev->kind != ATA_PACKET || !device_reset(dev) || !bring_back(ch, units, false))
		reset_channel(ch, units);
	ata_enable_irq(ch, !polling);
	return dev->gone ? -ENXIO : 0;
}

/* ---- what a fault teaches ---- */

static bool is_dma(const struct ata_command *cmd)
{
	return cmd->protocol == ATA_DMA_IN || cmd->protocol == ATA_DMA_OUT;
}

static void learn_dma_fault(struct ata_device *dev, const struct ata_command *cmd)
{
	/* Without a command block PIO moves no other way. A TRIM that does not end is the drive's
	 * affair: it has its data long since. */
	if (dev->ch->transport ||
	    (cmd->tf.command == ATA_CMD_DSM && cmd->fault == ATA_FAULT_DMA_HANG))
		return;
	if (++dev->dma_fault_row < DMA_FAULT_ROW_MAX)
		return;
	dev->dma_fault_row = 0;
	dev->dma_works = false;
	dev->dma_mode = 0;
	dev->dma_off = true;
	ata_note(dev->ch, dev, "DMA does not work: PIO from now on");
}

static void learn_crc(struct ata_device *dev)
{
	dev->crc_errors++;
	if (++dev->crc_row < CRC_ROW_MAX)
		return;
	dev->crc_row = 0;
	(void)ata_step_down(dev);
}

static bool is_multiple(u8 command)
{
	return command == ATA_CMD_READ_MULTIPLE || command == ATA_CMD_WRITE_MULTIPLE ||
	       command == ATA_CMD_READ_MULTIPLE_EXT || command == ATA_CMD_WRITE_MULTIPLE_EXT;
}

/* A command that it does not know may have one in its place that it does. One that has worked was
 * refused for what it was to do: some devices say so of a sector that they cannot read. */
static int learn_abort(struct ata_device *dev, const struct ata_command *cmd)
{
	if (is_multiple(cmd->tf.command)) {
		(void)ata_set_multiple(dev, dev->multiple);
		return -EIO;
	}
	/* One for a range that it does not like says nothing of how data travels. */
	if (cmd->tf.command == ATA_CMD_DSM)
		return -EIO;
	if (is_dma(cmd) && !dev->dma_works) {
		learn_dma_fault(dev, cmd);
		return 0;
	}
	return -EIO;
}

static int learn_device_error(struct ata_device *dev, const struct ata_command *cmd)
{
	u8 error = cmd->result.error;

	if (dev->ch->stopped && ata_reset(dev))
		return -ENXIO;
	if (cmd->result.status & ATA_STATUS_DF)
		return ata_reset(dev);
	if (error & ATA_ERROR_ABRT && !(error & (ATA_ERROR_UNC | ATA_ERROR_IDNF)))
		return learn_abort(dev, cmd);
	dev->media_errors++;
	if (error & ATA_ERROR_IDNF && dev->addressing == ATA_CHS &&
	    !(dev->ch->flags & ATA_CH_AS_FOUND))
		(void)ata_init_parameters(dev);
	return 0;
}

static int learn_timeout(struct ata_device *dev)
{
	dev->timeouts++;
	if (++dev->timeout_row >= TIMEOUT_ROW_MAX) {
		set_gone(dev);
		return -ENXIO;
	}
	return ata_reset(dev);
}

int ata_recover(struct ata_device *dev, struct ata_command *cmd)
{
	if (dev->gone)
		return -ENXIO;
	switch (cmd->fault) {
	case ATA_FAULT_DEVICE:
		return learn_device_error(dev, cmd);
	case ATA_FAULT_CRC:
		learn_crc(dev);
		return 0;
	case ATA_FAULT_DMA_HANG:
	case ATA_FAULT_DMA:
		learn_dma_fault(dev, cmd);
		fallthrough;
	default:
		return learn_timeout(dev);
	}
}
