/*
 * vt_blank.c - a dark screen after some minutes without a key, and the speaker's beep.
 */
#include <kernel/arch.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include "vt_console.h"

static unsigned int blank_minutes; /* 0: never; console lock */
static bool blanked;		   /* console lock */
static struct timer blank_timer, beep_timer;
static struct work blank_work, unblank_work;

bool vt_is_blanked(void)
{
	return READ_ONCE(blanked);
}

void vt_blank(bool on)
{
	struct vt *vt = vt_table[vt_front];

	if (blanked == on || !vt_display || !vt || (on && vt->graphics))
		return;
	blanked = on;
	vt_display->ops->blank(vt_display, on);
	if (!on)
		vt_redraw_front();
}

static void arm(void)
{
	if (blank_minutes)
		timer_set(&blank_timer, clock_coarse_monotonic() + SEC(60) * blank_minutes);
}

void vt_set_blank_minutes(unsigned int minutes)
{
	blank_minutes = minutes;
	if (minutes)
		arm();
	else
		(void)timer_cancel(&blank_timer);
}

/* At most one move of the timer in a second: keys come often. */
void vt_poke(void)
{
	static s64 armed_at;
	s64 now = clock_coarse_monotonic();

	if (READ_ONCE(blanked)) {
		work_queue(&unblank_work);
		armed_at = 0;
	}
	if (blank_minutes && now - armed_at > SEC(1)) {
		armed_at = now;
		arm();
	}
}

static void blank_timer_fn(struct timer *timer)
{
	work_queue(&blank_work);
}
static void blank_work_fn(struct work *work)
{
	vt_lock();
	vt_blank(true);
	vt_unlock();
}
static void unblank_work_fn(struct work *work)
{
	vt_lock();
	vt_blank(false);
	arm();
	vt_unlock();
}

static void beep_timer_fn(struct timer *timer)
{
	arch_speaker(0);
}

void vt_beep(unsigned int hz, unsigned int ms)
{
	if (panicking)
		return;
	if (!hz || !ms)
		(void)timer_cancel(&beep_timer);
	arch_speaker(hz);
	if (hz && ms)
		timer_set(&beep_timer, clock_monotonic() + MSEC(ms));
}

void vt_blank_init(void)
{
	timer_init(&blank_timer, blank_timer_fn);
	timer_init(&beep_timer, beep_timer_fn);
	work_init(&blank_work, blank_work_fn);
	work_init(&unblank_work, unblank_work_fn);
}
