/*
 * dir.c - names in the blocks of a directory. The directory's inode->lock is held by all callers.
 *
 * Blocks are buffers of the device's cache. A look-up reads all blocks, beginning where the last
 * name was found; a hashed directory is asked through its index (htree.c) first.
 */
#include "ext2_internal.h"

#define AHEAD 8u /* blocks read ahead of a look-up */

void ext2_dir_pos_put(struct ext2_dir_pos *pos)
{
	if (pos->buf.page)
		buf_put(&pos->buf);
	pos->buf.page = NULL;
}

bool ext2_dir_is_sync(struct inode *dir)
{
	return (dir->sb->flags & (MS_SYNCHRONOUS | MS_DIRSYNC)) ||
	       (ext2_i(dir)->flags & (EXT2_FL_SYNC | EXT2_FL_DIRSYNC));
}

int ext2_dir_broken(struct inode *dir, const struct ext2_dir_pos *pos, u32 offset)
{
	const char *why = ext2_dirent_fault(&pos->block, offset);

	return ext2_error(ext2_fs(dir->sb), "directory inode %u, block %u, offset %u: %s",
			  (u32)dir->ino, pos->index, offset, why ? why : "a broken record");
}

static void set_block(struct inode *dir, struct ext2_dir_pos *pos, u32 index, u64 disk)
{
	const struct ext2_geometry *geo = &ext2_fs(dir->sb)->geo;

	pos->block = (struct ext2_dirblock){ .data = pos->buf.data,
					     .size = geo->block_size,
					     .inodes = geo->inodes,
					     .filetype = geo->filetype };
	pos->index = index;
	pos->disk = (u32)disk;
	pos->entry = NULL;
}

int ext2_dir_read(struct inode *dir, u32 index, struct ext2_dir_pos *pos)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);
	struct block_extent ext = { .count = AHEAD };
	int err = ext2_map(dir, index, AHEAD, false, &ext);

	pos->buf.page = NULL;
	if (err)
		return err;
	if (!ext.block)
		return ext2_error(fs, "directory inode %u has a hole at block %u", (u32)dir->ino,
				  index);
	if (ext.count > 1 && index % AHEAD == 0)
		buf_read_ahead(fs->bdev, ext.block, ext.count, fs->geo.block_size);
	err = ext2_read(fs, (u32)ext.block, "directory", &pos->buf);
	if (err) {
		pos->buf.page = NULL;
		return err;
	}
	set_block(dir, pos, index, ext.block);
	return 0;
}

int ext2_dir_grow(struct inode *dir, struct ext2_dir_pos *pos)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);
	const u32 index = ext2_dir_blocks(dir);
	struct block_extent ext = { .count = 1 };
	int err;

	pos->buf.page = NULL;
	if (dir->size > 0x7fffffff - (loff_t)fs->geo.block_size)
		return -ENOSPC;
	err = ext2_map(dir, index, 1, true, &ext);
	if (!err)
		err = ext2_new_block(fs, (u32)ext.block, &pos->buf);
	if (err) {
		pos->buf.page = NULL;
		ext2_truncate(dir, index);
		return err;
	}
	dir->size = (loff_t)(index + 1) << fs->geo.block_bits;
	fs->dir_grew = true;
	inode_mark_dirty(dir);
	set_block(dir, pos, index, ext.block);
	return 0;
}

void ext2_dir_changed(struct inode *dir, struct ext2_dir_pos *pos)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);

	ext2_wait(fs, pos->disk, &pos->buf, EXT2_WAIT_NAMES);
	ext2_i(dir)->name_commit = ext2_next_commit(fs);
	inode_touch(dir, ATTR_MTIME | ATTR_CTIME);
}

void ext2_dir_left(struct inode *dir, struct ext2_dir_pos *pos)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);
	struct ext2_inode *ei = ext2_i(dir);

	ext2_dir_changed(dir, pos);
	if (pos->index < ei->blocks_on_disk)
		ext2_wait(fs, pos->disk, &pos->buf, EXT2_WAIT_LATE);
	ei->index_moved = fs->index_moved = true;
}

static int find_in_block(struct inode *dir, u32 index, const char *name, u32 len,
			 struct ext2_dir_pos *pos)
{
	u32 offset;
	int err = ext2_dir_read(dir, index, pos);

	if (err)
		return err;
	pos->entry = ext2_dirent_find(&pos->block, name, len, &offset);
	if (pos->entry == EXT2_DIRENT_BAD)
		err = ext2_dir_broken(dir, pos, offset);
	else if (!pos->entry)
		err = -ENOENT;
	if (err)
		ext2_dir_pos_put(pos);
	return err;
}

/* A broken block does not hide the names in the others; but "there is none" cannot be said then. */
static int find_in_all(struct inode *dir, const char *name, u32 len, struct ext2_dir_pos *pos)
{
	struct ext2_inode *ei = ext2_i(dir);
	const u32 blocks = ext2_dir_blocks(dir);
	u32 index = ei->dir_hint < blocks ? ei->dir_hint : 0;
	unsigned int broken = 0;
	int worst = -ENOENT;

	for (u32 i = 0; i < blocks; i++, index = index + 1 < blocks ? index + 1 : 0) {
		int err = find_in_block(dir, index, name, len, pos);

		if (!err) {
			ei->dir_hint = index;
			return 0;
		}
		if (err != -ENOENT)
			worst = err;
		if (err == -ENOMEM || err == -EINTR ||
		    (err == -EIO && ++broken == EXT2_DIR_BROKEN_MAX))
			break;
	}
	return worst;
}

int ext2_dir_find(struct inode *dir, const char *name, u32 len, struct ext2_dir_pos *pos)
{
	int err = -EAGAIN;

	pos->buf.page = NULL;
	if (len > EXT2_NAME_MAX)
		return -ENAMETOOLONG;
	if (ext2_is_hashed(dir) && !(len <= 2 && name[0] == '.'))
		err = ext2_htree_find(dir, name, len, pos);
	return err == -EAGAIN ? find_in_all(dir, name, len, pos) : err;
}

/* ---- changes ---- */
static int add_to_block(struct inode *dir, struct ext2_dir_pos *pos, const char *name, u32 len,
			u32 ino, u8 type)
{
	u32 offset;
	struct ext2_dirent *d = ext2_dirent_room(&pos->block, len, &offset);

	if (d == EXT2_DIRENT_BAD)
		return ext2_dir_broken(dir, pos, offset);
	if (!d || !ext2_dirent_put(&pos->block, d, name, len, ino, type))
		return -ENOSPC;
	ext2_dir_changed(dir, pos);
	return 0;
}

/* Into the first block with room; -ENOSPC: all are full. */
static int add_to_any(struct inode *dir, const char *name, u32 len, u32 ino, u8 type)
{
	struct ext2_inode *ei = ext2_i(dir);
	const u32 blocks = ext2_dir_blocks(dir);

	for (u32 index = min(ei->dir_room, blocks); index < blocks; index++) {
		struct ext2_dir_pos pos;
		int err = ext2_dir_read(dir, index, &pos);

		if (!err)
			err = add_to_block(dir, &pos, name, len, ino, type);
		ext2_dir_pos_put(&pos);
		if (err != -ENOSPC) {
			ei->dir_room = err ? ei->dir_room : index;
			return err;
		}
	}
	return -ENOSPC;
}

static int add_to_new_block(struct inode *dir, const char *name, u32 len, u32 ino, u8 type)
{
	struct ext2_dir_pos pos;
	int err = ext2_dir_grow(dir, &pos);

	if (err)
		return err;
	ext2_dirblock_init(&pos.block);
	err = add_to_block(dir, &pos, name, len, ino, type);
	ext2_i(dir)->dir_room = pos.index;
	ext2_dir_pos_put(&pos);
	return err;
}

static bool may_be_hashed(struct inode *dir)
{
	const struct ext2_fs *fs = ext2_fs(dir->sb);

	return (fs->super->compat & EXT2_COMPAT_DIR_INDEX) && ext2_dir_blocks(dir) == 1;
}

static int add_name(struct inode *dir, const char *name, u32 len, u32 ino, u8 type)
{
	int err = -EAGAIN;

	if (ext2_is_hashed(dir)) {
		err = ext2_htree_add(dir, name, len, ino, type);
		if (err != -EAGAIN)
			return err;
		ext2_htree_give_up(dir);
	}
	err = add_to_any(dir, name, len, ino, type);
	if (err != -ENOSPC)
		return err;
	if (may_be_hashed(dir) && ext2_htree_make(dir) == 0) {
		err = ext2_htree_add(dir, name, len, ino, type);
		if (err != -EAGAIN)
			return err;
		ext2_htree_give_up(dir);
	}
	return add_to_new_block(dir, name, len, ino, type);
}

int ext2_dir_add(struct inode *dir, const char *name, u32 len, struct inode *inode)
{
	int err;

	if (len > EXT2_NAME_MAX)
		return -ENAMETOOLONG;
	err = add_name(dir, name, len, (u32)inode->ino, ext2_type_of_mode(inode->mode));
	ext2_i(inode)->name_commit = ext2_next_commit(ext2_fs(dir->sb));
	return err;
}

int ext2_dir_remove(struct inode *dir, struct ext2_dir_pos *pos)
{
	struct ext2_inode *ei = ext2_i(dir);
	int err = ext2_dirent_remove(&pos->block, pos->entry);

	if (err) {
		err = ext2_dir_broken(dir, pos, (u32)((u8 *)pos->entry - pos->block.data));
	} else {
		ext2_dir_changed(dir, pos);
		ei->dir_room = min(ei->dir_room, pos->index);
	}
	ext2_dir_pos_put(pos);
	return err;
}

int ext2_dir_set(struct inode *dir, struct ext2_dir_pos *pos, struct inode *inode)
{
	pos->entry->inode = (u32)inode->ino;
	if (pos->block.filetype)
		pos->entry->file_type = ext2_type_of_mode(inode->mode);
	ext2_dir_changed(dir, pos);
	ext2_i(inode)->name_commit = ext2_next_commit(ext2_fs(dir->sb));
	ext2_dir_pos_put(pos);
	return 0;
}

int ext2_dir_init(struct inode *dir, u32 parent)
{
	struct ext2_dir_pos pos;
	int err = ext2_dir_grow(dir, &pos);

	if (err)
		return err;
	ext2_dirblock_init_dots(&pos.block, (u32)dir->ino, parent);
	ext2_dir_changed(dir, &pos);
	ext2_dir_pos_put(&pos);
	return 0;
}

int ext2_dir_is_empty(struct inode *dir)
{
	const u32 blocks = ext2_dir_blocks(dir);

	for (u32 index = 0; index < blocks; index++) {
		struct ext2_dir_pos pos;
		u32 offset = 0;
		int ret = ext2_dir_read(dir, index, &pos);

		if (ret)
			return ret;
		ret = ext2_dirblock_is_empty(&pos.block, &offset);
		if (ret < 0)
			ret = ext2_dir_broken(dir, &pos, offset);
		ext2_dir_pos_put(&pos);
		if (ret != 1)
			return ret;
	}
	return 1;
}
