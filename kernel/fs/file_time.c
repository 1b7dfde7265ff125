/*
 * file_time.c - times of files, to and from the kernel's nanoseconds.
 */
#include <kernel/file_time.h>
#include <kernel/math64.h>
#include <kernel/time.h>

struct file_time file_time_from_ns(s64 ns)
{
	struct file_time t;
	u32 rem;

	if (ns >= 0) {
		t.sec = (s64)div_u64_rem((u64)ns, NSEC_PER_SEC, &t.nsec);
		return t;
	}
	t.sec = -(s64)div_u64_rem(-(u64)ns, NSEC_PER_SEC, &rem);
	if (rem) {
		t.sec--;
		rem = NSEC_PER_SEC - rem;
	}
	t.nsec = rem;
	return t;
}

s64 file_time_to_ns(const struct file_time *t)
{
	const s64 max = 9223372035ll; /* LLONG_MAX ns, in whole seconds, less one */

	if (t->sec > max)
		return LLONG_MAX;
	if (t->sec < -max)
		return -LLONG_MAX;
	return t->sec * NSEC_PER_SEC + t->nsec;
}

int file_time_compare(const struct file_time *a, const struct file_time *b)
{
	if (a->sec != b->sec)
		return a->sec < b->sec ? -1 : 1;
	if (a->nsec != b->nsec)
		return a->nsec < b->nsec ? -1 : 1;
	return 0;
}

struct file_time file_time_now(void)
{
	return file_time_from_ns(clock_coarse_realtime());
}
