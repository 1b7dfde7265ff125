/* What several areas need: children, files, signals, sleeping, ptys. */
#include "abitest.h"
#include <dirent.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/utsname.h>

volatile int t_signals[65];
const char *t_self = "/proc/self/exe";
int t_is_init;
void *volatile t_bad_ptr = (void *)0x10;
void *volatile t_kernel_ptr = (void *)0xfffffff0;

pid_t t_fork(void)
{
	pid_t pid = OK(fork());

	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return pid;
}

int t_wait(pid_t pid)
{
	int status = -1;
	pid_t r;

	do {
		r = waitpid(pid, &status, 0);
	} while (r < 0 && errno == EINTR);
	CHECK_EQ(r, pid);
	return status;
}

void t_wait_ok_at(pid_t pid, const char *file, int line)
{
	check_eq(t_wait(pid), 0, file, line, "status of the child");
}

int t_status_of(void (*fn)(void *), void *arg)
{
	pid_t pid = t_fork();

	if (!pid) {
		fn(arg);
		t_exit();
	}
	return t_wait(pid);
}

void t_write_file(const char *path, const char *text)
{
	int fd = OK(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
	size_t len = strlen(text);

	CHECK_EQ(write(fd, text, len), len);
	close(fd);
}

int t_open_new(const char *path, const char *text)
{
	int fd = OK(open(path, O_RDWR | O_CREAT | O_TRUNC, 0644));
	size_t len = strlen(text);

	CHECK_EQ(write(fd, text, len), len);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

ssize_t t_read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	size_t got = 0;
	ssize_t n = 0;

	buf[0] = 0;
	if (fd < 0)
		return -1;
	while (got < size - 1 && (n = read(fd, buf + got, size - 1 - got)) > 0)
		got += n;
	buf[got] = 0;
	close(fd);
	return n < 0 ? -1 : (ssize_t)got;
}

void t_msleep(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) < 0 && errno == EINTR)
		;
}

long long t_now_ms(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void t_burn(int ms)
{
	long long end = t_now_ms() + 5000;
	struct timespec a = { 0 }, b = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	do {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	} while ((b.tv_sec - a.tv_sec) * 1000LL + (b.tv_nsec - a.tv_nsec) / 1000000 < ms &&
		 t_now_ms() < end);
}

void t_on_signal(int sig, void (*fn)(int), int flags)
{
	struct sigaction sa = { .sa_handler = fn, .sa_flags = flags };

	OK(sigaction(sig, &sa, NULL));
}

void t_on_siginfo(int sig, void (*fn)(int, siginfo_t *, void *), int flags)
{
	struct sigaction sa = { .sa_sigaction = fn, .sa_flags = flags | SA_SIGINFO };

	OK(sigaction(sig, &sa, NULL));
}

static void count_signal(int sig)
{
	t_signals[sig]++;
}

void t_count_signal(int sig, int flags)
{
	t_on_signal(sig, count_signal, flags);
}

static void change_mask(int how, int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	OK(sigprocmask(how, &set, NULL));
}

void t_block(int sig)
{
	change_mask(SIG_BLOCK, sig);
}

void t_unblock(int sig)
{
	change_mask(SIG_UNBLOCK, sig);
}

static void rm_tree(DIR *dir, const char *path)
{
	char sub[1024];
	struct dirent *de;

	while ((de = readdir(dir))) {
		if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, de->d_name);
		if (unlink(sub) < 0)
			t_rm_rf(sub);
	}
}

/* Never crosses a mount: a mount point left behind gives EBUSY and stays. */
void t_rm_rf(const char *path)
{
	DIR *dir;

	if (!unlink(path) || !rmdir(path))
		return;
	if (errno == EBUSY)
		return;
	chmod(path, 0700);
	dir = opendir(path);
	if (!dir)
		return;
	rm_tree(dir, path);
	closedir(dir);
	rmdir(path);
}

int t_native(void)
{
	struct utsname u;

	return uname(&u) == 0 && u.machine[0] == 'i';
}

char t_proc_state(pid_t pid)
{
	char path[64], text[512], *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (t_read_file(path, text, sizeof(text)) <= 0)
		return 0;
	p = strrchr(text, ')');
	return p && p[1] == ' ' ? p[2] : 0;
}

int t_pty(int *slave)
{
	int master = OK(open("/dev/ptmx", O_RDWR | O_NOCTTY)), zero = 0, n = -1;
	char name[32];

	OK(ioctl(master, TIOCSPTLCK, &zero));
	OK(ioctl(master, TIOCGPTN, &n));
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	*slave = OK(open(name, O_RDWR | O_NOCTTY));
	return master;
}
