/* Pages of blocks: what is missing in one is read while another part of it is being written. */
// LINK: kernel/fs/bdev/blockfile.c kernel/fs/bdev/buf.c kernel/mm/pagecache.c kernel/mm/radix.c
// LINK: kernel/mm/writeback.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/fs.h>
#include <kernel/mm.h>
#include <stdlib.h>
#include <string.h>
#include "../../../mm/mm_internal.h"
#include "../../../mm/pte.h"
#include "../bdev_internal.h"
#include "../page_sectors.h"

#define SECTORS 64u
#define BLOCK	1024u

struct atomic page_uses[USE_COUNT];
static struct disk disk = { .name = "test", .sectors = SECTORS, .sector_size = SECTOR_SIZE };
static struct inode host;
static struct block_device bdev = { .disk = &disk, .sectors = SECTORS, .inode = &host };
static struct blockfile bf = { .bdev = &bdev, .block_bits = SECTOR_SHIFT };
static char medium[SECTORS * SECTOR_SIZE];
static struct bio *held[8]; /* submitted, not ended */
static unsigned int bios;
static bool last_first;

/* ---- what stands for the rest of the kernel ---- */
void lru_add(struct page *page)
{
}
void lru_remove(struct page *page)
{
}
void pte_zap_range(struct mm *mm, unsigned long start, unsigned long end, bool even_cow)
{
}
void mm_flush_page(const struct mm *mm, unsigned long addr)
{
}
void reclaim_written(void)
{
}
pte_t *pte_lookup(pgd_t *pgd, unsigned long addr)
{
	return NULL;
}
int generic_file_mmap(struct file *file, struct vma *vma)
{
	return 0;
}
enum fault_result filemap_fault(struct vma *vma, unsigned long pgoff, unsigned int flags,
				struct page **page)
{
	return FAULT_BUS;
}
void disk_plug(struct disk *d)
{
}
void disk_unplug(struct disk *d)
{
}

struct bio *bio_alloc(struct disk *d, enum bio_op op, unsigned int vecs, unsigned int gfp)
{
	struct bio *bio = calloc(1, sizeof(*bio) + vecs * sizeof(struct bio_vec));

	*bio = (struct bio){ .disk = d, .op = op, .vecs_max = (u16)vecs };
	return bio;
}

bool bio_add(struct bio *bio, struct page *p, unsigned int offset, unsigned int len)
{
	bio->vec[bio->vecs++] = (struct bio_vec){ p, (u16)offset, (u16)len };
	bio->bytes += len;
	return true;
}

void bio_free(struct bio *bio)
{
	free(bio);
}

void bio_submit(struct bio *bio)
{
	assert_true(bios < ARRAY_SIZE(held));
	held[bios++] = bio;
}

/* ---- the disk: it ends one bio each time somebody sleeps ---- */
static void transfer(struct bio *bio)
{
	char *at = medium + bio->sector * SECTOR_SIZE;

	for (unsigned int i = 0; i < bio->vecs; i++) {
		char *va = (char *)page_address(bio->vec[i].page) + bio->vec[i].offset;

		if (bio->op == BIO_READ)
			memcpy(va, at, bio->vec[i].len);
		else
			memcpy(at, va, bio->vec[i].len);
		at += bio->vec[i].len;
	}
	bio->end(bio);
}

static void end_one(s64 ns, void *arg)
{
	struct bio *bio = held[last_first ? bios - 1 : 0];

	assert_true(bios); /* else it sleeps for ever */
	bios--;
	if (!last_first)
		memmove(held, held + 1, bios * sizeof(held[0]));
	transfer(bio);
}

static int setup(void **state)
{
	host_setup(state);
	pagecache_init();
	memset(page_uses, 0, sizeof(page_uses));
	for (unsigned int i = 0; i < sizeof(medium); i++)
		medium[i] = (char)('a' + i / BLOCK);
	host.size = sizeof(medium);
	bf = (struct blockfile){ .bdev = &bdev, .block_bits = SECTOR_SHIFT };
	host.mapping = &host.data;
	mapping_init(&host.data, &host, &blockfile_ops);
	host.data.private = &bf;
	host_on_sleep(end_one, NULL);
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(bios, 0);
	mapping_destroy(&host.data);
	assert_int_equal(page_use_read(USE_WRITEBACK), 0);
	return host_teardown(state);
}

/* ---- the tests ---- */
/* A new block is on its way out; its neighbour in the page is read, and then the block is synced.
 */
static void read_beside_a_write(void)
{
	struct buf fresh, beside;

	assert_int_equal(buf_get_new(&bdev, 4, BLOCK, &fresh), 0);
	memset(fresh.data, 'N', BLOCK);
	buf_dirty(&fresh);
	page_lock(fresh.page);
	page_start_writeback(&host.data, fresh.page);
	assert_int_equal(bios, 1);
	assert_int_equal(buf_read(&bdev, 5, BLOCK, &beside), 0);
	assert_ptr_equal(beside.page, fresh.page);
	assert_int_equal(*(char *)beside.data, 'f');
	assert_int_equal(*(char *)fresh.data, 'N');
	assert_true(page_test_flag(fresh.page, PG_UPTODATE));
	assert_int_equal(buf_sync(&fresh), 0);
	assert_int_equal(medium[4 * BLOCK], 'N');
	assert_int_equal(medium[5 * BLOCK], 'f');
	buf_put(&fresh);
	buf_put(&beside);
}

static void write_ends_first(void **state)
{
	last_first = false;
	read_beside_a_write();
}

static void read_ends_first(void **state)
{
	last_first = true;
	read_beside_a_write();
}

/* Two runs of writing: the page is written when the second has ended, whichever that is. */
static void two_runs(void **state)
{
	struct buf first, third;

	assert_int_equal(buf_get_new(&bdev, 8, BLOCK, &first), 0);
	assert_int_equal(buf_get_new(&bdev, 10, BLOCK, &third), 0);
	memset(first.data, '1', BLOCK);
	memset(third.data, '3', BLOCK);
	buf_dirty(&first);
	buf_dirty(&third);
	page_lock(first.page);
	page_start_writeback(&host.data, first.page);
	assert_int_equal(bios, 2);
	last_first = true;
	end_one(0, NULL);
	assert_true(page_test_flag(first.page, PG_WRITEBACK));
	assert_int_equal(buf_sync(&first), 0);
	assert_int_equal(medium[8 * BLOCK], '1');
	assert_int_equal(medium[9 * BLOCK], 'j');
	assert_int_equal(medium[10 * BLOCK], '3');
	buf_put(&first);
	buf_put(&third);
}

/* ---- a file with holes ---- */
static u32 places[4], free_at, room;

static int map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out)
{
	*out = (struct block_extent){ .block = places[block], .count = 1 };
	if (out->block || !create)
		return 0;
	if (!room)
		return -ENOSPC;
	room--;
	places[block] = free_at++;
	*out = (struct block_extent){ .block = places[block], .count = 1, .fresh = true };
	return 0;
}

static void make_sparse(loff_t size, u32 blocks)
{
	memset(places, 0, sizeof(places));
	bf = (struct blockfile){ .bdev = &bdev, .block_bits = 10, .map = map };
	host.size = size;
	free_at = 20;
	room = blocks;
}

static void sync_all(void)
{
	assert_int_equal(mapping_sync(&host.data, 0, 4095), 0);
}

static void expect_on_medium(u32 block, char c)
{
	for (u32 i = 0; i < BLOCK; i++)
		assert_int_equal(medium[block * BLOCK + i], c);
}

/* A write that gets two of its four blocks: they hold zeros, not what the disk has there. */
static void no_room_in_the_middle(void **state)
{
	bool created;
	struct page *page = pagecache_get(&host.data, 0, &created);

	make_sparse(4096, 2);
	assert_true(created);
	memset(page_address(page), 'x', PAGE_SIZE);
	assert_int_equal(blockfile_ops.write_begin(&host.data, page, 0, PAGE_SIZE), -ENOSPC);
	page_unlock(page);
	page_put(page);
	page = pagecache_read(&host.data, 0);
	assert_false(IS_ERR(page));
	for (u32 i = 0; i < PAGE_SIZE; i++)
		assert_int_equal(((char *)page_address(page))[i], 0);
	page_put(page);
	sync_all();
	expect_on_medium(20, 0);
	expect_on_medium(21, 0);
	assert_int_equal(medium[22 * BLOCK], 'a' + 22);
}

/* A page that is mapped: what was stored behind the old end goes to the disk when the file grew. */
static void grown_under_a_mapping(void **state)
{
	struct vma vma = { .pgoff = 5, .start = 0, .end = PAGE_SIZE };
	struct page *page;

	make_sparse(1000, 4);
	list_add_tail(&vma.map_node, &host.data.vmas);
	page = pagecache_read(&host.data, 0);
	assert_false(IS_ERR(page));
	atomic_set(&page->mapcount, 1);
	memset(page_address(page), 's', PAGE_SIZE);
	host.size = 3000;
	blockfile_grown(&host, 1000);
	sync_all();
	expect_on_medium(21, 's');
	assert_int_equal(places[3], 0);
	atomic_set(&page->mapcount, 0);
	list_del(&vma.map_node);
	page_put(page);
}

#define block_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { block_test(write_ends_first),
					    block_test(read_ends_first), block_test(two_runs),
					    block_test(no_room_in_the_middle),
					    block_test(grown_under_a_mapping) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
