/*
 * mem.c - /dev/null, zero, full, and the registration of all of major 1.
 *
 * Reads of /dev/zero and writes to /dev/null are on everybody's benchmark: nothing but the work.
 */
#include "mem.h"
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/task.h>

#define ZERO_BATCH 65536u /* bytes between two looks for a signal */

static ssize_t null_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return 0;
}

static __hot ssize_t null_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return (ssize_t)from->count;
}

/* The position of these means nothing and stays 0. */
static loff_t null_llseek(struct file *file, loff_t offset, int whence)
{
	file->pos = 0;
	return 0;
}

static __hot ssize_t zero_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	size_t done = 0;

	while (to->count) {
		size_t want = min_t(size_t, to->count, ZERO_BATCH), n = iov_zero(to, want);

		done += n;
		if (unlikely(n < want))
			return done ? (ssize_t)done : -EFAULT;
		if (unlikely(to->count && signal_pending(current)))
			break;
	}
	return (ssize_t)done;
}

/* Private: no fault handler makes it anonymous memory. */
static int zero_mmap(struct file *file, struct vma *vma)
{
	return vma->flags & VM_SHARED ? shared_anon_attach(vma) : 0;
}

static ssize_t full_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return -ENOSPC;
}

const struct file_ops null_fops = {
	.read = null_read,
	.write = null_write,
	.llseek = null_llseek,
};
const struct file_ops zero_fops = {
	.read = zero_read,
	.write = null_write,
	.llseek = null_llseek,
	.mmap = zero_mmap,
};
const struct file_ops full_fops = {
	.read = zero_read,
	.write = full_write,
	.llseek = null_llseek,
};

static const struct mem_device {
	unsigned int minor;
	const char *name;
	u32 mode;
	const struct file_ops *fops;
} mem_devices[] = {
	{ 1, "mem", 0640, &mem_fops },	       { 3, "null", 0666, &null_fops },
	{ 4, "port", 0640, &port_fops },       { 5, "zero", 0666, &zero_fops },
	{ 7, "full", 0666, &full_fops },       { 8, "random", 0666, &random_fops },
	{ 9, "urandom", 0666, &urandom_fops }, { 11, "kmsg", 0644, &kmsg_fops },
};

static struct device_class mem_class = { .name = "mem" };
static struct device devices[ARRAY_SIZE(mem_devices)];

static int add_mem_device(struct device *dev, const struct mem_device *m)
{
	int err = chrdev_register(MEM_MAJOR, m->minor, 1, "mem", m->fops);

	if (err)
		return err;
	dev->class = &mem_class;
	dev->devnum = MKDEV(MEM_MAJOR, m->minor);
	dev->mode = m->mode;
	strscpy(dev->name, m->name, sizeof(dev->name));
	return device_register(dev);
}

static int __init mem_init(void)
{
	int err = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(mem_devices) && !err; i++)
		err = add_mem_device(&devices[i], &mem_devices[i]);
	return err;
}
INIT_CALL(INIT_DRIVER, mem_init);
