/* rlimit_rules.c - see rlimit.h. Pure. */
#include <kernel/errno.h>
#include "rlimit.h"

int rlimit_check(unsigned int which, const struct rlimit_k *old, const struct rlimit_k *new,
		 bool privileged)
{
	if (new->cur > new->max)
		return -EINVAL;
	if (which == RLIMIT_NOFILE && new->max > NOFILE_MAX)
		return -EPERM;
	return new->max > old->max && !privileged ? -EPERM : 0;
}

u64 rlimit_widen(u32 value)
{
	return value == RLIM_INFINITY32 ? RLIM_INFINITY : value;
}

u32 rlimit_narrow(u64 value)
{
	return value >= RLIM_INFINITY32 ? RLIM_INFINITY32 : (u32)value;
}
