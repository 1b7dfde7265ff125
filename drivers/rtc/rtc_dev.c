/*
 * rtc_dev.c - /dev/rtc0 and /dev/rtc, as hwclock(8) and rtc(4) use them: time, alarm, periodic and
 * update interrupts. One opener at a time; what it switched on goes off with it.
 */
#include <kernel/capability.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/iov.h>
#include <kernel/misc.h>
#include <kernel/poll.h>
#include <kernel/uaccess.h>
#include <abi/rtc.h>
#include "rtc_internal.h"

#define RTC_MAJOR     254
#define EPOCH	      1900u
#define USER_RATE_MAX 64u /* more than this many interrupts a second: not for everybody */

static bool in_use; /* rtc_mutex */
static bool irq_works;
static bool alarm_on; /* rtc_mutex */

/* ---- dates ---- */

static int days_before(int year, int month)
{
	static const short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return before[month - 1] + (leap && month > 2);
}

static struct rtc_time_abi to_abi(const struct rtc_date *d)
{
	return (struct rtc_time_abi){
		.tm_sec = d->second,
		.tm_min = d->minute,
		.tm_hour = d->hour,
		.tm_mday = d->day,
		.tm_mon = d->month - 1,
		.tm_year = d->year - 1900,
		.tm_wday = rtc_date_weekday(d),
		.tm_yday = days_before(d->year, d->month) + d->day - 1,
	};
}

static struct rtc_date from_abi(const struct rtc_time_abi *t)
{
	return (struct rtc_date){ t->tm_year + 1900, t->tm_mon + 1, t->tm_mday,
				  t->tm_hour,	     t->tm_min,	    t->tm_sec };
}

static long read_time(void __user *arg)
{
	struct rtc_time_abi t;
	struct rtc_date d;
	int err = mc146818_read(&rtc_chip, &d, NULL);

	if (err)
		return err == -EIO ? -EINVAL : err;
	t = to_abi(&d);
	return copy_to_user(arg, &t, sizeof(t));
}

static long set_time(const void __user *arg)
{
	struct rtc_time_abi t;
	struct rtc_date d;

	if (!capable(CAP_SYS_TIME))
		return -EACCES;
	if (copy_from_user(&t, arg, sizeof(t)))
		return -EFAULT;
	d = from_abi(&t);
	return rtc_date_valid(&d) ? mc146818_write(&rtc_chip, &d) : -EINVAL;
}

/* ---- alarm ---- */

static long read_alarm(void __user *arg, bool wide)
{
	struct rtc_wkalrm_abi w = { .enabled = alarm_on };
	int hour, minute, second, err = mc146818_get_alarm(&rtc_chip, &hour, &minute, &second);

	if (err)
		return err;
	w.time = (struct rtc_time_abi){ second, minute, hour, -1, -1, -1, -1, -1, -1 };
	if (wide)
		return copy_to_user(arg, &w, sizeof(w));
	return copy_to_user(arg, &w.time, sizeof(w.time));
}

static void enable_alarm(bool on)
{
	alarm_on = on;
	if (on)
		mc146818_enable(&rtc_chip, RTC_B_AIE);
	else
		mc146818_disable(&rtc_chip, RTC_B_AIE);
}

static long set_alarm(const void __user *arg, bool wide)
{
	struct rtc_wkalrm_abi w = { 0 };
	int err;

	err = wide ? copy_from_user(&w, arg, sizeof(w))
		   : copy_from_user(&w.time, arg, sizeof(w.time));
	if (err)
		return -EFAULT;
	err = mc146818_set_alarm(&rtc_chip, w.time.tm_hour, w.time.tm_min, w.time.tm_sec);
	if (!err && wide)
		enable_alarm(w.enabled);
	return err;
}

/* ---- ioctl ---- */

static long set_rate(unsigned long hz)
{
	if (hz > USER_RATE_MAX && !capable(CAP_SYS_RESOURCE))
		return -EACCES;
	return mc146818_set_rate(&rtc_chip, (unsigned int)hz);
}

static long switch_source(unsigned int cmd)
{
	static const u8 sources[] = { RTC_B_AIE, RTC_B_UIE, RTC_B_PIE };
	unsigned int i = cmd - RTC_AIE_ON;

	if (!irq_works)
		return -EINVAL;
	if (sources[i / 2] == RTC_B_AIE)
		enable_alarm(!(i & 1));
	else if (i & 1)
		mc146818_disable(&rtc_chip, sources[i / 2]);
	else
		mc146818_enable(&rtc_chip, sources[i / 2]);
	return 0;
}

static long locked_ioctl(unsigned int cmd, unsigned long arg)
{
	void __user *p = (void __user *)arg;

	switch (cmd) {
	case RTC_RD_TIME:
		return read_time(p);
	case RTC_SET_TIME:
		return set_time(p);
	case RTC_ALM_READ:
	case RTC_WKALM_RD:
		return read_alarm(p, cmd == RTC_WKALM_RD);
	case RTC_ALM_SET:
	case RTC_WKALM_SET:
		return set_alarm(p, cmd == RTC_WKALM_SET);
	case RTC_AIE_ON:
	case RTC_AIE_OFF:
	case RTC_UIE_ON:
	case RTC_UIE_OFF:
	case RTC_PIE_ON:
	case RTC_PIE_OFF:
		return switch_source(cmd);
	case RTC_IRQP_READ:
		return put_user((u32)mc146818_get_rate(&rtc_chip), (u32 __user *)p);
	case RTC_IRQP_SET:
		return set_rate(arg);
	case RTC_EPOCH_READ:
		return put_user((u32)EPOCH, (u32 __user *)p);
	case RTC_EPOCH_SET:
		return arg == EPOCH ? 0 : -EINVAL;
	case RTC_VL_READ:
		return put_user((u32) !(mc146818_get(&rtc_chip, RTC_REG_D) & RTC_D_VALID),
				(u32 __user *)p);
	default:
		return -ENOIOCTLCMD;
	}
}

static long rtc_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret;

	mutex_lock(&rtc_mutex);
	ret = locked_ioctl(cmd, arg);
	mutex_unlock(&rtc_mutex);
	return ret;
}

/* ---- files ---- */

static int rtc_open(struct inode *inode, struct file *file)
{
	int err = 0;

	mutex_lock(&rtc_mutex);
	if (in_use)
		err = -EBUSY;
	in_use = true;
	mutex_unlock(&rtc_mutex);
	if (err)
		return err;
	(void)rtc_take_events();
	return nonseekable_open(inode, file);
}

static void rtc_release(struct file *file)
{
	mutex_lock(&rtc_mutex);
	mc146818_disable(&rtc_chip, RTC_B_PIE | RTC_B_UIE);
	in_use = false;
	mutex_unlock(&rtc_mutex);
}

static ssize_t rtc_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	u32 events;

	if (to->count < sizeof(events))
		return -EINVAL;
	while (!(events = rtc_take_events())) {
		int err;

		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&rtc_wait, rtc_has_events());
		if (err)
			return err;
	}
	return iov_copy_to(to, &events, sizeof(events)) == sizeof(events) ? (ssize_t)sizeof(events)
									  : -EFAULT;
}

static u32 rtc_poll(struct file *file, struct poll_table *pt)
{
	poll_wait(file, &rtc_wait, pt);
	return rtc_has_events() ? POLLIN | POLLRDNORM : 0;
}

static const struct file_ops rtc_fops = {
	.open = rtc_open,
	.release = rtc_release,
	.read = rtc_read,
	.poll = rtc_poll,
	.ioctl = rtc_ioctl,
};

static struct device_class rtc_class = { .name = "rtc" };
static struct device rtc0 = {
	.name = "rtc0", .devnum = MKDEV(RTC_MAJOR, 0), .mode = 0600, .class = &rtc_class
};
/* The old name, 10:135. */
static struct misc_device rtc_misc = {
	.minor = MISC_RTC, .name = "rtc", .fops = &rtc_fops, .mode = 0600
};

int rtc_dev_start(bool has_irq)
{
	int err = chrdev_register(RTC_MAJOR, 0, 1, "rtc", &rtc_fops);

	irq_works = has_irq;
	if (err)
		return err;
	class_register(&rtc_class);
	err = device_register(&rtc0);
	return err ? err : misc_register(&rtc_misc);
}
