/*
 * vcs.c - /dev/vcs* and /dev/vcsa*: the cells of a console's screen as a file.
 *
 * vcs has a byte a character; vcsa begins with lines, columns, cursor column and row, and has a
 * character and an attribute byte for each cell. Minor 0 is the console in front. A file that has
 * seen the screen is readable for poll() again when it changed.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/iov.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include "vt_console.h"
#include "vt_internal.h"

#define VCS_MAJOR  7
#define ATTR_MINOR 128
#define HEADER	   4u
#define PIECE	   256u

struct vcs_file {
	unsigned int console; /* 0: in front */
	bool attributes;
	u32 seen; /* vt->changes when it was last read */
};

static struct vt *console_of(const struct vcs_file *f)
{
	unsigned int n = f->console ? f->console - 1 : vt_front;
	struct vt *vt = n < VT_MAX ? vt_table[n] : NULL;

	return vt && vt->memory ? vt : NULL;
}

static loff_t screen_size(const struct vcs_file *f, const struct vt *vt)
{
	loff_t cells = (loff_t)vt->screen.cols * vt->screen.rows;

	return f->attributes ? HEADER + 2 * cells : cells;
}

/* One byte of the file; console lock held. */
static u8 get_byte(const struct vcs_file *f, const struct vt *vt, u32 at)
{
	const struct vt_screen *s = &vt->screen;
	u16 cell;

	if (!f->attributes)
		return (u8)vt_row(s, at / s->cols)->cells[at % s->cols];
	switch (at) {
	case 0:
		return (u8)s->rows;
	case 1:
		return (u8)s->cols;
	case 2:
		return (u8)s->pen.x;
	case 3:
		return (u8)s->pen.y;
	default:
		at -= HEADER;
		cell = vt_row(s, at / 2 / s->cols)->cells[at / 2 % s->cols];
		return at & 1 ? (u8)(cell >> 8) : (u8)cell;
	}
}

static void put_byte(const struct vcs_file *f, struct vt *vt, u32 at, u8 byte)
{
	struct vt_screen *s = &vt->screen;
	struct vt_line *line;
	u32 cell = at, shift = 0;

	if (f->attributes) {
		if (at < 2)
			return;
		if (at < HEADER) {
			vt_move_to(s, at == 3 ? byte : s->pen.y, at == 2 ? byte : s->pen.x);
			return;
		}
		cell = (at - HEADER) / 2;
		shift = (at - HEADER) & 1 ? 8 : 0;
	}
	line = vt_row(s, cell / s->cols);
	cell %= s->cols;
	line->cells[cell] = (u16)((line->cells[cell] & ~(0xff << shift)) | byte << shift);
	vt_touch(line, cell, cell + 1);
}

static int vcs_open(struct inode *inode, struct file *file)
{
	unsigned int minor = MINOR(inode->rdev);
	struct vcs_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	f->attributes = minor >= ATTR_MINOR;
	f->console = minor % ATTR_MINOR;
	if (!console_of(f)) {
		kfree(f);
		return -ENXIO;
	}
	file->private = f;
	return 0;
}

static void vcs_release(struct file *file)
{
	kfree(file->private);
}

/* -1: the console is gone. */
static ssize_t copy_piece(struct vcs_file *f, u32 at, u8 *piece, size_t n, bool write)
{
	struct vt *vt;
	loff_t size;

	vt_lock();
	vt = console_of(f);
	size = vt ? screen_size(f, vt) : -1;
	if (size < (loff_t)at)
		n = 0;
	else
		n = min_t(size_t, n, (u32)size - at);
	for (size_t i = 0; i < n; i++) {
		if (write)
			put_byte(f, vt, at + (u32)i, piece[i]);
		else
			piece[i] = get_byte(f, vt, at + (u32)i);
	}
	if (write && n)
		vt_show(vt);
	else if (vt)
		f->seen = vt->changes;
	vt_unlock();
	return size < 0 ? -1 : (ssize_t)n;
}

static ssize_t vcs_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	ssize_t total = 0;
	u8 piece[PIECE];

	if (*pos < 0 || *pos > INT_MAX)
		return -EINVAL;
	while (to->count) {
		ssize_t n = copy_piece(file->private, (u32)*pos, piece,
				       min_t(size_t, to->count, sizeof(piece)), false);

		if (n < 0)
			return total ? total : -ENXIO;
		if (!n)
			break;
		if (iov_copy_to(to, piece, (size_t)n) != (size_t)n)
			return total ? total : -EFAULT;
		*pos += n;
		total += n;
	}
	return total;
}

static ssize_t vcs_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	ssize_t total = 0;
	u8 piece[PIECE];

	if (*pos < 0 || *pos > INT_MAX)
		return -EINVAL;
	while (from->count) {
		size_t want = iov_copy_from(from, piece, min_t(size_t, from->count, sizeof(piece)));
		ssize_t n;

		if (!want)
			return total ? total : -EFAULT;
		n = copy_piece(file->private, (u32)*pos, piece, want, true);
		if (n < 0)
			return total ? total : -ENXIO;
		*pos += n;
		total += n;
		if ((size_t)n < want) {
			iov_revert(from, want - (size_t)n);
			break;
		}
	}
	return total;
}

static loff_t vcs_llseek(struct file *file, loff_t offset, int whence)
{
	struct vcs_file *f = file->private;
	struct vt *vt = console_of(f);

	return vt ? llseek_size(file, offset, whence, screen_size(f, vt)) : -ENXIO;
}

static u32 vcs_poll(struct file *file, struct poll_table *pt)
{
	struct vcs_file *f = file->private;
	struct vt *vt = console_of(f);

	poll_wait(file, &vt_change_wait, pt);
	if (!vt)
		return POLLERR | POLLHUP;
	return POLLOUT | POLLWRNORM |
	       (vt->changes != f->seen ? POLLIN | POLLRDNORM | POLLPRI | POLLERR : 0);
}

static const struct file_ops vcs_fops = {
	.open = vcs_open,
	.release = vcs_release,
	.read = vcs_read,
	.write = vcs_write,
	.llseek = vcs_llseek,
	.poll = vcs_poll,
};

#define VCS_NODES 7 /* the one in front, and 1 to 6 */

static struct device_class vc_class = { .name = "vc" };
static struct device nodes[2][VCS_NODES];

static int make_node(struct device *dev, const char *name, unsigned int i, unsigned int minor)
{
	if (i)
		scnprintf(dev->name, sizeof(dev->name), "%s%u", name, i);
	else
		scnprintf(dev->name, sizeof(dev->name), "%s", name);
	dev->class = &vc_class;
	dev->devnum = MKDEV(VCS_MAJOR, minor + i);
	dev->mode = 0660;
	return device_register(dev);
}

static int vcs_init(void)
{
	int err = chrdev_register(VCS_MAJOR, 0, VT_MAX + 1, "vcs", &vcs_fops);

	if (!err)
		err = chrdev_register(VCS_MAJOR, ATTR_MINOR, VT_MAX + 1, "vcsa", &vcs_fops);
	class_register(&vc_class);
	for (unsigned int i = 0; i < VCS_NODES && !err; i++) {
		err = make_node(&nodes[0][i], "vcs", i, 0);
		if (!err)
			err = make_node(&nodes[1][i], "vcsa", i, ATTR_MINOR);
	}
	return err;
}
INIT_CALL(INIT_DRIVER, vcs_init);
