/*
 * super.c - mounting, remounting and unmounting; statfs; the types "ext2" and "ext3".
 */
#include "ext2_internal.h"
#include "times.h"
#include <kernel/init.h>
#include <kernel/random.h>

/* ---- features ---- */
static int check_features(struct ext2_fs *fs, bool writing)
{
	const struct ext2_super *s = fs->super;
	const u32 incompat = s->incompat & ~EXT2_INCOMPAT_KNOWN,
		  ro_compat = s->ro_compat & ~EXT2_RO_KNOWN;
	char names[160];

	if (s->rev_level == EXT2_REV_ORIGINAL)
		return 0;
	if (incompat) {
		ext2_message(
			fs, KERN_ERR, "cannot be mounted, its features are not supported: %s",
			ext2_feature_names(EXT2_KIND_INCOMPAT, incompat, names, sizeof(names)));
		return -EINVAL;
	}
	if (writing && ro_compat) {
		ext2_message(
			fs, KERN_ERR, "can only be mounted read-only, because of its features: %s",
			ext2_feature_names(EXT2_KIND_RO_COMPAT, ro_compat, names, sizeof(names)));
		return -EINVAL;
	}
	return 0;
}

/* ---- mount ---- */
struct parsing {
	struct ext2_options *opt;
	const struct ext2_fs *fs;
};

static struct fs_type ext3_type;

static int parse(char *text, void *arg)
{
	struct parsing *p = arg;

	return ext2_options_parse(p->opt, text, p->fs->sb->type == &ext3_type, p->fs->name);
}

static int parse_options(const struct ext2_fs *fs, struct ext2_options *opt, const char *options)
{
	struct parsing p = { opt, fs };

	return fs_parse_options(options, parse, &p);
}

/* Over what the super block sets. */
static int read_options(struct ext2_fs *fs, const char *options)
{
	const u32 at = fs->opt.super_block;

	ext2_options_default(&fs->opt, fs->super);
	fs->opt.super_block = at;
	return parse_options(fs, &fs->opt, options);
}

/* Options are read twice: the first time for sb=. */
static int read_super(struct ext2_fs *fs, const char *options)
{
	int err;

	ext2_options_default(&fs->opt, NULL);
	err = parse_options(fs, &fs->opt, options);
	if (err)
		return err;
	err = buf_read(fs->bdev, fs->opt.super_block, EXT2_SUPER_SIZE, &fs->super_buf);
	if (err) {
		fs->super_buf.page = NULL;
		if (err != -ENOMEM)
			ext2_message(fs, KERN_ERR, "cannot read the super block");
		return err;
	}
	fs->super = fs->super_buf.data;
	return fs->super->magic == EXT2_MAGIC ? read_options(fs, options) : 0;
}

static int check_super(struct ext2_fs *fs)
{
	const u64 bytes = fs->bdev->sectors << 9;
	const char *why;
	int err;

	if (fs->super->magic == EXT2_MAGIC) { /* features come first: they may explain the rest */
		err = check_features(fs, !ext2_readonly(fs));
		if (err)
			return err;
		if (fs->sb->type == &ext3_type && !(fs->super->compat & EXT2_COMPAT_HAS_JOURNAL)) {
			ext2_message(fs, KERN_ERR, "is no ext3: it has no journal");
			return -EINVAL;
		}
	}
	err = ext2_geometry_make(fs->super, bytes, &fs->geo, &why);
	if (!err && fs->geo.block_size < fs->bdev->disk->sector_size) {
		why = "blocks are smaller than the sectors of the medium";
		err = -EINVAL;
	}
	if (err && !(fs->sb->flags & MS_SILENT))
		ext2_message(fs, KERN_ERR, "cannot be mounted: %s", why);
	return err;
}

/* The super block may say other things once the journal was replayed. */
static int load_journal(struct ext2_fs *fs, const char *options)
{
	int err = ext2_journal_load(fs);

	if (!err)
		err = read_options(fs, options);
	return err ? err : check_super(fs);
}

static void set_limits(struct ext2_fs *fs)
{
	struct super_block *sb = fs->sb;

	sb->block_size = fs->geo.block_size;
	sb->max_bytes = (loff_t)ext2_max_file(&fs->geo);
	sb->whole_seconds = fs->geo.inode_size == EXT2_INODE_SIZE;
	sb->time_min = EXT2_TIME_MIN;
	sb->time_max = sb->whole_seconds ? EXT2_TIME_MAX : EXT2_TIME_MAX_EXTRA;
	sb->magic = EXT2_MAGIC;
	fs->overhead = ext2_overhead(&fs->geo);
	fs->next_generation = random_u32();
	if (fs->super->flags & EXT2_FLAG_UNSIGNED_HASH)
		fs->hash_unsigned = EXT2_HASH_LEGACY_UNSIGNED;
}

static int make_root(struct ext2_fs *fs)
{
	struct inode *root = ext2_iget(fs->sb, EXT2_ROOT_INO);
	int err = -ENOMEM;

	if (IS_ERR(root))
		return PTR_ERR(root);
	if (!S_ISDIR(root->mode) || !root->size)
		err = ext2_error(fs, "the root inode is no directory");
	else
		fs->sb->root = dentry_alloc_root(root);
	if (fs->sb->root)
		return 0;
	inode_put(root);
	return err;
}

static struct ext2_fs *fs_new(struct super_block *sb)
{
	struct ext2_fs *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	fs->sb = sb;
	fs->bdev = sb->bdev;
	mutex_init(&fs->alloc_lock, RANK_FS_ALLOC, "ext2 alloc");
	mutex_init(&fs->commit_lock, RANK_INODE + 1, "ext2 commit");
	rwlock_init(&fs->change_lock, RANK_FS_DIR - 1, "ext2 change");
	list_init(&fs->replaced);
	wait_queue_init(&fs->trimming.over);
	ext2_pending_init(fs);
	spin_init(&fs->window_lock, RANK_LEAF, "ext2 windows");
	list_init(&fs->windows);
	blockdev_name(fs->bdev, fs->name, sizeof(fs->name));
	return fs;
}

static void fs_free(struct ext2_fs *fs)
{
	ext2_pending_end(fs);
	ext2_freed_end(fs);
	ext2_groups_unload(fs);
	ext2_resize_end(fs);
	if (fs->super_buf.page)
		buf_put(&fs->super_buf);
	fs->sb->private = NULL;
	kfree(fs);
}

/* The super block is good: what else is needed to have files. */
static int bring_up(struct ext2_fs *fs)
{
	int err;

	set_limits(fs);
	err = ext2_groups_load(fs, (fs->opt.super_block * EXT2_SUPER_SIZE) >> fs->geo.block_bits);
	if (!err)
		err = ext2_freed_init(fs);
	if (err)
		return err;
	err = make_root(fs);
	if (err || ext2_readonly(fs))
		return err;
	err = ext2_state_begin(fs);
	if (!err)
		ext2_orphans_free(fs);
	return err;
}

static void tell_ignored(struct ext2_fs *fs)
{
	if (fs->opt.quota)
		ext2_message(fs, KERN_WARNING, "there are no quotas: the option is without effect");
	if (fs->opt.discard)
		ext2_message(
			fs, KERN_WARNING,
			"free blocks go back to the disk by fstrim only: \"discard\" is without "
			"effect");
}

static const struct super_ops ext2_super_ops;

int ext2_mount(struct fs_type *type, struct super_block *sb, const char *source,
	       const char *options)
{
	struct ext2_fs *fs = fs_new(sb);
	int err;

	if (!fs)
		return -ENOMEM;
	sb->private = fs;
	sb->ops = &ext2_super_ops;
	err = read_super(fs, options);
	if (!err)
		err = check_super(fs);
	if (!err)
		err = load_journal(fs, options);
	if (!err)
		err = bring_up(fs);
	if (!err) {
		tell_ignored(fs);
		return 0;
	}
	if (sb->root)
		dentry_put(sb->root);
	sb->root = NULL;
	fs_free(fs);
	return err;
}

/* ---- afterwards ---- */
static int is_unlinked(struct inode *inode, void *arg)
{
	return !inode->nlink;
}

bool ext2_has_unlinked(struct super_block *sb)
{
	return inode_for_each(sb, is_unlinked, NULL);
}

/* A deleted file that is still open could not be freed any more. */
static int to_readonly(struct ext2_fs *fs)
{
	(void)ext2_commit(fs); /* lets go of what was replaced */
	if (ext2_has_unlinked(fs->sb))
		return -EBUSY;
	return ext2_state_end(fs);
}

static int to_writable(struct ext2_fs *fs)
{
	int err;

	if (blockdev_readonly(fs->bdev))
		return -EROFS;
	if (check_features(fs, true))
		return -EROFS;
	if (fs->super->incompat & EXT2_INCOMPAT_RECOVER) {
		ext2_message(fs, KERN_ERR, "stays read-only: its journal was not replayed");
		return -EROFS;
	}
	err = ext2_state_begin(fs);
	if (err)
		return err;
	fs->sb->flags &= ~MS_RDONLY;
	ext2_orphans_free(fs);
	return ext2_readonly(fs) ? -EROFS : 0;
}

static int remount(struct super_block *sb, bool will, const char *options)
{
	struct ext2_fs *fs = ext2_fs(sb);
	struct ext2_options opt = fs->opt;
	const bool was = sb->flags & MS_RDONLY;
	int err = parse_options(fs, &opt, options);

	/* It was said where the file system was looked for, and is told so further on. */
	opt.super_block = fs->opt.super_block;
	if (!err && was != will)
		err = will ? to_readonly(fs) : to_writable(fs);
	if (err)
		return err;
	fs->opt = opt;
	tell_ignored(fs);
	return 0;
}

static int ext2_remount(struct super_block *sb, u32 *flags, const char *options)
{
	int err = -EBUSY; /* it is being resized */

	if (ext2_claim(ext2_fs(sb))) {
		err = remount(sb, *flags & MS_RDONLY, options);
		ext2_unclaim(ext2_fs(sb));
	}
	return err;
}

static void ext2_put_super(struct super_block *sb)
{
	struct ext2_fs *fs = ext2_fs(sb);

	if (!ext2_readonly(fs))
		ext2_state_end(fs);
	fs_free(fs);
}

static int ext2_statfs(struct super_block *sb, struct kstatfs *st)
{
	struct ext2_fs *fs = ext2_fs(sb);
	const u32 kept = fs->super->r_blocks_count;
	u32 id[4];

	memcpy(id, fs->super->uuid, sizeof(id));
	st->blocks = fs->geo.blocks - (fs->opt.minix_df ? 0 : fs->overhead);
	st->bfree = fs->free_blocks;
	st->bavail = fs->free_blocks > kept ? fs->free_blocks - kept : 0;
	st->files = fs->geo.inodes;
	st->ffree = fs->free_inodes;
	st->fsid[0] = id[0] ^ id[2];
	st->fsid[1] = id[1] ^ id[3];
	return 0;
}

static size_t ext2_show_options(struct super_block *sb, char *buf, size_t size)
{
	return ext2_options_show(&ext2_fs(sb)->opt, ext2_fs(sb)->super, buf, size);
}

static const struct super_ops ext2_super_ops = {
	.alloc_inode = ext2_alloc_inode,
	.free_inode = ext2_free_inode,
	.evict_inode = ext2_evict_inode,
	.write_inode = ext2_write_inode,
	.sync = ext2_sync_super,
	.statfs = ext2_statfs,
	.remount = ext2_remount,
	.put_super = ext2_put_super,
	.freeze = ext2_freeze,
	.thaw = ext2_thaw,
	.show_options = ext2_show_options,
};

static struct fs_type ext2_type = { .name = "ext2", .flags = FS_REQUIRES_DEV, .mount = ext2_mount };

/* What mount(8) calls those that have a journal: it is replayed, and then not used. */
static struct fs_type ext3_type = { .name = "ext3", .flags = FS_REQUIRES_DEV, .mount = ext2_mount };

static int __init ext2_init(void)
{
	int err = ext2_inode_init();

	if (!err)
		err = fs_type_register(&ext2_type);
	return err ? err : fs_type_register(&ext3_type);
}
INIT_CALL(INIT_FS, ext2_init);
