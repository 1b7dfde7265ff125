/*
 * vdso_data.h - the page of clock data that every process may read (the vvar page).
 *
 * The writer makes seq odd, writes, makes it even; a reader makes the system call when seq is odd
 * and retries when it changed. The layout is private between vdso/vdso.c and x86/vdso.c.
 */
#ifndef ARCH_VDSO_DATA_H
#define ARCH_VDSO_DATA_H

#include <kernel/types.h>

#define VDSO_SHIFT 22 /* of the conversion from cycles to ns */

struct vdso_data {
	u32 seq; /* odd: being written, or the TSC is not the clock */
	u32 mul;
	u64 tsc_base;
	s64 offset_ns[2]; /* from the TSC's ns to CLOCK_REALTIME (0) and CLOCK_MONOTONIC (1) */
	s64 coarse_mono_ns;
};

void vdso_set_clock(u64 tsc_base, u32 mul);
void vdso_set_mono(s64 mono_offset_ns);
void vdso_set_wall(s64 wall_offset_ns);
void vdso_set_coarse(s64 mono_ns);

#endif
