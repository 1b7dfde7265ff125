/*
 * kmsg.c - /dev/kmsg: the log record by record. Each reader has its own place; a record that was
 * overwritten before it was read gives EPIPE once. A write makes a record.
 */
#include "kmsg.h"
#include "mem.h"
#include <kernel/errno.h>
#include <kernel/poll.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/wait.h>

#define LEVEL_DEFAULT 4u

struct kmsg_reader {
	struct mutex lock; /* all below */
	u64 seq;
	char text[KMSG_TEXT_MAX];
	char line[KMSG_LINE_MAX];
};

static int kmsg_open(struct inode *inode, struct file *file)
{
	struct kmsg_reader *r;

	if (!(file->mode & FMODE_READ))
		return 0;
	r = kmalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock, RANK_SEQ, "kmsg");
	r->seq = log_first_seq();
	file->private = r;
	return 0;
}

static void kmsg_release(struct file *file)
{
	kfree(file->private);
}

static int wait_for_record(struct file *file, struct kmsg_reader *r)
{
	if (log_next_seq() > r->seq)
		return 0;
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(&log_wait, log_next_seq() > r->seq);
}

static ssize_t read_record(struct kmsg_reader *r, struct iov_iter *to)
{
	struct log_record rec;
	u64 want = r->seq, next = want;
	size_t n;

	if (log_read(&next, &rec, r->text, sizeof(r->text)) < 0)
		return -EAGAIN;
	if (rec.seq != want) {
		r->seq = rec.seq;
		return -EPIPE;
	}
	n = kmsg_format(&rec, r->line, sizeof(r->line));
	if (n > to->count)
		return -EINVAL;
	if (iov_copy_to(to, r->line, n) != n)
		return -EFAULT;
	r->seq = next;
	return (ssize_t)n;
}

static ssize_t kmsg_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct kmsg_reader *r = file->private;
	ssize_t ret = mutex_lock_interruptible(&r->lock);

	if (ret)
		return ret;
	do {
		ret = wait_for_record(file, r);
		if (!ret)
			ret = read_record(r, to);
	} while (ret == -EAGAIN && !(file->flags & O_NONBLOCK));
	mutex_unlock(&r->lock);
	return ret;
}

static ssize_t kmsg_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	const size_t count = from->count;
	size_t len = count;
	const char *text;
	unsigned int level;
	char *buf;

	if (count >= KMSG_TEXT_MAX)
		return -EINVAL;
	buf = kmalloc(count + 1, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	if (iov_copy_from(from, buf, count) != count) {
		kfree(buf);
		return -EFAULT;
	}
	buf[count] = 0;
	text = buf;
	level = kmsg_parse_level(&text, &len, LEVEL_DEFAULT);
	printk(KERN_SOH "%u%s", level, text);
	kfree(buf);
	return (ssize_t)count;
}

static loff_t kmsg_llseek(struct file *file, loff_t offset, int whence)
{
	struct kmsg_reader *r = file->private;
	loff_t ret = 0;

	if (!r)
		return -EBADF;
	if (offset)
		return -ESPIPE;
	mutex_lock(&r->lock);
	if (whence == SEEK_SET)
		r->seq = log_first_seq();
	else if (whence == SEEK_DATA)
		r->seq = max(log_clear_seq(), log_first_seq());
	else if (whence == SEEK_END)
		r->seq = log_next_seq();
	else
		ret = -EINVAL;
	mutex_unlock(&r->lock);
	return ret;
}

static u32 kmsg_poll(struct file *file, struct poll_table *pt)
{
	struct kmsg_reader *r = file->private;

	if (!r)
		return POLLOUT | POLLWRNORM;
	poll_wait(file, &log_wait, pt);
	if (log_next_seq() <= r->seq)
		return 0;
	return POLLIN | POLLRDNORM | (r->seq < log_first_seq() ? POLLERR | POLLPRI : 0);
}

const struct file_ops kmsg_fops = {
	.read = kmsg_read,
	.write = kmsg_write,
	.llseek = kmsg_llseek,
	.poll = kmsg_poll,
	.open = kmsg_open,
	.release = kmsg_release,
};
