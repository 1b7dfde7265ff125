/*
 * fdc_command.c - the controller itself: bytes of commands and results, interrupts, reset.
 *
 * The controller has one thing in progress at a time (seeks are waited for as well). Whoever gives
 * a command first drops an interrupt that is left over, as does a reset.
 */
#include <kernel/errno.h>
#include "fdc_internal.h"

#define QUICK_LOOKS 100u /* of 10 us, before one sleeps between looks */

void fdc_note(struct fdc *fdc, const struct fdc_drive *d, const char *text)
{
	if (fdc->host->note)
		fdc->host->note(fdc->ctx, d, text);
}

enum fdc_error fdc_fail(struct fdc *fdc, enum fdc_error e)
{
	fdc->needs_reset = true;
	return e;
}

/* ---- bytes ---- */

static enum fdc_error wait_byte(struct fdc *fdc, u8 direction)
{
	u64 end = hw_now_us(fdc->hw) + FDC_BYTE_US;

	for (unsigned int looks = 0;; looks++) {
		bool late = hw_now_us(fdc->hw) > end;
		u8 msr = fdc_msr(fdc);

		if (msr == 0xff)
			return fdc_fail(fdc, FDC_NO_CONTROLLER);
		if (msr & FDC_MSR_RQM)
			return (msr & FDC_MSR_DIO) == direction ? FDC_OK
								: fdc_fail(fdc, FDC_WRONG_WAY);
		if (late)
			return fdc_fail(fdc, FDC_NOT_READY_BYTE);
		if (looks < QUICK_LOOKS)
			hw_delay_us(fdc->hw, 10);
		else
			hw_sleep_us(fdc->hw, 1000);
	}
}

static enum fdc_error put_bytes(struct fdc *fdc, const u8 *bytes, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		enum fdc_error e = wait_byte(fdc, 0);

		if (e)
			return e;
		fdc_out(fdc, FDC_REG_DATA, bytes[i]);
	}
	return FDC_OK;
}

static enum fdc_error get_bytes(struct fdc *fdc, unsigned int first, unsigned int end)
{
	for (unsigned int i = first; i < end; i++) {
		enum fdc_error e = wait_byte(fdc, FDC_MSR_DIO);

		if (e)
			return e;
		fdc->result[i] = hw_in8(fdc->hw, (u16)(fdc->base + FDC_REG_DATA));
	}
	return FDC_OK;
}

/* ---- commands ---- */

enum fdc_error fdc_start(struct fdc *fdc, const u8 *bytes, unsigned int count)
{
	(void)hw_wait_irq(fdc->hw, 0);
	WRITE_ONCE(fdc->expecting, true);
	return put_bytes(fdc, bytes, count);
}

enum fdc_error fdc_command(struct fdc *fdc, const u8 *bytes, unsigned int count,
			   unsigned int results)
{
	enum fdc_error e = put_bytes(fdc, bytes, count);

	return e ? e : get_bytes(fdc, 0, results);
}

/* An interrupt that should have come did not. */
static void count_lost(struct fdc *fdc)
{
	if (fdc->flags & FDC_POLL || ++fdc->lost_irqs < FDC_LOST_IRQS)
		return;
	fdc->flags |= FDC_POLL;
	fdc_note(fdc, NULL, "no interrupts come: polling");
}

static unsigned int look_us(const struct fdc *fdc)
{
	return fdc->flags & FDC_POLL ? FDC_POLL_US : FDC_LOOK_US;
}

static bool has_result(u8 msr)
{
	return (msr & (FDC_MSR_RQM | FDC_MSR_DIO | FDC_MSR_NON_DMA)) == (FDC_MSR_RQM | FDC_MSR_DIO);
}

static enum fdc_error wait_result(struct fdc *fdc, unsigned int bound_us, enum fdc_error late)
{
	u64 end = hw_now_us(fdc->hw) + bound_us;

	for (;;) {
		bool over = hw_now_us(fdc->hw) > end;
		bool came = hw_wait_irq(fdc->hw, look_us(fdc));
		u8 msr = fdc_msr(fdc);

		if (msr == 0xff)
			return fdc_fail(fdc, FDC_NO_CONTROLLER);
		if (has_result(msr)) {
			if (!came)
				count_lost(fdc);
			return FDC_OK;
		}
		if (over)
			return fdc_fail(fdc, late);
	}
}

enum fdc_error fdc_finish(struct fdc *fdc, unsigned int bound_us, enum fdc_error late,
			  unsigned int results)
{
	enum fdc_error e = wait_result(fdc, bound_us, late);

	WRITE_ONCE(fdc->expecting, false);
	return e ? e : get_bytes(fdc, 0, results);
}

/* ---- interrupts without results ---- */

/* What the last one was for. FDC_INVALID_COMMAND: there was none. */
static enum fdc_error sense_interrupt(struct fdc *fdc)
{
	static const u8 command = FDC_CMD_SENSE_INT;
	enum fdc_error e = fdc_command(fdc, &command, 1, 1);

	if (e)
		return e;
	if ((fdc->result[0] & FDC_ST0_CODE) == FDC_ST0_INVALID)
		return FDC_INVALID_COMMAND;
	return get_bytes(fdc, 1, 2);
}

/* A drive that became ready is told of in the same way. */
static bool is_seek_of(const struct fdc *fdc, unsigned int unit)
{
	return (fdc->result[0] & FDC_ST0_UNIT) == unit &&
	       (fdc->result[0] & FDC_ST0_CODE) != FDC_ST0_NOT_READY;
}

enum fdc_error fdc_finish_seek(struct fdc *fdc, unsigned int unit)
{
	u64 end = hw_now_us(fdc->hw) + FDC_SEEK_US;
	enum fdc_error e;
	bool over, came;

	do {
		over = hw_now_us(fdc->hw) > end;
		came = hw_wait_irq(fdc->hw, look_us(fdc));
		e = sense_interrupt(fdc);
		if (!e && !is_seek_of(fdc, unit))
			e = FDC_INVALID_COMMAND;
	} while (e == FDC_INVALID_COMMAND && !over);
	if (!e && !came)
		count_lost(fdc);
	WRITE_ONCE(fdc->expecting, false);
	return e == FDC_INVALID_COMMAND ? fdc_fail(fdc, FDC_SEEK_HANGS) : e;
}

/* ---- reset ---- */

/* By the CCR that is left over from the BIOS, or was set before: each reset keeps it. */
static void pulse_reset(struct fdc *fdc)
{
	WRITE_ONCE(fdc->expecting, true);
	fdc_out(fdc, FDC_REG_DOR, (u8)(fdc->dor & ~FDC_DOR_RUN));
	hw_delay_us(fdc->hw, FDC_RESET_PULSE_US);
	(void)hw_wait_irq(fdc->hw, 0);
	fdc->dor |= FDC_DOR_RUN | FDC_DOR_DMA;
	fdc_out(fdc, FDC_REG_DOR, fdc->dor);
}

/* One interrupt, and then what each of the four drives has to say. */
static enum fdc_error drain_reset(struct fdc *fdc)
{
	bool came = hw_wait_irq(fdc->hw, fdc->flags & FDC_POLL ? FDC_POLL_US : FDC_RESET_US);
	enum fdc_error e = FDC_OK;
	unsigned int told = 0;

	for (unsigned int i = 0; i < FDC_SENSE_UNITS && !e; i++) {
		e = sense_interrupt(fdc);
		told += !e;
	}
	if (told && !came)
		count_lost(fdc);
	return e == FDC_INVALID_COMMAND ? FDC_OK : e;
}

static enum fdc_error configure(struct fdc *fdc)
{
	static const u8 command[] = { FDC_CMD_CONFIGURE, 0,
				      FDC_CONFIG_NO_POLL | FDC_CONFIG_THRESHOLD, 0 };

	if (fdc->version != FDC_VERSION_ENHANCED)
		return FDC_OK;
	return fdc_command(fdc, command, sizeof(command), 0);
}

enum fdc_error fdc_reset(struct fdc *fdc)
{
	enum fdc_error e;

	fdc->rate = fdc->specified = -1;
	fdc->perpendicular = false;
	for (unsigned int i = 0; i < ARRAY_SIZE(fdc->drive); i++)
		fdc->drive[i].cylinder = -1;
	pulse_reset(fdc);
	e = drain_reset(fdc);
	WRITE_ONCE(fdc->expecting, false);
	if (!e)
		e = configure(fdc);
	if (e)
		return e == FDC_NO_CONTROLLER ? e : fdc_fail(fdc, FDC_NO_RESET);
	fdc->needs_reset = false;
	return FDC_OK;
}

enum fdc_error fdc_prepare(struct fdc *fdc)
{
	return fdc->needs_reset ? fdc_reset(fdc) : FDC_OK;
}

/* ---- finding it ---- */

void fdc_init(struct fdc *fdc)
{
	fdc->rate = fdc->specified = -1;
	fdc->needs_reset = true;
	for (unsigned int i = 0; i < ARRAY_SIZE(fdc->drive); i++) {
		fdc->drive[i].fdc = fdc;
		fdc->drive[i].unit = (u8)i;
		fdc->drive[i].cylinder = -1;
	}
}

enum fdc_error fdc_probe(struct fdc *fdc)
{
	static const u8 version = FDC_CMD_VERSION;
	enum fdc_error e;

	if (fdc_msr(fdc) == 0xff)
		return FDC_NO_CONTROLLER;
	e = fdc_reset(fdc);
	if (!e)
		e = fdc_command(fdc, &version, 1, 1);
	if (e)
		return e;
	fdc->version = fdc->result[0];
	return configure(fdc);
}

int fdc_errno(enum fdc_error e)
{
	switch (e) {
	case FDC_OK:
		return 0;
	case FDC_NO_DISK:
	case FDC_UNKNOWN_FORMAT:
	case FDC_NO_TRACK0:
		return -ENXIO;
	case FDC_PROTECTED:
		return -EROFS;
	default:
		return -EIO;
	}
}
