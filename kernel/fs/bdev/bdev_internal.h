/*
 * bdev_internal.h - between the files of kernel/fs/bdev.
 */
#ifndef BDEV_INTERNAL_H
#define BDEV_INTERNAL_H

#include <kernel/blockdev.h>
#include <kernel/blockfile.h>
#include <kernel/partition.h>

extern const struct file_ops blockdev_fops;
long blockdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
static inline struct block_device *bdev_of(const struct file *file)
{
	return file->private;
}

#endif
