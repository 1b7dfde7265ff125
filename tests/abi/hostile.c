/* What a hostile or broken program does to the machine: each ends in the right signal or errno, and
 * the rest lives on. Run by `abitest hostile` in a guest of little memory. */
#include "abitest.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define HOSTILE(name) TEST_FLAGS(hostile, name, TEST_HOSTILE | TEST_SLOW)

static void life_goes_on(void)
{
	char text[4096];
	pid_t pid = t_fork();

	if (!pid) {
		execl(t_self, "abitest", "helper:exit", "17", NULL);
		_exit(1);
	}
	CHECK_EQ(t_wait(pid), 17 << 8);
	t_write_file("alive", "yes");
	CHECK_EQ(t_read_file("alive", text, sizeof(text)), 3);
	CHECK(t_read_file("/proc/meminfo", text, sizeof(text)) > 0);
}

static void bomb(void)
{
	for (;;) {
		if (fork() < 0)
			t_msleep(1);
	}
}

HOSTILE(fork_bomb_limited_by_processes)
{
	struct rlimit rl = { 100, 100 };
	pid_t pid = t_fork();

	if (!pid) {
		setpgid(0, 0);
		setrlimit(RLIMIT_NPROC, &rl);
		if (!geteuid())
			OK(setresuid(4242, 4242, 4242));
		bomb();
	}
	setpgid(pid, pid);
	t_msleep(1500);
	kill(-pid, SIGSTOP);
	kill(-pid, SIGKILL);
	t_wait(pid);
	life_goes_on();
}

/* No limit but memory: the machine slows down, something is killed or refused, and we still run. */
HOSTILE(fork_bomb_limited_by_memory)
{
	struct rlimit rl = { 400, 400 };
	pid_t pid;

	if (!t_is_init)
		t_skip("not on a machine of its own");
	OK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	pid = t_fork();
	if (!pid) {
		setpgid(0, 0);
		setrlimit(RLIMIT_NPROC, &rl);
		t_write_file("/proc/self/oom_score_adj", "900");
		if (!geteuid())
			OK(setresuid(4243, 4243, 4243));
		bomb();
	}
	setpgid(pid, pid);
	t_msleep(4000);
	for (int i = 0; i < 2000; i++) {
		kill(-pid, SIGKILL);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (errno == ECHILD)
			break;
		t_msleep(5);
	}
	CHECK_ERR(waitpid(-1, NULL, WNOHANG), ECHILD);
	life_goes_on();
}

static void eat_memory(void *arg)
{
	t_write_file("/proc/self/oom_score_adj", "500");
	for (;;) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0);

		if (p == MAP_FAILED)
			_exit(12);
		memset(p, 0xa5, 1 << 20);
	}
}

HOSTILE(memory_hog)
{
	int st;

	if (!t_is_init)
		t_skip("not on a machine of its own");
	st = t_status_of(eat_memory, NULL);
	CHECK(st == SIGKILL || st == 12 << 8);
	life_goes_on();
}

HOSTILE(three_memory_hogs)
{
	pid_t p[3];

	if (!t_is_init)
		t_skip("not on a machine of its own");
	for (int i = 0; i < 3; i++) {
		p[i] = t_fork();
		if (!p[i])
			eat_memory(NULL);
	}
	for (int i = 0; i < 3; i++) {
		int st = t_wait(p[i]);

		CHECK(st == SIGKILL || st == 12 << 8);
	}
	life_goes_on();
}

static void touch_shared(void *arg)
{
	size_t len = 512u << 20;
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	t_write_file("/proc/self/oom_score_adj", "500");
	if (p == MAP_FAILED)
		_exit(12);
	for (size_t i = 0; i < len; i += PAGE)
		p[i] = 1;
}

HOSTILE(shared_memory_hog)
{
	int st;

	if (!t_is_init)
		t_skip("not on a machine of its own");
	st = t_status_of(touch_shared, NULL);
	CHECK(WIFSIGNALED(st) || st == 12 << 8);
	life_goes_on();
}

static void null_call(void *arg)
{
	((void (*)(void))arg)();
}

static void null_write(void *arg)
{
	*(volatile int *)arg = 1;
}

HOSTILE(null_pointer)
{
	CHECK_EQ(WTERMSIG(t_status_of(null_write, NULL)), SIGSEGV);
	CHECK_EQ(WTERMSIG(t_status_of(null_call, NULL)), SIGSEGV);
	life_goes_on();
}

static int down(volatile char *above)
{
	volatile char here[2000];

	here[0] = *above;
	return *above == 2 ? 0 : down(here) + here[0];
}

static void overflow(void *arg)
{
	volatile char c = 1;
	struct rlimit rl = { RLIM_INFINITY, RLIM_INFINITY };

	if (arg)
		setrlimit(RLIMIT_STACK, &rl);
	down(&c);
}

HOSTILE(stack_overflow)
{
	CHECK_EQ(WTERMSIG(t_status_of(overflow, NULL)), SIGSEGV);
	if (t_is_init) {
		int st = t_status_of(overflow, "unlimited");

		CHECK(WIFSIGNALED(st));
	}
	life_goes_on();
}

HOSTILE(full_tmpfs)
{
	static char block[65536];
	int fd, n = 0;

	if (!t_is_init)
		t_skip("not on a machine of its own");
	OK(mkdir("m", 0700));
	OK(mount("none", "m", "tmpfs", 0, "size=4m"));
	fd = OK(open("m/f", O_CREAT | O_RDWR, 0600));
	while (write(fd, block, sizeof(block)) > 0)
		n++;
	CHECK_EQ(errno, ENOSPC);
	CHECK_EQ(n, 64);
	life_goes_on();
	close(fd);
	CHECK_OK(umount("m"));
}

HOSTILE(many_files)
{
	char name[32];
	int n;

	if (!t_is_init)
		t_skip("not on a machine of its own");
	OK(mkdir("d", 0700));
	for (n = 0; n < 5000; n++) {
		int fd;

		snprintf(name, sizeof(name), "d/file-%d", n);
		fd = open(name, O_CREAT | O_WRONLY, 0600);
		if (fd < 0)
			break;
		close(fd);
	}
	CHECK(n == 5000 || errno == ENOSPC || errno == ENOMEM);
	t_rm_rf("d");
	life_goes_on();
}

HOSTILE(many_descriptors)
{
	struct rlimit rl = { 1 << 16, 1 << 16 };
	int p[2], n = 0;
	pid_t pid = t_fork();

	if (!pid) {
		setrlimit(RLIMIT_NOFILE, &rl);
		while (n < 4000 && pipe(p) == 0) {
			if (write(p[1], "x", 1) != 1)
				break;
			n++;
		}
		_exit(n > 100 ? 0 : 1);
	}
	t_wait_ok(pid);
	life_goes_on();
}

static void *sleep_forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void thread_bomb(void *arg)
{
	pthread_attr_t attr;
	pthread_t t;
	int n = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 16384);
	while (n < 2000 && pthread_create(&t, &attr, sleep_forever, NULL) == 0)
		n++;
	_exit(n > 50 ? 0 : 1);
}

HOSTILE(thread_bomb)
{
	int st = t_status_of(thread_bomb, NULL);

	CHECK(st == 0 || WIFSIGNALED(st));
	life_goes_on();
}

static void mapping_bomb(void *arg)
{
	int n = 0;

	while (n < 100000) {
		char *p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED || mprotect(p, PAGE, PROT_NONE) < 0)
			break;
		n++;
	}
	_exit(n > 100 ? 0 : 1);
}

HOSTILE(mapping_bomb)
{
	int st = t_status_of(mapping_bomb, NULL);

	CHECK(st == 0 || WIFSIGNALED(st));
	life_goes_on();
}

static void signal_storm(void *arg)
{
	pid_t pid = t_fork();
	int sig = SIGRTMIN + 1;

	t_count_signal(sig, 0);
	if (!pid) {
		for (;;)
			sigqueue(getppid(), sig, (union sigval){ 0 });
	}
	t_until(t_signals[sig] > 5000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

HOSTILE(signal_storm)
{
	CHECK_EQ(t_status_of(signal_storm, NULL), 0);
	life_goes_on();
}

static void deep_directories(void *arg)
{
	int n;

	for (n = 0; n < 2000; n++) {
		if (mkdir("d", 0700) < 0 || chdir("d") < 0)
			break;
	}
	while (n-- > 0) {
		if (chdir("..") < 0 || rmdir("d") < 0)
			_exit(1);
	}
	_exit(0);
}

HOSTILE(deep_directories)
{
	CHECK_EQ(t_status_of(deep_directories, NULL), 0);
	life_goes_on();
}

static void socket_hoard(void *arg)
{
	static char block[4096];
	int s[2], n = 0;

	while (n < 400 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s) == 0) {
		while (write(s[0], block, sizeof(block)) > 0)
			;
		n++;
	}
	_exit(0);
}

HOSTILE(socket_hoard)
{
	int st = t_status_of(socket_hoard, NULL);

	CHECK(st == 0 || st == SIGKILL);
	life_goes_on();
}
