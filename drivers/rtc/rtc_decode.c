/* See rtc_decode.h. */
#include "rtc_decode.h"

#define WINDOW_YEAR    1970
#define DAYS_BY_ERA    146097 /* 400 years */
#define DAYS_TO_EPOCH  719468 /* 0000-03-01 to 1970-01-01 */
#define SECONDS_BY_DAY 86400

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
	static const u8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool rtc_date_valid(const struct rtc_date *d)
{
	return d->year >= 1 && d->year <= 9999 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= days_in_month(d->year, d->month) && d->hour >= 0 && d->hour < 24 &&
	       d->minute >= 0 && d->minute < 60 && d->second >= 0 && d->second < 60;
}

/*
 * Years that begin in March have their leap day last, so the day within the year does not depend on
 * it: 153 days for every five months from March on.
 */
static s32 days_since_epoch(const struct rtc_date *d)
{
	s32 year = d->month <= 2 ? d->year - 1 : d->year;
	s32 month = (d->month + 9) % 12;
	s32 era = year / 400, in_era = year % 400;
	s32 in_year = (153 * month + 2) / 5 + d->day - 1;

	return era * DAYS_BY_ERA + in_era * 365 + in_era / 4 - in_era / 100 + in_year -
	       DAYS_TO_EPOCH;
}

s64 rtc_date_to_seconds(const struct rtc_date *d)
{
	return (s64)days_since_epoch(d) * SECONDS_BY_DAY + d->hour * 3600 + d->minute * 60 +
	       d->second;
}

int rtc_date_weekday(const struct rtc_date *d)
{
	s32 days = days_since_epoch(d);

	/* 1970-01-01 was a Thursday; the offset keeps the dividend positive back to year 1. */
	return (days + 4 + 7 * DAYS_BY_ERA) % 7;
}

static void days_to_date(s32 days, struct rtc_date *d)
{
	s32 since = days + DAYS_TO_EPOCH;
	s32 era = since / DAYS_BY_ERA, in_era = since % DAYS_BY_ERA;
	s32 year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	s32 in_year = in_era - (365 * year + year / 4 - year / 100);
	s32 month = (5 * in_year + 2) / 153;

	d->day = in_year - (153 * month + 2) / 5 + 1;
	d->month = month < 10 ? month + 3 : month - 9;
	d->year = year + era * 400 + (d->month <= 2);
}

/* Division by a constant that needs no 64-bit divide: days first, by long division in base 2^16. */
static s32 whole_days(u64 seconds, u32 *rest)
{
	u32 high = (u32)(seconds >> 16), low = (u32)seconds & 0xFFFF;
	u32 carry = high % SECONDS_BY_DAY;
	u64 middle = (u64)carry << 16 | low;
	u32 quotient = high / SECONDS_BY_DAY << 16;
	u32 bits = 0;

	/* middle < 86,400 * 65,536: the rest of the quotient has 16 bits. */
	for (int i = 15; i >= 0; i--) {
		u64 part = (u64)SECONDS_BY_DAY << i;

		if (middle >= part) {
			middle -= part;
			bits |= 1u << i;
		}
	}
	*rest = (u32)middle;
	return (s32)(quotient + bits);
}

void rtc_seconds_to_date(s64 seconds, struct rtc_date *d)
{
	u32 rest;
	s32 days = whole_days((u64)(seconds + (s64)DAYS_TO_EPOCH * SECONDS_BY_DAY), &rest);

	days_to_date(days - DAYS_TO_EPOCH, d);
	d->hour = (int)(rest / 3600);
	d->minute = (int)(rest / 60 % 60);
	d->second = (int)(rest % 60);
}

/* ---- registers ---- */

static bool is_bcd(u8 value)
{
	return (value & 0x0F) < 10 && value < 0xA0;
}

/* A register's number, or -1. */
static int number(u8 value, bool binary)
{
	if (binary)
		return value;
	return is_bcd(value) ? (value >> 4) * 10 + (value & 0x0F) : -1;
}

static u8 encoded(int value, bool binary)
{
	return (u8)(binary ? value : value / 10 << 4 | value % 10);
}

int rtc_decode_hour(u8 value, u8 b)
{
	bool pm = value & RTC_HOURS_PM;
	int hour;

	if (b & RTC_B_24H)
		return number(value, b & RTC_B_BINARY);
	hour = number(value & (u8)~RTC_HOURS_PM, b & RTC_B_BINARY);
	if (hour < 1 || hour > 12)
		return -1;
	return hour % 12 + (pm ? 12 : 0);
}

u8 rtc_encode_hour(int hour, u8 b)
{
	if (b & RTC_B_24H)
		return encoded(hour, b & RTC_B_BINARY);
	return encoded((hour + 11) % 12 + 1, b & RTC_B_BINARY) | (hour >= 12 ? RTC_HOURS_PM : 0);
}

int rtc_decode_small(u8 value, u8 b)
{
	return number(value, b & RTC_B_BINARY);
}

u8 rtc_encode_small(int value, u8 b)
{
	return encoded(value, b & RTC_B_BINARY);
}

bool rtc_century_sound(const struct rtc_raw *raw)
{
	int century = number(raw->century, raw->b & RTC_B_BINARY);
	int year = number(raw->year, raw->b & RTC_B_BINARY);

	return century >= 19 && century <= 21 && century * 100 + year >= WINDOW_YEAR;
}

bool rtc_decode(const struct rtc_raw *raw, bool century_known, struct rtc_date *d)
{
	bool binary = raw->b & RTC_B_BINARY;
	int year = number(raw->year, binary);

	if (year < 0 || year > 99)
		return false;
	if (century_known && rtc_century_sound(raw))
		d->year = number(raw->century, binary) * 100 + year;
	else
		d->year = year < WINDOW_YEAR % 100 ? 2000 + year : 1900 + year;
	d->month = number(raw->month, binary);
	d->day = number(raw->day, binary);
	d->hour = rtc_decode_hour(raw->hour, raw->b);
	d->minute = number(raw->minute, binary);
	d->second = number(raw->second, binary);
	return rtc_date_valid(d);
}

void rtc_encode(const struct rtc_date *d, struct rtc_raw *raw)
{
	bool binary = raw->b & RTC_B_BINARY;

	raw->second = encoded(d->second, binary);
	raw->minute = encoded(d->minute, binary);
	raw->hour = rtc_encode_hour(d->hour, raw->b);
	raw->day = encoded(d->day, binary);
	raw->month = encoded(d->month, binary);
	raw->year = encoded(d->year % 100, binary);
	raw->century = encoded(d->year / 100, binary);
}
