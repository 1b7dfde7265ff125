/* timespec.h - conversions of the time calls; the first two and timeval_split() are pure. */
#ifndef TIME_TIMESPEC_H
#define TIME_TIMESPEC_H

#include <kernel/math64.h>
#include <kernel/time.h>
#include <kernel/types.h>

s64 timespec_join(s64 sec, s32 nsec, int *err); /* saturates; -EINVAL: negative or nsec too big */
s64 timespec_split(s64 ns, s32 *nsec);		/* returns the seconds */
int timeval_get_user(s64 *ns, const void __user *src); /* 0, -EINVAL, -EFAULT */
int timeval_put_user(s64 ns, void __user *dst);

#endif
