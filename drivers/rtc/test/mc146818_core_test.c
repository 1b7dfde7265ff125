/* The clock, read at the worst moments, and lying. */
// LINK: drivers/rtc/mc146818_core.c drivers/rtc/rtc_decode.c drivers/rtc/test/sim_rtc.c
#include <host/host.h>
#include <host/sim_bus.h>
#include <kernel/errno.h>
#include <string.h>
#include "sim_rtc.h"

static struct sim_rtc sim;
static struct mc146818 r;

static void start(int year, int month, int day, int hour, int minute, int second)
{
	struct rtc_date d = { year, month, day, hour, minute, second };

	sim_rtc_init(&sim, &d);
	memset(&r, 0, sizeof(r));
	r.hw = &sim.bus.hw;
}

static int setup(void **state)
{
	start(2004, 5, 6, 7, 8, 9);
	return 0;
}

#define date_is(y, mo, d, h, mi, s)                                                                \
	do {                                                                                       \
		struct rtc_date got_;                                                              \
		assert_int_equal(mc146818_read(&r, &got_, &notes), 0);                             \
		assert_int_equal(got_.year, y);                                                    \
		assert_int_equal(got_.month, mo);                                                  \
		assert_int_equal(got_.day, d);                                                     \
		assert_int_equal(got_.hour, h);                                                    \
		assert_int_equal(got_.minute, mi);                                                 \
		assert_int_equal(got_.second, s);                                                  \
	} while (0)

static unsigned int notes;

/* ---- dates ---- */

static void test_seconds(void **state)
{
	static const struct {
		struct rtc_date d;
		s64 seconds;
		int weekday;
	} rows[] = {
		{ { 1970, 1, 1, 0, 0, 0 }, 0, 4 },
		{ { 1969, 12, 31, 23, 59, 59 }, -1, 3 },
		{ { 1999, 12, 31, 23, 59, 59 }, 946684799, 5 },
		{ { 2000, 1, 1, 0, 0, 0 }, 946684800, 6 },
		{ { 2000, 2, 29, 12, 0, 0 }, 951825600, 2 },
		{ { 2000, 3, 1, 0, 0, 0 }, 951868800, 3 },
		{ { 2038, 1, 19, 3, 14, 7 }, 2147483647, 2 },
		{ { 2038, 1, 19, 3, 14, 8 }, 2147483648, 2 },
		{ { 2069, 12, 31, 23, 59, 59 }, 3155759999, 2 },
		{ { 2100, 3, 1, 0, 0, 0 }, 4107542400, 1 },
		{ { 1, 1, 1, 0, 0, 0 }, -62135596800, 1 },
		{ { 9999, 12, 31, 23, 59, 59 }, 253402300799, 5 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rtc_date back;

		assert_true(rtc_date_valid(&rows[i].d));
		assert_true(rtc_date_to_seconds(&rows[i].d) == rows[i].seconds);
		assert_int_equal(rtc_date_weekday(&rows[i].d), rows[i].weekday);
		rtc_seconds_to_date(rows[i].seconds, &back);
		assert_memory_equal(&back, &rows[i].d, sizeof(back));
	}
}

static void test_every_day(void **state)
{
	struct rtc_date d;
	s64 day;
	int weekday = 4;

	for (day = 0; day < 366 * 250; day++) {
		rtc_seconds_to_date(day * 86400 + 12345, &d);
		assert_true(rtc_date_valid(&d));
		assert_true(rtc_date_to_seconds(&d) == day * 86400 + 12345);
		assert_int_equal(rtc_date_weekday(&d), weekday);
		weekday = (weekday + 1) % 7;
	}
}

static void test_invalid_dates(void **state)
{
	static const struct rtc_date rows[] = {
		{ 2003, 0, 1, 0, 0, 0 },  { 2003, 13, 1, 0, 0, 0 }, { 2003, 1, 0, 0, 0, 0 },
		{ 2003, 1, 32, 0, 0, 0 }, { 2003, 4, 31, 0, 0, 0 }, { 2003, 2, 29, 0, 0, 0 },
		{ 1900, 2, 29, 0, 0, 0 }, { 2003, 1, 1, 24, 0, 0 }, { 2003, 1, 1, -1, 0, 0 },
		{ 2003, 1, 1, 0, 60, 0 }, { 2003, 1, 1, 0, 0, 60 }, { 0, 1, 1, 0, 0, 0 },
		{ 10000, 1, 1, 0, 0, 0 }, { 2003, 1, 1, 0, -1, 0 }, { 2003, 1, 1, 0, 0, -1 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_false(rtc_date_valid(&rows[i]));
}

static void test_modes(void **state)
{
	static const struct {
		u8 b, hour;
		int want;
	} rows[] = {
		{ RTC_B_24H, 0x23, 23 },
		{ RTC_B_24H | RTC_B_BINARY, 23, 23 },
		{ 0, 0x12, 0 },
		{ 0, 0x92, 12 },
		{ 0, 0x01, 1 },
		{ 0, 0x81, 13 },
		{ 0, 0x11, 11 },
		{ 0, 0x91, 23 },
		{ RTC_B_BINARY, 12, 0 },
		{ RTC_B_BINARY, 0x80 | 12, 12 },
		{ RTC_B_BINARY, 0x80 | 11, 23 },
		{ 0, 0x00, -1 },
		{ 0, 0x13, -1 },
		{ RTC_B_24H, 0x1A, -1 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(rtc_decode_hour(rows[i].hour, rows[i].b), rows[i].want);
		if (rows[i].want >= 0)
			assert_int_equal(rtc_encode_hour(rows[i].want, rows[i].b), rows[i].hour);
	}
}

static void test_windows(void **state)
{
	static const struct {
		u8 year, century;
		int known, alone;
	} rows[] = {
		{ 0x00, 0x20, 2000, 2000 }, { 0x69, 0x20, 2069, 2069 }, { 0x70, 0x19, 1970, 1970 },
		{ 0x99, 0x19, 1999, 1999 }, { 0x04, 0x19, 2004, 2004 }, { 0x80, 0x20, 2080, 1980 },
		{ 0x10, 0x21, 2110, 2010 }, { 0x26, 0xFF, 2026, 2026 }, { 0x26, 0x00, 2026, 2026 },
		{ 0x26, 0x14, 2026, 2026 }, { 0x26, 0x22, 2026, 2026 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rtc_raw raw = { 0, 0, 0, 1, 1, rows[i].year, rows[i].century, RTC_B_24H };
		struct rtc_date d;

		assert_true(rtc_decode(&raw, true, &d));
		assert_int_equal(d.year, rows[i].known);
		assert_true(rtc_decode(&raw, false, &d));
		assert_int_equal(d.year, rows[i].alone);
	}
}

/* ---- the chip ---- */

static void test_read(void **state)
{
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, 0);
	sim_bus_advance(&sim.bus, 60 * SECOND_US);
	date_is(2004, 5, 6, 7, 9, 9);
}

static void test_read_modes(void **state)
{
	static const u8 modes[] = { 0, RTC_B_24H, RTC_B_BINARY, RTC_B_BINARY | RTC_B_24H };

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		start(2004, 5, 6, 19, 48, 59);
		sim.ram[RTC_REG_B] = modes[i];
		date_is(2004, 5, 6, 19, 48, 59);
		assert_int_equal(sim.ram[RTC_REG_B], modes[i]);
	}
}

/* From every moment around an update: the old second or the new, never a mixture. */
static void test_read_around_updates(void **state)
{
	for (unsigned int before = 0; before < 6000; before += 7) {
		struct rtc_date d;
		u64 begin;

		start(1999, 12, 31, 23, 59, 59);
		sim_bus_advance(&sim.bus, 500000 - 2500 + before);
		begin = sim_rtc_us(&sim);
		assert_int_equal(mc146818_read(&r, &d, &notes), 0);
		assert_int_equal(notes, 0);
		if (d.year == 1999)
			assert_true(d.month == 12 && d.day == 31 && d.hour == 23 && d.second == 59);
		else
			assert_true(d.year == 2000 && d.month == 1 && d.day == 1 && d.hour == 0 &&
				    d.second == 0);
		assert_in_range(sim_rtc_us(&sim) - begin, 0, 6000);
	}
}

/* An SMM trap behind the look at UIP, into an update whose registers read twice the same. */
static void test_read_behind_a_trap(void **state)
{
	for (unsigned int before = 0; before < 3000; before += 7) {
		struct rtc_date d;

		start(1999, 12, 31, 23, 59, 59);
		sim.same_garbage = true;
		sim_bus_advance(&sim.bus, 500000 - 2500 + before);
		sim.trap_us = 700;
		assert_int_equal(mc146818_read(&r, &d, &notes), 0);
		assert_true(d.year == 1999 ? d.second == 59 && d.month == 12 : d.second == 0);
		assert_true(d.year == 1999 ? d.hour == 23 : d.year == 2000 && d.hour == 0);
	}
}

/* A slow bus: every access takes a while. */
static void test_read_slowly(void **state)
{
	sim.bus.access_ns = 40000;
	date_is(2004, 5, 6, 7, 8, 9);
}

static void test_rollovers(void **state)
{
	start(2038, 1, 19, 3, 14, 7);
	sim_bus_advance(&sim.bus, SECOND_US);
	date_is(2038, 1, 19, 3, 14, 8);
	start(2069, 12, 31, 23, 59, 59);
	date_is(2069, 12, 31, 23, 59, 59);
	start(2004, 2, 28, 23, 59, 59);
	sim_bus_advance(&sim.bus, SECOND_US);
	date_is(2004, 2, 29, 0, 0, 0);
}

static void test_century(void **state)
{
	sim.century_reg = r.century_reg = 0x32;
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, 0);
	/* A BIOS of the last century. */
	sim.stale_century = true;
	sim.ram[0x32] = 0x19;
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, RTC_NOTE_CENTURY);
	sim.ram[0x32] = 0xFF;
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, RTC_NOTE_CENTURY);
}

static void test_uip_stuck(void **state)
{
	u64 begin = sim_rtc_us(&sim);

	sim.uip_stuck = true;
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, RTC_NOTE_UIP_STUCK);
	assert_in_range(sim_rtc_us(&sim) - begin, RTC_UIP_US, RTC_UIP_US * 3 / 2);
	/* In the middle of an update it still finds a sound moment. */
	sim_bus_advance(&sim.bus, SECOND_US - sim_rtc_us(&sim) % SECOND_US - RTC_UIP_US - 300);
	date_is(2004, 5, 6, 7, 8, 10);
}

static void test_never_steady(void **state)
{
	struct rtc_date d;
	u64 begin = sim_rtc_us(&sim);

	sim.frozen_garbage = true;
	assert_int_equal(mc146818_read(&r, &d, &notes), -ETIMEDOUT);
	sim.uip_stuck = true;
	assert_int_equal(mc146818_read(&r, &d, NULL), -ETIMEDOUT);
	assert_in_range(sim_rtc_us(&sim) - begin, 0, RTC_READ_TRIES * RTC_UIP_US);
}

static void test_battery(void **state)
{
	sim.ram[RTC_REG_D] = 0;
	date_is(2004, 5, 6, 7, 8, 9);
	assert_int_equal(notes, RTC_NOTE_BATTERY);
}

static void test_halted(void **state)
{
	struct rtc_date d;

	sim_rtc_tick(&sim);
	sim.ram[RTC_REG_B] |= RTC_B_SET;
	assert_int_equal(mc146818_read(&r, &d, &notes), 0);
	assert_int_equal(notes, RTC_NOTE_HALTED);
	sim.ram[RTC_REG_B] &= (u8)~RTC_B_SET;
	sim.ram[RTC_REG_A] = 0x76;
	assert_int_equal(mc146818_read(&r, &d, &notes), 0);
	assert_int_equal(notes, RTC_NOTE_HALTED);
}

static void test_nonsense(void **state)
{
	struct rtc_date d;

	sim_rtc_tick(&sim);
	sim.ram[RTC_REG_B] |= RTC_B_SET;
	sim.ram[RTC_REG_MONTH] = 0x13;
	assert_int_equal(mc146818_read(&r, &d, &notes), -EIO);
	sim.ram[RTC_REG_MONTH] = 0x5A;
	assert_int_equal(mc146818_read(&r, &d, &notes), -EIO);
	sim.ram[RTC_REG_MONTH] = 0x05;
	sim.ram[RTC_REG_HOURS] = 0x24;
	assert_int_equal(mc146818_read(&r, &d, &notes), -EIO);
	sim.ram[RTC_REG_HOURS] = 0x07;
	sim.ram[RTC_REG_YEAR] = 0xA0;
	assert_int_equal(mc146818_read(&r, &d, &notes), -EIO);
}

static void test_absent(void **state)
{
	struct rtc_date d;

	sim_bus_release(&sim.bus, RTC_PORT_INDEX);
	assert_int_equal(mc146818_probe(&r), -ENODEV);
	assert_int_not_equal(mc146818_read(&r, &d, NULL), 0);
	sim.bus.floating = 0;
	assert_int_equal(mc146818_probe(&r), -ENODEV);
	assert_in_range(sim_rtc_us(&sim), 0, 2 * SECOND_US);
}

static void test_probe(void **state)
{
	sim.ram[RTC_REG_B] |= RTC_B_PIE | RTC_B_AIE | RTC_B_UIE;
	sim.ram[RTC_REG_C] = 0xF0;
	assert_int_equal(mc146818_probe(&r), 0);
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H);
	assert_int_equal(sim.ram[RTC_REG_C], 0);
}

static void test_nmi_bit(void **state)
{
	mc146818_get(&r, 0x10);
	assert_int_equal(sim.last_nmi, 0);
	r.nmi_masked = true;
	mc146818_get(&r, 0x10);
	assert_int_equal(sim.last_nmi, 0x80);
	mc146818_put(&r, 0x40, 1);
	assert_int_equal(sim.last_nmi, 0x80);
}

/* ---- setting ---- */

static void test_write(void **state)
{
	static const u8 modes[] = { 0, RTC_B_24H, RTC_B_BINARY, RTC_B_BINARY | RTC_B_24H };
	static const struct rtc_date d = { 2031, 11, 30, 22, 59, 58 };

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		setup(state);
		sim.ram[RTC_REG_B] = modes[i];
		assert_int_equal(mc146818_write(&r, &d), 0);
		assert_int_equal(sim.ram[RTC_REG_B], modes[i]);
		assert_int_equal(sim.ram[RTC_REG_A], 0x26);
		assert_int_equal(sim.ram[RTC_REG_WEEKDAY], 1);
		sim_bus_advance(&sim.bus, SECOND_US / 4);
		date_is(2031, 11, 30, 22, 59, 58);
	}
}

static void test_write_century(void **state)
{
	static const struct rtc_date d = { 2031, 11, 30, 22, 59, 58 };

	sim.ram[0x32] = 0x55;
	assert_int_equal(mc146818_write(&r, &d), 0);
	assert_int_equal(sim.ram[0x32], 0x55);
	sim.century_reg = r.century_reg = 0x32;
	assert_int_equal(mc146818_write(&r, &d), 0);
	assert_int_equal(sim.ram[0x32], 0x20);
}

static void test_write_revives(void **state)
{
	static const struct rtc_date d = { 2031, 11, 30, 22, 59, 58 };

	sim.ram[RTC_REG_A] = 0x76;
	sim.ram[RTC_REG_B] |= RTC_B_SET;
	assert_int_equal(mc146818_write(&r, &d), 0);
	assert_int_equal(sim.ram[RTC_REG_A], 0x26);
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H);
}

static void test_write_refused(void **state)
{
	static const struct rtc_date none = { 2031, 2, 30, 0, 0, 0 },
				     early = { 1960, 1, 1, 0, 0, 0 };
	static const struct rtc_date late = { 2070, 1, 1, 0, 0, 0 }, good = { 2031, 1, 2, 0, 0, 0 };
	unsigned int writes = sim_bus_accessed(&sim.bus, RTC_PORT_DATA, true);

	assert_int_equal(mc146818_write(&r, &none), -EINVAL);
	assert_int_equal(mc146818_write(&r, &early), -EINVAL);
	assert_int_equal(mc146818_write(&r, &late), -EINVAL);
	assert_int_equal(sim_bus_accessed(&sim.bus, RTC_PORT_DATA, true), writes);
	r.century_reg = sim.century_reg = 0x32;
	assert_int_equal(mc146818_write(&r, &late), 0);
	sim.deaf = true;
	assert_int_equal(mc146818_write(&r, &good), -EIO);
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H);
}

static void test_write_spares_ram(void **state)
{
	static const struct rtc_date d = { 2031, 11, 30, 22, 59, 58 };

	for (unsigned int i = 0x0E; i < 0x80; i++)
		sim.ram[i] = (u8)(i * 3);
	mc146818_write(&r, &d);
	mc146818_set_alarm(&r, 1, 2, 3);
	mc146818_probe(&r);
	for (unsigned int i = 0x0E; i < 0x80; i++)
		assert_int_equal(sim.ram[i], (u8)(i * 3));
}

/* ---- alarm and interrupts ---- */

static void alarm_is(int hour, int minute, int second)
{
	int h, m, s;

	assert_int_equal(mc146818_set_alarm(&r, hour, minute, second), 0);
	assert_int_equal(mc146818_get_alarm(&r, &h, &m, &s), 0);
	assert_true(h == hour && m == minute && s == second);
}

static void test_alarm(void **state)
{
	int h, m, s;

	alarm_is(17, 30, 45);
	assert_int_equal(sim.ram[RTC_REG_HOURS_ALARM], 0x17);
	assert_int_equal(sim.ram[RTC_REG_MINUTES_ALARM], 0x30);
	assert_int_equal(sim.ram[RTC_REG_SECONDS_ALARM], 0x45);
	alarm_is(-1, 0, -1);
	sim.ram[RTC_REG_B] = 0;
	alarm_is(12, 0, 0);
	alarm_is(0, 59, 59);
	alarm_is(23, 1, 1);
	assert_int_equal(mc146818_set_alarm(&r, 24, 0, 0), -EINVAL);
	assert_int_equal(mc146818_set_alarm(&r, 0, 60, 0), -EINVAL);
	assert_int_equal(mc146818_set_alarm(&r, 0, 0, -2), -EINVAL);
	sim.ram[RTC_REG_MINUTES_ALARM] = 0x7B;
	assert_int_equal(mc146818_get_alarm(&r, &h, &m, &s), -EIO);
}

static void test_rate(void **state)
{
	for (unsigned int hz = 2; hz <= 8192; hz *= 2) {
		assert_int_equal(mc146818_set_rate(&r, hz), 0);
		assert_int_equal(mc146818_get_rate(&r), hz);
		assert_int_equal(sim.ram[RTC_REG_A] & 0xF0, 0x20);
	}
	assert_int_equal(mc146818_set_rate(&r, 1024), 0);
	assert_int_equal(sim.ram[RTC_REG_A], 0x26);
	assert_int_equal(mc146818_set_rate(&r, 1), -EINVAL);
	assert_int_equal(mc146818_set_rate(&r, 16384), -EINVAL);
	assert_int_equal(mc146818_set_rate(&r, 1000), -EINVAL);
	assert_int_equal(mc146818_set_rate(&r, 0), -EINVAL);
	sim.ram[RTC_REG_A] = 0x20;
	assert_int_equal(mc146818_get_rate(&r), 0);
	sim.ram[RTC_REG_A] = 0x21;
	assert_int_equal(mc146818_get_rate(&r), 256);
}

static void test_irq(void **state)
{
	assert_int_equal(mc146818_irq(&r), 0);
	sim.ram[RTC_REG_C] = 0xFF;
	mc146818_enable(&r, RTC_B_PIE | RTC_B_UIE | RTC_B_SET);
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H | RTC_B_PIE | RTC_B_UIE);
	assert_int_equal(sim.ram[RTC_REG_C], 0);
	sim.ram[RTC_REG_C] = RTC_C_IRQF | RTC_C_PF | RTC_C_AF;
	assert_int_equal(mc146818_irq(&r), RTC_C_PF);
	assert_int_equal(mc146818_irq(&r), 0);
	mc146818_disable(&r, RTC_B_PIE);
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H | RTC_B_UIE);
}

static unsigned int locked, lock_calls;
static unsigned long take_lock(void *ctx)
{
	assert_int_equal(locked++, 0);
	lock_calls++;
	return 7;
}
static void drop_lock(void *ctx, unsigned long saved)
{
	assert_int_equal(saved, 7);
	assert_int_equal(--locked, 0);
}

static void test_lock(void **state)
{
	struct rtc_date d;

	locked = lock_calls = 0;
	r.lock = take_lock;
	r.unlock = drop_lock;
	assert_int_equal(mc146818_read(&r, &d, NULL), 0);
	assert_int_equal(mc146818_write(&r, &d), 0);
	assert_true(lock_calls > 30);
	assert_int_equal(locked, 0);
}

#define rtc_test(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		rtc_test(test_seconds),
		rtc_test(test_every_day),
		rtc_test(test_invalid_dates),
		rtc_test(test_modes),
		rtc_test(test_windows),
		rtc_test(test_read),
		rtc_test(test_read_modes),
		rtc_test(test_read_around_updates),
		rtc_test(test_read_behind_a_trap),
		rtc_test(test_read_slowly),
		rtc_test(test_rollovers),
		rtc_test(test_century),
		rtc_test(test_uip_stuck),
		rtc_test(test_never_steady),
		rtc_test(test_battery),
		rtc_test(test_halted),
		rtc_test(test_nonsense),
		rtc_test(test_absent),
		rtc_test(test_probe),
		rtc_test(test_nmi_bit),
		rtc_test(test_write),
		rtc_test(test_write_century),
		rtc_test(test_write_revives),
		rtc_test(test_write_refused),
		rtc_test(test_write_spares_ram),
		rtc_test(test_alarm),
		rtc_test(test_rate),
		rtc_test(test_irq),
		rtc_test(test_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
