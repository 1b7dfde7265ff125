/*
 * fdc_drive.c - a drive: its motor, its heads, what its lines say.
 */
#include "fdc_internal.h"

/* ---- motor and selection ---- */

static u8 motor_bit(const struct fdc_drive *d)
{
	return (u8)FDC_DOR_MOTOR(d->unit);
}

void fdc_select(struct fdc_drive *d)
{
	struct fdc *fdc = d->fdc;
	u8 dor = (u8)((fdc->dor & ~FDC_DOR_UNIT) | d->unit | motor_bit(d) | FDC_DOR_DMA);

	if (!d->motor_since)
		d->motor_since = hw_now_us(fdc->hw) + 1; /* never 0 */
	if (dor == fdc->dor)
		return;
	fdc->dor = dor;
	fdc_out(fdc, FDC_REG_DOR, dor);
	hw_sleep_us(fdc->hw, FDC_SELECT_US);
}

void fdc_spin_up(struct fdc_drive *d)
{
	u64 ready, now;

	fdc_select(d);
	ready = d->motor_since + d->kind->spin_up_ms * 1000u;
	now = hw_now_us(d->fdc->hw);
	if (now < ready)
		hw_sleep_us(d->fdc->hw, (unsigned int)(ready - now));
}

void fdc_stop_motor(struct fdc_drive *d)
{
	struct fdc *fdc = d->fdc;

	d->motor_since = 0;
	if (!(fdc->dor & motor_bit(d)))
		return;
	fdc->dor &= (u8)~motor_bit(d);
	fdc_out(fdc, FDC_REG_DOR, fdc->dor);
}

void fdc_stop_motors(struct fdc *fdc)
{
	fdc_stop_motor(&fdc->drive[0]);
	fdc_stop_motor(&fdc->drive[1]);
}

/* ---- rates ---- */

static enum fdc_error set_perpendicular(struct fdc *fdc, bool on)
{
	u8 command[] = { FDC_CMD_PERPENDICULAR, on ? FDC_PERPENDICULAR_1M : 0 };
	enum fdc_error e;

	if (fdc->perpendicular == on)
		return FDC_OK;
	if (fdc->version != FDC_VERSION_ENHANCED)
		return FDC_INVALID_COMMAND;
	e = fdc_command(fdc, command, sizeof(command), 0);
	if (!e)
		fdc->perpendicular = on;
	return e;
}

static enum fdc_error specify(struct fdc_drive *d)
{
	struct fdc *fdc = d->fdc;
	u8 step = fdc_specify_step(d->kind, (unsigned int)fdc->rate);
	u8 load = (u8)(FDC_HEAD_LOAD | (fdc_uses_dma(fdc) ? 0 : FDC_SPECIFY_NON_DMA));
	u8 command[] = { FDC_CMD_SPECIFY, step, load };
	enum fdc_error e;

	if (fdc->specified == (step << 8 | load))
		return FDC_OK;
	e = fdc_command(fdc, command, sizeof(command), 0);
	if (!e)
		fdc->specified = step << 8 | load;
	return e;
}

enum fdc_error fdc_set_rate(struct fdc_drive *d, const struct fdc_format *f)
{
	struct fdc *fdc = d->fdc;
	enum fdc_error e;

	if (fdc->rate != (int)fdc_format_rate(f)) {
		fdc->rate = (int)fdc_format_rate(f);
		fdc_out(fdc, FDC_REG_CCR, (u8)fdc->rate);
	}
	e = set_perpendicular(fdc, f->rate & FDC_PERPENDICULAR);
	return e ? e : specify(d);
}

/* ---- heads ---- */

static enum fdc_error steps_ended(struct fdc_drive *d, enum fdc_error e)
{
	u8 st0 = d->fdc->result[0];

	if (e)
		return e;
	if (st0 & FDC_ST0_EQUIPMENT)
		return FDC_NO_TRACK0;
	if ((st0 & FDC_ST0_CODE) || !(st0 & FDC_ST0_SEEK_END))
		return FDC_SEEK_FAILED;
	return FDC_OK;
}

static enum fdc_error recalibrate_once(struct fdc_drive *d)
{
	u8 command[] = { FDC_CMD_RECALIBRATE, d->unit };
	enum fdc_error e = fdc_start(d->fdc, command, sizeof(command));

	if (!e)
		e = fdc_finish_seek(d->fdc, d->unit);
	e = steps_ended(d, e);
	if (!e && d->fdc->result[1])
		e = FDC_SEEK_FAILED;
	return e;
}

/* The drives' step rates differ, and are counted in units that depend on the data rate. */
static enum fdc_error ready_to_step(struct fdc_drive *d)
{
	enum fdc_error e = fdc_prepare(d->fdc);

	fdc_select(d);
	if (e)
		return e;
	return d->fdc->rate < 0 ? fdc_set_rate(d, &fdc_formats[d->kind->native]) : specify(d);
}

/* The controller steps 77 times at most, so the second time may find what the first did not. */
enum fdc_error fdc_recalibrate(struct fdc_drive *d)
{
	enum fdc_error e = ready_to_step(d);

	d->cylinder = -1;
	if (e)
		return e;
	e = recalibrate_once(d);
	if (e == FDC_NO_TRACK0)
		e = recalibrate_once(d);
	if (e)
		return e;
	d->cylinder = 0;
	hw_sleep_us(d->fdc->hw, FDC_SETTLE_US);
	return FDC_OK;
}

enum fdc_error fdc_seek(struct fdc_drive *d, unsigned int cylinder)
{
	u8 command[] = { FDC_CMD_SEEK, d->unit, (u8)cylinder };
	enum fdc_error e = ready_to_step(d);

	if (!e && d->cylinder < 0)
		e = fdc_recalibrate(d);
	if (e || d->cylinder == (int)cylinder)
		return e;
	d->cylinder = -1;
	e = fdc_start(d->fdc, command, sizeof(command));
	if (!e)
		e = fdc_finish_seek(d->fdc, d->unit);
	e = steps_ended(d, e);
	if (e)
		return e;
	/* Whether the heads are there is for the address marks to say: emulators that do not step
	 * twice for a disk of 40 tracks have another number here. */
	d->cylinder = (int)cylinder;
	hw_sleep_us(d->fdc->hw, FDC_SETTLE_US);
	return FDC_OK;
}

enum fdc_error fdc_sense_drive(struct fdc_drive *d, u8 *st3)
{
	u8 command[] = { FDC_CMD_SENSE_DRIVE, d->unit };
	enum fdc_error e = fdc_prepare(d->fdc);

	if (e)
		return e;
	fdc_select(d);
	e = fdc_command(d->fdc, command, sizeof(command), 1);
	*st3 = d->fdc->result[0];
	return e;
}
