/*
 * super.c - tmpfs as a file system: mount, limits, statfs. It is "tmpfs", "rootfs" and the store of
 * memfd files.
 */
#include "tmpfs_internal.h"
#include <kernel/init.h>
#include <kernel/printk.h>
#include <abi/statfs.h>

static struct kmem_cache *inode_cache;

static struct inode *tmpfs_alloc_inode(struct super_block *sb)
{
	struct tmpfs_inode *ti = kmem_cache_alloc(inode_cache, GFP_KERNEL);

	if (!ti)
		return NULL;
	ti->link = NULL;
	ti->seals = F_SEAL_SEAL;
	list_init(&ti->xattrs);
	return &ti->vfs;
}

static void tmpfs_free_inode(struct inode *inode)
{
	struct tmpfs_inode *ti = tmpfs_i(inode);

	tmpfs_uncharge_inode(tmpfs_s(inode->sb));
	if (!list_empty(&ti->xattrs))
		tmpfs_free_xattrs(ti);
	kfree(ti->link);
	kmem_cache_free(inode_cache, ti);
}

static int tmpfs_statfs(struct super_block *sb, struct kstatfs *st)
{
	struct tmpfs_sb *s = tmpfs_s(sb);

	spin_lock(&s->lock);
	st->blocks = s->max_pages;
	st->bfree = st->bavail = s->max_pages ? s->max_pages - s->used_pages : 0;
	st->files = s->max_inodes;
	st->ffree = s->max_inodes ? s->max_inodes - s->used_inodes : 0;
	spin_unlock(&s->lock);
	return 0;
}

static unsigned long total_pages(void)
{
	struct page_stats stats;

	page_get_stats(&stats);
	return stats.total;
}

/* Of pages and of inodes. */
static unsigned long default_limit(void)
{
	return total_pages() / 2;
}

static int parse(char *text, void *arg)
{
	return tmpfs_parse_options(arg, text, total_pages());
}

static int tmpfs_remount(struct super_block *sb, u32 *flags, const char *options)
{
	struct tmpfs_sb want = *tmpfs_s(sb);
	int err = fs_parse_options(options, parse, &want);

	return err ? err : tmpfs_change_limits(tmpfs_s(sb), &want);
}

static void tmpfs_put_super(struct super_block *sb)
{
	kfree(sb->private);
}

static size_t tmpfs_show_options(struct super_block *sb, char *buf, size_t size)
{
	struct tmpfs_sb *s = tmpfs_s(sb);
	size_t n = 0;

	buf[0] = 0;
	if (s->max_pages && s->max_pages != default_limit())
		n += scnprintf(buf + n, size - n, ",size=%luk", s->max_pages * (PAGE_SIZE / 1024));
	if (s->max_inodes && s->max_inodes != default_limit())
		n += scnprintf(buf + n, size - n, ",nr_inodes=%lu", s->max_inodes);
	if (s->mode != (S_ISVTX | 0777))
		n += scnprintf(buf + n, size - n, ",mode=%03o", s->mode);
	if (s->uid)
		n += scnprintf(buf + n, size - n, ",uid=%u", s->uid);
	if (s->gid)
		n += scnprintf(buf + n, size - n, ",gid=%u", s->gid);
	return n;
}

static const struct super_ops tmpfs_super_ops = {
	.alloc_inode = tmpfs_alloc_inode,
	.free_inode = tmpfs_free_inode,
	.statfs = tmpfs_statfs,
	.remount = tmpfs_remount,
	.put_super = tmpfs_put_super,
	.show_options = tmpfs_show_options,
};

static int make_root(struct super_block *sb, struct tmpfs_sb *s)
{
	struct inode *root = tmpfs_make_inode(sb, NULL, S_IFDIR | s->mode, 0);

	if (IS_ERR(root))
		return PTR_ERR(root);
	root->uid = s->uid;
	root->gid = s->gid;
	sb->root = dentry_alloc_root(root);
	if (sb->root)
		return 0;
	inode_put(root);
	return -ENOMEM;
}

int tmpfs_fill_super(struct super_block *sb, const char *options)
{
	struct tmpfs_sb *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return -ENOMEM;
	spin_init(&s->lock, RANK_LEAF, "tmpfs");
	s->max_pages = s->max_inodes = default_limit();
	s->mode = S_ISVTX | 0777;
	sb->private = s;
	sb->ops = &tmpfs_super_ops;
	sb->magic = TMPFS_MAGIC;
	sb->max_bytes = ((loff_t)LONG_MAX << PAGE_SHIFT) + PAGE_SIZE - 1;
	sb->in_memory = true;
	err = fs_parse_options(options, parse, s);
	if (!err)
		err = make_root(sb, s);
	if (err) {
		sb->private = NULL;
		kfree(s);
	}
	return err;
}

static int tmpfs_mount(struct fs_type *type, struct super_block *sb, const char *source,
		       const char *options)
{
	return tmpfs_fill_super(sb, options);
}

void tmpfs_limit_growth(struct super_block *sb)
{
	struct tmpfs_sb *s = tmpfs_s(sb);
	struct page_stats stats;

	page_get_stats(&stats);
	spin_lock(&s->lock);
	s->max_pages = s->used_pages + stats.free / 2;
	s->max_inodes = s->used_inodes + stats.free / 2;
	spin_unlock(&s->lock);
}

/*
 * Without limits. The root gets them once the initramfs is in it, which may be larger than half of
 * a small memory: tmpfs_limit_growth().
 */
static int ramfs_mount(struct fs_type *type, struct super_block *sb, const char *source,
		       const char *options)
{
	return tmpfs_fill_super(sb, options ? options : "size=0,nr_inodes=0");
}

/* The root of the system is writable by root alone. */
static int rootfs_mount(struct fs_type *type, struct super_block *sb, const char *source,
			const char *options)
{
	int err = ramfs_mount(type, sb, source, options);

	if (!err && !(options && strstr(options, "mode=")))
		sb->root->inode->mode = S_IFDIR | 0755;
	return err;
}

static struct fs_type tmpfs_type = { .name = "tmpfs", .mount = tmpfs_mount };
static struct fs_type ramfs_type = { .name = "ramfs", .mount = ramfs_mount };
static struct fs_type rootfs_type = { .name = "rootfs",
				      .flags = FS_NOMOUNT,
				      .mount = rootfs_mount };

static int __init tmpfs_init(void)
{
	inode_cache = kmem_cache_create("tmpfs_inode", sizeof(struct tmpfs_inode), 8);
	if (!inode_cache)
		panic("No memory for tmpfs");
	fs_type_register(&rootfs_type);
	fs_type_register(&ramfs_type);
	return fs_type_register(&tmpfs_type);
}
INIT_CALL(INIT_FS, tmpfs_init);
