/*
 * vdso_data.h - the page of clock data that every process may read (the vvar page).
 *
 * The writer makes seq odd, writes, makes it even; a reader retries when seq was odd or changed.
 * The layout is private between vdso/vdso.c and x86/vdso.c.
 */
#ifndef ARCH_VDSO_DATA_H
#define ARCH_VDSO_DATA_H

#include <kernel/types.h>

struct vdso_data {
	u32 seq;
	u32 tsc_usable; /* 0: make the system call */
	u32 mul, shift;
	u64 tsc_base;
	s64 mono_offset_ns; /* added to the clock source's reading for CLOCK_MONOTONIC */
	s64 wall_offset_ns; /* added to CLOCK_MONOTONIC for CLOCK_REALTIME */
	s64 coarse_mono_ns;
	u32 clock_resolution;
};

void vdso_set_clock(u64 tsc_base, u32 mul, u32 shift);
void vdso_set_mono(s64 mono_offset_ns);
void vdso_set_wall(s64 wall_offset_ns);
void vdso_set_coarse(s64 mono_ns);

#endif
