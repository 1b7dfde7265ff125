/* Unit tests of inotify's event queue. */
// LINK: kernel/ipc/inotify_queue.c
#include <host/host.h>
#include <kernel/string.h>
#include "../inotify_queue.h"

static struct in_event *take(struct in_queue *q)
{
	bool too_small;
	struct in_event *event = in_queue_take(q, 4096, &too_small);

	assert_false(too_small);
	return event;
}

static void test_coalesces_equal_neighbours(void **state)
{
	struct in_queue q;

	in_queue_init(&q, 100);
	assert_true(in_queue_add(&q, 1, IN_MODIFY, 0, "a", 1));
	assert_false(in_queue_add(&q, 1, IN_MODIFY, 0, "a", 1));
	assert_true(in_queue_add(&q, 1, IN_MODIFY, 0, "b", 1));
	assert_true(in_queue_add(&q, 1, IN_MODIFY, 0, "a", 1)); /* not the last any more */
	assert_true(in_queue_add(&q, 2, IN_MODIFY, 0, "a", 1));
	assert_true(in_queue_add(&q, 2, IN_ACCESS, 0, "a", 1));
	assert_true(in_queue_add(&q, 2, IN_ACCESS, 0, NULL, 0));
	assert_false(in_queue_add(&q, 2, IN_ACCESS, 0, NULL, 0));
	assert_int_equal(q.count, 6);
	in_queue_flush(&q);
}

static void test_ignored_is_never_merged(void **state)
{
	struct in_queue q;

	in_queue_init(&q, 100);
	assert_true(in_queue_add(&q, 1, IN_IGNORED, 0, NULL, 0));
	assert_true(in_queue_add(&q, 1, IN_IGNORED, 0, NULL, 0));
	in_queue_flush(&q);
}

static void test_sizes(void **state)
{
	struct in_queue q;
	struct in_event *event;
	bool too_small;

	in_queue_init(&q, 100);
	in_queue_add(&q, 1, IN_CREATE, 0, "fifteen-letters", 15);
	in_queue_add(&q, 1, IN_CREATE, 0, "sixteen-letters!", 16);
	in_queue_add(&q, 1, IN_DELETE_SELF, 0, NULL, 0);
	assert_int_equal(q.bytes, 32 + 48 + 16);
	assert_null(in_queue_take(&q, 31, &too_small));
	assert_true(too_small);
	event = in_queue_take(&q, 32, &too_small);
	assert_int_equal(in_event_size(event), 32);
	assert_memory_equal(event->name, "fifteen-letters", 15);
	in_event_free(&q, event);
	assert_int_equal(q.bytes, 48 + 16);
	in_queue_flush(&q);
	assert_int_equal(q.bytes, 0);
	assert_null(in_queue_take(&q, 4096, &too_small));
	assert_false(too_small);
}

static void test_overflow_comes_once(void **state)
{
	struct in_queue q;
	struct in_event *event;

	in_queue_init(&q, 2);
	assert_true(in_queue_add(&q, 1, IN_OPEN, 0, NULL, 0));
	assert_true(in_queue_add(&q, 2, IN_OPEN, 0, NULL, 0));
	assert_true(in_queue_add(&q, 3, IN_OPEN, 0, NULL, 0));
	assert_false(in_queue_add(&q, 4, IN_OPEN, 0, NULL, 0));
	in_event_free(&q, take(&q));
	in_event_free(&q, take(&q));
	event = take(&q);
	assert_int_equal(event->mask, IN_Q_OVERFLOW);
	assert_int_equal(event->wd, -1);
	in_event_free(&q, event);
	assert_true(in_queue_add(&q, 5, IN_OPEN, 0, NULL, 0));
	in_queue_flush(&q);
}

static void test_no_memory_is_overflow(void **state)
{
	struct in_queue q;
	struct in_event *event;

	in_queue_init(&q, 100);
	host_fail_alloc(1);
	assert_true(in_queue_add(&q, 1, IN_OPEN, 0, "x", 1));
	host_fail_disarm();
	event = take(&q);
	assert_int_equal(event->mask, IN_Q_OVERFLOW);
	in_event_free(&q, event);
	assert_int_equal(q.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_coalesces_equal_neighbours),
		host_test(test_ignored_is_never_merged),
		host_test(test_sizes),
		host_test(test_overflow_comes_once),
		host_test(test_no_memory_is_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
