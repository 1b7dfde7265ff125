/*
 * clock.c - clock_gettime and its kin without entering the kernel, where the TSC is the clock.
 *
 * Runs in the program: no kernel function or variable but the read-only data page. Anything it
 * cannot answer is a system call.
 */
#include <kernel/types.h>
#include <arch/vdso_data.h>
#include <abi/time.h>

extern const struct vdso_data vdso_data __attribute__((visibility("hidden")));

#define NR_time		   13
#define NR_gettimeofday	   78
#define NR_clock_gettime32 265
#define NR_clock_getres32  266
#define NR_clock_gettime64 403

#define EXPORT __attribute__((visibility("default")))

int __vdso_clock_gettime64(int clock, struct timespec64_abi *ts) EXPORT;
int __vdso_clock_gettime(int clock, struct timespec32_abi *ts) EXPORT;
int __vdso_gettimeofday(struct timeval_abi *tv, struct timezone_abi *tz) EXPORT;
long __vdso_time(s32 *t) EXPORT;
int __vdso_clock_getres(int clock, struct timespec32_abi *ts) EXPORT;

static long call2(long nr, long a, const void *b)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "0"(nr), "b"(a), "c"(b) : "memory");
	return ret;
}

static const struct vdso_data *data(void)
{
	const struct vdso_data *d;

	/* Position independent without a GOT. */
	__asm__("call 1f\n1:\tpopl %0\n\taddl $vdso_data - 1b, %0" : "=r"(d));
	return d;
}

static u64 tsc(void)
{
	u64 v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}

/*
 * Nanoseconds of CLOCK_MONOTONIC, or of CLOCK_REALTIME; false: ask the kernel. seq is odd as long
 * as the TSC is not the clock.
 */
static __always_inline bool read_clock(const struct vdso_data *d, int clock, s64 *ns)
{
	u32 seq;

	do {
		u64 cycles, t;

		seq = READ_ONCE(d->seq);
		barrier();
		if (unlikely(seq & 1))
			return false;
		cycles = tsc() - d->tsc_base;
		t = ((u64)(u32)cycles * d->mul >> VDSO_SHIFT) +
		    ((u64)(u32)(cycles >> 32) * d->mul << (32 - VDSO_SHIFT));
		*ns = (s64)t + d->offset_ns[clock];
		barrier();
	} while (unlikely(READ_ONCE(d->seq) != seq));
	return true;
}

static bool read_coarse(const struct vdso_data *d, int clock, s64 *ns)
{
	u32 seq;

	do {
		seq = READ_ONCE(d->seq);
		barrier();
		if (seq & 1)
			return false;
		*ns = d->coarse_mono_ns;
		if (clock == CLOCK_REALTIME_COARSE)
			*ns += d->offset_ns[CLOCK_REALTIME] - d->offset_ns[CLOCK_MONOTONIC];
		barrier();
	} while (READ_ONCE(d->seq) != seq);
	return true;
}

static __always_inline bool get_ns(int clock, s64 *ns)
{
	if (likely((unsigned int)clock <= CLOCK_MONOTONIC)) /* REALTIME is 0, MONOTONIC 1 */
		return read_clock(data(), clock, ns);
	if (clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE)
		return read_coarse(data(), clock, ns);
	return false;
}

/* One division is enough until 2106: the seconds fit 32 bits as long as the high word is small. */
static __always_inline void split(s64 ns, s64 *sec, u32 *nsec)
{
	u32 hi = (u32)((u64)ns >> 32), lo = (u32)ns, qhi = 0, r = hi, q;

	if (unlikely(hi >= 1000000000u)) {
		qhi = hi / 1000000000u;
		r = hi % 1000000000u;
	}
	__asm__("divl %4" : "=a"(q), "=d"(r) : "0"(lo), "1"(r), "rm"(1000000000u));
	*sec = (s64)((u64)qhi << 32 | q);
	*nsec = r;
}

int __vdso_clock_gettime64(int clock, struct timespec64_abi *ts)
{
	s64 ns, sec;
	u32 nsec;

	if (!get_ns(clock, &ns))
		return call2(NR_clock_gettime64, clock, ts);
	split(ns, &sec, &nsec);
	ts->sec = sec;
	ts->nsec = (s32)nsec;
	ts->pad = 0;
	return 0;
}

int __vdso_clock_gettime(int clock, struct timespec32_abi *ts)
{
	s64 ns, sec;
	u32 nsec;

	if (!get_ns(clock, &ns))
		return call2(NR_clock_gettime32, clock, ts);
	split(ns, &sec, &nsec);
	ts->sec = (s32)sec;
	ts->nsec = (s32)nsec;
	return 0;
}

int __vdso_gettimeofday(struct timeval_abi *tv, struct timezone_abi *tz)
{
	s64 ns, sec;
	u32 nsec;

	if (tz || !tv || !get_ns(CLOCK_REALTIME, &ns))
		return call2(NR_gettimeofday, (long)tv, tz);
	split(ns, &sec, &nsec);
	tv->sec = (s32)sec;
	tv->usec = (s32)(nsec / 1000);
	return 0;
}

long __vdso_time(s32 *t)
{
	s64 ns, sec;
	u32 nsec;

	if (!get_ns(CLOCK_REALTIME_COARSE, &ns))
		return call2(NR_time, (long)t, NULL);
	split(ns, &sec, &nsec);
	if (t)
		*t = (s32)sec;
	return (long)sec;
}

int __vdso_clock_getres(int clock, struct timespec32_abi *ts)
{
	return call2(NR_clock_getres32, clock, ts);
}
