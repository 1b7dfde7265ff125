/* sleep.c - sleeping for a time. */
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

struct sleep_timer {
	struct timer timer;
	struct task *task;
};

static void sleep_expired(struct timer *timer)
{
	struct sleep_timer *st = container_of(timer, struct sleep_timer, timer);

	task_wake(st->task, TASK_NORMAL);
}

/* The caller has set its state; a wake-up that came since makes schedule() return at once. */
s64 schedule_timeout(s64 ns)
{
	struct sleep_timer st = { .task = current };
	s64 end, left;

	if (ns == TIMEOUT_NEVER) {
		schedule();
		return ns;
	}
	end = clock_monotonic() + (ns > 0 ? ns : 0);
	if (end < 0)
		end = TIMEOUT_NEVER - 1;
	timer_init(&st.timer, sleep_expired);
	timer_set(&st.timer, end);
	schedule();
	timer_cancel_sync(&st.timer);
	left = end - clock_monotonic();
	return left > 0 ? left : 0;
}

void usleep(unsigned int us)
{
	s64 left = (s64)us * NSEC_PER_USEC;

	while (left > 0) {
		current->state = TASK_UNINTERRUPTIBLE;
		left = schedule_timeout(left);
	}
}

void msleep(unsigned int ms)
{
	s64 left = MSEC(ms);

	while (left > 0) {
		current->state = TASK_UNINTERRUPTIBLE;
		left = schedule_timeout(left);
	}
}
