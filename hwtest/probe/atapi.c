/*
 * atapi.c - CD drives and other packet devices: who they are, whether a medium is in, what is on
 * it, how fast it reads. Nothing is locked, started, ejected or closed.
 *
 * Alone by the driver's core; beside drivers by SG_IO. Each answer is noted as it came.
 *
 * Source: SFF-8020i rev 2.6; hardware-notes 5.10; Linux, include/scsi/sg.h.
 */
#include "atapi.h"
#include <common/xalloc.h>
#include <drivers/ata/cd_decode.h>
#include <drivers/ata/scsi_cdb.h>
#include <drivers/ata/sense_decode.h>
#include <errno.h>
#include <stdlib.h>

#define TOC_BYTES   CD_TOC_BYTES
#define READ_BLOCKS 16u /* in one command */
#define RATE_US	    1500000u
#define READY_TRIES 40u /* a disc that spins up */
#define READY_US    500000u
#define ATTENTIONS  5u

static int ask(struct packet_drive *d, const u8 cdb[16], void *data, u32 bytes, u32 *done)
{
	int err = -EIO;

	/* What happened since the last command is told in place of an answer. */
	for (unsigned int i = 0; i < ATTENTIONS; i++) {
		err = d->command(d, cdb, data, bytes, done);
		if (!err || !d->sense_bytes || (d->sense[2] & 15) != SENSE_ATTENTION)
			break;
	}
	return err;
}

static void note_sense(struct packet_drive *d, const char *key)
{
	if (d->sense_bytes)
		note_bytes(d->run, d->subject, key, d->sense, d->sense_bytes);
}

static void note_inquiry(struct packet_drive *d)
{
	u8 cdb[16], data[SCSI_INQUIRY_BYTES];
	u32 n = 0;

	scsi_cdb_short(cdb, SCSI_INQUIRY, sizeof(data));
	if (!ask(d, cdb, data, sizeof(data), &n))
		note_bytes(d->run, d->subject, "inquiry", data, n);
	else
		note_sense(d, "inquiry-sense");
}

/* Whether it is worth waiting: "becoming ready". */
static bool becomes_ready(const struct packet_drive *d)
{
	struct sense sense;

	return sense_decode(d->sense, d->sense_bytes, &sense) &&
	       sense_action(&sense) == SENSE_DO_WAIT;
}

static bool wait_ready(struct packet_drive *d)
{
	struct hw *hw = &d->run->host->hw;
	u64 begin = hw_now_us(hw);
	u8 cdb[16];
	int err = -EIO;

	scsi_cdb(cdb, SCSI_TEST_UNIT_READY);
	for (unsigned int i = 0; i < READY_TRIES; i++) {
		err = ask(d, cdb, NULL, 0, NULL);
		if (!err || !becomes_ready(d))
			break;
		hw_sleep_us(hw, READY_US);
	}
	note_number(d->run, d->subject, "ready", !err, "");
	note_number(d->run, d->subject, "ready-time", (s64)(hw_now_us(hw) - begin), "us");
	if (err)
		note_sense(d, "not-ready-sense");
	return !err;
}

static bool note_capacity(struct packet_drive *d, struct cd_capacity *cap)
{
	u8 cdb[16], data[SCSI_CAPACITY_BYTES];
	u32 n = 0;

	scsi_cdb(cdb, SCSI_READ_CAPACITY);
	if (ask(d, cdb, data, sizeof(data), &n)) {
		note_sense(d, "capacity-sense");
		return false;
	}
	note_bytes(d->run, d->subject, "capacity", data, n);
	return !cd_decode_capacity(data, n, cap);
}

static void note_toc(struct packet_drive *d)
{
	u8 cdb[16], data[TOC_BYTES];
	u32 n = 0, told;

	scsi_cdb_toc(cdb, SCSI_TOC_TRACKS, 0, false, sizeof(data));
	if (ask(d, cdb, data, sizeof(data), &n) || n < 2)
		return;
	told = get_be16(data) + 2u;
	note_bytes(d->run, d->subject, "toc", data, min(n, told));
}

static bool read_blocks(struct packet_drive *d, u32 lba, u32 block, u8 *to, u32 *blocks)
{
	u8 cdb[16];
	u32 n = 0;

	scsi_cdb_10(cdb, SCSI_READ_10, lba, READ_BLOCKS);
	if (ask(d, cdb, to, READ_BLOCKS * block, &n) || !n)
		return false;
	*blocks += n / block;
	return n == READ_BLOCKS * block;
}

static void note_read(struct packet_drive *d, const struct cd_capacity *cap)
{
	struct hw *hw = &d->run->host->hw;
	u32 block = cap->block_bytes == 512 ? 512 : CD_BLOCK, blocks = 0;
	u8 *data = xalloc(READ_BLOCKS * CD_BLOCK);
	u64 begin = hw_now_us(hw), us = 0;
	bool fine = true;

	for (u32 lba = 0; fine && us < RATE_US && lba + READ_BLOCKS <= cap->blocks;
	     lba += READ_BLOCKS) {
		fine = read_blocks(d, lba, block, data, &blocks);
		us = hw_now_us(hw) - begin;
	}
	free(data);
	note_number(d->run, d->subject, "blocks-read", blocks, "");
	if (!fine)
		note_sense(d, "read-sense");
	if (blocks && us)
		note_number(d->run, d->subject, "read-rate",
			    (s64)((u64)blocks * block * 1000000u / us), "bytes");
}

void packet_test(struct packet_drive *d)
{
	struct cd_capacity cap;

	probe_step(d->run, "%s: who it is", d->subject);
	note_inquiry(d);
	probe_step(d->run, "%s: whether it is ready", d->subject);
	if (!wait_ready(d) || !note_capacity(d, &cap))
		return;
	note_toc(d);
	probe_step(d->run, "%s: reading", d->subject);
	note_read(d, &cap);
}

static enum probe_end run_atapi(struct probe_run *run)
{
	if ((run->host->alone && packet_test_alone(run)) || packet_test_beside(run))
		return PROBE_DONE;
	return PROBE_ABSENT;
}

const struct probe probe_atapi = {
	.name = "atapi",
	.title = "CD drives",
	.class = CLASS_R1,
	.seconds = 220,
	.run = run_atapi,
};
