/* A device's sectors given back: within its bounds, where it begins on the disk, until it is over.
 */
// LINK: kernel/fs/bdev/discard.c
#include <host/host.h>
#include "../bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/signal.h>

#define MOST 100u

static struct disk disk;
static struct block_device dev;
static u64 at, end;
static unsigned int calls, fail_at, kill_at;

int disk_discard(struct disk *d, u64 sector, u64 *sectors)
{
	assert_ptr_equal(d, &disk);
	assert_int_equal(sector, at);
	assert_true(sector + *sectors == end);
	*sectors = min_t(u64, *sectors, MOST);
	at += *sectors;
	return ++calls == fail_at ? -EIO : 0;
}

bool fatal_signal_pending(const struct task *task)
{
	return kill_at && calls >= kill_at;
}

static int take(struct disk *d, u64 sector, u64 sectors)
{
	return -EIO; /* disk_discard() is the one to call it */
}
static const struct disk_ops ops = { .discard = take }, no_discard = { 0 };

static int setup(void **state)
{
	disk = (struct disk){ .ops = &ops, .sectors = 5000, .limits = { .discard = 512 } };
	dev = (struct block_device){ .disk = &disk, .start = 63, .sectors = 1000 };
	calls = fail_at = kill_at = 0;
	return 0;
}

static int discard(u64 sector, u64 sectors)
{
	at = 63 + sector;
	end = at + sectors;
	return blockdev_discard(&dev, sector, sectors);
}

static void test_all(void **state)
{
	assert_int_equal(discard(0, 1000), 0);
	assert_int_equal(calls, 10);
	assert_true(at == end);
	assert_int_equal(discard(999, 1), 0);
	assert_int_equal(discard(250, 333), 0);
	assert_true(at == end);
}

static void test_bounds(void **state)
{
	assert_int_equal(discard(999, 2), -EINVAL);
	assert_int_equal(discard(1000, 1), -EINVAL);
	assert_int_equal(discard(0, 1001), -EINVAL);
	assert_int_equal(discard(~0ull, 2), -EINVAL);
	assert_int_equal(discard(5, 0), -EINVAL);
	dev.readonly = true;
	assert_int_equal(discard(0, 1), -EPERM);
	dev.readonly = false;
	disk.flags = DISK_PROTECTED;
	assert_int_equal(discard(0, 1), -EPERM);
	disk.flags = 0;
	disk.ops = &no_discard;
	assert_int_equal(discard(0, 1), -EOPNOTSUPP);
	disk.ops = &ops;
	disk.limits.discard = 0;
	assert_int_equal(discard(0, 1), -EOPNOTSUPP);
	assert_int_equal(calls, 0);
}

static void test_ends_early(void **state)
{
	fail_at = 2;
	assert_int_equal(discard(0, 500), -EIO);
	assert_int_equal(calls, 2);
	setup(NULL);
	kill_at = 3;
	assert_int_equal(discard(0, 500), -EINTR);
	assert_int_equal(calls, 3);
}

#define TEST(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	static const struct CMUnitTest tests[] = { TEST(test_all), TEST(test_bounds),
						   TEST(test_ends_early) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
