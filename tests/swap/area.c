/* area.c - swapon(2) and swapoff(2): what they refuse, leaving under load, bad media. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "swaptest.h"

static int write_file(const char *name, const void *data, size_t n)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		return 1;
	return close(fd);
}

/* Nothing is written to a device that is set read-only. */
static int of_readonly_device(const char *device)
{
	int fd = open(device, O_RDONLY), on = 1, off = 0;

	CHECK(fd >= 0 && ioctl(fd, BLKROSET, &on) == 0);
	CHECK(swapon(device, 0) == -1 && errno == EROFS);
	CHECK(ioctl(fd, BLKROSET, &off) == 0);
	return close(fd);
}

/* arg: a device that is an area and not in use. */
int test_calls(const char *arg)
{
	static char zeros[2 * PAGE];
	struct sysinfo si;
	int pid;

	CHECK(syscall(SYS_swapon, arg, 0x80000) == -1 && errno == EINVAL);
	CHECK(swapon("/nowhere", 0) == -1 && errno == ENOENT);
	CHECK(swapon("/dev", 0) == -1 && errno == EINVAL);
	CHECK(swapon("/dev/null", 0) == -1 && errno == EINVAL);
	/* No signature; a file of a memory file system. */
	CHECK(swapon("/dev/ram1", 0) == -1 && errno == EINVAL);
	CHECK(write_file("/file", zeros, sizeof(zeros)) == 0);
	CHECK(swapon("/file", 0) == -1 && errno == EINVAL);
	CHECK(swapoff(arg) == -1 && errno == EINVAL);
	CHECK(of_readonly_device(arg) == 0);
	pid = fork();
	if (!pid) {
		CHECK(setuid(1000) == 0);
		CHECK(swapon(arg, 0) == -1 && errno == EPERM);
		CHECK(swapoff(arg) == -1 && errno == EPERM);
		_exit(0);
	}
	CHECK(outcome(pid) == 0);
	CHECK(sysinfo(&si) == 0 && si.totalswap == 0);
	CHECK(swapon(arg, SWAP_FLAG_PREFER | 7) == 0);
	CHECK(swapon(arg, 0) == -1 && errno == EBUSY);
	CHECK(sysinfo(&si) == 0 && si.totalswap > 0 && si.freeswap == si.totalswap);
	CHECK(swapoff(arg) == 0);
	CHECK(swapoff(arg) == -1 && errno == EINVAL);
	return 0;
}

static int listed(const char *device)
{
	FILE *f = fopen("/proc/swaps", "r");
	size_t n = strlen(device);
	char line[256];
	int yes = 0;

	while (f && fgets(line, sizeof(line), f))
		yes |= !strncmp(line, device, n) && line[n] == ' ';
	if (f)
		fclose(f);
	return yes;
}

static int worker(size_t bytes, uint32_t seed)
{
	uint32_t *p = memory(bytes);

	if (!p)
		return 1;
	for (uint32_t round = 0; round < 4; round++) {
		fill(p, bytes, seed + round);
		if (verify("worker", p, bytes, seed + round))
			return 1;
	}
	return 0;
}

/* DEVICE@MB: the area goes and comes back while children fill and check MB/4 each. */
int test_off(const char *arg)
{
	char device[64], *at;
	int pids[4], running = 4, gone = 0, refused = 0, status;
	size_t bytes;

	snprintf(device, sizeof(device), "%s", arg);
	at = strchr(device, '@');
	CHECK(at);
	*at++ = 0;
	bytes = ((size_t)atoi(at) << 20) / 4;
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (!pids[i])
			_exit(worker(bytes, (uint32_t)i * 100));
	}
	while (running) {
		usleep(100000);
		if (swapoff(device) == 0) {
			gone++;
			CHECK(!listed(device));
			/* The first to be used, so that there is something to bring in. */
			CHECK(swapon(device, SWAP_FLAG_PREFER | 10) == 0);
			CHECK(listed(device));
		} else {
			CHECK(errno == ENOMEM);
			refused++;
		}
		while (running && waitpid(-1, &status, WNOHANG) > 0) {
			CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
			running--;
		}
	}
	printf("  %d times left, %d times there was no room\n", gone, refused);
	CHECK(gone > 0);
	return 0;
}

static sigjmp_buf lost;

static void bus(int sig)
{
	siglongjmp(lost, 1);
}

static int touched_by_a_child(const volatile uint32_t *page)
{
	int pid = fork();

	if (!pid)
		_exit((int)(*page & 1));
	return outcome(pid);
}

/* As a debugger reads it. */
static int read_by_mem(const volatile uint32_t *page)
{
	int fd = open("/proc/self/mem", O_RDONLY);
	uint32_t word;

	CHECK(fd >= 0);
	CHECK(pread(fd, &word, sizeof(word), (off_t)(uintptr_t)page) == -1 && errno == EIO);
	return close(fd);
}

/* The area leaves though a page cannot be read, which stays lost and nothing else. */
static int leave_without(const char *device, volatile uint32_t *lost_page)
{
	void *page = (void *)lost_page;

	CHECK(swapoff(device) == 0);
	CHECK(!listed(device));
	CHECK(touched_by_a_child(lost_page) == 1000 + SIGBUS);
	CHECK(read_by_mem(lost_page) == 0);
	CHECK(mprotect(page, PAGE, PROT_NONE) == 0);
	CHECK(touched_by_a_child(lost_page) == 1000 + SIGSEGV);
	CHECK(mprotect(page, PAGE, PROT_READ | PROT_WRITE) == 0);
	CHECK(touched_by_a_child(lost_page) == 1000 + SIGBUS);
	CHECK(madvise(page, PAGE, MADV_DONTNEED) == 0);
	CHECK(*lost_page == 0);
	return 0;
}

/* DEVICE@MB: of so much, some cannot be read back: SIGBUS there, and there only. */
int test_readerror(const char *arg)
{
	const char *mb = strchr(arg, '@') + 1;
	size_t bytes = (size_t)atoi(mb) << 20;
	volatile uint32_t *volatile one = NULL;
	uint32_t *p = memory(bytes);
	volatile unsigned int bad = 0;
	char *device = strndup(arg, (size_t)(mb - 1 - arg));

	CHECK(p);
	fill(p, bytes, 5);
	CHECK(squeeze((unsigned int)atoi(mb) + 6) == 0);
	signal(SIGBUS, bus);
	for (volatile size_t i = 0; i < bytes / 4; i += PAGE / 4) {
		if (sigsetjmp(lost, 1)) {
			one = p + i;
			bad++;
			continue;
		}
		CHECK(p[i] == ((uint32_t)i * 2654435761u ^ 5));
	}
	printf("  %u of %zu pages were lost\n", bad, bytes / PAGE);
	CHECK(bad > 0);
	signal(SIGBUS, SIG_DFL);
	CHECK(touched_by_a_child(one) == 1000 + SIGBUS);
	/* What is left of it fits into memory. */
	for (uint32_t *q = p; q < p + bytes / 4; q += PAGE / 4)
		if (q + (PAGE / 4) * 16 < one || q > one + (PAGE / 4) * 16)
			CHECK(munmap(q, PAGE) == 0);
	CHECK(leave_without(device, one) == 0);
	CHECK(munmap(p, bytes) == 0);
	free(device);
	return 0;
}

/* MB: some slots cannot be written: their pages stay in memory, all is right. */
int test_writeerror(const char *arg)
{
	size_t bytes = (size_t)atoi(arg) << 20;
	uint32_t *p = memory(bytes);

	CHECK(p);
	for (uint32_t round = 0; round < 3; round++) {
		fill(p, bytes, 60 + round);
		CHECK(verify("beside bad slots", p, bytes, 60 + round) == 0);
	}
	CHECK(number("/proc/vmstat", "pswpout") > 0);
	CHECK(munmap(p, bytes) == 0);
	return 0;
}
