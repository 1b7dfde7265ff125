/* timespec.c - nanoseconds from and to the time structures of programs. */
#include <kernel/errno.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/time.h>
#include "timespec.h"

#define SEC_MAX (TIMEOUT_NEVER / NSEC_PER_SEC)

s64 timespec_join(s64 sec, s32 nsec, int *err)
{
	*err = 0;
	if (sec < 0 || nsec < 0 || nsec >= NSEC_PER_SEC) {
		*err = -EINVAL;
		return 0;
	}
	return sec >= SEC_MAX ? TIMEOUT_NEVER : sec * NSEC_PER_SEC + nsec;
}

s64 timespec64_to_ns(const struct timespec64_abi *ts, int *err)
{
	return timespec_join(ts->sec, ts->nsec, err);
}

/* Rounds towards minus infinity, so that nsec is never negative. */
s64 timespec_split(s64 ns, s32 *rest)
{
	u32 part;
	s64 sec;

	if (ns >= 0) {
		sec = (s64)div_u64_rem((u64)ns, (u32)NSEC_PER_SEC, &part);
	} else {
		sec = -(s64)div_u64_rem(-(u64)ns, (u32)NSEC_PER_SEC, &part);
		if (part) {
			sec--;
			part = (u32)NSEC_PER_SEC - part;
		}
	}
	*rest = (s32)part;
	return sec;
}

int timespec_get_user(s64 *ns, const void __user *src, bool is64)
{
	struct timespec64_abi wide;
	struct timespec32_abi narrow;
	int err;

	if (is64) {
		if (copy_from_user(&wide, src, sizeof(wide)))
			return -EFAULT;
		*ns = timespec_join(wide.sec, wide.nsec, &err);
	} else {
		if (copy_from_user(&narrow, src, sizeof(narrow)))
			return -EFAULT;
		*ns = timespec_join(narrow.sec, narrow.nsec, &err);
	}
	return err;
}

int timespec_put_user(s64 ns, void __user *dst, bool is64)
{
	struct timespec64_abi wide = { 0, 0, 0 };
	struct timespec32_abi narrow;

	if (is64) {
		wide.sec = timespec_split(ns, &wide.nsec);
		return copy_to_user(dst, &wide, sizeof(wide));
	}
	narrow.sec = (s32)timespec_split(ns, &narrow.nsec);
	return copy_to_user(dst, &narrow, sizeof(narrow));
}

int timeval_get_user(s64 *ns, const void __user *src)
{
	struct timeval_abi tv;
	int err;

	if (copy_from_user(&tv, src, sizeof(tv)))
		return -EFAULT;
	if (tv.usec < 0 || tv.usec >= USEC_PER_SEC)
		return -EINVAL;
	*ns = timespec_join(tv.sec, tv.usec * (s32)NSEC_PER_USEC, &err);
	return err;
}

void timeval_split(s64 ns, s32 *sec, s32 *usec)
{
	s32 nsec;

	*sec = (s32)timespec_split(ns, &nsec);
	*usec = nsec / (s32)NSEC_PER_USEC;
}

int timeval_put_user(s64 ns, void __user *dst)
{
	struct timeval_abi tv;

	timeval_split(ns, &tv.sec, &tv.usec);
	return copy_to_user(dst, &tv, sizeof(tv));
}
