/*
 * xattr.c - extended attributes: user., trusted., security.; ACLs (system.posix_acl_*) are kept as
 * they are, and can be read as stored.
 *
 * A change reads all attributes of the inode, and writes them all again: what fits behind the
 * inode's fields there, the rest to a block. A block may be shared by inodes with equal attributes
 * (its reference count says so): it is then left to the others and a new one is made.
 */
#include "xattr_internal.h"
#include <kernel/cred.h>

static const struct ext2_xattr_prefix prefixes[] = {
	{ 1, "user.", true },
	{ 2, "system.posix_acl_access", false },
	{ 3, "system.posix_acl_default", false },
	{ 4, "trusted.", true },
	{ 6, "security.", true },
};

const struct ext2_xattr_prefix *ext2_xattr_prefix(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const size_t n = strlen(prefixes[i].text);

		if (strncmp(name, prefixes[i].text, n))
			continue;
		if (prefixes[i].settable ? name[n] != 0 : name[n] == 0)
			return &prefixes[i];
	}
	return NULL;
}

bool ext2_xattr_is_hidden(const struct ext2_fs *fs, u8 index)
{
	return (index == 1 && fs->opt.no_user_xattr) ||
	       ((index == 2 || index == 3) && fs->opt.no_acl);
}

/* ---- reading ---- */
static int parse_inode(struct xattrs *x)
{
	const u32 size = x->fs->geo.inode_size, extra = ext2_i(x->inode)->extra_isize;
	const char *why = NULL;
	u32 magic;
	int err;

	if (size < EXT2_INODE_SIZE + extra + 8 || !extra)
		return 0;
	err = ext2_raw_inode(x->fs, (u32)x->inode->ino, &x->inode_buf, &x->raw);
	if (err) {
		x->inode_buf.page = NULL;
		return err;
	}
	x->room = (u8 *)x->raw + EXT2_INODE_SIZE + extra;
	x->room_end = (u8 *)x->raw + size;
	memcpy(&magic, x->room, 4);
	if (magic == EXT2_XATTR_MAGIC && !ext2_i(x->inode)->fresh)
		why = ext2_xattr_parse(&x->set, x->room + 4, x->room + 4, x->room_end);
	return why ? ext2_error(x->fs, "inode %u: its attributes are broken: %s",
				(u32)x->inode->ino, why)
		   : 0;
}

int ext2_xattr_read_block(struct ext2_fs *fs, struct inode *inode, struct buf *b)
{
	const u32 block = ext2_i(inode)->file_acl;
	const struct ext2_xattr_header *h;
	int err = ext2_read(fs, block, "extended attributes", b);

	if (err) {
		b->page = NULL;
		return err;
	}
	h = b->data;
	if (h->magic == EXT2_XATTR_MAGIC && h->blocks == 1 && h->refcount && h->refcount <= 1024)
		return 0;
	buf_put(b);
	b->page = NULL;
	return ext2_error(fs, "inode %u: block %u does not hold attributes", (u32)inode->ino,
			  block);
}

static int parse_block(struct xattrs *x)
{
	const char *why;
	u8 *data;
	int err;

	if (!ext2_i(x->inode)->file_acl)
		return 0;
	err = ext2_xattr_read_block(x->fs, x->inode, &x->block_buf);
	if (err)
		return err;
	data = x->block_buf.data;
	why = ext2_xattr_parse(&x->set, data, data + sizeof(struct ext2_xattr_header),
			       data + x->fs->geo.block_size);
	return why ? ext2_error(x->fs, "inode %u: attributes in block %u are broken: %s",
				(u32)x->inode->ino, ext2_i(x->inode)->file_acl, why)
		   : 0;
}

void ext2_xattrs_put(struct xattrs *x)
{
	if (x->inode_buf.page)
		buf_put(&x->inode_buf);
	if (x->block_buf.page)
		buf_put(&x->block_buf);
	kfree(x);
}

/* xattr_lock held. ERR_PTR. */
struct xattrs *ext2_xattrs_get(struct inode *inode)
{
	struct xattrs *x = kzalloc(sizeof(*x), GFP_KERNEL);
	int err;

	if (!x)
		return ERR_PTR(-ENOMEM);
	x->inode = inode;
	x->fs = ext2_fs(inode->sb);
	err = parse_inode(x);
	if (!err)
		err = parse_block(x);
	if (!err)
		return x;
	ext2_xattrs_put(x);
	return ERR_PTR(err);
}

/* Most inodes have none, and that costs nothing to find out. */
static bool has_none(const struct inode *inode)
{
	const struct ext2_inode *ei = container_of(inode, const struct ext2_inode, vfs);

	return !ei->file_acl && ext2_fs(inode->sb)->geo.inode_size == EXT2_INODE_SIZE;
}

static ssize_t copy_value(struct xattrs *x, const struct ext2_xattr_prefix *p, const char *name,
			  void *buf, size_t size)
{
	const char *rest = p->settable ? name + strlen(p->text) : "";
	const struct ext2_xattr *a = ext2_xattr_find(&x->set, p->index, rest, (u32)strlen(rest));

	if (!a)
		return -ENODATA;
	if (size && size < a->size)
		return -ERANGE;
	if (size)
		memcpy(buf, a->value, a->size);
	return (ssize_t)a->size;
}

ssize_t ext2_getxattr(struct inode *inode, const char *name, void *buf, size_t size)
{
	const struct ext2_xattr_prefix *p = ext2_xattr_prefix(name);
	struct xattrs *x;
	ssize_t ret;

	/* Stored ACLs have another form than programs know: they are only kept. */
	if (!p || !p->settable || ext2_xattr_is_hidden(ext2_fs(inode->sb), p->index))
		return -EOPNOTSUPP;
	if (has_none(inode))
		return -ENODATA;
	mutex_lock(&ext2_i(inode)->xattr_lock);
	x = ext2_xattrs_get(inode);
	if (IS_ERR(x)) {
		ret = PTR_ERR(x);
	} else {
		ret = copy_value(x, p, name, buf, size);
		ext2_xattrs_put(x);
	}
	mutex_unlock(&ext2_i(inode)->xattr_lock);
	return ret;
}

static const char *prefix_text(const struct ext2_fs *fs, u8 index)
{
	if (index == 4 && !capable(CAP_SYS_ADMIN))
		return NULL;
	for (unsigned int i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (prefixes[i].index == index)
			return prefixes[i].settable && !ext2_xattr_is_hidden(fs, index)
				       ? prefixes[i].text
				       : NULL;
	return NULL;
}

static ssize_t list_names(struct xattrs *x, char *buf, size_t size)
{
	size_t n = 0;

	for (u32 i = 0; i < x->set.count; i++) {
		const struct ext2_xattr *a = &x->set.attr[i];
		const char *prefix = prefix_text(x->fs, a->index);
		size_t len;

		if (!prefix)
			continue;
		len = strlen(prefix);
		if (size && size - n < len + a->name_len + 1)
			return -ERANGE;
		if (size) {
			memcpy(buf + n, prefix, len);
			memcpy(buf + n + len, a->name, a->name_len);
			buf[n + len + a->name_len] = 0;
		}
		n += len + a->name_len + 1;
	}
	return (ssize_t)n;
}

ssize_t ext2_listxattr(struct inode *inode, char *buf, size_t size)
{
	struct xattrs *x;
	ssize_t ret;

	if (has_none(inode))
		return 0;
	mutex_lock(&ext2_i(inode)->xattr_lock);
	x = ext2_xattrs_get(inode);
	if (IS_ERR(x)) {
		ret = PTR_ERR(x);
	} else {
		ret = list_names(x, buf, size);
		ext2_xattrs_put(x);
	}
	mutex_unlock(&ext2_i(inode)->xattr_lock);
	return ret;
}
