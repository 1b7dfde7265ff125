/* hog.c - more memory than there is: contents, sharing by fork, an end of swap. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "swaptest.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Fills MB megabytes, reads them twice, once in an order that no read-ahead helps. */
int test_hog(const char *arg)
{
	size_t bytes = (size_t)atoi(arg) << 20, pages = bytes / PAGE;
	uint32_t *p = memory(bytes);
	double start = now(), filled, read;

	CHECK(p);
	fill(p, bytes, 1);
	filled = now();
	CHECK(verify("hog", p, bytes, 1) == 0);
	read = now();
	for (size_t i = 0, page = 0; i < pages / 4; i++, page = (page + 1021) % pages)
		p[page * 1024]++;
	for (size_t i = 0, page = 0; i < pages / 4; i++, page = (page + 1021) % pages)
		p[page * 1024]--;
	CHECK(verify("hog after a walk", p, bytes, 1) == 0);
	CHECK(number("/proc/vmstat", "pswpout") > 0 && number("/proc/vmstat", "pswpin") > 0);
	printf("  %s MB: filled in %.2f s, read in %.2f s, walked in %.2f s; in %ld out %ld\n", arg,
	       filled - start, read - filled, now() - read, number("/proc/vmstat", "pswpin"),
	       number("/proc/vmstat", "pswpout"));
	CHECK(munmap(p, bytes) == 0);
	return 0;
}

/* Nothing is left behind: every slot is free when those who had it are gone. */
int test_free(const char *arg)
{
	long used = swap_used();

	if (used > atoi(arg))
		printf("  %ld KB of swap are in use\n", used);
	CHECK(used <= atoi(arg));
	return 0;
}

static int child_reads(uint32_t *p, size_t bytes)
{
	return verify("child reads", p, bytes, 7);
}

static int child_writes(uint32_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes / 4; i += PAGE / 4)
		p[i] ^= 0xffffffffu;
	for (size_t i = 0; i < bytes / 4; i += PAGE / 4)
		p[i] ^= 0xffffffffu;
	return verify("child wrote", p, bytes, 7);
}

static int child_refills(uint32_t *p, size_t bytes)
{
	fill(p, bytes, 8);
	return verify("child refilled", p, bytes, 8);
}

static int child_forks(uint32_t *p, size_t bytes)
{
	int pid = fork();

	if (!pid)
		_exit(child_writes(p, bytes));
	return verify("child that forked", p, bytes, 7) || outcome(pid);
}

/* Swapped memory shared by fork: each sees what it was, whoever writes. */
int test_fork(const char *arg)
{
	static int (*const bodies[])(uint32_t *, size_t) = { child_reads, child_writes,
							     child_refills, child_forks };
	size_t bytes = (size_t)atoi(arg) << 20;
	uint32_t *p = memory(bytes);
	int pids[4];

	CHECK(p);
	fill(p, bytes, 7);
	CHECK(squeeze((unsigned int)atoi(arg) + 6) == 0);
	CHECK(number("/proc/self/status", "VmSwap") > 0);
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (!pids[i])
			_exit(bodies[i](p, bytes));
	}
	CHECK(verify("parent beside its children", p, bytes, 7) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(outcome(pids[i]) == 0);
	CHECK(verify("parent after", p, bytes, 7) == 0);
	CHECK(munmap(p, bytes) == 0);
	return 0;
}

/* More than memory and swap together: the one who wants it is killed, nobody else. */
int test_full(const char *arg)
{
	size_t bytes = (size_t)atoi(arg) << 20, ours = 1u << 20;
	uint32_t *p = memory(ours);
	int pid;

	CHECK(p);
	fill(p, ours, 3);
	pid = fork();
	if (!pid) {
		for (size_t done = 0; done < bytes; done += 1u << 20) {
			uint32_t *q = memory(1u << 20);

			if (!q)
				_exit(3);
			fill(q, 1u << 20, 4);
		}
		_exit(2);
	}
	CHECK(outcome(pid) == 1000 + SIGKILL);
	CHECK(verify("who was not killed", p, ours, 3) == 0);
	CHECK(munmap(p, ours) == 0);
	return 0;
}
