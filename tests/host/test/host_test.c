/* The stand-ins themselves: a test of a driver is worth no more than the world it runs in. */
// LINK:
#include <host/host.h>
#include <host/page.h>
#include <kernel/assert.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <string.h>

static void alloc_fails_when_told(void **state)
{
	void *a, *b;

	host_fail_alloc(2);
	a = kmalloc(100, GFP_KERNEL);
	assert_non_null(a);
	assert_null(kmalloc(100, GFP_KERNEL));
	assert_true(host_alloc_failed());
	b = kzalloc(64, GFP_KERNEL);
	assert_non_null(b);
	assert_int_equal((uintptr_t)b % 64, 0);
	assert_int_equal(((char *)b)[63], 0);
	assert_int_equal(host_alloc_live(), 2);
	kfree(a);
	kfree(b);
	kfree(NULL);
	assert_null(kcalloc(0x10000, 0x10001, GFP_KERNEL));
}

static int make_three(void *out[3])
{
	for (int i = 0; i < 3; i++) {
		out[i] = kmalloc(8, GFP_KERNEL);
		if (out[i])
			continue;
		while (i-- > 0)
			kfree(out[i]);
		return -ENOMEM;
	}
	return 0;
}

static void each_allocation_fails_in_turn(void **state)
{
	unsigned int rounds = 0, good = 0;
	void *p[3];

	host_for_each_alloc_failure(n)
	{
		rounds++;
		if (make_three(p) == 0) {
			good++;
			for (int i = 0; i < 3; i++)
				kfree(p[i]);
		}
		assert_int_equal(host_alloc_live(), 0);
	}
	assert_int_equal(rounds, 4);
	assert_int_equal(good, 1);
}

static void caches_give_objects(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("thing", 40, 16);
	void *obj = kmem_cache_alloc(cache, GFP_ZERO);

	assert_non_null(obj);
	assert_int_equal((uintptr_t)obj % 16, 0);
	kmem_cache_free(cache, obj);
}

static void pages_have_addresses(void **state)
{
	struct page *one = page_alloc(GFP_USER, 0), *four = page_alloc(GFP_KERNEL | GFP_ZERO, 2);
	char *va = page_address(four);

	assert_non_null(one);
	assert_int_equal(page_to_phys(four) % (4 * PAGE_SIZE), 0);
	assert_ptr_equal(virt_to_page(va + 5), four);
	assert_int_equal(va[4 * PAGE_SIZE - 1], 0);
	assert_int_equal(host_pages_live(), 5);
	page_free(four, 2);
	expect_assert_failure(page_free(four, 2));
	page_get(one);
	page_put(one);
	page_put(one);
	assert_int_equal(host_pages_live(), 0);
}

static void asserts_and_panics_are_caught(void **state)
{
	expect_assert_failure(ASSERT(1 == 2));
	expect_assert_failure(panic("no %s", "way"));
}

static void locks_are_checked(void **state)
{
	static DEFINE_SPINLOCK(leaf, RANK_LEAF);
	static DEFINE_MUTEX(outer, RANK_INODE);
	static DEFINE_RWLOCK(map, RANK_MMAP);
	unsigned long flags;

	mutex_lock(&outer);
	read_lock(&map);
	flags = spin_lock_irqsave(&leaf);
	ASSERT_SPIN_HELD(&leaf);
	assert_int_equal(host_locks_held(), 3);
	expect_assert_failure(might_sleep());
	expect_assert_failure(spin_acquire(&leaf));
	spin_unlock_irqrestore(&leaf, flags);
	expect_assert_failure(mutex_lock(&outer));
	read_unlock(&map);
	expect_assert_failure(read_unlock(&map));
	mutex_unlock(&outer);
	/* Against the ranks. */
	write_lock(&map);
	expect_assert_failure(mutex_lock(&outer));
	write_unlock(&map);
	assert_int_equal(host_locks_held(), 0);
}

static void sleeping_under_a_lock_is_found_in_kmalloc(void **state)
{
	static DEFINE_SPINLOCK(leaf, RANK_LEAF);
	void *p;

	spin_lock(&leaf);
	expect_assert_failure(p = kmalloc(8, GFP_KERNEL));
	p = kmalloc(8, GFP_ATOMIC);
	assert_non_null(p);
	spin_unlock(&leaf);
	kfree(p);
}

static s64 fired[2];
static unsigned int fired_count;

static void note_time(struct timer *timer)
{
	fired[fired_count++ % 2] = clock_monotonic();
}

static void timers_run_in_order(void **state)
{
	struct timer early, late;
	s64 begin = clock_monotonic();

	fired_count = 0;
	timer_init(&early, note_time);
	timer_init(&late, note_time);
	timer_set(&late, begin + MSEC(20));
	timer_set(&early, begin + MSEC(10));
	host_advance(MSEC(15));
	assert_int_equal(fired_count, 1);
	assert_true(late.pending && !early.pending);
	timer_set(&early, begin + MSEC(18));
	assert_true(timer_cancel(&early));
	assert_false(timer_cancel(&early));
	msleep(100);
	assert_int_equal(fired_count, 2);
	assert_true(fired[0] == begin + MSEC(10) && fired[1] == begin + MSEC(20));
}

static bool ready;

static void make_ready(s64 ns, void *arg)
{
	ready = true;
	wake_up((struct wait_queue *)arg);
}

static void waits_end(void **state)
{
	static DEFINE_WAIT_QUEUE(queue);
	s64 begin = clock_monotonic();

	ready = false;
	assert_int_equal(wait_event_timeout(&queue, ready, MSEC(5)), 0);
	assert_true(clock_monotonic() == begin + MSEC(5));
	expect_assert_failure(wait_event(&queue, ready));
	list_init(&queue.entries); /* the caught sleeper's entry is gone with its stack */
	host_signal_pending = 1;
	assert_int_equal(wait_event_interruptible(&queue, ready), -ERESTARTSYS);
	host_on_sleep(make_ready, &queue);
	host_signal_pending = 0;
	assert_int_equal(wait_event_interruptible(&queue, ready), 0);
	assert_false(wait_queue_active(&queue));
}

static void user_memory_faults_where_told(void **state)
{
	char *u = host_user_alloc(64), k[64];
	u32 x = 7;

	assert_true(user_range_ok(u, 64));
	strcpy(u, "hello");
	assert_int_equal(strncpy_from_user(k, u, sizeof(k)), 5);
	assert_int_equal(strnlen_user(u, 64), 6);
	host_user_fault(u + 4, 8);
	assert_int_equal(copy_from_user(k, u, 64), -EFAULT);
	assert_int_equal(copy_from_user_partial(k, u, 64), 60);
	assert_int_equal(strncpy_from_user(k, u, sizeof(k)), -EFAULT);
	assert_int_equal(put_user(x, (u32 *)(u + 8)), -EFAULT);
	assert_int_equal(put_user(x, (u32 *)(u + 16)), 0);
	assert_int_equal(get_user(x, (u32 *)(u + 8)), -EFAULT);
	assert_int_equal(x, 0);
	assert_int_equal(copy_to_user(NULL, k, 1), -EFAULT);
}

static void the_log_is_kept(void **state)
{
	pr_info("ata%d: no disk\n", 1);
	assert_non_null(strstr(host_log(), "ata1: no disk"));
	host_log_clear();
	assert_string_equal(host_log(), "");
}

static unsigned int worked;

static void count_work(struct work *work)
{
	worked++;
}

static void work_runs_once(void **state)
{
	struct work work;

	worked = 0;
	work_init(&work, count_work);
	assert_true(work_queue(&work));
	assert_false(work_queue(&work));
	assert_int_equal(worked, 0);
	work_flush(&work);
	assert_int_equal(worked, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(alloc_fails_when_told),
		host_test(each_allocation_fails_in_turn),
		host_test(caches_give_objects),
		host_test(pages_have_addresses),
		host_test(asserts_and_panics_are_caught),
		host_test(locks_are_checked),
		host_test(sleeping_under_a_lock_is_found_in_kmalloc),
		host_test(timers_run_in_order),
		host_test(waits_end),
		host_test(user_memory_faults_where_told),
		host_test(the_log_is_kept),
		host_test(work_runs_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
