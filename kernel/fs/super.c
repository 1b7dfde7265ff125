/*
 * super.c - file system types, super blocks, anonymous device numbers, write-back of everything.
 *
 * super_mutex guards the lists of types and super blocks; mounting and the last unmount of a super
 * block run under it, so that an FS_SINGLE one exists once.
 */
#include "vfs_internal.h"
#include <kernel/bitops.h>
#include <kernel/blockdev.h>
#include <kernel/printk.h>

static DEFINE_MUTEX(super_mutex, RANK_MOUNT + 2);
static LIST_HEAD(fs_types);
static LIST_HEAD(supers);

/* Minors of major 0 in use; grows by doubling. */
static unsigned long *anon_map;
static unsigned int anon_bits;

static struct fs_type *find_locked(const char *name)
{
	struct fs_type *t;

	list_for_each_entry (t, &fs_types, node)
		if (!strcmp(t->name, name))
			return t;
	return NULL;
}

int fs_type_register(struct fs_type *type)
{
	int err = 0;

	mutex_lock(&super_mutex);
	if (find_locked(type->name))
		err = -EBUSY;
	else
		list_add_tail(&type->node, &fs_types);
	mutex_unlock(&super_mutex);
	return err;
}

struct fs_type *fs_type_find(const char *name)
{
	struct fs_type *t;

	mutex_lock(&super_mutex);
	t = find_locked(name);
	mutex_unlock(&super_mutex);
	return t;
}

size_t fs_types_format(char *buf, size_t size)
{
	struct fs_type *t;
	size_t n = 0;

	mutex_lock(&super_mutex);
	list_for_each_entry (t, &fs_types, node)
		if (!(t->flags & FS_NOMOUNT))
			n += scnprintf(buf + n, size - n, "%s\t%s\n",
				       t->flags & FS_REQUIRES_DEV ? "" : "nodev", t->name);
	mutex_unlock(&super_mutex);
	return n;
}

static u32 anon_dev_get_locked(void)
{
	unsigned int n = find_next_zero_bit(anon_map, anon_bits, 1);

	if (n >= anon_bits) {
		unsigned int bits = anon_bits ? anon_bits * 2 : 64;
		unsigned long *map = kzalloc(bits / 8, GFP_KERNEL);

		if (!map)
			return 0;
		if (anon_map)
			memcpy(map, anon_map, anon_bits / 8);
		kfree(anon_map);
		n = anon_bits ? anon_bits : 1;
		anon_map = map;
		anon_bits = bits;
	}
	bit_set(anon_map, n);
	return MKDEV(0, n);
}

u32 anon_dev_get(void)
{
	u32 dev;

	mutex_lock(&super_mutex);
	dev = anon_dev_get_locked();
	mutex_unlock(&super_mutex);
	return dev;
}

static struct super_block *super_alloc(struct fs_type *type, u32 flags)
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	sb->type = type;
	sb->flags = flags & (MS_RDONLY | MS_SYNCHRONOUS | MS_DIRSYNC | MS_SILENT | MS_LAZYTIME);
	sb->block_size = PAGE_SIZE;
	sb->max_bytes = LLONG_MAX;
	refcount_set(&sb->refs, 1);
	list_init(&sb->inodes);
	sb_freeze_init(&sb->freeze);
	return sb;
}

static void super_free(struct super_block *sb)
{
	if (MAJOR(sb->dev) == 0 && MINOR(sb->dev) < anon_bits)
		bit_clear(anon_map, MINOR(sb->dev));
	kfree(sb);
}

/* One that exists already: FS_SINGLE, or a file system on a device that is mounted. */
static struct super_block *find_single(struct fs_type *type)
{
	struct super_block *sb;

	if (!(type->flags & FS_SINGLE))
		return NULL;
	list_for_each_entry (sb, &supers, node)
		if (sb->type == type)
			return sb;
	return NULL;
}

static int super_fill_locked(struct super_block *sb, const char *source, const char *options)
{
	int err = sb->type->mount(sb->type, sb, source, options);

	if (err)
		return err;
	ASSERT(sb->root);
	sb->freeze.able = sb->ops && sb->ops->freeze;
	list_add_tail(&sb->node, &supers);
	return 0;
}

static struct super_block *super_get_locked(struct fs_type *type, const char *source, u32 flags,
					    const char *options)
{
	struct super_block *sb = find_single(type);
	int err = 0;

	if (sb) {
		if (options && *options && (type->flags & FS_REMOUNTS))
			err = sb->ops->remount(sb, &flags, options);
		if (err)
			return ERR_PTR(err);
		refcount_inc(&sb->refs);
		return sb;
	}
	sb = super_alloc(type, flags);
	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->dev = anon_dev_get_locked();
	if (!sb->dev) {
		kfree(sb);
		return ERR_PTR(-ENOMEM);
	}
	err = super_fill_locked(sb, source, options);
	if (err) {
		super_free(sb);
		return ERR_PTR(err);
	}
	return sb;
}

/* ---- file systems on devices ---- */
/* The one that is mounted from there already; NULL: none. -EBUSY: of another type, or the other of
 * read-only and writable. */
static struct super_block *find_on_device(struct fs_type *type, u32 devnum, u32 flags)
{
	struct super_block *sb, *found = NULL;

	mutex_lock(&super_mutex);
	list_for_each_entry (sb, &supers, node)
		if (sb->bdev && sb->dev == devnum) {
			found = sb;
			break;
		}
	if (found && (found->type != type || ((found->flags ^ flags) & MS_RDONLY)))
		found = ERR_PTR(-EBUSY);
	else if (found)
		refcount_inc(&found->refs);
	mutex_unlock(&super_mutex);
	return found;
}

/* The device is opened without super_mutex: its own lock comes before. */
static struct super_block *super_on_device(struct fs_type *type, const char *source, u32 flags,
					   const char *options)
{
	u32 devnum, mode = FMODE_READ | (flags & MS_RDONLY ? 0 : FMODE_WRITE);
	struct super_block *sb;
	int err = source ? blockdev_resolve(source, &devnum) : -EINVAL;

	if (err)
		return ERR_PTR(err);
	sb = find_on_device(type, devnum, flags);
	if (sb)
		return sb;
	sb = super_alloc(type, flags);
	if (!sb)
		return ERR_PTR(-ENOMEM);
	sb->dev = devnum;
	sb->bdev = blockdev_open(devnum, mode, sb);
	if (IS_ERR(sb->bdev)) {
		err = (int)PTR_ERR(sb->bdev);
		kfree(sb);
		return ERR_PTR(err);
	}
	if (!(flags & MS_RDONLY) && blockdev_readonly(sb->bdev))
		err = -EACCES;
	mutex_lock(&super_mutex);
	err = err ? err : super_fill_locked(sb, source, options);
	mutex_unlock(&super_mutex);
	if (!err)
		return sb;
	blockdev_close(sb->bdev, mode, sb);
	super_free(sb);
	return ERR_PTR(err);
}

struct super_block *super_get(struct fs_type *type, const char *source, u32 flags,
			      const char *options)
{
	struct super_block *sb;

	if (type->flags & FS_REQUIRES_DEV)
		return super_on_device(type, source, flags, options);
	mutex_lock(&super_mutex);
	sb = super_get_locked(type, source, flags, options);
	mutex_unlock(&super_mutex);
	return sb;
}

void super_put(struct super_block *sb)
{
	int refs = refcount_read(&sb->refs);

	if (refs > 1 && atomic_cmpxchg(&sb->refs.count, refs, refs - 1))
		return;
	mutex_lock(&super_mutex);
	if (!refcount_dec(&sb->refs)) {
		mutex_unlock(&super_mutex);
		return;
	}
	list_del(&sb->node);
	super_sync(sb, true);
	dentry_tree_destroy(sb->root);
	if (!list_empty(&sb->inodes))
		pr_err("VFS: busy inodes after unmount of %s\n", sb->type->name);
	if (sb->ops && sb->ops->put_super)
		sb->ops->put_super(sb);
	mutex_unlock(&super_mutex);
	if (sb->bdev)
		blockdev_close(sb->bdev, FMODE_READ | FMODE_WRITE, sb);
	super_free(sb);
}

static int remount_unfrozen(struct super_block *sb, u32 flags, const char *options)
{
	u32 keep = MS_RDONLY | MS_SYNCHRONOUS | MS_LAZYTIME;
	int err = 0;

	if (flags & MS_RDONLY)
		super_sync(sb, true);
	else if (sb->bdev && blockdev_readonly(sb->bdev))
		return -EACCES;
	if (sb->ops && sb->ops->remount)
		err = sb->ops->remount(sb, &flags, options);
	if (!err)
		sb->flags = (sb->flags & ~keep) | (flags & keep);
	return err;
}

/* The caller holds mount_lock: a freeze that waits for writers is not waited for. */
int super_remount(struct super_block *sb, u32 flags, const char *options)
{
	int err;

	if (!mutex_trylock(&sb->freeze.lock))
		return -EBUSY;
	err = sb->freeze.frozen ? -EBUSY : remount_unfrozen(sb, flags, options);
	mutex_unlock(&sb->freeze.lock);
	return err;
}

static int sync_inode(struct inode *inode, void *arg)
{
	const bool wait = *(bool *)arg;
	const struct super_ops *ops = inode->sb->ops;

	if (inode->mapping == &inode->data && inode->data.nr_pages && !inode->data.unevictable)
		mapping_sync(&inode->data, 0, LLONG_MAX);
	/* Into its device's cache, which is written as a whole after the last inode. */
	if ((inode->flags & INODE_DIRTY) && ops->write_inode)
		ops->write_inode(inode, wait && !inode->sb->bdev);
	return 0;
}

int super_sync(struct super_block *sb, bool wait)
{
	int err = 0, dev_err = 0;

	if (!sb->ops || sb->in_memory)
		return 0;
	if (sb->ops->write_inode || sb->ops->sync)
		inode_for_each(sb, sync_inode, &wait);
	if (sb->ops->sync)
		err = sb->ops->sync(sb, wait);
	if (sb->bdev && wait)
		dev_err = blockdev_sync(sb->bdev);
	return err ? err : dev_err;
}

int super_for_each(int (*fn)(struct super_block *sb, void *arg), void *arg)
{
	struct super_block *sb;
	int err = 0;

	mutex_lock(&super_mutex);
	list_for_each_entry (sb, &supers, node) {
		err = fn(sb, arg);
		if (err)
			break;
	}
	mutex_unlock(&super_mutex);
	return err;
}

static int sync_one(struct super_block *sb, void *arg)
{
	super_sync(sb, *(bool *)arg);
	return 0;
}

void sync_all(bool wait)
{
	super_for_each(sync_one, &wait);
	if (wait)
		blockdev_sync_all();
}

struct super_block *super_find_dev(u32 dev)
{
	struct super_block *sb, *found = NULL;

	mutex_lock(&super_mutex);
	list_for_each_entry (sb, &supers, node)
		if (sb->dev == dev && refcount_inc_not_zero(&sb->refs)) {
			found = sb;
			break;
		}
	mutex_unlock(&super_mutex);
	return found;
}
