/*
 * timerfd.c - timerfd(2): a timer whose expirations are counted and read.
 *
 * The kernel timer runs on monotonic time. A timer on the real-time clock set to an absolute time
 * keeps that time and is placed anew when the clock is set; `clock_set_wait` tells.
 */
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/math64.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/ioctl.h>
#include <abi/time.h>
#include "ipc_util.h"

struct timerfd {
	struct spinlock lock; /* guards all but clock; irqsave: the timer takes it */
	struct timer timer;
	s64 expires;  /* next expiry, monotonic; 0 = disarmed */
	s64 real;     /* the same as real time, when it is absolute on that clock; else 0 */
	s64 interval; /* 0 = once */
	u64 ticks;    /* expirations not read yet */
	int clock;
	u32 flags;     /* of the last settime */
	bool canceled; /* the clock was set under TFD_TIMER_CANCEL_ON_SET */
	struct wait_queue wait;
	struct list_head node; /* in realtime_timers, under realtime_lock */
};

static LIST_HEAD(realtime_timers);
static DEFINE_MUTEX(realtime_lock, RANK_MUTEX_LEAF);

static bool clock_is_real(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM;
}

/* How many intervals have passed since `expires`; moves it beyond now. lock held, expires <= now.
 */
static u64 timerfd_forward(struct timerfd *tfd, s64 now)
{
	u64 passed;

	if (!tfd->interval) {
		tfd->expires = 0;
		return 1;
	}
	passed = div64_u64((u64)(now - tfd->expires), (u64)tfd->interval) + 1;
	tfd->expires += (s64)passed * tfd->interval;
	if (tfd->real)
		tfd->real += (s64)passed * tfd->interval;
	return passed;
}

/*
 * A periodic timer is not started again by its expiry but by the read that fetches the count: a
 * short interval nobody reads costs nothing. Whoever looks at the count brings it up to date.
 */
static void timerfd_expire(struct timer *timer)
{
	struct timerfd *tfd = container_of(timer, struct timerfd, timer);
	unsigned long flags = spin_lock_irqsave(&tfd->lock);
	s64 now = clock_monotonic();

	if (tfd->expires && tfd->expires <= now)
		tfd->ticks += timerfd_forward(tfd, now);
	spin_unlock_irqrestore(&tfd->lock, flags);
	wake_up_poll(&tfd->wait, POLLIN);
}

/* Takes the count; 0 = not expired. */
static u64 timerfd_take(struct timerfd *tfd)
{
	unsigned long flags = spin_lock_irqsave(&tfd->lock);
	u64 ticks = tfd->ticks;
	s64 now;

	if (ticks && tfd->expires) {
		now = clock_monotonic();
		if (tfd->expires <= now)
			ticks += timerfd_forward(tfd, now);
		timer_set(&tfd->timer, tfd->expires);
	}
	tfd->ticks = 0;
	spin_unlock_irqrestore(&tfd->lock, flags);
	return ticks;
}

static ssize_t timerfd_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct timerfd *tfd = file->private;
	u64 ticks;

	if (to->count < sizeof(ticks))
		return -EINVAL;
	while (!(ticks = timerfd_take(tfd))) {
		int err = -EAGAIN;

		if (tfd->canceled) {
			tfd->canceled = false;
			return -ECANCELED;
		}
		if (!(file->flags & O_NONBLOCK))
			err = wait_event_interruptible(&tfd->wait, tfd->ticks || tfd->canceled);
		if (err)
			return err;
	}
	return iov_copy_to(to, &ticks, sizeof(ticks)) == sizeof(ticks) ? (ssize_t)sizeof(ticks)
								       : -EFAULT;
}

static u32 timerfd_poll(struct file *file, struct poll_table *pt)
{
	struct timerfd *tfd = file->private;

	poll_wait(file, &tfd->wait, pt);
	return READ_ONCE(tfd->ticks) || READ_ONCE(tfd->canceled) ? POLLIN : 0;
}

static long timerfd_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct timerfd *tfd = file->private;
	unsigned long flags;
	u64 ticks;

	if (cmd != TFD_IOC_SET_TICKS)
		return -ENOIOCTLCMD;
	if (copy_from_user(&ticks, (void __user *)arg, sizeof(ticks)))
		return -EFAULT;
	if (!ticks)
		return -EINVAL;
	flags = spin_lock_irqsave(&tfd->lock);
	tfd->ticks = ticks;
	spin_unlock_irqrestore(&tfd->lock, flags);
	wake_up_poll(&tfd->wait, POLLIN);
	return 0;
}

static void timerfd_release(struct file *file)
{
	struct timerfd *tfd = file->private;

	mutex_lock(&realtime_lock);
	list_del_init(&tfd->node);
	mutex_unlock(&realtime_lock);
	timer_cancel_sync(&tfd->timer);
	kfree(tfd);
}

static void timerfd_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct timerfd *tfd = file->private;

	snprintf(buf, size, "clockid: %d\nticks: %llu\nsettime flags: 0%o\n", tfd->clock,
		 tfd->ticks, tfd->flags);
}

static const struct file_ops timerfd_fops = {
	.read = timerfd_read,
	.poll = timerfd_poll,
	.ioctl = timerfd_ioctl,
	.release = timerfd_release,
	.show_fdinfo = timerfd_show_fdinfo,
};

/* ---- the clock was set ---- */

static void timerfd_replace_one(struct timerfd *tfd, s64 offset)
{
	unsigned long flags = spin_lock_irqsave(&tfd->lock);

	if (tfd->real && tfd->expires) {
		tfd->expires = max(tfd->real - offset, (s64)1);
		timer_set(&tfd->timer, tfd->expires);
	}
	if (tfd->flags & TFD_TIMER_CANCEL_ON_SET && tfd->flags & TIMER_ABSTIME)
		tfd->canceled = true;
	spin_unlock_irqrestore(&tfd->lock, flags);
	wake_up_poll(&tfd->wait, POLLIN);
}

static void timerfd_replace_all(struct work *work)
{
	s64 offset = clock_realtime() - clock_monotonic();
	struct timerfd *tfd;

	mutex_lock(&realtime_lock);
	list_for_each_entry (tfd, &realtime_timers, node)
		timerfd_replace_one(tfd, offset);
	mutex_unlock(&realtime_lock);
}

static struct work clock_set_work;
static struct wait_entry clock_set_entry;

static bool clock_set_wake(struct wait_entry *entry, u32 key)
{
	work_queue(&clock_set_work);
	return true;
}

static int timerfd_init(void)
{
	work_init(&clock_set_work, timerfd_replace_all);
	wait_entry_init(&clock_set_entry, clock_set_wake);
	wait_add(&clock_set_wait, &clock_set_entry);
	return 0;
}
INIT_CALL(INIT_FS, timerfd_init);

/* ---- system calls ---- */

asmlinkage long sys_timerfd_create(int clock, u32 flags)
{
	bool alarm = clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM;
	struct timerfd *tfd;
	int fd;

	if ((flags & ~(u32)(O_CLOEXEC | O_NONBLOCK)) ||
	    (!clock_is_real(clock) && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME &&
	     !alarm))
		return -EINVAL;
	if (alarm && !capable(CAP_WAKE_ALARM))
		return -EPERM;
	tfd = kzalloc(sizeof(*tfd), GFP_KERNEL);
	if (!tfd)
		return -ENOMEM;
	tfd->clock = clock;
	spin_init(&tfd->lock, RANK_SPIN, "timerfd");
	timer_init(&tfd->timer, timerfd_expire);
	wait_queue_init(&tfd->wait);
	list_init(&tfd->node);
	fd = ipc_install_anon("anon_inode:[timerfd]", &timerfd_fops, tfd, O_RDWR | flags);
	if (fd < 0)
		kfree(tfd);
	return fd;
}

struct timerfd_value {
	s64 interval, value;
};

/* What is left until the next expiry, 0 when disarmed. lock held. */
static void timerfd_get_locked(struct timerfd *tfd, struct timerfd_value *v)
{
	s64 now = clock_monotonic();

	if (tfd->expires && tfd->interval && tfd->expires <= now)
		tfd->ticks += timerfd_forward(tfd, now);
	v->interval = tfd->interval;
	v->value = tfd->expires ? max(tfd->expires - now, (s64)1) : 0;
}

static void timerfd_arm_locked(struct timerfd *tfd, u32 flags, const struct timerfd_value *v)
{
	bool absolute = flags & TIMER_ABSTIME;

	timer_cancel(&tfd->timer);
	tfd->flags = flags;
	tfd->ticks = 0;
	tfd->canceled = false;
	tfd->interval = v->interval;
	tfd->real = 0;
	tfd->expires = 0;
	if (!v->value)
		return;
	if (!absolute) {
		tfd->expires = ipc_deadline(v->value);
	} else if (clock_is_real(tfd->clock)) {
		tfd->real = v->value;
		tfd->expires = v->value - (clock_realtime() - clock_monotonic());
	} else {
		tfd->expires = v->value;
	}
	tfd->expires = max(tfd->expires, (s64)1);
	timer_set(&tfd->timer, tfd->expires);
}

static void timerfd_track_clock(struct timerfd *tfd, u32 flags)
{
	bool track = clock_is_real(tfd->clock) && flags & TIMER_ABSTIME;

	mutex_lock(&realtime_lock);
	list_del_init(&tfd->node);
	if (track)
		list_add_tail(&tfd->node, &realtime_timers);
	mutex_unlock(&realtime_lock);
}

/* Two timespecs: interval, value. */
static int value_get_user(struct timerfd_value *v, const void __user *src, bool is64)
{
	size_t half = is64 ? sizeof(struct timespec64_abi) : sizeof(struct timespec32_abi);
	int err = timespec_get_user(&v->interval, src, is64);

	return err ? err : timespec_get_user(&v->value, (const char __user *)src + half, is64);
}

static int value_put_user(const struct timerfd_value *v, void __user *dst, bool is64)
{
	size_t half = is64 ? sizeof(struct timespec64_abi) : sizeof(struct timespec32_abi);
	int err = timespec_put_user(v->interval, dst, is64);

	return err ? err : timespec_put_user(v->value, (char __user *)dst + half, is64);
}

/* The description behind a descriptor; -EBADF, or -EINVAL when it is no timerfd. */
static struct file *timerfd_get_file(int fd)
{
	struct file *file = fd_get(fd);

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->ops != &timerfd_fops) {
		file_put(file);
		return ERR_PTR(-EINVAL);
	}
	return file;
}

static long do_settime(int fd, u32 flags, const void __user *new, void __user *old, bool is64)
{
	struct timerfd_value now, before;
	struct timerfd *tfd;
	struct file *file;
	unsigned long irq;
	long err = value_get_user(&now, new, is64);

	if (err)
		return err;
	if (flags & ~(u32)(TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
		return -EINVAL;
	file = timerfd_get_file(fd);
	if (IS_ERR(file))
		return PTR_ERR(file);
	tfd = file->private;
	timerfd_track_clock(tfd, flags);
	irq = spin_lock_irqsave(&tfd->lock);
	timerfd_get_locked(tfd, &before);
	timerfd_arm_locked(tfd, flags, &now);
	spin_unlock_irqrestore(&tfd->lock, irq);
	file_put(file);
	return old ? value_put_user(&before, old, is64) : 0;
}

static long do_gettime(int fd, void __user *value, bool is64)
{
	struct file *file = timerfd_get_file(fd);
	struct timerfd_value now;
	struct timerfd *tfd;
	unsigned long irq;

	if (IS_ERR(file))
		return PTR_ERR(file);
	tfd = file->private;
	irq = spin_lock_irqsave(&tfd->lock);
	timerfd_get_locked(tfd, &now);
	if (tfd->expires)
		timer_set(&tfd->timer, tfd->expires);
	spin_unlock_irqrestore(&tfd->lock, irq);
	file_put(file);
	return value_put_user(&now, value, is64);
}

asmlinkage long sys_timerfd_settime32(int fd, u32 flags, const void __user *new, void __user *old)
{
	return do_settime(fd, flags, new, old, false);
}
asmlinkage long sys_timerfd_settime64(int fd, u32 flags, const void __user *new, void __user *old)
{
	return do_settime(fd, flags, new, old, true);
}
asmlinkage long sys_timerfd_gettime32(int fd, void __user *value)
{
	return do_gettime(fd, value, false);
}
asmlinkage long sys_timerfd_gettime64(int fd, void __user *value)
{
	return do_gettime(fd, value, true);
}
