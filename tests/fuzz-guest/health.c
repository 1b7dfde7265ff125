/* After the storm: files, pipes, processes, memory, time and the directory of processes still work.
 */
#include "sysfuzz.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/*
 * Children that are root may do what root may: mount the root read-only or noexec, fill it, take
 * limits from process 1. That is put right first; what does not work then is the kernel's.
 */
static void repair(void)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY }, files = { 1024, 4096 };

	for (int i = 0; i < RLIM_NLIMITS; i++)
		setrlimit(i, i == RLIMIT_NOFILE ? &files : &most);
	mount(NULL, "/", NULL, MS_REMOUNT, NULL);
	chmod("/", 0755);
	umask(022);
	mkdir("/tmp", 0777);
	if (mount("health", "/tmp", "tmpfs", 0, NULL))
		dprintf(1, "# sysfuzz: no tmpfs on /tmp: %s\n", strerror(errno));
}

static int files_work(void)
{
	char buf[16] = "";
	int fd = open("/tmp/health", O_RDWR | O_CREAT | O_TRUNC, 0600);
	int ok = fd >= 0 && write(fd, "well", 4) == 4 && pread(fd, buf, 16, 0) == 4 &&
		 !strcmp(buf, "well");

	close(fd);
	return ok && unlink("/tmp/health") == 0;
}

static int processes_work(void)
{
	int p[2], st = -1;
	char c = 0;
	pid_t pid;

	if (pipe(p) < 0)
		return 0;
	pid = fork();
	if (pid == 0)
		_exit(write(p[1], "k", 1) == 1 ? 9 : 1);
	if (pid < 0 || read(p[0], &c, 1) != 1 || waitpid(pid, &st, 0) != pid)
		return 0;
	close(p[0]);
	close(p[1]);
	return c == 'k' && st == 9 << 8;
}

static int exec_works(void)
{
	int st = -1;
	pid_t pid;

	chmod("/proc/self/exe", 0755); /* a child of root's may have changed it */
	pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "sysfuzz", "--exit", NULL);
		_exit(1);
	}
	return waitpid(pid, &st, 0) == pid && st == 5 << 8;
}

static int memory_works(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ok = p != MAP_FAILED;

	for (int i = 0; ok && i < 1 << 20; i += 4096)
		p[i] = i >> 12;
	for (int i = 0; ok && i < 1 << 20; i += 4096)
		ok = p[i] == (char)(i >> 12);
	return ok && munmap(p, 1 << 20) == 0;
}

static int time_works(void)
{
	struct timespec a, b, ts = { 0, 20000000 };

	if (clock_gettime(CLOCK_MONOTONIC, &a) || nanosleep(&ts, NULL) ||
	    clock_gettime(CLOCK_MONOTONIC, &b))
		return 0;
	return (b.tv_sec - a.tv_sec) * 1000000000LL + b.tv_nsec - a.tv_nsec >= 20000000;
}

static int proc_works(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *de;
	int seen = 0;

	if (!dir)
		return 0;
	while ((de = readdir(dir)))
		seen += !strcmp(de->d_name, "1");
	closedir(dir);
	return seen == 1;
}

int health_check(void)
{
	static const struct {
		const char *name;
		int (*works)(void);
	} checks[] = { { "files", files_work }, { "processes", processes_work },
		       { "exec", exec_works },	{ "memory", memory_works },
		       { "time", time_works },	{ "proc", proc_works } };
	int bad = 0;

	repair();
	for (unsigned i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!checks[i].works()) {
			dprintf(1, "# sysfuzz: %s broken: %s\n", checks[i].name, strerror(errno));
			bad++;
		}
	}
	return bad;
}
