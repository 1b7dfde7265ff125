/*
 * ata_io32.c - the data port 32 bits at a time: whether it may be, and who does not get it any
 * more.
 *
 * A bridge to the drive has to make two accesses of one; what does not know that drops every other
 * word, or reads the next two registers. So it is tried only where the controller's row, or the
 * user, says so (ATA_CH_IO32), and kept only if the identity of the drive is the same both ways.
 * That tells nothing of writing: a write in which the count of words turns out wrong ends it too.
 * Only for disks.
 *
 * Source: hardware-notes 5.5 (NetBSD, wdc.c); Linux, libata-sff.c, which of its drivers use it.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

static bool possible(const struct ata_device *dev)
{
	return dev->kind == ATA_DISK && !dev->ch->transport && !(dev->ch->flags & ATA_CH_NO_IO32) &&
	       !(dev->quirks & ATA_QUIRK_NO_IDENTIFY);
}

/* The identity by 16 bits is left in dev->words. */
static bool reads_the_same(struct ata_device *dev)
{
	u16 words[IDENTIFY_WORDS];
	int err;

	if (ata_identify(dev))
		return false;
	dev->io32 = true;
	err = ata_read_identity(dev, words);
	dev->io32 = false;
	/* Half of the data may be left in the drive. */
	if (err)
		(void)ata_reset(dev);
	return !err && !memcmp(words, dev->words, sizeof(words));
}

int ata_use_io32(struct ata_device *dev, bool on)
{
	if (!on || dev->io32) {
		dev->io32 = on;
		return 0;
	}
	if (!possible(dev))
		return -EINVAL;
	if (!reads_the_same(dev)) {
		ata_note(dev->ch, dev, "32 bits at a time come out wrong: 16");
		return -EIO;
	}
	dev->io32 = true;
	return 0;
}

/* Data moved, and the drive counted it otherwise. */
static bool miscounted(const struct ata_command *cmd)
{
	if (cmd->protocol != ATA_PIO_IN && cmd->protocol != ATA_PIO_OUT)
		return false;
	if (cmd->fault == ATA_FAULT_TIMEOUT)
		return cmd->protocol == ATA_PIO_OUT || cmd->done;
	return cmd->fault == ATA_FAULT_SHORT || cmd->fault == ATA_FAULT_DRQ_LEFT;
}

void ata_io32_learn(struct ata_device *dev, struct ata_command *cmd)
{
	if (!dev->io32 || !miscounted(cmd))
		return;
	dev->io32 = false;
	cmd->done = 0;
	ata_note(dev->ch, dev, "data goes wrong 32 bits at a time: 16 from now on");
}
