/*
 * sense_decode.h - what a packet device says after CHECK CONDITION, and what to do about it. Pure.
 *
 * sense_decode() takes the bytes of REQUEST SENSE apart; sense_action() looks key, additional code
 * and qualifier up in a table whose most exact row wins.
 *
 * Source: SFF-8020i rev 2.6 table 140, MMC-3 annex F, SCSI-2 tables 69 to 71; hardware-notes 5.10.
 */
#ifndef DRIVERS_ATA_SENSE_DECODE_H
#define DRIVERS_ATA_SENSE_DECODE_H

#include <kernel/types.h>

#define SENSE_NONE	0x0
#define SENSE_RECOVERED 0x1
#define SENSE_NOT_READY 0x2
#define SENSE_MEDIUM	0x3
#define SENSE_HARDWARE	0x4
#define SENSE_ILLEGAL	0x5
#define SENSE_ATTENTION 0x6
#define SENSE_PROTECT	0x7
#define SENSE_BLANK	0x8
#define SENSE_ABORTED	0xB

#define SENSE_ASC_RESET 0x29 /* power on, reset or bus reset */

struct sense {
	u8 key, asc, ascq;
	bool deferred; /* of an earlier command */
	bool has_info;
	u32 info; /* the block concerned */
};

enum sense_action {
	SENSE_DO_NOTHING, /* the command is fine */
	SENSE_DO_RETRY,	  /* at once */
	SENSE_DO_WAIT,	  /* it becomes ready by itself */
	SENSE_DO_START,	  /* it wants START UNIT, then as WAIT */
	SENSE_DO_EMPTY,	  /* no medium; no use in waiting */
	SENSE_DO_CHANGED, /* the medium may be another one */
	SENSE_DO_BAD,	  /* this block cannot be read or written */
	SENSE_DO_PROTECT, /* not to be written */
	SENSE_DO_ILLEGAL, /* it does not know the command, or not for this medium */
	SENSE_DO_FAIL,	  /* broken */
	SENSE_ACTION_COUNT
};

/* False: these bytes are no sense data. */
bool sense_decode(const u8 *data, u32 bytes, struct sense *out);
enum sense_action sense_action(const struct sense *s);
/* "no medium": never NULL. */
const char *sense_text(const struct sense *s);
/* 0 for DO_NOTHING; -ENOMEDIUM, -EROFS, -EAGAIN (retry, changed), -EBUSY (wait), -EIO, -EOPNOTSUPP.
 */
int sense_errno(enum sense_action action);

#endif
