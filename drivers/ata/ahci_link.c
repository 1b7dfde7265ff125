/*
 * ahci_link.c - the serial link, and who is at its other end.
 *
 *   memory set -> link up? else reset it -> device ready -> signature -> engine on -> IDENTIFY
 *
 * A link that the BIOS brought up is left up. An empty port costs AHCI_FIRST_US and
 * AHCI_PRESENCE_US; a device that stays busy ATA_SPIN_UP_US, and as much again after a reset.
 */
#include <kernel/errno.h>
#include "ahci_internal.h"

#define PATIENCE_US 2000000u /* then it is said that we wait */

static u32 link_state(const struct ahci_port *port)
{
	u32 status = ahci_read(port, AHCI_SSTS);

	return status == 0xffffffffu ? SATA_DET_NONE : status & SATA_DET_MASK;
}

bool ahci_link_is_up(const struct ahci_port *port)
{
	return link_state(port) == SATA_DET_UP;
}

/* Someone present has longer to come up than it takes to see that nobody is. */
bool ahci_wait_link(const struct ahci_port *port, u32 presence_us)
{
	struct hw *hw = port->ch->hw;
	u64 begin = hw_now_us(hw);

	for (;;) {
		u64 spent = hw_now_us(hw) - begin;
		u32 state = link_state(port);

		if (state == SATA_DET_UP)
			return true;
		if (spent >= (state == SATA_DET_PRESENT ? AHCI_LINK_US : presence_us))
			return false;
		hw_sleep_us(hw, AHCI_LINK_STEP_US);
	}
}

bool ahci_link_reset(struct ahci_port *port)
{
	struct hw *hw = port->ch->hw;
	u32 control = ahci_read(port, AHCI_SCTL) & ~(SATA_DET_MASK | SATA_SPEED_MASK);
	bool up;

	control |= SATA_IPM_NONE | (u32)port->speed_limit << 4;
	ahci_write(port, AHCI_SCTL, control | SATA_DET_RESET);
	hw_sleep_us(hw, AHCI_RESET_US);
	ahci_write(port, AHCI_SCTL, control);
	up = ahci_wait_link(port, AHCI_PRESENCE_US);
	ahci_clear_events(port);
	return up;
}

bool ahci_wait_ready(struct ahci_port *port, u32 timeout_us)
{
	u32 first = min(timeout_us, PATIENCE_US);
	u32 busy = ATA_STATUS_BSY | ATA_STATUS_DRQ;

	if (ahci_wait_reg(port, AHCI_TFD, busy, 0, first))
		return true;
	if (timeout_us == first || ahci_is_gone(port))
		return false;
	ata_note(port->ch, &port->ch->dev[0], "waiting for the drive to start");
	return ahci_wait_reg(port, AHCI_TFD, busy, 0, timeout_us - first);
}

/* ---- looking for a device ---- */

static int bring_up(struct ahci_port *port)
{
	if (!ahci_wait_link(port, AHCI_FIRST_US) && !ahci_link_reset(port)) {
		if (link_state(port) == SATA_DET_PRESENT)
			ata_note(port->ch, NULL,
				 "something is there, but the link does not come up");
		return -ENODEV;
	}
	ahci_clear_events(port);
	if (ahci_wait_ready(port, ATA_SPIN_UP_US))
		return 0;
	if (ahci_link_reset(port) && ahci_wait_ready(port, ATA_SPIN_UP_US))
		return 0;
	ata_note(port->ch, &port->ch->dev[0], "busy for ever: left alone");
	return -ENODEV;
}

static enum ata_kind read_signature(struct ahci_port *port)
{
	u32 signature = ahci_read(port, AHCI_SIG);

	switch (signature) {
	case AHCI_SIG_PACKET:
		return ATA_PACKET;
	case AHCI_SIG_MULTI:
		ata_note(port->ch, NULL, "a port multiplier: not supported");
		return ATA_NONE;
	case AHCI_SIG_ENCLOSED:
		return ATA_NONE;
	default:
		/* A disk, or what has not said: its identification will tell. */
		return ATA_DISK;
	}
}

/* Either kind; a disk's command is refused by a packet device, and the other way round. */
static int identify_either(struct ata_device *dev, enum ata_kind kind)
{
	int err;

	dev->kind = kind;
	dev->fresh = true;
	err = ata_identify(dev);
	if (err != -EOPNOTSUPP)
		return err;
	dev->kind = kind == ATA_DISK ? ATA_PACKET : ATA_DISK;
	return ata_identify(dev);
}

static int identify(struct ahci_port *port, enum ata_kind kind)
{
	struct ata_device *dev = &port->ch->dev[0];
	int err = identify_either(dev, kind);

	if (err && err != -ENXIO && ahci_reset(port->ch))
		err = identify_either(dev, kind);
	/* Some start their motor only when told, and say what they are only then. */
	if (!err && dev->id.incomplete) {
		ata_note(port->ch, dev, "told to start its motor");
		(void)ata_simple(dev, ATA_CMD_SET_FEATURES, ATA_FEATURE_SPIN_UP, 0, ATA_SPIN_UP_US);
		err = ata_identify(dev);
	}
	if (err)
		ata_note(port->ch, dev, "answers, but cannot be identified");
	return err;
}

static int find_device(struct ahci_port *port)
{
	struct ata_device *dev = &port->ch->dev[0];
	int err = bring_up(port);
	enum ata_kind kind;

	if (err)
		return err;
	kind = read_signature(port);
	if (kind == ATA_NONE || !ahci_start(port) || identify(port, kind))
		return -ENODEV;
	ata_apply_quirks(dev);
	if (port->quirks & AHCI_MAX_255)
		dev->quirks |= ATA_QUIRK_MAX_128;
	return dev->quirks & ATA_QUIRK_NOT_A_DISK ? -ENODEV : 0;
}

int ahci_detect(struct ata_channel *ch)
{
	struct ahci_port *port = ch->transport_data;

	if (ch->flags & ATA_CH_SKIP0 || ahci_is_gone(port))
		return -ENODEV;
	if (!ahci_set_memory(port)) {
		ata_note(ch, NULL, "does not stop: left alone");
		return -ENODEV;
	}
	if (!find_device(port))
		return 0;
	ch->dev[0].kind = ATA_NONE;
	return -ENODEV;
}
