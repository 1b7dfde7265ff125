/*
 * ata_detect.c - what is attached to a channel.
 *
 *   all ones on both units? -> select and write patterns -> software reset, wait -> signature ->
 *   IDENTIFY, slave first -> aliases and ghosts dropped
 *
 * No single sign is believed: an empty channel may read FF, 7F or 00; an absent slave is answered
 * for by the master, registers and all; an absent master reads as a drive with a bad signature.
 * Only an identification, which nothing but a device can make, is proof.
 *
 * Source: T13 1410D 9.2 (software reset), 9.12 (signature); hardware-notes 5.3.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

#define PATTERN_A     0x55
#define PATTERN_B     0xAA
#define OLD_SELECT_US 50000u  /* some old drives are that slow to take a selection */
#define SLAVE_SIG_US  100000u /* the slave's signature appears */
#define SECOND_TRY_US 1000000u
/* IDENTIFY word 93: of a master that answers when the slave is selected (T13 1410D 6.17.51;
 * SeaBIOS, src/hw/ata.c, trusts it too); of a slave. */
#define W93_MASK	 0xDF61
#define W93_DEV0_ANSWERS 0x4041
#define W93_VALID_MASK	 0xC100
#define W93_IS_DEV1	 0x4100

enum sign {
	SIGN_NONE,
	SIGN_DISK,
	SIGN_PACKET,
	SIGN_ODD /* registers that are no signature, of something that looks alive */
};

static bool skipped(const struct ata_channel *ch, u8 unit)
{
	return ch->flags & (unit ? ATA_CH_SKIP1 | ATA_CH_NO_SLAVE : ATA_CH_SKIP0);
}

/* ---- before the reset ---- */

static bool both_units_float(struct ata_channel *ch)
{
	if (ch->flags & ATA_CH_SHY && ata_is_floating(ata_in(ch, ATA_REG_STATUS)))
		return true;
	for (u8 unit = 0; unit < 2; unit++) {
		ata_set_unit(ch, unit, 0);
		if (!ata_is_floating(ata_in(ch, ATA_REG_STATUS)) ||
		    !ata_is_floating(ata_alt_status(ch)))
			return false;
	}
	return true;
}

/* Two registers, so that the bus's own capacity does not look like one. */
static bool pattern_sticks(struct ata_channel *ch)
{
	for (unsigned int i = 0; i < 2; i++) {
		u8 a = i ? PATTERN_B : PATTERN_A, b = i ? PATTERN_A : PATTERN_B;

		ata_out(ch, ATA_REG_NSECT, a);
		ata_out(ch, ATA_REG_LBAL, b);
		if (ata_in(ch, ATA_REG_NSECT) != a || ata_in(ch, ATA_REG_LBAL) != b)
			return false;
	}
	return true;
}

/* A busy device takes no writes: it counts as one until the reset tells. */
static bool looks_live(struct ata_channel *ch, u8 unit)
{
	u8 status;

	ata_set_unit(ch, unit, 0);
	status = ata_alt_status(ch);
	if (status & ATA_STATUS_BSY && !ata_is_floating(status))
		return true;
	if (pattern_sticks(ch))
		return true;
	if (ata_is_floating(status) || !status)
		return false;
	hw_sleep_us(ch->hw, OLD_SELECT_US);
	return pattern_sticks(ch);
}

/* Some early controllers and drives have no alternate status: what is there instead differs. */
static void check_alt_status(struct ata_channel *ch)
{
	unsigned int differ = 0;

	for (unsigned int i = 0; i < 3; i++) {
		u8 alt = hw_in8(ch->hw, ch->control), status = ata_in(ch, ATA_REG_STATUS);

		if (status & ATA_STATUS_BSY)
			return;
		differ += ((alt ^ status) & ~ATA_STATUS_IDX) != 0;
	}
	if (differ < 3)
		return;
	ch->no_alt_status = true;
	ata_note(ch, NULL, "no alternate status register");
}

/* ---- the reset ---- */

static bool wait_not_busy(struct ata_channel *ch, u8 unit)
{
	enum ata_fault fault;
	u8 status;

	ata_set_unit(ch, unit, 0);
	fault = ata_poll(ch, 0, 0, 2 * USEC_PER_SECOND, &status);
	if (fault == ATA_FAULT_TIMEOUT) {
		ata_note(ch, &ch->dev[unit], "waiting for the drive to start");
		fault = ata_poll(ch, 0, 0, ATA_SPIN_UP_US - 2 * USEC_PER_SECOND, &status);
	}
	if (fault == ATA_FAULT_TIMEOUT)
		ata_note(ch, &ch->dev[unit], "busy for ever: left alone");
	return fault == ATA_OK;
}

/* The slave may take longer than the master to show its registers. */
static void wait_slave_registers(struct ata_channel *ch)
{
	u64 begin = hw_now_us(ch->hw);

	ata_set_unit(ch, 1, 0);
	while (hw_now_us(ch->hw) - begin < SLAVE_SIG_US) {
		u8 status = ata_alt_status(ch);

		if (!status || (ata_in(ch, ATA_REG_NSECT) == 1 && ata_in(ch, ATA_REG_LBAL) == 1))
			return;
		hw_sleep_us(ch->hw, ATA_POLL_SLEEP_US);
	}
}

void ata_soft_reset(struct ata_channel *ch, u8 *units)
{
	u8 nien = ch->control_bits & ATA_CONTROL_NIEN;

	ata_set_unit(ch, 0, 0);
	ata_control(ch, nien);
	hw_delay_us(ch->hw, ATA_RESET_HOLD_US);
	ata_control(ch, nien | ATA_CONTROL_SRST);
	hw_delay_us(ch->hw, ATA_RESET_HOLD_US);
	ata_control(ch, nien);
	hw_sleep_us(ch->hw, ATA_RESET_WAIT_US);
	for (u8 unit = 0; unit < 2; unit++) {
		ch->dev[unit].fresh = true;
		if (!(*units & 1u << unit))
			continue;
		if (unit)
			wait_slave_registers(ch);
		if (!wait_not_busy(ch, unit))
			*units &= (u8) ~(1u << unit);
	}
}

/* ---- signature and identification ---- */

static enum sign read_signature(struct ata_channel *ch, u8 unit)
{
	u8 status, nsect, lbal, lbam, lbah;

	ata_set_unit(ch, unit, 0);
	status = ata_alt_status(ch);
	nsect = ata_in(ch, ATA_REG_NSECT);
	lbal = ata_in(ch, ATA_REG_LBAL);
	lbam = ata_in(ch, ATA_REG_LBAM);
	lbah = ata_in(ch, ATA_REG_LBAH);
	if (ata_is_floating(status) || (lbam == 0xff && lbah == 0xff))
		return SIGN_NONE;
	if ((lbam == ATA_SIG_ATAPI_LBAM && lbah == ATA_SIG_ATAPI_LBAH) ||
	    (lbam == ATA_SIG_SATAPI_LBAM && lbah == ATA_SIG_SATAPI_LBAH))
		return SIGN_PACKET;
	/* Without a reset there are no signatures but by chance: only identification tells. */
	if (ch->flags & ATA_CH_AS_FOUND)
		return SIGN_ODD;
	/* No disk is without any status; a packet device is before its first command. */
	if (!status)
		return SIGN_NONE;
	if (nsect == 1 && lbal == 1 &&
	    ((!lbam && !lbah) || (lbam == ATA_SIG_SATA_LBAM && lbah == ATA_SIG_SATA_LBAH)))
		return SIGN_DISK;
	return status & ATA_STATUS_DRDY ? SIGN_ODD : SIGN_NONE;
}

static int identify_as(struct ata_device *dev, enum ata_kind kind)
{
	int err;

	dev->kind = kind;
	err = ata_identify(dev);
	if (err)
		dev->kind = ATA_NONE;
	return err;
}

/* Either kind, the one that the signature says first. */
static int identify_either(struct ata_device *dev, enum sign sign)
{
	enum ata_kind first = sign == SIGN_PACKET ? ATA_PACKET : ATA_DISK;
	int err = identify_as(dev, first);

	if (err == -EOPNOTSUPP)
		err = identify_as(dev, first == ATA_DISK ? ATA_PACKET : ATA_DISK);
	return err;
}

/* A drive that starts its motor only when told has not said everything before. */
static int spin_up(struct ata_device *dev)
{
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_SET_FEATURES, .feature = ATA_FEATURE_SPIN_UP },
		.timeout_us = ATA_SPIN_UP_US,
	};
	int err;

	ata_note(dev->ch, dev, "told to start its motor");
	(void)ata_execute(dev, &cmd);
	err = identify_as(dev, ATA_DISK);
	if (err || dev->id.sectors)
		return err;
	dev->kind = ATA_NONE;
	return -ENODEV;
}

/* A drive from before IDENTIFY: its geometry is the user's word, RECALIBRATE the only proof. */
static bool is_old_drive(struct ata_device *dev, const struct ata_geometry *geometry)
{
	struct ata_command cmd = { .tf.command = ATA_CMD_RECALIBRATE };

	if (!geometry || !geometry->cylinders || ata_execute(dev, &cmd))
		return false;
	dev->kind = ATA_DISK;
	dev->quirks |= ATA_QUIRK_NO_IDENTIFY;
	dev->id = (struct ata_identity){
		.model = "disk without identification",
		.geometry = *geometry,
		.chs_sectors = (u64)geometry->cylinders * geometry->heads * geometry->sectors,
		.sector_bytes = ATA_SECTOR_BYTES,
		.physical_bytes = ATA_SECTOR_BYTES,
	};
	dev->id.sectors = dev->id.chs_sectors;
	return true;
}

/* Whoever got a command has some status afterwards. An absent slave has the master's registers, its
 * signature too, but none. */
static bool is_there(struct ata_device *dev, enum sign sign)
{
	ata_set_unit(dev->ch, dev->unit, 0);
	return sign != SIGN_ODD && ata_alt_status(dev->ch);
}

static void identify_unit(struct ata_device *dev, enum sign sign,
			  const struct ata_geometry *geometry)
{
	int err;

	if (sign == SIGN_NONE)
		return;
	err = identify_either(dev, sign);
	if (err && err != -EOPNOTSUPP && is_there(dev, sign)) {
		hw_sleep_us(dev->ch->hw, SECOND_TRY_US);
		ata_drain(dev->ch);
		err = identify_either(dev, sign);
	}
	if (!err && dev->id.incomplete)
		err = spin_up(dev);
	if (err && is_old_drive(dev, geometry))
		err = 0;
	if (err && is_there(dev, sign))
		ata_note(dev->ch, dev, "answers, but cannot be identified");
}

/* ---- who is who ---- */

static bool same_texts(const struct ata_identity *a, const struct ata_identity *b)
{
	return a->packet == b->packet && !strcmp(a->model, b->model) &&
	       !strcmp(a->firmware, b->firmware) && !strcmp(a->serial, b->serial);
}

/* Two cards of one make may have one serial, or none: the words may say which of the two units they
 * are of, and the master's whether it answers for an absent slave. */
static bool is_alias(const struct ata_device *master, const struct ata_device *slave)
{
	if (slave->kind == ATA_NONE || master->kind == ATA_NONE ||
	    (slave->words[93] & W93_VALID_MASK) == W93_IS_DEV1 ||
	    !same_texts(&master->id, &slave->id))
		return false;
	return master->id.serial[0] || (master->words[93] & W93_MASK) == W93_DEV0_ANSWERS;
}

static void forget(struct ata_device *dev)
{
	dev->kind = ATA_NONE;
}

static void judge(struct ata_channel *ch)
{
	if (is_alias(&ch->dev[0], &ch->dev[1])) {
		ata_note(ch, &ch->dev[1], "is the master once more: ignored");
		forget(&ch->dev[1]);
	}
	for (u8 unit = 0; unit < 2; unit++) {
		struct ata_device *dev = &ch->dev[unit];

		if (dev->kind == ATA_NONE)
			continue;
		ata_apply_quirks(dev);
		if (dev->quirks & ATA_QUIRK_NOT_A_DISK)
			forget(dev);
	}
}

static u8 find_live(struct ata_channel *ch)
{
	u8 live = 0;

	for (u8 unit = 0; unit < 2; unit++) {
		if (skipped(ch, unit) || !looks_live(ch, unit))
			continue;
		live |= (u8)(1u << unit);
		if (!ch->no_alt_status)
			check_alt_status(ch);
	}
	return live;
}

static void leave_selected(struct ata_channel *ch)
{
	u8 unit = ch->dev[0].kind == ATA_NONE && ch->dev[1].kind != ATA_NONE;

	ata_set_unit(ch, unit, 0);
	(void)ata_in(ch, ATA_REG_STATUS);
}

int ata_detect(struct ata_channel *ch, const struct ata_geometry *geometry)
{
	enum sign sign[2] = { SIGN_NONE, SIGN_NONE };
	u8 live;

	if (ch->transport)
		return ch->transport->detect(ch);
	if (both_units_float(ch))
		return -ENODEV;
	ata_control(ch, ATA_CONTROL_NIEN);
	live = find_live(ch);
	if (!live)
		return -ENODEV;
	if (!(ch->flags & ATA_CH_AS_FOUND))
		ata_soft_reset(ch, &live);
	for (u8 unit = 0; unit < 2; unit++)
		if (live & 1u << unit)
			sign[unit] = read_signature(ch, unit);
	/* The master waits for the slave in what its cable word says: slave first. */
	identify_unit(&ch->dev[1], sign[1], geometry ? &geometry[1] : NULL);
	identify_unit(&ch->dev[0], sign[0], geometry ? &geometry[0] : NULL);
	judge(ch);
	leave_selected(ch);
	return ch->dev[0].kind == ATA_NONE && ch->dev[1].kind == ATA_NONE ? -ENODEV : 0;
}
