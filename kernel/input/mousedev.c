/*
 * mousedev.c - /dev/input/mice and /dev/psaux: all mice as one PS/2 mouse.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/misc.h>
#include <kernel/poll.h>
#include <kernel/slab.h>
#include "input_internal.h"
#include "mouse_emul.h"

#define INPUT_MAJOR  13
#define MICE_MINOR   63
#define MOUSE0_MINOR 32
#define MISC_MAJOR   10
#define PSAUX_MINOR  1
#define BUTTONS	     5

struct mouse_client {
	struct list_head node;
	struct mouse_emul emul; /* input_lock */
};

static LIST_HEAD(clients); /* input_lock */
static DEFINE_WAIT_QUEUE(mice_wait);
/* input_lock: motion since the last end of a packet */
static int moved_x, moved_y, moved_wheel;

/* ---- events; input_lock held ---- */

static void button(unsigned int code, bool down)
{
	/* Order of a PS/2 packet's bits: left, right, middle, then side and extra. */
	static const u8 numbers[BUTTONS] = { 0, 1, 2, 3, 4 };
	struct mouse_client *c;

	if (code < BTN_LEFT || code >= BTN_LEFT + BUTTONS)
		return;
	list_for_each_entry (c, &clients, node)
		mouse_emul_button(&c->emul, numbers[code - BTN_LEFT], down);
}

static void end_packet(void)
{
	struct mouse_client *c;

	list_for_each_entry (c, &clients, node)
		mouse_emul_move(&c->emul, moved_x, moved_y, moved_wheel);
	moved_x = moved_y = moved_wheel = 0;
	wake_up_poll(&mice_wait, POLLIN | POLLRDNORM);
}

static void mouse_event(struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	if (!bit_test(dev->types, EV_REL))
		return;
	if (type == EV_KEY)
		button(code, value != 0);
	else if (type == EV_SYN)
		end_packet();
	else if (type == EV_REL && code == REL_X)
		moved_x += value;
	else if (type == EV_REL && code == REL_Y)
		moved_y += value;
	else if (type == EV_REL && code == REL_WHEEL)
		moved_wheel += value;
}

static struct input_handler handler = { .event = mouse_event };

/* ---- files ---- */

static int mice_open(struct inode *inode, struct file *file)
{
	struct mouse_client *c = kzalloc(sizeof(*c), GFP_KERNEL);
	unsigned long flags;

	if (!c)
		return -ENOMEM;
	mouse_emul_init(&c->emul);
	flags = spin_lock_irqsave(&input_lock);
	list_add_tail(&c->node, &clients);
	spin_unlock_irqrestore(&input_lock, flags);
	file->private = c;
	return nonseekable_open(inode, file);
}

static void mice_release(struct file *file)
{
	struct mouse_client *c = file->private;
	unsigned long flags = spin_lock_irqsave(&input_lock);

	list_del(&c->node);
	spin_unlock_irqrestore(&input_lock, flags);
	kfree(c);
}

static ssize_t mice_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct mouse_client *c = file->private;
	u8 packet[MOUSE_REPLY_MAX];
	size_t n;

	if (!to->count)
		return 0;
	for (;;) {
		unsigned long flags = spin_lock_irqsave(&input_lock);
		int err;

		n = mouse_emul_read(&c->emul, packet, min(to->count, sizeof(packet)));
		spin_unlock_irqrestore(&input_lock, flags);
		if (n)
			break;
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&mice_wait, mouse_emul_readable(&c->emul));
		if (err)
			return err;
	}
	return iov_copy_to(to, packet, n) == n ? (ssize_t)n : -EFAULT;
}

static ssize_t mice_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct mouse_client *c = file->private;
	ssize_t total = 0;
	u8 byte;

	while (from->count) {
		unsigned long flags;

		if (iov_copy_from(from, &byte, 1) != 1)
			return total ? total : -EFAULT;
		flags = spin_lock_irqsave(&input_lock);
		mouse_emul_command(&c->emul, byte);
		spin_unlock_irqrestore(&input_lock, flags);
		total++;
	}
	wake_up_poll(&mice_wait, POLLIN | POLLRDNORM);
	return total;
}

static u32 mice_poll(struct file *file, struct poll_table *pt)
{
	struct mouse_client *c = file->private;

	poll_wait(file, &mice_wait, pt);
	return mouse_emul_readable(&c->emul) ? POLLIN | POLLRDNORM : 0;
}

static const struct file_ops mice_fops = {
	.open = mice_open,
	.release = mice_release,
	.read = mice_read,
	.write = mice_write,
	.poll = mice_poll,
};

static struct device mice_node = { .name = "mice",
				   .node_name = "input/mice",
				   .mode = 0660,
				   .class = &input_class,
				   .devnum = MKDEV(13, MICE_MINOR) };

static struct misc_device psaux = {
	.minor = PSAUX_MINOR, .name = "psaux", .fops = &mice_fops, .mode = 0660
};

static int mousedev_init(void)
{
	int err = chrdev_register(INPUT_MAJOR, MICE_MINOR, 1, "mice", &mice_fops);

	if (!err)
		err = chrdev_register(INPUT_MAJOR, MOUSE0_MINOR, 1, "mouse", &mice_fops);
	if (err)
		return err;
	input_handler_register(&handler);
	err = device_register(&mice_node);
	return err ? err : misc_register(&psaux);
}
INIT_CALL(INIT_DRIVER, mousedev_init);
