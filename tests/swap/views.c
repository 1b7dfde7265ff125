/* views.c - swapped memory as calls and files see it: moved, protected, locked, read by others. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "swaptest.h"

#define MB   (1u << 20)
#define SEED 11u

static unsigned int resident(void *p, size_t bytes)
{
	static unsigned char vec[64 * 256];
	unsigned int n = 0;

	if (bytes / PAGE > sizeof(vec) || mincore(p, bytes, vec))
		return ~0u;
	for (size_t i = 0; i < bytes / PAGE; i++)
		n += vec[i] & 1;
	return n;
}

/* KB in swap of the mapping that p lies in. */
static long smaps_swap(const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long start, end;
	char line[256];
	int here = 0;
	long kb = -1;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = (unsigned long)p >= start && (unsigned long)p < end;
		if (here && !strncmp(line, "Swap:", 5))
			kb = atol(line + 5);
	}
	if (f)
		fclose(f);
	return kb;
}

/* 8 MB, most of it in swap; arg: how much it takes to push it out. */
static uint32_t *swapped(const char *arg, size_t bytes)
{
	uint32_t *p = memory(bytes);

	if (!p)
		return NULL;
	fill(p, bytes, SEED);
	if (squeeze((unsigned int)atoi(arg)))
		return NULL;
	return p;
}

static int seen_by_another(uint32_t *p, size_t bytes)
{
	int pid = getpid(), child = fork();

	if (!child) {
		static char buf[64 * 1024];
		struct iovec local = { buf, sizeof(buf) }, remote = { p, sizeof(buf) };

		CHECK(process_vm_readv(pid, &local, 1, &remote, 1, 0) == sizeof(buf));
		_exit(verify("process_vm_readv", (uint32_t *)(void *)buf, sizeof(buf), SEED));
	}
	return outcome(child);
}

int test_views(const char *arg)
{
	size_t bytes = 8 * MB;
	uint32_t *p = swapped(arg, bytes), *q;
	unsigned int n;

	CHECK(p);
	n = resident(p, bytes);
	CHECK(n < bytes / PAGE);
	CHECK(smaps_swap(p) > 0);
	CHECK(number("/proc/self/status", "VmSwap") >= smaps_swap(p));
	CHECK(seen_by_another(p, bytes) == 0);
	CHECK(mprotect(p, bytes, PROT_NONE) == 0);
	CHECK(mprotect(p, bytes, PROT_READ) == 0);
	CHECK(verify("read-only again", p, bytes / 4, SEED) == 0);
	CHECK(mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0);
	q = mremap(p, bytes, 2 * bytes, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED);
	CHECK(verify("moved", q, bytes, SEED) == 0);
	CHECK(squeeze((unsigned int)atoi(arg)) == 0);
	CHECK(madvise(q, bytes / 2, MADV_DONTNEED) == 0);
	for (size_t i = 0; i < bytes / 8; i += 64)
		CHECK(q[i] == 0);
	CHECK(q[bytes / 8] == ((uint32_t)(bytes / 8) * 2654435761u ^ SEED));
	CHECK(munmap(q, 2 * bytes) == 0);
	return 0;
}

/* What is locked stays; what is unlocked goes. */
int test_mlock(const char *arg)
{
	size_t bytes = 2 * MB;
	uint32_t *p = swapped(arg, bytes);

	CHECK(p);
	CHECK(mlock(p, bytes) == 0);
	CHECK(resident(p, bytes) == bytes / PAGE);
	CHECK(squeeze((unsigned int)atoi(arg)) == 0);
	CHECK(resident(p, bytes) == bytes / PAGE && smaps_swap(p) == 0);
	CHECK(munlock(p, bytes) == 0);
	CHECK(squeeze((unsigned int)atoi(arg)) == 0);
	CHECK(resident(p, bytes) < bytes / PAGE);
	CHECK(verify("after locking", p, bytes, SEED) == 0);
	CHECK(munmap(p, bytes) == 0);
	return 0;
}
