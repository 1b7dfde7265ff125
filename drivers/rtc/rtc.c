/*
 * rtc.c - the battery clock: sets the system's clock at boot, and is /dev/rtc0.
 *
 * The clock keeps UTC unless the command line says rtc=local with tz=MINUTES east of Greenwich (as
 * DOS and Windows leave it). A clock that cannot be believed is not used: the time is then that of
 * the last release, and the log says so.
 *
 * Locking: rtc_mutex serialises programs; chip_lock (irq-safe) the index and data port pair.
 */
#include <kernel/cmos.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/iov.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/resource.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include "mc146818_core.h"
#include "mc146818_reg.h"
#include "rtc_internal.h"

#define RTC_IRQ 8
/* 2026-11-01: earlier is wrong for sure, and better than 1970. */
#define RELEASE_SECONDS 1793491200ll

struct mc146818 rtc_chip;
DEFINE_MUTEX(rtc_mutex, RANK_MUTEX_LEAF);
DEFINE_WAIT_QUEUE(rtc_wait);
static struct hw_host host;
static DEFINE_SPINLOCK(chip_lock, RANK_SPIN);
static DEFINE_SPINLOCK(event_lock, RANK_SPIN - 1);
static u32 events;	  /* event_lock: count << 8 | kinds, as read() gives it */
static s64 local_seconds; /* what the chip is ahead of UTC */

static unsigned long lock(void *ctx)
{
	return spin_lock_irqsave(&chip_lock);
}
static void unlock(void *ctx, unsigned long saved)
{
	spin_unlock_irqrestore(&chip_lock, saved);
}

/* ---- interrupts ---- */

static enum irq_return interrupt(int irq, void *data)
{
	u8 what = mc146818_irq(&rtc_chip);
	unsigned long flags;

	if (!what)
		return IRQ_NONE;
	flags = spin_lock_irqsave(&event_lock);
	events = (events & ~0xffu) + 0x100 + ((events | what) & 0xff);
	events |= 0x80; /* RTC_IRQF */
	spin_unlock_irqrestore(&event_lock, flags);
	wake_up_poll(&rtc_wait, POLLIN | POLLRDNORM);
	return IRQ_HANDLED;
}

bool rtc_has_events(void)
{
	return READ_ONCE(events) != 0;
}

u32 rtc_take_events(void)
{
	unsigned long flags = spin_lock_irqsave(&event_lock);
	u32 e = events;

	events = 0;
	spin_unlock_irqrestore(&event_lock, flags);
	return e;
}

/* ---- boot ---- */

static s64 zone_seconds(void)
{
	const char *rtc = cmdline_get("rtc");
	const char *tz;
	s64 minutes = 0;
	bool west = false;

	if (!rtc || strncmp(rtc, "local", 5))
		return 0;
	/* rtc=local,tz=+120 or tz=+120 by itself */
	tz = strstr(rtc, "tz=");
	tz = tz ? tz + 3 : cmdline_get("tz");
	if (!tz)
		return 0;
	west = *tz == '-';
	if (*tz == '-' || *tz == '+')
		tz++;
	for (; *tz >= '0' && *tz <= '9' && minutes < 1440; tz++)
		minutes = minutes * 10 + (*tz - '0');
	return (west ? -minutes : minutes) * 60;
}

static void set_clock(void)
{
	struct rtc_date d;
	unsigned int notes = 0;
	int err = mc146818_read(&rtc_chip, &d, &notes);

	if (err || (notes & RTC_NOTE_BATTERY)) {
		if (err)
			pr_warn("rtc: cannot be read (%pE): the clock starts at the release date\n",
				(void *)(long)err);
		else
			pr_warn("rtc: battery is dead: the clock starts at the release date\n");
		clock_set_realtime(RELEASE_SECONDS * NSEC_PER_SEC);
		return;
	}
	local_seconds = zone_seconds();
	clock_set_realtime((rtc_date_to_seconds(&d) - local_seconds) * NSEC_PER_SEC);
	pr_info("rtc: %04d-%02d-%02d %02d:%02d:%02d%s%s\n", d.year, d.month, d.day, d.hour,
		d.minute, d.second, local_seconds ? " local" : " UTC",
		notes & RTC_NOTE_HALTED	     ? ", stands still"
		: notes & RTC_NOTE_UIP_STUCK ? ", never at rest"
					     : "");
}

static bool found;

u8 cmos_read(u8 index)
{
	return found ? mc146818_get(&rtc_chip, index) : 0xff;
}

static struct irq_action action = { .handler = interrupt, .name = "rtc0" };

/* Early, so that files made at boot have the right time. */
static int rtc_clock_init(void)
{
	hw_host_init(&host);
	rtc_chip.hw = &host.hw;
	rtc_chip.lock = lock;
	rtc_chip.unlock = unlock;
	found = mc146818_probe(&rtc_chip) == 0;
	if (found) {
		set_clock();
	} else {
		pr_warn("rtc: there is none: the clock starts at the release date\n");
		clock_set_realtime(RELEASE_SECONDS * NSEC_PER_SEC);
	}
	return 0;
}
INIT_CALL(INIT_CORE, rtc_clock_init);

static int rtc_init(void)
{
	if (!found || !driver_allowed("rtc"))
		return 0;
	resource_request(RESOURCE_PORT, RTC_PORT_INDEX, RTC_PORT_DATA, "rtc0");
	return rtc_dev_start(irq_request(RTC_IRQ, &action) == 0);
}
INIT_CALL(INIT_DRIVER, rtc_init);
