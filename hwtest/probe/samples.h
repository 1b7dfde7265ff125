/*
 * samples.h - a measurement that is repeated, because somebody may have disturbed it: another
 * program, an emulator's host, the firmware behind an SMI. Pure.
 *
 * Where a disturbance may go either way the middle is to be believed, when most agree with it;
 * where it goes one way only, the other end, when another one agrees.
 */
#ifndef HWTEST_PROBE_SAMPLES_H
#define HWTEST_PROBE_SAMPLES_H

#include <kernel/types.h>

#define SAMPLES_MAX 16u

struct samples {
	s64 value[SAMPLES_MAX]; /* ascending */
	unsigned int count;
};

/* One more than SAMPLES_MAX is left out. */
void samples_add(struct samples *s, s64 value);
/* The one in the middle; 0: there is none. */
s64 samples_median(const struct samples *s);
/* How many are not farther from `value` than `tolerance`. */
unsigned int samples_near(const struct samples *s, s64 value, s64 tolerance);
/* The mean of those; 0: there is none. */
s64 samples_mean(const struct samples *s, s64 value, s64 tolerance);

#endif
