/* rlimits, priorities, scheduling classes, rusage and times, prctl, personality. */
#include "abitest.h"
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/times.h>

TEST(limits, get_set)
{
	struct rlimit rl = { 64, 128 }, got;

	CHECK_OK(setrlimit(RLIMIT_NOFILE, &rl));
	CHECK_OK(getrlimit(RLIMIT_NOFILE, &got));
	CHECK(got.rlim_cur == 64 && got.rlim_max == 128);
	rl.rlim_cur = 129;
	CHECK_ERR(setrlimit(RLIMIT_NOFILE, &rl), EINVAL);
	CHECK_ERR(getrlimit(99, &got), EINVAL);
	CHECK_ERR(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, BAD_PTR, NULL), EFAULT);
}

TEST(limits, prlimit_old_and_new)
{
	uint64_t set[2] = { 50, 60 }, old[2] = { 0, 0 };

	CHECK_OK(syscall(SYS_prlimit64, getpid(), RLIMIT_NOFILE, set, NULL));
	set[0] = 40;
	CHECK_OK(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, set, old));
	CHECK(old[0] == 50 && old[1] == 60);
	CHECK_ERR(syscall(SYS_prlimit64, 1 << 20, RLIMIT_NOFILE, NULL, old), ESRCH);
}

TEST(limits, infinity_in_32_bit_calls)
{
	uint32_t got[2] = { 0, 0 };

	CHECK_OK(syscall(191 /* ugetrlimit */, RLIMIT_FSIZE, got));
	CHECK_EQ(got[0], 0xffffffffu);
	CHECK_OK(syscall(76 /* old getrlimit */, RLIMIT_FSIZE, got));
	CHECK_EQ(got[0], 0x7fffffffu);
}

TEST(limits, nofile)
{
	struct rlimit rl = { 20, 20 };
	int fd, n = 0;

	OK(setrlimit(RLIMIT_NOFILE, &rl));
	while ((fd = dup(0)) >= 0)
		n = fd;
	CHECK_EQ(errno, EMFILE);
	CHECK_EQ(n, 19);
	CHECK_ERR(dup2(0, 20), EBADF);
	CHECK_ERR(fcntl(0, F_DUPFD, 20), EINVAL);
	CHECK_ERR(open("/", O_RDONLY), EMFILE);
	CHECK_ERR(pipe((int[2]){ 0, 0 }), EMFILE);
}

TEST(limits, fsize)
{
	struct rlimit rl = { 10, 10 };
	int fd = t_open_new("f", "");

	t_count_signal(SIGXFSZ, 0);
	OK(setrlimit(RLIMIT_FSIZE, &rl));
	CHECK_EQ(write(fd, "0123456789abc", 13), 10);
	CHECK_EQ(t_signals[SIGXFSZ], 0);
	CHECK_ERR(write(fd, "x", 1), EFBIG);
	CHECK_EQ(t_signals[SIGXFSZ], 1);
	CHECK_ERR(ftruncate(fd, 11), EFBIG);
	CHECK_EQ(t_signals[SIGXFSZ], 2);
	CHECK_OK(ftruncate(fd, 5));
}

TEST(limits, stack_reaches_the_new_program)
{
	struct rlimit rl = { 512 * 1024, RLIM_INFINITY };
	pid_t pid = t_fork();

	if (!pid) {
		setrlimit(RLIMIT_STACK, &rl);
		execl(t_self, "abitest", "helper:use_stack", "1024", NULL);
		_exit(99);
	}
	CHECK_EQ(WTERMSIG(t_wait(pid)), SIGSEGV);
}

TEST(limits, data_and_as)
{
	struct rlimit rl = { 64 << 20, 64 << 20 };

	OK(setrlimit(RLIMIT_AS, &rl));
	CHECK(mmap(NULL, 128 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	      MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	CHECK(malloc(4 << 20) != NULL);
}

TEST(limits, cpu)
{
	struct rlimit rl = { 1, 2 };
	pid_t pid = t_fork();

	if (!pid) {
		setrlimit(RLIMIT_CPU, &rl);
		for (;;)
			;
	}
	CHECK_EQ(WTERMSIG(t_wait(pid)), SIGXCPU);
}

TEST_FLAGS(limits, nproc, TEST_ROOT)
{
	struct rlimit rl = { 3, 3 };
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_OK(setrlimit(RLIMIT_NPROC, &rl));
		CHECK_OK(setresuid(61234, 61234, 61234));
		CHECK(fork() >= 0 || errno == EAGAIN);
		CHECK(fork() >= 0 || errno == EAGAIN);
		if (fork() < 0 && errno == EAGAIN)
			t_exit();
		_exit(0);
	}
	t_wait(pid);
}

TEST_FLAGS(limits, unprivileged_cannot_raise_hard, TEST_ROOT)
{
	struct rlimit rl = { 10, 20 };

	OK(setrlimit(RLIMIT_NOFILE, &rl));
	OK(setresuid(1000, 1000, 1000));
	rl.rlim_max = 30;
	CHECK_ERR(setrlimit(RLIMIT_NOFILE, &rl), EPERM);
	rl.rlim_max = 15;
	CHECK_OK(setrlimit(RLIMIT_NOFILE, &rl));
}

TEST(sched, nice_and_priority)
{
	int was = getpriority(PRIO_PROCESS, 0);

	CHECK_OK(setpriority(PRIO_PROCESS, 0, 5));
	CHECK_EQ(getpriority(PRIO_PROCESS, getpid()), 5);
	CHECK_EQ(syscall(SYS_getpriority, PRIO_PROCESS, 0), 20 - 5);
	CHECK_OK(syscall(34 /* nice */, 4));
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 9);
	CHECK_OK(setpriority(PRIO_PROCESS, 0, 100));
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 19);
	CHECK(was <= 5);
	CHECK_ERR(getpriority(7, 0), EINVAL);
	CHECK_ERR(getpriority(PRIO_PROCESS, 1 << 20), ESRCH);
}

TEST_FLAGS(sched, nice_needs_rights, TEST_ROOT)
{
	OK(setpriority(PRIO_PROCESS, 0, 5));
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(setpriority(PRIO_PROCESS, 0, 4), EACCES);
	CHECK_ERR(setpriority(PRIO_PROCESS, 1, 5), EPERM);
	CHECK_OK(setpriority(PRIO_PROCESS, 0, 6));
}

TEST(sched, priority_by_group_and_user)
{
	setpgid(0, 0);
	OK(setpriority(PRIO_PGRP, 0, 3));
	CHECK_EQ(getpriority(PRIO_PGRP, 0), 3);
	CHECK_EQ(getpriority(PRIO_PROCESS, 0), 3);
	CHECK(getpriority(PRIO_USER, getuid()) <= 3);
}

TEST(sched, yield_and_policy)
{
	struct sched_param sp = { 0 };

	CHECK_OK(sched_yield());
	CHECK_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_OTHER);
	CHECK_OK(syscall(SYS_sched_getparam, 0, &sp));
	CHECK_EQ(sp.sched_priority, 0);
	CHECK_EQ(sched_get_priority_max(SCHED_FIFO), 99);
	CHECK_EQ(sched_get_priority_min(SCHED_RR), 1);
	CHECK_EQ(sched_get_priority_max(SCHED_OTHER), 0);
	CHECK_ERR(sched_get_priority_max(77), EINVAL);
	CHECK_ERR(syscall(SYS_sched_getscheduler, 1 << 20), ESRCH);
}

TEST(sched, batch_and_idle)
{
	struct sched_param sp = { 0 };

	CHECK_OK(syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &sp));
	CHECK_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_BATCH);
	CHECK_OK(syscall(SYS_sched_setscheduler, 0, SCHED_IDLE, &sp));
	CHECK_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_IDLE);
	sp.sched_priority = 1;
	CHECK_ERR(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &sp), EINVAL);
	CHECK_ERR(syscall(SYS_sched_setscheduler, 0, 99, &sp), EINVAL);
}

TEST_FLAGS(sched, fifo_and_rr, TEST_ROOT)
{
	struct sched_param sp = { .sched_priority = 10 }, got = { 0 };

	CHECK_OK(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &sp));
	CHECK_EQ(syscall(SYS_sched_getscheduler, 0), SCHED_FIFO);
	CHECK_OK(syscall(SYS_sched_getparam, 0, &got));
	CHECK_EQ(got.sched_priority, 10);
	sp.sched_priority = 12;
	CHECK_OK(syscall(SYS_sched_setparam, 0, &sp));
	sp.sched_priority = 100;
	CHECK_ERR(syscall(SYS_sched_setparam, 0, &sp), EINVAL);
	sp.sched_priority = 1;
	CHECK_OK(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &sp));
	OK(setresuid(1000, 1000, 1000));
	sp.sched_priority = 2;
	CHECK_ERR(syscall(SYS_sched_setscheduler, 0, SCHED_RR, &sp), EPERM);
}

TEST(sched, affinity)
{
	unsigned long mask[32] = { 0 };
	long n = syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask);

	CHECK(n >= 4 && n % 4 == 0);
	CHECK(mask[0] & 3);
	mask[0] &= -mask[0];
	CHECK_OK(syscall(SYS_sched_setaffinity, 0, sizeof(mask), mask));
	mask[0] = 0;
	CHECK_ERR(syscall(SYS_sched_setaffinity, 0, sizeof(mask), mask), EINVAL);
	CHECK_ERR(syscall(SYS_sched_getaffinity, 0, 1, mask), EINVAL);
}

TEST(sched, getcpu)
{
	unsigned cpu = 99, node = 99;

	CHECK_OK(syscall(SYS_getcpu, &cpu, &node, NULL));
	CHECK(cpu < 64);
	CHECK_EQ(node, 0);
}

TEST(usage, rusage_self_grows)
{
	struct rusage a, b;

	OK(getrusage(RUSAGE_SELF, &a));
	t_burn(80);
	OK(getrusage(RUSAGE_SELF, &b));
	CHECK((b.ru_utime.tv_sec - a.ru_utime.tv_sec) * 1000000LL + b.ru_utime.tv_usec -
		      a.ru_utime.tv_usec + (b.ru_stime.tv_sec - a.ru_stime.tv_sec) * 1000000LL +
		      b.ru_stime.tv_usec - a.ru_stime.tv_usec >=
	      10000);
	CHECK_ERR(getrusage(5, &a), EINVAL);
	CHECK(b.ru_maxrss > 0);
}

TEST(usage, faults_counted)
{
	struct rusage a, b;
	char *p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	OK(getrusage(RUSAGE_SELF, &a));
	for (int i = 0; i < 64; i++)
		p[i * PAGE] = 1;
	OK(getrusage(RUSAGE_SELF, &b));
	CHECK(b.ru_minflt - a.ru_minflt >= 1);
}

TEST(usage, children_added_when_waited)
{
	struct rusage ru;
	struct tms t;
	pid_t pid = t_fork();

	if (!pid) {
		t_burn(80);
		_exit(0);
	}
	t_wait_ok(pid);
	OK(getrusage(RUSAGE_CHILDREN, &ru));
	CHECK(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec >= 10000 || ru.ru_utime.tv_sec);
	CHECK(times(&t) != (clock_t)-1);
	CHECK(t.tms_cutime + t.tms_cstime >= 1);
}

TEST(usage, times_advances_at_100_hz)
{
	struct tms t;
	clock_t a = times(&t), b;

	t_msleep(100);
	b = times(&t);
	CHECK(b - a >= 9 && b - a < 100);
}

TEST(prctl, name)
{
	char name[17] = { 0 }, comm[32];

	CHECK_OK(prctl(PR_SET_NAME, "a-rather-long-name", 0, 0, 0));
	CHECK_OK(prctl(PR_GET_NAME, name, 0, 0, 0));
	CHECK_STR(name, "a-rather-long-n");
	t_read_file("/proc/self/comm", comm, sizeof(comm));
	CHECK_STR(comm, "a-rather-long-n\n");
	CHECK_ERR(prctl(PR_SET_NAME, BAD_PTR, 0, 0, 0), EFAULT);
}

TEST(prctl, flags)
{
	int sig = -1;

	CHECK_OK(prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0));
	CHECK_OK(prctl(PR_GET_PDEATHSIG, &sig, 0, 0, 0));
	CHECK_EQ(sig, SIGUSR1);
	CHECK_ERR(prctl(PR_SET_PDEATHSIG, 99, 0, 0, 0), EINVAL);
	CHECK_EQ(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
	CHECK_OK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
	CHECK_EQ(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	CHECK_EQ(prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0), 0);
	CHECK_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
	CHECK_ERR(prctl(99999, 0, 0, 0, 0), EINVAL);
}

TEST(prctl, personality)
{
	CHECK_EQ(personality(0xffffffff) & 0xff, 0);
	CHECK_OK(personality(ADDR_NO_RANDOMIZE));
	CHECK_EQ(personality(0xffffffff) & ADDR_NO_RANDOMIZE, ADDR_NO_RANDOMIZE);
}
