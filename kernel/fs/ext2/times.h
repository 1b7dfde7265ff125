/*
 * times.h - a file's times on disk: seconds since 1970 in 32 bits, and in inodes of more than 128
 * bytes two more bits of seconds and nanoseconds. Pure.
 */
#ifndef EXT2_TIMES_H
#define EXT2_TIMES_H

#include <kernel/file_time.h>

/* What can be told: in 32 bits, and with the two bits more. */
#define EXT2_TIME_MIN	    (-(1ll << 31))
#define EXT2_TIME_MAX	    ((1ll << 31) - 1)
#define EXT2_TIME_MAX_EXTRA (EXT2_TIME_MAX + (3ll << 32))

/* extra 0 when the inode has no such field. */
struct file_time ext2_time_decode(u32 seconds, u32 extra);
/* The nearest that can be told; *extra may be NULL: in 32 bits. */
u32 ext2_time_encode(const struct file_time *t, u32 *extra);

#endif
