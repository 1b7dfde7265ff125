/*
 * ata_trim.c - telling a disk which sectors hold nothing that is wanted any more: DATA SET
 * MANAGEMENT with TRIM.
 *
 * A command carries one block of 64 ranges, which every drive that has the command takes; it is by
 * DMA and with 48-bit registers only. It is advice: what the drive does not follow costs nothing,
 * so a refusal ends it and teaches nothing about DMA, and after a time-out (the drive was busy for
 * a minute) it is not tried again. Only what the way to the drive spoilt is repeated.
 *
 * Source: T13 2015-D (ACS-2), DATA SET MANAGEMENT; Linux, libata-core.c, for the drives that must
 * not be asked, or not for much at once.
 */
#include <kernel/errno.h>
#include "ata_internal.h"

#define RANGE_MAX   65535u /* sectors of one range: 16 bits */
#define RANGES	    (ATA_TRIM_BYTES / sizeof(u64))
#define COUNT_SHIFT 48u /* in a range, above the sector's number */
#define TRIM_TRIES  3u
#define BYTES_128M  (128u << 20)

u32 ata_max_trim(const struct ata_device *dev)
{
	if (dev->kind != ATA_DISK || !dev->id.trim || dev->quirks & ATA_QUIRK_NO_TRIM ||
	    dev->addressing != ATA_LBA48 || !ata_may_dma48(dev))
		return 0;
	return dev->quirks & ATA_QUIRK_TRIM_128M ? BYTES_128M / dev->id.sector_bytes
						 : RANGE_MAX * RANGES;
}

/* Unused ranges have no sectors. */
static void fill_ranges(u8 block[ATA_TRIM_BYTES], u64 lba, u32 count)
{
	for (unsigned int i = 0; i < RANGES; i++) {
		const u32 n = min(count, RANGE_MAX);
		const u64 range = n ? lba | (u64)n << COUNT_SHIFT : 0;

		for (unsigned int byte = 0; byte < sizeof(range); byte++)
			block[i * sizeof(range) + byte] = (u8)(range >> 8 * byte);
		lba += n;
		count -= n;
	}
}

/* The drive has not seen it, or not as it was sent. */
static bool is_worth_repeating(enum ata_fault fault)
{
	return fault == ATA_FAULT_BUSY || fault == ATA_FAULT_CRC || fault == ATA_FAULT_DMA ||
	       fault == ATA_FAULT_LINK;
}

/* What ends it, after a failed command; 0: once more. */
static int judge(struct ata_device *dev, struct ata_command *cmd, unsigned int tries)
{
	const int err = ata_fault_errno(cmd);
	const int verdict = ata_recover(dev, cmd);

	if (verdict == -ENXIO)
		return verdict;
	if (!verdict && is_worth_repeating(cmd->fault) && tries < TRIM_TRIES)
		return ata_max_trim(dev) ? 0 : -EIO;
	/* It names the command among its own, so it is this range that it refused. */
	return err == -EOPNOTSUPP ? -EIO : err;
}

int ata_trim(struct ata_device *dev, u64 lba, u32 count, const struct ata_buffer *block)
{
	struct ata_command cmd;
	int err = 0;

	if (dev->gone)
		return -ENXIO;
	if (!ata_max_trim(dev))
		return -EOPNOTSUPP;
	if (!count || count > ata_max_trim(dev) || lba >= dev->sectors ||
	    count > dev->sectors - lba || block->bytes != ATA_TRIM_BYTES)
		return -EINVAL;
	fill_ranges(block->pieces[0].addr, lba, count);
	for (unsigned int tries = 1; !err; tries++) {
		cmd = (struct ata_command){
			.tf = { .command = ATA_CMD_DSM,
				.feature = ATA_DSM_TRIM,
				.nsect = 1,
				.device = ATA_DEVICE_LBA },
			.protocol = ATA_DMA_OUT,
			.lba48 = true,
			.buffer = block,
			.bytes = ATA_TRIM_BYTES,
			.timeout_us = ATA_TRIM_US,
		};
		if (!ata_execute(dev, &cmd))
			return 0;
		err = judge(dev, &cmd, tries);
	}
	return err;
}
