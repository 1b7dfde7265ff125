/* See sim_rtc.h. */
#include <string.h>
#include "sim_rtc.h"

static bool halted(const struct sim_rtc *s)
{
	return s->ram[RTC_REG_B] & RTC_B_SET || (s->ram[RTC_REG_A] & 0x60) == 0x60;
}

u64 sim_rtc_us(const struct sim_rtc *s)
{
	u64 us = s->bus.now_ns / 1000;

	return us + (u64)((s64)us * s->rate_ppm / 1000000);
}

void sim_rtc_tick(struct sim_rtc *s)
{
	struct rtc_date d;
	struct rtc_raw raw = { .b = s->ram[RTC_REG_B] };

	if (halted(s))
		return;
	rtc_seconds_to_date(
		s->base + (s64)((sim_rtc_us(s) + SECOND_US - UPDATE_US) / SECOND_US) - 1, &d);
	rtc_encode(&d, &raw);
	s->ram[RTC_REG_SECONDS] = raw.second;
	s->ram[RTC_REG_MINUTES] = raw.minute;
	s->ram[RTC_REG_HOURS] = raw.hour;
	s->ram[RTC_REG_DAY] = raw.day;
	s->ram[RTC_REG_MONTH] = raw.month;
	s->ram[RTC_REG_YEAR] = raw.year;
	if (s->century_reg && !s->stale_century)
		s->ram[s->century_reg] = raw.century;
}

static bool in_update(const struct sim_rtc *s)
{
	return !halted(s) && sim_rtc_us(s) % SECOND_US < UPDATE_US;
}

static bool uip(const struct sim_rtc *s)
{
	return s->uip_stuck || (!s->uip_never && !halted(s) &&
				(sim_rtc_us(s) % SECOND_US < UPDATE_US ||
				 sim_rtc_us(s) % SECOND_US >= SECOND_US - WARNING_US));
}

static bool is_time(u8 reg)
{
	return reg < RTC_REG_A && reg != 1 && reg != 3 && reg != 5;
}

static u32 chip_read(void *chip, u16 port, unsigned int width)
{
	struct sim_rtc *s = chip;
	u8 value;

	if (port == RTC_PORT_INDEX)
		return 0xFF;
	s->reads++;
	sim_rtc_tick(s);
	value = s->ram[s->index];
	if (is_time(s->index) && (in_update(s) || s->frozen_garbage))
		value = (u8)(0xE0 + (s->same_garbage ? 0 : s->reads % 16));
	if (s->index == RTC_REG_A)
		value = (value & 0x7F) | (uip(s) ? RTC_A_UIP : 0);
	if (s->index == RTC_REG_C) {
		s->reads_of_c++;
		s->ram[RTC_REG_C] = 0;
	}
	if (s->index == RTC_REG_A && s->trap_us) {
		u64 away = s->trap_us;

		s->trap_us = 0;
		sim_bus_advance(&s->bus, away);
	}
	return value;
}

static void chip_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_rtc *s = chip;
	struct rtc_date d;
	struct rtc_raw raw;
	bool was_halted = halted(s);

	if (port == RTC_PORT_INDEX) {
		s->index = value & 0x7F;
		s->last_nmi = value & 0x80;
		return;
	}
	if (s->index >= RTC_REG_C && s->index <= RTC_REG_D)
		return;
	if (is_time(s->index) && (!was_halted || s->deaf))
		return;
	s->ram[s->index] = (u8)value;
	if (!was_halted || halted(s))
		return;
	/* It runs from now on: half a second to the first update. */
	raw = (struct rtc_raw){ s->ram[0], s->ram[2], s->ram[4],    s->ram[7],
				s->ram[8], s->ram[9], s->ram[0x32], s->ram[0xB] };
	if (rtc_decode(&raw, s->century_reg, &d))
		s->base = rtc_date_to_seconds(&d) - (s64)(sim_rtc_us(s) / SECOND_US);
}

void sim_rtc_init(struct sim_rtc *s, const struct rtc_date *d)
{
	memset(s, 0, sizeof(*s));
	sim_bus_init(&s->bus);
	sim_bus_claim(&s->bus, RTC_PORT_INDEX, 2, chip_read, chip_write, s);
	s->bus.max_us = 100 * SECOND_US;
	s->ram[RTC_REG_A] = 0x26;
	s->ram[RTC_REG_B] = RTC_B_24H;
	s->ram[RTC_REG_D] = RTC_D_VALID;
	s->base = rtc_date_to_seconds(d) - 1;
	sim_bus_advance(&s->bus, SECOND_US + 500000);
}
