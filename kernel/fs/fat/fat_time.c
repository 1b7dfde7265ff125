/* fat_time.c - see fat_time.h. */
#include "fat_time.h"
#include <kernel/math64.h>

#define DAY_SECONDS 86400u
#define DAYS_1980   3652u /* from 1970 to 1980 */
#define YEAR_FIRST  1980u
#define YEAR_LAST   2107u

static const u16 days_before[13] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };

/* Of the years that DOS knows, only 2100 is divisible by four and no leap year. */
static bool is_leap(u32 year)
{
	return !(year & 3) && year != 2100;
}

static u32 days_before_year(u32 year)
{
	const u32 n = year - YEAR_FIRST;

	return n * 365 + (n + 3) / 4 - (year > 2100);
}

static u32 days_before_month(u32 year, u32 month)
{
	return days_before[month - 1] + (month > 2 && is_leap(year));
}

struct file_time fat_time_decode(u16 date, u16 time, u8 centiseconds, s32 zone)
{
	const u32 year = YEAR_FIRST + (date >> 9), month = min(max(date >> 5 & 15, 1), 12),
		  day = max(date & 31, 1);
	const u32 days =
		DAYS_1980 + days_before_year(year) + days_before_month(year, month) + day - 1;
	const u32 seconds = (u32)(time >> 11) * 3600 + (time >> 5 & 63) * 60u + (time & 31) * 2u;

	return (struct file_time){ .sec = (s64)days * DAY_SECONDS + seconds + centiseconds / 100 -
					  zone,
				   .nsec = centiseconds % 100 * 10000000u };
}

static void encode_date(u32 days, u16 *date)
{
	u32 year = YEAR_FIRST + days / 366, month = 1;

	while (year < YEAR_LAST && days >= days_before_year(year + 1))
		year++;
	days -= days_before_year(year);
	while (month < 12 && days >= days_before_month(year, month + 1))
		month++;
	days -= days_before_month(year, month);
	*date = (u16)((year - YEAR_FIRST) << 9 | month << 5 | (days + 1));
}

void fat_time_encode(const struct file_time *t, s32 zone, u16 *date, u16 *time, u8 *centiseconds)
{
	const s64 first = (s64)DAYS_1980 * DAY_SECONDS,
		  end = first + (s64)days_before_year(YEAR_LAST + 1) * DAY_SECONDS;
	s64 local = t->sec + zone;
	u32 seconds, nsec = t->nsec;

	if (local < first || local >= end) {
		local = local < first ? first : end - 2;
		nsec = 0;
	}
	encode_date((u32)div_u64_rem((u64)(local - first), DAY_SECONDS, &seconds), date);
	*time = (u16)(seconds / 3600 << 11 | seconds / 60 % 60 << 5 | seconds % 60 / 2);
	if (centiseconds)
		*centiseconds = (u8)((seconds & 1) * 100 + nsec / 10000000);
}
