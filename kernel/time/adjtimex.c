/*
 * adjtimex.c - adjtimex(2), clock_adjtime(2).
 *
 * Parameters of the phase-locked loop are kept and told, but only two modes move the clock:
 * ADJ_SETOFFSET steps it, ADJ_OFFSET and ADJ_OFFSET_SINGLESHOT slew it by at most 500 ppm, a little
 * each second.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <abi/time.h>
#include "timespec.h"

#define ADJ_OFFSET     0x0001u
#define ADJ_FREQUENCY  0x0002u
#define ADJ_MAXERROR   0x0004u
#define ADJ_ESTERROR   0x0008u
#define ADJ_STATUS     0x0010u
#define ADJ_TIMECONST  0x0020u
#define ADJ_TAI	       0x0080u
#define ADJ_SETOFFSET  0x0100u
#define ADJ_MICRO      0x1000u
#define ADJ_NANO       0x2000u
#define ADJ_TICK       0x4000u
#define ADJ_SINGLESHOT 0x8000u /* with ADJ_OFFSET: adjtime(3) */
#define ADJ_SS_READ    0xa001u /* ... only asks what is left */

#define STA_PLL	     0x0001
#define STA_UNSYNC   0x0040
#define STA_NANO     0x2000
#define STA_READONLY 0xff00
#define TIME_OK	     0
#define TIME_ERROR   5
#define TICK_USEC    (1000000 / HZ)
#define FREQ_MAX     (500ll << 16)
#define OFFSET_MAX   500000000ll /* ns */
#define STEP_SEC_MAX 4000000000ll
#define SLEW_NS	     500000ll /* a second: 500 ppm */

struct timex_abi {
	u32 modes;
	s32 offset, freq, maxerror, esterror, status, constant, precision, tolerance;
	struct timeval_abi time;
	s32 tick, ppsfreq, jitter, shift, stabil, jitcnt, calcnt, errcnt, stbcnt, tai;
	s32 pad[11];
};
_Static_assert(sizeof(struct timex_abi) == 128, "struct timex");

struct timex64_abi {
	u32 modes, pad0;
	s64 offset, freq, maxerror, esterror;
	s32 status, pad1;
	s64 constant, precision, tolerance, sec, usec, tick, ppsfreq, jitter;
	s32 shift, pad2;
	s64 stabil, jitcnt, calcnt, errcnt, stbcnt;
	s32 tai, pad3[11];
} __aligned(4);
_Static_assert(sizeof(struct timex64_abi) == 208, "struct timex of time64");

static DEFINE_MUTEX(adjust_lock, RANK_EXEC); /* all below */
static s64 freq, maxerror = 16000000, esterror = 16000000, constant = 2, tick = TICK_USEC;
static int status = STA_UNSYNC, tai;
static s64 slew_left; /* ns still to be added */
static struct timer slew_timer;

/* Runs in a thread: setting the clock may sleep. */
static void slew_step(struct work *work)
{
	s64 part;

	mutex_lock(&adjust_lock);
	part = slew_left > SLEW_NS ? SLEW_NS : slew_left < -SLEW_NS ? -SLEW_NS : slew_left;
	slew_left -= part;
	if (part)
		clock_set_realtime(clock_realtime() + part);
	if (slew_left)
		timer_set(&slew_timer, clock_monotonic() + NSEC_PER_SEC);
	mutex_unlock(&adjust_lock);
}
static struct work slew_work = { .fn = slew_step, .node = LIST_HEAD_INIT(slew_work.node) };

static void slew_due(struct timer *timer)
{
	work_queue(&slew_work);
}

static void slew_by(s64 ns)
{
	slew_left = ns;
	if (ns)
		timer_set(&slew_timer, clock_monotonic() + NSEC_PER_SEC);
	else
		timer_cancel(&slew_timer);
}

static s64 clamp(s64 v, s64 low, s64 high)
{
	return v < low ? low : v > high ? high : v;
}

static int check_modes(const struct timex64_abi *t)
{
	bool adjtime = t->modes & ADJ_SINGLESHOT;

	if (adjtime && !(t->modes & ADJ_OFFSET))
		return -EINVAL;
	if (t->modes && !(adjtime && t->modes == ADJ_SS_READ) && !capable(CAP_SYS_TIME))
		return -EPERM;
	if (adjtime)
		return 0;
	if ((t->modes & ADJ_TICK) && (t->tick < 900000 / HZ || t->tick > 1100000 / HZ))
		return -EINVAL;
	if ((t->modes & ADJ_SETOFFSET) && (t->sec > STEP_SEC_MAX || t->sec < -STEP_SEC_MAX))
		return -EINVAL;
	if ((t->modes & ADJ_SETOFFSET) &&
	    (t->usec < 0 || t->usec >= (t->modes & ADJ_NANO ? NSEC_PER_SEC : USEC_PER_SEC)))
		return -EINVAL;
	return 0;
}

static void apply_modes(const struct timex64_abi *t)
{
	u32 m = t->modes;

	if (m & ADJ_STATUS)
		status = (status & STA_READONLY) | (t->status & ~STA_READONLY);
	if (m & ADJ_NANO)
		status |= STA_NANO;
	if (m & ADJ_MICRO)
		status &= ~STA_NANO;
	if (m & ADJ_FREQUENCY)
		freq = clamp(t->freq, -FREQ_MAX, FREQ_MAX);
	if (m & ADJ_MAXERROR)
		maxerror = t->maxerror;
	if (m & ADJ_ESTERROR)
		esterror = t->esterror;
	if (m & ADJ_TIMECONST)
		constant = clamp(t->constant, 0, 10);
	if ((m & ADJ_TAI) && t->constant > 0)
		tai = (int)t->constant;
	if (m & ADJ_TICK)
		tick = t->tick;
	if ((m & ADJ_OFFSET) && (status & STA_PLL))
		slew_by(clamp(status & STA_NANO ? t->offset : t->offset * NSEC_PER_USEC,
			      -OFFSET_MAX, OFFSET_MAX));
	if (m & ADJ_SETOFFSET)
		clock_set_realtime(clock_realtime() + t->sec * NSEC_PER_SEC +
				   (m & ADJ_NANO ? t->usec : t->usec * NSEC_PER_USEC));
}

static s64 slew_in_usec(void)
{
	s32 nsec;
	s64 sec = timespec_split(slew_left, &nsec);

	return sec * USEC_PER_SEC + nsec / (s32)NSEC_PER_USEC;
}

static int tell(struct timex64_abi *t)
{
	u32 modes = t->modes;
	s32 nsec;

	memset(t, 0, sizeof(*t));
	t->modes = modes;
	t->offset = status & STA_NANO ? slew_left : slew_in_usec();
	t->freq = freq;
	t->maxerror = maxerror;
	t->esterror = esterror;
	t->status = status;
	t->constant = constant;
	t->precision = 1;
	t->tolerance = FREQ_MAX;
	t->tick = tick;
	t->tai = tai;
	t->sec = timespec_split(clock_realtime(), &nsec);
	t->usec = status & STA_NANO ? nsec : nsec / (s32)NSEC_PER_USEC;
	return status & STA_UNSYNC ? TIME_ERROR : TIME_OK;
}

static int adjust(struct timex64_abi *t)
{
	int ret = check_modes(t);
	s64 before;

	if (ret)
		return ret;
	mutex_lock(&adjust_lock);
	before = slew_in_usec();
	if ((t->modes & ADJ_SINGLESHOT) && t->modes != ADJ_SS_READ)
		slew_by(t->offset * NSEC_PER_USEC);
	else if (!(t->modes & ADJ_SINGLESHOT))
		apply_modes(t);
	ret = tell(t);
	if (t->modes & ADJ_SINGLESHOT)
		t->offset = before;
	mutex_unlock(&adjust_lock);
	return ret;
}

asmlinkage long sys_adjtimex(void __user *buf)
{
	struct timex_abi n;
	struct timex64_abi w;
	int ret;

	if (copy_from_user(&n, buf, sizeof(n)))
		return -EFAULT;
	memset(&w, 0, sizeof(w));
	w.modes = n.modes;
	w.offset = n.offset, w.freq = n.freq, w.maxerror = n.maxerror, w.esterror = n.esterror;
	w.status = n.status, w.constant = n.constant, w.tick = n.tick;
	w.sec = n.time.sec, w.usec = n.time.usec;
	ret = adjust(&w);
	if (ret < 0)
		return ret;
	memset(&n, 0, sizeof(n));
	n.modes = w.modes;
	n.offset = (s32)w.offset, n.freq = (s32)w.freq, n.maxerror = (s32)w.maxerror;
	n.esterror = (s32)w.esterror, n.status = w.status, n.constant = (s32)w.constant;
	n.precision = (s32)w.precision, n.tolerance = (s32)w.tolerance, n.tick = (s32)w.tick;
	n.time.sec = (s32)w.sec, n.time.usec = (s32)w.usec, n.tai = w.tai;
	return copy_to_user(buf, &n, sizeof(n)) ? -EFAULT : ret;
}

asmlinkage long sys_clock_adjtime64(int clock, void __user *tx)
{
	struct timex64_abi t;
	int ret;

	if (clock != CLOCK_REALTIME)
		return clock >= 0 && clock <= CLOCK_TAI ? -EOPNOTSUPP : -EINVAL;
	if (copy_from_user(&t, tx, sizeof(t)))
		return -EFAULT;
	ret = adjust(&t);
	if (ret < 0)
		return ret;
	return copy_to_user(tx, &t, sizeof(t)) ? -EFAULT : ret;
}

static int adjtimex_init(void)
{
	timer_init(&slew_timer, slew_due);
	return 0;
}
INIT_CALL(INIT_CORE, adjtimex_init);
