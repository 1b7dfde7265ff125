/*
 * oibench: micro-benchmarks of system calls. One static i486 program for Linux and Oldiron.
 *
 * A benchmark is a function that does `n` operations; the frame warms it up, times `rounds` batches
 * of it with CLOCK_MONOTONIC and takes the smallest, in nanoseconds an operation. Iteration counts
 * are fixed by the table, not by elapsed time, so that under QEMU's -icount, where a nanosecond of
 * guest time is an instruction, a run repeats.
 */
#ifndef BENCH_H
#define BENCH_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

struct bench {
	const char *name;
	void (*run)(int n);
	int n; /* operations in a batch */
	int rounds;
	void (*setup)(void);
	void (*teardown)(void);
	long bytes; /* when set: an operation moves these, and the unit is MB/s */
};

extern const struct bench bench_calls[], bench_files[], bench_ipc[], bench_tasks[], bench_memory[];
extern const char *bench_self;

void bench_die(const char *what) __attribute__((noreturn));
/* The value when it is not negative, else the end. */
long bench_ok(long value, const char *what);
#define MUST(call) bench_ok((long)(call), #call)

#endif
