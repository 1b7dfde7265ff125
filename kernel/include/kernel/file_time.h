/*
 * file_time.h - the times of a file: seconds since 1970, which may be negative, and nanoseconds.
 *
 * Programs may set any 64-bit second, as on Linux's tmpfs; that is why these are not the kernel's
 * usual 64-bit nanoseconds. Pure but for file_time_now().
 */
#ifndef KERNEL_FILE_TIME_H
#define KERNEL_FILE_TIME_H

#include <kernel/types.h>

struct file_time {
	s64 sec;
	u32 nsec; /* below 1e9; counts forward also before 1970 */
};

struct file_time file_time_from_ns(s64 ns);
/* The nearest that 64-bit nanoseconds hold (1677 to 2262). */
s64 file_time_to_ns(const struct file_time *t);
/* Less than, equal to or greater than 0, as a is earlier than, equal to or later than b. */
int file_time_compare(const struct file_time *a, const struct file_time *b);
/* The time of the last tick, which is what changes are stamped with. */
struct file_time file_time_now(void);

#endif
