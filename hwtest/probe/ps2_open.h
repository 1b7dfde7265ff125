/*
 * ps2_open.h - the PS/2 controller for a probe: brought up by the driver's core over the host's
 * ports, and put back as it was found.
 */
#ifndef HWTEST_PROBE_PS2_OPEN_H
#define HWTEST_PROBE_PS2_OPEN_H

#include "probe.h"
#include <drivers/ps2/i8042_core.h>

/* The driver that has the controller; NULL: nobody. */
const char *ps2_owner(const struct host *host);
/* i8042_probe() with these flags (I8042_*), and without the self test below class R2. */
int ps2_open(struct i8042 *c, struct probe_run *run, unsigned int flags);
void ps2_close(struct i8042 *c);

#endif
