/*
 * memtest.c - writes patterns into nearly all free memory and reads them back.
 *
 * The memory is this process's own, locked, so that no cell is another's and none goes to swap; its
 * physical addresses are those of /proc/self/pagemap. What the system needs to go on is left. What
 * the kernel, other programs and their files occupy is not tested: the share that was is noted.
 * Time is bounded by the run's --seconds; all patterns are tried on as much memory as there is time
 * for.
 *
 * An address line that is broken shows as a cell that holds another one's address. A single wrong
 * bit may also be what a cell of an address line's partner looks like: the pattern says which.
 */
#include "mem_pattern.h"
#include "probe.h"
#include "text.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KB	    1024u
#define LEFT_LEAST  (768 * KB)
#define LEFT_SHARE  16u	 /* of what is available */
#define CHUNK_PAGES 256u /* between two looks at the clock */
#define RANGE_LEAST (64 * KB)
#define FRAME_MASK  ((1ull << 55) - 1)
#define PRESENT	    (1ull << 63)
#define PASSES	    3u

struct region {
	u8 *at;
	size_t bytes;
	struct mem_page *pages;
	size_t count;
	bool physical;
};

static uint64_t meminfo(const char *text, const char *key)
{
	uint64_t kb = 0;

	return text_number(text, key, &kb) ? kb * KB : 0;
}

/*
 * What the system could give. Linux counts half of its caches of names and the like as available:
 * on a small machine those stay, and it ends the process that asks for them. Pages of files it does
 * give up.
 */
static uint64_t available(const char *text)
{
	uint64_t all = meminfo(text, "MemAvailable:"), sure = meminfo(text, "MemFree:");

	if (!strstr(text, "Inactive(file):"))
		return all ? all : sure;
	sure += meminfo(text, "Active(file):") + meminfo(text, "Inactive(file):");
	return all ? min(all, sure) : sure;
}

/* What may be taken without pushing the system into swap or worse. */
static size_t amount(void)
{
	char *text = host_read_text("/proc/meminfo");
	uint64_t free_bytes = text ? available(text) : 0, left;

	free(text);
	left = max(free_bytes / LEFT_SHARE, (uint64_t)LEFT_LEAST);
	if (free_bytes <= left + RANGE_LEAST)
		return 0;
	/* 2 GB fit beside the program in every 32-bit address space. */
	return (size_t)min(free_bytes - left, (uint64_t)2047 << 20) & ~(size_t)(MEM_PAGE - 1);
}

/* As much as can be had and locked, half as much each time it cannot. */
static bool take(struct region *r)
{
	for (r->bytes = amount(); r->bytes >= RANGE_LEAST;
	     r->bytes = r->bytes / 2 & ~(size_t)(MEM_PAGE - 1)) {
		r->at = mmap(NULL, r->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0);
		if (r->at == MAP_FAILED)
			continue;
		if (!mlock(r->at, r->bytes))
			return true;
		(void)munmap(r->at, r->bytes);
	}
	return false;
}

static bool find_frames(struct region *r)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	bool found = fd >= 0;

	for (size_t i = 0; found && i < r->count; i++) {
		off_t at = (off_t)((uintptr_t)r->pages[i].words / MEM_PAGE * sizeof(uint64_t));
		uint64_t entry = 0;

		found = pread(fd, &entry, sizeof(entry), at) == (ssize_t)sizeof(entry) &&
			entry & PRESENT && entry & FRAME_MASK && (entry & FRAME_MASK) < (1u << 20);
		r->pages[i].phys = (u32)(entry & FRAME_MASK) * MEM_PAGE;
	}
	if (fd >= 0)
		close(fd);
	return found;
}

static bool list_pages(struct region *r)
{
	r->count = r->bytes / MEM_PAGE;
	r->pages = calloc(r->count, sizeof(r->pages[0]));
	if (!r->pages)
		return false;
	for (size_t i = 0; i < r->count; i++)
		r->pages[i].words = (u32 *)(uintptr_t)(r->at + i * MEM_PAGE);
	r->physical = find_frames(r);
	for (size_t i = 0; i < r->count && !r->physical; i++)
		r->pages[i].phys = (u32)(i * MEM_PAGE);
	return true;
}

/* ---- the passes ---- */

struct pace {
	u64 write_us, check_us, bytes;
};

static u64 now(struct probe_run *run)
{
	return hw_now_us(&run->host->hw);
}

/* How many of the first pages were written until the deadline. */
static size_t write_all(struct probe_run *run, const struct region *r, enum mem_pattern p, u32 pass,
			u64 deadline)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (i % CHUNK_PAGES == 0 && now(run) >= deadline)
			break;
		mem_pattern_write(p, pass, &r->pages[i]);
	}
	return i;
}

/* One pattern: writing may take half of the time that is left, so that all written is checked. */
static size_t one_pass(struct probe_run *run, const struct region *r, enum mem_pattern p, u32 pass,
		       u64 deadline, struct mem_result *result, struct pace *pace)
{
	u64 begin = now(run), written;
	size_t n = write_all(run, r, p, pass, begin + (deadline - begin) / 2);

	written = now(run);
	for (size_t i = 0; i < n; i++)
		mem_pattern_check(p, pass, &r->pages[i], result);
	pace->write_us += written - begin;
	pace->check_us += now(run) - written;
	pace->bytes += (u64)n * MEM_PAGE;
	return n;
}

/*
 * The number of pages that every pattern saw. The first pass may use all of the time; what it
 * leaves is for further ones.
 */
static size_t test(struct probe_run *run, struct region *r, struct mem_result *result,
		   struct pace *pace)
{
	u64 end = now(run) + (u64)run->options->seconds * 1000000u;
	size_t least = r->count;

	for (u32 pass = 0; pass < PASSES && (!pass || now(run) < end); pass++) {
		for (unsigned int p = 0; p < MEM_PATTERNS; p++) {
			u64 begin = now(run), left = begin < end ? end - begin : 0;
			size_t n = one_pass(run, r, (enum mem_pattern)p, pass,
					    begin + left / (MEM_PATTERNS - p), result, pace);

			least = pass ? least : min(least, n);
		}
	}
	return least;
}

/* ---- what is told ---- */

static void note_errors(struct probe_run *run, const struct mem_result *result)
{
	char name[16];

	note_number(run, "", "errors", (int64_t)result->errors, "");
	note_number(run, "", "error-bits", result->bits, "");
	for (unsigned int i = 0; i < result->errors && i < MEM_ERRORS; i++) {
		const struct mem_error *e = &result->first[i];

		(void)snprintf(name, sizeof(name), "error%u", i);
		note_number(run, name, "address", e->phys, "");
		note_number(run, name, "expected", e->expected, "");
		note_number(run, name, "found", e->found, "");
		note_text(run, name, "pattern", "%s", mem_pattern_name(e->pattern));
		if (mem_error_alias(e))
			note_number(run, name, "same-as", mem_error_alias(e), "");
	}
}

static int64_t kb_a_second(u64 bytes, u64 us)
{
	return us ? (int64_t)(bytes * 1000000u / KB / us) : 0;
}

static void note_amounts(struct probe_run *run, const struct region *r, size_t tested,
			 const struct pace *pace)
{
	char *text = host_read_text("/proc/meminfo");
	uint64_t total = text ? meminfo(text, "MemTotal:") : 0;
	u32 lowest = ~0u, highest = 0;

	free(text);
	for (size_t i = 0; i < r->count; i++) {
		lowest = min(lowest, r->pages[i].phys);
		highest = max(highest, r->pages[i].phys);
	}
	note_number(run, "", "physical", r->physical, "");
	note_number(run, "", "lowest", lowest, "");
	note_number(run, "", "highest", highest, "");
	note_number(run, "", "taken", (int64_t)r->bytes, "bytes");
	note_number(run, "", "tested", (int64_t)tested * MEM_PAGE, "bytes");
	note_number(run, "", "total", (int64_t)total, "bytes");
	note_number(run, "", "write-speed", kb_a_second(pace->bytes, pace->write_us), "kbps");
	note_number(run, "", "check-speed", kb_a_second(pace->bytes, pace->check_us), "kbps");
}

static enum probe_end run_memtest(struct probe_run *run)
{
	struct mem_result result = { .errors = 0 };
	struct pace pace = { .bytes = 0 };
	struct region r = { .at = NULL };
	size_t tested;

	if (!run->options->seconds)
		return not_run(run, "no time was given (--seconds)");
	if (!take(&r))
		return not_run(run, "there is no memory left that could be tested");
	if (!list_pages(&r)) {
		(void)munmap(r.at, r.bytes);
		return not_run(run, "there is no memory for the list of pages");
	}
	tested = test(run, &r, &result, &pace);
	note_amounts(run, &r, tested, &pace);
	note_errors(run, &result);
	free(r.pages);
	(void)munmap(r.at, r.bytes);
	return PROBE_DONE;
}

const struct probe probe_memtest = {
	.name = "memtest",
	.title = "memory test: patterns, address lines, speed",
	.class = CLASS_R0,
	.seconds = 60,
	.run = run_memtest,
};
