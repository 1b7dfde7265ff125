/*
 * rtc_decode.h - the battery clock's registers as a date, and calendar arithmetic. Pure.
 *
 * Whether numbers are BCD or binary and hours count to 12 or 24 is what register B says. The
 * century byte, where one is known, is believed if it is 19..21 and makes a year from 1970 on; else
 * two digits decide: 00-69 are 20xx, 70-99 are 19xx.
 *
 * Errors: false or -1, no date. Time: UTC or local as the machine keeps it; the caller knows.
 *
 * Source: hardware-notes 8; MC146818A datasheet.
 */
#ifndef DRIVERS_RTC_DECODE_H
#define DRIVERS_RTC_DECODE_H

#include <kernel/types.h>
#include "mc146818_reg.h"

struct rtc_date {
	int year;	/* 1970.. */
	int month, day; /* from 1 */
	int hour, minute, second;
};

bool rtc_date_valid(const struct rtc_date *d);
/* Seconds since 1970-01-01 00:00:00 in the proleptic Gregorian calendar, years 1..9999. */
s64 rtc_date_to_seconds(const struct rtc_date *d);
void rtc_seconds_to_date(s64 seconds, struct rtc_date *d);
/* 0 Sunday .. 6 Saturday. */
int rtc_date_weekday(const struct rtc_date *d);

/* Raw registers, decoded as register B says. */
struct rtc_raw {
	u8 second, minute, hour, day, month, year, century, b;
};
/* Single registers under register B's mode; -1: no number. Hours are 0..23. */
int rtc_decode_small(u8 value, u8 b);
int rtc_decode_hour(u8 value, u8 b);
u8 rtc_encode_small(int value, u8 b);
u8 rtc_encode_hour(int hour, u8 b);
/* Is the century byte worth belief? */
bool rtc_century_sound(const struct rtc_raw *raw);
/* False: not a date. `century_known`: raw->century was really read. */
bool rtc_decode(const struct rtc_raw *raw, bool century_known, struct rtc_date *d);
/* Into the mode that raw->b says. */
void rtc_encode(const struct rtc_date *d, struct rtc_raw *raw);

#endif
