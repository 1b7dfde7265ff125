/*
 * cd_transfer.c - reading and writing blocks so that one bad block costs one block.
 *
 * A command that fails for its medium is cut up: up to the block that the drive names, if it does,
 * else block by block. Only the block that fails alone is given up, after CD_BLOCK_TRIES: each try
 * takes the drive seconds of its own repetitions.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "cd_core.h"
#include "scsi_cdb.h"

struct transfer {
	struct cd_drive *cd;
	bool write, hurry;
	u32 lba, count; /* all of it */
	u32 done;
	/* From lba on: up to `sound` as many as fit, up to `careful` one by one. */
	u32 sound, careful;
	const struct ata_buffer *buf;
	bool no_dma;
};

/* The pieces of buf's bytes [offset, offset + bytes). */
static void slice(struct cd_drive *cd, const struct ata_buffer *buf, u32 offset, u32 bytes,
		  struct ata_buffer *out)
{
	*out = *buf;
	out->pieces = cd->pieces;
	out->count = 0;
	out->bytes = bytes;
	for (unsigned int i = 0; i < buf->count && bytes; i++) {
		struct ata_piece p = buf->pieces[i];

		if (offset >= p.bytes) {
			offset -= p.bytes;
			continue;
		}
		if (p.addr)
			p.addr = (u8 *)p.addr + offset;
		if (p.phys != ATA_PHYS_NONE)
			p.phys += offset;
		p.offset += offset;
		p.bytes = min(p.bytes - offset, bytes);
		bytes -= p.bytes;
		offset = 0;
		cd->pieces[out->count++] = p;
	}
}

static u32 next_count(const struct transfer *t)
{
	u32 max = CD_MAX_BYTES / t->cd->block_bytes;

	if (t->cd->quirks & CD_QUIRK_ONE_BLOCK)
		max = 1;
	else if (t->done < t->sound)
		max = min(max, t->sound - t->done);
	else if (t->done < t->careful)
		max = 1;
	return min(t->count - t->done, max);
}

/* Blocks [done, done + n) once. */
static int attempt(struct transfer *t, u32 n, struct cd_command *c)
{
	struct cd_drive *cd = t->cd;
	struct ata_buffer part;
	int err;

	slice(cd, t->buf, t->done * cd->block_bytes, n * cd->block_bytes, &part);
	*c = (struct cd_command){ .write = t->write,
				  .no_dma = t->no_dma || cd->no_sector_dma,
				  .buffer = &part,
				  .timeout_us =
					  cd->timeouts < CD_SICK ? ATA_PACKET_US : CD_SICK_US };
	scsi_cdb_10(c->cdb, t->write ? SCSI_WRITE_10 : SCSI_READ_10, t->lba + t->done, n);
	err = cd_execute(cd, c);
	if (!err && c->done != part.bytes)
		err = -EAGAIN; /* ended early, without a word */
	if (!err) {
		cd->no_sector_dma = false;
		cd->timeouts = 0;
	} else if (err == -ETIMEDOUT && cd->timeouts < CD_SICK) {
		cd->timeouts++;
	}
	return err;
}

/* How to go on after a command that failed. */
static void cut(struct transfer *t, u32 n)
{
	const struct sense *s = &t->cd->sense;
	u32 first = t->lba + t->done;

	t->careful = t->done + n;
	/* What it says of the same place a second time is not believed. */
	if (s->has_info && s->info > first && s->info - first < n && !t->sound)
		t->sound = t->done + (s->info - first);
	else
		t->sound = 0;
}

static bool is_final(const struct cd_drive *cd, int err)
{
	return err == -ENXIO || err == -ENOMEDIUM || err == -EROFS || cd->stale || !cd->known;
}

static int final_error(const struct cd_drive *cd, int err)
{
	return err != -ENXIO && (cd->stale || !cd->known) ? -ENOMEDIUM : err;
}

/* A disc that was written in one go ends in blocks that no drive can read. */
static void note_run_out(struct transfer *t)
{
	struct cd_drive *cd = t->cd;
	u32 lba = t->lba + t->done;

	if (!cd->disk && !t->write && lba < cd->blocks && cd->blocks - lba <= CD_RUN_OUT)
		cd->run_out = cd->blocks - lba;
}

/* Before one block is given up: 0, or what to end with. */
static int one_block_failed(struct transfer *t, const struct cd_command *c, int err,
			    unsigned int *tries)
{
	bool tell = c->action == SENSE_DO_RETRY || c->action == SENSE_DO_CHANGED;

	if (++*tries < (tell ? CD_TRIES : CD_BLOCK_TRIES) && c->action != SENSE_DO_ILLEGAL)
		return 0;
	note_run_out(t);
	return err == -ETIMEDOUT ? err : -EIO;
}

/* After a failure: 0 to go on, else the end. */
static int recover(struct transfer *t, u32 n, const struct cd_command *c, int err,
		   unsigned int *tries)
{
	struct cd_drive *cd = t->cd;

	if (is_final(cd, err))
		return final_error(cd, err);
	if (err == -EAGAIN || err == -ETIMEDOUT)
		t->no_dma = true;
	if (c->action == SENSE_DO_WAIT || c->action == SENSE_DO_START) {
		err = cd_wait_ready(cd, CD_READY_US);
		if (err || cd->stale)
			return final_error(cd, err);
		err = -EBUSY;
	}
	if (t->hurry && c->action != SENSE_DO_RETRY && c->action != SENSE_DO_CHANGED)
		return -EIO;
	if (n > 1 && c->action != SENSE_DO_RETRY && c->action != SENSE_DO_CHANGED) {
		cut(t, n);
		return 0;
	}
	return one_block_failed(t, c, err, tries);
}

static int run(struct transfer *t)
{
	unsigned int tries = 0;
	int err = 0;

	while (!err && t->done < t->count) {
		struct cd_command c;
		u32 n = next_count(t);

		err = attempt(t, n, &c);
		if (!err) {
			t->done += n;
			tries = 0;
		} else {
			err = recover(t, n, &c, err, &tries);
		}
	}
	return err;
}

/* A reset opened the door of a disc that is in use. cd->sense stays the transfer's. */
static void lock_again(struct cd_drive *cd)
{
	const struct sense sense = cd->sense;

	if (!cd->lock_lost)
		return;
	cd->lock_lost = false;
	(void)cd_lock(cd, true);
	cd->sense = sense;
}

bool cd_has_blocks(const struct cd_drive *cd, u64 sector, u32 bytes)
{
	u32 sectors = cd->block_bytes / ATA_SECTOR_BYTES;

	return bytes >= cd->block_bytes && !(sector & (sectors - 1));
}

int cd_transfer(struct cd_drive *cd, bool write, u32 lba, u32 count, const struct ata_buffer *buf,
		bool hurry, u32 *good)
{
	struct transfer t = {
		.cd = cd, .write = write, .hurry = hurry, .lba = lba, .count = count, .buf = buf
	};
	int err = cd->stale || !cd->known ? -ENOMEDIUM : run(&t);

	lock_again(cd);
	*good = t.done;
	return err;
}

int cd_read_unproven(struct cd_drive *cd, u32 lba, const struct ata_buffer *buf)
{
	struct transfer t = { .cd = cd, .hurry = true, .lba = lba, .count = 1, .buf = buf };

	return cd->known ? run(&t) : -ENOMEDIUM;
}

int cd_flush(struct cd_drive *cd)
{
	struct cd_command c = { .timeout_us = ATA_FLUSH_US };
	int err;

	scsi_cdb(c.cdb, SCSI_SYNC_CACHE);
	err = cd_command(cd, &c);
	return err == -EOPNOTSUPP ? 0 : err; /* then it has no cache */
}
