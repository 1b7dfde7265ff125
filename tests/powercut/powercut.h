/*
 * powercut.h - a write-heavy workload on an ext2 that says, all the time, what a power cut now must
 * leave on the disk.
 *
 * The statements are records of 512 bytes in a partition of their own (/dev/hda2), written past the
 * cache in the order of their numbers, so they lie in the same log of writes as the work itself.
 * The record of a file holds from the moment it is written until the next one of that file: before
 * a change it says what the file may be (the old state, the new one), after fsync() what it is.
 * tests/powercut/checker.py reads them.
 *
 *   F ID dirs=D/NAME,... gone=0|1 size=LO-HI units=FROM:TO:LO:HI,...
 *       The file is at one of the places; gone: or at none. Its size is one of LO to HI, and unit i
 *       (512 bytes) was written in one of the versions LO to HI of the run it is in.
 *   D ID names=NAME,...    The directory's name in its process's directory is one of these.
 *   X ID                   The file is gone for good.
 */
#ifndef POWERCUT_H
#define POWERCUT_H

#include <stdint.h>
#include <stdio.h>

#define UNIT 512u
#define MAX_UNITS                                                                                  \
	1200u /* of a file: with blocks of 1 KB more than one pointer block below the double one   \
	       */
#define MAX_RUNS   12u
#define MAX_PLACES 4u

/* What is wrong with the guest ends the run, loudly. */
#define MUST(cond)                                                                                 \
	do {                                                                                       \
		if (!(cond))                                                                       \
			fail(__FILE__, __LINE__, #cond);                                           \
	} while (0)
__attribute__((noreturn)) void fail(const char *file, int line, const char *what);

/* ---- random.c: a generator for each process ---- */
void random_seed(uint32_t seed);
uint32_t random_below(uint32_t n);

/* ---- report.c ---- */
void report_open(const char *device);
/* One record; it is on its way to the disk when this returns, and the drive has taken it. */
void report(const char *text);

/* ---- content.c: units that say whose they are ---- */
void content_fill(void *unit, uint32_t file, uint32_t index, uint32_t version);

/* ---- work.c: files whose state is reported; noise.c: others ---- */
void work(unsigned int process);
void noise(unsigned int process);

#endif
