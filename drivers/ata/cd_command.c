/*
 * cd_command.c - one command to a packet device, and what its sense data say about the medium.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "cd_core.h"
#include "scsi_cdb.h"

void cd_pause(struct cd_drive *cd, u32 us)
{
	if (cd->host && cd->host->pause)
		cd->host->pause(cd, us);
	else
		hw_sleep_us(cd->dev->ch->hw, us);
}

void cd_note_change(struct cd_drive *cd)
{
	for (unsigned int i = 0; i < CD_CHANGE_WHOS; i++)
		cd->changed[i] = true;
}

/* What came to light about the medium. */
static void note_medium(struct cd_drive *cd, enum sense_action action)
{
	if (action != SENSE_DO_CHANGED && action != SENSE_DO_EMPTY)
		return;
	if (action == SENSE_DO_CHANGED || cd->known)
		cd_note_change(cd);
	cd->known = false;
	cd->stale = cd->in_use;
}

static void learn_sense(struct cd_drive *cd, const struct sense *s)
{
	note_medium(cd, sense_action(s));
	if (s->asc == SENSE_ASC_RESET && cd->locked) {
		cd->locked = false;
		cd->lock_lost = true;
	}
}

/* What a program asks the drive for itself is not told a second time. */
static void learn_answer(struct cd_drive *cd, const struct cd_command *c)
{
	struct sense s;

	if (c->cdb[0] == SCSI_REQUEST_SENSE && c->data && sense_decode(c->data, c->done, &s))
		learn_sense(cd, &s);
}

/* The drive tells once; the answer may itself fail, and the error register has the key at least. */
static void request_sense(struct cd_drive *cd, struct cd_command *c, u8 key)
{
	struct ata_piece piece;
	struct ata_buffer buffer;
	struct ata_packet p = { .buffer = &buffer, .timeout_us = CD_COMMAND_US };

	memset(c->sense_data, 0, sizeof(c->sense_data));
	scsi_cdb_short(p.cdb, SCSI_REQUEST_SENSE, sizeof(c->sense_data));
	ata_buffer_init(&buffer, &piece, c->sense_data, sizeof(c->sense_data));
	if (ata_packet(cd->dev, &p) || !sense_decode(c->sense_data, p.bytes, &cd->sense)) {
		cd->sense = (struct sense){ .key = key };
		p.bytes = 0;
	}
	c->sense_bytes = (u8)p.bytes;
}

int cd_execute(struct cd_drive *cd, struct cd_command *c)
{
	struct ata_piece piece;
	struct ata_buffer own;
	struct ata_packet p = { .write = c->write,
				.no_dma = c->no_dma,
				.buffer = c->buffer,
				.timeout_us = c->timeout_us ? c->timeout_us : CD_COMMAND_US };
	int err;

	if (!c->buffer && c->bytes) {
		ata_buffer_init(&own, &piece, c->data, c->bytes);
		p.buffer = &own;
	}
	memcpy(p.cdb, c->cdb, sizeof(p.cdb));
	c->action = SENSE_DO_NOTHING;
	c->sense_bytes = 0;
	cd->sense = (struct sense){ 0 };
	err = ata_packet(cd->dev, &p);
	c->done = p.bytes;
	c->fault = p.fault;
	if (!err)
		learn_answer(cd, c);
	if (!err || !p.sense_needed)
		return err;
	request_sense(cd, c, p.sense_key);
	c->action = sense_action(&cd->sense);
	learn_sense(cd, &cd->sense);
	return sense_errno(c->action);
}

static bool worth_another(const struct cd_command *c, int err, unsigned int tries)
{
	if (c->action == SENSE_DO_RETRY || c->action == SENSE_DO_CHANGED)
		return tries < CD_TRIES;
	return (err == -EAGAIN || err == -ETIMEDOUT) && tries < CD_BUS_TRIES;
}

int cd_command(struct cd_drive *cd, struct cd_command *c)
{
	unsigned int tries = 0;
	int err;

	do {
		err = cd_execute(cd, c);
	} while (err && worth_another(c, err, ++tries));
	return err == -EAGAIN ? -EIO : err;
}

int cd_simple(struct cd_drive *cd, const u8 cdb[16], void *data, u32 bytes, u32 *done)
{
	struct cd_command c = { .data = data, .bytes = bytes };
	int err;

	memcpy(c.cdb, cdb, sizeof(c.cdb));
	if (bytes)
		memset(data, 0, bytes);
	err = cd_command(cd, &c);
	if (done)
		*done = err ? 0 : c.done;
	return err;
}

int cd_send(struct cd_drive *cd, const u8 cdb[16], const void *data, u32 bytes)
{
	struct cd_command c = { .data = (void *)(uintptr_t)data, .bytes = bytes, .write = true };

	memcpy(c.cdb, cdb, sizeof(c.cdb));
	return cd_command(cd, &c);
}
