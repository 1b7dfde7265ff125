/*
 * ialloc.c - which inode a new file gets.
 *
 * A file's inode goes to its directory's group, where its blocks will be. A directory in the root
 * (or in one marked "top of a hierarchy") goes to a group with few directories and much room, so
 * that trees spread over the disk; other directories stay near their parents unless the group is
 * fuller than most. This is the scheme of Grigoriy Orlov (OpenBSD, "dirpref").
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include <kernel/bitops.h>
#include <kernel/random.h>
#include <kernel/task.h>

#define NO_GROUP 0xffffffffu

/* alloc_lock held for all that follow. */
static bool has_inodes(struct ext2_fs *fs, u32 group)
{
	return ext2_desc(fs, group)->free_inodes && !(fs->seen[group] & EXT2_BAD_INODES);
}

static u32 first_group_with(struct ext2_fs *fs, u32 start, u32 free_inodes)
{
	for (u32 i = 0; i < fs->geo.groups; i++) {
		const u32 group = (start + i) % fs->geo.groups;

		if (has_inodes(fs, group) && ext2_desc(fs, group)->free_inodes >= free_inodes)
			return group;
	}
	return NO_GROUP;
}

/* The group with the fewest directories of those that have at least average room. */
static u32 group_for_top(struct ext2_fs *fs)
{
	const u32 groups = fs->geo.groups, start = random_u32() % groups;
	const u32 inodes = fs->free_inodes / groups, blocks = fs->free_blocks / groups;
	u32 best = NO_GROUP, fewest = fs->geo.inodes_per_group;

	for (u32 i = 0; i < groups; i++) {
		const u32 group = (start + i) % groups;
		const struct ext2_group_desc *d = ext2_desc(fs, group);

		if (!has_inodes(fs, group) || d->used_dirs >= fewest || d->free_inodes < inodes ||
		    d->free_blocks < blocks)
			continue;
		best = group;
		fewest = d->used_dirs;
	}
	return best;
}

static u32 group_near(struct ext2_fs *fs, u32 parent)
{
	const struct ext2_geometry *geo = &fs->geo;
	const u32 groups = geo->groups;
	const u32 inodes = fs->free_inodes / groups, blocks = fs->free_blocks / groups;
	const u32 max_dirs = fs->dirs / groups + geo->inodes_per_group / 16;
	const u32 min_inodes =
		inodes > geo->inodes_per_group / 4 ? inodes - geo->inodes_per_group / 4 : 0;
	const u32 min_blocks =
		blocks > geo->blocks_per_group / 4 ? blocks - geo->blocks_per_group / 4 : 0;

	for (u32 i = 0; i < groups; i++) {
		const u32 group = (parent + i) % groups;
		const struct ext2_group_desc *d = ext2_desc(fs, group);

		if (has_inodes(fs, group) && d->used_dirs < max_dirs &&
		    d->free_inodes >= min_inodes && d->free_blocks >= min_blocks)
			return group;
	}
	return NO_GROUP;
}

static u32 group_for_dir(struct ext2_fs *fs, struct inode *parent)
{
	const u32 near = ext2_i(parent)->group;
	u32 group;

	if (parent->ino == EXT2_ROOT_INO || (ext2_i(parent)->flags & EXT2_FL_TOPDIR))
		group = group_for_top(fs);
	else
		group = group_near(fs, near);
	if (group == NO_GROUP)
		group = first_group_with(fs, near, max(fs->free_inodes / fs->geo.groups, 1u));
	return group == NO_GROUP ? first_group_with(fs, near, 1) : group;
}

/* The directory's group; when that is full others, chosen so that full directories part ways. */
static u32 group_for_file(struct ext2_fs *fs, struct inode *parent)
{
	const u32 near = ext2_i(parent)->group, groups = fs->geo.groups;
	u32 group = near;

	if (has_inodes(fs, group) && ext2_desc(fs, group)->free_blocks)
		return group;
	group = (near + (u32)parent->ino) % groups;
	for (u32 step = 1; step < groups; step <<= 1) {
		group = (group + step) % groups;
		if (has_inodes(fs, group) && ext2_desc(fs, group)->free_blocks)
			return group;
	}
	return first_group_with(fs, near, 1);
}

static void count_inode(struct ext2_fs *fs, u32 group, bool is_dir, int by)
{
	struct ext2_group_desc *d = ext2_desc(fs, group);

	d->free_inodes = (u16)(d->free_inodes - by);
	fs->free_inodes -= (u32)by;
	if (is_dir && (by > 0 || d->used_dirs)) {
		d->used_dirs = (u16)(d->used_dirs + by);
		fs->dirs += (u32)by;
	}
	ext2_desc_dirty(fs, group);
}

/* The first free one, if possible one that was not freed just now. */
static u32 find_bit(const struct ext2_fs *fs, u32 group, const void *map)
{
	const u32 per = fs->geo.inodes_per_group, first = group ? 0 : fs->geo.first_ino - 1;
	u32 bit = first;

	for (;; bit = ext2_freed_skip(fs, EXT2_FREED_INODES, group, bit)) {
		bit = find_next_zero_bit(map, per, bit);
		if (bit >= per)
			break;
		if (ext2_freed_clear_run(fs, EXT2_FREED_INODES, group, bit, 1))
			return bit;
	}
	return find_next_zero_bit(map, per, first);
}

/* Takes a number out of a group; 0: its descriptor promised too much. */
static u32 take_from_group(struct ext2_fs *fs, u32 group, bool is_dir)
{
	const u32 per = fs->geo.inodes_per_group;
	struct buf b;
	u32 bit;

	if (ext2_inode_bitmap(fs, group, &b))
		return 0;
	bit = find_bit(fs, group, b.data);
	if (bit < per) {
		ext2_bitmap_set(b.data, bit, 1);
		buf_dirty(&b);
		count_inode(fs, group, is_dir, 1);
	} else {
		ext2_error(fs, "group %u: no free inode in the bitmap, %u in the descriptor", group,
			   ext2_desc(fs, group)->free_inodes);
		fs->seen[group] |= EXT2_BAD_INODES;
	}
	buf_put(&b);
	return bit < per ? group * per + bit + 1 : 0;
}

static int take_number(struct inode *dir, bool is_dir, u32 *ino)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);
	int err = -ENOSPC;

	if (ext2_readonly(fs))
		return -EROFS;
	mutex_lock(&fs->alloc_lock);
	/* Each round without success spoils a group, so this ends. */
	while (err == -ENOSPC && fs->free_inodes) {
		const u32 group = is_dir ? group_for_dir(fs, dir) : group_for_file(fs, dir);

		if (group == NO_GROUP)
			break;
		*ino = take_from_group(fs, group, is_dir);
		if (*ino)
			err = 0;
		else if (!(fs->seen[group] & EXT2_BAD_INODES))
			err = -ENOMEM;
	}
	mutex_unlock(&fs->alloc_lock);
	return err;
}

void ext2_free_inode_number(struct ext2_fs *fs, u32 ino, bool is_dir)
{
	const u32 group = (ino - 1) / fs->geo.inodes_per_group,
		  bit = (ino - 1) % fs->geo.inodes_per_group;
	struct buf b;

	mutex_lock(&fs->alloc_lock);
	if (!ext2_inode_bitmap(fs, group, &b)) {
		if (ext2_bitmap_clear(b.data, bit, 1)) {
			buf_dirty(&b);
			count_inode(fs, group, is_dir, -1);
			ext2_freed_note(fs, EXT2_FREED_INODES, group, bit, 1);
		} else {
			ext2_error(fs, "inode %u was free already", ino);
		}
		buf_put(&b);
	}
	mutex_unlock(&fs->alloc_lock);
}

static u32 inherited_flags(const struct ext2_inode *dir, u32 mode)
{
	const u32 flags = dir->flags & EXT2_FL_INHERITED;

	if (S_ISDIR(mode))
		return flags;
	return flags & (S_ISREG(mode) ? EXT2_FL_OF_FILES : EXT2_FL_OF_OTHER);
}

static void fill(struct inode *inode, struct inode *dir, u32 mode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);
	const u16 most = (u16)(fs->geo.inode_size - EXT2_INODE_SIZE);

	inode_init_owner(inode, dir, mode);
	if (fs->opt.bsd_groups)
		inode->gid = dir->gid;
	inode_touch(inode, ATTR_ATIME | ATTR_MTIME | ATTR_CTIME);
	inode->times.btime = inode->times.mtime;
	inode->generation = fs->next_generation++;
	ei->flags = inherited_flags(ext2_i(dir), mode);
	ei->extra_isize = most < EXT2_EXTRA_ISIZE ? 0 : EXT2_EXTRA_ISIZE;
	ei->group = ((u32)inode->ino - 1) / fs->geo.inodes_per_group;
	ei->loaded = ei->fresh = true;
	if (S_ISDIR(mode))
		inode->nlink = 2;
	ext2_apply_flags(inode);
	ext2_set_ops(inode);
}

struct inode *ext2_new_inode(struct inode *dir, u32 mode)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);
	struct inode *inode;
	bool is_new;
	u32 ino;
	int err = take_number(dir, S_ISDIR(mode), &ino);

	if (err)
		return ERR_PTR(err);
	/* Waits for a former inode of that number to be gone. */
	inode = inode_iget(dir->sb, ino, &is_new);
	if (!inode) {
		ext2_free_inode_number(fs, ino, S_ISDIR(mode));
		return ERR_PTR(-ENOMEM);
	}
	if (!is_new) {
		inode_put(inode);
		return ERR_PTR(ext2_error(fs, "inode %u is in use, but free in the bitmap", ino));
	}
	fill(inode, dir, mode);
	return inode;
}
