/*
 * The scheduling classes over a simulated CPU: shares follow nice levels, sleepers get on soon,
 * real-time order, no task starves. The core (sched.c) is driven in system tests.
 */
// LINK: kernel/proc/sched_fair.c kernel/proc/sched_rt.c kernel/lib/rbtree.c kernel/lib/math64.c
#include <host/host.h>
#include <stdlib.h>
#include <string.h>
#include "../sched_internal.h"

#define TASKS 8
#define TICK  (1 * NSEC_PER_MSEC)

static struct run_queue rq;
static struct task *tasks[TASKS];

static int set_up(void **state)
{
	memset(&rq, 0, sizeof(rq));
	rt_init(&rq);
	for (int i = 0; i < TASKS; i++) {
		tasks[i] = calloc(1, sizeof(*tasks[i]));
		fair_init_weight(tasks[i]);
	}
	return 0;
}

static int tear_down(void **state)
{
	for (int i = 0; i < TASKS; i++)
		free(tasks[i]);
	return 0;
}

/* Runs the picked task for one tick, `ticks` times; counts in sum_exec. */
static void run_fair(int ticks)
{
	while (ticks--) {
		struct task *t = fair_pick(&rq);

		t->se.sum_exec += TICK;
		fair_charge(&rq, t, TICK);
		fair_enqueue(&rq, t);
	}
}

static void equal_shares(void **state)
{
	for (int i = 0; i < TASKS; i++)
		fair_enqueue(&rq, tasks[i]);
	run_fair(8000);
	for (int i = 0; i < TASKS; i++)
		assert_in_range(tasks[i]->se.sum_exec / TICK, 999, 1001);
}

static void nice_is_a_factor(void **state)
{
	tasks[1]->nice = 1;
	tasks[2]->nice = 5;
	tasks[3]->nice = 19;
	for (int i = 0; i < 4; i++) {
		fair_init_weight(tasks[i]);
		fair_enqueue(&rq, tasks[i]);
	}
	run_fair(100000);
	/* 1.25 for a level, 1.25^5 = 3.05 for five */
	assert_in_range(tasks[0]->se.sum_exec * 100 / tasks[1]->se.sum_exec, 123, 127);
	assert_in_range(tasks[0]->se.sum_exec * 100 / tasks[2]->se.sum_exec, 300, 310);
	assert_true(tasks[3]->se.sum_exec > 0); /* nobody starves */
}

static void a_sleeper_gets_on_but_saves_nothing_up(void **state)
{
	for (int i = 0; i < 3; i++)
		fair_enqueue(&rq, tasks[i]);
	run_fair(30000);
	/* It slept all the time: it goes first, but not for half a minute. */
	fair_place_woken(&rq, tasks[3]);
	assert_true(fair_should_preempt(tasks[0], tasks[3]));
	fair_enqueue(&rq, tasks[3]);
	run_fair(300);
	assert_in_range(tasks[3]->se.sum_exec / TICK, 70, 100);
}

static void a_child_gains_nothing(void **state)
{
	fair_enqueue(&rq, tasks[0]);
	run_fair(100);
	fair_place_new(&rq, tasks[0], tasks[1]);
	assert_true((s64)(tasks[1]->se.vruntime - tasks[0]->se.vruntime) > 0);
	assert_false(fair_should_preempt(tasks[0], tasks[1]));
}

static void slices_end(void **state)
{
	assert_false(fair_slice_over(&rq, tasks[0], SEC(1))); /* alone */
	fair_enqueue(&rq, tasks[1]);
	assert_false(fair_slice_over(&rq, tasks[0], SCHED_MIN_SLICE - 1));
	assert_true(fair_slice_over(&rq, tasks[0], SCHED_LATENCY));
}

static void random_queueing_keeps_order(void **state)
{
	bool in[TASKS] = { false };

	for (int n = 0; n < 20000; n++) {
		int i = rand() % TASKS;
		struct task *t = tasks[i];

		if (in[i]) {
			fair_dequeue(&rq, t);
		} else {
			t->se.vruntime = (u64)rand() % 1000;
			fair_enqueue(&rq, t);
		}
		in[i] = !in[i];
		for (int k = 0; k < TASKS; k++)
			if (in[k])
				assert_true(rq.leftmost->vruntime <= tasks[k]->se.vruntime);
	}
}

static void real_time_order(void **state)
{
	for (int i = 0; i < 4; i++) {
		tasks[i]->policy = 1;
		tasks[i]->rt_priority = i == 3 ? 99 : i == 0 ? 1 : 50;
		rt_enqueue(&rq, tasks[i], false);
	}
	assert_int_equal(rt_highest(&rq), 99);
	assert_ptr_equal(rt_pick(&rq), tasks[3]);
	assert_ptr_equal(rt_pick(&rq), tasks[1]); /* first come, first served */
	rt_enqueue(&rq, tasks[1], true);	  /* preempted: keeps its place */
	assert_ptr_equal(rt_pick(&rq), tasks[1]);
	rt_enqueue(&rq, tasks[1], false);
	assert_ptr_equal(rt_pick(&rq), tasks[2]);
	rt_dequeue(&rq, tasks[1]);
	assert_int_equal(rt_highest(&rq), 1);
	assert_ptr_equal(rt_pick(&rq), tasks[0]);
	assert_null(rt_pick(&rq));
}

#define sched_case(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		sched_case(equal_shares),
		sched_case(nice_is_a_factor),
		sched_case(a_sleeper_gets_on_but_saves_nothing_up),
		sched_case(a_child_gains_nothing),
		sched_case(slices_end),
		sched_case(random_queueing_keeps_order),
		sched_case(real_time_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
