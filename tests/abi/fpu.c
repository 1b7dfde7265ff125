/* Floating-point and vector state: new processes, switches, signals, fork, threads. */
#include "abitest.h"
#include <fenv.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <ucontext.h>

static unsigned short get_cw(void)
{
	unsigned short cw;

	__asm__ volatile("fnstcw %0" : "=m"(cw));
	return cw;
}

static int has_sse(void)
{
	return !!(getauxval(AT_HWCAP) & (1 << 25));
}

TEST(fpu, initial_state)
{
	CHECK_EQ(get_cw(), 0x37f);
	if (has_sse()) {
		unsigned mxcsr;

		__asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
		CHECK_EQ(mxcsr & 0xffc0, 0x1f80);
	}
}

static uint64_t series(int seed)
{
	volatile double result;
	double x = seed, sum = 0;
	uint64_t bits;

	for (int i = 1; i < 200000; i++)
		sum += x / i * (i & 1 ? 1 : -1);
	result = sum;
	memcpy(&bits, (const void *)&result, sizeof(bits));
	return bits;
}

TEST(fpu, kept_across_switches)
{
	uint64_t alone[4];
	pid_t p[4];

	for (int i = 0; i < 4; i++)
		alone[i] = series(i + 1);
	for (int i = 0; i < 4; i++) {
		p[i] = t_fork();
		if (!p[i]) {
			for (int k = 0; k < 5; k++)
				CHECK_EQ(series(i + 1), alone[i]);
			t_exit();
		}
	}
	for (int i = 0; i < 4; i++)
		t_wait_ok(p[i]);
}

/* All eight registers and the control word hold through a sleep and other users of the unit. */
TEST(fpu, whole_stack_survives_a_sleep)
{
	double in[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, out[8];
	unsigned short cw = 0x27f;
	struct timespec ts = { 0, 20000000 };
	pid_t pid = t_fork();
	int r;

	if (!pid) {
		series(3);
		_exit(0);
	}
	__asm__ volatile("fninit; fldcw %0" : : "m"(cw));
	__asm__ volatile("fldl (%0); fldl 8(%0); fldl 16(%0); fldl 24(%0);"
			 "fldl 32(%0); fldl 40(%0); fldl 48(%0); fldl 56(%0)"
			 :
			 : "r"(in)
			 : "memory");
	__asm__ volatile("int $0x80" : "=a"(r) : "0"(162), "b"(&ts), "c"(0) : "memory");
	__asm__ volatile("fstpl 56(%0); fstpl 48(%0); fstpl 40(%0); fstpl 32(%0);"
			 "fstpl 24(%0); fstpl 16(%0); fstpl 8(%0); fstpl (%0)"
			 :
			 : "r"(out)
			 : "memory");
	CHECK(!memcmp(in, out, sizeof(in)));
	CHECK_EQ(get_cw(), 0x27f);
	__asm__ volatile("fninit");
	t_wait_ok(pid);
}

static volatile unsigned short handler_cw;

static void spoil(int sig)
{
	volatile double d = 1.5;

	handler_cw = get_cw();
	__asm__ volatile("fninit");
	d = d * d;
	if (has_sse())
		__asm__ volatile(".byte 0x0f,0x57,0xc0" : : :); /* xorps %xmm0,%xmm0 */
}

TEST(fpu, handler_gets_fresh_state_and_restores)
{
	double in = 1.25, out = 0;
	unsigned short cw = 0xf7f;
	int r;

	t_on_signal(SIGUSR1, spoil, 0);
	__asm__ volatile("fldcw %0; fldl %1" : : "m"(cw), "m"(in));
	__asm__ volatile("int $0x80"
			 : "=a"(r)
			 : "0"(SYS_tgkill), "b"(getpid()), "c"(getpid()), "d"(SIGUSR1)
			 : "memory");
	__asm__ volatile("fstpl %0" : "=m"(out));
	CHECK(out == 1.25);
	CHECK_EQ(get_cw(), 0xf7f);
	CHECK_EQ(handler_cw, 0x37f);
}

static void edit_fpu(int sig, siginfo_t *si, void *ctx)
{
	struct _fpstate_head {
		unsigned long cw, sw, tag, ipoff, cssel, dataoff, datasel;
		struct {
			unsigned short sig[4], exp;
		} st[8];
	} *fp = (void *)((ucontext_t *)ctx)->uc_mcontext.fpregs;

	if (fp)
		fp->cw = (fp->cw & ~0xffffUL) | 0x77f;
}

TEST(fpu, frame_is_read_back)
{
	volatile double d = 2.5;

	t_on_siginfo(SIGUSR1, edit_fpu, 0);
	d = d * d;
	raise(SIGUSR1);
	/* With FXSAVE the 512-byte area rules; without it this header does. */
	CHECK(get_cw() == 0x77f || (has_sse() && get_cw() == 0x37f));
}

TEST(fpu, fork_copies_state)
{
	unsigned short cw = 0x67f;
	double in = 3.75, out = 0;
	pid_t pid;

	__asm__ volatile("fldcw %0; fldl %1" : : "m"(cw), "m"(in));
	__asm__ volatile("int $0x80" : "=a"(pid) : "0"(SYS_fork) : "memory");
	__asm__ volatile("fstpl %0" : "=m"(out));
	if (!pid)
		_exit(out == 3.75 && get_cw() == 0x67f ? 0 : 1);
	CHECK(out == 3.75);
	t_wait_ok(pid);
}

static void *other_cw(void *arg)
{
	unsigned short cw = 0x37f | (long)arg << 10;

	__asm__ volatile("fldcw %0" : : "m"(cw));
	for (int i = 0; i < 50; i++) {
		sched_yield();
		if (get_cw() != cw)
			return (void *)1;
	}
	return NULL;
}

TEST(fpu, per_thread)
{
	pthread_t t[3];
	void *ret;

	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, other_cw, (void *)i);
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i], &ret);
		CHECK(ret == NULL);
	}
	CHECK_EQ(get_cw(), 0x37f);
}

static void check_xmm(int seed)
{
	static __thread char in[16] __attribute__((aligned(16)));
	static __thread char out[16] __attribute__((aligned(16)));

	for (int k = 0; k < 200; k++) {
		memset(in, seed + k, 16);
		__asm__ volatile(".byte 0x0f,0x10,0x38"
				 :
				 : "a"(in)
				 : "memory"); /* movups (%eax),%xmm7 */
		if (k % 20 == 0)
			sched_yield();
		for (volatile int i = 0; i < 500; i++)
			;
		__asm__ volatile(".byte 0x0f,0x11,0x38"
				 :
				 : "a"(out)
				 : "memory"); /* movups %xmm7,(%eax) */
		if (memcmp(in, out, 16)) {
			CHECK_EQ(out[0], in[0]);
			return;
		}
	}
}

TEST(fpu, xmm_kept_across_switches)
{
	pid_t p[3];

	if (!has_sse())
		t_skip("no SSE");
	for (int i = 0; i < 3; i++) {
		p[i] = t_fork();
		if (!p[i]) {
			check_xmm(i * 50);
			t_exit();
		}
	}
	for (int i = 0; i < 3; i++)
		t_wait_ok(p[i]);
}

TEST(fpu, exceptions_flags_per_process)
{
	volatile double x = 1, y = 3;
	unsigned short sw;
	pid_t pid;

	__asm__ volatile("fnclex");
	x = x / y; /* inexact */
	__asm__ volatile("fnstsw %0" : "=m"(sw));
	CHECK_EQ(sw & 0x20, 0x20);
	pid = t_fork();
	if (!pid) {
		__asm__ volatile("fnclex");
		_exit(0);
	}
	t_wait_ok(pid);
	__asm__ volatile("fnstsw %0" : "=m"(sw));
	CHECK_EQ(sw & 0x20, 0x20);
}
