/* main.c - process 1: mounts the disk, starts the workers, says when they have begun. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "powercut.h"

#define WORKERS 3u
#define NOISES	2u

void fail(const char *file, int line, const char *what)
{
	printf("FAIL %s:%d: %s (errno %d: %s)\n", file, line, what, errno, strerror(errno));
	fflush(stdout);
	for (;;)
		pause();
}

static uint32_t state;

void random_seed(uint32_t seed)
{
	state = seed * 2654435761u + 12345u;
	if (!state)
		state = 1;
}

uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state >> 3) % n;
}

/* NAME=VALUE of the kernel's command line. */
static unsigned int number(const char *name)
{
	static char line[2048];
	const char *p;
	FILE *f = fopen("/proc/cmdline", "r");

	MUST(f && fgets(line, sizeof(line), f));
	fclose(f);
	p = strstr(line, name);
	return p ? (unsigned int)strtoul(p + strlen(name), NULL, 10) : 0;
}

static void start(void (*body)(unsigned int), unsigned int process, uint32_t seed)
{
	pid_t pid = fork();

	MUST(pid >= 0);
	if (pid)
		return;
	random_seed(seed * 64 + process);
	body(process);
	exit(0);
}

static void wait_for(const char *device)
{
	for (int tries = 0; tries < 200 && access(device, F_OK); tries++)
		usleep(50000);
	MUST(access(device, F_OK) == 0);
}

int main(void)
{
	uint32_t seed;
	int status;

	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	seed = number("powercut=");
	mkdir("/mnt", 0755);
	wait_for("/dev/hda2");
	MUST(mount("/dev/hda1", "/mnt", "ext2", 0, NULL) == 0);
	report_open("/dev/hda2");
	printf("powercut: begins, seed %u\n", seed);
	for (unsigned int i = 0; i < WORKERS; i++)
		start(work, i, seed);
	for (unsigned int i = 0; i < NOISES; i++)
		start(noise, WORKERS + i, seed);
	for (unsigned int i = 0; i < WORKERS + NOISES; i++)
		MUST(wait(&status) > 0 && status == 0);
	MUST(umount("/mnt") == 0);
	printf("powercut: over\n");
	reboot(RB_POWER_OFF);
	return 0;
}
