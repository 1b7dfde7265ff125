/*
 * floppy_session.h - the floppy controller in the hands of a probe: the driver's core, polled and
 * without DMA. Class R2: the controller is reset, motors turn.
 *
 * Close it in either case; that stops the motors.
 */
#ifndef HWTEST_PROBE_FLOPPY_SESSION_H
#define HWTEST_PROBE_FLOPPY_SESSION_H

#include <drivers/floppy/fdc_core.h>
#include "probe.h"

#define FLOPPY_BASE   0x3F0u
#define FLOPPY_SECTOR 512u
#define CMOS_INDEX    0x70 /* whose driver, where there is one, has the types */

struct floppy_session {
	struct fdc fdc;
	struct fdc_host host;
};

/* The set-up's byte of drive types in the battery-backed memory. */
u8 floppy_read_types(struct probe_run *run);
/* FDC_OK: fdc.drive[] has kinds by the types. */
enum fdc_error floppy_session_open(struct floppy_session *s, struct probe_run *run, u8 types);
void floppy_session_close(struct floppy_session *s);

#endif
