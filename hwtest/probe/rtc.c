/*
 * rtc.c - the battery clock: its bytes, its date, and how fast it runs.
 *
 * Nothing is written but the index. Register C is read only when the machine is ours: reading it
 * takes an interrupt away from a driver. The rate is measured by when the seconds change, against
 * the monotonic clock; between changes the probe sleeps. The bit that announces an update is
 * watched beside that: an emulator's may be too short to be seen.
 *
 * Bytes 38 to 3F are noted as secret: several BIOSes keep a password there.
 *
 * Source: MC146818A datasheet; hardware-notes 8.
 */
#include "cmos.h"
#include "probe.h"
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
/* Between two looks more time passed than this: somebody else ran, the edge is not sharp. */
#define BLUR_US 2000u

struct edges {
	u64 first_us, last_us;	     /* when the seconds changed */
	unsigned int count, seen;    /* changes; of these with the bit seen before */
	u64 longest_us, shortest_us; /* how long the bit was set */
	u64 blur_us;		     /* of the first and last change together */
};

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
static bool wait_change(struct mc146818 *chip, struct change *c)
{
	u64 begin = hw_now_us(chip->hw), last = begin, now = begin, rose = 0;
	unsigned int first = 0x100;

	while (now - begin < EDGE_LIMIT_US) {
		unsigned int is = look(chip);

		now = hw_now_us(chip->hw);
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

/* One whole update; false: there is none. */
static bool see_update(struct mc146818 *chip, struct edges *e)
{
	struct change c;

	if (!wait_change(chip, &c))
		return false;
	if (c.blur_us > BLUR_US)
		return true; /* not sharp: it says nothing */
	if (!e->count)
		e->first_us = c.at_us;
	if (!e->count || e->count == UPDATES - 1)
		e->blur_us += c.blur_us;
	e->last_us = c.at_us;
	e->count++;
	if (!c.announced_us)
		return true;
	if (!e->seen++ || c.announced_us < e->shortest_us)
		e->shortest_us = c.announced_us;
	e->longest_us = max(e->longest_us, c.announced_us);
	return true;
}

static void note_edges(struct probe_run *run, const struct edges *e)
{
	u64 passed = e->last_us - e->first_us, seconds = (passed + SECOND_US / 2) / SECOND_US;

	note_number(run, "", "updates-announced", e->seen, "");
	if (e->seen) {
		note_number(run, "", "update-shortest", (int64_t)e->shortest_us, "us");
		note_number(run, "", "update-longest", (int64_t)e->longest_us, "us");
	}
	if (!seconds)
		return;
	note_number(run, "", "measured", (int64_t)passed, "us");
	/* Positive: the battery clock is fast against the system's. */
	note_number(run, "", "drift",
		    ((int64_t)(seconds * SECOND_US) - (int64_t)passed) / (int64_t)seconds, "ppm");
	note_number(run, "", "drift-uncertainty", (int64_t)(e->blur_us / seconds) + 1, "ppm");
}

static void measure(struct probe_run *run, struct mc146818 *chip)
{
	struct edges e = { .count = 0 };
	unsigned int changes = 0;

	/* Twice as many tries as updates: some may be blurred. */
	for (unsigned int i = 0; i < 2 * UPDATES && e.count < UPDATES; i++) {
		if (i)
			hw_sleep_us(chip->hw, SECOND_US - EARLY_US);
		if (!see_update(chip, &e))
			break;
		changes++;
	}
	note_number(run, "", "updates", changes, "");
	note_edges(run, &e);
}

static void note_registers(struct probe_run *run, struct mc146818 *chip)
{
	u8 bytes[CMOS_BYTES];
	struct fact *fact;

	for (unsigned int i = 0; i < CMOS_BYTES; i++)
		bytes[i] = i == RTC_REG_C && !run->host->alone ? 0 : cmos_get(chip, (u8)i);
	fact = note_bytes(run, "", "registers", bytes, sizeof(bytes));
	fact->secret_at = SECRET_AT;
	fact->secret_len = SECRET_LEN;
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
	struct change change;

	/* From the beginning of a second, so that the driver's answer is of the same. */
	(void)wait_change(chip, &change);
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
