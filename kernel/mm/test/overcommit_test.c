/* How much memory may be promised, by the three policies. */
// LINK: kernel/mm/overcommit.c kernel/lib/math64.c
#include <host/host.h>
#include <kernel/capability.h>
#include <kernel/mm.h>
#include "../map.h"
#include "../mm_internal.h"
#include "../swap.h"

#define MB(n) ((n) << (20 - PAGE_SHIFT)) /* in pages */

struct atomic page_uses[USE_COUNT];
static unsigned long swap_pages;
static bool admin;

unsigned long page_total_count(void)
{
	return MB(100);
}

unsigned long page_free_count(void)
{
	return MB(64);
}

unsigned long swap_total_pages(void)
{
	return swap_pages;
}

bool capable(int cap)
{
	return admin && cap == CAP_SYS_ADMIN;
}

static struct mm *small_program(void)
{
	static struct mm mm;

	mm.total_vm = 0;
	return &mm;
}

static int set_up(void **state)
{
	mm_commit(-(long)mm_committed());
	overcommit = (struct overcommit){ .policy = 2, .ratio = 50 };
	swap_pages = 0;
	admin = true;
	return 0;
}

static void guess_refuses_what_can_never_be(void **state)
{
	overcommit.policy = 0;
	mm_commit(MB(1000));
	swap_pages = MB(20);
	assert_false(mm_overcommits(small_program(), MB(120)));
	assert_true(mm_overcommits(small_program(), MB(120) + 1));
}

static void always_refuses_nothing(void **state)
{
	overcommit.policy = 1;
	assert_false(mm_overcommits(small_program(), MB(3000)));
	assert_false(mm_reserves_always());
}

static void limit_is_a_share_of_memory_and_all_swap(void **state)
{
	assert_int_equal(mm_commit_limit(), MB(50));
	swap_pages = MB(20);
	overcommit.ratio = 80;
	assert_int_equal(mm_commit_limit(), MB(100));
	overcommit.kbytes = 4096;
	assert_int_equal(mm_commit_limit(), MB(24));
	overcommit = (struct overcommit){ .ratio = INT_MAX };
	assert_true(mm_commit_limit() > MB(100));
}

static void promises_stay_below_the_limit(void **state)
{
	mm_commit(MB(30));
	assert_true(mm_reserves_always());
	assert_false(mm_overcommits(small_program(), MB(20) - 1));
	assert_true(mm_overcommits(small_program(), MB(20)));
	mm_commit(-MB(10));
	assert_false(mm_overcommits(small_program(), MB(20)));
	assert_int_equal(mm_committed(), MB(20));
}

static void some_is_held_back(void **state)
{
	struct mm *mm = small_program();

	admin = false;
	overcommit.admin_reserve_kbytes = 4096;
	assert_false(mm_overcommits(mm, MB(46) - 1));
	assert_true(mm_overcommits(mm, MB(46)));
	mm->total_vm = MB(64);
	overcommit.user_reserve_kbytes = 16384;
	assert_false(mm_overcommits(mm, MB(44) - 1));
	assert_true(mm_overcommits(mm, MB(44)));
	overcommit.user_reserve_kbytes = 1024;
	assert_false(mm_overcommits(mm, MB(45) - 1));
	overcommit.admin_reserve_kbytes = 1 << 20;
	assert_true(mm_overcommits(mm, 0));
}

#define overcommit_case(fn) cmocka_unit_test_setup(fn, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		overcommit_case(guess_refuses_what_can_never_be),
		overcommit_case(always_refuses_nothing),
		overcommit_case(limit_is_a_share_of_memory_and_all_swap),
		overcommit_case(promises_stay_below_the_limit),
		overcommit_case(some_is_held_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
