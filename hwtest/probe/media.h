/*
 * media.h - disks as something to read sectors from, whoever drives them: by the driver's core over
 * the ports where nobody else does, else by the system's device files. For probes of what is on a
 * disk.
 */
#ifndef HWTEST_PROBE_MEDIA_H
#define HWTEST_PROBE_MEDIA_H

#include "probe.h"

struct medium {
	const char *subject;		   /* "ide0.0" */
	u64 sectors;			   /* of sector_bytes */
	u32 sector_bytes;		   /* 512 .. 4096 */
	unsigned int heads, track_sectors; /* as a BIOS has them; 0: not known */
	/* One sector; 0 or -errno. */
	int (*read)(struct medium *m, u64 sector, void *to);
};

/* Calls look() for each; how many there were. */
unsigned int media_each(struct probe_run *run,
			void (*look)(struct probe_run *run, struct medium *m));

#endif
