/*
 * time.h - clocks and timers.
 *
 * All time inside the kernel is 64-bit nanoseconds. clock_monotonic() starts near 0 at boot and
 * never goes back; clock_realtime() is it plus an offset that settimeofday and the RTC set;
 * clock_boottime equals monotonic until there is suspend. clock_coarse() is the value of the last
 * tick and cheap.
 *
 * A timer calls its function once, at or after `expires` (monotonic), in softirq context: it must
 * not sleep. timer_set() on a pending timer moves it. timer_cancel() returns true if it was
 * pending; timer_cancel_sync() also waits until a running call is over (not from the function
 * itself).
 *
 * Locking: timers are guarded by their own lock, any context may set and cancel.
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <kernel/rbtree.h>
#include <kernel/types.h>

#define NSEC_PER_SEC  1000000000ll
#define NSEC_PER_MSEC 1000000ll
#define NSEC_PER_USEC 1000ll
#define USEC_PER_SEC  1000000l
#define HZ	      100 /* USER_HZ: the unit of clock_t in the ABI */
#define MSEC(n)	      ((s64)(n)*NSEC_PER_MSEC)
#define SEC(n)	      ((s64)(n)*NSEC_PER_SEC)

s64 clock_monotonic(void);
s64 clock_realtime(void);
s64 clock_coarse_monotonic(void);
s64 clock_coarse_realtime(void);
void clock_set_realtime(s64 ns);
/* Woken after a program set the real-time clock: sleeps until an absolute time look again. */
struct wait_queue;
extern struct wait_queue clock_set_wait;
/* Resolution of timers and of clock_monotonic(), in ns. */
s64 clock_resolution(void);

struct timer {
	struct rb_node node;
	s64 expires;
	void (*fn)(struct timer *timer);
	bool pending;
};
void timer_init(struct timer *timer, void (*fn)(struct timer *timer));
void timer_set(struct timer *timer, s64 expires_monotonic);
bool timer_cancel(struct timer *timer);
bool timer_cancel_sync(struct timer *timer);

/* Busy waits, usable anywhere after time_init_early(). */
void udelay(unsigned int us);
void ndelay(unsigned int ns);
/* Sleep; at least that long. */
void msleep(unsigned int ms);
void usleep(unsigned int us);

/* A source of time: counter read, and how to turn counts to ns. x86/ registers the 8254 and the
 * TSC. */
struct clocksource {
	const char *name;
	u64 (*read_ns)(void); /* monotonic, since its start */
	unsigned int rating;
	s64 resolution_ns;
};
void clocksource_register(struct clocksource *cs);
extern struct clocksource *clocksource;

/* The timer interrupt calls this with interrupts off. */
void time_tick_irq(bool user_mode);
/* Arms the event device for an absolute monotonic time; x86/ implements it. */
void clockevent_program(s64 expires);

/* User ABI helpers: 0 or -EINVAL for a bad nanosecond field or negative time. */
struct timespec64_abi;
struct timespec32_abi;
s64 timespec64_to_ns(const struct timespec64_abi *ts, int *err);
/* From and to user memory, in either width; ns saturate at the largest s64. */
int timespec_get_user(s64 *ns, const void __user *src, bool is64);
int timespec_put_user(s64 ns, void __user *dst, bool is64);
void timeval_split(s64 ns, s32 *sec, s32 *usec); /* pure */

#endif
