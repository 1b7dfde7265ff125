/* fdc_internal.h - between the files of the core: commands, as the controller takes them. */
#ifndef DRIVERS_FLOPPY_FDC_INTERNAL_H
#define DRIVERS_FLOPPY_FDC_INTERNAL_H

#include "fdc_core.h"

/* ---- fdc_command.c ---- */
void fdc_note(struct fdc *fdc, const struct fdc_drive *d, const char *text);
/* Resets it if the last command left it out of step. */
enum fdc_error fdc_prepare(struct fdc *fdc);
enum fdc_error fdc_reset(struct fdc *fdc);
/* A command without an execution phase; `results` bytes go to fdc->result. */
enum fdc_error fdc_command(struct fdc *fdc, const u8 *bytes, unsigned int count,
			   unsigned int results);
/* The bytes of one that interrupts when it is over. */
enum fdc_error fdc_start(struct fdc *fdc, const u8 *bytes, unsigned int count);
/* ... and its results. `late`: what it is when it does not end in `bound_us`. */
enum fdc_error fdc_finish(struct fdc *fdc, unsigned int bound_us, enum fdc_error late,
			  unsigned int results);
/* The end of a seek: ST0 and the cylinder in fdc->result. */
enum fdc_error fdc_finish_seek(struct fdc *fdc, unsigned int unit);
/* An error after which the controller is not where we think. */
enum fdc_error fdc_fail(struct fdc *fdc, enum fdc_error e);

static inline u8 fdc_msr(struct fdc *fdc)
{
	return hw_in8(fdc->hw, (u16)(fdc->base + FDC_REG_MSR));
}
static inline void fdc_out(struct fdc *fdc, unsigned int reg, u8 value)
{
	hw_out8(fdc->hw, (u16)(fdc->base + reg), value);
}
static inline bool fdc_uses_dma(const struct fdc *fdc)
{
	return fdc->host->dma_start && !(fdc->flags & FDC_NO_DMA);
}

/* ---- fdc_transfer.c ---- */
enum fdc_transfer {
	FDC_DO_READ,
	FDC_DO_WRITE
};
/* One command, sectors of one cylinder (without DMA: of one track) to or from the buffer at that
 * sector; *good of them are sound. */
enum fdc_error fdc_transfer(struct fdc_drive *d, enum fdc_transfer what, const struct fdc_format *f,
			    u32 sector, u32 count, u32 buffer_sector, u32 *good);
/* The next address mark that comes by, in fdc->result. */
enum fdc_error fdc_read_id(struct fdc_drive *d, unsigned int head);

/* ---- fdc_medium.c ---- */
/* True: the change line says that the disk was taken out; nothing is known of it any more. */
bool fdc_line_changed(struct fdc_drive *d);

/* ---- fdc_same.c ---- */
/* What these sectors of the disk hold now. */
void fdc_mark(struct fdc_drive *d, u32 sector, const u8 *data, u32 count);
/* What they hold is not known. */
void fdc_unmark(struct fdc_drive *d, u32 sector, u32 count);
/* All that are marked, read anew. */
void fdc_mark_disk(struct fdc_drive *d);
bool fdc_is_same(struct fdc_drive *d);

#endif
