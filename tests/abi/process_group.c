/* Sessions, process groups, orphaned groups. */
#include "abitest.h"

static pid_t sleeper(void)
{
	pid_t pid = t_fork();

	if (!pid) {
		for (;;)
			pause();
	}
	return pid;
}

TEST(session, setsid)
{
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_EQ(setsid(), getpid());
		CHECK_EQ(getsid(0), getpid());
		CHECK_EQ(getpgrp(), getpid());
		CHECK_ERR(setsid(), EPERM);	 /* already a leader */
		CHECK_ERR(setpgid(0, 0), EPERM); /* a session leader stays */
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(session, setsid_of_group_leader)
{
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_OK(setpgid(0, 0));
		CHECK_ERR(setsid(), EPERM);
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(session, setpgid)
{
	pid_t a = sleeper(), b = sleeper();

	CHECK_EQ(getpgid(a), getpgrp());
	CHECK_OK(setpgid(a, 0));
	CHECK_EQ(getpgid(a), a);
	CHECK_OK(setpgid(b, a));
	CHECK_EQ(getpgid(b), a);
	CHECK_EQ(getsid(b), getsid(0));
	CHECK_OK(setpgid(b, getpgrp()));
	CHECK_EQ(getpgid(b), getpgrp());
	kill(a, SIGKILL);
	kill(b, SIGKILL);
	t_wait(a);
	t_wait(b);
}

TEST(session, setpgid_errors)
{
	pid_t a = sleeper();

	CHECK_ERR(setpgid(-1, 0), EINVAL);
	CHECK_ERR(setpgid(0, -1), EINVAL);
	CHECK_ERR(setpgid(1 << 20, 0), ESRCH);
	CHECK_ERR(setpgid(getppid(), 0), ESRCH); /* not a child */
	CHECK_ERR(setpgid(a, 1 << 20), EPERM);	 /* no such group */
	CHECK_ERR(getpgid(1 << 20), ESRCH);
	CHECK_ERR(getsid(1 << 20), ESRCH);
	kill(a, SIGKILL);
	t_wait(a);
}

TEST(session, setpgid_after_exec)
{
	int fds[2];
	char c;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		dup2(fds[1], 1);
		execl(t_self, "abitest", "helper:say_and_wait", NULL);
		_exit(99);
	}
	CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_ERR(setpgid(pid, 0), EACCES);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(session, setpgid_other_session)
{
	int fds[2];
	char c;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		setsid();
		CHECK_EQ(write(fds[1], "x", 1), 1);
		for (;;)
			pause();
	}
	CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_ERR(setpgid(pid, getpgrp()), EPERM);
	CHECK_EQ(getsid(pid), pid);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(session, kill_group)
{
	pid_t a = sleeper(), b = sleeper();

	OK(setpgid(a, a));
	OK(setpgid(b, a));
	CHECK_OK(kill(-a, SIGTERM));
	CHECK_EQ(t_wait(a), SIGTERM);
	CHECK_EQ(t_wait(b), SIGTERM);
	CHECK_ERR(kill(-a, 0), ESRCH);
}

/* The leader of a stopped group ends: the group is orphaned and gets SIGHUP, SIGCONT. */
static void orphan_maker(int fd)
{
	pid_t pid = fork();

	if (!pid) {
		setpgid(0, 0);
		signal(SIGHUP, SIG_DFL);
		kill(getpid(), SIGSTOP);
		_exit(write(fd, "n", 1) != 1);
	}
	setpgid(pid, pid);
	waitpid(pid, NULL, WUNTRACED);
	_exit(0);
}

TEST(session, orphaned_stopped_group_gets_hup)
{
	int fds[2];
	char c = 0;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		setsid();
		close(fds[0]);
		orphan_maker(fds[1]);
	}
	close(fds[1]);
	t_wait_ok(pid);
	CHECK_EQ(read(fds[0], &c, 1), 0); /* killed by SIGHUP before it writes */
}

static void orphan_tstp(int fd)
{
	pid_t me = getpid();

	if (fork())
		_exit(0);
	t_until(getppid() != me);
	setpgid(0, 0);
	raise(SIGTSTP); /* no effect in an orphaned group */
	_exit(write(fd, "y", 1) != 1);
}

TEST(session, orphaned_group_ignores_tstp)
{
	int fds[2];
	char c = 0;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		setsid();
		orphan_tstp(fds[1]);
	}
	close(fds[1]);
	t_wait_ok(pid);
	CHECK_EQ(read(fds[0], &c, 1), 1);
	CHECK_EQ(c, 'y');
}
