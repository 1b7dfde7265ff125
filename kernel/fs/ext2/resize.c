/*
 * resize.c - EXT4_IOC_RESIZE_FS: a mounted file system grows, as resize2fs(8) asks.
 *
 * First the last group to its full length, then new groups, as many at a time as one block of
 * descriptors tells of. Each step is on the disk before anything of it is given to files: the new
 * groups' own metadata, then their descriptors (beyond what the super block counts: nobody looks
 * there), then the super block, and only then the maps in memory. So a power cut leaves the file
 * system with the old size or the new one. The exception are the blocks that mke2fs kept for more
 * descriptors: that the resize inode no longer has one of them, or has its counterpart in one more
 * group, cannot reach the disk together with the super block; e2fsck asks before it mends a resize
 * inode that is behind. The copies of super block and descriptors follow at the end.
 *
 * Who reads the geometry and the descriptors holds no lock. So the numbers change one by one, in an
 * order in which each state in between is good for what is in use, and a table of descriptors that
 * was replaced is kept until the file system is unmounted.
 *
 * Source: Linux, Documentation/filesystems/ext4, resize2fs(8).
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include "grow.h"
#include <kernel/cred.h>
#include <kernel/math64.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

/* Arrays for the larger number of groups. */
struct growth {
	struct ext2_fs *fs;
	struct ext2_geometry to;
	u8 *seen;
	void **freed[EXT2_FREED_KINDS][2];
	struct buf *desc_bufs; /* NULL: as many as there are */
	u32 free_blocks;       /* in the new groups */
};

struct ext2_old_descs {
	struct ext2_old_descs *next;
	struct buf *bufs;
};

void ext2_resize_end(struct ext2_fs *fs)
{
	struct ext2_old_descs *old;

	while ((old = fs->old_descs)) {
		fs->old_descs = old->next;
		kfree(old->bufs);
		kfree(old);
	}
}

bool ext2_claim(struct ext2_fs *fs)
{
	bool was;

	mutex_lock(&fs->alloc_lock);
	was = fs->claimed;
	fs->claimed = true;
	mutex_unlock(&fs->alloc_lock);
	return !was;
}

void ext2_unclaim(struct ext2_fs *fs)
{
	mutex_lock(&fs->alloc_lock);
	fs->claimed = false;
	mutex_unlock(&fs->alloc_lock);
}

/* ---- the resize inode ---- */
static int is_resize_inode(struct ext2_fs *fs, const struct ext2_raw_inode *raw)
{
	const u32 map = raw->block[EXT2_DIND];

	return S_ISREG(raw->mode) && raw->links && ext2_blocks_ok(fs, map, 1);
}

static int write_kept(struct ext2_fs *fs, const struct ext2_geometry *to, u32 map)
{
	struct buf b;
	int err = ext2_new_block(fs, map, &b);

	if (err)
		return err;
	ext2_grow_kept(to, b.data);
	buf_dirty(&b);
	buf_put(&b);
	for (u32 i = 0; i < to->reserved_gdt; i++) {
		const u32 block = to->first_data_block + 1 + to->desc_blocks + i;

		err = ext2_new_block(fs, block, &b);
		if (err)
			return err;
		ext2_grow_kept_copies(to, block, b.data);
		buf_dirty(&b);
		buf_put(&b);
	}
	return 0;
}

static bool changes_resize_inode(const struct ext2_fs *fs, const struct ext2_geometry *to)
{
	return to->reserved_gdt != fs->geo.reserved_gdt ||
	       (to->reserved_gdt && ext2_grow_copies(to) != ext2_grow_copies(&fs->geo));
}

/* Is that what the block holds? It could be any file's. */
static int check_map(struct ext2_fs *fs, u32 map)
{
	u32 *want = kmalloc(fs->geo.block_size, GFP_KERNEL);
	struct buf b;
	int err = want ? ext2_read(fs, map, "resize inode", &b) : -ENOMEM;

	if (!err) {
		ext2_grow_kept(&fs->geo, want);
		err = memcmp(want, b.data, fs->geo.block_size) ? -EIO : 0;
		buf_put(&b);
	}
	kfree(want);
	return err;
}

/* Before anything is written by it. */
static int check_resize_inode(struct ext2_fs *fs)
{
	struct ext2_raw_inode *raw;
	struct buf b;
	int err = ext2_raw_inode(fs, EXT2_RESIZE_INO, &b, &raw);

	if (err)
		return err;
	err = is_resize_inode(fs, raw) ? check_map(fs, raw->block[EXT2_DIND]) : -EIO;
	buf_put(&b);
	return err == -EIO ? ext2_error(fs, "the resize inode is damaged") : err;
}

/* It has what is kept beyond the descriptors. */
static int write_resize_inode(struct ext2_fs *fs, const struct ext2_geometry *to)
{
	struct ext2_raw_inode *raw;
	struct buf b;
	int err = ext2_raw_inode(fs, EXT2_RESIZE_INO, &b, &raw);

	if (err)
		return err;
	err = write_kept(fs, to, raw->block[EXT2_DIND]);
	if (!err) {
		raw->blocks = ext2_grow_kept_sectors(to);
		ext2_wait(fs, ext2_inode_block(fs, EXT2_RESIZE_INO), &b, EXT2_WAIT_INODES);
	}
	buf_put(&b);
	return err;
}

/* ---- the super block ---- */
static void fill_super(struct ext2_fs *fs, const struct ext2_geometry *to, u32 more_blocks)
{
	struct ext2_super *s = fs->super;

	s->blocks_count = to->blocks;
	s->inodes_count = to->inodes;
	s->free_blocks = fs->free_blocks + more_blocks;
	s->free_inodes = fs->free_inodes + (to->inodes - fs->geo.inodes);
	if (s->compat & EXT2_COMPAT_RESIZE_INODE)
		s->reserved_gdt_blocks = (u16)to->reserved_gdt;
	if (s->overhead_blocks)
		s->overhead_blocks += ext2_overhead(to) - fs->overhead; /* a journal may be in it */
	s->wtime = ext2_seconds_now();
}

/* All that was prepared, and with it the new size, is on the disk then. */
static int write_super(struct ext2_fs *fs, const struct ext2_geometry *to, u32 more_blocks)
{
	struct ext2_super *s = fs->super;
	const u32 overhead = s->overhead_blocks;
	const bool kept = changes_resize_inode(fs, to);
	int err = blockdev_sync(fs->bdev);

	if (!err && kept)
		err = write_resize_inode(fs, to);
	if (err)
		return err;
	mutex_lock(&fs->alloc_lock);
	fill_super(fs, to, more_blocks);
	mutex_unlock(&fs->alloc_lock);
	buf_dirty(&fs->super_buf);
	/* With what waits: the resize inode among it. */
	err = ext2_commit(fs);
	if (!err)
		return 0;
	mutex_lock(&fs->alloc_lock);
	fill_super(fs, &fs->geo, 0);
	s->overhead_blocks = overhead;
	mutex_unlock(&fs->alloc_lock);
	buf_dirty(&fs->super_buf);
	return err;
}

/* ---- the last group to its full length ---- */
static void free_tail(struct ext2_fs *fs, const struct ext2_geometry *to, void *map)
{
	const u32 group = fs->geo.groups - 1, n = to->blocks - fs->geo.blocks;
	struct ext2_group_desc *d = ext2_desc(fs, group);

	ext2_bitmap_clear(map, fs->geo.blocks - ext2_group_first(&fs->geo, group), n);
	d->free_blocks = (u16)(d->free_blocks + n);
	ext2_desc_dirty(fs, group);
	fs->free_blocks += n;
	fs->seen[group] &= (u8)~EXT2_TRIMMED;
	WRITE_ONCE(fs->geo.blocks, to->blocks);
}

static int lengthen(struct ext2_fs *fs, const struct ext2_geometry *to)
{
	struct buf map;
	int err;

	mutex_lock(&fs->alloc_lock);
	err = ext2_block_bitmap(fs, fs->geo.groups - 1, &map);
	mutex_unlock(&fs->alloc_lock);
	if (err)
		return err;
	err = write_super(fs, to, to->blocks - fs->geo.blocks);
	if (!err) {
		mutex_lock(&fs->alloc_lock);
		free_tail(fs, to, map.data);
		mutex_unlock(&fs->alloc_lock);
		buf_dirty(&map);
	}
	buf_put(&map);
	return err;
}

/* ---- what new groups consist of ---- */
static int zero_blocks(struct ext2_fs *fs, u32 first, u32 count)
{
	for (u32 block = first; block < first + count; block++) {
		struct buf b;
		int err = fatal_signal_pending(current) ? -EINTR : ext2_new_block(fs, block, &b);

		if (err)
			return err;
		buf_dirty(&b);
		buf_put(&b);
		dirty_throttle(&fs->bdev->inode->data);
	}
	return 0;
}

/* Over all the blocks before the group's data, bitmaps included. */
static int make_group(struct growth *g, u32 group)
{
	struct ext2_fs *fs = g->fs;
	const struct ext2_geometry *to = &g->to;
	struct ext2_group_desc d;
	struct buf b;
	int err;

	ext2_grow_desc(to, group, &d);
	g->free_blocks += d.free_blocks;
	err = zero_blocks(fs, ext2_group_first(to, group), ext2_group_head(to, group));
	if (!err)
		err = zero_blocks(fs, d.inode_table, to->table_blocks);
	if (!err)
		err = ext2_new_block(fs, d.block_bitmap, &b);
	if (err)
		return err;
	ext2_grow_block_bitmap(to, group, b.data);
	buf_dirty(&b);
	buf_put(&b);
	err = ext2_new_block(fs, d.inode_bitmap, &b);
	if (err)
		return err;
	ext2_grow_inode_bitmap(to, b.data);
	buf_dirty(&b);
	buf_put(&b);
	return 0;
}

static void make_descs(const struct growth *g, struct buf *b)
{
	const struct ext2_geometry *to = &g->to;
	struct ext2_group_desc *table = b->data;

	for (u32 group = g->fs->geo.groups; group < to->groups; group++)
		ext2_grow_desc(to, group, &table[group % to->descs_per_block]);
	buf_dirty(b);
}

/* All new groups are told of by one block. */
static int write_descs(struct growth *g)
{
	struct ext2_fs *fs = g->fs;
	const u32 last = g->to.desc_blocks - 1;
	int err;

	if (last < fs->geo.desc_blocks) {
		make_descs(g, &fs->desc_bufs[last]);
		return 0;
	}
	err = ext2_new_block(fs, ext2_desc_block(&g->to, g->to.first_data_block, last),
			     &g->desc_bufs[last]);
	if (!err)
		make_descs(g, &g->desc_bufs[last]);
	return err;
}

/* ---- new groups ---- */
static void growth_free(struct growth *g)
{
	kfree(g->seen);
	for (unsigned int i = 0; i < EXT2_FREED_KINDS; i++) {
		kfree(g->freed[i][0]);
		kfree(g->freed[i][1]);
	}
	if (!g->desc_bufs)
		return;
	if (g->desc_bufs[g->to.desc_blocks - 1].page)
		buf_put(&g->desc_bufs[g->to.desc_blocks - 1]);
	kfree(g->desc_bufs);
}

static int growth_alloc(struct growth *g)
{
	bool ok;

	g->seen = kzalloc(g->to.groups, GFP_KERNEL);
	ok = g->seen;
	for (unsigned int i = 0; i < 2 * EXT2_FREED_KINDS; i++) {
		void ***map = &g->freed[i / 2][i % 2];

		*map = kcalloc(g->to.groups, sizeof(void *), GFP_KERNEL);
		ok = ok && *map;
	}
	if (g->to.desc_blocks > g->fs->geo.desc_blocks) {
		g->desc_bufs = kcalloc(g->to.desc_blocks, sizeof(struct buf), GFP_KERNEL);
		ok = ok && g->desc_bufs;
	}
	return ok ? 0 : -ENOMEM;
}

static void exchange(void ***a, void ***b, u32 groups)
{
	void **old = *a;

	memcpy(*b, old, groups * sizeof(void *));
	*a = *b;
	*b = old;
}

/* alloc_lock held: what nobody looks at without it. */
static void exchange_maps(struct growth *g)
{
	struct ext2_fs *fs = g->fs;
	const u32 groups = fs->geo.groups;
	u8 *old = fs->seen;

	memcpy(g->seen, old, groups);
	fs->seen = g->seen;
	g->seen = old;
	for (unsigned int i = 0; i < EXT2_FREED_KINDS; i++) {
		exchange(&fs->freed[i].now, &g->freed[i][0], groups);
		exchange(&fs->freed[i].committing, &g->freed[i][1], groups);
	}
}

/* Somebody may be looking into the old table. */
static void replace_descs(struct growth *g, struct ext2_old_descs *old)
{
	struct ext2_fs *fs = g->fs;

	memcpy(g->desc_bufs, fs->desc_bufs, fs->geo.desc_blocks * sizeof(struct buf));
	old->bufs = fs->desc_bufs;
	old->next = fs->old_descs;
	fs->old_descs = old;
	barrier();
	WRITE_ONCE(fs->desc_bufs, g->desc_bufs);
	g->desc_bufs = NULL;
}

/* The order: see above. A group's head has room for all descriptors, or for too few of them. */
static void set_geometry(struct ext2_geometry *geo, const struct ext2_geometry *to)
{
	barrier();
	WRITE_ONCE(geo->reserved_gdt, to->reserved_gdt);
	WRITE_ONCE(geo->desc_blocks, to->desc_blocks);
	WRITE_ONCE(geo->groups, to->groups);
	WRITE_ONCE(geo->blocks, to->blocks);
	WRITE_ONCE(geo->inodes, to->inodes);
}

static void publish(struct growth *g, struct ext2_old_descs *old)
{
	struct ext2_fs *fs = g->fs;

	mutex_lock(&fs->alloc_lock);
	exchange_maps(g);
	if (g->desc_bufs)
		replace_descs(g, old);
	else
		kfree(old);
	fs->free_blocks += g->free_blocks;
	fs->free_inodes += g->to.inodes - fs->geo.inodes;
	set_geometry(&fs->geo, &g->to);
	fs->overhead = ext2_overhead(&fs->geo);
	mutex_unlock(&fs->alloc_lock);
}

static int prepare(struct growth *g)
{
	struct ext2_fs *fs = g->fs;
	int err = growth_alloc(g);

	for (u32 group = fs->geo.groups; group < g->to.groups && !err; group++)
		err = make_group(g, group);
	if (!err)
		err = blockdev_sync(fs->bdev);
	return err ? err : write_descs(g);
}

static int add_groups(struct ext2_fs *fs, const struct ext2_geometry *to)
{
	struct ext2_old_descs *old = kzalloc(sizeof(*old), GFP_KERNEL);
	struct growth g = { .fs = fs, .to = *to };
	const bool kept = changes_resize_inode(fs, to);
	int err = old ? 0 : -ENOMEM;
	bool begun;

	if (!err && kept)
		err = check_resize_inode(fs);
	begun = !err;
	if (!err)
		err = prepare(&g);
	if (!err)
		err = write_super(fs, to, g.free_blocks);
	if (!err)
		publish(&g, old);
	else if (kept && begun) /* the descriptors went where its blocks were */
		(void)write_resize_inode(fs, &fs->geo);
	if (err)
		kfree(old);
	growth_free(&g);
	return err;
}

/* ---- copies ---- */
static int write_copy(struct ext2_fs *fs, u32 block, const void *data, u32 size)
{
	struct buf b;
	int err = ext2_new_block(fs, block, &b);

	if (err)
		return err;
	memcpy(b.data, data, size);
	buf_dirty(&b);
	buf_put(&b);
	dirty_throttle(&fs->bdev->inode->data);
	return 0;
}

static int write_copies(struct ext2_fs *fs)
{
	struct ext2_super *s = kmalloc(sizeof(*s), GFP_KERNEL);
	int err = s ? 0 : -ENOMEM;

	for (u32 group = 1; group < fs->geo.groups && !err; group++) {
		const u32 at = ext2_group_first(&fs->geo, group);

		if (!ext2_group_has_super(&fs->geo, group))
			continue;
		*s = *fs->super;
		s->block_group_nr = (u16)group;
		s->state &= (u16)~EXT2_STATE_VALID;
		err = write_copy(fs, at, s, sizeof(*s));
		for (u32 i = 0; i < fs->geo.desc_blocks && !err; i++)
			err = write_copy(fs, at + 1 + i, fs->desc_bufs[i].data, fs->geo.block_size);
	}
	kfree(s);
	return err;
}

/* ---- the call ---- */
/* What is kept for root grows in proportion, as by resize2fs. */
static int end_growth(struct ext2_fs *fs, u32 before)
{
	const u64 kept = fs->super->r_blocks_count;

	ext2_message(fs, KERN_INFO, "grew from %u to %u blocks", before, fs->geo.blocks);
	fs->super->r_blocks_count = (u32)div_u64(kept * fs->geo.blocks, before);
	buf_dirty(&fs->super_buf);
	return write_copies(fs);
}

/* What of the caller's wish was reached stays. */
static int grow(struct ext2_fs *fs, u32 blocks)
{
	const u32 before = fs->geo.blocks, end = ext2_grow_fit(&fs->geo, blocks);
	struct ext2_geometry to;
	int err = ext2_grow_geometry(&fs->geo, end, &to);

	while (!err && fs->geo.blocks < end) {
		err = ext2_grow_geometry(&fs->geo, ext2_grow_step(&fs->geo, end), &to);
		if (!err)
			err = to.groups > fs->geo.groups ? add_groups(fs, &to) : lengthen(fs, &to);
	}
	if (fs->geo.blocks > before) {
		const int end_err = end_growth(fs, before);

		err = err ? err : end_err;
	}
	return err ? err : blockdev_sync(fs->bdev);
}

static int check_wish(const struct ext2_fs *fs, u64 blocks)
{
	if (blocks < fs->geo.blocks || blocks > 0xffffffffu)
		return -EINVAL;
	return blocks << fs->geo.block_bits > fs->bdev->sectors << 9 ? -ENOSPC : 0;
}

static int check_state(struct ext2_fs *fs)
{
	if (fs->mount_state & EXT2_STATE_ERROR) {
		ext2_warn(fs, "is not resized: it has errors, running e2fsck is recommended");
		return -EPERM;
	}
	if (fs->opt.super_block != EXT2_SUPER_OFFSET / EXT2_SUPER_SIZE) {
		ext2_warn(fs, "is not resized: it is mounted by a copy of its super block");
		return -EPERM;
	}
	return 0;
}

long ext2_resize(struct ext2_fs *fs, const u64 __user *arg)
{
	u64 blocks;
	int err;

	if (!capable(CAP_SYS_RESOURCE))
		return -EPERM;
	if (copy_from_user(&blocks, arg, sizeof(blocks)))
		return -EFAULT;
	if (!ext2_claim(fs))
		return -EBUSY;
	err = ext2_readonly(fs) ? -EROFS : check_state(fs);
	if (!err)
		err = check_wish(fs, blocks);
	if (!err && blocks > fs->geo.blocks)
		err = grow(fs, (u32)blocks);
	ext2_unclaim(fs);
	return err;
}
