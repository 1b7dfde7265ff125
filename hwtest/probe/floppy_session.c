/*
 * The floppy controller for probes; see floppy_session.h.
 *
 * Source: IBM PC/AT technical reference (CMOS byte 10h).
 */
#include "floppy_session.h"
#include <common/xalloc.h>
#include <stdlib.h>

#define CMOS_DATA    0x71
#define CMOS_FLOPPY  0x10
#define CMOS_STATUS  0x0D   /* the index that is left behind: reading it changes nothing */
#define BUFFER_BYTES 32768u /* more than a cylinder of any format */

u8 floppy_read_types(struct probe_run *run)
{
	struct hw *hw = &run->host->hw;
	unsigned long saved = host_lock();
	u8 types;

	hw_out8(hw, CMOS_INDEX, CMOS_FLOPPY);
	types = hw_in8(hw, CMOS_DATA);
	hw_out8(hw, CMOS_INDEX, CMOS_STATUS);
	(void)hw_in8(hw, CMOS_DATA);
	host_unlock(saved);
	return types;
}

enum fdc_error floppy_session_open(struct floppy_session *s, struct probe_run *run, u8 types)
{
	enum fdc_error e;

	*s = (struct floppy_session){ .fdc = { .hw = &run->host->hw,
					       .base = FLOPPY_BASE,
					       .flags = FDC_POLL | FDC_NO_DMA,
					       .host = &s->host } };
	fdc_init(&s->fdc);
	e = fdc_probe(&s->fdc);
	if (e)
		return e;
	s->fdc.buffer = xalloc(BUFFER_BYTES);
	s->fdc.buffer_bytes = BUFFER_BYTES;
	for (unsigned int unit = 0; unit < 2; unit++)
		s->fdc.drive[unit].kind = fdc_kind_by_cmos(fdc_cmos_type(types, unit));
	return FDC_OK;
}

void floppy_session_close(struct floppy_session *s)
{
	if (!s->fdc.buffer)
		return;
	fdc_stop_motors(&s->fdc);
	free(s->fdc.buffer);
}
