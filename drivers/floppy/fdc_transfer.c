/*
 * fdc_transfer.c - one command that moves data: READ, WRITE, FORMAT TRACK, READ ID.
 *
 * By DMA a command goes on from one head to the other and ends by "terminal count". Without DMA
 * nobody says that, so a command ends at the last sector it is told of, by an "end of track" that
 * is no error then.
 */
#include <kernel/errno.h>
#include "fdc_internal.h"

#define COMMAND_BYTES 9u
#define NO_LENGTH     0xFFu /* N gives it */

struct job {
	u8 bytes[COMMAND_BYTES];
	unsigned int count;
	bool to_memory;
	u32 offset, length; /* in the buffer */
};

/* ---- without DMA ---- */

static void move_byte(struct fdc *fdc, const struct job *job, u32 at)
{
	u16 port = (u16)(fdc->base + FDC_REG_DATA);
	u8 *p = fdc->buffer + job->offset + at;

	if (job->to_memory)
		*p = hw_in8(fdc->hw, port);
	else
		hw_out8(fdc->hw, port, *p);
}

/* Until the next byte can be moved; false: the controller has a result, or nothing comes. */
static bool wait_data(struct fdc *fdc)
{
	u64 end = hw_now_us(fdc->hw) + FDC_DATA_GAP_US;
	bool late;

	do {
		u8 msr;

		late = hw_now_us(fdc->hw) > end;
		msr = fdc_msr(fdc);
		if (msr & FDC_MSR_RQM)
			return (msr & FDC_MSR_NON_DMA) && msr != 0xff;
	} while (!late);
	return false;
}

/* While the sector turns up one sleeps; while its bytes come there is no time to. */
static u32 move_by_port(struct fdc *fdc, const struct job *job)
{
	u64 end = hw_now_us(fdc->hw) + FDC_TRANSFER_US;
	u32 at = 0;

	while (!(fdc_msr(fdc) & FDC_MSR_RQM) && hw_now_us(fdc->hw) < end)
		(void)hw_wait_irq(fdc->hw, FDC_POLL_US);
	while (at < job->length && wait_data(fdc))
		move_byte(fdc, job, at++);
	return at;
}

/* ---- a command ---- */

static void turn(struct fdc *fdc, void (*fn)(void *ctx))
{
	if (fn)
		fn(fdc->ctx);
}

static void count_dma_failure(struct fdc *fdc)
{
	if (++fdc->dma_failures < FDC_DMA_FAILURES)
		return;
	fdc->flags |= FDC_NO_DMA;
	fdc->specified = -1;
	fdc_note(fdc, NULL, "DMA does not work: bytes are moved by the processor");
}

static enum fdc_error run_by_dma(struct fdc *fdc, const struct job *job, u32 *moved)
{
	enum fdc_error e;
	u32 left;

	if (!fdc->host->dma_start(fdc->ctx, job->to_memory, job->offset, job->length))
		return FDC_DMA_REFUSED;
	e = fdc_start(fdc, job->bytes, job->count);
	if (!e)
		e = fdc_finish(fdc, FDC_TRANSFER_US, FDC_TRANSFER_HANGS, FDC_RESULTS);
	left = fdc->host->dma_stop(fdc->ctx);
	*moved = left <= job->length ? job->length - left : 0;
	if (e == FDC_TRANSFER_HANGS)
		count_dma_failure(fdc);
	else if (!e)
		fdc->dma_failures = 0;
	return e;
}

static enum fdc_error run_by_port(struct fdc *fdc, const struct job *job, u32 *moved)
{
	enum fdc_error e = fdc_start(fdc, job->bytes, job->count);

	if (e)
		return e;
	*moved = move_by_port(fdc, job);
	return fdc_finish(fdc, FDC_TRANSFER_US, FDC_TRANSFER_HANGS, FDC_RESULTS);
}

/* The bytes that were moved; the status is in fdc->result. */
static enum fdc_error run(struct fdc *fdc, const struct job *job, u32 *moved)
{
	enum fdc_error e;

	*moved = 0;
	turn(fdc, fdc->host->turn_begin);
	e = fdc_uses_dma(fdc) ? run_by_dma(fdc, job, moved) : run_by_port(fdc, job, moved);
	turn(fdc, fdc->host->turn_end);
	if (e)
		return e;
	e = fdc_decode_status(fdc->result);
	if (e == FDC_END_OF_TRACK && !fdc_uses_dma(fdc) && *moved == job->length)
		e = FDC_OK;
	return e;
}

/* ---- sectors ---- */

static u8 head_and_unit(const struct fdc_drive *d, unsigned int head)
{
	return (u8)(head << 2 | d->unit);
}

static void describe(struct job *job, const struct fdc_drive *d, enum fdc_transfer what,
		     const struct fdc_format *f, const struct fdc_chs *at, u32 count)
{
	u8 command = what == FDC_DO_READ ? FDC_CMD_READ : FDC_CMD_WRITE;
	u32 end = at->sector + count - 1u;

	if (fdc_uses_dma(d->fdc))
		end = f->sect;
	if (at->sector + count - 1u > f->sect)
		command |= FDC_MULTI_TRACK;
	*job = (struct job){ .bytes = { command, head_and_unit(d, at->head), at->cylinder, at->head,
					at->sector, FDC_SIZE_512, (u8)end, f->gap, NO_LENGTH },
			     .count = COMMAND_BYTES,
			     .to_memory = what == FDC_DO_READ,
			     .length = count * FDC_SECTOR };
}

/* The controller names the sector where it stopped; what was moved before is sound. */
static u32 count_good(const struct fdc *fdc, const struct fdc_format *f, u32 sector, u32 moved,
		      bool hangs)
{
	struct fdc_chs at = { fdc->result[3], fdc->result[4], fdc->result[5] };
	u32 stopped = hangs ? sector : fdc_sector_at(f, &at);

	if (stopped < sector || stopped >= f->sectors)
		return 0;
	return min(stopped - sector, moved / FDC_SECTOR);
}

static enum fdc_error make_ready(struct fdc_drive *d, const struct fdc_format *f,
				 unsigned int cylinder)
{
	enum fdc_error e = fdc_prepare(d->fdc);

	if (e)
		return e;
	fdc_select(d);
	e = fdc_set_rate(d, f);
	if (!e)
		e = fdc_seek(d, cylinder << (f->stretch & FDC_DOUBLE_STEP));
	if (!e)
		fdc_spin_up(d);
	return e;
}

enum fdc_error fdc_transfer(struct fdc_drive *d, enum fdc_transfer what, const struct fdc_format *f,
			    u32 sector, u32 count, u32 buffer_sector, u32 *good)
{
	struct fdc_chs at;
	struct job job;
	enum fdc_error e;
	u32 moved;

	*good = 0;
	fdc_locate(f, sector, &at);
	e = make_ready(d, f, at.cylinder);
	if (e)
		return e;
	describe(&job, d, what, f, &at, count);
	job.offset = buffer_sector * FDC_SECTOR;
	e = run(d->fdc, &job, &moved);
	if (!e && moved != job.length)
		e = FDC_SHORT;
	if (!e)
		*good = count;
	else if (e != FDC_DMA_REFUSED)
		*good = count_good(d->fdc, f, sector, moved, d->fdc->needs_reset);
	return e;
}

enum fdc_error fdc_format_track(struct fdc_drive *d, unsigned int cylinder, unsigned int head)
{
	const struct fdc_format *f = &d->format;
	struct job job = { .bytes = { FDC_CMD_FORMAT, head_and_unit(d, head), FDC_SIZE_512, f->sect,
				      f->fmt_gap, FDC_FILL_BYTE },
			   .count = 6 };
	enum fdc_error e;
	u32 moved;

	if (cylinder >= f->tracks || head >= f->heads)
		return FDC_END_OF_TRACK;
	fdc_drop_cache(d->fdc);
	if (fdc_check_change(d))
		return FDC_CHANGED;
	d->marked = 0;
	job.length = fdc_format_ids(f, cylinder, head, d->fdc->buffer);
	e = make_ready(d, f, cylinder);
	if (!e)
		e = run(d->fdc, &job, &moved);
	d->used_at = hw_now_us(d->fdc->hw);
	return e;
}

/* ---- address marks ---- */

enum fdc_error fdc_read_id(struct fdc_drive *d, unsigned int head)
{
	u8 command[] = { FDC_CMD_READ_ID, head_and_unit(d, head) };
	enum fdc_error e = fdc_start(d->fdc, command, sizeof(command));

	if (!e)
		e = fdc_finish(d->fdc, FDC_READ_ID_US, FDC_TRANSFER_HANGS, FDC_RESULTS);
	return e ? e : fdc_decode_status(d->fdc->result);
}
