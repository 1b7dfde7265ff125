/*
 * media.h - disks and floppies as something to read sectors from, whoever drives them: by the
 * driver's core over the ports where nobody else does, else by the system's device files. For
 * probes of what is on a disk.
 *
 * Only the one medium that options->write_on names can be written, and only in a run of class W:
 * the others have no write(). A device file is then opened for nobody else (O_EXCL), which a mount
 * or swap area prevents.
 */
#ifndef HWTEST_PROBE_MEDIA_H
#define HWTEST_PROBE_MEDIA_H

#include "probe.h"
#include <string.h>

#define MEDIUM_MOST 8u

struct medium {
	const char *subject;		   /* "ide0.0" */
	u64 sectors;			   /* of sector_bytes */
	u32 sector_bytes;		   /* 512 .. 4096 */
	unsigned int heads, track_sectors; /* as a BIOS has them; 0: not known */
	/* At most MEDIUM_MOST sectors; 0 or -errno. */
	int (*read)(struct medium *m, u64 sector, u32 count, void *to);
	/* NULL: it may not be written. */
	int (*write)(struct medium *m, u64 sector, u32 count, const void *from);
	/* What was written is on the medium, and read() asks the medium next. */
	int (*flush)(struct medium *m);
};

/* Calls look() for each disk; how many there were. One that may be written and cannot be opened has
 * the fact "open-error". */
unsigned int media_each(struct probe_run *run,
			void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			void *ctx);
/* The same of floppies that are in their drives: motors turn, and heads move (class R2). */
unsigned int media_each_floppy(struct probe_run *run,
			       void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			       void *ctx);

/* media_file.c, media_floppy.c, for each other: by a device file; whether that is there. */
bool media_look_at_file(struct probe_run *run, const char *name, const char *subject,
			void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			void *ctx);
static inline bool media_may_write(const struct probe_run *run, const char *subject)
{
	const struct probe_options *o = run->options;

	return o->class >= CLASS_W && o->write_on && !strcmp(o->write_on, subject);
}

#endif
