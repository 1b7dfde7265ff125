/*
 * errseq.h - an error that each of many observers learns of exactly once.
 *
 * The word holds the last error, a counter, and whether anybody has seen that state. An observer
 * keeps the word as it last saw it; a difference means news. A new observer starts with
 * errseq_sample(), which gives 0 while the last error was seen by nobody: then it is told, too.
 *
 * Locking: none; the word is changed by compare and exchange. Pure but for that.
 */
#ifndef KERNEL_ERRSEQ_H
#define KERNEL_ERRSEQ_H

#include <kernel/atomic.h>
#include <kernel/types.h>

#define ERRSEQ_ERRNO 0xfffu
#define ERRSEQ_SEEN  0x1000u
#define ERRSEQ_STEP  0x2000u

static inline bool errseq_swap(u32 *word, u32 old, u32 new)
{
	return arch_cmpxchg((int *)word, (int)old, (int)new) == (int)old;
}

static inline void errseq_set(u32 *word, int error)
{
	u32 old, new;

	do {
		old = READ_ONCE(*word);
		new = (old & ~(ERRSEQ_ERRNO | ERRSEQ_SEEN)) | (u32)-error;
		if (old & ERRSEQ_SEEN)
			new += ERRSEQ_STEP;
	} while (old != new && !errseq_swap(word, old, new));
}

static inline u32 errseq_sample(const u32 *word)
{
	u32 now = READ_ONCE(*word);

	return now & ERRSEQ_SEEN ? now : 0;
}

/* 0, or the error that came since *since, which is moved on. */
static inline int errseq_check(u32 *word, u32 *since)
{
	u32 now = READ_ONCE(*word), seen;

	if (now == *since)
		return 0;
	seen = now | ERRSEQ_SEEN;
	if (seen != now)
		(void)errseq_swap(word, now, seen);
	if (*since == seen)
		return 0;
	*since = seen;
	return -(int)(now & ERRSEQ_ERRNO);
}

/* The error that came since `before`, if any; nobody has seen it by that. */
static inline int errseq_peek(const u32 *word, u32 before)
{
	u32 now = READ_ONCE(*word);

	return (now ^ before) & ~ERRSEQ_SEEN ? -(int)(now & ERRSEQ_ERRNO) : 0;
}

#endif
