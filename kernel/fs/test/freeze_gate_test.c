/*
 * The gates of a file system that freezes: who gets in, who waits for whom. Time passes while
 * somebody sleeps; what the others do meanwhile is done in the sleep.
 */
// LINK: kernel/fs/freeze_gate.c
#include <host/host.h>
#include <kernel/fs_freeze.h>

static struct sb_freeze f;
static unsigned int sleeps;

static void begin(void)
{
	f = (struct sb_freeze){ .able = true };
	sb_freeze_init(&f);
	sleeps = 0;
}

static int inside(enum sb_gate gate)
{
	return atomic_read(&f.inside[gate]);
}

static void open_gates(s64 ns, void *arg)
{
	sleeps++;
	sb_gates_open(&f);
}

static void leave_write(s64 ns, void *arg)
{
	/* Still closed to others, while the one who is inside goes on to the next gate. */
	assert_false(freeze_try(&f, SB_GATE_WRITE));
	assert_true(freeze_try(&f, SB_GATE_FAULT));
	freeze_leave(&f, SB_GATE_FAULT);
	if (++sleeps == 2)
		freeze_end(&f, SB_GATE_WRITE);
}

/* Closed again before the sleeper has run. */
static void open_and_close(s64 ns, void *arg)
{
	sb_gates_open(&f);
	if (++sleeps == 1)
		sb_gate_close(&f, SB_GATE_WRITE);
}

static void test_open(void **state)
{
	begin();
	for (unsigned int gate = 0; gate < SB_GATES; gate++) {
		assert_true(freeze_try(&f, gate));
		assert_int_equal(inside(gate), 1);
		freeze_leave(&f, gate);
	}
	freeze_begin(&f, SB_GATE_WRITE);
	freeze_begin(&f, SB_GATE_FAULT);
	assert_int_equal(inside(SB_GATE_WRITE) + inside(SB_GATE_FAULT), 2);
	freeze_end(&f, SB_GATE_FAULT);
	freeze_end(&f, SB_GATE_WRITE);
	assert_int_equal(inside(SB_GATE_WRITE) + inside(SB_GATE_FAULT), 0);
}

static void test_not_able(void **state)
{
	begin();
	f.able = false;
	freeze_begin(&f, SB_GATE_WRITE);
	assert_int_equal(inside(SB_GATE_WRITE), 0);
	f.closed = SB_GATES;
	assert_true(freeze_try(&f, SB_GATE_WRITE));
	freeze_leave(&f, SB_GATE_WRITE);
	freeze_end(&f, SB_GATE_WRITE);
	assert_int_equal(inside(SB_GATE_WRITE), 0);
}

/* Each gate by itself, and those before it. */
static void test_closed(void **state)
{
	begin();
	for (unsigned int last = 0; last < SB_GATES; last++) {
		sb_gate_close(&f, last);
		for (unsigned int gate = 0; gate < SB_GATES; gate++) {
			assert_int_equal(freeze_try(&f, gate), gate > last);
			if (gate > last)
				freeze_leave(&f, gate);
			assert_int_equal(inside(gate), 0);
		}
	}
	sb_gates_open(&f);
	assert_true(freeze_try(&f, SB_GATE_WRITE));
	freeze_leave(&f, SB_GATE_WRITE);
}

static void test_waits_for_the_thaw(void **state)
{
	begin();
	sb_gate_close(&f, SB_GATE_WRITE);
	host_on_sleep(open_gates, NULL);
	freeze_begin(&f, SB_GATE_WRITE);
	assert_int_equal(sleeps, 1);
	assert_int_equal(inside(SB_GATE_WRITE), 1);
	freeze_end(&f, SB_GATE_WRITE);
}

static void test_frozen_again(void **state)
{
	begin();
	sb_gate_close(&f, SB_GATE_WRITE);
	host_on_sleep(open_and_close, NULL);
	freeze_begin(&f, SB_GATE_WRITE);
	assert_int_equal(sleeps, 2);
	freeze_end(&f, SB_GATE_WRITE);
}

static void test_freezing_waits(void **state)
{
	begin();
	freeze_begin(&f, SB_GATE_WRITE);
	host_on_sleep(leave_write, NULL);
	sb_gate_close(&f, SB_GATE_WRITE);
	assert_int_equal(sleeps, 2);
	assert_int_equal(inside(SB_GATE_WRITE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_open),	      host_test(test_not_able),
		host_test(test_closed),	      host_test(test_waits_for_the_thaw),
		host_test(test_frozen_again), host_test(test_freezing_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
