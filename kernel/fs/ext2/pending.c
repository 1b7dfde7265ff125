/*
 * pending.c - changed metadata that waits for the next commit.
 *
 * Blocks whose order on the disk matters (names, pointers, inodes) are not marked dirty in the
 * device's cache when they are changed, or the flusher could write them one by one. They are noted
 * here, each with a buffer of its own, until commit.c writes one kind after the other. Bitmaps,
 * descriptors and the super block do not wait: e2fsck makes them from the rest.
 *
 * Without memory for a note a block is just marked dirty: it is written, out of order.
 */
#include "ext2_internal.h"
#include <kernel/page.h>

/* Memory that may wait so, as a part of all; within bounds. */
#define PENDING_SHARE 64u
#define PENDING_LEAST 128u
#define PENDING_MOST  4096u

struct pending {
	struct hlist_node hash;
	struct list_head node;
	struct buf buf;
	u32 block;
	enum ext2_wait kind;
	bool writing; /* on its way, and not changed since */
};

static struct hlist_head *bucket(struct ext2_fs *fs, u32 block)
{
	return &fs->pending.hash[block % EXT2_PENDING_BUCKETS];
}

static struct pending *find(struct ext2_fs *fs, u32 block)
{
	struct pending *p;

	hlist_for_each_entry (p, bucket(fs, block), hash)
		if (p->block == block)
			return p;
	return NULL;
}

static void drop(struct ext2_fs *fs, struct pending *p)
{
	hlist_del_init(&p->hash);
	list_del(&p->node);
	buf_put(&p->buf);
	kfree(p);
	fs->pending.count--;
}

static int add(struct ext2_fs *fs, u32 block, enum ext2_wait kind)
{
	struct pending *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	if (buf_read(fs->bdev, block, fs->geo.block_size, &p->buf)) {
		kfree(p);
		return -EIO;
	}
	p->block = block;
	p->kind = kind;
	p->writing = false;
	hlist_add_head(&p->hash, bucket(fs, block));
	list_add_tail(&p->node, &fs->pending.list[kind]);
	fs->pending.count++;
	return 0;
}

void ext2_wait(struct ext2_fs *fs, u32 block, struct buf *b, enum ext2_wait kind)
{
	struct pending *p;

	mutex_lock(&fs->pending.lock);
	p = find(fs, block);
	if (p)
		p->writing = false;
	if (p && kind > p->kind) {
		p->kind = kind;
		list_move_tail(&p->node, &fs->pending.list[kind]);
	}
	if (!p && add(fs, block, kind))
		buf_dirty(b);
	mutex_unlock(&fs->pending.lock);
}

bool ext2_waits(struct ext2_fs *fs, u32 block)
{
	bool waits;

	mutex_lock(&fs->pending.lock);
	waits = find(fs, block) != NULL;
	mutex_unlock(&fs->pending.lock);
	return waits;
}

bool ext2_waits_as(struct ext2_fs *fs, u32 block, enum ext2_wait kind)
{
	const struct pending *p;
	bool waits;

	mutex_lock(&fs->pending.lock);
	p = find(fs, block);
	waits = p && p->kind == kind;
	mutex_unlock(&fs->pending.lock);
	return waits;
}

/* The block is a buffer of the cache like any other again. */
int ext2_wait_end(struct ext2_fs *fs, u32 block)
{
	struct pending *p;
	int err = 0;

	mutex_lock(&fs->pending.lock);
	p = find(fs, block);
	if (p) {
		buf_dirty(&p->buf);
		err = buf_sync(&p->buf);
		if (!err)
			drop(fs, p);
	}
	mutex_unlock(&fs->pending.lock);
	return err;
}

static unsigned int dirty_all(struct ext2_fs *fs, enum ext2_wait kind)
{
	struct pending *p;
	unsigned int n = 0;

	mutex_lock(&fs->pending.lock);
	list_for_each_entry (p, &fs->pending.list[kind], node) {
		buf_dirty(&p->buf);
		p->writing = true;
		n++;
	}
	mutex_unlock(&fs->pending.lock);
	return n;
}

/* Those that were changed again meanwhile wait for the next commit. */
static void drop_written(struct ext2_fs *fs, enum ext2_wait kind)
{
	struct pending *p, *next;

	mutex_lock(&fs->pending.lock);
	list_for_each_entry_safe (p, next, &fs->pending.list[kind], node)
		if (p->writing)
			drop(fs, p);
	mutex_unlock(&fs->pending.lock);
}

int ext2_wait_write(struct ext2_fs *fs, enum ext2_wait kind)
{
	int err;

	if (!dirty_all(fs, kind))
		return 0;
	err = blockdev_sync(fs->bdev);
	if (!err)
		drop_written(fs, kind);
	return err;
}

void ext2_forget(struct ext2_fs *fs, u32 first, u32 count)
{
	mutex_lock(&fs->pending.lock);
	for (u32 i = 0; i < count && fs->pending.count; i++) {
		struct pending *p = find(fs, first + i);

		if (p)
			drop(fs, p);
	}
	mutex_unlock(&fs->pending.lock);
	buf_forget(fs->bdev, first, count, fs->geo.block_size);
}

bool ext2_waits_for_much(const struct ext2_fs *fs)
{
	return fs->pending.count > fs->pending.most;
}

void ext2_pending_init(struct ext2_fs *fs)
{
	struct page_stats stats;

	page_get_stats(&stats);
	mutex_init(&fs->pending.lock, RANK_FS_ALLOC + 1, "ext2 pending");
	for (unsigned int i = 0; i < EXT2_WAITS; i++)
		list_init(&fs->pending.list[i]);
	fs->pending.most = max(PENDING_LEAST, min((u32)stats.total / PENDING_SHARE, PENDING_MOST));
}

void ext2_pending_end(struct ext2_fs *fs)
{
	for (unsigned int i = 0; i < EXT2_WAITS; i++)
		while (!list_empty(&fs->pending.list[i]))
			drop(fs, list_first_entry(&fs->pending.list[i], struct pending, node));
}
