/* Requests that come when a loop device has lost its file. */
// LINK: kernel/fs/loop/loop_thread.c kernel/block/queue.c kernel/block/elevator.c
// LINK: kernel/block/stats.c kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/partition.h>
#include <string.h>
#include "../../../block/block_internal.h"
#include "../loop_internal.h"

static struct loop l;
static unsigned int ended;
static int refs;
static const struct disk_ops ops = { .kick = loop_kick };

/* ---- what the thread would use ---- */
struct task *kthread_create(int (*fn)(void *arg), void *arg, const char *name)
{
	return ERR_PTR(-ENOMEM);
}
ssize_t file_read_kernel(struct file *file, void *buf, size_t len, loff_t *pos)
{
	return -EIO;
}
ssize_t file_write_kernel(struct file *file, const void *buf, size_t len, loff_t *pos)
{
	return -EIO;
}
int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	return -EIO;
}
void file_put(struct file *file)
{
}
void disk_get(struct disk *disk)
{
	refs++;
}
void disk_put(struct disk *disk)
{
	refs--;
}

static void end(struct bio *bio)
{
	assert_int_equal(bio->error, -EIO);
	ended++;
}

static void submit(enum bio_op op, u32 bytes, u32 flags)
{
	static struct page page;
	static struct {
		struct bio bio;
		struct bio_vec vec[1];
	} memory[8];
	struct bio *bio = &memory[ended].bio;

	*bio = (struct bio){
		.disk = &l.disk, .op = op, .flags = flags, .bytes = bytes, .end = end
	};
	bio->vecs = bio->vecs_max = bytes ? 1 : 0;
	bio->vec[0] = (struct bio_vec){ &page, 0, (u16)bytes };
	bio_submit(bio);
}

static int setup(void **state)
{
	memset(&l, 0, sizeof(l));
	l.disk.ops = &ops;
	l.disk.sectors = 1000;
	l.disk.sector_size = SECTOR_SIZE;
	l.disk.flags = DISK_WRITE_CACHE;
	l.disk.limits.discard = SECTOR_SIZE;
	spin_init(&l.holes_lock, RANK_SPIN, "loop holes");
	list_init(&l.holes);
	ended = 0;
	list_init(&l.disk.partitions);
	queue_prepare(&l.disk);
	return queue_init(&l.disk);
}

static int teardown(void **state)
{
	queue_destroy(&l.disk);
	return 0;
}

/* Who had looked at the disk before is told, and does not wait for ever. */
static void nobody_serves(void **state)
{
	submit(BIO_FLUSH, 0, 0);
	assert_int_equal(ended, 1);
	submit(BIO_READ, 4096, BIO_SYNC);
	assert_int_equal(ended, 2);
	submit(BIO_WRITE, 4096, BIO_FUA);
	assert_int_equal(ended, 3);
	disk_plug(&l.disk);
	submit(BIO_READ, 4096, 0);
	disk_unplug(&l.disk);
	assert_int_equal(ended, 4);
	assert_int_equal(loop_discard(&l.disk, 0, 8), -EIO);
}

/* Nor where the thread could not be made. */
static void no_thread(void **state)
{
	assert_int_equal(loop_start(&l), -ENOMEM);
	assert_int_equal(refs, 0);
	submit(BIO_FLUSH, 0, 0);
	assert_int_equal(ended, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_serves, setup, teardown),
		cmocka_unit_test_setup_teardown(no_thread, setup, teardown),
	};

	if (queue_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
