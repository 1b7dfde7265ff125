/*
 * rtc.c - the battery clock: its bytes, its date, and how fast it runs.
 *
 * Nothing is written but the index. Register C is read only when the machine is ours: reading it
 * takes an interrupt away from a driver. The rate is measured by when the seconds change; between
 * changes the probe sleeps. It is measured against channel 2 of the timer, borrowed where nobody
 * has it and R1 is allowed: a system's clock that counts ticks loses some in an emulator on a busy
 * host, or to the firmware. Without it, against the monotonic clock. Each second is measured for
 * itself, so that one that was disturbed does not count. The bit that announces an update is
 * watched beside that: an emulator's may be too short to be seen.
 *
 * Bytes 38 to 3F are noted as secret: several BIOSes keep a password there.
 *
 * Source: MC146818A datasheet; hardware-notes 8.
 */
#include "cmos.h"
#include "probe.h"
#include "samples.h"
#include "timer.h"
#include <fcntl.h>
#include <linux/rtc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CMOS_BYTES    128u
#define SECRET_AT     0x38u
#define SECRET_LEN    8u
#define UPDATES	      5u
#define SECOND_US     1000000u
#define EDGE_LIMIT_US (SECOND_US + SECOND_US / 2)
/* The next update is looked for from so long before it is due. */
#define EARLY_US 20000u
/* A sleep of so long ends before the timer has been around. */
#define NAP_US	  10000u
#define CHANNEL_2 0x42u
/* Between two looks more time passed than this: somebody else ran, the edge is not sharp. */
#define BLUR_US 2000u
/* Seconds agree that differ by no more; the shortest tick of a system is 1 ms. */
#define AGREE_US 500

struct edges {
	struct mc146818 *chip;
	bool by_timer; /* `watch` is the clock */
	struct timer_watch watch;
	u64 last_us;		     /* when the seconds changed */
	unsigned int count, seen;    /* changes; of these with the bit seen before */
	u64 longest_us, shortest_us; /* how long the bit was set */
	u64 blur_us;		     /* the most of any change */
	struct samples seconds;	     /* how long each was, in us */
};

static u64 clock_us(struct edges *e)
{
	return e->by_timer ? timer_watch_us(&e->watch) : hw_now_us(e->chip->hw);
}

/* The seconds, 0x100 while the chip says that they are being changed. */
static unsigned int look(struct mc146818 *chip)
{
	if (mc146818_get(chip, RTC_REG_A) & RTC_A_UIP)
		return 0x100;
	return mc146818_get(chip, RTC_REG_SECONDS);
}

struct change {
	u64 at_us, blur_us; /* between which looks */
	u64 announced_us;   /* how long before the chip said so; 0: not seen */
};

/* Waits until the seconds change; false: they do not. */
static bool wait_change(struct edges *e, struct change *c)
{
	u64 begin = hw_now_us(e->chip->hw), last = clock_us(e), now, rose = 0;
	unsigned int first = 0x100;

	while (hw_now_us(e->chip->hw) - begin < EDGE_LIMIT_US) {
		unsigned int is = look(e->chip);

		now = clock_us(e);
		if (is == 0x100 && !rose)
			rose = now;
		if (is != 0x100 && first != 0x100 && is != first) {
			*c = (struct change){ now, now - last, rose ? now - rose : 0 };
			return true;
		}
		/* It was announced, and is over, and the same seconds: another's doing. */
		if (is != 0x100) {
			first = is;
			rose = 0;
		}
		last = now;
	}
	return false;
}

/* Between two changes may be several seconds: a blurred one is left out. */
static void add_second(struct edges *e, const struct change *c)
{
	u64 passed = c->at_us - e->last_us, seconds = (passed + SECOND_US / 2) / SECOND_US;

	if (e->count && seconds)
		samples_add(&e->seconds, (s64)(passed / seconds));
	e->blur_us = max(e->blur_us, c->blur_us);
	e->last_us = c->at_us;
	e->count++;
}

/* One whole update; false: there is none. */
static bool see_update(struct edges *e)
{
	struct change c;

	if (!wait_change(e, &c))
		return false;
	if (c.blur_us > BLUR_US)
		return true; /* not sharp: it says nothing */
	add_second(e, &c);
	if (!c.announced_us)
		return true;
	if (!e->seen++ || c.announced_us < e->shortest_us)
		e->shortest_us = c.announced_us;
	e->longest_us = max(e->longest_us, c.announced_us);
	return true;
}

static void note_edges(struct probe_run *run, const struct edges *e)
{
	s64 middle = samples_median(&e->seconds);
	unsigned int agreeing = samples_near(&e->seconds, middle, AGREE_US);

	note_number(run, "", "updates-announced", e->seen, "");
	if (e->seen) {
		note_number(run, "", "update-shortest", (int64_t)e->shortest_us, "us");
		note_number(run, "", "update-longest", (int64_t)e->longest_us, "us");
	}
	if (!e->seconds.count)
		return;
	note_number(run, "", "seconds", e->seconds.count, "times");
	note_number(run, "", "seconds-agreeing", agreeing, "times");
	note_number(run, "", "second-shortest", e->seconds.value[0], "us");
	note_number(run, "", "second-longest", e->seconds.value[e->seconds.count - 1], "us");
	note_text(run, "", "against", "%s", e->by_timer ? "timer" : "system's clock");
	/* Positive: the battery clock is fast against that. */
	note_number(run, "", "drift", (s64)SECOND_US - samples_mean(&e->seconds, middle, AGREE_US),
		    "ppm");
	note_number(run, "", "drift-uncertainty", (s64)(2 * e->blur_us / agreeing) + 1, "ppm");
}

static void sleep_near(struct edges *e)
{
	u64 begin = clock_us(e);

	if (!e->by_timer)
		hw_sleep_us(e->chip->hw, SECOND_US - EARLY_US);
	for (unsigned int i = 0; e->by_timer && i < SECOND_US / NAP_US; i++) {
		if (clock_us(e) - begin >= SECOND_US - EARLY_US - NAP_US)
			break;
		hw_sleep_us(e->chip->hw, NAP_US);
	}
}

static void watch_updates(struct probe_run *run, struct edges *e)
{
	u64 begin = hw_now_us(e->chip->hw), by_timer = clock_us(e);
	unsigned int changes = 0;

	/* Twice as many tries as updates: some may be blurred. A second began just before. */
	for (unsigned int i = 0; i < 2 * UPDATES && e->count < UPDATES; i++) {
		sleep_near(e);
		if (!see_update(e))
			break;
		changes++;
	}
	note_number(run, "", "updates", changes, "");
	if (e->by_timer)
		note_number(run, "", "clock-lost",
			    (s64)(clock_us(e) - by_timer) - (s64)(hw_now_us(e->chip->hw) - begin),
			    "us");
	note_edges(run, e);
}

static void measure(struct probe_run *run, struct mc146818 *chip)
{
	struct edges e = { .chip = chip };
	struct timer_loan loan;

	if (run->options->class < CLASS_R1 || host_owner(run->host, CHANNEL_2) ||
	    host_owner(run->host, TIMER_PORT_61)) {
		watch_updates(run, &e);
		return;
	}
	timer_borrow(run->host, &loan);
	e.by_timer = timer_watch_start(&e.watch, run->host);
	watch_updates(run, &e);
	timer_give_back(run->host, &loan);
}

static void note_registers(struct probe_run *run, struct mc146818 *chip)
{
	u8 bytes[CMOS_BYTES];
	struct fact *fact;

	for (unsigned int i = 0; i < CMOS_BYTES; i++)
		bytes[i] = i == RTC_REG_C && !run->host->alone ? 0 : cmos_get(chip, (u8)i);
	fact = note_bytes(run, "", "registers", bytes, sizeof(bytes));
	facts_hide(fact, SECRET_AT, SECRET_LEN);
}

static void note_date(struct probe_run *run, const char *key, const struct rtc_date *d)
{
	note_text(run, "", key, "%04d-%02d-%02d %02d:%02d:%02d", d->year, d->month, d->day, d->hour,
		  d->minute, d->second);
}

/* What the driver makes of it, where there is one; both dates are read within one second. */
static void note_driver(struct probe_run *run)
{
	struct rtc_time t;
	int fd = open("/dev/rtc0", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fd = open("/dev/rtc", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!ioctl(fd, RTC_RD_TIME, &t))
		note_date(run, "driver-date",
			  &(struct rtc_date){ t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
					      t.tm_min, t.tm_sec });
	close(fd);
}

static void note_time(struct probe_run *run, struct mc146818 *chip)
{
	struct rtc_date d;
	unsigned int notes;
	struct edges e = { .chip = chip };
	struct change change;

	/* From the beginning of a second, so that the driver's answer is of the same. */
	(void)wait_change(&e, &change);
	if (!mc146818_read(chip, &d, &notes))
		note_date(run, "date", &d);
	note_number(run, "", "update-stuck", notes & RTC_NOTE_UIP_STUCK ? 1 : 0, "");
	note_driver(run);
}

static enum probe_end run_rtc(struct probe_run *run)
{
	u8 all_and = 0xff, all_or = 0;
	struct mc146818 chip;

	cmos_open(&chip, run->host);
	for (u8 reg = RTC_REG_SECONDS; reg <= RTC_REG_B; reg++) {
		u8 value = mc146818_get(&chip, reg);

		all_and &= value;
		all_or |= value;
	}
	if (all_and == 0xff || !all_or)
		return PROBE_ABSENT;
	note_registers(run, &chip);
	note_time(run, &chip);
	measure(run, &chip);
	return PROBE_DONE;
}

const struct probe probe_rtc = {
	.name = "rtc",
	.title = "battery clock: date, battery, how fast it runs",
	.class = CLASS_R0,
	.seconds = 30,
	.run = run_rtc,
};
