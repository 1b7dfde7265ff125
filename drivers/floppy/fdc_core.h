/*
 * fdc_core.h - a floppy controller of the 765 family and its two drives: reset, seeks, transfers,
 * which disk is in a drive and of what format, retries.
 *
 * Everything goes through struct hw, so the core runs in the kernel, over iopl ports and over a
 * simulated chip alike. Without interrupts (FDC_POLL) it looks at the controller's registers; with
 * no DMA (host->dma_start NULL, or FDC_NO_DMA) bytes go by the data port, one track a command.
 *
 *   fdc_init, fdc_probe        once
 *   fdc_check_change           whenever somebody begins to use a drive, and before the buffer is
 *                              filled for fdc_write()
 *   fdc_detect                 when drive->known is false: what is in it
 *   fdc_read, fdc_write        in sectors of the disk, at most to the end of a cylinder
 *   fdc_stop_motor             when nobody used it for a while: the host's clock decides
 *
 * The motor is started by whatever needs it; that waits until the disk turns. fdc->buffer holds
 * what was read last, often more than was asked for: see fdc_read().
 *
 * Units: sectors of 512 bytes, times in microseconds. Cylinders are the heads' (twice the disk's
 * where 40 tracks are read by an 80-track drive).
 *
 * Errors: enum fdc_error; fdc_errno() makes -errno of it. Every wait has a bound below. After one
 * that ran out the controller is reset before its next command. FDC_CHANGED and FDC_NO_DISK are for
 * the host to act upon: nothing is read or written then, and drive->known is false.
 *
 * Locking: the caller serialises all calls of one controller, but for fdc_may_interrupt(). May
 * sleep, seconds if the disk is bad.
 *
 * Source: Intel 82077AA datasheet; hardware-notes 9.4.
 */
#ifndef DRIVERS_FLOPPY_FDC_CORE_H
#define DRIVERS_FLOPPY_FDC_CORE_H

#include <kernel/hw.h>
#include <kernel/types.h>
#include "fdc_decode.h"
#include "fdc_reg.h"

/* ---- bounds ---- */
#define FDC_BYTE_US	500000u	 /* until the controller takes or gives a byte */
#define FDC_RESET_US	250000u	 /* until its reset ends */
#define FDC_SEEK_US	3000000u /* a recalibration over 80 tracks takes 0.7 s on slow drives */
#define FDC_READ_ID_US	1000000u /* gives up after two turns, 0.4 s; never without a disk */
#define FDC_TRANSFER_US 3000000u /* a cylinder takes three turns, and two to find nothing */
#define FDC_DATA_GAP_US 500000u	 /* without DMA: until the next byte comes */
#define FDC_LOOK_US	50000u	 /* how often one looks although no interrupt came */
#define FDC_POLL_US	2000u	 /* the same, without interrupts */
/* ---- pauses ---- */
#define FDC_RESET_PULSE_US 20u	    /* 4 are asked for at the slowest rate */
#define FDC_SELECT_US	   20000u   /* from the selection until the drive's lines are valid */
#define FDC_SETTLE_US	   15000u   /* after a step */
#define FDC_SWAP_US	   2000000u /* nobody changes a disk faster */
/* ---- counts ---- */
#define FDC_TRIES	 6u   /* of one sector */
#define FDC_LOST_IRQS	 3u   /* until interrupts are given up */
#define FDC_DMA_FAILURES 2u   /* in a row, until DMA is given up */
#define FDC_SCAN_IDS	 130u /* address marks looked at for the number of sectors: two turns */
#define FDC_SENSE_UNITS	 4u
#define FDC_MARK_SECTORS 8u /* of the first, by which a disk is known again */

struct fdc;

struct fdc_drive {
	struct fdc *fdc;
	const struct fdc_kind *kind; /* NULL: there is no drive */
	u8 unit;
	int cylinder;	 /* -1: not known */
	u64 motor_since; /* 0: off */
	u64 used_at;
	/* the disk */
	bool known; /* what follows is of the disk that is in it */
	bool protected;
	bool fixed; /* `format` was told by somebody and stays until another disk comes */
	struct fdc_format format;
	u32 generation; /* counts disks */
	bool line_seen_clear, line_broken;
	bool in_use; /* the host's: somebody has the disk open and goes on with it */
	u32 mark[FDC_MARK_SECTORS], marked;
};

struct fdc_host {
	/* The buffer's bytes from `offset` on; false: cannot. NULL: no DMA at all. */
	bool (*dma_start)(void *ctx, bool to_memory, u32 offset, u32 bytes);
	/* Bytes that were not moved. */
	u32 (*dma_stop)(void *ctx);
	/* Around each command that moves data, for buses where others must be still. NULL. */
	void (*turn_begin)(void *ctx);
	void (*turn_end)(void *ctx);
	/* A line for the log. drive NULL: of the controller. NULL: nobody listens. */
	void (*note)(void *ctx, const struct fdc_drive *drive, const char *text);
};

struct fdc {
	struct hw *hw;
	u16 base;
	u32 flags; /* FDC_POLL, FDC_NO_DMA */
	const struct fdc_host *host;
	void *ctx;
	u8 *buffer; /* NULL until somebody reads or writes */
	u32 buffer_bytes;
	struct fdc_drive drive[2];
	/* the rest is the core's */
	u8 version;
	u8 dor;
	bool running, needs_reset;
	bool expecting; /* an interrupt may come */
	int rate;	/* -1: not set */
	int specified;	/* both bytes of SPECIFY, -1: none */
	bool perpendicular;
	u8 result[FDC_RESULTS];
	unsigned int lost_irqs, dma_failures;
	/* which sectors the buffer holds; cached NULL: none */
	const struct fdc_drive *cached;
	u32 cache_first, cache_count;
};
#define FDC_POLL   1u
#define FDC_NO_DMA 2u

/* hw, base, host, ctx and flags are set. */
void fdc_init(struct fdc *fdc);
/* Is there a controller? Resets it. FDC_NO_CONTROLLER within microseconds when the bus floats. */
enum fdc_error fdc_probe(struct fdc *fdc);
/* In the host's interrupt: it may be the controller's. */
static inline bool fdc_may_interrupt(const struct fdc *fdc)
{
	return READ_ONCE(fdc->expecting);
}
int fdc_errno(enum fdc_error e);
/* What was cached is not to be believed any more. */
static inline void fdc_drop_cache(struct fdc *fdc)
{
	fdc->cached = NULL;
}

/* ---- fdc_drive.c ---- */
void fdc_select(struct fdc_drive *d); /* its motor starts, nothing is waited for but its lines */
void fdc_spin_up(struct fdc_drive *d);
void fdc_stop_motor(struct fdc_drive *d);
void fdc_stop_motors(struct fdc *fdc);
enum fdc_error fdc_recalibrate(struct fdc_drive *d);
enum fdc_error fdc_seek(struct fdc_drive *d, unsigned int cylinder);
enum fdc_error fdc_sense_drive(struct fdc_drive *d, u8 *st3);
enum fdc_error fdc_set_rate(struct fdc_drive *d, const struct fdc_format *f);

/* ---- fdc_medium.c ---- */
/* True: it is not known (any more) what is in the drive. The buffer may be used. */
bool fdc_check_change(struct fdc_drive *d);
/* Finds out: FDC_OK, FDC_NO_DISK, FDC_UNKNOWN_FORMAT (protected is valid then too), what else
 * fails. With `fixed` the format stays and only the disk is looked for. */
enum fdc_error fdc_detect(struct fdc_drive *d);
/* From now on, until another disk comes. */
void fdc_set_format(struct fdc_drive *d, const struct fdc_format *f);

/* ---- fdc_rw.c ---- */
/*
 * Reads at least the sector, at most `want` and further if that costs no turn more. *data is in the
 * buffer and holds *count sectors from `sector` on, until the next call.
 */
enum fdc_error fdc_read(struct fdc_drive *d, u32 sector, u32 want, const u8 **data, u32 *count);
/* How many sectors from there one fdc_write() takes. */
u32 fdc_write_max(const struct fdc_drive *d, u32 sector);
/* From the buffer's beginning; *done were written, also with an error. */
enum fdc_error fdc_write(struct fdc_drive *d, u32 sector, u32 count, u32 *done);
enum fdc_error fdc_format_track(struct fdc_drive *d, unsigned int cylinder, unsigned int head);

#endif
