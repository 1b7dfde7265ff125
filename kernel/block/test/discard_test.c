/* Giving sectors back: the commands it is split into, what is refused, what is counted. */
// LINK: kernel/block/discard.c kernel/block/queue.c kernel/block/elevator.c kernel/block/stats.c
// LINK: kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/partition.h>
#include "../block_internal.h"

static struct disk disk;
static struct {
	u64 sector, sectors;
} seen[8];
static unsigned int calls, fail_at;

static int take(struct disk *d, u64 sector, u64 sectors)
{
	assert_true(calls < ARRAY_SIZE(seen));
	seen[calls].sector = sector;
	seen[calls].sectors = sectors;
	host_advance(MSEC(2));
	return ++calls == fail_at ? -EIO : 0;
}

static void kick(struct disk *d)
{
}
static const struct disk_ops ops = { .kick = kick, .discard = take };
static const struct disk_ops no_discard = { .kick = kick };

static int setup(void **state)
{
	disk = (struct disk){ .ops = &ops,
			      .sectors = 100000,
			      .sector_size = SECTOR_SIZE,
			      .limits = { .discard = SECTOR_SIZE } };
	calls = fail_at = 0;
	list_init(&disk.partitions);
	queue_prepare(&disk);
	return 0;
}

/* All of it, as blockdev_discard() does. */
static int discard(u64 sector, u64 sectors)
{
	u64 n;
	int err;

	do {
		n = sectors;
		err = disk_discard(&disk, sector, &n);
		sector += n;
		sectors -= n;
	} while (!err && sectors);
	return err;
}

static void expect_call(unsigned int i, u64 sector, u64 sectors)
{
	assert_true(i < calls);
	assert_int_equal(seen[i].sector, sector);
	assert_int_equal(seen[i].sectors, sectors);
}

static void test_whole(void **state)
{
	assert_int_equal(discard(7, 99993), 0);
	assert_int_equal(calls, 1);
	expect_call(0, 7, 99993);
}

static void test_split(void **state)
{
	disk.limits.max_discard = 1000;
	assert_int_equal(discard(5, 2500), 0);
	assert_int_equal(calls, 3);
	expect_call(0, 5, 1000);
	expect_call(1, 1005, 1000);
	expect_call(2, 2005, 500);
}

/* No block of 4096 bytes is cut in two, but for those at the ends that the caller names. */
static void test_split_at_blocks(void **state)
{
	disk.limits.discard = 4096;
	disk.limits.max_discard = 1001;
	assert_int_equal(discard(5, 2500), 0);
	assert_int_equal(calls, 3);
	expect_call(0, 5, 995);
	expect_call(1, 1000, 1000);
	expect_call(2, 2000, 505);
}

static void test_smaller_than_a_block(void **state)
{
	disk.limits.discard = 4096;
	disk.limits.max_discard = 4;
	assert_int_equal(discard(0, 8), 0);
	assert_int_equal(calls, 2);
}

static void test_refused(void **state)
{
	assert_int_equal(discard(0, 0), -EINVAL);
	assert_int_equal(discard(100000, 1), -EINVAL);
	assert_int_equal(discard(99999, 2), -EINVAL);
	assert_int_equal(discard(1, ~0ull), -EINVAL);
	disk.sector_size = 4096;
	assert_int_equal(discard(4, 8), -EINVAL);
	assert_int_equal(discard(8, 12), -EINVAL);
	disk.readonly = true;
	assert_int_equal(discard(0, 8), -EROFS);
	disk.readonly = false;
	disk.limits.discard = 0;
	assert_int_equal(discard(0, 8), -EOPNOTSUPP);
	disk.limits.discard = 4096;
	disk.ops = &no_discard;
	assert_int_equal(discard(0, 8), -EOPNOTSUPP);
	assert_int_equal(calls, 0);
}

static void test_ends_early(void **state)
{
	disk.limits.max_discard = 100;
	fail_at = 2;
	assert_int_equal(discard(0, 500), -EIO);
	assert_int_equal(calls, 2);
	queue_kill(&disk);
	calls = fail_at = 0;
	assert_int_equal(discard(0, 500), -ENXIO);
	assert_int_equal(calls, 0);
}

static void test_counted(void **state)
{
	struct partition p = { .start = 150, .sectors = 110 };

	list_add(&p.node, &disk.partitions);
	disk.limits.max_discard = 100;
	fail_at = 3;
	assert_int_equal(discard(50, 300), -EIO);
	assert_int_equal(disk.stats.discards, 2);
	assert_int_equal(disk.stats.discard_sectors, 200);
	assert_int_equal(disk.stats.discard_ns, 2 * MSEC(2));
	assert_int_equal(p.stats.discards, 1);
	assert_int_equal(p.stats.discard_sectors, 100);
	assert_int_equal(disk.stats.ios[1], 0);
}

#define TEST(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_whole),	    TEST(test_split),
		TEST(test_split_at_blocks), TEST(test_smaller_than_a_block),
		TEST(test_refused),	    TEST(test_ends_early),
		TEST(test_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
