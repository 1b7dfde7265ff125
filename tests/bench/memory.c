/* Mapping, faulting, brk. */
#include "bench.h"

#define PAGES 256
#define RW    (PROT_READ | PROT_WRITE)

static void *anon(size_t pages)
{
	void *p = mmap(NULL, pages * 4096, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		bench_die("mmap");
	return p;
}

static void mmap_munmap(int n)
{
	while (n--)
		munmap(anon(16), 16 * 4096);
}

static void mmap_touch_munmap(int n)
{
	while (n--) {
		volatile char *p = anon(1);

		*p = 1;
		munmap((void *)p, 4096);
	}
}

/* One operation is one page. */
static void fault_anonymous(int n)
{
	for (; n > 0; n -= PAGES) {
		volatile char *p = anon(PAGES);

		for (int i = 0; i < PAGES; i++)
			p[i * 4096] = 1;
		munmap((void *)p, PAGES * 4096);
	}
}

static void fault_zero_page(int n)
{
	for (; n > 0; n -= PAGES) {
		volatile char *p = anon(PAGES);

		for (int i = 0; i < PAGES; i++)
			(void)p[i * 4096];
		munmap((void *)p, PAGES * 4096);
	}
}

static volatile char *shared_before_fork;

static void cow_setup(void)
{
	shared_before_fork = anon(PAGES);
	memset((void *)shared_before_fork, 1, PAGES * 4096);
}

/* The fork, the exit and PAGES copies, divided by PAGES. */
static void fault_cow(int n)
{
	for (; n > 0; n -= PAGES) {
		pid_t pid = MUST(fork());

		if (!pid) {
			for (int i = 0; i < PAGES; i++)
				shared_before_fork[i * 4096] = 2;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static int file;

static void file_setup(void)
{
	static char page[4096];

	file = MUST(open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600));
	for (int i = 0; i < PAGES; i++)
		MUST(write(file, page, sizeof(page)));
}

static void fault_file(int n)
{
	for (; n > 0; n -= PAGES) {
		volatile char *p = mmap(NULL, PAGES * 4096, PROT_READ, MAP_PRIVATE, file, 0);

		for (int i = 0; i < PAGES; i++)
			(void)p[i * 4096];
		munmap((void *)p, PAGES * 4096);
	}
}

static void fault_file_write(int n)
{
	for (; n > 0; n -= PAGES) {
		volatile char *p = mmap(NULL, PAGES * 4096, RW, MAP_SHARED, file, 0);

		for (int i = 0; i < PAGES; i++)
			p[i * 4096] = 1;
		munmap((void *)p, PAGES * 4096);
	}
}

static void do_brk(int n)
{
	char *cur = (char *)syscall(SYS_brk, 0);

	while (n--) {
		syscall(SYS_brk, cur + 65536);
		syscall(SYS_brk, cur);
	}
}

static void brk_touch(int n)
{
	char *cur = (char *)syscall(SYS_brk, 0);

	while (n--) {
		syscall(SYS_brk, cur + 8192);
		*(volatile char *)(cur + 4096) = 1;
		syscall(SYS_brk, cur);
	}
}

static void do_mprotect(int n)
{
	char *p = anon(16);

	memset(p, 1, 16 * 4096);
	while (n--) {
		mprotect(p, 16 * 4096, PROT_READ);
		mprotect(p, 16 * 4096, RW);
	}
	munmap(p, 16 * 4096);
}

static void madvise_dontneed(int n)
{
	volatile char *p = anon(16);

	while (n--) {
		for (int i = 0; i < 16; i++)
			p[i * 4096] = 1;
		madvise((void *)p, 16 * 4096, MADV_DONTNEED);
	}
	munmap((void *)p, 16 * 4096);
}

const struct bench bench_memory[] = {
	{ "mmap_munmap", mmap_munmap, 5000, 5, NULL, NULL, 0 },
	{ "mmap_touch_munmap", mmap_touch_munmap, 2000, 5, NULL, NULL, 0 },
	{ "fault_anonymous", fault_anonymous, 16 * PAGES, 5, NULL, NULL, 0 },
	{ "fault_zero_page", fault_zero_page, 16 * PAGES, 5, NULL, NULL, 0 },
	{ "fault_cow", fault_cow, 8 * PAGES, 5, cow_setup, NULL, 0 },
	{ "fault_file_read", fault_file, 16 * PAGES, 5, file_setup, NULL, 0 },
	{ "fault_file_write", fault_file_write, 16 * PAGES, 5, file_setup, NULL, 0 },
	{ "brk", do_brk, 5000, 5, NULL, NULL, 0 },
	{ "brk_touch", brk_touch, 2000, 5, NULL, NULL, 0 },
	{ "mprotect_twice", do_mprotect, 2000, 5, NULL, NULL, 0 },
	{ "madvise_dontneed_16", madvise_dontneed, 500, 5, NULL, NULL, 0 },
	{ 0 },
};
