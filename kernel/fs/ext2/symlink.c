/*
 * symlink.c - texts of symbolic links: up to 59 bytes stand in the inode, longer ones in a block.
 */
#include "ext2_internal.h"

static int write_text(struct inode *inode, const char *target, u32 len)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct block_extent ext = { .count = 1 };
	struct buf b;
	int err = ext2_map(inode, 0, 1, true, &ext);

	if (!err)
		err = ext2_new_block(fs, (u32)ext.block, &b);
	if (err)
		return err;
	memcpy(b.data, target, len);
	ext2_wait(fs, (u32)ext.block, &b, EXT2_WAIT_NAMES);
	buf_put(&b);
	return 0;
}

int ext2_set_link(struct inode *inode, const char *target)
{
	const u32 len = (u32)strlen(target);
	int err = 0;

	if (len >= ext2_fs(inode->sb)->geo.block_size)
		return -ENAMETOOLONG;
	ext2_i(inode)->fast_link = len < EXT2_LINK_ROOM;
	if (len < EXT2_LINK_ROOM)
		memcpy(ext2_i(inode)->block, target, len + 1);
	else
		err = write_text(inode, target, len);
	if (!err)
		inode->size = len;
	inode_mark_dirty(inode);
	return err;
}

/* Length and text must agree: a text with a NUL in it is not what was stored. */
static char *read_text(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct block_extent ext = { .count = 1 };
	const u32 len = (u32)inode->size;
	struct buf b;
	char *text;
	int err = ext2_map(inode, 0, 1, false, &ext);

	if (!err && !ext.block)
		err = ext2_error(fs, "symbolic link inode %u has no block", (u32)inode->ino);
	if (!err)
		err = ext2_read(fs, (u32)ext.block, "symbolic link", &b);
	if (err)
		return ERR_PTR(err);
	text = kmalloc(len + 1, GFP_KERNEL);
	if (text) {
		memcpy(text, b.data, len);
		text[len] = 0;
	}
	buf_put(&b);
	return text ? text : ERR_PTR(-ENOMEM);
}

static const char *get_link(struct dentry *dentry, struct inode *inode, void **cookie)
{
	struct ext2_inode *ei = ext2_i(inode);
	char *text;

	if (ei->fast_link)
		return (const char *)ei->block;
	if (ei->link)
		return ei->link;
	text = read_text(inode);
	if (IS_ERR(text))
		return text;
	mutex_lock(&ei->map_lock);
	if (ei->link)
		kfree(text);
	else
		ei->link = text;
	mutex_unlock(&ei->map_lock);
	return ei->link;
}

const struct inode_ops ext2_link_iops = {
	.get_link = get_link,
	.setattr = ext2_setattr,
	.getxattr = ext2_getxattr,
	.setxattr = ext2_setxattr,
	.listxattr = ext2_listxattr,
};
