/*
 * replaced.c - files whose name another file took by rename.
 *
 * On disk the name changes in one write, and the inode that lost it is without a name from then on
 * until it is deleted, which e2fsck does not mend by itself; deleted before, the name would be
 * lost. So a commit gives such an inode a name of its own ("#NUMBER") in the same block, for as
 * long as it takes; where that has no room, and in a hashed directory, one in lost+found, which is
 * written before. Nobody sees it: names do not change meanwhile, and it is gone from memory when
 * the commit is over.
 */
#include "ext2_internal.h"

static size_t make_name(const struct inode *inode, char *name, size_t size)
{
	return (size_t)scnprintf(name, size, "#%u", (u32)inode->ino);
}

static int read_block(struct ext2_fs *fs, u32 block, struct buf *b, struct ext2_dirblock *d)
{
	int err = buf_read(fs->bdev, block, fs->geo.block_size, b);

	if (!err)
		*d = (struct ext2_dirblock){ .data = b->data,
					     .size = fs->geo.block_size,
					     .inodes = fs->geo.inodes,
					     .filetype = fs->geo.filetype };
	return err;
}

void ext2_note_replaced(struct inode *inode, u32 block)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);

	inode_get(inode); /* its end waits for the commit's */
	ei->replaced = true;
	ei->replaced_block = block;
	mutex_lock(&fs->alloc_lock);
	list_add_tail(&ei->replaced_node, &fs->replaced);
	mutex_unlock(&fs->alloc_lock);
}

static bool put_name(const struct ext2_dirblock *block, struct ext2_inode *ei)
{
	const struct inode *inode = &ei->vfs;
	char name[16];
	const u32 len = (u32)make_name(inode, name, sizeof(name));
	u32 offset;
	struct ext2_dirent *d = ext2_dirent_room(block, len, &offset);

	ei->name_kept = d && d != EXT2_DIRENT_BAD &&
			ext2_dirent_put(block, d, name, len, (u32)inode->ino,
					ext2_type_of_mode(inode->mode));
	return ei->name_kept;
}

static bool name_in_place(struct ext2_fs *fs, struct ext2_inode *ei)
{
	struct ext2_dirblock block;
	struct buf b;

	/* A block that does not wait is no directory's any more. */
	if (!ei->replaced_block || !ext2_waits(fs, ei->replaced_block) ||
	    read_block(fs, ei->replaced_block, &b, &block))
		return false;
	put_name(&block, ei);
	buf_put(&b);
	return ei->name_kept;
}

static struct inode *lost_and_found(struct ext2_fs *fs)
{
	struct inode *root = fs->sb->root->inode;
	struct ext2_dir_pos pos;
	u32 ino;

	if (ext2_dir_find(root, "lost+found", 10, &pos))
		return NULL;
	ino = pos.entry->inode;
	ext2_dir_pos_put(&pos);
	root = ext2_iget(fs->sb, ino);
	return IS_ERR(root) ? NULL : root;
}

static void name_elsewhere(struct ext2_fs *fs, struct ext2_inode *ei)
{
	struct inode *dir = lost_and_found(fs);
	const u32 blocks =
		dir && S_ISDIR(dir->mode) && !ext2_is_hashed(dir) ? ext2_dir_blocks(dir) : 0;
	struct ext2_dir_pos pos;

	for (u32 i = 0; i < blocks && !ei->name_kept && !ext2_dir_read(dir, i, &pos); i++) {
		if (put_name(&pos.block, ei)) {
			ei->replaced_block = pos.disk;
			ext2_wait(fs, pos.disk, &pos.buf, EXT2_WAIT_NAMES);
			(void)ext2_wait_end(fs, pos.disk);
		}
		ext2_dir_pos_put(&pos);
	}
	inode_put(dir);
}

static void drop_name(struct ext2_fs *fs, struct ext2_inode *ei)
{
	struct ext2_dirblock block;
	struct ext2_dirent *d;
	char name[16];
	const u32 len = (u32)make_name(&ei->vfs, name, sizeof(name));
	struct buf b;
	u32 offset;

	if (!ei->name_kept || read_block(fs, ei->replaced_block, &b, &block))
		return;
	ei->name_kept = false;
	d = ext2_dirent_find(&block, name, len, &offset);
	if (d && d != EXT2_DIRENT_BAD && !ext2_dirent_remove(&block, d))
		ext2_wait(fs, ei->replaced_block, &b, EXT2_WAIT_NAMES);
	buf_put(&b);
}

void ext2_replaced_begin(struct ext2_fs *fs, struct list_head *list)
{
	struct ext2_inode *ei;

	bool elsewhere = false;

	list_splice_tail_init(&fs->replaced, list);
	list_for_each_entry (ei, list, replaced_node) {
		/* Of directories ".." would be wrong elsewhere. */
		if (!ei->on_disk || name_in_place(fs, ei) || S_ISDIR(ei->vfs.mode))
			continue;
		name_elsewhere(fs, ei);
		elsewhere = true;
	}
	if (elsewhere)
		(void)disk_flush(fs->bdev->disk);
}

void ext2_replaced_written(struct ext2_fs *fs, struct list_head *list)
{
	struct ext2_inode *ei;

	list_for_each_entry (ei, list, replaced_node)
		drop_name(fs, ei);
}

void ext2_replaced_end(struct list_head *list)
{
	while (!list_empty(list)) {
		struct ext2_inode *ei = list_first_entry(list, struct ext2_inode, replaced_node);

		list_del_init(&ei->replaced_node);
		ei->replaced = false;
		inode_put(&ei->vfs);
	}
}
