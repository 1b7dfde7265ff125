/* fork, vfork, clone flags, exit codes, zombies, reparenting. */
#include "abitest.h"
#include "rawclone.h"
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

TEST(process, fork_returns_ids)
{
	pid_t me = getpid(), pid = t_fork();

	if (!pid) {
		CHECK_EQ(getppid(), me);
		CHECK(getpid() != me);
		CHECK_EQ(getpid(), syscall(SYS_gettid));
		t_exit();
	}
	CHECK(pid > 0 && pid != me);
	t_wait_ok(pid);
}

TEST(process, fork_copies_memory)
{
	static int data = 1;
	volatile int on_stack = 2;
	int *heap = malloc(sizeof(int));
	pid_t pid;

	*heap = 3;
	pid = t_fork();
	if (!pid) {
		CHECK(data == 1 && on_stack == 2 && *heap == 3);
		data = on_stack = *heap = 9;
		t_exit();
	}
	t_wait_ok(pid);
	CHECK(data == 1 && on_stack == 2 && *heap == 3);
}

TEST(process, fork_shares_file_offset)
{
	int fd = t_open_new("f", "abcdef");
	char c;
	pid_t pid = t_fork();

	if (!pid) {
		CHECK_EQ(read(fd, &c, 1), 1);
		CHECK_EQ(lseek(fd, 2, SEEK_CUR), 3);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 3);
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_EQ(c, 'd');
}

TEST(process, fork_inherits_attributes)
{
	struct rlimit rl = { 100, 200 }, got;
	char cwd[256], cwd2[256];
	pid_t pid;

	OK(setrlimit(RLIMIT_NOFILE, &rl));
	umask(037);
	OK(nice(3));
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(umask(0), 037);
		CHECK_OK(getrlimit(RLIMIT_NOFILE, &got));
		CHECK(got.rlim_cur == 100 && got.rlim_max == 200);
		CHECK_EQ(getpriority(PRIO_PROCESS, 0), 3);
		CHECK(getcwd(cwd2, sizeof(cwd2)) != NULL);
		CHECK_STR(cwd2, cwd);
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(process, fork_clears_pending_and_alarm)
{
	sigset_t set;
	pid_t pid;

	t_block(SIGUSR1);
	raise(SIGUSR1);
	alarm(100);
	pid = t_fork();
	if (!pid) {
		CHECK_OK(sigpending(&set));
		CHECK(!sigismember(&set, SIGUSR1));
		CHECK_EQ(alarm(0), 0);
		CHECK_OK(sigprocmask(0, NULL, &set));
		CHECK(sigismember(&set, SIGUSR1));
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_OK(sigpending(&set));
	CHECK(sigismember(&set, SIGUSR1));
	CHECK(alarm(0) >= 99);
}

TEST(process, fork_many)
{
	pid_t pids[50];

	for (int i = 0; i < 50; i++) {
		pids[i] = t_fork();
		if (!pids[i])
			_exit(i);
	}
	for (int i = 49; i >= 0; i--) {
		int st = t_wait(pids[i]);

		CHECK_EQ(WEXITSTATUS(st), i);
	}
}

TEST(process, vfork_shares_memory_and_waits)
{
	static volatile int shared;
	pid_t pid = vfork();

	if (!pid) {
		t_msleep(20);
		shared = 7;
		_exit(3);
	}
	CHECK_EQ(shared, 7);
	CHECK_EQ(WEXITSTATUS(t_wait(pid)), 3);
}

TEST(process, vfork_exec_releases_parent)
{
	pid_t pid = vfork();
	int st;

	if (!pid) {
		execl(t_self, "abitest", "helper:sleep", "50", NULL);
		_exit(99);
	}
	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0);
	CHECK_EQ(t_wait(pid), 0);
}

TEST(process, exit_codes)
{
	static const int codes[] = { 0, 1, 42, 127, 128, 255, 256, 257, -1 };

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		pid_t pid = t_fork();
		int st;

		if (!pid)
			_exit(codes[i]);
		st = t_wait(pid);
		CHECK(WIFEXITED(st));
		CHECK_EQ(WEXITSTATUS(st), codes[i] & 255);
	}
}

TEST(process, exit_by_sys_exit)
{
	pid_t pid = t_fork();

	if (!pid)
		syscall(SYS_exit, 11);
	CHECK_EQ(t_wait(pid), 11 << 8);
}

TEST(process, zombie_visible_until_waited)
{
	pid_t pid = t_fork();
	siginfo_t si = { 0 };

	if (!pid)
		_exit(0);
	OK(waitid(P_PID, pid, &si, WEXITED | WNOWAIT));
	CHECK_EQ(t_proc_state(pid), 'Z');
	CHECK_OK(kill(pid, 0));
	t_wait_ok(pid);
	CHECK_ERR(kill(pid, 0), ESRCH);
	CHECK_EQ(t_proc_state(pid), 0);
}

TEST(process, orphan_goes_to_subreaper)
{
	int fds[2];
	pid_t pid, grand = 0;

	OK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		grand = fork();
		if (!grand) {
			t_msleep(60);
			_exit(getppid() == 0 ? 1 : 5);
		}
		CHECK_EQ(write(fds[1], &grand, sizeof(grand)), sizeof(grand));
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(read(fds[0], &grand, sizeof(grand)), sizeof(grand));
	CHECK_EQ(t_wait(grand), 5 << 8);
}

static void orphan_parent(int fd)
{
	pid_t me = getpid(), pid = fork(), pp;

	if (pid)
		_exit(0);
	t_until(getppid() != me);
	pp = getppid();
	_exit(write(fd, &pp, sizeof(pp)) != sizeof(pp));
}

TEST(process, orphan_goes_to_init)
{
	int fds[2];
	pid_t pid, pp = 0;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid)
		orphan_parent(fds[1]);
	t_wait_ok(pid);
	CHECK_EQ(read(fds[0], &pp, sizeof(pp)), sizeof(pp));
	CHECK(pp != pid && pp != getpid());
	if (t_is_init)
		CHECK_EQ(pp, 1);
}

TEST(process, pdeathsig)
{
	int fds[2];
	char c;
	pid_t pid;

	OK(pipe(fds));
	pid = t_fork();
	if (!pid) {
		if (!fork()) {
			close(fds[0]);
			prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
			t_msleep(5000);
			_exit(0);
		}
		t_msleep(50);
		_exit(0);
	}
	close(fds[1]);
	t_wait_ok(pid);
	CHECK_EQ(read(fds[0], &c, 1), 0); /* ends as the grandchild dies, not after 5 s */
}

/* clone */

static int clone_vm_fn(void *arg)
{
	*(volatile int *)arg = 5;
	return 9;
}

TEST(process, clone_vm)
{
	static char stack[16384] __attribute__((aligned(16)));
	volatile int seen = 0;
	pid_t pid =
		OK(clone(clone_vm_fn, stack + sizeof(stack), CLONE_VM | SIGCHLD, (void *)&seen));

	CHECK_EQ(t_wait(pid), 9 << 8);
	CHECK_EQ(seen, 5);
}

static int clone_files_fn(void *arg)
{
	close(*(int *)arg);
	return 0;
}

TEST(process, clone_files_shares_table)
{
	static char stack[16384] __attribute__((aligned(16)));
	int fd = t_open_new("f", "x");
	pid_t pid;

	pid = OK(clone(clone_files_fn, stack + sizeof(stack), CLONE_FILES | SIGCHLD, &fd));
	t_wait_ok(pid);
	CHECK_ERR(fcntl(fd, F_GETFD), EBADF);
}

static int clone_fs_fn(void *arg)
{
	umask(0123);
	return chdir("/") != 0;
}

TEST(process, clone_fs_shares_cwd)
{
	static char stack[16384] __attribute__((aligned(16)));
	char cwd[256];
	pid_t pid = OK(clone(clone_fs_fn, stack + sizeof(stack), CLONE_FS | SIGCHLD, NULL));

	t_wait_ok(pid);
	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	CHECK_STR(cwd, "/");
	CHECK_EQ(umask(0), 0123);
}

TEST(process, clone_exit_signal)
{
	int st;
	long pid;

	t_count_signal(SIGUSR2, 0);
	t_count_signal(SIGCHLD, 0);
	pid = OK(raw_clone(SIGUSR2, NULL, NULL, NULL, NULL));
	if (!pid)
		_exit(4);
	CHECK_ERR(waitpid(pid, &st, 0), ECHILD); /* not a SIGCHLD child */
	while (waitpid(pid, &st, __WALL) < 0 && errno == EINTR)
		;
	CHECK_EQ(st, 4 << 8);
	CHECK_EQ(t_signals[SIGUSR2], 1);
	CHECK_EQ(t_signals[SIGCHLD], 0);
}

TEST(process, clone_wclone)
{
	long pid = OK(raw_clone(0, NULL, NULL, NULL, NULL));
	int st = -1;

	if (!pid)
		_exit(6);
	CHECK_EQ(waitpid(-1, &st, __WCLONE), pid);
	CHECK_EQ(st, 6 << 8);
}

TEST(process, clone_parent)
{
	pid_t me = getpid(), pid = t_fork();
	int st;

	if (!pid) {
		long sib = raw_clone(CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

		if (!sib)
			_exit(getppid() == me ? 21 : 22);
		CHECK(sib > 0);
		CHECK_ERR(waitpid(sib, NULL, 0), ECHILD);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK(waitpid(-1, &st, 0) > 0);
	CHECK_EQ(st, 21 << 8);
}

TEST(process, clone_tid_words)
{
	pid_t parent_tid = 0, child_tid = -5;
	long pid = OK(raw_clone(CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, NULL,
				&parent_tid, NULL, &child_tid));

	if (!pid)
		_exit(child_tid == getpid() ? 0 : 1);
	CHECK_EQ(parent_tid, pid);
	CHECK_EQ(child_tid, -5);
	t_wait_ok(pid);
}

TEST(process, clone_bad_flags)
{
	CHECK_ERR(raw_clone(CLONE_THREAD | SIGCHLD, NULL, NULL, NULL, NULL), EINVAL);
	CHECK_ERR(raw_clone(CLONE_SIGHAND | SIGCHLD, NULL, NULL, NULL, NULL), EINVAL);
	CHECK_ERR(raw_clone(CLONE_FS | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL), EINVAL);
}

TEST(process, clone3_basic)
{
	uint64_t args[11] = { 0 };
	long pid;
	int st;

	args[4] = SIGCHLD;
	pid = syscall(435, args, 64);
	if (pid < 0 && errno == ENOSYS)
		t_skip("no clone3");
	if (!pid)
		_exit(8);
	CHECK_EQ(waitpid(pid, &st, 0), pid);
	CHECK_EQ(st, 8 << 8);
	CHECK_ERR(syscall(435, args, 8), EINVAL);
	CHECK_ERR(syscall(435, BAD_PTR, 64), EFAULT);
}
