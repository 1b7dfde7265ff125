/* wait4, waitpid, waitid in all their forms. */
#include "abitest.h"
#include <sys/resource.h>

static pid_t child_exits(int code)
{
	pid_t pid = t_fork();

	if (!pid)
		_exit(code);
	return pid;
}

static pid_t child_sleeps(void)
{
	pid_t pid = t_fork();

	if (!pid) {
		for (;;)
			pause();
	}
	return pid;
}

static void kill_child(pid_t pid)
{
	kill(pid, SIGKILL);
	CHECK_EQ(t_wait(pid), SIGKILL);
}

TEST(wait, no_children)
{
	int st;

	CHECK_ERR(waitpid(-1, &st, 0), ECHILD);
	CHECK_ERR(waitpid(-1, &st, WNOHANG), ECHILD);
	CHECK_ERR(waitpid(getpid(), &st, 0), ECHILD);
	CHECK_ERR(waitpid(1 << 20, &st, 0), ECHILD);
}

TEST(wait, bad_options)
{
	CHECK_ERR(waitpid(-1, NULL, 0x10000), EINVAL);
	CHECK_ERR(waitid(P_ALL, 0, NULL, 0), EINVAL);
	CHECK_ERR(waitid(99, 0, NULL, WEXITED), EINVAL);
	CHECK_ERR(waitid(P_PID, 0, NULL, WEXITED), EINVAL);
}

TEST(wait, nohang)
{
	pid_t pid = child_sleeps();
	int st = 77;

	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0);
	CHECK_EQ(waitpid(-1, &st, WNOHANG), 0);
	CHECK_EQ(st, 77);
	kill_child(pid);
}

TEST(wait, any_child)
{
	pid_t a = child_exits(1), b = child_exits(2);
	int sa, sb;
	pid_t ra = waitpid(-1, &sa, 0), rb = waitpid(-1, &sb, 0);

	CHECK((ra == a && rb == b) || (ra == b && rb == a));
	CHECK_EQ(WEXITSTATUS(sa) + WEXITSTATUS(sb), 3);
}

TEST(wait, by_group)
{
	pid_t a = child_sleeps(), b = child_sleeps();
	int st;

	OK(setpgid(a, a));
	OK(setpgid(b, a));
	CHECK_ERR(waitpid(0, &st, WNOHANG), ECHILD);
	CHECK_EQ(waitpid(-a, &st, WNOHANG), 0);
	kill(-a, SIGTERM);
	CHECK(waitpid(-a, &st, 0) > 0);
	CHECK_EQ(st, SIGTERM);
	CHECK(waitpid(-a, &st, 0) > 0);
	CHECK_ERR(waitpid(-a, &st, 0), ECHILD);
}

TEST(wait, stopped_and_continued)
{
	pid_t pid = child_sleeps();
	int st;

	kill(pid, SIGSTOP);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGSTOP);
	CHECK_EQ(st, 0x137f);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED | WNOHANG), 0); /* reported once */
	CHECK_EQ(t_proc_state(pid), 'T');
	kill(pid, SIGCONT);
	CHECK_EQ(waitpid(pid, &st, WCONTINUED), pid);
	CHECK_EQ(st, 0xffff);
	CHECK(WIFCONTINUED(st));
	kill_child(pid);
}

TEST(wait, stop_ignored_without_wuntraced)
{
	pid_t pid = child_sleeps();
	int st;

	kill(pid, SIGSTOP);
	t_until(t_proc_state(pid) == 'T');
	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0);
	kill_child(pid);
}

TEST(wait, waitid_exited)
{
	pid_t pid = child_exits(12);
	siginfo_t si = { 0 };

	CHECK_OK(waitid(P_PID, pid, &si, WEXITED | WNOWAIT));
	CHECK_EQ(si.si_signo, SIGCHLD);
	CHECK_EQ(si.si_code, CLD_EXITED);
	CHECK_EQ(si.si_status, 12);
	CHECK_EQ(si.si_pid, pid);
	CHECK_EQ(si.si_uid, getuid());
	CHECK_OK(waitid(P_ALL, 0, &si, WEXITED));
	CHECK_ERR(waitid(P_ALL, 0, &si, WEXITED), ECHILD);
}

TEST(wait, waitid_killed_stopped_continued)
{
	pid_t pid = child_sleeps();
	siginfo_t si = { 0 };

	kill(pid, SIGSTOP);
	CHECK_OK(waitid(P_PID, pid, &si, WSTOPPED));
	CHECK(si.si_code == CLD_STOPPED && si.si_status == SIGSTOP);
	kill(pid, SIGCONT);
	CHECK_OK(waitid(P_PID, pid, &si, WCONTINUED));
	CHECK(si.si_code == CLD_CONTINUED && si.si_status == SIGCONT);
	kill(pid, SIGKILL);
	CHECK_OK(waitid(P_PID, pid, &si, WEXITED));
	CHECK(si.si_code == CLD_KILLED && si.si_status == SIGKILL);
}

TEST(wait, waitid_nohang_clears_pid)
{
	pid_t pid = child_sleeps();
	siginfo_t si;

	memset(&si, 0x55, sizeof(si));
	CHECK_OK(waitid(P_PID, pid, &si, WEXITED | WNOHANG));
	CHECK(si.si_pid == 0 && si.si_signo == 0);
	kill_child(pid);
}

TEST(wait, waitid_pgid)
{
	pid_t pid = child_exits(1);
	siginfo_t si = { 0 };

	CHECK_OK(waitid(P_PGID, getpgrp(), &si, WEXITED));
	CHECK_EQ(si.si_pid, pid);
}

TEST(wait, wait4_rusage)
{
	pid_t pid = t_fork();
	struct rusage ru;
	int st;

	if (!pid) {
		t_burn(60);
		_exit(0);
	}
	memset(&ru, 0x55, sizeof(ru));
	CHECK_EQ(wait4(pid, &st, 0, &ru), pid);
	CHECK(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec < 3);
	CHECK(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec >= 10000);
	CHECK(ru.ru_minflt > 0);
}

TEST(wait, core_flag)
{
	struct {
		int sig, core;
	} cases[] = { { SIGSEGV, 1 }, { SIGABRT, 1 }, { SIGQUIT, 1 },
		      { SIGTERM, 0 }, { SIGKILL, 0 }, { SIGHUP, 0 } };

	/* No core limit, no core: the flag stays clear whatever the signal. */
	struct rlimit none = { 0, 0 };

	OK(setrlimit(RLIMIT_CORE, &none));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pid_t pid = child_sleeps();
		int st;

		kill(pid, cases[i].sig);
		st = t_wait(pid);
		CHECK_EQ(WTERMSIG(st), cases[i].sig);
		CHECK(!WCOREDUMP(st));
	}
}

TEST(wait, sigchld_ignored_reaps)
{
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	pid = child_exits(0);
	CHECK_ERR(waitpid(pid, NULL, 0), ECHILD);
	CHECK_ERR(kill(pid, 0), ESRCH);
}

TEST(wait, sa_nocldwait_reaps)
{
	pid_t pid;

	t_count_signal(SIGCHLD, SA_NOCLDWAIT | SA_RESTART);
	pid = child_exits(0);
	CHECK_ERR(waitpid(pid, NULL, 0), ECHILD);
	CHECK_EQ(t_signals[SIGCHLD], 1);
}

TEST(wait, bad_status_pointer)
{
	pid_t pid = child_exits(3);

	CHECK_ERR(syscall(SYS_wait4, pid, BAD_PTR, 0, NULL), EFAULT);
	CHECK_ERR(waitpid(pid, NULL, 0), ECHILD); /* the child is gone all the same */
}

TEST(wait, eintr)
{
	pid_t pid = child_sleeps();
	int st;

	t_count_signal(SIGALRM, 0);
	ualarm(20000, 20000);
	CHECK_ERR(waitpid(pid, &st, 0), EINTR);
	kill_child(pid);
}

TEST(wait, legacy_waitpid_call)
{
	pid_t pid = child_exits(5);
	int st = 0;

	CHECK_EQ(syscall(7, pid, &st, 0), pid);
	CHECK_EQ(st, 5 << 8);
}

TEST(wait, pidfd)
{
	pid_t pid = child_exits(5);
	int fd = syscall(434, pid, 0);
	siginfo_t si = { 0 };

	if (fd < 0 && errno == ENOSYS)
		t_skip("no pidfd_open");
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK_OK(waitid(3 /* P_PIDFD */, fd, &si, WEXITED));
	CHECK_EQ(si.si_pid, pid);
}
