/*
 * oidisk: benchmarks of disks and of ext2 on them. One static i486 program for Linux and Oldiron.
 *
 * A benchmark is prepared, run once and timed with CLOCK_MONOTONIC; what it leaves dirty is written
 * out inside the time, so that nobody is the faster for putting work off. The unit is an operation:
 * 4 KB, or a file. Two marks around the run are what QEMU's plugin (tests/bench/plugin) counts
 * instructions between: the whole machine's, without the time in which it waits for the disk.
 *
 * Sizes come from the kernel's command line: oidisk.mb=16 (megabytes of sequential data),
 * oidisk.files=10000, oidisk.random=1000 (random accesses), oidisk.only=raw,file (names beginning
 * so).
 */
#ifndef DISK_H
#define DISK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/types.h>

#define MNT   "/mnt"
#define CHUNK 65536

struct disk_bench {
	const char *name;
	void (*prepare)(void); /* may be NULL; not measured */
	void (*run)(void);
	int *operations; /* how many a run does */
	bool cold;	 /* nothing of either disk is in memory */
};

extern const struct disk_bench bench_raw[], bench_data[], bench_names[], bench_tree[];

/* Sizes of this run; pages are counted in operations of 4 KB. */
extern int seq_pages, warm_pages, random_count, sync_count, file_count;
extern const char *raw_device, *fs_device;
extern char chunk[CHUNK];

void disk_die(const char *what) __attribute__((noreturn));
long disk_ok(long value, const char *what);
#define MUST(call) disk_ok((long)(call), #call)

/* The value of NAME= on the kernel's command line, up to a blank, in `out`; false: not there. */
bool cmdline_value(const char *name, char *out, size_t size);
/* Finds the disk with an ext2 on it and the other one. */
void find_disks(void);
void fs_mount(void);
void fs_unmount(void);
/* Forgets whatever is cached of both disks. */
void go_cold(void);
void run_disk_table(const struct disk_bench *b, const char *only);

/* Sequential and random transfers of an open file. */
void read_through(int fd, int pages);
void write_through(int fd, int pages);
void read_random(int fd, int pages, int count);
void write_random(int fd, int pages, int count);
/* A number below `below`; the same row of them after each random_restart(). */
uint32_t random_below(uint32_t below);
void random_restart(void);

#endif
