/*
 * fdc_decode.h - what is known of floppy drives, formats and status registers. Pure: no I/O.
 *
 * The table of formats has the numbers that device numbers and FDGETPRM use in the Linux ABI
 * (fd(4)), so that a format's index is its type; rates are as CCR wants them.
 *
 * Source: 82077AA datasheet (status registers, data rates); fd(4), <linux/fd.h> of the ABI;
 * hardware-notes 9.4 (types in CMOS).
 */
#ifndef DRIVERS_FLOPPY_FDC_DECODE_H
#define DRIVERS_FLOPPY_FDC_DECODE_H

#include <kernel/types.h>

#define FDC_SECTOR 512u

#define FDC_500K 0u
#define FDC_300K 1u
#define FDC_250K 2u
#define FDC_1M	 3u

struct fdc_format {
	u32 sectors; /* in all */
	u8 sect, heads, tracks;
	u8 stretch;	  /* FDC_DOUBLE_STEP */
	u8 gap;		  /* between sectors, for reading and writing */
	u8 rate;	  /* FDC_RATE_BITS, FDC_PERPENDICULAR, sectors of other sizes */
	u8 spec1;	  /* only told */
	u8 fmt_gap;	  /* between sectors, for formatting */
	const char *name; /* as FDGETDRVTYP tells it; a capital is a 3.5 inch disk. NULL */
};
#define FDC_DOUBLE_STEP	  1u
#define FDC_RATE_BITS	  0x03u
#define FDC_PERPENDICULAR 0x40u
#define FDC_ODD_SECTORS	  0x3Cu /* sectors that are not of 512 bytes */
#define FDC_FORMATS	  32u
extern const struct fdc_format fdc_formats[FDC_FORMATS];
/* It exists, and has sectors of 512 bytes. */
bool fdc_format_usable(const struct fdc_format *f);
static inline unsigned int fdc_format_rate(const struct fdc_format *f)
{
	return f->rate & FDC_RATE_BITS;
}

/* Kinds of drives, by their number in CMOS. */
#define FDC_KINDS	 7u
#define FDC_KIND_FORMATS 8u
struct fdc_kind {
	const char *name;
	u16 max_kbps;
	u16 step_us, spin_up_ms;
	u8 turns;  /* a second */
	u8 tracks; /* that the heads reach */
	u8 native; /* format */
	bool change_line;
	u8 rates[3], rate_count;      /* in the order in which they are tried */
	u8 formats[FDC_KIND_FORMATS]; /* likely first; 0 ends */
};
/* NULL: no drive, or a kind that is not known. */
const struct fdc_kind *fdc_kind_by_cmos(unsigned int type);
/* The types of drives 0 and 1 in CMOS byte 10. */
static inline unsigned int fdc_cmos_type(u8 byte, unsigned int unit)
{
	return unit ? byte & 15u : byte >> 4;
}
/* The drive can read and write it. */
bool fdc_kind_takes(const struct fdc_kind *kind, const struct fdc_format *f);
/* The format that a disk with so many sectors a track at that rate has, most likely; one that no
 * table has is made up from its neighbours. False: impossible. */
bool fdc_format_choose(const struct fdc_kind *kind, unsigned int rate, unsigned int sect,
		       struct fdc_format *out);
/* Another number of heads or of steps between tracks. */
void fdc_format_set_heads(struct fdc_format *f, const struct fdc_kind *kind, unsigned int heads);
void fdc_format_set_steps(struct fdc_format *f, const struct fdc_kind *kind, bool twice);

struct fdc_chs {
	u8 cylinder, head, sector; /* as in the sector's address mark; sectors from 1 */
};
void fdc_locate(const struct fdc_format *f, u32 sector, struct fdc_chs *out);
/* The inverse; beyond the disk's end for what is no place on it. */
u32 fdc_sector_at(const struct fdc_format *f, const struct fdc_chs *at);

/* SPECIFY's first byte (step rate, head unload) and second (head load, no DMA). */
u8 fdc_specify_step(const struct fdc_kind *kind, unsigned int rate);
#define FDC_HEAD_LOAD 0x10u

/* The bytes of FORMAT for a track, sectors skewed so that the next track's first comes in time
 * after the step; returns how many. */
#define FDC_SECT_MAX 63u
u32 fdc_format_ids(const struct fdc_format *f, unsigned int cylinder, unsigned int head, u8 *out);

enum fdc_error {
	FDC_OK,
	/* of the controller */
	FDC_NO_CONTROLLER,  /* the bus floats */
	FDC_NOT_READY_BYTE, /* it takes or gives no byte */
	FDC_WRONG_WAY,	    /* it wants to talk instead of listening, or the other way round */
	FDC_NO_RESET,	    /* a reset does not end */
	FDC_INVALID_COMMAND,
	FDC_TRANSFER_HANGS, /* a command does not end */
	FDC_DMA_REFUSED,
	/* of the drive */
	FDC_NO_TRACK0,
	FDC_SEEK_HANGS,
	FDC_SEEK_FAILED,
	FDC_NOT_READY,
	FDC_EQUIPMENT,
	/* of the disk */
	FDC_NO_DISK,
	FDC_CHANGED,
	FDC_PROTECTED,
	FDC_UNKNOWN_FORMAT,
	FDC_NO_ID,
	FDC_CRC_ID,
	FDC_CRC_DATA,
	FDC_NO_DATA_MARK,
	FDC_NO_SECTOR,
	FDC_WRONG_CYLINDER,
	FDC_BAD_CYLINDER,
	FDC_DELETED,
	FDC_OVERRUN,
	FDC_END_OF_TRACK,
	FDC_SHORT,     /* it says that all is well, but bytes are missing */
	FDC_NO_REASON, /* the controller gave none */
	FDC_ERRORS
};
/* ST0, ST1, ST2. */
enum fdc_error fdc_decode_status(const u8 st[3]);
const char *fdc_error_text(enum fdc_error e);

#endif
