/*
 * The tick and the event device, over a clock that stands still unless the test moves it: what is
 * programmed and when, and to whom the time is charged.
 */
// LINK: kernel/time/timer.c kernel/lib/rbtree.c kernel/lib/math64.c
#include <host/host.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/timekeeping.h>
#include <stdlib.h>

static s64 now;
static s64 event; /* what the device is set to */
static int programmings, ticks, expired;
static struct task *idle, *busy;

s64 clock_monotonic(void)
{
	return now;
}

void clockevent_program(s64 expires)
{
	event = expires;
	programmings++;
}

void clock_update_coarse(s64 time)
{
}

void itimer_account(struct task *task, u64 ns, bool user)
{
}

void sched_tick(s64 time)
{
	ticks++;
}

/* Time passes; the interrupts that were programmed come. */
static void pass(s64 ns)
{
	s64 end = now + ns;

	while (event <= end) {
		now = max(now, event);
		event = end + 1; /* one-shot */
		time_tick_irq(false);
		host_run_softirqs();
	}
	now = end;
}

static void become(struct task *task)
{
	if (current == idle)
		tick_start();
	this_cpu()->task = task;
}

static int set_up(void **state)
{
	idle = calloc(1, sizeof(*idle));
	busy = calloc(1, sizeof(*busy));
	this_cpu()->idle = this_cpu()->task = idle;
	timers_init();
	time_tick_irq(false);
	become(busy);
	/* Each test begins with a tick. */
	pass(2 * TICK_PERIOD - now % TICK_PERIOD);
	this_cpu()->system_ns = this_cpu()->idle_ns = this_cpu()->iowait_ns = 0;
	programmings = ticks = expired = 0;
	return 0;
}

static int tear_down(void **state)
{
	this_cpu()->idle = this_cpu()->task = NULL;
	free(idle);
	free(busy);
	return 0;
}

static void expire(struct timer *timer)
{
	expired++;
}

static void a_short_sleep_programs_nothing(void **state)
{
	for (int i = 0; i < 9; i++) {
		become(idle);
		pass(TICK_PERIOD / 20);
		become(busy);
		pass(TICK_PERIOD / 20);
	}
	assert_int_equal(programmings, 0);
	pass(TICK_PERIOD / 10);
	assert_int_equal(programmings, 1);
	assert_int_equal(ticks, 1);
}

static void a_time_out_that_does_not_come_programs_nothing(void **state)
{
	struct timer timer;

	timer_init(&timer, expire);
	timer_set(&timer, now + SEC(1));
	assert_true(timer_cancel(&timer));
	assert_int_equal(programmings, 0);
	pass(SEC(2));
	assert_int_equal(expired, 0);
}

static void idle_ends_the_tick(void **state)
{
	become(idle);
	pass(TICK_PERIOD);
	programmings = 0;
	pass(SEC(10));
	assert_in_range(programmings, 9, 11);
	assert_int_equal(ticks, 0);
	become(busy);
	pass(10 * TICK_PERIOD);
	assert_int_equal(ticks, 10);
}

static void a_timer_comes_in_time_when_idle(void **state)
{
	struct timer timer;

	become(idle);
	pass(SEC(3));
	timer_init(&timer, expire);
	timer_set(&timer, now + MSEC(5));
	pass(MSEC(5) - 1);
	assert_int_equal(expired, 0);
	pass(1);
	assert_int_equal(expired, 1);
}

static void idle_time_is_all_that_was_idle(void **state)
{
	become(idle);
	pass(SEC(7));
	become(busy);
	assert_int_equal(this_cpu()->idle_ns, SEC(7));
	pass(SEC(1));
	assert_int_equal(this_cpu()->idle_ns, SEC(7));
	assert_int_equal(this_cpu()->system_ns, SEC(1));
}

static void idle_time_that_waits_for_a_device(void **state)
{
	become(idle);
	atomic_inc(&io_waiters);
	pass(SEC(7));
	become(busy);
	(void)atomic_add(&io_waiters, -1);
	become(idle);
	pass(SEC(2));
	become(busy);
	assert_int_equal(this_cpu()->iowait_ns, SEC(7));
	assert_int_equal(this_cpu()->idle_ns, SEC(2));
}

/* Runs a third of the time in pieces shorter than a tick: the tick finds it a third of the time. */
static void short_runs_are_charged(void **state)
{
	for (int i = 0; i < 10000; i++) {
		become(idle);
		pass(MSEC(2) + 7000);
		become(busy);
		pass(MSEC(1) + 3000);
	}
	assert_in_range(busy->stime, SEC(9), SEC(11));
	assert_in_range(this_cpu()->idle_ns, SEC(19), SEC(21));
}

#define timer_case(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		timer_case(a_short_sleep_programs_nothing),
		timer_case(a_time_out_that_does_not_come_programs_nothing),
		timer_case(idle_ends_the_tick),
		timer_case(a_timer_comes_in_time_when_idle),
		timer_case(idle_time_is_all_that_was_idle),
		timer_case(idle_time_that_waits_for_a_device),
		timer_case(short_runs_are_charged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
