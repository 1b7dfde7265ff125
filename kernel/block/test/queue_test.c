/* A disk's queue: joining, order, partial ends, flushes, a disk that goes, refusals. */
// LINK: kernel/block/queue.c kernel/block/elevator.c kernel/block/stats.c kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/partition.h>
#include <string.h>
#include "../block_internal.h"

#define BIOS 64u

static struct disk disk;
static struct page pages[4];
static unsigned int kicks, ended;
static struct {
	struct bio bio;
	struct bio_vec vec[4];
	bool done;
} bios[BIOS];
static unsigned int used;

static void kick(struct disk *d)
{
	kicks++;
}
static const struct disk_ops ops = { .kick = kick };

static void end(struct bio *bio)
{
	bool *done = bio->private;

	assert_false(*done); /* exactly once */
	*done = true;
	ended++;
}

static struct bio *make(enum bio_op op, u64 sector, u32 sectors, u32 flags)
{
	struct bio *bio = &bios[used].bio;

	assert_true(used < BIOS);
	memset(&bios[used], 0, sizeof(bios[used]));
	*bio = (struct bio){ .disk = &disk, .op = op, .sector = sector, .flags = flags };
	bio->bytes = sectors * SECTOR_SIZE;
	bio->vecs = bio->vecs_max = sectors ? 1 : 0;
	bio->vec[0] = (struct bio_vec){ &pages[0], 0, (u16)bio->bytes };
	bio->end = end;
	bio->private = &bios[used].done;
	used++;
	return bio;
}

static struct bio *submit(enum bio_op op, u64 sector, u32 sectors, u32 flags)
{
	struct bio *bio = make(op, sector, sectors, flags);

	bio_submit(bio);
	return bio;
}

static bool is_done(const struct bio *bio)
{
	return *(bool *)bio->private;
}

static int setup(void **state)
{
	memset(&disk, 0, sizeof(disk));
	disk.ops = &ops;
	disk.sectors = 1000000;
	disk.sector_size = SECTOR_SIZE;
	used = kicks = ended = 0;
	list_init(&disk.partitions);
	queue_prepare(&disk);
	return queue_init(&disk);
}

static void expect_next(u64 sector, u32 sectors)
{
	struct request *rq = request_next(&disk);

	assert_non_null(rq);
	assert_int_equal(rq->sector, sector);
	assert_int_equal(rq->sectors, sectors);
	assert_false(request_end(rq, sectors * SECTOR_SIZE, 0));
}

static void test_neighbours_join(void **state)
{
	submit(BIO_READ, 100, 8, 0);
	submit(BIO_READ, 116, 8, 0);
	submit(BIO_READ, 92, 8, 0);   /* in front of the first */
	submit(BIO_READ, 108, 8, 0);  /* closes the gap: all are one */
	submit(BIO_WRITE, 124, 8, 0); /* not with a read */
	expect_next(92, 32);
	assert_int_equal(ended, 4);
	expect_next(124, 8);
	assert_null(request_next(&disk));
	assert_int_equal(disk.stats.merges[BIO_READ], 3);
}

static void test_limits_of_joining(void **state)
{
	disk.limits.max_sectors = 16;
	submit(BIO_READ, 0, 8, 0);
	submit(BIO_READ, 8, 8, 0);
	submit(BIO_READ, 16, 8, 0);
	submit(BIO_WRITE, 200, 8, BIO_FUA);
	submit(BIO_WRITE, 208, 8, 0); /* not with one that is flushed by itself */
	expect_next(0, 16);
	expect_next(16, 8);
	expect_next(200, 8);
	expect_next(208, 8);
}

/* Upwards from where the disk is, then from the start again. */
static void test_order(void **state)
{
	submit(BIO_READ, 500, 8, 0);
	expect_next(500, 8);
	submit(BIO_READ, 100, 8, 0);
	submit(BIO_READ, 900, 8, 0);
	submit(BIO_READ, 600, 8, 0);
	expect_next(600, 8);
	expect_next(900, 8);
	expect_next(100, 8);
}

/* Reads go first, but not for ever. */
static void test_writes_are_not_starved(void **state)
{
	unsigned int before = 0;
	struct request *rq;

	submit(BIO_WRITE, 10, 8, 0);
	for (unsigned int i = 0; i < 60; i++)
		submit(BIO_READ, 1000 + 100 * i, 8, 0);
	while ((rq = request_next(&disk))->op == BIO_READ) {
		before++;
		request_end(rq, 8 * SECTOR_SIZE, 0);
	}
	assert_in_range(before, 1, 48);
	request_end(rq, 8 * SECTOR_SIZE, 0);
	queue_kill(&disk);
}

/* A driver serves a request in parts; one bad sector fails the bio that holds it. */
static void test_parts_and_errors(void **state)
{
	struct bio *a = submit(BIO_READ, 0, 8, 0), *b = submit(BIO_READ, 8, 8, 0),
		   *c = submit(BIO_READ, 16, 8, 0);
	struct request *rq = request_next(&disk);
	struct request_iter it;
	struct bio_vec piece;

	disk.stats.errors = 0;
	assert_int_equal(rq->sectors, 24);
	assert_true(request_end(rq, 10 * SECTOR_SIZE, 0));
	assert_true(is_done(a) && !is_done(b));
	assert_int_equal(rq->sector, 10);
	request_iter_init(&it, rq);
	assert_true(request_iter_next(&it, PAGE_SIZE, &piece));
	assert_int_equal(piece.offset, 2 * SECTOR_SIZE);
	assert_int_equal(piece.len, 6 * SECTOR_SIZE);
	assert_true(request_end(rq, SECTOR_SIZE, -EIO));
	assert_false(is_done(b));
	assert_false(request_end(rq, 13 * SECTOR_SIZE, 0));
	assert_int_equal(a->error, 0);
	assert_int_equal(b->error, -EIO);
	assert_int_equal(c->error, 0);
	assert_int_equal(ended, 3);
	assert_int_equal(disk.stats.errors, 1); /* though the request ended well */
}

static void test_flush_goes_first(void **state)
{
	struct bio *flush;
	struct request *rq;

	submit(BIO_READ, 0, 8, 0);
	flush = submit(BIO_FLUSH, 0, 0, 0);
	rq = request_next(&disk);
	assert_int_equal(rq->op, BIO_FLUSH);
	assert_false(request_end(rq, 0, -EIO));
	assert_int_equal(flush->error, -EIO);
	expect_next(0, 8);
}

/* A write with FUA is over when the flush behind it is. */
static void test_fua(void **state)
{
	struct bio *bio;
	struct request *rq;

	disk.flags = DISK_WRITE_CACHE;
	bio = submit(BIO_WRITE, 40, 8, BIO_FUA);
	rq = request_next(&disk);
	assert_int_equal(rq->op, BIO_WRITE);
	assert_false(request_end(rq, 8 * SECTOR_SIZE, 0));
	assert_false(is_done(bio));
	rq = request_next(&disk);
	assert_int_equal(rq->op, BIO_FLUSH);
	assert_false(request_end(rq, 0, 0));
	assert_true(is_done(bio));
	assert_int_equal(bio->error, 0);
	/* One that failed is not flushed. */
	bio = submit(BIO_WRITE, 40, 8, BIO_FUA);
	assert_false(request_end(request_next(&disk), 8 * SECTOR_SIZE, -EIO));
	assert_int_equal(bio->error, -EIO);
	assert_null(request_next(&disk));
}

static void test_plug(void **state)
{
	disk_plug(&disk);
	submit(BIO_READ, 300, 8, 0);
	submit(BIO_READ, 100, 8, 0);
	assert_int_equal(kicks, 0);
	assert_null(request_next(&disk));
	disk_unplug(&disk);
	assert_int_equal(kicks, 1);
	expect_next(100, 8);
	/* Somebody waits: it starts though it is plugged. */
	disk_plug(&disk);
	submit(BIO_READ, 500, 8, BIO_SYNC);
	assert_int_equal(kicks, 2);
	expect_next(300, 8);
	expect_next(500, 8);
	disk_unplug(&disk);
}

/* Who plugs it may then wait for just that: the driver, busy when it was told, finds it after all.
 */
static void test_plug_holds_nothing_older(void **state)
{
	struct bio *first = submit(BIO_READ, 100, 8, BIO_SYNC);
	struct request *busy = request_next(&disk);
	struct bio *second = submit(BIO_READ, 300, 8, BIO_SYNC);

	disk_plug(&disk);
	request_end(busy, 8 * SECTOR_SIZE, 0);
	assert_true(is_done(first));
	expect_next(300, 8);
	assert_true(is_done(second));
	/* The queue is empty: from here on it gathers. */
	submit(BIO_READ, 500, 8, 0);
	assert_null(request_next(&disk));
	disk_unplug(&disk);
	expect_next(500, 8);
}

static void test_refusals(void **state)
{
	assert_int_equal(submit(BIO_READ, 999999, 8, 0)->error, -EINVAL);
	assert_int_equal(submit(BIO_READ, ~0ull, 8, 0)->error, -EINVAL);
	assert_int_equal(submit(BIO_READ, 0, 0, 0)->error, -EINVAL);
	disk.sector_size = 2048;
	assert_int_equal(submit(BIO_READ, 2, 4, 0)->error, -EINVAL);
	assert_int_equal(submit(BIO_READ, 4, 2, 0)->error, -EINVAL);
	disk.flags = DISK_READONLY;
	assert_int_equal(submit(BIO_WRITE, 4, 4, 0)->error, -EROFS);
	disk.sectors = 0;
	assert_int_equal(submit(BIO_READ, 4, 4, 0)->error, -ENOMEDIUM);
	assert_int_equal(ended, 7);
	assert_null(request_next(&disk));
}

/* What waits and what comes later fail alike; what the driver has is the driver's to end. */
static void test_disk_goes(void **state)
{
	struct bio *taken = submit(BIO_READ, 0, 8, 0);
	struct request *rq = request_next(&disk);
	struct bio *waits = submit(BIO_WRITE, 64, 8, 0);

	queue_kill(&disk);
	assert_int_equal(waits->error, -ENXIO);
	assert_false(is_done(taken));
	assert_int_equal(submit(BIO_READ, 8, 8, 0)->error, -ENXIO);
	assert_false(request_end(rq, 8 * SECTOR_SIZE, 0));
	assert_true(is_done(taken));
	assert_int_equal(disk.queue.started, 0);
}

/* A request counts for the partition that it ends in, whatever was joined to it. */
static void test_statistics_of_a_partition(void **state)
{
	struct partition part = { .start = 100, .sectors = 100 };

	list_add_tail(&part.node, &disk.partitions);
	submit(BIO_READ, 92, 8, BIO_SYNC);
	assert_false(request_end(request_next(&disk), 8 * SECTOR_SIZE, 0));
	submit(BIO_READ, 200, 8, BIO_SYNC);
	assert_false(request_end(request_next(&disk), 8 * SECTOR_SIZE, 0));
	assert_int_equal(part.stats.ios[BIO_READ], 0);
	assert_int_equal(part.stats.sectors[BIO_READ], 0);
	submit(BIO_WRITE, 184, 8, 0);
	submit(BIO_WRITE, 192, 8, BIO_SYNC);
	host_advance(3000);
	assert_false(request_end(request_next(&disk), 16 * SECTOR_SIZE, 0));
	assert_int_equal(part.stats.ios[BIO_WRITE], 1);
	assert_int_equal(part.stats.merges[BIO_WRITE], 1);
	assert_int_equal(part.stats.sectors[BIO_WRITE], 16);
	assert_int_equal(part.stats.busy_ns, 3000);
	assert_int_equal(part.stats.ns[BIO_WRITE], 3000);
	assert_int_equal(disk.stats.sectors[BIO_WRITE], 16);
	assert_int_equal(disk.stats.ios[BIO_READ], 2);
}

static int teardown(void **state)
{
	queue_destroy(&disk);
	return 0;
}

#define queue_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		queue_test(test_neighbours_join),
		queue_test(test_limits_of_joining),
		queue_test(test_order),
		queue_test(test_writes_are_not_starved),
		queue_test(test_parts_and_errors),
		queue_test(test_flush_goes_first),
		queue_test(test_fua),
		queue_test(test_plug),
		queue_test(test_plug_holds_nothing_older),
		queue_test(test_refusals),
		queue_test(test_disk_goes),
		queue_test(test_statistics_of_a_partition),
	};

	if (queue_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
