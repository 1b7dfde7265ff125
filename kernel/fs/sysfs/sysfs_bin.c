/* sysfs_bin.c - binary attributes of devices: files of fixed size, read and written in pieces. */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/iov.h>
#include <kernel/slab.h>
#include "sysfs_internal.h"

static const struct device_bin_attribute *attribute_of(const struct file *file)
{
	return knode_i(file->inode)->file.arg;
}

/* How much of n lies inside the file. */
static size_t clip(const struct device_bin_attribute *a, loff_t pos, size_t n)
{
	if (pos < 0 || pos >= a->size)
		return 0;
	n = min_t(size_t, n, a->size - (u32)pos);
	return min_t(size_t, n, PAGE_SIZE);
}

static ssize_t transfer(struct file *file, void *buf, u32 pos, size_t n, bool write)
{
	const struct device_bin_attribute *a = attribute_of(file);
	struct knode *node = knode_i(file->inode)->node;
	ssize_t done;

	if (!knode_enter(node))
		return -ENODEV;
	if (write)
		done = a->write(sysfs_device_of(node), buf, pos, n);
	else
		done = a->read(sysfs_device_of(node), buf, pos, n);
	knode_leave(node);
	return done;
}

static ssize_t bin_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	const struct device_bin_attribute *a = attribute_of(file);
	size_t n = clip(a, *pos, to->count);
	ssize_t done;
	void *buf;

	if (!a->read)
		return -EACCES;
	if (!n)
		return 0;
	buf = kmalloc(n, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	done = transfer(file, buf, (u32)*pos, n, false);
	if (done > 0 && iov_copy_to(to, buf, (size_t)done) != (size_t)done)
		done = -EFAULT;
	if (done > 0)
		*pos += done;
	kfree(buf);
	return done;
}

static ssize_t bin_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	const struct device_bin_attribute *a = attribute_of(file);
	size_t n = clip(a, *pos, from->count);
	ssize_t done = -EFAULT;
	void *buf;

	if (!a->write)
		return -EACCES;
	if (!n)
		return from->count ? -EFBIG : 0;
	buf = kmalloc(n, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	if (iov_copy_from(from, buf, n) == n)
		done = transfer(file, buf, (u32)*pos, n, true);
	if (done > 0)
		*pos += done;
	kfree(buf);
	return done;
}

const struct file_ops sysfs_bin_fops = { .open = knode_check_open,
					 .read = bin_read,
					 .write = bin_write };
