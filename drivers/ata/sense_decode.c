/* sense_decode.c - see sense_decode.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "sense_decode.h"
#include <kernel/unaligned.h>

#define ANY	     0xFF
#define FIXED_MIN    8u	 /* bytes up to the additional length */
#define FIXED_ASC    14u /* bytes up to the qualifier */
#define CURRENT	     0x70
#define DEFERRED     0x71
#define CURRENT_DESC 0x72

static const struct sense_row {
	u8 key, asc, ascq; /* ANY */
	enum sense_action action;
	const char *text;
} rows[] = {
	/* An exact row stands before the rows that also match it. */
	{ SENSE_NONE, ANY, ANY, SENSE_DO_NOTHING, "no error" },
	{ SENSE_RECOVERED, ANY, ANY, SENSE_DO_NOTHING, "recovered" },

	{ SENSE_NOT_READY, 0x04, 0x01, SENSE_DO_WAIT, "becoming ready" },
	{ SENSE_NOT_READY, 0x04, 0x02, SENSE_DO_START, "wants to be started" },
	{ SENSE_NOT_READY, 0x04, 0x03, SENSE_DO_FAIL, "needs a hand" },
	{ SENSE_NOT_READY, 0x04, 0x04, SENSE_DO_WAIT, "formatting" },
	{ SENSE_NOT_READY, 0x04, 0x07, SENSE_DO_WAIT, "busy with a command" },
	{ SENSE_NOT_READY, 0x04, 0x08, SENSE_DO_WAIT, "busy writing" },
	/* Drives of SFF-8020i before 2.5 say only this while a disc spins up. (hardware-notes 5.10)
	 */
	{ SENSE_NOT_READY, 0x04, ANY, SENSE_DO_WAIT, "not ready" },
	{ SENSE_NOT_READY, 0x3A, 0x01, SENSE_DO_EMPTY, "no medium, tray closed" },
	{ SENSE_NOT_READY, 0x3A, 0x02, SENSE_DO_EMPTY, "no medium, tray open" },
	{ SENSE_NOT_READY, 0x3A, ANY, SENSE_DO_EMPTY, "no medium" },
	{ SENSE_NOT_READY, 0x30, ANY, SENSE_DO_EMPTY, "a medium that it cannot read" },
	{ SENSE_NOT_READY, 0x53, ANY, SENSE_DO_EMPTY, "loading or ejecting failed" },
	{ SENSE_NOT_READY, 0x57, ANY, SENSE_DO_EMPTY, "no table of contents" },
	{ SENSE_NOT_READY, 0x28, ANY, SENSE_DO_CHANGED, "medium changed" },
	{ SENSE_NOT_READY, 0x29, ANY, SENSE_DO_RETRY, "was reset" },
	{ SENSE_NOT_READY, 0x3E, ANY, SENSE_DO_WAIT, "not yet configured" },
	{ SENSE_NOT_READY, ANY, ANY, SENSE_DO_WAIT, "not ready" },

	/* A disc where it has not been written; the run-out behind a track. */
	{ SENSE_MEDIUM, 0x30, ANY, SENSE_DO_EMPTY, "a medium that it cannot read" },
	{ SENSE_MEDIUM, 0x31, ANY, SENSE_DO_BAD, "not formatted" },
	{ SENSE_MEDIUM, 0x02, ANY, SENSE_DO_BAD, "seek failed" },
	{ SENSE_MEDIUM, 0x11, ANY, SENSE_DO_BAD, "unreadable block" },
	{ SENSE_MEDIUM, ANY, ANY, SENSE_DO_BAD, "medium error" },

	{ SENSE_HARDWARE, 0x08, ANY, SENSE_DO_RETRY, "communication inside the drive failed" },
	{ SENSE_HARDWARE, 0x09, ANY, SENSE_DO_BAD, "lost the track" },
	{ SENSE_HARDWARE, 0x15, ANY, SENSE_DO_BAD, "positioning failed" },
	{ SENSE_HARDWARE, ANY, ANY, SENSE_DO_FAIL, "hardware error" },

	{ SENSE_ILLEGAL, 0x20, ANY, SENSE_DO_ILLEGAL, "unknown command" },
	{ SENSE_ILLEGAL, 0x21, ANY, SENSE_DO_BAD, "beyond the end" },
	{ SENSE_ILLEGAL, 0x24, ANY, SENSE_DO_ILLEGAL, "bad field in the command" },
	{ SENSE_ILLEGAL, 0x3A, ANY, SENSE_DO_EMPTY, "no medium" },
	/* Audio, or a gap between tracks, read as data. */
	{ SENSE_ILLEGAL, 0x63, ANY, SENSE_DO_BAD, "end of the track" },
	{ SENSE_ILLEGAL, 0x64, ANY, SENSE_DO_BAD, "not a data track" },
	{ SENSE_ILLEGAL, ANY, ANY, SENSE_DO_ILLEGAL, "illegal request" },

	{ SENSE_ATTENTION, 0x28, ANY, SENSE_DO_CHANGED, "medium changed" },
	{ SENSE_ATTENTION, 0x29, ANY, SENSE_DO_RETRY, "was reset" },
	{ SENSE_ATTENTION, 0x5A, ANY, SENSE_DO_RETRY, "eject button" },
	{ SENSE_ATTENTION, ANY, ANY, SENSE_DO_RETRY, "attention" },

	{ SENSE_PROTECT, 0x27, ANY, SENSE_DO_PROTECT, "write-protected" },
	{ SENSE_PROTECT, ANY, ANY, SENSE_DO_PROTECT, "protected" },
	{ SENSE_BLANK, ANY, ANY, SENSE_DO_BAD, "blank" },
	{ SENSE_ABORTED, ANY, ANY, SENSE_DO_RETRY, "aborted by the drive" },
	{ ANY, ANY, ANY, SENSE_DO_FAIL, "unknown error" },
};

static bool matches(u8 row, u8 value)
{
	return row == ANY || row == value;
}

static const struct sense_row *find_row(const struct sense *s)
{
	const struct sense_row *row = rows;

	while (!matches(row->key, s->key) || !matches(row->asc, s->asc) ||
	       !matches(row->ascq, s->ascq))
		row++;
	return row;
}

static bool decode_fixed(const u8 *data, u32 bytes, struct sense *out)
{
	if (bytes < FIXED_MIN)
		return false;
	out->key = data[2] & 0x0F;
	out->has_info = data[0] & 0x80;
	out->info = get_be32(data + 3);
	if (bytes >= FIXED_ASC) {
		out->asc = data[12];
		out->ascq = data[13];
	}
	return true;
}

bool sense_decode(const u8 *data, u32 bytes, struct sense *out)
{
	u8 code = bytes ? data[0] & 0x7F : 0;

	*out = (struct sense){ .deferred = code & 1 };
	if (code == CURRENT || code == DEFERRED)
		return decode_fixed(data, bytes, out);
	if (bytes < 4 || (code | 1) != (CURRENT_DESC | 1))
		return false;
	out->key = data[1] & 0x0F;
	out->asc = data[2];
	out->ascq = data[3];
	return true;
}

enum sense_action sense_action(const struct sense *s)
{
	return find_row(s)->action;
}

const char *sense_text(const struct sense *s)
{
	return find_row(s)->text;
}

int sense_errno(enum sense_action action)
{
	static const s8 errors[SENSE_ACTION_COUNT] = {
		[SENSE_DO_RETRY] = -EAGAIN,   [SENSE_DO_WAIT] = -EBUSY,
		[SENSE_DO_START] = -EBUSY,    [SENSE_DO_EMPTY] = -ENOMEDIUM,
		[SENSE_DO_CHANGED] = -EAGAIN, [SENSE_DO_BAD] = -EIO,
		[SENSE_DO_PROTECT] = -EROFS,  [SENSE_DO_ILLEGAL] = -EOPNOTSUPP,
		[SENSE_DO_FAIL] = -EIO,
	};

	return errors[action];
}
