/*
 * floppy.c - the floppy controller, its drives by the battery-backed memory, and, with R2, a disk
 * that is in one of them: by the driver's core, polled and without DMA.
 *
 * Below R2 only the controller's main status is read; no motor turns and nothing is reset.
 *
 * Source: Intel 82077AA datasheet; IBM PC/AT technical reference (CMOS byte 10h); hardware-notes
 * 9.4.
 */
#include <common/xalloc.h>
#include <drivers/floppy/fdc_core.h>
#include <stdio.h>
#include <stdlib.h>
#include "probe.h"

#define BASE	     0x3F0
#define CMOS_INDEX   0x70
#define CMOS_DATA    0x71
#define CMOS_FLOPPY  0x10
#define CMOS_STATUS  0x0D /* the index that is left behind: reading it changes nothing */
#define SECTOR_BYTES 512u
#define BUFFER_BYTES 32768u /* more than a cylinder of any format */
#define TURN_SECTORS 18u

static u8 read_types(struct probe_run *run)
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

static void read_disk(struct probe_run *run, struct fdc_drive *d, const char *subject)
{
	struct hw *hw = &run->host->hw;
	const u8 *data;
	u32 count = 0;
	u64 begin;
	enum fdc_error e;

	probe_step(run, "%s: motor on, looking for a disk", subject);
	e = fdc_detect(d);
	note_text(run, subject, "disk", "%s", e ? fdc_error_text(e) : "found");
	if (e)
		return;
	note_number(run, subject, "sectors", d->format.sectors, "sectors");
	note_number(run, subject, "protected", d->protected, "");
	probe_step(run, "%s: reading", subject);
	begin = hw_now_us(hw);
	e = fdc_read(d, 0, TURN_SECTORS, &data, &count);
	note_number(run, subject, "read-time", (s64)(hw_now_us(hw) - begin), "us");
	if (e)
		note_text(run, subject, "read-error", "%s", fdc_error_text(e));
	else
		note_bytes(run, subject, "sector-0", data, SECTOR_BYTES);
}

static void try_drives(struct probe_run *run, u8 types)
{
	struct fdc_host none = { .dma_start = NULL };
	struct fdc fdc = {
		.hw = &run->host->hw, .base = BASE, .flags = FDC_POLL | FDC_NO_DMA, .host = &none
	};
	enum fdc_error e;

	probe_step(run, "resetting the controller");
	fdc_init(&fdc);
	e = fdc_probe(&fdc);
	note_text(run, "", "controller", "%s", e ? fdc_error_text(e) : "answers");
	if (e)
		return;
	note_number(run, "", "version", fdc.version, "");
	fdc.buffer = xalloc(BUFFER_BYTES);
	fdc.buffer_bytes = BUFFER_BYTES;
	for (unsigned int unit = 0; unit < 2; unit++) {
		char subject[8];

		fdc.drive[unit].kind = fdc_kind_by_cmos(fdc_cmos_type(types, unit));
		(void)snprintf(subject, sizeof(subject), "fd%u", unit);
		if (fdc.drive[unit].kind)
			read_disk(run, &fdc.drive[unit], subject);
	}
	fdc_stop_motors(&fdc);
	free(fdc.buffer);
}

static enum probe_end run_floppy(struct probe_run *run)
{
	const char *owner;
	u8 types, status;

	if (!run->host->alone || host_owner(run->host, CMOS_INDEX))
		return not_run(run, "drivers have the machine; it is tried alone");
	types = read_types(run);
	note_number(run, "", "cmos-types", types, "");
	owner = host_owner(run->host, BASE + FDC_REG_MSR);
	if (owner)
		return not_run(run, "the driver %s has the controller", owner);
	status = hw_in8(&run->host->hw, BASE + FDC_REG_MSR);
	note_number(run, "", "main-status", status, "");
	if (status == 0xff)
		return PROBE_ABSENT;
	if (run->options->class >= CLASS_R2)
		try_drives(run, types);
	return PROBE_DONE;
}

const struct probe probe_floppy = {
	.name = "floppy",
	.title = "Floppy controller and drives",
	.class = CLASS_R1,
	.seconds = 60,
	.run = run_floppy,
};
