/* Timing of one benchmark, and the transfers that several have in common. */
#include "disk.h"
#include <time.h>

char chunk[CHUNK];
static uint32_t seed;

/* Instructions that nobody else has; tests/bench/plugin looks for their bytes. */
#define MARK(number) __asm__ volatile("movl %0, %%eax" : : "i"(number) : "eax", "memory")
#define MARK_BEGIN   0x4b534944
#define MARK_END     0x444e4544

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static __attribute__((noinline)) int64_t timed(void (*run)(void))
{
	int64_t begin = now_ns();

	MARK(MARK_BEGIN);
	run();
	MARK(MARK_END);
	return now_ns() - begin;
}

static bool wanted(const char *name, const char *only)
{
	char text[256], *rest = NULL;

	if (!*only)
		return true;
	snprintf(text, sizeof(text), "%s", only);
	for (char *p = strtok_r(text, ",", &rest); p; p = strtok_r(NULL, ",", &rest)) {
		if (!strncmp(name, p, strlen(p)))
			return true;
	}
	return false;
}

static void measure(const struct disk_bench *b)
{
	int64_t ns;

	random_restart();
	if (b->prepare)
		b->prepare();
	sync();
	if (b->cold)
		go_cold();
	random_restart();
	ns = timed(b->run);
	printf("%s %d operations %lld ns\n", b->name, *b->operations, (long long)ns);
	fflush(stdout);
}

/* A table is wanted or not as a whole: its benchmarks build on each other. */
void run_disk_table(const struct disk_bench *b, const char *only)
{
	if (!wanted(b->name, only))
		return;
	fs_mount();
	for (; b->name; b++)
		measure(b);
	fs_unmount();
}

/* ---- transfers ---- */
void random_restart(void)
{
	seed = 12345;
}

uint32_t random_below(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)seed * below) >> 32);
}

void read_through(int fd, int pages)
{
	MUST(lseek(fd, 0, SEEK_SET));
	for (int left = pages * 4096; left > 0; left -= CHUNK) {
		if (MUST(read(fd, chunk, CHUNK)) != CHUNK)
			disk_die("short read");
	}
}

void write_through(int fd, int pages)
{
	MUST(lseek(fd, 0, SEEK_SET));
	for (int left = pages * 4096; left > 0; left -= CHUNK) {
		if (MUST(write(fd, chunk, CHUNK)) != CHUNK)
			disk_die("short write");
	}
}

void read_random(int fd, int pages, int count)
{
	while (count--)
		MUST(pread(fd, chunk, 4096, (off_t)random_below(pages) * 4096));
}

void write_random(int fd, int pages, int count)
{
	while (count--)
		MUST(pwrite(fd, chunk, 4096, (off_t)random_below(pages) * 4096));
}
