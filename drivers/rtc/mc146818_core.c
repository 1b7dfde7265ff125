/* The battery clock; see mc146818_core.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "mc146818_core.h"

#define B_SOURCES (RTC_B_PIE | RTC_B_AIE | RTC_B_UIE)
/* Divider bits 11x hold the clock; the rest let it run, some chips use them otherwise. */
#define A_HALTED 0x60

static unsigned long lock(struct mc146818 *r)
{
	return r->lock ? r->lock(r->lock_ctx) : 0;
}

static void unlock(struct mc146818 *r, unsigned long saved)
{
	if (r->unlock)
		r->unlock(r->lock_ctx, saved);
}

static u8 index_of(const struct mc146818 *r, u8 reg)
{
	return reg | (r->nmi_masked ? RTC_INDEX_NMI : 0);
}

u8 mc146818_get(struct mc146818 *r, u8 reg)
{
	unsigned long saved = lock(r);
	u8 value;

	hw_out8(r->hw, RTC_PORT_INDEX, index_of(r, reg));
	value = hw_in8(r->hw, RTC_PORT_DATA);
	unlock(r, saved);
	return value;
}

void mc146818_put(struct mc146818 *r, u8 reg, u8 value)
{
	unsigned long saved = lock(r);

	hw_out8(r->hw, RTC_PORT_INDEX, index_of(r, reg));
	hw_out8(r->hw, RTC_PORT_DATA, value);
	unlock(r, saved);
}

/* Read, change, write, without anybody in between. */
static void change(struct mc146818 *r, u8 reg, u8 clear, u8 set)
{
	unsigned long saved = lock(r);
	u8 value;

	hw_out8(r->hw, RTC_PORT_INDEX, index_of(r, reg));
	value = hw_in8(r->hw, RTC_PORT_DATA);
	hw_out8(r->hw, RTC_PORT_INDEX, index_of(r, reg));
	hw_out8(r->hw, RTC_PORT_DATA, (value & (u8)~clear) | set);
	unlock(r, saved);
}

int mc146818_probe(struct mc146818 *r)
{
	u8 all_and = 0xFF, all_or = 0;
	u8 reg;

	for (reg = RTC_REG_SECONDS; reg <= RTC_REG_D; reg++) {
		u8 value = mc146818_get(r, reg);

		/* Reading C clears what was pending; that is wanted below anyway. */
		all_and &= value;
		all_or |= value;
	}
	if (all_and == 0xFF || all_or == 0)
		return -ENODEV;
	mc146818_disable(r, B_SOURCES);
	return 0;
}

/* ---- reading the time ---- */

static void snapshot(struct mc146818 *r, struct rtc_raw *raw)
{
	raw->second = mc146818_get(r, RTC_REG_SECONDS);
	raw->minute = mc146818_get(r, RTC_REG_MINUTES);
	raw->hour = mc146818_get(r, RTC_REG_HOURS);
	raw->day = mc146818_get(r, RTC_REG_DAY);
	raw->month = mc146818_get(r, RTC_REG_MONTH);
	raw->year = mc146818_get(r, RTC_REG_YEAR);
	raw->century = r->century_reg ? mc146818_get(r, r->century_reg) : 0;
	raw->b = mc146818_get(r, RTC_REG_B);
}

static bool updating(struct mc146818 *r)
{
	return mc146818_get(r, RTC_REG_A) & RTC_A_UIP;
}

/* False: the bit stays. */
static bool wait_update(struct mc146818 *r)
{
	unsigned int waited;

	for (waited = 0; waited < RTC_UIP_US; waited += RTC_UIP_STEP_US) {
		if (!updating(r))
			return true;
		hw_delay_us(r->hw, RTC_UIP_STEP_US);
	}
	return false;
}

/* Twice the same and no update begun: true at that moment. */
static bool steady(struct mc146818 *r, struct rtc_raw *raw, bool uip_works)
{
	struct rtc_raw again;

	snapshot(r, raw);
	if (uip_works && updating(r))
		return false;
	snapshot(r, &again);
	return !memcmp(raw, &again, sizeof(again));
}

static int read_raw(struct mc146818 *r, struct rtc_raw *raw, unsigned int *notes)
{
	bool uip_works = true;
	unsigned int i;

	for (i = 0; i < RTC_READ_TRIES; i++) {
		if (uip_works && !wait_update(r)) {
			uip_works = false;
			*notes |= RTC_NOTE_UIP_STUCK;
		}
		if (steady(r, raw, uip_works))
			return 0;
		/* Without the bit: wait longer than an update takes. */
		if (!uip_works)
			hw_delay_us(r->hw, RTC_UPDATE_US);
	}
	return -ETIMEDOUT;
}

int mc146818_read(struct mc146818 *r, struct rtc_date *d, unsigned int *notes)
{
	unsigned int found = 0;
	struct rtc_raw raw;
	int err = read_raw(r, &raw, &found);

	if (!err) {
		if (!(mc146818_get(r, RTC_REG_D) & RTC_D_VALID))
			found |= RTC_NOTE_BATTERY;
		if (raw.b & RTC_B_SET || (mc146818_get(r, RTC_REG_A) & A_HALTED) == A_HALTED)
			found |= RTC_NOTE_HALTED;
		if (r->century_reg && !rtc_century_sound(&raw))
			found |= RTC_NOTE_CENTURY;
		err = rtc_decode(&raw, r->century_reg, d) ? 0 : -EIO;
	}
	if (notes)
		*notes = found;
	return err;
}

/* ---- setting it ---- */

/* What would another reader make of this year? */
static bool year_representable(struct mc146818 *r, const struct rtc_date *d)
{
	struct rtc_raw raw = { .b = mc146818_get(r, RTC_REG_B) };
	struct rtc_date back;

	rtc_encode(d, &raw);
	return rtc_decode(&raw, r->century_reg, &back) && back.year == d->year;
}

static void put_date(struct mc146818 *r, const struct rtc_date *d, const struct rtc_raw *raw)
{
	mc146818_put(r, RTC_REG_SECONDS, raw->second);
	mc146818_put(r, RTC_REG_MINUTES, raw->minute);
	mc146818_put(r, RTC_REG_HOURS, raw->hour);
	mc146818_put(r, RTC_REG_WEEKDAY, (u8)(rtc_date_weekday(d) + 1));
	mc146818_put(r, RTC_REG_DAY, raw->day);
	mc146818_put(r, RTC_REG_MONTH, raw->month);
	mc146818_put(r, RTC_REG_YEAR, raw->year);
	if (r->century_reg)
		mc146818_put(r, r->century_reg, raw->century);
}

static bool took(struct mc146818 *r, const struct rtc_raw *raw)
{
	struct rtc_raw back;

	snapshot(r, &back);
	return back.second == raw->second && back.minute == raw->minute && back.day == raw->day &&
	       back.hour == raw->hour && back.month == raw->month && back.year == raw->year;
}

int mc146818_write(struct mc146818 *r, const struct rtc_date *d)
{
	struct rtc_raw raw = { .b = mc146818_get(r, RTC_REG_B) };
	u8 a = mc146818_get(r, RTC_REG_A) & (u8)~RTC_A_UIP;
	bool good;

	if (!rtc_date_valid(d) || !year_representable(r, d))
		return -EINVAL;
	rtc_encode(d, &raw);
	if ((a & A_HALTED) == A_HALTED)
		a = (a & RTC_A_RATE) | RTC_A_DIV_32KHZ;
	/* The clock stands while it is set, and the first second begins when the divider starts. */
	change(r, RTC_REG_B, 0, RTC_B_SET);
	mc146818_put(r, RTC_REG_A, a | RTC_A_DIV_RESET);
	put_date(r, d, &raw);
	good = took(r, &raw);
	mc146818_put(r, RTC_REG_A, a);
	change(r, RTC_REG_B, RTC_B_SET, 0);
	return good ? 0 : -EIO;
}

/* ---- alarm and interrupts ---- */

static bool alarm_field(int value, int limit)
{
	return value >= -1 && value < limit;
}

int mc146818_set_alarm(struct mc146818 *r, int hour, int minute, int second)
{
	u8 b = mc146818_get(r, RTC_REG_B);

	if (!alarm_field(hour, 24) || !alarm_field(minute, 60) || !alarm_field(second, 60))
		return -EINVAL;
	mc146818_put(r, RTC_REG_HOURS_ALARM, hour < 0 ? RTC_ALARM_ANY : rtc_encode_hour(hour, b));
	mc146818_put(r, RTC_REG_MINUTES_ALARM,
		     minute < 0 ? RTC_ALARM_ANY : rtc_encode_small(minute, b));
	mc146818_put(r, RTC_REG_SECONDS_ALARM,
		     second < 0 ? RTC_ALARM_ANY : rtc_encode_small(second, b));
	return 0;
}

/* -1: any; -2: no number. */
static int alarm_number(u8 value, u8 b, bool is_hour, int limit)
{
	int n;

	if ((value & RTC_ALARM_ANY) == RTC_ALARM_ANY)
		return -1;
	n = is_hour ? rtc_decode_hour(value, b) : rtc_decode_small(value, b);
	return n >= 0 && n < limit ? n : -2;
}

int mc146818_get_alarm(struct mc146818 *r, int *hour, int *minute, int *second)
{
	u8 b = mc146818_get(r, RTC_REG_B);

	*hour = alarm_number(mc146818_get(r, RTC_REG_HOURS_ALARM), b, true, 24);
	*minute = alarm_number(mc146818_get(r, RTC_REG_MINUTES_ALARM), b, false, 60);
	*second = alarm_number(mc146818_get(r, RTC_REG_SECONDS_ALARM), b, false, 60);
	return *hour == -2 || *minute == -2 || *second == -2 ? -EIO : 0;
}

int mc146818_set_rate(struct mc146818 *r, unsigned int hz)
{
	u8 rate;

	for (rate = 3; rate <= 15; rate++) {
		if (32768u >> (rate - 1) == hz) {
			change(r, RTC_REG_A, RTC_A_RATE | RTC_A_UIP, rate);
			return 0;
		}
	}
	return -EINVAL;
}

/* Rates 1 and 2 are 256 and 128 Hz with the usual crystal. */
unsigned int mc146818_get_rate(struct mc146818 *r)
{
	u8 rate = mc146818_get(r, RTC_REG_A) & RTC_A_RATE;

	if (!rate)
		return 0;
	return 32768u >> (rate < 3 ? rate + 6 : rate - 1);
}

void mc146818_enable(struct mc146818 *r, u8 sources)
{
	/* Forget what came before. */
	mc146818_get(r, RTC_REG_C);
	change(r, RTC_REG_B, 0, sources & B_SOURCES);
}

void mc146818_disable(struct mc146818 *r, u8 sources)
{
	change(r, RTC_REG_B, sources & B_SOURCES, 0);
	mc146818_get(r, RTC_REG_C);
}

u8 mc146818_irq(struct mc146818 *r)
{
	/* Without this read no further interrupt comes. */
	u8 came = mc146818_get(r, RTC_REG_C);

	return came & mc146818_get(r, RTC_REG_B) & B_SOURCES;
}
