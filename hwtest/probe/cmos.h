/*
 * cmos.h - the battery clock's chip over the host's ports: its pair of ports is shared with the
 * system, so each access is under host_lock().
 */
#ifndef HWTEST_PROBE_CMOS_H
#define HWTEST_PROBE_CMOS_H

#include "../host/host.h"
#include <drivers/rtc/mc146818_core.h>

void cmos_open(struct mc146818 *chip, struct host *host);
/* A byte that reads the same twice (the system may have come between); the last one otherwise. */
u8 cmos_get(struct mc146818 *chip, u8 reg);

#endif
