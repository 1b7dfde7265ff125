/*
 * floppy.c - the floppy controller, its drives by the battery-backed memory, and, with R2, a disk
 * that is in one of them: by the driver's core, polled and without DMA.
 *
 * Below R2 only the controller's main status is read; no motor turns and nothing is reset.
 *
 * Source: Intel 82077AA datasheet; hardware-notes 9.4.
 */
#include "floppy_session.h"
#include <stdio.h>

#define TURN_SECTORS 18u

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
		note_bytes(run, subject, "sector-0", data, FLOPPY_SECTOR);
}

static void try_drives(struct probe_run *run, u8 types)
{
	struct floppy_session s;
	enum fdc_error e;

	probe_step(run, "resetting the controller");
	e = floppy_session_open(&s, run, types);
	note_text(run, "", "controller", "%s", e ? fdc_error_text(e) : "answers");
	if (!e)
		note_number(run, "", "version", s.fdc.version, "");
	for (unsigned int unit = 0; !e && unit < 2; unit++) {
		char subject[8];

		(void)snprintf(subject, sizeof(subject), "fd%u", unit);
		if (s.fdc.drive[unit].kind)
			read_disk(run, &s.fdc.drive[unit], subject);
	}
	floppy_session_close(&s);
}

static enum probe_end run_floppy(struct probe_run *run)
{
	const char *owner;
	u8 types, status;

	if (!run->host->alone || host_owner(run->host, CMOS_INDEX))
		return not_run(run, "drivers have the machine; it is tried alone");
	types = floppy_read_types(run);
	note_number(run, "", "cmos-types", types, "");
	owner = host_owner(run->host, FLOPPY_BASE + FDC_REG_MSR);
	if (owner)
		return not_run(run, "the driver %s has the controller", owner);
	status = hw_in8(&run->host->hw, FLOPPY_BASE + FDC_REG_MSR);
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
