/*
 * swaptest - tests of swap, as process 1 of a small machine with a disk.
 *
 * The kernel's command line says which: swaptest=on:/dev/hda,hog:32,...; a result a line:
 * "ok NAME" or "FAIL NAME"; then "# swaptest: N passed, M failed" and power-off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>
#include "swaptest.h"

/* Drives are looked for while the system starts. Up to ten seconds. */
static int do_wait(const char *arg)
{
	for (int tries = 0; tries < 100 && access(arg, F_OK); tries++)
		usleep(100000);
	CHECK(access(arg, F_OK) == 0);
	return 0;
}

static int do_on(const char *arg)
{
	CHECK(swapon(arg, 0) == 0);
	return 0;
}

/* The text of a file, for whoever reads the log. */
static int do_show(const char *arg)
{
	FILE *f = fopen(arg, "r");
	char line[256];

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		printf("  | %s", line);
	fclose(f);
	return 0;
}

static int do_off(const char *arg)
{
	CHECK(swapoff(arg) == 0);
	return 0;
}

static int do_umount(const char *arg)
{
	CHECK(umount(arg) == 0);
	return 0;
}

/* Another program becomes process 1, with swap there. */
static int do_exec(const char *arg)
{
	CHECK(umount("/dev") == 0 && umount("/proc") == 0);
	execl(arg, arg, (char *)NULL);
	CHECK(!"exec");
	return 0;
}

/* A file with a hole is no area. */
static int do_hole(const char *arg)
{
	CHECK(swapon(arg, 0) == -1 && errno == EINVAL);
	return 0;
}

/* An area in use: not again, and nobody writes to it. */
static int do_busy(const char *arg)
{
	CHECK(swapon(arg, 0) == -1 && errno == EBUSY);
	CHECK(open(arg, O_WRONLY) == -1 && errno == ETXTBSY);
	return 0;
}

static int do_swappiness(const char *arg)
{
	FILE *f = fopen("/proc/sys/vm/swappiness", "w");

	CHECK(f && fputs(arg, f) >= 0 && fclose(f) == 0);
	return 0;
}

/* DEVICE@FOLDER */
static int do_mount(const char *arg)
{
	char device[64], *at;

	snprintf(device, sizeof(device), "%s", arg);
	at = strchr(device, '@');
	CHECK(at);
	*at++ = 0;
	mkdir(at, 0755);
	CHECK(mount(device, at, "ext2", 0, NULL) == 0);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const char *arg);
} tests[] = {
	{ "exec", do_exec },
	{ "umount", do_umount },
	{ "hole", do_hole },
	{ "busy", do_busy },
	{ "wait", do_wait },
	{ "show", do_show },
	{ "on", do_on },
	{ "off", do_off },
	{ "mount", do_mount },
	{ "hog", test_hog },
	{ "fork", test_fork },
	{ "calls", test_calls },
	{ "views", test_views },
	{ "mlock", test_mlock },
	{ "offload", test_off },
	{ "full", test_full },
	{ "free", test_free },
	{ "readerror", test_readerror },
	{ "writeerror", test_writeerror },
	{ "swappiness", do_swappiness },
};

static int run(const char *name, const char *arg)
{
	for (unsigned int i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (!strcmp(tests[i].name, name))
			return tests[i].run(arg);
	printf("  there is no test %s\n", name);
	return 1;
}

static char *command(void)
{
	static char line[2048];
	FILE *f = fopen("/proc/cmdline", "r");
	char *p;

	if (!f || !fgets(line, sizeof(line), f))
		return NULL;
	fclose(f);
	p = strstr(line, "swaptest=");
	if (!p)
		return NULL;
	p += strlen("swaptest=");
	p[strcspn(p, " \n")] = 0;
	return p;
}

int main(void)
{
	unsigned int passed = 0, failed = 0;
	char *name;

	mkdir("/proc", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (name = strtok(command(), ","); name; name = strtok(NULL, ",")) {
		char text[128], *arg;

		snprintf(text, sizeof(text), "%s", name);
		arg = strchr(text, ':');
		if (arg)
			*arg++ = 0;
		if (run(text, arg ? arg : "")) {
			printf("FAIL %s\n", name);
			failed++;
		} else {
			printf("ok %s\n", name);
			passed++;
		}
	}
	printf("# swaptest: %u passed, %u failed\n", passed, failed);
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
