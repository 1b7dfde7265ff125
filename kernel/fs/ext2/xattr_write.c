/*
 * xattr_write.c - changing extended attributes, and giving back their block.
 */
#include "xattr_internal.h"

#define HEADER ((u32)sizeof(struct ext2_xattr_header))

/* One inode less has the block: it goes with the last. */
static void release_block(struct ext2_fs *fs, struct inode *inode)
{
	const u32 block = ext2_i(inode)->file_acl;
	const u64 sectors = ext2_block_sectors(fs);
	struct ext2_xattr_header *h;
	struct buf b;
	bool last;
	int err;

	if (!block)
		return;
	err = ext2_xattr_read_block(fs, inode, &b);
	ext2_i(inode)->file_acl = 0;
	inode_mark_dirty(inode);
	if (err)
		return;
	h = b.data;
	mutex_lock(&fs->alloc_lock);
	last = h->refcount <= 1;
	if (!last) {
		h->refcount--;
		ext2_wait(fs, block, &b, EXT2_WAIT_NAMES);
		inode->blocks -= min(inode->blocks, sectors);
	}
	mutex_unlock(&fs->alloc_lock);
	buf_put(&b);
	if (last) {
		ext2_forget(fs, block, 1);
		ext2_free_blocks(inode, block, 1);
	}
}

void ext2_xattr_evict(struct inode *inode)
{
	mutex_lock(&ext2_i(inode)->xattr_lock);
	release_block(ext2_fs(inode->sb), inode);
	mutex_unlock(&ext2_i(inode)->xattr_lock);
}

/* Those that fit behind the inode's fields come first; how many. */
static u32 choose_for_inode(struct xattrs *x)
{
	u32 left = x->room ? (u32)(x->room_end - x->room) - 8 : 0, n = 0;

	for (u32 i = 0; i < x->set.count; i++) {
		const struct ext2_xattr a = x->set.attr[i];
		const u32 need = ext2_xattr_bytes(&a);

		if (need > left)
			continue;
		left -= need;
		x->set.attr[i] = x->set.attr[n];
		x->set.attr[n++] = a;
	}
	return n;
}

/* The new contents, beside the old ones that the set still points into. */
struct image {
	u8 *room, *block;
	u32 in_inode;
};

static int make_image(struct xattrs *x, struct image *image)
{
	const u32 block_size = x->fs->geo.block_size,
		  room = x->room ? (u32)(x->room_end - x->room) : 0;
	const u32 magic = EXT2_XATTR_MAGIC;
	struct ext2_xattr_header *h;
	u32 rest;

	image->room = kzalloc(room + block_size, GFP_KERNEL);
	if (!image->room)
		return -ENOMEM;
	image->block = image->room + room;
	image->in_inode = choose_for_inode(x);
	if (image->in_inode)
		memcpy(image->room, &magic, 4);
	if (image->in_inode && !ext2_xattr_store(&x->set, 0, image->in_inode, image->room + 4,
						 image->room + 4, image->room + room, false))
		return -ENOSPC;
	rest = x->set.count - image->in_inode;
	ext2_xattr_sort(&x->set, image->in_inode, rest);
	if (!ext2_xattr_store(&x->set, image->in_inode, rest, image->block, image->block + HEADER,
			      image->block + block_size, true))
		return -ENOSPC;
	h = (struct ext2_xattr_header *)image->block;
	*h = (struct ext2_xattr_header){ .magic = EXT2_XATTR_MAGIC, .refcount = 1, .blocks = 1 };
	h->hash = ext2_xattr_block_hash(image->block + HEADER, image->block + block_size);
	return 0;
}

static int write_new_block(struct xattrs *x, const struct image *image)
{
	struct ext2_inode *ei = ext2_i(x->inode);
	u32 block, one = 1;
	struct buf b;
	int err =
		ext2_alloc_blocks(x->inode, ext2_group_first(&x->fs->geo, ei->group), &block, &one);

	if (err)
		return err;
	err = ext2_new_block(x->fs, block, &b);
	if (err) {
		ext2_free_blocks(x->inode, block, 1);
		return err;
	}
	memcpy(b.data, image->block, x->fs->geo.block_size);
	ext2_wait(x->fs, block, &b, EXT2_WAIT_NAMES);
	buf_put(&b);
	release_block(x->fs, x->inode);
	ei->file_acl = block;
	ext2_need_feature(x->fs, EXT2_COMPAT_EXT_ATTR, 0);
	return 0;
}

static int write_block(struct xattrs *x, const struct image *image)
{
	const struct ext2_xattr_header *h = x->block_buf.page ? x->block_buf.data : NULL;

	if (x->set.count == image->in_inode) {
		release_block(x->fs, x->inode);
		return 0;
	}
	if (!h || h->refcount > 1)
		return write_new_block(x, image);
	memcpy(x->block_buf.data, image->block, x->fs->geo.block_size);
	ext2_wait(x->fs, ext2_i(x->inode)->file_acl, &x->block_buf, EXT2_WAIT_NAMES);
	return 0;
}

static int write_all(struct xattrs *x)
{
	struct image image = { .room = NULL };
	int err = make_image(x, &image);

	if (!err)
		err = write_block(x, &image);
	if (!err && x->room) {
		memcpy(x->room, image.room, (size_t)(x->room_end - x->room));
		ext2_wait(x->fs, ext2_inode_block(x->fs, (u32)x->inode->ino), &x->inode_buf,
			  EXT2_WAIT_INODES);
	}
	kfree(image.room);
	return err;
}

static int change(struct xattrs *x, const struct ext2_xattr *new, u32 flags)
{
	struct ext2_xattr *old = ext2_xattr_find(&x->set, new->index, new->name, new->name_len);

	if (old && (flags & XATTR_CREATE))
		return -EEXIST;
	if (!old && ((flags & XATTR_REPLACE) || !new->value))
		return -ENODATA;
	if (!new->value)
		ext2_xattr_delete(&x->set, old);
	else if (old)
		*old = *new;
	else if (x->set.count < EXT2_XATTRS_MAX)
		x->set.attr[x->set.count++] = *new;
	else
		return -ENOSPC;
	return write_all(x);
}

static int set_one(struct inode *inode, const struct ext2_xattr *new, u32 flags)
{
	struct xattrs *x;
	int err = ext2_i(inode)->fresh ? ext2_zero_inode(inode) : 0;

	if (err)
		return err;
	mutex_lock(&ext2_i(inode)->xattr_lock);
	x = ext2_xattrs_get(inode);
	if (IS_ERR(x)) {
		err = PTR_ERR(x);
	} else {
		err = change(x, new, flags);
		ext2_xattrs_put(x);
	}
	mutex_unlock(&ext2_i(inode)->xattr_lock);
	return err;
}

/* inode locked. */
int ext2_setxattr(struct inode *inode, const char *name, const void *value, size_t size, u32 flags)
{
	const struct ext2_xattr_prefix *p = ext2_xattr_prefix(name);
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_xattr new = { .value = value, .size = (u32)size };
	int err;

	if (!p || !p->settable || ext2_xattr_is_hidden(fs, p->index))
		return -EOPNOTSUPP;
	if (size > fs->geo.block_size)
		return -ENOSPC;
	new.index = p->index;
	new.name = name + strlen(p->text);
	new.name_len = (u8)strlen(new.name);
	/* A commit sees the block and the inode that points to it, or neither. */
	ext2_change_begin(fs);
	err = set_one(inode, &new, flags);
	if (!err) {
		inode_touch(inode, ATTR_CTIME);
		ext2_i(inode)->name_commit = ext2_next_commit(fs);
	}
	ext2_change_end(fs);
	return err;
}
