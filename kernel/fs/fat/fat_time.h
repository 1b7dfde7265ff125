/*
 * fat_time.h - the times of DOS: local time, years 1980 to 2107, in steps of two seconds, for the
 * creation of 10 ms. Pure.
 * Units: zone: seconds that local time is ahead of UTC.
 */
#ifndef FAT_TIME_H
#define FAT_TIME_H

#include <kernel/file_time.h>

/* A date that is none (0: never set) gives 1980. */
struct file_time fat_time_decode(u16 date, u16 time, u8 centiseconds, s32 zone);
/* The nearest that can be told; centiseconds may be NULL. */
void fat_time_encode(const struct file_time *t, s32 zone, u16 *date, u16 *time, u8 *centiseconds);

#endif
