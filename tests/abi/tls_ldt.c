/* modify_ldt: the call, segments in data registers, whose they are, and how they change in use. */
#include "abitest.h"
#include "fault.h"
#include "ldtcall.h"
#include <pthread.h>
#include <sched.h>

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

/* Two processes whose selector is the same and means different things take turns. */
TEST(tls, ldt_of_two_processes)
{
	static int cell = 0x33, other = 0x34;
	int wrong = 0;
	pid_t pid;

	OK(set_ldt(0, &cell, 0xfffff, DATA));
	read_fs(SEL(0));
	pid = t_fork();
	if (!pid) {
		OK(set_ldt(0, &other, 0xfffff, DATA));
		read_fs(SEL(0));
	}
	for (int i = 0; i < 300; i++) {
		wrong += read_fs_again() != (pid ? 0x33 : 0x34);
		sched_yield();
	}
	CHECK_EQ(wrong, 0);
	if (!pid)
		t_exit();
	t_wait_ok(pid);
}

static char exec_stack[65536] __attribute__((aligned(16)));

static int exec_helper(void *arg)
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
		exec_helper(NULL);
	CHECK_EQ(t_wait(pid), 0);
	/* The table is shared until then, and stays the parent's. */
	pid = OK(clone(exec_helper, exec_stack + sizeof(exec_stack), CLONE_VM | SIGCHLD, NULL));
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
		thread_value = read_fs_again();
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

	OK(set_ldt(0, &cell, 0xfffff, DATA));
	load_fs((void *)SEL(0));
	OK(set_ldt(0, &other, 0xfffff, DATA));
	CHECK(read_fs_again() == 0x73 || !t_native());
}
