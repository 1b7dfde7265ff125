/* ptrace, as far as strace and gdb's basics go. */
#include "abitest.h"
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif

static long trace(int req, pid_t pid, long addr, void *data)
{
	return syscall(SYS_ptrace, req, pid, addr, data);
}

static pid_t traced(void (*fn)(void))
{
	pid_t pid = t_fork();
	int st;

	if (!pid) {
		OK(trace(PTRACE_TRACEME, 0, 0, NULL));
		raise(SIGSTOP);
		fn();
		t_exit();
	}
	REQUIRE(waitpid(pid, &st, 0) == pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGSTOP);
	return pid;
}

static int next_stop(pid_t pid, int req, long sig)
{
	int st = -1;

	OK(trace(req, pid, 0, (void *)sig));
	REQUIRE(waitpid(pid, &st, __WALL) == pid);
	return st;
}

static volatile long cell = 0x11223344;

static void exit_with_cell(void)
{
	_exit(cell & 0xff);
}

TEST(ptrace, peek_and_poke)
{
	pid_t pid = traced(exit_with_cell);
	long v = 0;

	CHECK_OK(trace(PTRACE_PEEKDATA, pid, (long)&cell, &v));
	CHECK_EQ(v, 0x11223344);
	CHECK_OK(trace(PTRACE_POKEDATA, pid, (long)&cell, (void *)77));
	CHECK_ERR(trace(PTRACE_PEEKDATA, pid, 16, &v), EIO);
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 77 << 8);
	CHECK_EQ(cell, 0x11223344);
}

TEST(ptrace, poke_into_code_breaks_copy_on_write)
{
	pid_t pid = traced(exit_with_cell);
	long code = (long)exit_with_cell, v = 0;
	int st;

	CHECK_OK(trace(PTRACE_PEEKTEXT, pid, code, &v));
	CHECK_OK(trace(PTRACE_POKETEXT, pid, code, (void *)((v & ~0xff) | 0xcc)));
	st = next_stop(pid, PTRACE_CONT, 0);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTRAP);
	struct user_regs_struct r;

	CHECK_OK(trace(PTRACE_GETREGS, pid, 0, &r));
	CHECK_EQ(r.eip, code + 1);
	CHECK_OK(trace(PTRACE_POKETEXT, pid, code, (void *)v));
	r.eip = code;
	CHECK_OK(trace(PTRACE_SETREGS, pid, 0, &r));
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 0x44 << 8);
}

static void one_getppid(void)
{
	_exit(syscall(SYS_getppid) == 12345 ? 0 : 1);
}

TEST(ptrace, syscall_stops)
{
	pid_t pid = traced(one_getppid);
	struct user_regs_struct r;
	int st, entries = 0;

	OK(trace(PTRACE_SETOPTIONS, pid, 0, (void *)PTRACE_O_TRACESYSGOOD));
	for (;;) {
		st = next_stop(pid, PTRACE_SYSCALL, 0);
		if (!WIFSTOPPED(st))
			break;
		CHECK_EQ(WSTOPSIG(st), SIGTRAP | 0x80);
		OK(trace(PTRACE_GETREGS, pid, 0, &r));
		if (r.orig_eax == SYS_getppid) {
			if (++entries == 1) {
				CHECK_EQ(r.eax, -ENOSYS); /* entry */
			} else {
				CHECK_EQ(r.eax, getpid());
				r.eax = 12345; /* change the result */
				OK(trace(PTRACE_SETREGS, pid, 0, &r));
			}
		}
	}
	CHECK_EQ(entries, 2);
	CHECK_EQ(st, 0);
}

static void bad_write(void)
{
	_exit(write(1, "must not appear\n", 16) == -1 && errno == ENOSYS ? 5 : 6);
}

TEST(ptrace, syscall_suppressed)
{
	pid_t pid = traced(bad_write);
	struct user_regs_struct r;
	int st;

	do {
		st = next_stop(pid, PTRACE_SYSCALL, 0);
		OK(trace(PTRACE_GETREGS, pid, 0, &r));
	} while (WIFSTOPPED(st) && r.orig_eax != SYS_write);
	r.orig_eax = -1;
	OK(trace(PTRACE_SETREGS, pid, 0, &r));
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 5 << 8);
}

struct syscall_info {
	uint8_t op, pad[3];
	uint32_t arch;
	uint64_t ip, sp;
	uint64_t nr, args[6];
};

TEST(ptrace, get_syscall_info)
{
	pid_t pid = traced(bad_write);
	struct syscall_info si = { 0 };
	long n;

	OK(trace(PTRACE_SETOPTIONS, pid, 0, (void *)PTRACE_O_TRACESYSGOOD));
	do {
		next_stop(pid, PTRACE_SYSCALL, 0);
		n = trace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(si), &si);
		REQUIRE(n > 0);
	} while (!(si.op == 1 && si.nr == SYS_write));
	CHECK_EQ(si.arch, 0x40000003);
	CHECK_EQ(si.args[0], 1);
	CHECK_EQ(si.args[2], 16);
	CHECK(si.ip != 0 && si.sp != 0);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(ptrace, peek_user_area)
{
	pid_t pid = traced(exit_with_cell);
	long v = 0, id = 0;
	struct user_regs_struct r;

	OK(trace(PTRACE_GETREGS, pid, 0, &r));
	CHECK_OK(trace(PTRACE_PEEKUSER, pid, 4 * 12, &v)); /* eip */
	CHECK_EQ(v, r.eip);
	CHECK_OK(trace(PTRACE_PEEKUSER, pid, 4 * 11, &id)); /* orig_eax */
	CHECK_EQ(id, r.orig_eax);
	CHECK_ERR(trace(PTRACE_PEEKUSER, pid, 4 * 12 + 1, &v), EIO);
	CHECK_ERR(trace(PTRACE_PEEKUSER, pid, 1 << 20, &v), EIO);
	CHECK_OK(trace(PTRACE_POKEUSER, pid, 4 * 5, (void *)0x77)); /* ebp, not used by _exit */
	next_stop(pid, PTRACE_CONT, 0);
}

TEST(ptrace, floating_point_registers)
{
	pid_t pid = traced(exit_with_cell);
	struct user_fpregs_struct fp;

	CHECK_OK(trace(PTRACE_GETFPREGS, pid, 0, &fp));
	CHECK_EQ(fp.cwd & 0xffff, 0x37f);
	fp.cwd = (fp.cwd & ~0xffff) | 0x27f;
	CHECK_OK(trace(PTRACE_SETFPREGS, pid, 0, &fp));
	fp.cwd = 0;
	CHECK_OK(trace(PTRACE_GETFPREGS, pid, 0, &fp));
	CHECK_EQ(fp.cwd & 0xffff, 0x27f);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(ptrace, regset)
{
	pid_t pid = traced(exit_with_cell);
	struct user_regs_struct r, by_set;
	struct iovec iov = { &by_set, sizeof(by_set) };

	OK(trace(PTRACE_GETREGS, pid, 0, &r));
	CHECK_OK(trace(PTRACE_GETREGSET, pid, 1 /* NT_PRSTATUS */, &iov));
	CHECK_EQ(iov.iov_len, 68);
	CHECK_EQ(by_set.eip, r.eip);
	kill(pid, SIGKILL);
	t_wait(pid);
}

static void some_nops(void)
{
	__asm__ volatile("nop; nop; nop; nop; nop; nop; nop; nop; nop; nop");
	_exit(3);
}

TEST(ptrace, single_step)
{
	pid_t pid = traced(some_nops);
	struct user_regs_struct r;
	int st = 0, in = 0;

	for (int i = 0; i < 3000; i++) {
		st = next_stop(pid, PTRACE_SINGLESTEP, 0);
		if (!WIFSTOPPED(st))
			break;
		CHECK_EQ(WSTOPSIG(st), SIGTRAP);
		OK(trace(PTRACE_GETREGS, pid, 0, &r));
		if (r.eip >= (long)some_nops && r.eip <= (long)some_nops + 40)
			in++;
		if (in >= 8)
			break;
	}
	CHECK(in >= 8);
	kill(pid, SIGKILL);
	t_wait(pid);
}

static void raise_usr1(void)
{
	t_count_signal(SIGUSR1, 0);
	t_count_signal(SIGUSR2, 0);
	raise(SIGUSR1);
	_exit(t_signals[SIGUSR1] | t_signals[SIGUSR2] << 1);
}

TEST(ptrace, signals_pass_drop_change)
{
	static const struct {
		long inject;
		int want;
	} cases[] = { { SIGUSR1, 1 }, { 0, 0 }, { SIGUSR2, 2 } };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pid_t pid = traced(raise_usr1);
		int st = next_stop(pid, PTRACE_CONT, 0);
		siginfo_t si;

		CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGUSR1);
		CHECK_OK(trace(PTRACE_GETSIGINFO, pid, 0, &si));
		CHECK(si.si_signo == SIGUSR1 && si.si_code == SI_TKILL);
		CHECK_EQ(next_stop(pid, PTRACE_CONT, cases[i].inject), cases[i].want << 8);
	}
}

static void forks(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	_exit(4);
}

TEST(ptrace, fork_event)
{
	pid_t pid = traced(forks), child;
	unsigned long msg = 0;
	int st;

	OK(trace(PTRACE_SETOPTIONS, pid, 0,
		 (void *)(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)));
	st = next_stop(pid, PTRACE_CONT, 0);
	CHECK_EQ(st >> 8, SIGTRAP | PTRACE_EVENT_FORK << 8);
	CHECK_OK(trace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	child = waitpid(msg, &st, __WALL);
	CHECK_EQ(child, msg);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGSTOP);
	OK(trace(PTRACE_CONT, child, 0, NULL));
	CHECK_EQ(waitpid(child, &st, __WALL), child);
	CHECK_EQ(st, 0);
	st = next_stop(pid, PTRACE_CONT, 0);
	if (WIFSTOPPED(st)) /* its SIGCHLD */
		st = next_stop(pid, PTRACE_CONT, WSTOPSIG(st));
	CHECK_EQ(st, 4 << 8);
}

static void execs(void)
{
	execl(t_self, "abitest", "helper:exit", "8", NULL);
	_exit(1);
}

TEST(ptrace, exec_stop_and_event)
{
	pid_t pid = traced(execs);
	int st = next_stop(pid, PTRACE_CONT, 0);

	CHECK(WIFSTOPPED(st) && st >> 8 == SIGTRAP); /* without the option: a plain SIGTRAP */
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 8 << 8);
	pid = traced(execs);
	OK(trace(PTRACE_SETOPTIONS, pid, 0, (void *)PTRACE_O_TRACEEXEC));
	st = next_stop(pid, PTRACE_CONT, 0);
	CHECK_EQ(st >> 8, SIGTRAP | PTRACE_EVENT_EXEC << 8);
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 8 << 8);
}

TEST(ptrace, exit_event)
{
	pid_t pid = traced(exit_with_cell);
	unsigned long msg = 0;
	int st;

	OK(trace(PTRACE_SETOPTIONS, pid, 0, (void *)PTRACE_O_TRACEEXIT));
	st = next_stop(pid, PTRACE_CONT, 0);
	CHECK_EQ(st >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
	CHECK_OK(trace(PTRACE_GETEVENTMSG, pid, 0, &msg));
	CHECK_EQ(msg, 0x44 << 8);
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0), 0x44 << 8);
}

static pid_t sleeper(void)
{
	pid_t pid = t_fork();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

TEST(ptrace, attach_and_detach)
{
	pid_t pid = sleeper();
	int st;

	CHECK_OK(trace(PTRACE_ATTACH, pid, 0, NULL));
	CHECK_EQ(waitpid(pid, &st, 0), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGSTOP);
	CHECK_EQ(t_proc_state(pid), 't');
	CHECK_ERR(trace(PTRACE_ATTACH, pid, 0, NULL), EPERM);
	CHECK_OK(trace(PTRACE_DETACH, pid, 0, NULL));
	CHECK(t_until(t_proc_state(pid) == 'S'));
	CHECK_ERR(trace(PTRACE_CONT, pid, 0, NULL), ESRCH);
	kill(pid, SIGKILL);
	CHECK_EQ(t_wait(pid), SIGKILL);
}

TEST(ptrace, seize_and_interrupt)
{
	pid_t pid = sleeper();
	int st;

	CHECK_OK(trace(PTRACE_SEIZE, pid, 0, NULL));
	CHECK_EQ(waitpid(pid, &st, WNOHANG), 0); /* does not stop it */
	CHECK_OK(trace(PTRACE_INTERRUPT, pid, 0, NULL));
	CHECK_EQ(waitpid(pid, &st, 0), pid);
	CHECK_EQ(st >> 8, SIGTRAP | PTRACE_EVENT_STOP << 8);
	CHECK_OK(trace(PTRACE_CONT, pid, 0, NULL));
	kill(pid, SIGSTOP);
	CHECK_EQ(waitpid(pid, &st, 0), pid); /* signal delivery */
	CHECK_EQ(st >> 8, SIGSTOP);
	CHECK_OK(trace(PTRACE_CONT, pid, 0, (void *)SIGSTOP));
	CHECK_EQ(waitpid(pid, &st, 0), pid); /* group stop */
	CHECK_EQ(st >> 8, SIGSTOP | PTRACE_EVENT_STOP << 8);
	CHECK_OK(trace(PTRACE_LISTEN, pid, 0, NULL));
	kill(pid, SIGCONT);
	CHECK_EQ(waitpid(pid, &st, 0), pid);
	CHECK_EQ(st >> 8, SIGTRAP | PTRACE_EVENT_STOP << 8);
	kill(pid, SIGKILL);
	CHECK_EQ(t_wait(pid), SIGKILL);
}

TEST(ptrace, errors)
{
	pid_t pid = sleeper();
	long v;

	CHECK_ERR(trace(PTRACE_PEEKDATA, pid, (long)&cell, &v), ESRCH); /* not traced */
	CHECK_ERR(trace(PTRACE_ATTACH, 1 << 20, 0, NULL), ESRCH);
	CHECK_ERR(trace(PTRACE_ATTACH, getpid(), 0, NULL), EPERM);
	OK(trace(PTRACE_ATTACH, pid, 0, NULL));
	waitpid(pid, NULL, 0);
	CHECK_ERR(trace(9999, pid, 0, NULL), EIO);
	CHECK_ERR(trace(PTRACE_GETREGS, pid, 0, BAD_PTR), EFAULT);
	CHECK_ERR(trace(PTRACE_SETOPTIONS, pid, 0, (void *)0x40000000), EINVAL);
	CHECK_ERR(trace(PTRACE_CONT, pid, 0, (void *)999), EIO);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(ptrace, tracee_dies_with_exitkill)
{
	int p[2];
	char c;
	pid_t pid, tracer;

	OK(pipe(p));
	pid = t_fork();
	if (!pid) {
		close(p[0]);
		for (;;)
			pause();
	}
	tracer = t_fork();
	if (!tracer) {
		close(p[1]);
		CHECK_OK(trace(PTRACE_SEIZE, pid, 0, (void *)PTRACE_O_EXITKILL));
		t_exit();
	}
	t_wait_ok(tracer);
	close(p[1]);
	CHECK_EQ(read(p[0], &c, 1), 0);
	CHECK_EQ(t_wait(pid), SIGKILL);
}
