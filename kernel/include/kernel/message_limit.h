/*
 * message_limit.h - so many lines in so much time: a broken disk can be wrong in every block.
 *
 * Locking: none; two at the same moment may say a line more. Units: ns.
 */
#ifndef KERNEL_MESSAGE_LIMIT_H
#define KERNEL_MESSAGE_LIMIT_H

#include <kernel/types.h>

#define MESSAGE_LIMIT_LINES 20u
#define MESSAGE_LIMIT_SPACE 30000000000ll

struct message_limit {
	s64 since; /* 0: nothing was said yet */
	unsigned int told;
};

/* May something be said now? *last: it is to be said that what follows is not shown. */
static inline bool message_allowed(struct message_limit *limit, s64 now, bool *last)
{
	if (!limit->since || now - limit->since > MESSAGE_LIMIT_SPACE) {
		limit->since = now;
		limit->told = 0;
	}
	limit->told += limit->told < MESSAGE_LIMIT_LINES;
	*last = limit->told == MESSAGE_LIMIT_LINES - 1;
	return limit->told < MESSAGE_LIMIT_LINES;
}

#endif
