/*
 * scsi_cdb.h - packets for CD drives and removable disks: operation codes, field values, and
 * functions that fill the twelve bytes. Pure.
 *
 * Source: SFF-8020i rev 2.6 (CD), SFF-8070i (removable disks), INF-8090i (DVD, MMC), SCSI-2.
 */
#ifndef DRIVERS_ATA_SCSI_CDB_H
#define DRIVERS_ATA_SCSI_CDB_H

#include <kernel/string.h>
#include <kernel/types.h>
#include <kernel/unaligned.h>

#define SCSI_TEST_UNIT_READY  0x00
#define SCSI_REQUEST_SENSE    0x03
#define SCSI_INQUIRY	      0x12
#define SCSI_START_STOP	      0x1B
#define SCSI_PREVENT_REMOVAL  0x1E
#define SCSI_READ_CAPACITY    0x25
#define SCSI_READ_10	      0x28
#define SCSI_WRITE_10	      0x2A
#define SCSI_SEEK_10	      0x2B
#define SCSI_SYNC_CACHE	      0x35
#define SCSI_READ_SUBCHANNEL  0x42
#define SCSI_READ_TOC	      0x43
#define SCSI_PLAY_AUDIO_10    0x45
#define SCSI_PLAY_AUDIO_MSF   0x47
#define SCSI_GET_EVENT	      0x4A
#define SCSI_PAUSE_RESUME     0x4B
#define SCSI_STOP_PLAY	      0x4E
#define SCSI_READ_DISC_INFO   0x51
#define SCSI_READ_TRACK_INFO  0x52
#define SCSI_MODE_SELECT_10   0x55
#define SCSI_MODE_SENSE_10    0x5A
#define SCSI_SET_SPEED	      0xBB
#define SCSI_MECHANISM_STATUS 0xBD
#define SCSI_READ_CD	      0xBE

#define SCSI_SENSE_BYTES    18
#define SCSI_INQUIRY_BYTES  36
#define SCSI_CAPACITY_BYTES 8
#define SCSI_EVENT_BYTES    8

/* START STOP UNIT, byte 4 */
#define SCSI_STOP  0
#define SCSI_START 1
#define SCSI_EJECT 2
#define SCSI_CLOSE 3

/* READ TOC, byte 2 */
#define SCSI_TOC_TRACKS	  0
#define SCSI_TOC_SESSIONS 1

/* READ SUB-CHANNEL, byte 3 */
#define SCSI_SUB_POSITION 1
#define SCSI_SUB_MCN	  2

#define SCSI_MEDIA_EVENT_CLASS 0x10 /* GET EVENT STATUS NOTIFICATION, byte 4 */

/* mode pages */
#define SCSI_PAGE_AUDIO	       0x0E
#define SCSI_PAGE_CAPABILITIES 0x2A
#define SCSI_PAGE_ALL	       0x3F
#define SCSI_MODE_HEADER       8

/* READ CD: expected sector type (byte 1), and what of the sector is wanted (byte 9) */
#define SCSI_SECTOR_ANY	  0
#define SCSI_SECTOR_AUDIO (1 << 2)
#define SCSI_SECTOR_MODE1 (2 << 2)
#define SCSI_SECTOR_MODE2 (3 << 2)
#define SCSI_WANT_USER	  0x10
#define SCSI_WANT_ALL	  0xF8
#define SCSI_WANT_NO_SYNC 0x58 /* mode 2: subheader, user data, the rest: 2336 bytes */

#define SCSI_MSF_BIT 0x02 /* byte 1 of READ TOC and READ SUB-CHANNEL */

static inline u32 scsi_get_be24(const u8 *p)
{
	return (u32)p[0] << 16 | get_be16(p + 1);
}

/* All zero but the operation; `cdb` has sixteen bytes as everywhere below. */
static inline void scsi_cdb(u8 *cdb, u8 operation)
{
	memset(cdb, 0, 16);
	cdb[0] = operation;
}

/* INQUIRY, REQUEST SENSE: the length in byte 4. */
static inline void scsi_cdb_short(u8 *cdb, u8 operation, u8 bytes)
{
	scsi_cdb(cdb, operation);
	cdb[4] = bytes;
}

/* Ten-byte commands with an address in 2..5 and a count in 7..8. */
static inline void scsi_cdb_10(u8 *cdb, u8 operation, u32 lba, u32 count)
{
	scsi_cdb(cdb, operation);
	put_be32(cdb + 2, lba);
	put_be16(cdb + 7, count);
}

static inline void scsi_cdb_start_stop(u8 *cdb, u8 what)
{
	scsi_cdb(cdb, SCSI_START_STOP);
	cdb[4] = what;
}

static inline void scsi_cdb_prevent(u8 *cdb, bool prevent)
{
	scsi_cdb(cdb, SCSI_PREVENT_REMOVAL);
	cdb[4] = prevent;
}

/* SFF-8020i has the format in the top bits of byte 9, MMC in byte 2: both are filled. */
static inline void scsi_cdb_toc(u8 *cdb, u8 format, u8 track, bool msf, u32 bytes)
{
	scsi_cdb_10(cdb, SCSI_READ_TOC, 0, bytes);
	cdb[1] = msf ? SCSI_MSF_BIT : 0;
	cdb[2] = format;
	cdb[6] = track;
	cdb[9] = (u8)(format << 6);
}

static inline void scsi_cdb_subchannel(u8 *cdb, u8 format, bool msf, u32 bytes)
{
	scsi_cdb_10(cdb, SCSI_READ_SUBCHANNEL, 0, bytes);
	cdb[1] = msf ? SCSI_MSF_BIT : 0;
	cdb[2] = 0x40; /* the data wanted, not only the header */
	cdb[3] = format;
}

static inline void scsi_cdb_play_msf(u8 *cdb, const u8 start[3], const u8 end[3])
{
	scsi_cdb(cdb, SCSI_PLAY_AUDIO_MSF);
	memcpy(cdb + 3, start, 3);
	memcpy(cdb + 6, end, 3);
}

static inline void scsi_cdb_mode_sense(u8 *cdb, u8 page, u32 bytes)
{
	scsi_cdb_10(cdb, SCSI_MODE_SENSE_10, 0, bytes);
	cdb[2] = page;
}

static inline void scsi_cdb_mode_select(u8 *cdb, u32 bytes)
{
	scsi_cdb_10(cdb, SCSI_MODE_SELECT_10, 0, bytes);
	cdb[1] = 0x10; /* pages are as the standard has them */
}

/* KB/s; 0xffff: as fast as it can. */
static inline void scsi_cdb_set_speed(u8 *cdb, u32 read, u32 write)
{
	scsi_cdb(cdb, SCSI_SET_SPEED);
	put_be16(cdb + 2, read);
	put_be16(cdb + 4, write);
}

static inline void scsi_cdb_read_cd(u8 *cdb, u8 sector_type, u8 want, u32 lba, u32 count)
{
	scsi_cdb(cdb, SCSI_READ_CD);
	cdb[1] = sector_type;
	put_be32(cdb + 2, lba);
	cdb[6] = (u8)(count >> 16);
	put_be16(cdb + 7, count);
	cdb[9] = want;
}

static inline void scsi_cdb_event(u8 *cdb, u8 classes)
{
	scsi_cdb_10(cdb, SCSI_GET_EVENT, 0, SCSI_EVENT_BYTES);
	cdb[1] = 1; /* polled */
	cdb[4] = classes;
}

#endif
