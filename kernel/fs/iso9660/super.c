/* super.c - mounting ISO 9660 volumes: CDs, images on loop devices, hybrid images on disks. */
#include "iso9660_internal.h"
#include <kernel/init.h>
#include <kernel/printk.h>
#include <abi/statfs.h>

#define ISO_MAGIC 0x9660u

/* ---- what iso_tree.h asks of us ---- */
static int io_get(void *ctx, u64 n, u32 size, struct iso_block *block)
{
	struct iso_sb *s = ctx;
	struct buf *b = (struct buf *)(void *)block->opaque;
	int err = buf_read(s->sb->bdev, n, size, b);

	_Static_assert(sizeof(*b) <= sizeof(block->opaque), "a buf fits");
	if (err)
		return err == -ENOMEM ? err : -EIO;
	block->bytes = b->data;
	return 0;
}

static void io_put(void *ctx, struct iso_block *block)
{
	buf_put((struct buf *)(void *)block->opaque);
	block->bytes = NULL;
}

static void io_complain(void *ctx, const char *what, u64 block)
{
	struct iso_sb *s = ctx;
	unsigned int n = (unsigned int)atomic_add(&s->complaints, 1);

	if (n > ISO_COMPLAINTS_MAX)
		return;
	pr_err("ISO 9660 on %s: %s (block %llu)%s\n", s->sb->bdev->disk->name, what, block,
	       n == ISO_COMPLAINTS_MAX ? "; more of it is not told" : "");
}

static const struct iso_io io = { io_get, io_put, io_complain };

/* ---- inodes ---- */
static struct inode *iso_alloc_inode(struct super_block *sb)
{
	struct iso_inode *ii = kmem_cache_alloc(iso_inode_cache, GFP_KERNEL);

	if (!ii)
		return NULL;
	ii->link = NULL;
	ii->section = NULL;
	ii->sections = 0;
	return &ii->vfs;
}

static void iso_free_inode(struct inode *inode)
{
	struct iso_inode *ii = iso_i(inode);

	kfree(ii->link);
	if (ii->section != &ii->first)
		kfree(ii->section);
	kmem_cache_free(iso_inode_cache, ii);
}

/* ---- the file system ---- */
static int iso_statfs(struct super_block *sb, struct kstatfs *st)
{
	const struct iso_fs *fs = &iso_s(sb)->fs;

	st->blocks = fs->volume.blocks;
	st->bsize = st->frsize = 1u << fs->block_bits;
	return 0;
}

static int iso_remount(struct super_block *sb, u32 *flags, const char *options)
{
	return *flags & MS_RDONLY ? 0 : -EROFS;
}

static void iso_put_super(struct super_block *sb)
{
	iso_zisofs_end(iso_s(sb));
	kfree(sb->private);
}

static size_t iso_show_options(struct super_block *sb, char *buf, size_t size)
{
	const struct iso_sb *s = iso_s(sb);
	const struct iso_options *o = &s->fs.options;
	size_t n = 0;

	buf[0] = 0;
	if (!s->fs.rock)
		n += scnprintf(buf + n, size - n, ",norock");
	else if (!s->fs.joliet)
		n += scnprintf(buf + n, size - n, ",nojoliet");
	n += scnprintf(buf + n, size - n, ",check=%c", s->fs.exact_names ? 's' : 'r');
	if (!s->fs.rock && !s->fs.joliet)
		n += scnprintf(buf + n, size - n, ",map=%c", o->mapping == ISO_MAP_OFF ? 'o' : 'n');
	n += scnprintf(buf + n, size - n, ",blocksize=%u", 1u << s->fs.block_bits);
	if (o->session)
		n += scnprintf(buf + n, size - n, ",session=%u", o->session - 1);
	if (o->sector_given)
		n += scnprintf(buf + n, size - n, ",sbsector=%u", (u32)o->first_sector);
	if (s->owner.uid_set)
		n += scnprintf(buf + n, size - n, ",uid=%u", s->owner.uid);
	if (s->owner.gid_set)
		n += scnprintf(buf + n, size - n, ",gid=%u", s->owner.gid);
	if (s->owner.dmode_set)
		n += scnprintf(buf + n, size - n, ",dmode=%o", s->owner.dmode);
	if (s->owner.mode_set)
		n += scnprintf(buf + n, size - n, ",fmode=%o", s->owner.mode);
	return n;
}

static const struct super_ops iso_super_ops = {
	.alloc_inode = iso_alloc_inode,
	.free_inode = iso_free_inode,
	.statfs = iso_statfs,
	.remount = iso_remount,
	.put_super = iso_put_super,
	.show_options = iso_show_options,
};

static int parse(char *text, void *arg)
{
	struct iso_sb *s = arg;

	return iso_parse_options(text, &s->fs.options, &s->owner);
}

static int make_root(struct super_block *sb)
{
	const struct iso_fs *fs = &iso_s(sb)->fs;
	struct iso_walk *w = kzalloc(sizeof(*w), GFP_KERNEL);
	struct inode *inode;

	if (!w)
		return -ENOMEM;
	w->dir.fs = fs;
	w->entry.is_dir = true;
	w->entry.dir_extent = fs->volume.root_extent;
	w->entry.ino = ((u64)fs->volume.root_extent << fs->block_bits) >> 5;
	inode = iso_inode_get(sb, w);
	iso_dir_close(&w->dir);
	kfree(w);
	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	sb->root = dentry_alloc_root(inode);
	if (sb->root)
		return 0;
	inode_put(inode);
	return -ENOMEM;
}

static int open_volume(struct iso_sb *s)
{
	u32 sector_size = s->sb->bdev->disk->sector_size;
	int err = iso_fs_open(&s->fs);

	if (err)
		return err;
	if (s->fs.volume.block_size < sector_size) {
		pr_err("ISO 9660 on %s: blocks of %u bytes on a medium with sectors of %u\n",
		       s->sb->bdev->disk->name, s->fs.volume.block_size, sector_size);
		return -EINVAL;
	}
	return make_root(s->sb);
}

static int iso_mount(struct fs_type *type, struct super_block *sb, const char *source,
		     const char *options)
{
	struct iso_sb *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return -ENOMEM;
	s->sb = sb;
	s->fs.io = &io;
	s->fs.ctx = s;
	mutex_init(&s->zisofs_lock, RANK_FS_BLOCKS, "zisofs");
	s->fs.device_bytes = sb->bdev->sectors << SECTOR_SHIFT;
	sb->private = s;
	sb->ops = &iso_super_ops;
	sb->magic = ISO_MAGIC;
	sb->flags |= MS_RDONLY;
	err = fs_parse_options(options, parse, s);
	if (!err)
		err = iso_find_session(sb->bdev, &s->fs.options);
	if (!err)
		err = open_volume(s);
	if (err) {
		sb->private = NULL;
		kfree(s);
		return err;
	}
	sb->block_size = s->fs.volume.block_size;
	return 0;
}

static struct fs_type iso_type = { .name = "iso9660",
				   .flags = FS_REQUIRES_DEV,
				   .mount = iso_mount };

static int __init iso_init(void)
{
	iso_inode_cache = kmem_cache_create("isofs_inode", sizeof(struct iso_inode), 8);
	if (!iso_inode_cache)
		return -ENOMEM;
	return fs_type_register(&iso_type);
}
INIT_CALL(INIT_FS, iso_init);
