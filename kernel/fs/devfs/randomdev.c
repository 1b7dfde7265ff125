/* randomdev.c - /dev/random and /dev/urandom; they differ in waiting for enough entropy at boot. */
#include "mem.h"
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/poll.h>
#include <kernel/random.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>

#define CHUNK	  256u
#define POOL_BITS 256

#define RNDGETENTCNT   0x80045200u
#define RNDADDTOENTCNT 0x40045201u
#define RNDADDENTROPY  0x40085203u
#define RNDZAPENTCNT   0x5204u
#define RNDCLEARPOOL   0x5206u
#define RNDRESEEDCRNG  0x5207u

static ssize_t urandom_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	u8 block[CHUNK];
	ssize_t done = 0;

	while (to->count) {
		size_t n = min_t(size_t, to->count, sizeof(block)), moved;

		random_bytes(block, n);
		moved = iov_copy_to(to, block, n);
		done += (ssize_t)moved;
		if (moved < n) {
			done = done ? done : -EFAULT;
			break;
		}
		if (to->count && done % PAGE_SIZE == 0 && signal_pending(current))
			break;
	}
	memset(block, 0, sizeof(block));
	return done;
}

static ssize_t random_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	int err = to->count ? random_wait_ready(file->flags & O_NONBLOCK) : 0;

	return err ? err : urandom_read(file, to, pos);
}

static ssize_t random_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	u32 words[CHUNK / 4];
	ssize_t done = 0;

	while (from->count) {
		size_t n = min_t(size_t, from->count, sizeof(words)), moved;

		memset(words, 0, sizeof(words));
		moved = iov_copy_from(from, words, n);
		for (size_t i = 0; i < DIV_ROUND_UP(moved, 4); i++)
			random_add(words[i]);
		done += (ssize_t)moved;
		if (moved < n)
			return done ? done : -EFAULT;
		if (from->count && signal_pending(current))
			break;
	}
	return done;
}

static u32 random_poll(struct file *file, struct poll_table *pt)
{
	poll_wait(file, &random_wait, pt);
	return POLLOUT | POLLWRNORM | (random_ready() ? POLLIN | POLLRDNORM : 0);
}

/* struct rand_pool_info: bits, bytes, then the bytes. */
static long add_entropy(unsigned long arg)
{
	s32 head[2];
	struct iov_iter it;
	ssize_t n;

	if (copy_from_user(head, (void __user *)arg, sizeof(head)))
		return -EFAULT;
	if (head[0] < 0 || head[1] < 0)
		return -EINVAL;
	if (!user_range_ok((void __user *)(arg + sizeof(head)), (size_t)head[1]))
		return -EFAULT;
	iov_init_user(&it, (void __user *)(arg + sizeof(head)), (size_t)head[1]);
	n = random_write(NULL, &it, NULL);
	return n < 0 ? (long)n : 0;
}

static long random_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case RNDGETENTCNT:
		return put_user(random_ready() ? POOL_BITS : 0, (s32 __user *)arg);
	case RNDADDTOENTCNT:
	case RNDADDENTROPY:
	case RNDZAPENTCNT:
	case RNDCLEARPOOL:
	case RNDRESEEDCRNG:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		return cmd == RNDADDENTROPY ? add_entropy(arg) : 0;
	default:
		return -ENOTTY;
	}
}

/* Only mem.c's devices have a position. */
static int random_open(struct inode *inode, struct file *file)
{
	return 0;
}

static loff_t random_llseek(struct file *file, loff_t offset, int whence)
{
	return file->pos;
}

const struct file_ops random_fops = {
	.read = random_read,
	.write = random_write,
	.poll = random_poll,
	.ioctl = random_ioctl,
	.open = random_open,
	.llseek = random_llseek,
};
const struct file_ops urandom_fops = {
	.read = urandom_read,
	.write = random_write,
	.ioctl = random_ioctl,
	.open = random_open,
	.llseek = random_llseek,
};
