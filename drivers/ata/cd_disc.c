/*
 * cd_disc.c - what a disc is besides its blocks: table of contents, sessions, position, catalogue
 * number, raw sectors.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "cd_core.h"
#include "scsi_cdb.h"

#define HEADER_BYTES   4u
#define ENTRY_BYTES    8u
#define POSITION_BYTES 16u
#define MCN_BYTES      24u
#define TRACK_BYTES    36u
#define DISC_BYTES     34u
#define TRACK_NWA      0x01 /* byte 7 of track information: the next writable address is valid */
#define TRACK_LRA      0x02 /* ... the last recorded address */
#define TRACK_BLANK    0x40 /* byte 6 */

static int ask_toc(struct cd_drive *cd, u8 format, u8 track, bool msf, u32 bytes, u32 *n)
{
	u8 cdb[16];

	scsi_cdb_toc(cdb, format, track, msf, bytes);
	return cd_simple(cd, cdb, cd->answer, bytes, n);
}

static u32 bcd_flags(const struct cd_drive *cd)
{
	return (cd->quirks & CD_QUIRK_TOC_ADDRESS_BCD ? CD_BCD_ADDRESS : 0) |
	       (cd->quirks & CD_QUIRK_TOC_TRACKS_BCD ? CD_BCD_NUMBER : 0);
}

/* Asked for in minutes, seconds and frames: the form that all drives have. */
int cd_read_toc(struct cd_drive *cd)
{
	u32 n, bytes;
	int err;

	if (cd->known && cd->toc_known)
		return 0;
	/* The header first: some drives do not like to be asked for more than there is. */
	err = ask_toc(cd, SCSI_TOC_TRACKS, 0, true, HEADER_BYTES, &n);
	if (!err && n < HEADER_BYTES)
		err = -EIO;
	if (err)
		return err;
	bytes = min_t(u32, get_be16(cd->answer) + 2u, CD_TOC_BYTES);
	err = ask_toc(cd, SCSI_TOC_TRACKS, 0, true, bytes, &n);
	if (!err && cd_decode_toc(cd->answer, n, true, bcd_flags(cd), &cd->toc))
		err = -EIO;
	cd->toc_known = !err;
	return err;
}

int cd_last_session(struct cd_drive *cd, s32 *lba, bool *multi)
{
	bool msf = cd->quirks & CD_QUIRK_TOC_ADDRESS_BCD;
	struct cd_toc *toc = &cd->toc;
	u32 n;
	int err = ask_toc(cd, SCSI_TOC_SESSIONS, 0, msf, HEADER_BYTES + ENTRY_BYTES, &n);

	if (err)
		return err;
	/* The table of tracks gives way and is read again when it is wanted. */
	cd->toc_known = false;
	if (cd_decode_toc(cd->answer, n, msf, bcd_flags(cd), toc))
		return -EIO;
	*lba = toc->track[0].lba;
	*multi = toc->first != toc->last;
	return 0;
}

static int last_session_block(struct cd_drive *cd, u32 *block)
{
	bool multi;
	s32 lba;
	int err = cd_last_session(cd, &lba, &multi);

	/* With one session alone some drives name a track that is none. */
	*block = !err && multi && lba > 0 ? (u32)lba : 0;
	return err;
}

int cd_session_block(struct cd_drive *cd, u32 track, u32 *block)
{
	const struct cd_track *t;
	int err;

	if (!track)
		return last_session_block(cd, block);
	err = cd_read_toc(cd);
	if (err)
		return err;
	t = track <= CD_TRACKS_MAX ? cd_find_track(&cd->toc, (u8)track) : NULL;
	if (!t || !(t->adr_control & CD_CONTROL_DATA))
		return -EINVAL;
	*block = t->lba > 0 ? (u32)t->lba : 0;
	return 0;
}

static int ask_subchannel(struct cd_drive *cd, u8 format, u32 bytes, u32 *n)
{
	u8 cdb[16];

	scsi_cdb_subchannel(cdb, format, false, bytes);
	return cd_simple(cd, cdb, cd->answer, bytes, n);
}

int cd_position(struct cd_drive *cd, struct cd_position *pos)
{
	u32 n;
	int err = ask_subchannel(cd, SCSI_SUB_POSITION, POSITION_BYTES, &n);

	return err ? err : cd_decode_position(cd->answer, n, pos);
}

int cd_read_mcn(struct cd_drive *cd, char mcn[14])
{
	u32 n;
	int err = ask_subchannel(cd, SCSI_SUB_MCN, MCN_BYTES, &n);

	return err ? err : cd_decode_mcn(cd->answer, n, mcn);
}

/* ---- where the recording ends ---- */

static int last_track(struct cd_drive *cd, u32 *track)
{
	u8 cdb[16];
	u32 n;
	int err;

	scsi_cdb_10(cdb, SCSI_READ_DISC_INFO, 0, DISC_BYTES);
	err = cd_simple(cd, cdb, cd->answer, DISC_BYTES, &n);
	if (!err && n < 7)
		err = -EIO;
	*track = cd->answer[6];
	return err;
}

static int track_end(struct cd_drive *cd, u32 track, s32 *lba)
{
	const u8 *a = cd->answer;
	u8 cdb[16];
	u32 n;
	int err;

	scsi_cdb_10(cdb, SCSI_READ_TRACK_INFO, track, TRACK_BYTES);
	cdb[1] = 1; /* by number */
	err = cd_simple(cd, cdb, cd->answer, TRACK_BYTES, &n);
	if (err)
		return err;
	if (n < 28)
		return -EIO;
	if (a[6] & TRACK_BLANK)
		return -ENODATA;
	*lba = n >= 32 && a[7] & TRACK_LRA ? (s32)get_be32(a + 28)
					   : (s32)(get_be32(a + 8) + get_be32(a + 24));
	return 0;
}

/* Without the commands of writers: where the lead-out begins. */
static int end_by_toc(struct cd_drive *cd, s32 *lba)
{
	const struct cd_track *end;
	int err = cd_read_toc(cd);

	end = err ? NULL : cd_find_track(&cd->toc, CD_LEADOUT);
	if (end)
		*lba = end->lba;
	return end ? 0 : err ? err : -EIO;
}

int cd_last_written(struct cd_drive *cd, s32 *lba)
{
	u32 track;
	int err = last_track(cd, &track);

	if (!err)
		err = track_end(cd, track, lba);
	/* The last track may be one that waits to be written. */
	if (err == -ENODATA && track > 1)
		err = track_end(cd, track - 1, lba);
	return err ? end_by_toc(cd, lba) : 0;
}

/* ---- raw sectors ---- */

int cd_read_sectors(struct cd_drive *cd, u8 sector_type, u8 want, u32 lba, u32 count, void *data,
		    u32 bytes)
{
	struct cd_command c = { .data = data, .bytes = bytes, .timeout_us = ATA_PACKET_US };
	int err;

	scsi_cdb_read_cd(c.cdb, sector_type, want, lba, count);
	err = cd_command(cd, &c);
	return !err && c.done != bytes ? -EIO : err;
}
