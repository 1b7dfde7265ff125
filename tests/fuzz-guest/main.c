/* sysfuzz SECONDS [SEED [FIRST LAST]]: see sysfuzz.h. As process 1: sysfuzz=SECONDS,SEED on the
 * command line. */
#include "sysfuzz.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define LAST_CALL     450
#define CALLS_A_CHILD 3000
#define CHILD_SECONDS 2 /* of processor time */
#define WATCH_SECONDS 6
#define CHILDREN      3 /* at a time: races are half the fun */
#define UNPRIVILEGED  65000

static volatile uint32_t *made; /* calls made so far by number, shared by all children */
static int first_call, last_call = LAST_CALL;

static time_t now(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void limit(int what, rlim_t value)
{
	struct rlimit rl = { value, value };

	setrlimit(what, &rl);
}

static void child_limits(void)
{
	limit(RLIMIT_AS, 64 << 20);
	limit(RLIMIT_FSIZE, 4 << 20);
	limit(RLIMIT_NPROC, 60);
	limit(RLIMIT_NOFILE, 64);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, CHILD_SECONDS);
}

static void make_files(int index)
{
	char dir[32];
	int fd;

	snprintf(dir, sizeof(dir), "/tmp/f%d", index);
	mkdir(dir, 0777);
	chmod(dir, 0777);
	if (chdir(dir) < 0)
		_exit(2);
	mkdir("dir", 0777);
	(void)!symlink("file", "link");
	(void)!symlink("loop", "loop");
	mkfifo("fifo", 0666);
	fd = open("file", O_CREAT | O_RDWR, 0666);
	(void)!write(fd, "some text for the file\n", 23);
	close(fd);
}

/* Processes and threads with arguments that make sense, since random ones would run on our own
 * stack. */
static void make_task(void)
{
	static char stack[8192] __attribute__((aligned(16)));
	long flags =
		(rnd() & 0x7ef0ff00 & ~0x00010000) | SIGCHLD; /* never CLONE_THREAD nor CLONE_VM */
	long pid;

	flags &= ~(0x100 | 0x800 | 0x10000);
	pid = syscall(SYS_clone, rnd_one_in(2) ? SIGCHLD : flags,
		      rnd_one_in(4) ? stack + 8000 : NULL, arg_make('p'), arg_make('p'),
		      arg_make('p'));
	if (pid == 0)
		syscall(SYS_exit, 0);
	if (pid > 0)
		waitpid(pid, NULL, WNOHANG | __WALL);
}

/* By int 0x80: the vDSO may have been unmapped and errno's segment be gone. */
static void raw_call(int nr, const long *a)
{
	long ret = (long)a;

	__asm__ volatile("pushl %%ebp; pushl %%ebx; pushl %%esi; pushl %%edi; pushl %1;"
			 "movl (%%eax),%%ebx; movl 4(%%eax),%%ecx; movl 8(%%eax),%%edx;"
			 "movl 12(%%eax),%%esi; movl 16(%%eax),%%edi; movl 20(%%eax),%%ebp;"
			 "popl %%eax; int $0x80; popl %%edi; popl %%esi; popl %%ebx; popl %%ebp"
			 : "+a"(ret)
			 : "r"(nr)
			 : "ecx", "edx", "memory", "cc");
}

static void one_call(void)
{
	int nr = first_call + rnd_below(last_call - first_call + 1);
	const struct call *c = call_find(nr);
	const char *kinds = c ? c->args : "wwwwww";
	long a[6] = { 0 };

	if (call_skipped(nr)) {
		if (nr == 120)
			make_task();
		return;
	}
	if ((nr == 72 || nr == 179) && !rnd_one_in(32))
		return; /* a sigsuspend whose mask holds off SIGALRM idles till the watchdog comes
			 */
	for (int i = 0; kinds[i] && i < 6; i++)
		a[i] = arg_make(kinds[i]);
	made[nr]++;
	raw_call(nr, a);
}

static void on_signal(int sig)
{
}

/* Slow calls are broken off by a timer; the whole child by its parent's watchdog and the processor
 * limit. */
static void catch_signals(void)
{
	static const char kept[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGKILL, SIGSTOP, SIGXCPU };

	for (int sig = 1; sig < 65; sig++) {
		if (!memchr(kept, sig, sizeof(kept)))
			syscall(48, sig, SIG_IGN); /* also those the C library keeps */
	}
}

static void child_timer(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	long every[4] = { 0, 20000, 0, 20000 };

	sigset_t none;

	sigemptyset(&none);
	sigaction(SIGALRM, &sa, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	syscall(104, 0, every, NULL);
}

static void child(uint64_t seed, int index)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	rnd_seed(seed);
	setsid();
	catch_signals();
	child_limits();
	make_files(index);
	for (int i = 0; i < 3; i++) {
		close(i);
		(void)!open("/dev/null", O_RDWR);
	}
	if (seed % 4) {
		gid_t none;

		syscall(206, 0, &none);
		syscall(210, UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED);
		syscall(208, UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED);
	}
	args_init();
	for (int i = 0; i < CALLS_A_CHILD; i++) {
		if (i % 16 == 0)
			args_refresh();
		if (i % 4 == 0)
			child_timer();
		one_call();
	}
	_exit(0);
}

static struct {
	pid_t pid;
	time_t begin;
	uint64_t seed;
} slots[CHILDREN];
static unsigned long ended[3]; /* well, by a signal, by the watchdog */
static unsigned long by_signal[128];

static void reap(pid_t pid, int status)
{
	for (int i = 0; i < CHILDREN; i++) {
		if (slots[i].pid == pid) {
			slots[i].pid = 0;
			ended[WIFSIGNALED(status) ? 1 : 0]++;
			by_signal[status & 127]++;
		}
	}
}

static void watch(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (WIFSTOPPED(status)) /* it made itself a tracee */
			kill(pid, SIGKILL);
		else
			reap(pid, status);
	}
	for (int i = 0; i < CHILDREN; i++) {
		if (slots[i].pid && now() - slots[i].begin > WATCH_SECONDS) {
			kill(slots[i].pid, SIGKILL);
			slots[i].begin = now();
			ended[2]++;
		}
	}
}

static void start(int i, uint64_t seed)
{
	slots[i].seed = seed;
	slots[i].begin = now();
	slots[i].pid = fork();
	if (slots[i].pid == 0)
		child(seed, i);
	if (slots[i].pid < 0) {
		slots[i].pid = 0;
		usleep(10000);
	}
}

static void pause_shortly(void)
{
	struct timespec ts = { 0, 2000000 };

	nanosleep(&ts, NULL);
}

static void storm(long seconds, uint64_t seed)
{
	time_t begin = now(), said = begin;
	uint64_t next = seed << 20;

	while (now() - begin < seconds) {
		for (int i = 0; i < CHILDREN; i++) {
			if (!slots[i].pid)
				start(i, next++);
		}
		watch();
		pause_shortly();
		if (now() - said >= 10) {
			said = now();
			dprintf(1, "# sysfuzz: %ld s, next child's seed %llx\n",
				(long)(said - begin), (unsigned long long)next);
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		if (slots[i].pid)
			kill(slots[i].pid, SIGKILL);
	}
	for (int i = 0; i < 200; i++) {
		watch();
		pause_shortly();
	}
}

static int finish(void)
{
	unsigned long total = 0;
	int kinds = 0, bad;

	for (int i = 0; i <= LAST_CALL; i++) {
		total += made[i];
		kinds += made[i] > 0;
	}
	dprintf(1, "# sysfuzz: %lu calls of %d kinds; children: %lu ended, %lu killed, %lu hung\n",
		total, kinds, ended[0], ended[1], ended[2]);
	for (int i = 1; i < 128; i++) {
		if (by_signal[i])
			dprintf(1, "# sysfuzz: %lu by signal %d\n", by_signal[i], i);
	}
	bad = health_check();
	if (!bad && total)
		dprintf(1, "# sysfuzz: alive\n");
	return bad;
}

static int fuzz(long seconds, uint64_t seed)
{
	made = mmap(NULL, (LAST_CALL + 1) * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
	if (made == MAP_FAILED)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	dprintf(1, "# sysfuzz: %ld s, seed %llu\n", seconds, (unsigned long long)seed);
	storm(seconds, seed);
	return finish();
}

static void mount_all(void)
{
	static const char *const mounts[][2] = { { "devtmpfs", "/dev" },
						 { "proc", "/proc" },
						 { "sysfs", "/sys" },
						 { "devpts", "/dev/pts" },
						 { "tmpfs", "/tmp" } };

	for (int i = 0; i < 5; i++) {
		mkdir(mounts[i][1], 0755);
		mount(mounts[i][0], mounts[i][1], mounts[i][0], 0,
		      i == 4 ? "mode=1777,size=16m" : "");
	}
}

static void as_init(void)
{
	char text[1024] = "", *p;
	long seconds = 60;
	unsigned long long seed = 1;
	int fd;

	mount_all();
	fd = open("/proc/sys/debug/exception-trace", O_WRONLY);
	(void)!write(fd, "0", 1); /* Linux: no line for each segmentation fault */
	close(fd);
	fd = open("/proc/cmdline", O_RDONLY);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && (p = strstr(text, "sysfuzz=")))
		sscanf(p + 8, "%ld,%llu", &seconds, &seed);
	close(fd);
	fuzz(seconds, seed);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--exit"))
		return 5;
	if (getpid() == 1)
		as_init();
	if (argc > 4) {
		first_call = atoi(argv[3]);
		last_call = atoi(argv[4]);
	}
	return fuzz(argc > 1 ? atol(argv[1]) : 60, argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
}
