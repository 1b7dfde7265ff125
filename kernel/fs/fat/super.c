/*
 * super.c - mounting, remounting and unmounting; statfs; the types "vfat" and "msdos".
 *
 * While mounted for writing the boot sector says "dirty", as Linux and Windows have it. A volume
 * that was dirty already stays so: only fsck.fat may say that it is not.
 */
#include "fat_internal.h"
#include <kernel/errseq.h>
#include <kernel/init.h>

#define FAT_MAGIC 0x4d44u

static const struct super_ops fat_super_ops;

/* ---- the boot sector ---- */
static int read_boot(struct fat_fs *fs)
{
	const char *why;
	struct buf b;
	int err = buf_read(fs->bdev, 0, BOOT_SIZE, &b);

	if (err) {
		if (err != -ENOMEM)
			fat_message(fs, KERN_ERR, "cannot read the boot sector");
		return err;
	}
	err = fat_layout_make(&fs->geo, b.data, fs->bdev->sectors << SECTOR_SHIFT, &why);
	buf_put(&b);
	if (!err && fs->geo.sector_size < fs->bdev->disk->sector_size) {
		why = "its sectors are smaller than those of the medium";
		err = -EINVAL;
	}
	if (err && !(fs->sb->flags & MS_SILENT))
		fat_message(fs, KERN_ERR, "cannot be mounted: %s", why);
	return err;
}

static int set_dirty(struct fat_fs *fs, bool dirty)
{
	const u32 at = fs->geo.width == 32 ? BOOT_STATE_32 : BOOT_STATE_16;
	struct buf b;
	u8 *state;
	int err;

	/* Of older volumes the byte is the loader's. */
	if (fs->was_dirty || !fs->geo.has_state)
		return 0;
	err = buf_read(fs->bdev, 0, BOOT_SIZE, &b);
	if (err)
		return err;
	state = (u8 *)b.data + at;
	*state = (u8)((*state & ~BOOT_STATE_DIRTY) | (dirty ? BOOT_STATE_DIRTY : 0));
	buf_dirty(&b);
	err = buf_sync(&b);
	buf_put(&b);
	return err;
}

/* ---- mount ---- */
struct parsing {
	struct fat_options *opt;
	const char *device;
};

static int parse(char *text, void *arg)
{
	const struct parsing *p = arg;

	return fat_options_parse(p->opt, text, p->device);
}

static int parse_options(struct fat_options *opt, const char *options, const char *device)
{
	struct parsing p = { opt, device };

	return fs_parse_options(options, parse, &p);
}

static struct fat_fs *fs_new(struct super_block *sb)
{
	struct fat_fs *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	fs->sb = sb;
	fs->bdev = sb->bdev;
	mutex_init(&fs->table_lock, RANK_FS_ALLOC, "fat table");
	spin_init(&fs->entry_lock, RANK_LEAF, "fat entries");
	blockdev_name(sb->bdev, fs->name, sizeof(fs->name));
	sb->private = fs;
	sb->ops = &fat_super_ops;
	return fs;
}

static void set_limits(struct fat_fs *fs)
{
	struct super_block *sb = fs->sb;

	sb->block_size = 1u << fs->geo.cluster_bits;
	sb->max_bytes = FILE_SIZE_MAX;
	sb->magic = FAT_MAGIC;
	fs->was_dirty = fs->geo.dirty;
	fs->next = FAT_FIRST_CLUSTER;
	/* What failed before is not the volume's. */
	(void)errseq_check(fat_device_error(fs), &fs->sound);
	fs->sound = READ_ONCE(*fat_device_error(fs));
	if (fs->geo.cut)
		fat_message(fs, KERN_WARNING,
			    "says that it is longer than its device; the rest is not used");
	if (fs->geo.dirty)
		fat_message(fs, KERN_WARNING,
			    "was not properly unmounted, running fsck.fat is recommended");
}

static int bring_up(struct fat_fs *fs)
{
	struct inode *root;
	int err = fat_info_read(fs);

	if (err)
		return err;
	root = fat_root_inode(fs->sb);
	if (IS_ERR(root))
		return PTR_ERR(root);
	fs->sb->root = dentry_alloc_root(root);
	if (!fs->sb->root) {
		inode_put(root);
		return -ENOMEM;
	}
	return fat_readonly(fs) ? 0 : set_dirty(fs, true);
}

int fat_mount(struct fs_type *type, struct super_block *sb, const char *source, const char *options)
{
	struct fat_fs *fs = fs_new(sb);
	int err;

	if (!fs)
		return -ENOMEM;
	if (sb->bdev->readonly)
		sb->flags |= MS_RDONLY;
	fat_options_default(&fs->opt, !strcmp(type->name, "msdos"));
	err = parse_options(&fs->opt, options, fs->name);
	if (!err)
		err = read_boot(fs);
	if (!err) {
		set_limits(fs);
		err = bring_up(fs);
	}
	if (!err)
		return 0;
	if (sb->root)
		dentry_put(sb->root);
	sb->root = NULL;
	sb->private = NULL;
	kfree(fs);
	return err;
}

/* ---- afterwards ---- */
static int fat_sync(struct super_block *sb, bool wait)
{
	struct fat_fs *fs = fat_fs(sb);
	int err;

	if (fat_readonly(fs))
		return wait && fs->failed ? blockdev_sync(fs->bdev) : 0;
	err = fat_info_write(fs);
	return err || !wait ? err : blockdev_sync(fs->bdev);
}

static int put_away(struct fat_fs *fs)
{
	int err = fat_info_write(fs), more = blockdev_sync(fs->bdev);

	err = err ? err : more;
	/* What the flusher could not write, long ago: fsck.fat has to look at it. */
	if (!err && errseq_peek(fat_device_error(fs), fs->sound)) {
		fat_message(fs, KERN_WARNING, "not all could be written: stays marked as dirty");
		return 0;
	}
	return err ? err : set_dirty(fs, false);
}

static int is_unlinked(struct inode *inode, void *arg)
{
	return !inode->nlink;
}

static int fat_remount(struct super_block *sb, u32 *flags, const char *options)
{
	struct fat_fs *fs = fat_fs(sb);
	struct fat_options opt = fs->opt;
	const bool was = sb->flags & MS_RDONLY, will = *flags & MS_RDONLY;
	int err = parse_options(&opt, options, fs->name);

	if (!err && was && !will)
		err = fs->bdev->readonly ? -EROFS : set_dirty(fs, true);
	if (!err && was && !will)
		fs->failed = false;
	else if (!err && !was && will)
		err = inode_for_each(sb, is_unlinked, NULL) ? -EBUSY : put_away(fs);
	if (!err)
		fs->opt = opt;
	return err;
}

static void fat_put_super(struct super_block *sb)
{
	struct fat_fs *fs = fat_fs(sb);

	if (!fat_readonly(fs) && put_away(fs))
		fat_message(fs, KERN_ERR, "cannot write everything back: stays marked as dirty");
	sb->private = NULL;
	kfree(fs);
}

static int fat_statfs(struct super_block *sb, struct kstatfs *st)
{
	struct fat_fs *fs = fat_fs(sb);
	u32 free;
	int err = fat_table_count(fs, &free);

	if (err)
		return err;
	st->blocks = fs->geo.clusters;
	st->bfree = st->bavail = free;
	st->namelen = fs->opt.short_only ? ENTRY_NAME_SIZE + 1 : NAME_MAX;
	st->fsid[0] = sb->dev;
	return 0;
}

static size_t fat_show_options(struct super_block *sb, char *buf, size_t size)
{
	return fat_options_show(&fat_fs(sb)->opt, buf, size);
}

static const struct super_ops fat_super_ops = {
	.alloc_inode = fat_alloc_inode,
	.free_inode = fat_free_inode,
	.evict_inode = fat_evict_inode,
	.write_inode = fat_write_inode,
	.sync = fat_sync,
	.statfs = fat_statfs,
	.remount = fat_remount,
	.put_super = fat_put_super,
	.show_options = fat_show_options,
};

static struct fs_type vfat_type = { .name = "vfat", .flags = FS_REQUIRES_DEV, .mount = fat_mount };
static struct fs_type msdos_type = { .name = "msdos",
				     .flags = FS_REQUIRES_DEV,
				     .mount = fat_mount };

static int __init fat_init(void)
{
	int err = fat_inode_init();

	if (!err)
		err = fs_type_register(&vfat_type);
	return err ? err : fs_type_register(&msdos_type);
}
INIT_CALL(INIT_FS, fat_init);
