/*
 * ata_rw.c - reading, writing and flushing a disk, with everything that recovery can do.
 *
 * A transfer that fails is closed in on: what certainly moved is done; the sector where the drive
 * says it stopped is tried alone, what lies before it as a command of its own; without a word from
 * the drive the command is halved. So a bad sector costs that sector and no neighbour.
 */
#include <kernel/errno.h>
#include "chs.h"
#include "ata_internal.h"

#define SINGLE_TRIES 3u /* of one sector */
#define GROUP_TRIES                                                                                \
	2u /* of more, for other faults than the medium's; together they stay below                \
	    * the time-outs that end in a device that has gone */
/* Sector 0fffffff needs 48 bits: words 60 and 61 of a drive's identity are at most 0fffffff, and
 * many a drive aborts 28-bit commands for what lies behind that count. */
#define LBA28_END  ((1ull << 28) - 1)
#define MAX_28	   256u /* sectors a command: the register holds 0 for it */
#define MAX_QUIRK  128u
#define NO_SUSPECT (~0ull)

/* ---- one command ---- */

enum method {
	SINGLE,
	MULTIPLE,
	DMA,
	METHODS
};

static const u8 opcodes[2][2][METHODS] = {
	/* 28 bits and CHS */
	{ { ATA_CMD_READ, ATA_CMD_READ_MULTIPLE, ATA_CMD_READ_DMA },
	  { ATA_CMD_WRITE, ATA_CMD_WRITE_MULTIPLE, ATA_CMD_WRITE_DMA } },
	/* 48 bits */
	{ { ATA_CMD_READ_EXT, ATA_CMD_READ_MULTIPLE_EXT, ATA_CMD_READ_DMA_EXT },
	  { ATA_CMD_WRITE_EXT, ATA_CMD_WRITE_MULTIPLE_EXT, ATA_CMD_WRITE_DMA_EXT } },
};

static bool address_chs(const struct ata_device *dev, u64 lba, struct ata_taskfile *tf)
{
	struct chs at;

	if (!chs_from_lba(&dev->geometry, lba, &at))
		return false;
	tf->lbal = (u8)at.sector;
	tf->lbam = (u8)at.cylinder;
	tf->lbah = (u8)(at.cylinder >> 8);
	tf->device = (u8)at.head;
	return true;
}

static void address_lba(u64 lba, u32 count, bool lba48, struct ata_taskfile *tf)
{
	tf->lbal = (u8)lba;
	tf->lbam = (u8)(lba >> 8);
	tf->lbah = (u8)(lba >> 16);
	tf->device = ATA_DEVICE_LBA;
	if (!lba48) {
		tf->device |= (u8)(lba >> 24 & ATA_DEVICE_HEAD);
		return;
	}
	tf->hob_lbal = (u8)(lba >> 24);
	tf->hob_lbam = (u8)(lba >> 32);
	tf->hob_lbah = (u8)(lba >> 40);
	tf->hob_nsect = (u8)(count >> 8);
}

/* 48-bit commands only where they are needed: old controllers and drives have trouble with them. */
static bool set_address(const struct ata_device *dev, u64 lba, u32 count, struct ata_command *cmd)
{
	if (lba + count > dev->sectors)
		return false;
	cmd->tf.nsect = (u8)count;
	if (dev->addressing == ATA_CHS)
		return address_chs(dev, lba, &cmd->tf);
	cmd->lba48 = lba + count > LBA28_END || count > MAX_28;
	if (cmd->lba48 && dev->addressing != ATA_LBA48)
		return false;
	address_lba(lba, count, cmd->lba48, &cmd->tf);
	return true;
}

static bool dma_possible(const struct ata_device *dev, const struct ata_command *cmd)
{
	if (cmd->lba48 ? !ata_may_dma48(dev) : !ata_uses_dma(dev))
		return false;
	/* Memory that the bus master cannot reach; the table is built again for the command. */
	for (unsigned int i = 0; i < cmd->buffer->count; i++) {
		const struct ata_piece *p = &cmd->buffer->pieces[i];

		if (p->phys == ATA_PHYS_NONE || (p->phys | p->bytes) & 3)
			return false;
	}
	return cmd->buffer->count < dev->ch->prd_max / 2;
}

/* The last try of a sector goes the plainest way. */
static void choose_method(const struct ata_device *dev, bool write, bool plain,
			  struct ata_command *cmd)
{
	enum method m = SINGLE;

	if (!plain && dma_possible(dev, cmd))
		m = DMA;
	else if (dev->multiple && cmd->bytes > dev->id.sector_bytes)
		m = MULTIPLE;

	cmd->tf.command = opcodes[cmd->lba48][write][m];
	cmd->protocol =
		m == DMA ? (write ? ATA_DMA_OUT : ATA_DMA_IN) : (write ? ATA_PIO_OUT : ATA_PIO_IN);
	cmd->block = dev->id.sector_bytes * (m == MULTIPLE ? dev->multiple : 1);
}

struct run {
	struct ata_device *dev;
	const struct ata_buffer *buffer;
	u64 lba; /* of the whole */
	u32 count, good;
	bool write;
	u32 limit;   /* sectors that the next command has at most */
	u64 suspect; /* a sector that the drive named, or NO_SUSPECT */
	u32 tries;   /* of the sectors at `good`, without progress */
};

static int run_once(struct run *run, u32 n, struct ata_command *cmd)
{
	u32 size = run->dev->id.sector_bytes;
	int err;

	*cmd = (struct ata_command){
		.buffer = run->buffer,
		.offset = run->good * size,
		.bytes = n * size,
	};
	if (!set_address(run->dev, run->lba + run->good, n, cmd))
		return -EINVAL;
	choose_method(run->dev, run->write, n == 1 && run->tries + 1 == SINGLE_TRIES, cmd);
	err = ata_execute(run->dev, cmd);
	if (err)
		ata_io32_learn(run->dev, cmd);
	return err;
}

/* ---- closing in ---- */

static u32 next_count(const struct run *run)
{
	u64 at = run->lba + run->good;
	u32 n = min(run->count - run->good, run->limit);

	if (run->suspect < at || run->suspect >= at + n)
		return n;
	return run->suspect == at ? 1 : (u32)(run->suspect - at);
}

/* Where the drive says that it stopped. */
static u64 error_lba(const struct ata_device *dev, const struct ata_command *cmd)
{
	const struct ata_taskfile *r = &cmd->result;
	struct chs at = { (u32)(r->lbam | r->lbah << 8), r->device & ATA_DEVICE_HEAD, r->lbal };

	if (dev->addressing == ATA_CHS)
		return at.sector ? chs_to_lba(&dev->geometry, &at) : NO_SUSPECT;
	if (cmd->lba48)
		return r->lbal | r->lbam << 8 | r->lbah << 16 | (u64)r->hob_lbal << 24 |
		       (u64)r->hob_lbam << 32 | (u64)r->hob_lbah << 40;
	return r->lbal | r->lbam << 8 | r->lbah << 16 | (u64)(r->device & ATA_DEVICE_HEAD) << 24;
}

static bool is_medium_error(const struct ata_command *cmd)
{
	return cmd->fault == ATA_FAULT_DEVICE &&
	       cmd->result.error & (ATA_ERROR_UNC | ATA_ERROR_IDNF | ATA_ERROR_AMNF);
}

/*
 * How much of a failed command is certain to have moved. A drive takes blocks that are to be
 * written before it writes them, and forgets them at a reset: only the sector that it names tells
 * how far it came.
 */
static u32 certain(const struct run *run, u64 at, u32 n, const struct ata_command *cmd)
{
	const u32 done = min(cmd->done / run->dev->id.sector_bytes, n);
	u64 named;

	if (!run->write)
		return done;
	named = is_medium_error(cmd) ? error_lba(run->dev, cmd) : NO_SUSPECT;
	return named >= at && named < at + n ? min(done, (u32)(named - at)) : 0;
}

/* After a failed command of n sectors that began at `at`. */
static void narrow(struct run *run, u64 at, u32 n, const struct ata_command *cmd)
{
	u64 named = is_medium_error(cmd) ? error_lba(run->dev, cmd) : NO_SUSPECT;

	if (n > 1 && named >= at && named < at + n && named >= run->lba + run->good) {
		run->suspect = named;
		run->tries = 0;
	} else if (n > 1 && (is_medium_error(cmd) || run->tries >= GROUP_TRIES)) {
		run->limit = is_medium_error(cmd) ? n / 2 : 1;
		run->suspect = NO_SUSPECT;
		run->tries = 0;
	}
}

static void note_success(struct run *run, u32 n, const struct ata_command *cmd)
{
	struct ata_device *dev = run->dev;

	if (cmd->protocol == ATA_DMA_IN || cmd->protocol == ATA_DMA_OUT)
		dev->dma_works = true;

	run->good += n;
	run->tries = 0;
	run->limit = min(run->limit * 2, ata_max_sectors(dev));
	dev->crc_row = dev->dma_fault_row = dev->timeout_row = 0;
}

/* 0: go on; else what the sector at run->good (or all, -ENXIO) ends with. */
static int handle_failure(struct run *run, u32 n, struct ata_command *cmd, int err)
{
	u64 at = run->lba + run->good;
	const u32 done = certain(run, at, n, cmd);
	int verdict;

	if (done) {
		run->good += done;
		run->tries = 0;
	}
	run->tries++;
	verdict = ata_recover(run->dev, cmd);
	if (verdict == -ENXIO)
		return verdict;
	if (n == 1 && !done && (verdict || run->tries >= SINGLE_TRIES))
		return err == -EOPNOTSUPP ? -EIO : err;
	/* Refused as a whole: the sectors may do one by one (one lies beyond the end, say). */
	if (verdict)
		run->tries = GROUP_TRIES;
	narrow(run, at, n, cmd);
	return 0;
}

u32 ata_max_sectors(const struct ata_device *dev)
{
	return dev->quirks & ATA_QUIRK_MAX_128 ? MAX_QUIRK : MAX_28;
}

int ata_rw(struct ata_device *dev, bool write, u64 lba, u32 count, const struct ata_buffer *buffer,
	   u32 *good)
{
	struct run run = { .dev = dev,
			   .buffer = buffer,
			   .lba = lba,
			   .count = count,
			   .write = write,
			   .limit = ata_max_sectors(dev),
			   .suspect = NO_SUSPECT };
	struct ata_command cmd;
	int err = 0;

	while (!err && run.good < run.count) {
		u32 n = next_count(&run);

		err = run_once(&run, n, &cmd);
		if (err == -EINVAL)
			break;
		if (!err)
			note_success(&run, n, &cmd);
		else
			err = handle_failure(&run, n, &cmd, err);
	}
	*good = run.good;
	return err;
}

/* ---- flush ---- */

static u8 flush_command(const struct ata_device *dev)
{
	if (dev->id.flush_ext && dev->addressing == ATA_LBA48 && dev->sectors > LBA28_END)
		return ATA_CMD_FLUSH_EXT;
	return dev->id.flush ? ATA_CMD_FLUSH : 0;
}

/* Refused by a drive that names the command, or has done it, it is what the drive could not write;
 * by another one, that it has nothing to flush. */
static int flush_once(struct ata_device *dev, u8 command)
{
	int err = ata_simple(dev, command, 0, 0, ATA_FLUSH_US);

	if (err == -EOPNOTSUPP)
		return dev->id.flush_named || dev->flush_works ? -EIO : 0;
	dev->flush_works |= !err;
	return err;
}

int ata_flush(struct ata_device *dev)
{
	u8 command = flush_command(dev);
	int err, again;

	if (dev->gone)
		return -ENXIO;
	if (!command || dev->kind != ATA_DISK || !dev->unflushed)
		return 0;
	err = flush_once(dev, command);
	if (err && !dev->gone) {
		/* What the drive failed to write is lost, and the next flush goes on behind it. */
		again = flush_once(dev, command);
		err = err == -EIO ? err : again;
	}
	if (!err)
		dev->unflushed = false;
	return err;
}
