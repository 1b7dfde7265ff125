/*
 * input.c - devices, what is down and lit on them, and the handlers that hear of it.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "input_internal.h"

/* Under a keyboard port's lock, above the consoles' keyboard lock. */
DEFINE_SPINLOCK(input_lock, RANK_SPIN - 3);
static DEFINE_MUTEX(devices_lock, RANK_CLASS);
static LIST_HEAD(devices);  /* devices_lock; walked under input_lock too */
static LIST_HEAD(handlers); /* input_lock */
static unsigned int next_number;

void input_handler_register(struct input_handler *handler)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);

	list_add_tail(&handler->node, &handlers);
	spin_unlock_irqrestore(&input_lock, flags);
}

int input_register(struct input_dev *dev)
{
	int err;

	bit_set(dev->types, EV_SYN);
	mutex_lock(&devices_lock);
	dev->number = next_number;
	err = evdev_attach(dev);
	if (!err) {
		unsigned long flags = spin_lock_irqsave(&input_lock);

		next_number++;
		list_add_tail(&dev->node, &devices);
		spin_unlock_irqrestore(&input_lock, flags);
	}
	mutex_unlock(&devices_lock);
	if (!err)
		pr_info("input: %s (%s)\n", dev->name, dev->phys);
	return err;
}

void input_unregister(struct input_dev *dev)
{
	unsigned long flags;

	input_release_keys(dev);
	mutex_lock(&devices_lock);
	flags = spin_lock_irqsave(&input_lock);
	list_del(&dev->node);
	spin_unlock_irqrestore(&input_lock, flags);
	evdev_detach(dev);
	mutex_unlock(&devices_lock);
}

static void deliver(struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	struct input_handler *h;

	if (evdev_event(dev, type, code, value))
		return;
	list_for_each_entry (h, &handlers, node)
		h->event(dev, type, code, value);
}

/* A second press is a repeat, a second release nothing. False: nobody needs to hear. */
static bool note_key(struct input_dev *dev, unsigned int code, int *value)
{
	bool was_down;

	if (code > KEY_MAX)
		return false;
	was_down = bit_test(dev->down, code);
	if (!*value) {
		bit_clear(dev->down, code);
		return was_down;
	}
	bit_set(dev->down, code);
	*value = was_down ? 2 : 1;
	return true;
}

void input_event(struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);

	if ((type != EV_KEY || note_key(dev, code, &value)) && (type != EV_REL || value)) {
		dev->in_packet = true;
		deliver(dev, type, code, value);
	}
	spin_unlock_irqrestore(&input_lock, flags);
}

void input_sync(struct input_dev *dev)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);

	if (dev->in_packet)
		deliver(dev, EV_SYN, 0, 0);
	dev->in_packet = false;
	spin_unlock_irqrestore(&input_lock, flags);
}

void input_release_keys(struct input_dev *dev)
{
	unsigned int code = 0;

	while ((code = find_next_bit(dev->down, KEY_CNT, code)) < KEY_CNT)
		input_event(dev, EV_KEY, code, 0);
	input_sync(dev);
}

void input_set_leds(unsigned int leds)
{
	struct input_dev *dev;

	mutex_lock(&devices_lock);
	list_for_each_entry (dev, &devices, node) {
		if (!dev->set_leds)
			continue;
		dev->lit[0] = leds;
		(void)dev->set_leds(dev, leds);
	}
	mutex_unlock(&devices_lock);
}

/* Zeroes stay as they are; what was set comes back. */
void input_set_repeat(unsigned int *delay, unsigned int *period)
{
	struct input_dev *dev;

	mutex_lock(&devices_lock);
	list_for_each_entry (dev, &devices, node) {
		if (!dev->set_repeat)
			continue;
		if (*delay || *period)
			(void)dev->set_repeat(dev, *delay ? *delay : dev->repeat_delay,
					      *period ? *period : dev->repeat_period);
		*delay = dev->repeat_delay;
		*period = dev->repeat_period;
	}
	mutex_unlock(&devices_lock);
}

void input_for_each(void (*fn)(struct input_dev *dev, void *arg), void *arg)
{
	struct input_dev *dev;

	mutex_lock(&devices_lock);
	list_for_each_entry (dev, &devices, node)
		fn(dev, arg);
	mutex_unlock(&devices_lock);
}

/* ---- /proc/bus/input/devices ---- */

static size_t format_bits(char *buf, size_t size, const char *name, const unsigned long *bits,
			  unsigned int words)
{
	size_t n = scnprintf(buf, size, "B: %s=", name);

	while (words > 1 && !bits[words - 1])
		words--;
	for (unsigned int i = words; i-- > 0;)
		n += scnprintf(buf + n, size - n, "%lx%s", bits[i], i ? " " : "\n");
	return n;
}

static size_t format_device(struct input_dev *dev, char *buf, size_t size)
{
	size_t n;

	n = scnprintf(buf, size, "I: Bus=%04x Vendor=%04x Product=%04x Version=%04x\n",
		      dev->id.bustype, dev->id.vendor, dev->id.product, dev->id.version);
	n += scnprintf(buf + n, size - n,
		       "N: Name=\"%s\"\nP: Phys=%s\nS: Sysfs=/devices/virtual/input/input%u\n"
		       "U: Uniq=\nH: Handlers=%s%sevent%u\nB: PROP=0\n",
		       dev->name, dev->phys, dev->number,
		       bit_test(dev->types, EV_LED) ? "sysrq kbd leds " : "",
		       bit_test(dev->types, EV_REL) ? "mouse0 " : "", dev->number);
	n += format_bits(buf + n, size - n, "EV", dev->types, ARRAY_SIZE(dev->types));
	if (bit_test(dev->types, EV_KEY))
		n += format_bits(buf + n, size - n, "KEY", dev->keys, ARRAY_SIZE(dev->keys));
	if (bit_test(dev->types, EV_REL))
		n += format_bits(buf + n, size - n, "REL", dev->rels, ARRAY_SIZE(dev->rels));
	if (bit_test(dev->types, EV_MSC))
		n += format_bits(buf + n, size - n, "MSC", dev->mscs, ARRAY_SIZE(dev->mscs));
	if (bit_test(dev->types, EV_LED))
		n += format_bits(buf + n, size - n, "LED", dev->leds, ARRAY_SIZE(dev->leds));
	n += scnprintf(buf + n, size - n, "\n");
	return n;
}

size_t input_devices_format(char *buf, size_t size)
{
	struct input_dev *dev;
	size_t n = 0;

	mutex_lock(&devices_lock);
	list_for_each_entry (dev, &devices, node)
		n += format_device(dev, buf + n, size - n);
	mutex_unlock(&devices_lock);
	return n;
}

struct device_class input_class = { .name = "input" };

static int input_init(void)
{
	class_register(&input_class);
	return 0;
}
INIT_CALL(INIT_CORE, input_init);
