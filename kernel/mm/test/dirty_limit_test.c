/* How much of memory may be dirty, and who waits then. */
// LINK: kernel/mm/dirty_limit.c
#include <host/host.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <string.h>
#include "../mm_internal.h"

#define PAGES 4096ul /* 16 MB */

struct atomic page_uses[USE_COUNT];
static struct mapping mapping;
static struct task task;
static unsigned int woken, written, sleeps;
static bool in_memory, killed;
static unsigned long can_write; /* pages that the mapping has; others' are the flusher's affair */

unsigned long page_total_count(void)
{
	return PAGES;
}
bool mapping_tracks_dirty(const struct mapping *m)
{
	return !in_memory;
}
void flusher_wake(void)
{
	woken++;
}
bool fatal_signal_pending(const struct task *t)
{
	return killed;
}
/* Handed to the disk: no longer dirty, not yet clean. */
unsigned long mapping_write_some(struct mapping *m, unsigned long max)
{
	const unsigned long n = min(max, can_write);

	can_write -= n;
	written += (unsigned int)n;
	page_use_add(USE_DIRTY, -(int)n);
	page_use_add(USE_WRITEBACK, (int)n);
	return n;
}

/* The disk gets 10 pages done while somebody sleeps. */
static void disk_works(s64 ns, void *arg)
{
	const int done = min(10, (int)page_use_read(USE_WRITEBACK));

	sleeps++;
	page_use_add(USE_WRITEBACK, -done);
	host_advance(MSEC(20));
}

static int setup(void **state)
{
	page_use_add(USE_DIRTY, -(int)page_use_read(USE_DIRTY));
	page_use_add(USE_WRITEBACK, -(int)page_use_read(USE_WRITEBACK));
	woken = written = sleeps = 0;
	in_memory = killed = false;
	can_write = PAGES;
	current = &task;
	task.flags = 0;
	host_on_sleep(disk_works, NULL);
	return 0;
}

static void little_is_left_alone(void **state)
{
	page_use_add(USE_DIRTY, PAGES / 10);
	dirty_throttle(&mapping);
	assert_false(dirty_over_background());
	assert_int_equal(woken + written + sleeps, 0);
}

static void from_a_tenth_on_the_flusher_writes(void **state)
{
	page_use_add(USE_DIRTY, PAGES / 10 + 17);
	assert_true(dirty_over_background());
	dirty_throttle(&mapping);
	assert_int_equal(woken, 1);
	assert_int_equal(written + sleeps, 0);
}

/* Who writes faster than the disk writes some himself, and waits until the disk has caught up. */
static void from_a_fifth_on_the_writer_waits(void **state)
{
	page_use_add(USE_DIRTY, PAGES / 5 + 117);
	can_write = 128;
	dirty_throttle(&mapping);
	assert_int_equal(written, 128);
	assert_in_range(sleeps, 10, 11);
	assert_in_range(page_use_read(USE_DIRTY) + page_use_read(USE_WRITEBACK), 0, PAGES / 5 + 16);
}

/* Memory is not got back by writing those. */
static void memory_files_are_not_counted(void **state)
{
	in_memory = true;
	page_use_add(USE_DIRTY, PAGES);
	dirty_throttle(&mapping);
	assert_int_equal(woken + written + sleeps, 0);
}

/* A loop device's thread makes pages clean: it would wait for itself. */
static void who_cleans_does_not_wait(void **state)
{
	task.flags = PF_LOCAL_THROTTLE;
	page_use_add(USE_DIRTY, PAGES);
	dirty_throttle(&mapping);
	assert_int_equal(woken, 1);
	assert_in_range(written, 1, 64);
	assert_int_equal(sleeps, 0);
}

static void who_is_killed_does_not_wait(void **state)
{
	killed = true;
	page_use_add(USE_DIRTY, PAGES);
	dirty_throttle(&mapping);
	assert_int_equal(written + sleeps, 0);
}

#define TEST(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(little_is_left_alone),
		TEST(from_a_tenth_on_the_flusher_writes),
		TEST(from_a_fifth_on_the_writer_waits),
		TEST(memory_files_are_not_counted),
		TEST(who_cleans_does_not_wait),
		TEST(who_is_killed_does_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
