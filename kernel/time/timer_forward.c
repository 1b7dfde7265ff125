/* timer_forward.c - the arithmetic of periodic timers. Pure. */
#include <kernel/math64.h>
#include "posix_timer.h"

u64 timer_forward(s64 *expires, s64 interval, s64 now)
{
	u64 late, count;

	if (*expires > now)
		return 0;
	late = (u64)(now - *expires);
	/* Most are late by less than one interval: no division. */
	count = late < (u64)interval ? 1 : div64_u64(late, (u64)interval) + 1;
	*expires += (s64)(count * (u64)interval);
	return count;
}

int timer_overrun_clamp(u64 count)
{
	return count > INT_MAX ? INT_MAX : (int)count;
}
