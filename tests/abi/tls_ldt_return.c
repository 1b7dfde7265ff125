/*
 * modify_ldt: segments in %cs and %ss, and the way back to them from the kernel, also when they
 * have gone. Code that runs with strange segments is assembly to its end: the C library needs flat
 * ones and its %gs.
 */
#include "abitest.h"
#include "fault.h"
#include "ldtcall.h"
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <ucontext.h>

#define ALT_STACK 65536

/* ---- code ---- */

extern char ldt_code[], ldt_code_end[];
/* Called far; copes with any base. %eax: a call to make on the way. Back: %eax result, %edx %cs. */
__asm__(".pushsection .text\n"
	"ldt_code:\n\t"
	"int $0x80\n\t"
	"movl %cs,%edx\n\t"
	"lret\n"
	"ldt_code_end:\n"
	".popsection");

static int far_call(unsigned sel, unsigned offset, int nr, int a, int b, unsigned *cs)
{
	struct {
		unsigned offset;
		unsigned short sel;
	} target = { offset, sel };
	int r;

	__asm__ volatile("lcall *(%%esi)"
			 : "=a"(r), "=d"(*cs)
			 : "a"(nr), "b"(a), "c"(b), "S"(&target)
			 : "memory", "cc");
	*cs &= 0xffff;
	return r;
}

static volatile unsigned seen_cs, seen_own_cs;

static void note_cs(int sig, siginfo_t *si, void *ctx)
{
	unsigned own;

	__asm__ volatile("movl %%cs,%0" : "=r"(own));
	seen_cs = ((ucontext_t *)ctx)->uc_mcontext.gregs[REG_CS] & 0xffff;
	seen_own_cs = own & 0xffff;
}

TEST(tls, ldt_code_segment)
{
	unsigned cs, own;

	__asm__ volatile("movl %%cs,%0" : "=r"(own));
	OK(set_ldt(0, NULL, 0xfffff, CODE));
	OK(set_ldt(1, ldt_code, ldt_code_end - ldt_code - 1, CODE & ~0x10));
	CHECK_EQ(far_call(SEL(0), (unsigned)ldt_code, SYS_getpid, 0, 0, &cs), getpid());
	CHECK_EQ(cs, SEL(0));
	CHECK_EQ(far_call(SEL(1), 0, SYS_getpid, 0, 0, &cs), getpid());
	CHECK_EQ(cs, SEL(1));
	/* A signal in there: the handler runs in the usual segment, and goes back. */
	t_on_siginfo(SIGUSR1, note_cs, 0);
	CHECK_EQ(far_call(SEL(1), 0, SYS_kill, getpid(), SIGUSR1, &cs), 0);
	CHECK_EQ(cs, SEL(1));
	CHECK_EQ(seen_cs, SEL(1));
	CHECK_EQ(seen_own_cs, own & 0xffff);
}

static void call_beyond_limit(void *arg)
{
	unsigned cs;

	far_call(SEL(1), ldt_code_end - ldt_code, 0, 0, 0, &cs);
}

TEST(tls, ldt_code_ends_at_its_limit)
{
	OK(set_ldt(1, ldt_code, ldt_code_end - ldt_code - 1, CODE & ~0x10));
	CHECK_EQ(fault_in(call_beyond_limit, NULL), SIGSEGV);
}

/* ---- stacks ---- */

static char small_stack[65536] __attribute__((aligned(65536)));

/* %esp after a call on a stack of 16 bits, entered with an upper half of our own. */
static unsigned esp_after(unsigned sel, unsigned esp, int nr, unsigned turns)
{
	unsigned after;

	__asm__ volatile("movl %%esp,%%edi; movl %%ss,%%ebp\n\t"
			 "movw %w1,%%ss; movl %2,%%esp\n"
			 "1: movl %3,%%eax; int $0x80\n\t"
			 "decl %%esi; jnz 1b\n\t"
			 "movl %%esp,%%eax\n\t"
			 "movw %%bp,%%ss; movl %%edi,%%esp"
			 : "=&a"(after), "+b"(sel), "+c"(esp), "+d"(nr), "+S"(turns)
			 :
			 : "edi", "ebp", "memory", "cc");
	return after;
}

/* The same without a call: only interrupts come, and switches to a child that runs too. */
static unsigned esp_after_loop(unsigned sel, unsigned esp, unsigned turns)
{
	unsigned after;

	__asm__ volatile("movl %%esp,%%edi; movl %%ss,%%edx\n\t"
			 "movw %w1,%%ss; movl %2,%%esp\n"
			 "1: cmpl %2,%%esp; jne 2f\n\t"
			 "decl %%esi; jnz 1b\n"
			 "2: movl %%esp,%%eax\n\t"
			 "movw %%dx,%%ss; movl %%edi,%%esp"
			 : "=&a"(after), "+b"(sel), "+c"(esp), "+S"(turns)
			 :
			 : "edi", "edx", "memory", "cc");
	return after;
}

TEST(tls, ldt_16_bit_stack_keeps_the_whole_esp)
{
	pid_t pid;

	OK(set_ldt(0, small_stack, 0xffff, DATA16));
	CHECK_EQ(esp_after(SEL(0), 0x8000, SYS_getpid, 1), 0x8000);
	CHECK_EQ(esp_after(SEL(0), 0xabcd8000, SYS_getpid, 1), 0xabcd8000);
	CHECK_EQ(esp_after(SEL(0), 0xffff8004, SYS_sched_yield, 100), 0xffff8004);
	OK(set_ldt(1, NULL, 0xfffff, DATA)); /* of 32 bits */
	CHECK_EQ(esp_after(SEL(1), (unsigned)small_stack + 0x8000, SYS_sched_yield, 2),
		 (unsigned)small_stack + 0x8000);
	pid = fork();
	if (!pid)
		for (;;)
			;
	CHECK_EQ(esp_after_loop(SEL(0), 0x12348000, 10000000), 0x12348000);
	kill(pid, SIGKILL);
	t_wait(pid);
}

static volatile unsigned seen_ss, seen_esp;

static void note_ss(int sig, siginfo_t *si, void *ctx)
{
	unsigned ss = ((ucontext_t *)ctx)->uc_mcontext.gregs[REG_SS] & 0xffff;

	if (!(ss & 4))
		return; /* it came before or after */
	seen_ss = ss;
	seen_esp = ((ucontext_t *)ctx)->uc_mcontext.gregs[REG_ESP];
}

static void alternate_stack(void)
{
	stack_t ss = { .ss_sp = malloc(ALT_STACK), .ss_size = ALT_STACK };

	OK(sigaltstack(&ss, NULL));
}

TEST(tls, ldt_signal_on_a_16_bit_stack)
{
	OK(set_ldt(0, small_stack, 0xffff, DATA16));
	alternate_stack();
	t_on_siginfo(SIGALRM, note_ss, SA_ONSTACK);
	ualarm(2000, 2000);
	CHECK_EQ(esp_after(SEL(0), 0x43218000, SYS_pause, 1), 0x43218000);
	ualarm(0, 0);
	CHECK_EQ(seen_ss, SEL(0));
	CHECK_EQ(seen_esp, 0x43218000);
}

/* ---- descriptors that go while they are in use ---- */

static void take_away_code(void *arg)
{
	static struct user_desc_raw d = { 0, 0, 0, 0x28 };
	unsigned offset = (unsigned)ldt_code;

	if (arg)
		d = *(struct user_desc_raw *)arg;
	OK(set_ldt(0, NULL, 0xfffff, CODE));
	__asm__ volatile("pushl %0; pushl %1; lret"
			 :
			 : "r"(SEL(0)), "r"(offset), "a"(SYS_modify_ldt), "b"(WRITE), "c"(&d),
			   "d"(16));
}

static void take_away_stack(void *arg)
{
	static struct user_desc_raw d = { 0, 0, 0, 0x28 };

	if (arg)
		d = *(struct user_desc_raw *)arg;
	OK(set_ldt(0, small_stack, 0xffff, DATA16));
	__asm__ volatile("movw %w0,%%ss; movl $0x43218000,%%esp; int $0x80; hlt"
			 :
			 : "S"(SEL(0)), "a"(SYS_modify_ldt), "b"(WRITE), "c"(&d), "d"(16));
}

/* The way back to the program is not there: it dies of a signal, and may catch it. */
static int is_bad_return(int sig)
{
	return t_native() ? sig == SIGILL : sig == SIGSEGV || sig == SIGBUS;
}

static int ends_like_bad_return(int status)
{
	return WIFSIGNALED(status) && is_bad_return(WTERMSIG(status));
}

static void catch_code(void *arg)
{
	fault_in(take_away_code, arg);
	if (t_native())
		CHECK(fault.code == 8 && fault.trapno == 32 && fault.error == 0); /* ILL_BADSTK */
	_exit(t_failures() ? 99 : fault.sig);
}

TEST(tls, ldt_taken_from_code_and_stack)
{
	struct user_desc_raw changes[] = {
		{ 0, 0, 0, 0x28 }, /* gone */
		{ 0, 0, 0xfffff, CODE | NOT_PRESENT },
		{ 0, 0, 0xfffff, DATA | NOT_PRESENT },
		{ 0, 0, 0xfffff, 0x59 }, /* data that cannot be written */
	};
	int st;

	for (unsigned i = 0; i < ARRAY_SIZE(changes); i++) {
		st = t_status_of(take_away_code, &changes[i]);
		if (!CHECK(ends_like_bad_return(st)))
			t_note("code %u: status %x", i, st);
		st = t_status_of(catch_code, &changes[i]);
		if (!CHECK(WIFEXITED(st) && is_bad_return(WEXITSTATUS(st))))
			t_note("code %u: status %x", i, st);
		st = t_status_of(take_away_stack, &changes[i]);
		if (!CHECK(ends_like_bad_return(st)))
			t_note("stack %u: status %x", i, st);
	}
}

/* ---- what is written into a frame or by a tracer ---- */

static volatile unsigned plant_ds, plant_cs, plant_ss;

static void plant(int sig, siginfo_t *si, void *ctx)
{
	greg_t *g = ((ucontext_t *)ctx)->uc_mcontext.gregs;

	if (plant_ds)
		g[REG_FS] = g[REG_ES] = plant_ds;
	if (plant_cs)
		g[REG_CS] = plant_cs;
	if (plant_ss)
		g[REG_SS] = plant_ss;
}

/* %fs and %es after a signal's return. */
static unsigned es_fs_after_signal(void)
{
	unsigned es, fs;

	__asm__ volatile("pushl %%es; int $0x80; movl %%es,%0; movl %%fs,%1; popl %%es"
			 : "=a"(es), "=S"(fs)
			 : "0"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
			 : "memory");
	return (es & 0xffff) << 16 | (fs & 0xffff);
}

static void return_to_planted(void *arg)
{
	raise(SIGUSR1);
}

TEST(tls, ldt_selectors_in_a_frame)
{
	static int cell = 0x81;

	t_on_siginfo(SIGUSR1, plant, 0);
	OK(set_ldt(0, &cell, 0xfffff, DATA));
	plant_ds = SEL(0);
	CHECK_EQ(es_fs_after_signal() >> 16, SEL(0));
	if (t_native()) /* a 64-bit kernel leaves %fs out */
		CHECK_EQ(es_fs_after_signal(), SEL(0) << 16 | SEL(0));
	plant_ds = SEL(1); /* not there: null */
	CHECK_EQ(es_fs_after_signal() >> 16, 0);
	plant_ds = SEL(LDT_ENTRIES - 1);
	CHECK_EQ(es_fs_after_signal() >> 16, 0);
	plant_ds = 0;
	OK(set_ldt(2, NULL, 0xfffff, CODE));
	plant_cs = SEL(2); /* flat: nothing else changes */
	raise(SIGUSR1);
	plant_cs = SEL(3);
	CHECK(ends_like_bad_return(t_status_of(return_to_planted, NULL)));
	plant_cs = SEL(0); /* data */
	CHECK(ends_like_bad_return(t_status_of(return_to_planted, NULL)));
	plant_cs = 0;
	plant_ss = SEL(2); /* code */
	CHECK(ends_like_bad_return(t_status_of(return_to_planted, NULL)));
	plant_ss = SEL(5);
	CHECK(ends_like_bad_return(t_status_of(return_to_planted, NULL)));
}

static void stop_in_ldt_code(void)
{
	static int cell = 0x91;
	unsigned cs;

	OK(set_ldt(0, NULL, 0xfffff, CODE));
	OK(set_ldt(1, &cell, 0xfffff, DATA));
	OK(syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0));
	load_fs((void *)SEL(1));
	far_call(SEL(0), (unsigned)ldt_code, SYS_kill, getpid(), SIGSTOP, &cs);
	if (cs != SEL(0))
		_exit(92);
	_exit(fs_selector() & 0xff);
}

static pid_t stopped_in_ldt_code(void)
{
	pid_t pid = t_fork();
	int st;

	if (!pid)
		stop_in_ldt_code();
	REQUIRE(waitpid(pid, &st, 0) == pid && WIFSTOPPED(st) && WSTOPSIG(st) == SIGSTOP);
	return pid;
}

TEST(tls, ldt_under_ptrace)
{
	struct user_regs_struct r;
	pid_t pid = stopped_in_ldt_code();
	int st;

	OK(ptrace(PTRACE_GETREGS, pid, 0, &r));
	CHECK_EQ(r.xcs & 0xffff, SEL(0));
	CHECK_EQ(r.xfs & 0xffff, SEL(1));
	/* One step: over the instruction that copies %cs. */
	OK(ptrace(PTRACE_SINGLESTEP, pid, 0, 0));
	REQUIRE(waitpid(pid, &st, 0) == pid && WIFSTOPPED(st) && WSTOPSIG(st) == SIGTRAP);
	OK(ptrace(PTRACE_GETREGS, pid, 0, &r));
	CHECK_EQ(r.edx & 0xffff, SEL(0));
	r.xfs = SEL(9); /* not there */
	st = ptrace(PTRACE_SETREGS, pid, 0, &r);
	CHECK(st == 0 || !t_native());
	OK(ptrace(PTRACE_CONT, pid, 0, 0));
	st = t_wait(pid);
	if (t_native())
		CHECK_EQ(st, 0); /* null */
	pid = stopped_in_ldt_code();
	OK(ptrace(PTRACE_GETREGS, pid, 0, &r));
	r.xcs = SEL(9);
	OK(ptrace(PTRACE_SETREGS, pid, 0, &r));
	OK(ptrace(PTRACE_CONT, pid, 0, 0));
	REQUIRE(waitpid(pid, &st, 0) == pid && WIFSTOPPED(st));
	CHECK(is_bad_return(WSTOPSIG(st)));
	kill(pid, SIGKILL);
	t_wait(pid);
}

static void dump_core_in_ldt_code(void *arg)
{
	struct rlimit big = { 1 << 24, 1 << 24 };

	unsigned cs;

	OK(setrlimit(RLIMIT_CORE, &big));
	OK(set_ldt(0, ldt_code, ldt_code_end - ldt_code - 1, CODE & ~0x10));
	far_call(SEL(0), 0, SYS_kill, getpid(), SIGABRT, &cs);
}

TEST(tls, ldt_core_dump)
{
	int st = t_status_of(dump_core_in_ldt_code, NULL);

	CHECK_EQ(WTERMSIG(st), SIGABRT);
	if (t_native())
		CHECK(WCOREDUMP(st));
}
