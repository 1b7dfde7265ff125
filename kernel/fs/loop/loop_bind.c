/*
 * loop_bind.c - giving a loop device its file and taking it away; its ioctls.
 */
#include "loop_internal.h"
#include <kernel/capability.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>

#define MOVE_TRIES 100u /* of a millisecond, until nobody reads what was cached any more */
#define SETTABLE   (LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN)

static u64 sectors_of(const struct loop *l, const struct file *file)
{
	loff_t size = file->mapping->host->size - (loff_t)l->offset;

	if (size < 0)
		size = 0;
	if (l->sizelimit && (u64)size > l->sizelimit)
		size = (loff_t)l->sizelimit;
	return (u64)size >> SECTOR_SHIFT;
}

void loop_update_size(struct loop *l)
{
	disk_set_sectors(&l->disk, sectors_of(l, l->file));
}

static u32 what_it_is(const struct file *file)
{
	return S_ISBLK(file->inode->mode) ? file->inode->rdev : LOOP_ON_FILE;
}

/* A loop device on itself, however many between, would wait for itself; so would two that get one
 * another at the same time: l->below is set before this. */
static bool leads_back(const struct loop *l, u32 below)
{
	for (unsigned int depth = 0; depth < 32; depth++) {
		if (below == l->disk.dev.devnum || below == LOOP_ON_NOTHING)
			return true;
		if (below == LOOP_ON_FILE || !loop_below(below, &below))
			return false;
	}
	return true;
}

static int check_file(const struct loop *l, const struct file *file)
{
	u32 mode = file->inode->mode;

	if (!S_ISREG(mode) && !S_ISBLK(mode))
		return -EINVAL;
	return leads_back(l, what_it_is(file)) ? -EBADF : 0;
}

/* Where the file system can punch holes, they are of its blocks. */
static void set_discard(struct loop *l)
{
	const struct super_block *sb = l->file->inode->sb;

	l->disk.limits.discard =
		S_ISREG(l->file->inode->mode) && l->file->ops->fallocate ? sb->block_size : 0;
}

static bool block_size_ok(u32 size)
{
	return !size || (size >= SECTOR_SIZE && size <= PAGE_SIZE && !(size & (size - 1)));
}

static void take_info(struct loop *l, const struct loop_info64_abi *info)
{
	l->offset = info->offset;
	l->sizelimit = info->sizelimit;
	memcpy(l->name, info->file_name, LO_NAME_SIZE);
	l->name[LO_NAME_SIZE - 1] = 0;
	l->flags = (l->flags & ~LO_FLAGS_AUTOCLEAR) | (info->flags & SETTABLE);
}

static int check_info(const struct loop_info64_abi *info)
{
	if (info->encrypt_type || info->encrypt_key_size > LO_KEY_SIZE)
		return -EINVAL;
	return info->offset > LLONG_MAX || info->sizelimit > LLONG_MAX ? -EOVERFLOW : 0;
}

int loop_bind(struct loop *l, u32 mode, unsigned int fd, const struct loop_info64_abi *info,
	      u32 block_size)
{
	struct file *file;
	int err;

	if (l->file)
		return -EBUSY;
	file = fd_get((int)fd);
	if (!file)
		return -EBADF;
	WRITE_ONCE(l->below, what_it_is(file));
	err = check_file(l, file);
	if (!err)
		err = block_size_ok(block_size) ? check_info(info) : -EINVAL;
	if (!err && !l->bounce) {
		l->bounce = page_alloc(GFP_KERNEL, 0);
		err = l->bounce ? 0 : -ENOMEM;
	}
	l->file = err ? NULL : file;
	if (!err)
		err = loop_start(l);
	if (err) {
		l->file = NULL;
		WRITE_ONCE(l->below, LOOP_ON_NOTHING);
		file_put(file);
		return err;
	}
	l->flags = 0;
	take_info(l, info);
	if (!(mode & FMODE_WRITE) || !(file->mode & FMODE_WRITE) ||
	    (info->flags & LO_FLAGS_READ_ONLY))
		l->flags |= LO_FLAGS_READ_ONLY;
	l->disk.flags = DISK_VIRTUAL | DISK_WRITE_CACHE | DISK_NO_PARTS;
	if (l->flags & LO_FLAGS_READ_ONLY)
		l->disk.flags |= DISK_PROTECTED;
	l->disk.readonly = false;
	/* Without a file there was nothing to cache. */
	(void)blockdev_set_sector_size(&l->disk, block_size ? block_size : SECTOR_SIZE);
	set_discard(l);
	loop_update_size(l);
	return 0;
}

int loop_unbind(struct loop *l)
{
	if (!l->file)
		return -ENXIO;
	loop_stop(l); /* the thread drops the file: it may be a device, whose locks come before ours
		       */
	l->file = NULL;
	WRITE_ONCE(l->below, LOOP_ON_NOTHING);
	l->flags = 0;
	l->offset = l->sizelimit = 0;
	l->name[0] = 0;
	l->disk.flags = DISK_VIRTUAL | DISK_NO_PARTS;
	l->disk.readonly = false;
	l->disk.limits.discard = 0;
	disk_set_sectors(&l->disk, 0);
	return 0;
}

int loop_set_status(struct loop *l, const struct loop_info64_abi *info)
{
	int err = check_info(info);
	bool moves;

	if (!l->file)
		return -ENXIO;
	if (err)
		return err;
	/* What is cached belongs to the old place: once more for what is read until it is the new.
	 */
	moves = info->offset != l->offset || info->sizelimit != l->sizelimit;
	if (moves && !blockdev_moves(&l->disk))
		return -EAGAIN;
	take_info(l, info);
	loop_update_size(l);
	for (unsigned int i = 0; moves && i < MOVE_TRIES && !blockdev_moves(&l->disk); i++)
		msleep(1);
	return 0;
}

/* ---- the ioctls ---- */
static void fill_info(const struct loop *l, struct loop_info64_abi *info)
{
	const struct inode *inode = l->file->inode;

	*info = (struct loop_info64_abi){ .device = inode->sb->dev,
					  .inode = inode->ino,
					  .rdevice = inode->rdev,
					  .offset = l->offset,
					  .sizelimit = l->sizelimit,
					  .number = l->number,
					  .flags = l->flags };
	memcpy(info->file_name, l->name, LO_NAME_SIZE);
}

static void to_old(const struct loop_info64_abi *from, struct loop_info_abi *to)
{
	*to = (struct loop_info_abi){ .number = (s32)from->number,
				      .device = (u16)from->device,
				      .inode = (u32)from->inode,
				      .rdevice = (u16)from->rdevice,
				      .offset = (s32)from->offset,
				      .flags = (s32)from->flags };
	memcpy(to->name, from->file_name, LO_NAME_SIZE);
}

static void from_old(const struct loop_info_abi *from, struct loop_info64_abi *to)
{
	*to = (struct loop_info64_abi){ .offset = (u64)(u32)from->offset,
					.flags = (u32)from->flags,
					.encrypt_type = (u32)from->encrypt_type,
					.encrypt_key_size = (u32)from->encrypt_key_size };
	memcpy(to->file_name, from->name, LO_NAME_SIZE);
}

static long get_status(struct loop *l, bool old, unsigned long arg)
{
	struct loop_info64_abi info;
	struct loop_info_abi small;

	if (!l->file)
		return -ENXIO;
	fill_info(l, &info);
	if (!old)
		return copy_to_user((void __user *)arg, &info, sizeof(info)) ? -EFAULT : 0;
	to_old(&info, &small);
	if (info.offset > INT_MAX || info.sizelimit)
		return -EOVERFLOW;
	return copy_to_user((void __user *)arg, &small, sizeof(small)) ? -EFAULT : 0;
}

static long set_status(struct loop *l, bool old, unsigned long arg)
{
	struct loop_info64_abi info;
	struct loop_info_abi small;

	if (old) {
		if (copy_from_user(&small, (const void __user *)arg, sizeof(small)))
			return -EFAULT;
		from_old(&small, &info);
	} else if (copy_from_user(&info, (const void __user *)arg, sizeof(info))) {
		return -EFAULT;
	}
	return loop_set_status(l, &info);
}

static long configure(struct loop *l, u32 mode, unsigned long arg)
{
	struct loop_config_abi config;

	if (copy_from_user(&config, (const void __user *)arg, sizeof(config)))
		return -EFAULT;
	if (config.info.flags & ~(LO_FLAGS_READ_ONLY | SETTABLE | LO_FLAGS_DIRECT_IO))
		return -EINVAL;
	return loop_bind(l, mode, config.fd, &config.info, config.block_size);
}

static long set_block_size(struct loop *l, unsigned long size)
{
	if (!l->file)
		return -ENXIO;
	if (!size || !block_size_ok((u32)size))
		return -EINVAL;
	return blockdev_set_sector_size(&l->disk, (u32)size);
}

/* Another file of the same size, under those who read: as an installer moves its image. */
static long change_file(struct loop *l, unsigned int fd)
{
	struct file *file = fd_get((int)fd);
	const u32 before = l->below;
	int err;

	if (!file)
		return -EBADF;
	if (!l->file || !(l->flags & LO_FLAGS_READ_ONLY)) {
		file_put(file);
		return l->file ? -EINVAL : -ENXIO;
	}
	WRITE_ONCE(l->below, what_it_is(file));
	err = check_file(l, file);
	if (!err && sectors_of(l, file) != l->disk.sectors)
		err = -EINVAL;
	if (err) {
		WRITE_ONCE(l->below, before);
		file_put(file);
		return err;
	}
	loop_change(l, file);
	return 0;
}

/* While others have it open, it goes with the last of them. */
static long clear(struct loop *l)
{
	if (!l->file)
		return -ENXIO;
	if (l->disk.openings > 1) {
		l->flags |= LO_FLAGS_AUTOCLEAR;
		return 0;
	}
	/* The opening by which this is asked is still there: it reads nothing from now on, and what
	 * it has written goes to the file. */
	(void)blockdev_moves(&l->disk);
	return loop_unbind(l);
}

static long change(struct loop *l, u32 mode, unsigned int cmd, unsigned long arg)
{
	static const struct loop_info64_abi none;

	switch (cmd) {
	case LOOP_SET_FD:
		return loop_bind(l, mode, (unsigned int)arg, &none, 0);
	case LOOP_CONFIGURE:
		return configure(l, mode, arg);
	case LOOP_CLR_FD:
		return clear(l);
	case LOOP_SET_STATUS:
	case LOOP_SET_STATUS64:
		return set_status(l, cmd == LOOP_SET_STATUS, arg);
	case LOOP_SET_CAPACITY:
		if (!l->file)
			return -ENXIO;
		loop_update_size(l);
		return 0;
	case LOOP_SET_BLOCK_SIZE:
		return set_block_size(l, arg);
	case LOOP_SET_DIRECT_IO:
		return !l->file ? -ENXIO : arg ? -EINVAL : 0;
	case LOOP_CHANGE_FD:
		return change_file(l, (unsigned int)arg);
	default:
		return -ENOTTY;
	}
}

long loop_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg)
{
	struct loop *l = loop_of(disk);
	long ret;

	if (cmd != LOOP_GET_STATUS && cmd != LOOP_GET_STATUS64 && !(mode & FMODE_WRITE) &&
	    cmd != LOOP_SET_FD && cmd != LOOP_CONFIGURE && cmd != LOOP_CLR_FD &&
	    !capable(CAP_SYS_ADMIN))
		return -EPERM;
	/* Nobody opens it between the question who has it open and its end. */
	if (cmd == LOOP_CLR_FD)
		mutex_lock(&disk->part_lock);
	mutex_lock(&l->lock);
	if (cmd == LOOP_GET_STATUS || cmd == LOOP_GET_STATUS64)
		ret = get_status(l, cmd == LOOP_GET_STATUS, arg);
	else
		ret = change(l, mode, cmd, arg);
	mutex_unlock(&l->lock);
	if (cmd == LOOP_CLR_FD)
		mutex_unlock(&disk->part_lock);
	loop_update_folder(l);
	if (!ret && (cmd == LOOP_CONFIGURE || cmd == LOOP_SET_STATUS64 || cmd == LOOP_CLR_FD))
		loop_scan_parts(l);
	return ret;
}
