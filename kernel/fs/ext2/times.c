/*
 * times.c - a file's times on disk; see times.h.
 *
 * The two low bits of `extra` are added to bit 32 and 33 of the (signed) seconds, so that -2^31 to
 * 2^34 - 2^31 can be told; above them are the nanoseconds.
 */
#include "times.h"

#define EPOCH_BITS 2u
#define NSEC_MAX   999999999u

struct file_time ext2_time_decode(u32 seconds, u32 extra)
{
	const u32 nsec = extra >> EPOCH_BITS;

	return (struct file_time){ .sec = (s64)(s32)seconds + ((s64)(extra & 3) << 32),
				   .nsec = nsec <= NSEC_MAX ? nsec : 0 };
}

u32 ext2_time_encode(const struct file_time *t, u32 *extra)
{
	const s64 s =
		clamp_t(s64, t->sec, EXT2_TIME_MIN, extra ? EXT2_TIME_MAX_EXTRA : EXT2_TIME_MAX);

	if (extra)
		*extra = (u32)((s - (s64)(s32)s) >> 32) | t->nsec << EPOCH_BITS;
	return (u32)s;
}
