/* Dispositions, masks, sigaction flags, delivery order, siginfo of what processes send. */
#include "abitest.h"
#include <sys/resource.h>

TEST(signal, default_dispositions)
{
	static const struct {
		int sig, kills;
	} cases[] = {
		{ SIGHUP, 1 },	{ SIGINT, 1 },	  { SIGQUIT, 1 }, { SIGILL, 1 },   { SIGTRAP, 1 },
		{ SIGABRT, 1 }, { SIGBUS, 1 },	  { SIGFPE, 1 },  { SIGKILL, 1 },  { SIGUSR1, 1 },
		{ SIGSEGV, 1 }, { SIGUSR2, 1 },	  { SIGPIPE, 1 }, { SIGALRM, 1 },  { SIGTERM, 1 },
		{ 16, 1 },	{ SIGCHLD, 0 },	  { SIGCONT, 0 }, { SIGURG, 0 },   { SIGXCPU, 1 },
		{ SIGXFSZ, 1 }, { SIGVTALRM, 1 }, { SIGPROF, 1 }, { SIGWINCH, 0 }, { SIGIO, 1 },
		{ SIGPWR, 1 },	{ SIGSYS, 1 },	  { 34, 1 },	  { 64, 1 },
	};
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pid_t pid = t_fork();
		int st;

		if (!pid) {
			syscall(SYS_kill, getpid(), cases[i].sig);
			_exit(0);
		}
		st = t_wait(pid);
		CHECK_EQ(st, cases[i].kills ? cases[i].sig : 0);
	}
}

TEST(signal, default_stops)
{
	static const int sigs[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };

	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++) {
		pid_t pid = t_fork();
		int st;

		if (!pid) {
			kill(getpid(), sigs[i]);
			_exit(0);
		}
		setpgid(pid, pid); /* else the group might be an orphaned one */
		CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
		if (WIFSTOPPED(st)) {
			CHECK_EQ(WSTOPSIG(st), sigs[i]);
			kill(pid, SIGCONT);
			st = t_wait(pid);
		}
		CHECK_EQ(st, 0);
	}
}

TEST(signal, kill_errors)
{
	CHECK_ERR(kill(getpid(), 65), EINVAL);
	CHECK_ERR(kill(getpid(), -1), EINVAL);
	CHECK_ERR(kill(1 << 20, SIGTERM), ESRCH);
	CHECK_ERR(kill(-(1 << 20), SIGTERM), ESRCH);
	CHECK_OK(kill(getpid(), 0));
	CHECK_ERR(syscall(SYS_tgkill, getpid(), 1 << 20, 0), ESRCH);
	CHECK_ERR(syscall(SYS_tgkill, -1, 1, 0), EINVAL);
	CHECK_OK(syscall(SYS_tgkill, getpid(), getpid(), 0));
	CHECK_OK(syscall(SYS_tkill, getpid(), 0));
}

TEST_FLAGS(signal, kill_permission, TEST_ROOT)
{
	pid_t pid = t_fork();

	if (!pid) {
		for (;;)
			pause();
	}
	if (!t_fork()) {
		OK(setresuid(1000, 1000, 1000));
		CHECK_ERR(kill(pid, SIGTERM), EPERM);
		CHECK_ERR(kill(pid, 0), EPERM);
		t_exit();
	}
	int st;

	CHECK(waitpid(-1, &st, 0) > 0);
	CHECK_EQ(st, 0);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(signal, handler_runs_and_returns)
{
	t_count_signal(SIGUSR1, 0);
	for (int i = 0; i < 100; i++)
		raise(SIGUSR1);
	CHECK_EQ(t_signals[SIGUSR1], 100);
}

TEST(signal, sigaction_reports_old)
{
	struct sigaction sa = { .sa_flags = SA_RESTART | SA_NODEFER }, old;

	sa.sa_handler = SIG_IGN;
	sigaddset(&sa.sa_mask, SIGHUP);
	OK(sigaction(SIGUSR1, &sa, NULL));
	OK(sigaction(SIGUSR1, NULL, &old));
	CHECK(old.sa_handler == SIG_IGN);
	CHECK_EQ(old.sa_flags & (SA_RESTART | SA_NODEFER), SA_RESTART | SA_NODEFER);
	CHECK(sigismember(&old.sa_mask, SIGHUP) && !sigismember(&old.sa_mask, SIGINT));
}

TEST(signal, sigaction_errors)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	char raw[20] = { 0 };

	CHECK_ERR(sigaction(SIGKILL, &sa, NULL), EINVAL);
	CHECK_ERR(sigaction(SIGSTOP, &sa, NULL), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigaction, 65, raw, NULL, 8), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigaction, 0, raw, NULL, 8), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigaction, SIGUSR1, BAD_PTR, NULL, 8), EFAULT);
	CHECK_ERR(syscall(SYS_rt_sigaction, SIGUSR1, NULL, BAD_PTR, 8), EFAULT);
	CHECK_OK(syscall(SYS_rt_sigaction, SIGKILL, NULL, raw, 8));
}

static volatile int inner, outer_saw;

static void nested(int sig)
{
	if (inner++ == 0) {
		raise(SIGUSR1);
		outer_saw = inner;
	}
}

TEST(signal, own_signal_blocked_in_handler)
{
	t_on_signal(SIGUSR1, nested, 0);
	raise(SIGUSR1);
	CHECK_EQ(outer_saw, 1);
	CHECK_EQ(inner, 2);
}

TEST(signal, nodefer)
{
	t_on_signal(SIGUSR1, nested, SA_NODEFER);
	raise(SIGUSR1);
	CHECK_EQ(outer_saw, 2);
}

TEST(signal, resethand)
{
	struct sigaction sa;

	t_count_signal(SIGUSR1, SA_RESETHAND);
	raise(SIGUSR1);
	OK(sigaction(SIGUSR1, NULL, &sa));
	CHECK(sa.sa_handler == SIG_DFL);
	CHECK_EQ(t_signals[SIGUSR1], 1);
}

static volatile int blocked_hup, blocked_int;

static void see_mask(int sig)
{
	sigset_t now;

	sigprocmask(0, NULL, &now);
	blocked_hup = sigismember(&now, SIGHUP);
	blocked_int = sigismember(&now, SIGINT);
}

TEST(signal, sa_mask)
{
	struct sigaction sa = { .sa_handler = see_mask };
	sigset_t now;

	sigaddset(&sa.sa_mask, SIGHUP);
	OK(sigaction(SIGUSR1, &sa, NULL));
	t_block(SIGINT);
	raise(SIGUSR1);
	CHECK(blocked_hup && blocked_int);
	sigprocmask(0, NULL, &now);
	CHECK(!sigismember(&now, SIGHUP) && !sigismember(&now, SIGUSR1));
	CHECK(sigismember(&now, SIGINT));
}

TEST(signal, blocked_becomes_pending_once)
{
	sigset_t pend;

	t_count_signal(SIGUSR1, 0);
	t_block(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR1);
	CHECK_EQ(t_signals[SIGUSR1], 0);
	OK(sigpending(&pend));
	CHECK(sigismember(&pend, SIGUSR1));
	t_unblock(SIGUSR1);
	CHECK_EQ(t_signals[SIGUSR1], 1);
}

TEST(signal, ignoring_drops_pending)
{
	sigset_t pend;

	t_block(SIGUSR1);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	OK(sigpending(&pend));
	CHECK(!sigismember(&pend, SIGUSR1));
}

TEST(signal, kill_and_stop_cannot_be_blocked)
{
	sigset_t all, now;

	sigfillset(&all);
	OK(sigprocmask(SIG_SETMASK, &all, NULL));
	OK(sigprocmask(0, NULL, &now));
	CHECK(!sigismember(&now, SIGKILL) && !sigismember(&now, SIGSTOP));
	CHECK(sigismember(&now, SIGTERM));
	CHECK_ERR(sigprocmask(77, &all, NULL), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD_PTR, NULL, 8), EFAULT);
	CHECK_ERR(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 5), EINVAL);
}

/* siginfo */

static siginfo_t last;
static volatile int infos;

static void keep_info(int sig, siginfo_t *si, void *ctx)
{
	last = *si;
	infos++;
}

TEST(signal, info_of_kill)
{
	t_on_siginfo(SIGUSR1, keep_info, 0);
	kill(getpid(), SIGUSR1);
	CHECK_EQ(last.si_signo, SIGUSR1);
	CHECK_EQ(last.si_code, SI_USER);
	CHECK_EQ(last.si_pid, getpid());
	CHECK_EQ(last.si_uid, getuid());
	CHECK_EQ(last.si_errno, 0);
}

TEST(signal, info_of_tgkill)
{
	t_on_siginfo(SIGUSR1, keep_info, 0);
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	CHECK_EQ(last.si_code, SI_TKILL);
	CHECK_EQ(last.si_pid, getpid());
}

TEST(signal, info_of_sigqueue)
{
	union sigval v = { .sival_int = 0x12345678 };

	t_on_siginfo(SIGRTMIN + 3, keep_info, 0);
	CHECK_OK(sigqueue(getpid(), SIGRTMIN + 3, v));
	CHECK_EQ(last.si_code, SI_QUEUE);
	CHECK_EQ(last.si_value.sival_int, 0x12345678);
	CHECK_EQ(last.si_pid, getpid());
	CHECK_EQ(last.si_signo, SIGRTMIN + 3);
}

TEST(signal, sigqueue_cannot_forge)
{
	siginfo_t si = { 0 };
	pid_t pid = t_fork();

	if (!pid) {
		for (;;)
			pause();
	}
	si.si_code = SI_USER;
	CHECK_ERR(syscall(SYS_rt_sigqueueinfo, pid, SIGUSR1, &si), EPERM);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(signal, info_of_sigchld)
{
	pid_t pid;

	t_on_siginfo(SIGCHLD, keep_info, SA_RESTART);
	pid = t_fork();
	if (!pid)
		_exit(23);
	CHECK_EQ(t_wait(pid), 23 << 8);
	CHECK(last.si_code == CLD_EXITED && last.si_status == 23 && last.si_pid == pid);
	pid = t_fork();
	if (!pid)
		for (;;)
			pause();
	kill(pid, SIGTERM);
	t_wait(pid);
	CHECK(last.si_code == CLD_KILLED && last.si_status == SIGTERM);
}

TEST(signal, sigchld_on_stop_and_continue)
{
	pid_t pid;
	int st;

	t_on_siginfo(SIGCHLD, keep_info, SA_RESTART);
	pid = t_fork();
	if (!pid)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	waitpid(pid, &st, WUNTRACED);
	CHECK(last.si_code == CLD_STOPPED && last.si_status == SIGSTOP);
	kill(pid, SIGCONT);
	waitpid(pid, &st, WCONTINUED);
	t_until(last.si_code == CLD_CONTINUED);
	CHECK(last.si_code == CLD_CONTINUED && last.si_status == SIGCONT);
	t_on_siginfo(SIGCHLD, keep_info, SA_RESTART | SA_NOCLDSTOP);
	infos = 0;
	kill(pid, SIGSTOP);
	waitpid(pid, &st, WUNTRACED);
	CHECK_EQ(infos, 0);
	kill(pid, SIGKILL);
	t_wait(pid);
	CHECK_EQ(infos, 1);
}

/* Order and queueing */

static int order[16];
static volatile int norder;

static void keep_order(int sig, siginfo_t *si, void *ctx)
{
	if (norder < 16)
		order[norder++] =
			sig * 1000 + (si->si_code == SI_QUEUE ? si->si_value.sival_int : 0);
}

TEST(signal, real_time_queue_in_order)
{
	static const int want[] = { 1, 2, 3 };
	int sig = SIGRTMIN + 1;

	t_on_siginfo(sig, keep_order, 0);
	t_block(sig);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), sig, (union sigval){ .sival_int = i });
	t_unblock(sig);
	CHECK_EQ(norder, 3);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(order[i] % 1000, want[i]);
}

TEST(signal, lower_numbers_are_taken_first)
{
	sigset_t set, old;
	int a = SIGRTMIN + 1, b = SIGRTMIN + 4;
	siginfo_t si;

	sigemptyset(&set);
	sigaddset(&set, a);
	sigaddset(&set, b);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, &old);
	sigqueue(getpid(), b, (union sigval){ .sival_int = 1 });
	sigqueue(getpid(), a, (union sigval){ .sival_int = 2 });
	raise(SIGUSR2);
	CHECK_EQ(sigwaitinfo(&set, &si), SIGUSR2);
	CHECK_EQ(sigwaitinfo(&set, &si), a);
	CHECK_EQ(sigwaitinfo(&set, &si), b);
}

TEST(signal, synchronous_signals_before_others)
{
	sigset_t set;
	siginfo_t si;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGSEGV);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGHUP);
	raise(SIGSEGV);
	CHECK_EQ(sigwaitinfo(&set, &si), SIGSEGV);
	CHECK_EQ(sigwaitinfo(&set, &si), SIGHUP);
}

TEST(signal, sigqueue_limit)
{
	struct rlimit rl = { 5, 5 };
	int i;

	t_block(SIGRTMIN + 2);
	OK(setrlimit(RLIMIT_SIGPENDING, &rl));
	for (i = 0; i < 100; i++) {
		if (sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = i }) < 0)
			break;
	}
	CHECK(i <= 5);
	CHECK_EQ(errno, EAGAIN);
}

TEST(signal, cont_clears_pending_stop)
{
	sigset_t pend;

	t_block(SIGTSTP);
	raise(SIGTSTP);
	kill(getpid(), SIGCONT);
	OK(sigpending(&pend));
	CHECK(!sigismember(&pend, SIGTSTP));
	t_block(SIGCONT);
	kill(getpid(), SIGCONT);
	raise(SIGTSTP);
	OK(sigpending(&pend));
	CHECK(!sigismember(&pend, SIGCONT));
	CHECK(sigismember(&pend, SIGTSTP));
	signal(SIGTSTP, SIG_IGN);
}

TEST(signal, kill_reaches_a_stopped_process)
{
	pid_t pid = t_fork();
	int st;

	if (!pid)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	waitpid(pid, &st, WUNTRACED);
	kill(pid, SIGTERM); /* stays pending */
	t_msleep(20);
	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0);
	kill(pid, SIGCONT);
	CHECK_EQ(t_wait(pid), SIGTERM);
}

TEST(signal, pid_minus_one_spares_caller)
{
	/* Only inside a process tree of our own: as pid 1's test the kill would hit nobody but test
	 * leftovers. */
	t_count_signal(SIGURG, 0);
	if (!t_is_init)
		t_skip("not on a machine of its own");
	kill(-1, SIGURG);
	CHECK_EQ(t_signals[SIGURG], 0);
}

/* Legacy calls */

static void plain(int sig)
{
	t_signals[sig]++;
}

TEST(signal, old_signal_call)
{
	CHECK_EQ(syscall(48, SIGUSR1, plain), 0);
	CHECK_EQ(syscall(48, SIGUSR1, SIG_IGN), (long)plain);
	CHECK_EQ(syscall(48, SIGUSR1, SIG_DFL), (long)SIG_IGN);
	CHECK_ERR(syscall(48, SIGKILL, SIG_IGN), EINVAL);
}

TEST(signal, old_sigaction_call)
{
	struct {
		void (*handler)(int);
		unsigned long mask;
		unsigned long flags;
		void (*restorer)(void);
	} sa = { plain, 1 << (SIGHUP - 1), 0, NULL }, old;

	CHECK_OK(syscall(67, SIGUSR1, &sa, NULL));
	raise(SIGUSR1); /* without a restorer: the kernel's own return path */
	CHECK_EQ(t_signals[SIGUSR1], 1);
	CHECK_OK(syscall(67, SIGUSR1, NULL, &old));
	CHECK(old.handler == plain);
	CHECK_EQ(old.mask, 1 << (SIGHUP - 1));
}

TEST(signal, old_mask_calls)
{
	unsigned long set = 1 << (SIGUSR1 - 1), old = 0;

	CHECK_OK(syscall(126, SIG_BLOCK, &set, &old));
	CHECK_EQ(old & set, 0);
	raise(SIGUSR1);
	CHECK_OK(syscall(73, &old));
	CHECK_EQ(old & set, set);
	CHECK_EQ(syscall(68) & set, set); /* sgetmask */
	signal(SIGUSR1, SIG_IGN);
	CHECK_EQ(syscall(69, 0) & set, set); /* ssetmask */
	CHECK_EQ(syscall(68), 0);
}

TEST(signal, no_restorer_rt)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask[2];
	} sa = { plain, SA_SIGINFO, NULL, { 0, 0 } };

	CHECK_OK(syscall(SYS_rt_sigaction, SIGUSR1, &sa, NULL, 8));
	raise(SIGUSR1);
	CHECK_EQ(t_signals[SIGUSR1], 1);
}
