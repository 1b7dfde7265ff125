/*
 * evdev.c - /dev/input/eventN: every event of one device, with its time.
 *
 * A device's struct evdev outlives it while files are open on it; they then read ENODEV.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/math64.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "event_ring.h"
#include "input_internal.h"

#define INPUT_MAJOR 13
#define EVENT_MINOR 64
#define EVENT_MAX   32

#define CLOCK_REALTIME_ID 0

struct evdev {
	struct refcount refs;	      /* the device, and open files */
	struct input_dev *dev;	      /* NULL: unplugged; input_lock */
	struct list_head clients;     /* input_lock */
	struct evdev_client *grabber; /* input_lock */
	struct wait_queue wait;
	struct device node;
};

struct evdev_client {
	struct list_head node;
	struct evdev *evdev;
	struct event_ring ring; /* input_lock */
	bool monotonic, revoked;
};

static struct evdev *table[EVENT_MAX]; /* input_lock */

static void evdev_put(struct evdev *e)
{
	if (refcount_dec(&e->refs))
		kfree(e);
}

/* ---- events ---- */

static struct input_event_abi stamp(const struct evdev_client *c, unsigned int type,
				    unsigned int code, int value)
{
	u64 ns = (u64)(c->monotonic ? clock_monotonic() : clock_realtime());
	u32 rest;
	u32 sec = (u32)div_u64_rem(ns, NSEC_PER_SEC, &rest);

	return (struct input_event_abi){ sec, rest / 1000, (u16)type, (u16)code, value };
}

static void give(struct evdev_client *c, unsigned int type, unsigned int code, int value)
{
	struct input_event_abi event = stamp(c, type, code, value);

	event_ring_put(&c->ring, &event);
}

bool evdev_event(struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	struct evdev *e = dev->evdev;
	struct evdev_client *c;

	if (!e)
		return false;
	if (e->grabber) {
		give(e->grabber, type, code, value);
	} else {
		list_for_each_entry (c, &e->clients, node)
			if (!c->revoked)
				give(c, type, code, value);
	}
	if (type == EV_SYN)
		wake_up_poll(&e->wait, POLLIN | POLLRDNORM);
	return e->grabber != NULL;
}

/* ---- files ---- */

static int evdev_open(struct inode *inode, struct file *file)
{
	unsigned int i = MINOR(inode->rdev) - EVENT_MINOR;
	struct evdev_client *c = kzalloc(sizeof(*c), GFP_KERNEL);
	unsigned long flags;

	if (!c)
		return -ENOMEM;
	flags = spin_lock_irqsave(&input_lock);
	c->evdev = i < EVENT_MAX ? table[i] : NULL;
	if (c->evdev) {
		refcount_inc(&c->evdev->refs);
		list_add_tail(&c->node, &c->evdev->clients);
	}
	spin_unlock_irqrestore(&input_lock, flags);
	if (!c->evdev) {
		kfree(c);
		return -ENODEV;
	}
	file->private = c;
	return nonseekable_open(inode, file);
}

static void evdev_release(struct file *file)
{
	struct evdev_client *c = file->private;
	unsigned long flags = spin_lock_irqsave(&input_lock);

	list_del(&c->node);
	if (c->evdev->grabber == c)
		c->evdev->grabber = NULL;
	spin_unlock_irqrestore(&input_lock, flags);
	evdev_put(c->evdev);
	kfree(c);
}

static bool take(struct evdev_client *c, struct input_event_abi *event)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);
	bool got = event_ring_get(&c->ring, event);

	spin_unlock_irqrestore(&input_lock, flags);
	return got;
}

static bool is_gone(const struct evdev_client *c)
{
	return !READ_ONCE(c->evdev->dev) || c->revoked;
}

static ssize_t evdev_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct evdev_client *c = file->private;
	struct input_event_abi event;
	ssize_t total = 0;
	int err;

	if (to->count && to->count < sizeof(event))
		return -EINVAL;
	for (;;) {
		if (is_gone(c))
			return -ENODEV;
		while (to->count >= sizeof(event) && take(c, &event)) {
			if (iov_copy_to(to, &event, sizeof(event)) != sizeof(event))
				return total ? total : -EFAULT;
			total += (ssize_t)sizeof(event);
		}
		if (total || !to->count)
			return total;
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&c->evdev->wait,
					       !event_ring_empty(&c->ring) || is_gone(c));
		if (err)
			return err;
	}
}

static void write_led(struct input_dev *dev, unsigned int code, int value)
{
	if (code > LED_MAX || !dev->set_leds)
		return;
	if (value)
		bit_set(dev->lit, code);
	else
		bit_clear(dev->lit, code);
	(void)dev->set_leds(dev, (unsigned int)dev->lit[0]);
}

/* Lights are what can be written. */
static ssize_t evdev_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct evdev_client *c = file->private;
	struct input_event_abi event;
	ssize_t total = 0;

	if (from->count && from->count < sizeof(event))
		return -EINVAL;
	while (from->count >= sizeof(event)) {
		struct input_dev *dev = READ_ONCE(c->evdev->dev);

		if (!dev || c->revoked)
			return -ENODEV;
		if (iov_copy_from(from, &event, sizeof(event)) != sizeof(event))
			return total ? total : -EFAULT;
		if (event.type == EV_LED)
			write_led(dev, event.code, event.value);
		total += (ssize_t)sizeof(event);
	}
	return total;
}

static u32 evdev_poll(struct file *file, struct poll_table *pt)
{
	struct evdev_client *c = file->private;

	poll_wait(file, &c->evdev->wait, pt);
	if (is_gone(c))
		return POLLHUP | POLLERR;
	return (event_ring_empty(&c->ring) ? 0 : POLLIN | POLLRDNORM) | POLLOUT | POLLWRNORM;
}

/* ---- ioctls ---- */

/* As much as the caller's buffer takes; returns the length. */
static long give_bytes(void __user *arg, size_t room, const void *src, size_t n)
{
	n = min(n, room);
	return copy_to_user(arg, src, n) ? -EFAULT : (long)n;
}

static long give_text(void __user *arg, size_t room, const char *text)
{
	return text ? give_bytes(arg, room, text, strlen(text) + 1) : -ENOENT;
}

static long give_bits(struct input_dev *dev, unsigned int type, void __user *arg, size_t room)
{
	switch (type) {
	case 0:
		return give_bytes(arg, room, dev->types, sizeof(dev->types));
	case EV_KEY:
		return give_bytes(arg, room, dev->keys, sizeof(dev->keys));
	case EV_REL:
		return give_bytes(arg, room, dev->rels, sizeof(dev->rels));
	case EV_MSC:
		return give_bytes(arg, room, dev->mscs, sizeof(dev->mscs));
	case EV_LED:
		return give_bytes(arg, room, dev->leds, sizeof(dev->leds));
	case EV_SND:
		return give_bytes(arg, room, dev->snds, sizeof(dev->snds));
	default: {
		static const unsigned long none[BITS_TO_LONGS(64)];

		return type < EV_CNT ? give_bytes(arg, room, none, sizeof(none)) : -EINVAL;
	}
	}
}

static long grab(struct evdev_client *c, bool on)
{
	struct evdev *e = c->evdev;
	unsigned long flags = spin_lock_irqsave(&input_lock);
	long err = 0;

	if (on && e->grabber)
		err = -EBUSY;
	else if (!on && e->grabber != c)
		err = -EINVAL;
	else
		e->grabber = on ? c : NULL;
	spin_unlock_irqrestore(&input_lock, flags);
	return err;
}

static long repeat(struct input_dev *dev, void __user *arg, bool set)
{
	u32 rep[2] = { dev->repeat_delay, dev->repeat_period };

	if (!bit_test(dev->types, EV_REP))
		return -ENOSYS;
	if (!set)
		return copy_to_user(arg, rep, sizeof(rep));
	if (copy_from_user(rep, arg, sizeof(rep)))
		return -EFAULT;
	return dev->set_repeat ? dev->set_repeat(dev, rep[0], rep[1]) : -ENOSYS;
}

static long set_clock(struct evdev_client *c, const s32 __user *arg)
{
	s32 id;

	if (get_user(id, arg))
		return -EFAULT;
	if (id != CLOCK_REALTIME_ID && id != 1 && id != 7)
		return -EINVAL;
	c->monotonic = id != CLOCK_REALTIME_ID;
	return 0;
}

static long control(struct evdev_client *c, unsigned int cmd, unsigned long arg)
{
	switch (IOC_NR(cmd)) {
	case EVIOC_NR_GRAB:
		return grab(c, arg != 0);
	case EVIOC_NR_REVOKE:
		if (arg)
			return -EINVAL;
		c->revoked = true;
		wake_up_all(&c->evdev->wait);
		return 0;
	case EVIOC_NR_CLOCK:
		return set_clock(c, (s32 __user *)arg);
	case EVIOC_NR_REP:
		return repeat(c->evdev->dev, (void __user *)arg, true);
	default:
		return -EINVAL;
	}
}

static long inquire(struct input_dev *dev, unsigned int cmd, void __user *arg)
{
	size_t room = IOC_SIZE(cmd);
	static const u32 nothing;

	switch (IOC_NR(cmd)) {
	case EVIOC_NR_VERSION:
		return put_user((s32)EV_VERSION, (s32 __user *)arg);
	case EVIOC_NR_ID:
		return copy_to_user(arg, &dev->id, sizeof(dev->id));
	case EVIOC_NR_REP:
		return repeat(dev, arg, false);
	case EVIOC_NR_NAME:
		return give_text(arg, room, dev->name);
	case EVIOC_NR_PHYS:
		return give_text(arg, room, dev->phys);
	case EVIOC_NR_UNIQ:
		return -ENOENT;
	case EVIOC_NR_PROP:
	case EVIOC_NR_SND:
	case EVIOC_NR_SW:
		return give_bytes(arg, room, &nothing, sizeof(nothing));
	case EVIOC_NR_KEY:
		return give_bytes(arg, room, dev->down, sizeof(dev->down));
	case EVIOC_NR_LED:
		return give_bytes(arg, room, dev->lit, sizeof(dev->lit));
	default:
		if (IOC_NR(cmd) >= EVIOC_NR_BIT && IOC_NR(cmd) < EVIOC_NR_BIT + EV_CNT)
			return give_bits(dev, IOC_NR(cmd) - EVIOC_NR_BIT, arg, room);
		return -EINVAL;
	}
}

static long evdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct evdev_client *c = file->private;
	struct input_dev *dev = READ_ONCE(c->evdev->dev);

	if (!dev || c->revoked)
		return -ENODEV;
	if (IOC_TYPE(cmd) != EVIOC_TYPE)
		return -ENOIOCTLCMD;
	return IOC_DIR(cmd) == IOC_READ ? inquire(dev, cmd, (void __user *)arg)
					: control(c, cmd, arg);
}

static const struct file_ops evdev_fops = {
	.open = evdev_open,
	.release = evdev_release,
	.read = evdev_read,
	.write = evdev_write,
	.poll = evdev_poll,
	.ioctl = evdev_ioctl,
};

/* ---- coming and going ---- */

int evdev_attach(struct input_dev *dev)
{
	struct evdev *e;
	unsigned long flags;

	if (dev->number >= EVENT_MAX)
		return -ENFILE;
	e = kzalloc(sizeof(*e), GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	refcount_set(&e->refs, 1);
	list_init(&e->clients);
	wait_queue_init(&e->wait);
	e->dev = dev;
	scnprintf(e->node.name, sizeof(e->node.name), "event%u", dev->number);
	scnprintf(e->node.node_name, sizeof(e->node.node_name), "input/event%u", dev->number);
	e->node.class = &input_class;
	e->node.devnum = MKDEV(INPUT_MAJOR, EVENT_MINOR + dev->number);
	e->node.mode = 0660;
	flags = spin_lock_irqsave(&input_lock);
	dev->evdev = e;
	table[dev->number] = e;
	spin_unlock_irqrestore(&input_lock, flags);
	return device_register(&e->node);
}

void evdev_detach(struct input_dev *dev)
{
	struct evdev *e = dev->evdev;
	unsigned long flags = spin_lock_irqsave(&input_lock);

	table[dev->number] = NULL;
	dev->evdev = NULL;
	e->dev = NULL;
	spin_unlock_irqrestore(&input_lock, flags);
	device_unregister(&e->node);
	wake_up_all(&e->wait);
	evdev_put(e);
}

static int evdev_init(void)
{
	return chrdev_register(INPUT_MAJOR, EVENT_MINOR, EVENT_MAX, "input", &evdev_fops);
}
INIT_CALL(INIT_CORE, evdev_init);
