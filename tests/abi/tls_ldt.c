/*
 * modify_ldt: segments of a program's own, in data, code and stack registers, and what happens when
 * they go. Code that runs with strange segments is assembly to its end: the C library needs flat
 * ones and its %gs.
 */
#include "abitest.h"
#include "fault.h"
#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <ucontext.h>

struct user_desc_raw {
	unsigned entry, base, limit, flags;
};

#define DATA	    0x51 /* 32 bits, pages, useable */
#define CODE	    0x5d /* the same, code, not readable but executable */
#define DATA16	    0x40 /* 16 bits, bytes */
#define NOT_PRESENT 0x20
#define SEL(entry)  ((entry)*8 + 7)
#define LDT_ENTRIES 8192
#define WRITE_OLD   1
#define WRITE	    0x11
#define ALT_STACK   65536

static int set_ldt(unsigned entry, volatile void *base, unsigned limit, unsigned flags)
{
	struct user_desc_raw d = { entry, (unsigned)base, limit, flags };

	return syscall(SYS_modify_ldt, WRITE, &d, sizeof(d));
}

static int clear_ldt(unsigned entry)
{
	return set_ldt(entry, NULL, 0, 0x28);
}

static long read_ldt(void *buf, size_t size)
{
	return syscall(SYS_modify_ldt, 0, buf, size);
}

static int read_fs(unsigned sel)
{
	int v;

	__asm__ volatile("movw %w1,%%fs; movl %%fs:0,%0" : "=r"(v) : "r"(sel));
	return v;
}

static unsigned fs_selector(void)
{
	unsigned v;

	__asm__ volatile("movl %%fs,%0" : "=r"(v));
	return v & 0xffff;
}

/* Does the processor know the selector? */
static int selector_is_there(unsigned sel)
{
	char ok;

	__asm__ volatile("lar %1,%1; setz %0" : "=q"(ok), "+r"(sel) : : "cc");
	return ok;
}

static void load_fs(void *sel)
{
	__asm__ volatile("movw %w0,%%fs" : : "r"(sel));
}

/* ---- the call ---- */

TEST(tls, modify_ldt)
{
	static int cell = 0x77, other = 0x88;
	struct user_desc_raw d = { 0, (unsigned)&cell, 0xfffff, DATA };

	OK(syscall(SYS_modify_ldt, WRITE_OLD, &d, sizeof(d)));
	CHECK_EQ(read_fs(SEL(0)), 0x77);
	OK(set_ldt(0, &other, 0xfffff, DATA));
	CHECK_EQ(read_fs(SEL(0)), 0x88);
	OK(set_ldt(LDT_ENTRIES - 1, &cell, 3, 0x41)); /* the table grows; a limit in bytes */
	CHECK_EQ(read_fs(SEL(LDT_ENTRIES - 1)), 0x77);
	CHECK_EQ(read_fs(SEL(0)), 0x88);
	OK(clear_ldt(LDT_ENTRIES - 1));
	CHECK(!selector_is_there(SEL(LDT_ENTRIES - 1)));
}

TEST(tls, ldt_arguments)
{
	struct user_desc_raw d = { 0, 0x1000, 0xfffff, DATA };

	for (int func = WRITE_OLD; func <= WRITE; func += WRITE - WRITE_OLD) {
		CHECK_ERR(syscall(SYS_modify_ldt, func, &d, 3), EINVAL);
		CHECK_ERR(syscall(SYS_modify_ldt, func, &d, 17), EINVAL);
		CHECK_ERR(syscall(SYS_modify_ldt, func, BAD_PTR, 16), EFAULT);
		CHECK_ERR(syscall(SYS_modify_ldt, func, KERNEL_PTR, 16), EFAULT);
		d.entry = LDT_ENTRIES;
		CHECK_ERR(syscall(SYS_modify_ldt, func, &d, 16), EINVAL);
		d.entry = -1;
		CHECK_ERR(syscall(SYS_modify_ldt, func, &d, 16), EINVAL);
		d.entry = 0;
	}
	CHECK_ERR(syscall(SYS_modify_ldt, 3, &d, 16), ENOSYS);
	CHECK_ERR(syscall(SYS_modify_ldt, -1, &d, 16), ENOSYS);
}

TEST(tls, ldt_read)
{
	static unsigned char buf[LDT_ENTRIES * 8 + 8];
	size_t zeros = 0, fixed = t_native() ? 40 : 128;

	CHECK_EQ(read_ldt(buf, sizeof(buf)), 0); /* there is none */
	CHECK_EQ(read_ldt(BAD_PTR, 8), 0);
	OK(set_ldt(2, (void *)0x12345678, 0xabcde, DATA));
	memset(buf, 0xee, sizeof(buf));
	CHECK_EQ(read_ldt(buf, sizeof(buf)), LDT_ENTRIES * 8);
	CHECK(!memcmp(buf + 16, "\xde\xbc\x78\x56\x34\xf3\xda\x12", 8));
	for (size_t i = 0; i < LDT_ENTRIES * 8; i++)
		zeros += buf[i] == 0;
	CHECK_EQ(zeros, LDT_ENTRIES * 8 - 8);
	CHECK_EQ(buf[LDT_ENTRIES * 8], 0xee);
	memset(buf, 0xee, sizeof(buf));
	CHECK_EQ(read_ldt(buf, 18), 18);
	CHECK(buf[17] == 0xbc && buf[18] == 0xee);
	CHECK_EQ(read_ldt(buf, 0), 0);
	CHECK_ERR(read_ldt(BAD_PTR, 8), EFAULT);
	CHECK_ERR(read_ldt(KERNEL_PTR, 8), EFAULT);
	CHECK_EQ(syscall(SYS_modify_ldt, 2, buf, sizeof(buf)), fixed);
	CHECK(buf[0] == 0 && buf[fixed - 1] == 0);
	CHECK_EQ(syscall(SYS_modify_ldt, 2, buf, 5), 5);
	CHECK_ERR(syscall(SYS_modify_ldt, 2, BAD_PTR, 5), EFAULT);
}

/* What each form makes of a descriptor: its eight bytes, as two words. */
TEST(tls, ldt_kinds)
{
	static const struct {
		unsigned func, base, limit, flags;
		int error;
		unsigned low, high;
	} k[] = {
		{ WRITE, 0, 0, 0x28, 0, 0, 0 }, /* empty: clears */
		{ WRITE, 0, 0, 0, 0, 0, 0x0000f300 },
		{ WRITE_OLD, 0, 0, 0, 0, 0, 0 }, /* clears too */
		{ WRITE_OLD, 0, 0, 0x51, 0, 0, 0 },
		{ WRITE, 0, 0, 0x68, 0, 0, 0x00107100 },
		{ WRITE, 0, 0, 0x51, 0, 0, 0x00d0f300 },
		{ WRITE_OLD, 0x1000, 1, 0x51, 0, 0x10000001, 0x00c0f300 }, /* without "useable" */
		{ WRITE, 0x1000, 1, 0x59, 0, 0x10000001, 0x00d0f100 },
		{ WRITE, 0x1000, 1, 0x53, 0, 0x10000001, 0x00d0f700 },
		{ WRITE, 0x1000, 1, 0x5d, 0, 0x10000001, 0x00d0f900 },
		{ WRITE, 0x1000, 1, 0x55, 0, 0x10000001, 0x00d0fb00 },
		{ WRITE, 0x1000, 1, 0x71, 0, 0x10000001, 0x00d07300 },
		{ WRITE, 0x1000, 1, 0x57, EINVAL, 0, 0 }, /* conforming */
		{ WRITE_OLD, 0x1000, 1, 0x57, EINVAL, 0, 0 },
		{ WRITE, 0x1000, 1, 0x77, 0, 0x10000001, 0x00d07f00 },
		{ WRITE_OLD, 0x1000, 1, 0x77, EINVAL, 0, 0 },
		{ WRITE, 0xffffffff, 0xffffffff, 0xffffff51, 0, 0xffffffff, 0xffdff3ff },
		{ WRITE, 0x1000, 1, 0x40, 0, 0x10000001, 0x0010f300 }, /* 16 bits */
		{ WRITE, 0x1000, 1, 0x44, 0, 0x10000001, 0x0010fb00 },
	};
	unsigned got[2];

	for (unsigned i = 0; i < ARRAY_SIZE(k); i++) {
		struct user_desc_raw d = { 0, k[i].base, k[i].limit, k[i].flags };

		OK(set_ldt(0, (void *)0x5000, 5, DATA));
		CHECK_ERR(syscall(SYS_modify_ldt, k[i].func, &d, 16), k[i].error);
		CHECK_EQ(read_ldt(got, 8), 8);
		if (k[i].error)
			CHECK(got[0] == 0x50000005 && got[1] == 0x00d0f300);
		else if (!CHECK(got[0] == k[i].low && got[1] == k[i].high))
			t_note("row %u: %08x %08x", i, got[0], got[1]);
	}
}

/* ---- data ---- */

static void read_by_fs(void *sel)
{
	read_fs((unsigned)sel);
}

static void write_by_fs(void *sel)
{
	__asm__ volatile("movw %w0,%%fs; movl $1,%%fs:0" : : "r"(sel) : "memory");
}

TEST(tls, ldt_rights)
{
	static int cell = 5;

	OK(set_ldt(0, &cell, 3, 0x41));
	OK(set_ldt(2, &cell, 3, 0x61));
	CHECK_EQ(fault_in(write_by_fs, (void *)SEL(0)), 0);
	CHECK_EQ(cell, 1);
	OK(set_ldt(1, &cell, 0xfffff, CODE));
	CHECK_EQ(fault_in(load_fs, (void *)SEL(1)), SIGSEGV);
	CHECK_EQ(fault.trapno, 13);
	CHECK_EQ(fault.error, SEL(1) & ~3);
	CHECK_EQ(fault_in(load_fs, (void *)SEL(2)), SIGBUS); /* not present */
	CHECK_EQ(fault.trapno, 11);
	CHECK_EQ(fault.error, SEL(2) & ~3);
	CHECK_EQ(fault_in(load_fs, (void *)SEL(3)), SIGSEGV);
	CHECK_EQ(fault_in(load_fs, (void *)SEL(LDT_ENTRIES - 1)), SIGSEGV);
}

/* A descriptor that points at the kernel gives nothing. */
TEST(tls, ldt_no_way_to_kernel_memory)
{
	OK(set_ldt(0, KERNEL_PTR, 0xfffff, DATA));
	CHECK_EQ(fault_in(read_by_fs, (void *)SEL(0)), SIGSEGV);
	CHECK_EQ(fault_in(write_by_fs, (void *)SEL(0)), SIGSEGV);
	OK(set_ldt(0, (void *)0xfffff000, 0xfffff, DATA));
	CHECK_EQ(fault_in(read_by_fs, (void *)SEL(0)), SIGSEGV);
}

/*
 * Calls and switches with strange %ds, %es and %gs: the kernel has its own meanwhile. -9999: they
 * are not what they were; Linux's vDSO comes back with flat ones.
 */
static int call_with(unsigned ds, int nr, int vdso)
{
	void (*sysinfo)(void);
	int r;

	__asm__ volatile("movl %%gs:0x10,%0" : "=r"(sysinfo));
	__asm__ volatile("pushl %%ds; pushl %%es; pushl %%gs\n\t"
			 "movw %w1,%%es; movw %w1,%%gs; movw %w1,%%ds\n\t"
			 "testl %%esi,%%esi; jz 1f\n\t"
			 "call *%%edi; jmp 4f\n\t"
			 "1: int $0x80\n\t"
			 "movl %%ds,%%ecx; cmpw %%cx,%w1; jne 3f\n\t"
			 "movl %%es,%%ecx; cmpw %%cx,%w1; jne 3f\n\t"
			 "movl %%gs,%%ecx; cmpw %%cx,%w1; je 4f\n\t"
			 "3: movl $-9999,%%eax\n\t"
			 "4: popl %%gs; popl %%es; popl %%ds"
			 : "=a"(r), "+d"(ds), "+S"(vdso), "+D"(sysinfo)
			 : "0"(nr)
			 : "ebx", "ecx", "memory", "cc");
	return r;
}

TEST(tls, ldt_in_every_data_register)
{
	static int cell;
	int pid = getpid();

	OK(set_ldt(0, &cell, 3, 0x41));
	OK(set_ldt(600, &cell, 0xfffff, 0x59));
	for (int vdso = 0; vdso < 2; vdso++) {
		CHECK_EQ(call_with(SEL(0), SYS_getpid, vdso), pid);
		CHECK_EQ(call_with(SEL(0), SYS_sched_yield, vdso), 0);
		CHECK_EQ(call_with(SEL(600), SYS_getpid, vdso), pid);
		CHECK_EQ(call_with(0, SYS_getpid, vdso), pid);
	}
}

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

/* ---- fork, exec, threads ---- */

TEST(tls, ldt_fork_copies)
{
	static int cell = 0x31, other = 0x32;
	pid_t pid;

	OK(set_ldt(700, &cell, 0xfffff, DATA));
	load_fs((void *)SEL(700));
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(fs_selector(), SEL(700));
		CHECK_EQ(read_fs(SEL(700)), 0x31);
		OK(set_ldt(700, &other, 0xfffff, DATA));
		CHECK_EQ(read_fs(SEL(700)), 0x32);
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(read_fs(SEL(700)), 0x31);
}

static void exec_helper(void)
{
	load_fs((void *)SEL(0));
	execl(t_self, "abitest", "helper:ldt", NULL);
	_exit(91);
}

TEST(tls, ldt_exec_begins_without)
{
	static int cell = 0x41;
	pid_t pid;

	OK(set_ldt(0, &cell, 0xfffff, DATA));
	pid = fork();
	if (!pid)
		exec_helper();
	CHECK_EQ(t_wait(pid), 0);
	pid = vfork(); /* shares the table until then */
	if (!pid)
		exec_helper();
	CHECK_EQ(t_wait(pid), 0);
	CHECK_EQ(read_fs(SEL(0)), 0x41);
}

/* Shares the table; its %fs has the selector all the while. */
static volatile int thread_runs, thread_stop, thread_value, thread_fs;

static void *fs_reader(void *arg)
{
	load_fs(arg);
	thread_runs = 1;
	while (!thread_stop) {
		int v;

		__asm__ volatile("movl %%fs:0,%0" : "=r"(v));
		thread_value = v;
		sched_yield();
	}
	return NULL;
}

static pthread_t start_thread(void *(*fn)(void *), unsigned sel)
{
	pthread_t t;

	REQUIRE(pthread_create(&t, NULL, fn, (void *)sel) == 0);
	REQUIRE(t_until(thread_runs));
	return t;
}

TEST(tls, ldt_threads_share)
{
	static int cell = 0x51, other = 0x52;
	pthread_t t;

	OK(set_ldt(3, &cell, 0xfffff, DATA));
	t = start_thread(fs_reader, SEL(3));
	for (unsigned i = 8; i <= LDT_ENTRIES; i *= 2)
		OK(set_ldt(i - 1, &other, 0xfffff, DATA)); /* grows under its feet */
	CHECK(t_until(thread_value == 0x51));
	CHECK_EQ(read_fs(SEL(LDT_ENTRIES - 1)), 0x52);
	CHECK_EQ(read_fs(SEL(3)), 0x51);
	thread_stop = 1;
	pthread_join(t, NULL);
}

static volatile int pipe_in, pipe_out;

/* Waits in the kernel while its descriptor goes. */
static void *blocked_reader(void *arg)
{
	char c;

	load_fs(arg);
	thread_runs = 1;
	if (read(pipe_in, &c, 1) != 1)
		return NULL;
	thread_fs = fs_selector();
	return arg;
}

TEST(tls, ldt_cleared_under_a_thread_that_waits)
{
	static int cell = 0x61;
	void *done = NULL;
	pthread_t t;
	int p[2];

	OK(pipe(p));
	pipe_in = p[0];
	OK(set_ldt(4, &cell, 0xfffff, DATA));
	t = start_thread(blocked_reader, SEL(4));
	OK(clear_ldt(4));
	thread_fs = -1;
	OK(write(p[1], "x", 1));
	pthread_join(t, &done);
	CHECK_EQ((unsigned)done, SEL(4));
	CHECK_EQ(thread_fs, 0);
}

/* ---- descriptors that go while they are in use ---- */

/* Clears entry 0 by a call that is made with it in %ds and %es: what is in them afterwards. */
static unsigned clear_in_ds(unsigned sel, unsigned *es)
{
	static const struct user_desc_raw empty = { 0, 0, 0, 0x28 };
	unsigned ds;

	__asm__ volatile("pushl %%ds; pushl %%es\n\t"
			 "movw %w4,%%es; movw %w4,%%ds\n\t"
			 "int $0x80\n\t"
			 "movl %%ds,%%edx; movl %%es,%%ecx\n\t"
			 "popl %%es; popl %%ds"
			 : "=d"(ds), "=c"(*es)
			 : "a"(SYS_modify_ldt), "b"(WRITE), "S"(sel), "c"(&empty), "d"(16)
			 : "memory");
	*es &= 0xffff;
	return ds & 0xffff;
}

TEST(tls, ldt_cleared_in_data_registers)
{
	static int cell = 0x71;
	unsigned es;

	OK(set_ldt(0, NULL, 0xfffff, DATA));
	CHECK_EQ(clear_in_ds(SEL(0), &es), 0);
	CHECK_EQ(es, 0);
	OK(set_ldt(0, &cell, 0xfffff, DATA));
	CHECK_EQ(read_fs(SEL(0)), 0x71);
	OK(clear_ldt(0));
	if (t_native()) /* a 64-bit kernel notices at the next switch */
		CHECK_EQ(fs_selector(), 0);
	CHECK_EQ(fault_in(read_by_fs, (void *)SEL(0)), SIGSEGV);
}

/* A new base counts at once, also in %fs that was loaded before. */
TEST(tls, ldt_changed_in_use)
{
	static int cell = 0x72, other = 0x73;
	int v;

	OK(set_ldt(0, &cell, 0xfffff, DATA));
	load_fs((void *)SEL(0));
	OK(set_ldt(0, &other, 0xfffff, DATA));
	__asm__ volatile("movl %%fs:0,%0" : "=r"(v));
	CHECK(v == 0x73 || !t_native());
}

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
