/* Bad pointers of every kind to every pointer argument: EFAULT (or an error found earlier), never a
 * crash. */
#include "abitest.h"

/* One letter an argument: p a pointer the kernel must look at (q: not one that runs off the end of
 * a mapping, which sends write of Linux 6.1 i386 round for ever), s a path, f a valid descriptor, d
 * an empty directory descriptor, 0/1/8 these numbers, z a small size (64), w AT_FDCWD, g SIGUSR1, m
 * the pid. */
static const struct bad_call {
	int nr;
	const char *name, *args;
} calls[] = {
	{ SYS_read, "read", "fpz" },
	{ SYS_write, "write", "fqz" },
	{ SYS_open, "open", "s0" },
	{ SYS_waitpid, "waitpid", "-" },
	{ SYS_creat, "creat", "s0" },
	{ SYS_link, "link", "ss" },
	{ SYS_unlink, "unlink", "s" },
	{ SYS_execve, "execve", "s00" },
	{ SYS_chdir, "chdir", "s" },
	{ SYS_mknod, "mknod", "s00" },
	{ SYS_chmod, "chmod", "s0" },
	{ SYS_lchown, "lchown", "s00" },
	{ SYS_mount, "mount", "-" },
	{ SYS_umount2, "umount2", "s0" },
	{ SYS_utime, "utime", "s0" },
	{ SYS_access, "access", "s0" },
	{ SYS_rename, "rename", "ss" },
	{ SYS_mkdir, "mkdir", "s0" },
	{ SYS_rmdir, "rmdir", "s" },
	{ SYS_pipe, "pipe", "p" },
	{ SYS_times, "times", "p" },
	{ SYS_chroot, "chroot", "s" },
	{ SYS_setrlimit, "setrlimit", "1p" },
	{ SYS_getrusage, "getrusage", "0p" },
	{ 78, "gettimeofday", "p0" },
	{ SYS_symlink, "symlink", "ss" },
	{ SYS_readlink, "readlink", "spz" },
	{ SYS_truncate, "truncate", "s0" },
	{ SYS_statfs, "statfs", "sp" },
	{ SYS_fstatfs, "fstatfs", "fp" },
	{ 106, "stat", "sp" },
	{ 107, "lstat", "sp" },
	{ 108, "fstat", "fp" },
	{ SYS_sysinfo, "sysinfo", "p" },
	{ SYS_uname, "uname", "p" },
	{ SYS_getdents, "getdents", "dpz" },
	{ SYS_getdents64, "getdents64", "dpz" },
	{ SYS_select, "select", "8p000" },
	{ SYS_readv, "readv", "fp1" },
	{ SYS_writev, "writev", "fp1" },
	{ SYS_sched_getparam, "sched_getparam", "0p" },
	{ 161, "sched_rr_get_interval", "0p" },
	{ 162, "nanosleep", "p0" },
	{ SYS_poll, "poll", "p10" },
	{ SYS_prctl, "prctl", "-" },
	{ SYS_rt_sigaction, "rt_sigaction", "gp08" },
	{ SYS_rt_sigprocmask, "rt_sigprocmask", "0p08" },
	{ SYS_rt_sigpending, "rt_sigpending", "p8" },
	{ SYS_rt_sigqueueinfo, "rt_sigqueueinfo", "mgp" },
	{ SYS_rt_sigsuspend, "rt_sigsuspend", "p8" },
	{ SYS_pread64, "pread64", "fpz00" },
	{ SYS_pwrite64, "pwrite64", "fqz00" },
	{ SYS_getcwd, "getcwd", "pz" },
	{ SYS_sigaltstack, "sigaltstack", "p0" },
	{ 191, "ugetrlimit", "1p" },
	{ 195, "stat64", "sp" },
	{ 196, "lstat64", "sp" },
	{ 197, "fstat64", "fp" },
	{ 198, "lchown32", "s00" },
	{ 212, "chown32", "s00" },
	{ SYS_getgroups32, "getgroups32", "-" },
	{ SYS_setgroups32, "setgroups32", "1p" },
	{ 209, "getresuid32", "ppp" },
	{ 211, "getresgid32", "ppp" },
	{ SYS_mincore, "mincore", "-" },
	{ SYS_sched_setaffinity, "sched_setaffinity", "08p" },
	{ SYS_sched_getaffinity, "sched_getaffinity", "08p" },
	{ SYS_set_thread_area, "set_thread_area", "p" },
	{ SYS_get_thread_area, "get_thread_area", "p" },
	{ SYS_epoll_ctl, "epoll_ctl", "-" },
	{ 259, "timer_create", "00p" },
	{ 264, "clock_settime", "0p" },
	{ 265, "clock_gettime", "0p" },
	{ 266, "clock_getres", "0p" },
	{ 267, "clock_nanosleep", "00p0" },
	{ 268, "statfs64", "s\x54p" },
	{ 271, "utimes", "sp" },
	{ SYS_waitid, "waitid", "-" },
	{ SYS_inotify_add_watch, "inotify_add_watch", "-" },
	{ SYS_openat, "openat", "ws00" },
	{ SYS_mkdirat, "mkdirat", "ws0" },
	{ SYS_mknodat, "mknodat", "ws00" },
	{ SYS_fchownat, "fchownat", "ws000" },
	{ 300, "fstatat64", "wsp0" },
	{ SYS_unlinkat, "unlinkat", "ws0" },
	{ SYS_renameat, "renameat", "wsws" },
	{ SYS_linkat, "linkat", "wsws0" },
	{ SYS_symlinkat, "symlinkat", "sws" },
	{ SYS_readlinkat, "readlinkat", "wspz" },
	{ SYS_fchmodat, "fchmodat", "ws0" },
	{ SYS_faccessat, "faccessat", "ws0" },
	{ SYS_get_robust_list, "get_robust_list", "0pp" },
	{ SYS_pipe2, "pipe2", "p0" },
	{ SYS_prlimit64, "prlimit64", "01p0" },
	{ SYS_getrandom, "getrandom", "pz0" },
	{ SYS_memfd_create, "memfd_create", "s0" },
	{ SYS_statx, "statx", "ws00p" },
	{ 403, "clock_gettime64", "0p" },
	{ 404, "clock_settime64", "0p" },
	{ 406, "clock_getres_time64", "0p" },
	{ 407, "clock_nanosleep_time64", "00p0" },
	{ 412, "utimensat_time64", "wsp0" },
	{ 414, "ppoll_time64", "p1008" },
	{ SYS_renameat2, "renameat2", "wsws0" },
	{ SYS_copy_file_range, "copy_file_range", "-" },
	{ 102, "socketcall", "1p" },
};

static char valid[PAGE] = "valid-name";
static void *bad_pointers[5];

static void make_bad_pointers(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + PAGE, PAGE);
	memset(p, 'a', PAGE);
	bad_pointers[0] = BAD_PTR;
	bad_pointers[1] = KERNEL_PTR;
	bad_pointers[2] = (void *)0xc0100000; /* where kernels live */
	bad_pointers[3] = p + PAGE - 1;	      /* runs off the end of the mapping */
	bad_pointers[4] = (void *)0xffffffff;
}

static long argument(char kind, int file, int dir)
{
	switch (kind) {
	case 'p':
	case 'q':
		return (long)valid;
	case 's':
		return (long)"absent-name";
	case 'f':
		return file;
	case 'd':
		return dir;
	case 'z':
		return 64;
	case 'w':
		return AT_FDCWD;
	case 'g':
		return SIGUSR1;
	case 'm':
		return getpid();
	case '0':
	case '1':
	case '8':
		return kind - '0';
	default:
		return kind;
	}
}

static void one_bad(const struct bad_call *c, size_t at, void *bad)
{
	long a[6] = { 0 }, r;
	int file = open("data", O_RDWR), dir = open(".", O_RDONLY);

	for (size_t i = 0; i < strlen(c->args); i++)
		a[i] = argument(c->args[i], file, dir);
	a[at] = (long)bad;
	errno = 0;
	r = syscall(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	/* The last byte of a page may do as a short name or struct; there only survival counts. */
	if (bad != bad_pointers[3] && !(r == -1 && errno != 0)) {
		CHECK_EQ(r, -1);
		t_note("in %s, argument %zu = %p", c->name, at, bad);
	}
	if (r == -1 && c->args[at] == 'p' && bad == bad_pointers[0] && errno != EFAULT &&
	    errno != ENOENT && errno != EPERM && errno != ENOSYS && errno != EINVAL) {
		CHECK_EQ(errno, EFAULT);
		t_note("in %s, argument %zu", c->name, at);
	}
}

static void all_bad(const struct bad_call *c)
{
	for (size_t at = 0; at < strlen(c->args); at++) {
		if (!strchr("pqs", c->args[at]))
			continue;
		for (size_t b = 0; b < ARRAY_SIZE(bad_pointers); b++)
			if (c->args[at] != 'q' || b != 3)
				one_bad(c, at, bad_pointers[b]);
	}
}

TEST_FLAGS(badptr, every_pointer_argument, TEST_SLOW)
{
	make_bad_pointers();
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		pid_t pid;

		if (calls[i].args[0] == '-') /* has a test of its own elsewhere */
			continue;
		t_write_file(
			"data",
			"0123456789012345678901234567890123456789012345678901234567890123456789");
		pid = t_fork();
		if (!pid) {
			all_bad(&calls[i]);
			t_exit();
		}
		int st = t_wait(pid);

		if (!CHECK_EQ(st, 0))
			t_note("in %s", calls[i].name);
	}
}

TEST(badptr, path_ends_at_a_page_that_is_not_there)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + PAGE, PAGE);
	memcpy(p + PAGE - 5, "file", 5);
	t_write_file("file", "x");
	CHECK_OK(open(p + PAGE - 5, O_RDONLY)); /* the zero is the last byte there is */
	memcpy(p + PAGE - 4, "file", 4);
	CHECK_ERR(open(p + PAGE - 4, O_RDONLY), EFAULT);
}

TEST(badptr, length_that_wraps)
{
	int fd = t_open_new("f", "abc");
	char c;

	CHECK(syscall(SYS_read, fd, &c, (size_t)-1) == -1 ||
	      syscall(SYS_lseek, fd, 0, SEEK_CUR) <= 3);
	CHECK(syscall(SYS_write, fd, (void *)0xfffff000, 0x2000) == -1 && errno == EFAULT);
	CHECK(syscall(SYS_write, fd, (void *)0x10, 0xfffffff0) == -1);
}

TEST(badptr, read_only_destination)
{
	int fd = t_open_new("f", "abcdef");
	char *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK_ERR(read(fd, p, 4), EFAULT);
	CHECK_ERR(syscall(SYS_uname, p), EFAULT);
	CHECK_ERR(syscall(197, fd, p), EFAULT);
	CHECK_ERR(read(fd, (void *)test_badptr_read_only_destination, 4), EFAULT); /* code */
	CHECK_EQ(write(fd, p, 4), 4); /* readable as a source */
	p = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK_ERR(write(fd, p, 4), EFAULT);
}
