/*
 * cd_medium.c - what drive it is, whether it is ready, what medium is in it.
 *
 * A medium that was put in announces itself by one unit attention; then the drive is "becoming
 * ready" for as long as the disc spins up. Nothing here needs GET EVENT, which old drives lack.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "cd_core.h"
#include "scsi_cdb.h"

#define PAGE_SHORT   24u /* what drives of SFF-8020i have; older ones break when asked for more */
#define PAGE_FULL    28u
#define MODE_BYTES   64u
#define EMPTY_SIZE   0u
#define DISK_BLOCK   512u
#define BLOCK_MAX    4096u
#define SELECT_BYTES 16u /* header and one block descriptor */

/* ---- who it is ---- */

static void read_inquiry(struct cd_drive *cd)
{
	u8 cdb[16], data[SCSI_INQUIRY_BYTES];
	u32 n;

	scsi_cdb_short(cdb, SCSI_INQUIRY, sizeof(data));
	if (cd_simple(cd, cdb, data, sizeof(data), &n) ||
	    cd_decode_inquiry(data, n, &cd->inquiry)) {
		/* IDENTIFY has told the same in other words. */
		cd->inquiry = (struct cd_inquiry){ .type = cd->dev->id.packet_type,
						   .removable = cd->dev->id.removable };
		strscpy(cd->inquiry.product, cd->dev->id.model, sizeof(cd->inquiry.product));
	}
}

static bool ask_capabilities(struct cd_drive *cd, u32 bytes)
{
	u8 cdb[16], data[MODE_BYTES];
	u32 n;

	scsi_cdb_mode_sense(cdb, SCSI_PAGE_CAPABILITIES, bytes);
	if (cd_simple(cd, cdb, data, bytes, &n))
		n = 0;
	cd_decode_capabilities(data, n, cd->quirks & CD_QUIRK_SPEED_SWAPPED, &cd->caps);
	return cd->caps.known;
}

static void read_capabilities(struct cd_drive *cd)
{
	u32 bytes = cd->quirks & CD_QUIRK_FULL_PAGE ? PAGE_FULL : PAGE_SHORT;

	/* A block descriptor before the page takes room. */
	if (!ask_capabilities(cd, bytes) && !cd->dev->gone)
		(void)ask_capabilities(cd, MODE_BYTES);
	if (cd->quirks & CD_QUIRK_AUDIO)
		cd->caps.audio = true;
	cd->locked = cd->caps.locked;
}

int cd_probe(struct cd_drive *cd, struct ata_device *dev)
{
	const struct ata_identity *id = &dev->id;

	cd->dev = dev;
	cd->disk = id->packet_type == CD_TYPE_DISK;
	if (!cd->disk && id->packet_type != CD_TYPE_CD && id->packet_type != CD_TYPE_OPTICAL)
		return -ENODEV;
	cd->quirks = cd_find_quirks(id->model, id->firmware);
	cd->no_sector_dma = true;
	cd_note_change(cd);
	cd->block_bytes = cd->disk ? DISK_BLOCK : CD_BLOCK;
	read_inquiry(cd);
	if (dev->gone)
		return -ENXIO;
	if (!cd->disk)
		read_capabilities(cd);
	else
		cd->caps = (struct cd_capabilities){ .lock = true, .eject = true };
	return 0;
}

/* ---- is it ready? ---- */

static int test_once(struct cd_drive *cd, enum sense_action *action)
{
	struct cd_command c = { .bytes = 0 };
	int err;

	scsi_cdb(c.cdb, SCSI_TEST_UNIT_READY);
	err = cd_execute(cd, &c);
	*action = c.action;
	return err;
}

int cd_test_ready(struct cd_drive *cd)
{
	enum sense_action action;
	int err = -EIO;

	for (unsigned int i = 0; i < CD_TRIES; i++) {
		err = test_once(cd, &action);
		if (err != -EAGAIN)
			break;
	}
	return err;
}

static void start_unit(struct cd_drive *cd)
{
	struct cd_command c = { .timeout_us = CD_MOVE_US };

	scsi_cdb_start_stop(c.cdb, SCSI_START);
	(void)cd_execute(cd, &c);
}

/* "Not ready" that gives no reason: perhaps for good. */
static u32 patience(const struct cd_drive *cd, u32 timeout_us)
{
	bool vague = cd->sense.key == SENSE_NOT_READY && (cd->sense.asc != 0x04 || !cd->sense.ascq);

	return vague ? min(timeout_us, CD_VAGUE_US) : timeout_us;
}

int cd_wait_ready(struct cd_drive *cd, u32 timeout_us)
{
	u64 start = hw_now_us(cd->dev->ch->hw);
	bool started = false;
	unsigned int quick = 0;

	for (;;) {
		enum sense_action action;
		int err = test_once(cd, &action);
		/* Before the last look. */
		u64 waited = hw_now_us(cd->dev->ch->hw) - start;

		if (action == SENSE_DO_START && !started) {
			started = true;
			start_unit(cd);
		}
		if (err == -EAGAIN && ++quick < CD_TRIES)
			continue;
		if (err != -EBUSY && err != -EAGAIN && err != -ETIMEDOUT)
			return err;
		if (waited >= patience(cd, timeout_us))
			return err == -EAGAIN ? -EIO : err;
		quick = 0;
		cd_pause(cd, CD_READY_STEP_US);
	}
}

/* ---- what medium is it? ---- */

static int read_capacity(struct cd_drive *cd, struct cd_capacity *cap)
{
	u8 cdb[16], data[SCSI_CAPACITY_BYTES];
	u32 n;
	int err;

	scsi_cdb(cdb, SCSI_READ_CAPACITY);
	err = cd_simple(cd, cdb, data, sizeof(data), &n);
	return err ? err : cd_decode_capacity(data, n, cap);
}

/* Drives of workstations start with 512, audio discs leave 2352 behind. */
static void select_block_size(struct cd_drive *cd, u32 bytes)
{
	u8 cdb[16], data[SELECT_BYTES] = { [7] = 8 };

	scsi_cdb_mode_select(cdb, sizeof(data));
	put_be32(data + 12, bytes);
	(void)cd_send(cd, cdb, data, sizeof(data));
}

static bool size_is_usable(const struct cd_drive *cd, u32 bytes)
{
	if (bytes < DISK_BLOCK || bytes > BLOCK_MAX || bytes & (bytes - 1))
		return false;
	return cd->disk || bytes == CD_BLOCK;
}

static int settle_capacity(struct cd_drive *cd, struct cd_capacity *cap)
{
	u32 wanted = cd->disk ? DISK_BLOCK : CD_BLOCK;
	int err = read_capacity(cd, cap);

	if (err || size_is_usable(cd, cap->block_bytes))
		return err;
	select_block_size(cd, wanted);
	err = read_capacity(cd, cap);
	/* 512 that stays is used as such; other sizes are a habit of saying so. */
	if (!err && cap->block_bytes != DISK_BLOCK && !size_is_usable(cd, cap->block_bytes))
		cap->block_bytes = wanted;
	return err;
}

static void guess_from_toc(struct cd_drive *cd, struct cd_capacity *cap)
{
	static const struct cd_capacity nothing;
	const struct cd_track *end = NULL;

	*cap = nothing;
	cap->block_bytes = CD_BLOCK;
	if (!cd_read_toc(cd))
		end = cd_find_track(&cd->toc, CD_LEADOUT);
	if (end && end->lba > 0)
		cap->blocks = (u32)end->lba;
}

static void read_protection(struct cd_drive *cd)
{
	u8 cdb[16], data[MODE_BYTES];
	u32 n;

	cd->protected = !cd->disk;
	if (!cd->disk)
		return;
	scsi_cdb_mode_sense(cdb, SCSI_PAGE_ALL, sizeof(data));
	if (!cd_simple(cd, cdb, data, sizeof(data), &n))
		cd->protected = cd_mode_protected(data, n);
}

static int learn_medium(struct cd_drive *cd)
{
	struct cd_capacity cap;
	int err = settle_capacity(cd, &cap);

	cd->toc_known = false;
	if (err == -ENOMEDIUM || err == -ENXIO || (err && cd->disk))
		return err;
	if (err || (!cap.blocks && !cd->disk))
		guess_from_toc(cd, &cap);
	cd->blocks = cap.blocks;
	cd->block_bytes = cap.block_bytes;
	cd->run_out = 0;
	read_protection(cd);
	/* What came between is of another medium again: the next check finds out. */
	cd->known = true;
	return 0;
}

static int forget_medium(struct cd_drive *cd, int err)
{
	cd->known = false;
	cd->blocks = EMPTY_SIZE;
	return err;
}

int cd_check_medium(struct cd_drive *cd)
{
	int err = cd_wait_ready(cd, CD_READY_US);
	const bool is_new = !cd->known;

	if (!err && is_new)
		err = learn_medium(cd);
	if (err)
		return forget_medium(cd, err);
	if (!cd->in_use)
		cd->stale = false;
	else if (cd->stale && is_new)
		cd->stale = !cd_is_marked_disc(cd);
	return 0;
}

bool cd_take_changed(struct cd_drive *cd, unsigned int who)
{
	bool changed = cd->changed[who];

	cd->changed[who] = false;
	return changed;
}
