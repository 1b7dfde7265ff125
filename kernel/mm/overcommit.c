/*
 * overcommit.c - may so much more memory be promised? vm.overcommit_memory and its kin, as Linux:
 *
 *   0  refuse only a request that could never be met
 *   1  never refuse
 *   2  keep what is promised below CommitLimit, with some held back for the administrator and for
 *      programs other than the largest
 *
 * What is asked is booked only when the mapping is made, so two programs that ask at the same
 * moment may both be told yes; Linux's count, which is kept in parts, is no more exact. Source:
 * Linux, Documentation/mm/overcommit-accounting.
 */
#include "map.h"
#include "mm_internal.h"
#include "swap.h"
#include <kernel/capability.h>
#include <kernel/init.h>
#include <kernel/math64.h>

#define GUESS  0u
#define ALWAYS 1u
#define NEVER  2u

#define KB_TO_PAGES(kb)	 ((kb) >> (PAGE_SHIFT - 10))
#define RESERVE_PART	 32ul /* of the memory that is free at the start, and of a program's size */
#define ADMIN_RESERVE_KB 8192ul
#define USER_RESERVE_KB	 131072ul

struct overcommit overcommit = { .ratio = 50 };

static struct atomic committed; /* pages of all mappings with VM_ACCOUNT */

void mm_commit(long pages)
{
	(void)atomic_add(&committed, (int)pages);
}

unsigned long mm_committed(void)
{
	const int pages = atomic_read(&committed);

	return (pages > 0 ? (unsigned long)pages : 0) + page_use_read(USE_SHMEM);
}

unsigned long mm_commit_limit(void)
{
	const unsigned long kb = READ_ONCE(overcommit.kbytes);
	const u64 share = (u64)page_total_count() * READ_ONCE(overcommit.ratio);
	const u64 ram = kb ? KB_TO_PAGES(kb) : div_u64(share, 100);

	return (unsigned long)min_t(u64, ram, LONG_MAX / 2) + swap_total_pages();
}

bool mm_reserves_always(void)
{
	return READ_ONCE(overcommit.policy) == NEVER;
}

static bool below_limit(const struct mm *mm, unsigned long pages)
{
	const unsigned long user = KB_TO_PAGES(READ_ONCE(overcommit.user_reserve_kbytes));
	unsigned long held = min(mm->total_vm / RESERVE_PART, user), limit = mm_commit_limit();

	if (!capable(CAP_SYS_ADMIN))
		held += KB_TO_PAGES(READ_ONCE(overcommit.admin_reserve_kbytes));
	return held < limit && (u64)mm_committed() + pages < limit - held;
}

bool mm_overcommits(const struct mm *mm, unsigned long pages)
{
	switch (READ_ONCE(overcommit.policy)) {
	case ALWAYS:
		return false;
	case NEVER:
		return !below_limit(mm, pages);
	default:
		return pages > page_total_count() + swap_total_pages();
	}
}

static int overcommit_init(void)
{
	const unsigned long share = page_free_count() / RESERVE_PART * (PAGE_SIZE / 1024);

	overcommit.admin_reserve_kbytes = min(share, ADMIN_RESERVE_KB);
	overcommit.user_reserve_kbytes = min(share, USER_RESERVE_KB);
	return 0;
}
INIT_CALL(INIT_CORE, overcommit_init);
