/* Fault signals with their codes and addresses, the signal context, alternate stacks. */
#include "abitest.h"
#include "fault.h"
#include <setjmp.h>
#include <sys/resource.h>
#include <ucontext.h>

TEST(fault, null_pointer)
{
	CHECK_EQ(fault_on_read((void *)4), SIGSEGV);
	CHECK_EQ(fault.code, SEGV_MAPERR);
	CHECK_EQ((uintptr_t)fault.addr, 4);
	CHECK_EQ(fault.trapno, 14);
	CHECK_EQ(fault.error & 7, 4); /* user, read, not present */
	CHECK_EQ(fault_on_write((void *)4), SIGSEGV);
	CHECK_EQ(fault.error & 7, 6);
}

TEST(fault, kernel_address)
{
	CHECK_EQ(fault_on_read(KERNEL_PTR), SIGSEGV);
	CHECK_EQ(fault.code, SEGV_MAPERR);
	CHECK_EQ(fault_on_write(KERNEL_PTR), SIGSEGV);
}

TEST(fault, write_to_code)
{
	CHECK_EQ(fault_on_write((void *)fault_on_write), SIGSEGV);
	CHECK_EQ(fault.code, SEGV_ACCERR);
	CHECK_EQ(fault.error & 7, 7);
}

static void jump_to(void *p)
{
	((void (*)(void))p)();
}

TEST(fault, jump_to_null)
{
	CHECK_EQ(fault_in(jump_to, NULL), SIGSEGV);
	CHECK_EQ(fault.code, SEGV_MAPERR);
	CHECK_EQ((uintptr_t)fault.addr, 0);
}

static volatile int zero_int;

static void divide(void *p)
{
	zero_int = 10 / zero_int;
}

TEST(fault, integer_divide)
{
	CHECK_EQ(fault_in(divide, NULL), SIGFPE);
	CHECK_EQ(fault.code, FPE_INTDIV);
	CHECK_EQ(fault.trapno, 0);
	CHECK(fault.addr != NULL);
}

static void illegal(void *p)
{
	__asm__ volatile("ud2");
}

TEST(fault, illegal_instruction)
{
	CHECK_EQ(fault_in(illegal, NULL), SIGILL);
	CHECK_EQ(fault.code, ILL_ILLOPN);
	CHECK_EQ(fault.trapno, 6);
	CHECK(fault.addr != NULL);
}

static void privileged(void *p)
{
	__asm__ volatile("cli");
}

static void halt(void *p)
{
	__asm__ volatile("hlt");
}

static void port_in(void *p)
{
	__asm__ volatile("inb $0x60, %%al" : : : "eax");
}

TEST(fault, privileged_instructions)
{
	CHECK_EQ(fault_in(privileged, NULL), SIGSEGV);
	CHECK_EQ(fault.code, SI_KERNEL);
	CHECK_EQ(fault.trapno, 13);
	CHECK_EQ(fault_in(halt, NULL), SIGSEGV);
	CHECK_EQ(fault_in(port_in, NULL), SIGSEGV);
}

static void breakpoint(void *p)
{
	__asm__ volatile("int3");
}

TEST(fault, int3)
{
	CHECK_EQ(fault_in(breakpoint, NULL), SIGTRAP);
	CHECK_EQ(fault.code, SI_KERNEL);
	CHECK_EQ(fault.trapno, 3);
}

static void single_step(void *p)
{
	__asm__ volatile("pushfl; orl $0x100,(%%esp); popfl; nop; nop" : : : "cc", "memory");
}

TEST(fault, trap_flag)
{
	CHECK_EQ(fault_in(single_step, NULL), SIGTRAP);
	CHECK_EQ(fault.code, TRAP_TRACE);
}

static void bad_vector(void *p)
{
	__asm__ volatile("int $0x42");
}

static void overflow_trap(void *p)
{
	__asm__ volatile("movb $0x7f,%%al; addb $1,%%al; into" : : : "eax", "cc");
}

static void bound_trap(void *p)
{
	static int limits[2] = { 1, 5 };

	__asm__ volatile("bound %0,%1" : : "r"(9), "m"(limits));
}

TEST(fault, other_vectors)
{
	CHECK_EQ(fault_in(bad_vector, NULL), SIGSEGV);
	CHECK_EQ(fault_in(overflow_trap, NULL), SIGSEGV);
	CHECK_EQ(fault_in(bound_trap, NULL), SIGSEGV);
}

static void bad_segment(void *p)
{
	__asm__ volatile("movl $0x1234,%%eax; movw %%ax,%%es" : : : "eax");
}

TEST(fault, bad_segment_register)
{
	CHECK_EQ(fault_in(bad_segment, NULL), SIGSEGV);
}

static void fpu_divide(void *p)
{
	unsigned short cw = 0x037b; /* zero divide unmasked */
	volatile double x = 1.0, y = 0.0;

	__asm__ volatile("fldcw %0" : : "m"(cw));
	x = x / y;
	__asm__ volatile("fwait");
}

TEST(fault, fpu_divide)
{
	CHECK_EQ(fault_in(fpu_divide, NULL), SIGFPE);
	CHECK_EQ(fault.code, FPE_FLTDIV);
	CHECK_EQ(fault.trapno, 16);
}

static void fault_and_die(void *p)
{
	*(volatile int *)p = 1;
}

TEST(fault, default_kills_with_right_signal)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	CHECK_EQ(t_status_of(fault_and_die, NULL), SIGSEGV);
	CHECK_EQ(t_status_of(divide, NULL), SIGFPE);
	CHECK_EQ(t_status_of(illegal, NULL), SIGILL);
	CHECK_EQ(t_status_of(breakpoint, NULL), SIGTRAP);
}

static void fault_while_blocked(void *p)
{
	t_block(SIGSEGV);
	t_count_signal(SIGSEGV, 0);
	*(volatile int *)p = 1;
}

static void fault_while_ignored(void *p)
{
	signal(SIGSEGV, SIG_IGN);
	*(volatile int *)p = 1;
}

TEST(fault, blocked_or_ignored_still_kills)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	CHECK_EQ(t_status_of(fault_while_blocked, NULL), SIGSEGV);
	CHECK_EQ(t_status_of(fault_while_ignored, NULL), SIGSEGV);
}

/* The context */

static volatile int fixed;

static void skip_fault(int sig, siginfo_t *si, void *ctx)
{
	ucontext_t *uc = ctx;

	fixed++;
	uc->uc_mcontext.gregs[REG_EIP] += 2; /* over the `movl (%eax),%ecx` */
	uc->uc_mcontext.gregs[REG_ECX] = 0x1234;
}

TEST(fault, handler_can_change_registers)
{
	int got;

	t_on_siginfo(SIGSEGV, skip_fault, 0);
	__asm__ volatile(".byte 0x8b,0x08" : "=c"(got) : "a"(0) : "memory"); /* movl (%eax),%ecx */
	CHECK_EQ(got, 0x1234);
	CHECK_EQ(fixed, 1);
}

static volatile unsigned long seen[8];

static void keep_context(int sig, siginfo_t *si, void *ctx)
{
	ucontext_t *uc = ctx;

	seen[0] = uc->uc_mcontext.gregs[REG_ESI];
	seen[1] = uc->uc_mcontext.gregs[REG_EDI];
	seen[2] = uc->uc_mcontext.gregs[REG_CS];
	seen[3] = uc->uc_mcontext.gregs[REG_SS];
	seen[4] = uc->uc_mcontext.gregs[REG_DS];
	seen[5] = uc->uc_mcontext.gregs[REG_EFL];
	seen[6] = ((unsigned long *)&uc->uc_sigmask)[0];
	seen[7] = (unsigned long)uc->uc_mcontext.fpregs;
}

TEST(fault, context_holds_registers)
{
	unsigned long cs, ss, ds;
	int nr = SYS_tgkill, r;

	t_block(SIGHUP);
	t_on_siginfo(SIGUSR1, keep_context, 0);
	__asm__ volatile("mov %%cs,%0; mov %%ss,%1; mov %%ds,%2" : "=r"(cs), "=r"(ss), "=r"(ds));
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "a"(nr), "b"(getpid()), "c"(getpid()), "d"(SIGUSR1), "S"(0x51515151),
			   "D"(0xd1d1d1d1)
			 : "memory");
	CHECK_EQ(r, 0);
	CHECK_EQ(seen[0], 0x51515151);
	CHECK_EQ(seen[1], 0xd1d1d1d1);
	CHECK_EQ(seen[2] & 0xffff, cs & 0xffff);
	CHECK_EQ(seen[3] & 0xffff, ss & 0xffff);
	CHECK_EQ(seen[4] & 0xffff, ds & 0xffff);
	CHECK_EQ(seen[5] & 0x200, 0x200);
	CHECK_EQ(seen[6], 1 << (SIGHUP - 1));
	CHECK(seen[7] != 0);
}

TEST(fault, direction_flag_clear_in_handler)
{
	t_on_siginfo(SIGUSR1, keep_context, 0);
	__asm__ volatile("std; int $0x80; cld"
			 :
			 : "a"(SYS_tgkill), "b"(getpid()), "c"(getpid()), "d"(SIGUSR1)
			 : "memory", "cc");
	CHECK(seen[5] & 0x400);
}

static void unblock_in_context(int sig, siginfo_t *si, void *ctx)
{
	sigaddset(&((ucontext_t *)ctx)->uc_sigmask, SIGHUP);
}

TEST(fault, sigreturn_restores_mask_from_context)
{
	sigset_t now;

	t_on_siginfo(SIGUSR1, unblock_in_context, 0);
	raise(SIGUSR1);
	OK(sigprocmask(0, NULL, &now));
	CHECK(sigismember(&now, SIGHUP));
}

static void bad_frame(void *arg)
{
	__asm__ volatile("movl $0x20,%%esp; movl %0,%%eax; int $0x80" : : "i"(SYS_rt_sigreturn));
}

static void bad_sigreturn_cs(int sig, siginfo_t *si, void *ctx)
{
	((ucontext_t *)ctx)->uc_mcontext.gregs[REG_CS] = 0x60; /* the kernel's, or nobody's */
}

static void return_to_kernel_cs(void *arg)
{
	t_on_siginfo(SIGUSR1, bad_sigreturn_cs, 0);
	raise(SIGUSR1);
}

static void raise_flags(int sig, siginfo_t *si, void *ctx)
{
	((ucontext_t *)ctx)->uc_mcontext.gregs[REG_EFL] |= 0x3000 | 0x20000; /* IOPL 3, VM */
	((ucontext_t *)ctx)->uc_mcontext.gregs[REG_EFL] &= ~0x200;
}

TEST(fault, forged_sigreturn)
{
	unsigned long flags;

	CHECK_EQ(WTERMSIG(t_status_of(bad_frame, NULL)), SIGSEGV);
	CHECK_EQ(WTERMSIG(t_status_of(return_to_kernel_cs, NULL)), t_native() ? SIGILL : SIGSEGV);
	t_on_siginfo(SIGUSR1, raise_flags, 0);
	raise(SIGUSR1);
	__asm__ volatile("pushfl; popl %0" : "=r"(flags));
	CHECK_EQ(flags & 0x23200, 0x200);
}

/* Alternate stacks */

static char alt[32768] __attribute__((aligned(16)));
static volatile uintptr_t handler_sp;
static stack_t in_handler;
static volatile int ss_change_err;

static void on_alt(int sig)
{
	volatile char c = 0;
	stack_t off = { .ss_flags = SS_DISABLE };

	handler_sp = (uintptr_t)&c;
	sigaltstack(NULL, &in_handler);
	ss_change_err = sigaltstack(&off, NULL) < 0 ? errno : 0;
}

TEST(altstack, handler_runs_on_it)
{
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) }, got;

	CHECK_OK(sigaltstack(&ss, NULL));
	t_on_signal(SIGUSR1, on_alt, SA_ONSTACK);
	raise(SIGUSR1);
	CHECK(handler_sp >= (uintptr_t)alt && handler_sp < (uintptr_t)alt + sizeof(alt));
	CHECK_EQ(in_handler.ss_flags, SS_ONSTACK);
	CHECK_EQ(ss_change_err, EPERM);
	CHECK_OK(sigaltstack(NULL, &got));
	CHECK_EQ(got.ss_flags, 0);
	CHECK_EQ(got.ss_size, sizeof(alt));
	t_on_signal(SIGUSR1, on_alt, 0);
	raise(SIGUSR1);
	CHECK(handler_sp < (uintptr_t)alt || handler_sp >= (uintptr_t)alt + sizeof(alt));
}

TEST(altstack, errors)
{
	stack_t ss = { .ss_sp = alt, .ss_size = 100 }, got;

	CHECK_OK(sigaltstack(NULL, &got));
	CHECK_EQ(got.ss_flags, SS_DISABLE);
	CHECK_ERR(syscall(SYS_sigaltstack, &ss, NULL), ENOMEM);
	ss.ss_size = sizeof(alt);
	ss.ss_flags = 0x1234;
	CHECK_ERR(syscall(SYS_sigaltstack, &ss, NULL), EINVAL);
	CHECK_ERR(syscall(SYS_sigaltstack, BAD_PTR, NULL), EFAULT);
}

static sigjmp_buf jump;

static void leave(int sig)
{
	volatile char c = 0;

	handler_sp = (uintptr_t)&c;
	siglongjmp(jump, 1);
}

static int __attribute__((noinline)) deep(volatile char *up)
{
	volatile char here[4096];

	here[0] = *up;
	return handler_sp ? 0 : deep(here) + here[0];
}

TEST(altstack, catches_stack_overflow)
{
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	volatile char c = 0;

	OK(sigaltstack(&ss, NULL));
	t_on_signal(SIGSEGV, leave, SA_ONSTACK);
	if (!sigsetjmp(jump, 1))
		deep(&c);
	CHECK(handler_sp >= (uintptr_t)alt && handler_sp < (uintptr_t)alt + sizeof(alt));
}

TEST(altstack, inherited_by_fork_not_exec)
{
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) }, got;
	pid_t pid;

	OK(sigaltstack(&ss, NULL));
	pid = t_fork();
	if (!pid) {
		CHECK_OK(sigaltstack(NULL, &got));
		CHECK_EQ((uintptr_t)got.ss_sp, (uintptr_t)alt);
		t_exit();
	}
	t_wait_ok(pid);
}

static void no_stack(void *arg)
{
	t_count_signal(SIGUSR1, 0);
	__asm__ volatile("movl $0x10,%%esp; int $0x80"
			 :
			 : "a"(SYS_tgkill), "b"(getpid()), "c"(getpid()), "d"(SIGUSR1));
}

TEST(altstack, no_room_for_frame_kills)
{
	CHECK_EQ(WTERMSIG(t_status_of(no_stack, NULL)), SIGSEGV);
}
