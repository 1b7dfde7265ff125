/*
 * rtc.c - is the battery clock to be believed?
 *
 * Source: MC146818A datasheet; IBM AT technical reference (the sum over bytes 10 to 2D at 2E);
 * hardware-notes 8 (200 ppm are usual).
 */
#include "rules.h"
#include <drivers/rtc/rtc_decode.h>
#include <stdlib.h>
#include <string.h>

#define NEEDED	    64u
#define SUM_FROM    0x10u
#define SUM_TO	    0x2du
#define SUM_AT	    0x2eu
#define HALTED	    0x60u
#define PPM_USUAL   200
#define PPM_WRONG   2000
#define SECONDS_DAY 86400
#define MILLION	    1000000
#define DATES_APART 2
#define LOST_US	    1000 /* in a second: less than any system's tick */

static const struct fact *registers(const struct facts *facts)
{
	return facts_get_bytes(facts, "rtc", "", "registers", NEEDED);
}

static bool decode(const struct fact *f, struct rtc_date *d)
{
	const u8 *r = f->bytes;
	struct rtc_raw raw = { r[RTC_REG_SECONDS], r[RTC_REG_MINUTES], r[RTC_REG_HOURS],
			       r[RTC_REG_DAY],	   r[RTC_REG_MONTH],   r[RTC_REG_YEAR],
			       r[RTC_REG_CENTURY], r[RTC_REG_B] };

	return rtc_decode(&raw, true, d);
}

/* A BIOS that keeps no sum leaves 0 there. */
static bool sum_fits(const struct fact *f)
{
	unsigned int sum = 0;

	if (!f->bytes[SUM_AT] && !f->bytes[SUM_AT + 1])
		return true;

	for (unsigned int i = SUM_FROM; i <= SUM_TO; i++)
		sum += f->bytes[i];
	return sum == ((unsigned int)f->bytes[SUM_AT] << 8 | f->bytes[SUM_AT + 1]);
}

static bool stands(const struct fact *f)
{
	return f->bytes[RTC_REG_B] & RTC_B_SET || (f->bytes[RTC_REG_A] & HALTED) == HALTED;
}

static bool parse_date(const char *text, int64_t *seconds)
{
	struct rtc_date d = { .year = 0 };
	int *field[] = { &d.year, &d.month, &d.day, &d.hour, &d.minute, &d.second };

	for (unsigned int i = 0; text && i < ARRAY_SIZE(field); i++) {
		char *end;
		long value = strtol(text, &end, 10);

		if (end == text || value < 0 || value > 9999)
			return false;
		*field[i] = (int)value;
		text = *end ? end + 1 : end;
	}
	if (!text || !rtc_date_valid(&d))
		return false;
	*seconds = rtc_date_to_seconds(&d);
	return true;
}

static void judge_date(const struct facts *facts, const struct fact *raw, struct judgement *j)
{
	int64_t ours, driver;
	struct rtc_date d;

	if (!(raw->bytes[RTC_REG_D] & RTC_D_VALID))
		judge(j, VERDICT_LIMITED,
		      "The battery is empty: the date is lost when the machine is switched off.");
	if (!parse_date(facts_get_text(facts, "rtc", "", "date"), &ours)) {
		judge(j, VERDICT_LIMITED, "What the clock holds is no date; it has to be set.");
		return;
	}
	if (!decode(raw, &d) && facts_get_number(facts, "rtc", "", "update-stuck", 0))
		judge(j, VERDICT_LIMITED, "Some of the clock's registers hold no numbers.");
	if (parse_date(facts_get_text(facts, "rtc", "", "driver-date"), &driver) &&
	    llabs(driver - ours) > DATES_APART)
		judge(j, VERDICT_MALFUNCTION,
		      "The driver's date is %lld seconds away from the chip's.",
		      (long long)(driver - ours));
}

static void judge_rate(const struct facts *facts, struct judgement *j)
{
	int64_t updates = facts_get_number(facts, "rtc", "", "updates", -1);
	int64_t ppm = facts_get_number(facts, "rtc", "", "drift", 0);
	int64_t doubt = facts_get_number(facts, "rtc", "", "drift-uncertainty", 0);
	int64_t lost = facts_get_number(facts, "rtc", "", "clock-lost", 0);
	const char *against = facts_get_text(facts, "rtc", "", "against");

	if (facts_get_number(facts, "rtc", "", "update-stuck", 0) == 1)
		judge(j, VERDICT_LIMITED, "The clock always says that it is being updated.");
	else if (!updates)
		judge(j, VERDICT_FAILED, "The clock does not count: the seconds stay the same.");
	if (ppm > MILLION || ppm < -MILLION || doubt < 0)
		return;
	if (updates > 0 && lost / updates > LOST_US)
		judge(j, VERDICT_LIMITED,
		      "The system's clock lost %lld ms in %lld seconds: something takes the "
		      "processor away (the firmware, or an emulator's busy host).",
		      (long long)(lost / 1000), (long long)updates);
	if (doubt > PPM_WRONG || rule_agree(facts, "rtc", "", "seconds") < AGREE_MOST)
		judge(j, VERDICT_LIMITED, "How fast the battery clock runs is not known: %s.",
		      RULE_DISTURBED);
	else if (llabs(ppm) - doubt > PPM_WRONG)
		judge(j, VERDICT_FAILED,
		      "The battery clock and the %s differ by %lld seconds a day.",
		      against ? against : "system's clock",
		      (long long)(ppm * SECONDS_DAY / MILLION));
	else if (llabs(ppm) - doubt > PPM_USUAL)
		judge(j, VERDICT_LIMITED,
		      "The battery clock is %lld seconds a day %s; 17 are usual.",
		      (long long)(llabs(ppm) * SECONDS_DAY / MILLION), ppm < 0 ? "slow" : "fast");
}

static void judge_rtc(const struct facts *facts, struct judgement *j)
{
	const struct fact *raw = registers(facts);

	if (!raw) {
		judge(j, VERDICT_FAILED, "The clock's registers could not be read.");
		return;
	}
	if (stands(raw))
		judge(j, VERDICT_LIMITED, "The clock is stopped; setting the date starts it.");
	judge_date(facts, raw, j);
	if (!stands(raw))
		judge_rate(facts, j);
	if (!sum_fits(raw))
		judge(j, VERDICT_LIMITED,
		      "The BIOS settings do not fit their checksum: look through the BIOS setup.");
}

static void describe_rtc(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	const struct fact *raw = registers(facts);
	const char *driver = facts_get_text(facts, "rtc", "", "driver-date");
	const char *against = facts_get_text(facts, "rtc", "", "against");
	struct rtc_date d;

	if (!raw)
		return;
	if (decode(raw, &d))
		rule_put(put, ctx, "Date: %04d-%02d-%02d %02d:%02d:%02d", d.year, d.month, d.day,
			 d.hour, d.minute, d.second);
	if (driver)
		rule_put(put, ctx, "By the driver, a moment later: %s", driver);
	rule_put(put, ctx, "Numbers: %s, %d hours; battery %s; BIOS checksum %s",
		 raw->bytes[RTC_REG_B] & RTC_B_BINARY ? "binary" : "BCD",
		 raw->bytes[RTC_REG_B] & RTC_B_24H ? 24 : 12,
		 raw->bytes[RTC_REG_D] & RTC_D_VALID ? "good" : "empty",
		 sum_fits(raw) ? "fits" : "does not fit");
	if (facts_find(facts, "rtc", "", "drift"))
		rule_put(put, ctx, "Rate against the %s: %+lld ppm (give or take %lld)",
			 against ? against : "system's clock",
			 (long long)facts_get_number(facts, "rtc", "", "drift", 0),
			 (long long)facts_get_number(facts, "rtc", "", "drift-uncertainty", 0));
}

const struct rule rule_rtc = {
	.probe = "rtc",
	.judge = judge_rtc,
	.describe = describe_rtc,
};
