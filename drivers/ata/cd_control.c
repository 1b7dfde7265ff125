/*
 * cd_control.c - tray, door, motor, speed, audio.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"
#include "cd_core.h"
#include "scsi_cdb.h"

#define KB_PER_TIMES   177u
#define SPEED_BEST     0xFFFFu
#define DOOR_OPEN      0x10 /* byte 1 of the mechanism's status */
#define AUDIO_PAGE_MIN 14u
#define AUDIO_VOLUME   9u /* first of four, two bytes apart */
#define AUDIO_BYTES    24u

/* ---- status ---- */

static bool ask_event(struct cd_drive *cd, struct cd_event *event)
{
	u8 cdb[16], data[SCSI_EVENT_BYTES];
	u32 n;
	int err;

	if (cd->no_events)
		return false;
	scsi_cdb_event(cdb, SCSI_MEDIA_EVENT_CLASS);
	err = cd_simple(cd, cdb, data, sizeof(data), &n);
	if (err == -EOPNOTSUPP)
		cd->no_events = true;
	if (!err)
		cd_decode_event(data, n, event);
	return !err && event->valid;
}

static bool ask_mechanism(struct cd_drive *cd, bool *open)
{
	u8 cdb[16], data[8];
	u32 n;

	scsi_cdb(cdb, SCSI_MECHANISM_STATUS);
	cdb[9] = sizeof(data);
	if (cd_simple(cd, cdb, data, sizeof(data), &n) || n < 2)
		return false;
	*open = data[1] & DOOR_OPEN;
	return true;
}

/* No medium: is the tray out? Drives differ in how they tell, some do not. */
static bool tray_is_open(struct cd_drive *cd)
{
	const struct sense sense = cd->sense;
	struct cd_event event;
	bool open;

	if (sense.ascq == 1 || sense.ascq == 2)
		return sense.ascq == 2;
	if (ask_event(cd, &event))
		return event.tray_open;
	return ask_mechanism(cd, &open) && open;
}

int cd_status(struct cd_drive *cd, enum cd_status *status)
{
	int err = cd_test_ready(cd);

	switch (err) {
	case 0:
		*status = CD_STATUS_READY;
		return 0;
	case -ENOMEDIUM:
		*status = tray_is_open(cd) ? CD_STATUS_OPEN : CD_STATUS_EMPTY;
		return 0;
	case -EBUSY:
		*status = CD_STATUS_BUSY;
		return 0;
	default:
		return err;
	}
}

/* ---- mechanics ---- */

int cd_lock(struct cd_drive *cd, bool lock)
{
	u8 cdb[16];
	int err;

	if (!cd->caps.lock)
		return lock ? -EOPNOTSUPP : 0;
	scsi_cdb_prevent(cdb, lock);
	err = cd_simple(cd, cdb, NULL, 0, NULL);
	if (err == -EOPNOTSUPP)
		cd->caps.lock = false;
	/* Without a medium many refuse; there is nothing to keep in either. */
	if (err == -ENOMEDIUM)
		err = 0;
	if (!err) {
		cd->locked = lock;
		cd->lock_lost = false;
	}
	return err;
}

static int move(struct cd_drive *cd, u8 what)
{
	struct cd_command c = { .timeout_us = CD_MOVE_US };

	scsi_cdb_start_stop(c.cdb, what);
	return cd_command(cd, &c);
}

int cd_eject(struct cd_drive *cd)
{
	int err;

	if (!cd->caps.eject)
		return -EOPNOTSUPP;
	err = cd_lock(cd, false);
	if (!err)
		err = move(cd, SCSI_EJECT);
	if (err && err != -ENOMEDIUM)
		return err;
	if (cd->known)
		cd_note_change(cd);
	cd->known = false;
	cd->stale = cd->in_use;
	cd->blocks = 0;
	/* Without a medium some only say so, with the tray out. */
	return 0;
}

int cd_close(struct cd_drive *cd)
{
	int err;

	if (cd->caps.loader != CD_TRAY)
		return -EOPNOTSUPP;
	err = move(cd, SCSI_CLOSE);
	return err == -ENOMEDIUM ? 0 : err; /* closed, and empty */
}

int cd_start(struct cd_drive *cd, bool start)
{
	return move(cd, start ? SCSI_START : SCSI_STOP);
}

int cd_reset(struct cd_drive *cd)
{
	cd->locked = cd->lock_lost = false;
	return ata_reset(cd->dev);
}

int cd_set_speed(struct cd_drive *cd, unsigned int times)
{
	u32 kb = times ? min_t(u32, times * KB_PER_TIMES, SPEED_BEST) : SPEED_BEST;
	u8 cdb[16];

	if (cd->quirks & CD_QUIRK_NO_SPEED)
		return -EOPNOTSUPP;
	scsi_cdb_set_speed(cdb, kb, SPEED_BEST);
	return cd_simple(cd, cdb, NULL, 0, NULL);
}

/* ---- audio ---- */

int cd_play(struct cd_drive *cd, const u8 start[3], const u8 end[3])
{
	u8 cdb[16];

	if (!cd_msf_is_sane(start) || !cd_msf_is_sane(end) ||
	    cd_msf_to_lba(start) > cd_msf_to_lba(end))
		return -EINVAL;
	scsi_cdb_play_msf(cdb, start, end);
	return cd_simple(cd, cdb, NULL, 0, NULL);
}

int cd_pause_audio(struct cd_drive *cd, bool resume)
{
	u8 cdb[16];

	scsi_cdb(cdb, SCSI_PAUSE_RESUME);
	cdb[8] = resume;
	return cd_simple(cd, cdb, NULL, 0, NULL);
}

int cd_seek(struct cd_drive *cd, u32 lba)
{
	u8 cdb[16];

	scsi_cdb_10(cdb, SCSI_SEEK_10, lba, 0);
	return cd_simple(cd, cdb, NULL, 0, NULL);
}

/* The answer to MODE SENSE of the audio page, in cd->answer: the page, or NULL. */
static u8 *read_audio_page(struct cd_drive *cd, u32 *bytes)
{
	u8 cdb[16];
	const u8 *page;
	u32 length;

	scsi_cdb_mode_sense(cdb, SCSI_PAGE_AUDIO, AUDIO_BYTES);
	if (cd_simple(cd, cdb, cd->answer, AUDIO_BYTES, bytes))
		return NULL;
	page = cd_find_page(cd->answer, *bytes, SCSI_PAGE_AUDIO, &length);
	return page && length >= AUDIO_PAGE_MIN ? cd->answer + (page - cd->answer) : NULL;
}

int cd_get_volume(struct cd_drive *cd, u8 volume[4])
{
	u32 n;
	const u8 *page = read_audio_page(cd, &n);

	if (!page)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < 4; i++)
		volume[i] = page[AUDIO_VOLUME + 2 * i];
	return 0;
}

int cd_set_volume(struct cd_drive *cd, const u8 volume[4])
{
	u8 cdb[16];
	u32 n;
	u8 *page = read_audio_page(cd, &n);

	if (!page)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < 4; i++)
		page[AUDIO_VOLUME + 2 * i] = volume[i];
	page[0] &= 0x3F; /* "can be saved" is for answers only */
	memset(cd->answer, 0, 2);
	scsi_cdb_mode_select(cdb, n);
	return cd_send(cd, cdb, cd->answer, n);
}
