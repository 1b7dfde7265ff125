/*
 * tty_core.c - drivers and their lines, opening and closing. See <kernel/tty.h>.
 */
#include <kernel/cred.h>
#include <kernel/device.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/vt.h>
#include "tty_internal.h"

#define TTYAUX_MAJOR  5
#define MINOR_TTY     0
#define MINOR_CONSOLE 1
#define FIRST_SERIAL  64
#define TTY_MAJOR     4
#define CLOSE_DRAIN   SEC(30) /* as long a last close waits for output to leave */

static DEFINE_SPINLOCK(driver_lock, RANK_SPIN);
static LIST_HEAD(drivers); /* driver_lock; never removed */

/* ---- drivers ---- */

int tty_driver_register(struct tty_driver *driver)
{
	unsigned long flags = spin_lock_irqsave(&driver_lock);

	list_add_tail(&driver->node, &drivers);
	spin_unlock_irqrestore(&driver_lock, flags);
	return chrdev_register(driver->major, driver->first_minor, driver->count, driver->name,
			       &tty_fops);
}

static struct tty_driver *find_driver(unsigned int major, unsigned int minor)
{
	struct tty_driver *d;

	list_for_each_entry (d, &drivers, node)
		if (d->major == major && minor - d->first_minor < d->count)
			return d;
	return NULL;
}

struct tty *tty_find(unsigned int major, unsigned int minor)
{
	struct tty_driver *d = find_driver(major, minor);

	return d ? d->find(d, minor - d->first_minor) : ERR_PTR(-ENXIO);
}

static struct tty_driver *driver_by_name(const char *name, size_t n)
{
	struct tty_driver *d;

	list_for_each_entry (d, &drivers, node)
		if (strlen(d->name) == n && !memcmp(d->name, name, n))
			return d;
	return NULL;
}

size_t tty_drivers_format(char *buf, size_t size)
{
	struct tty_driver *d;
	size_t n = 0;

	n += scnprintf(buf + n, size - n, "%-20s /dev/%-8s %3d %7d %s\n", "/dev/tty", "tty", 5, 0,
		       "system:/dev/tty");
	n += scnprintf(buf + n, size - n, "%-20s /dev/%-8s %3d %7d %s\n", "/dev/console", "console",
		       5, 1, "system:console");
	n += scnprintf(buf + n, size - n, "%-20s /dev/%-8s %3d %7d %s\n", "/dev/ptmx", "ptmx", 5, 2,
		       "system");
	list_for_each_entry (d, &drivers, node)
		n += scnprintf(buf + n, size - n, "%-20s /dev/%-8s %3u %u-%u %s\n", d->name,
			       d->name, d->major, d->first_minor, d->first_minor + d->count - 1,
			       d->major == TTY_MAJOR ? d->first_minor ? "serial" : "console"
						     : "pty:slave");
	return n;
}

/* ---- lines ---- */

void tty_init(struct tty *tty, struct tty_driver *driver, unsigned int index)
{
	tty->driver = driver;
	tty->index = index;
	refcount_set(&tty->refs, 1);
	mutex_init(&tty->lock, RANK_TTY + 1, "tty");
	mutex_init(&tty->atomic_write, RANK_TTY, "tty write");
	spin_init(&tty->input_lock, RANK_SPIN, "tty input");
	spin_init(&tty->ctl_lock, RANK_SPIN, "tty control");
	wait_queue_init(&tty->read_wait);
	wait_queue_init(&tty->write_wait);
	wait_queue_init(&tty->open_wait);
	list_init(&tty->queue_node);
	tty->termios = driver->termios;
}

void tty_get(struct tty *tty)
{
	refcount_inc(&tty->refs);
}

void tty_put(struct tty *tty)
{
	if (!refcount_dec(&tty->refs))
		return;
	ASSERT(!tty->open_count && !tty->session);
	if (tty->driver->ops->free)
		tty->driver->ops->free(tty);
}

size_t tty_name(const struct tty *tty, char *buf, size_t size)
{
	return scnprintf(buf, size, tty->driver->major == PTS_MAJOR ? "%s/%u" : "%s%u",
			 tty->driver->name, tty->index + tty->driver->first_number);
}

/* ---- /dev/console ---- */

struct console_choice {
	struct tty *tty;
};

/* "ttyS0,115200n8": the last that is there wins. */
static void try_console(const char *value, void *arg)
{
	struct console_choice *choice = arg;
	struct tty_driver *d;
	size_t name = 0;
	unsigned int index = 0;
	struct tty *tty;

	while (value[name] && value[name] != ',' && (value[name] < '0' || value[name] > '9'))
		name++;
	for (size_t i = name; value[i] >= '0' && value[i] <= '9'; i++)
		index = index * 10 + (unsigned int)(value[i] - '0');
	d = driver_by_name(value, name);
	if (!d || index < d->first_number)
		return;
	tty = d->find(d, index - d->first_number);
	if (IS_ERR(tty))
		return;
	if (choice->tty)
		tty_put(choice->tty);
	choice->tty = tty;
}

static struct tty *serial_line(void)
{
	struct tty *tty = tty_find(TTY_MAJOR, FIRST_SERIAL);

	return IS_ERR(tty) ? NULL : tty;
}

struct tty *tty_console(void)
{
	static struct tty *console; /* chosen once: the reference stays */

	if (!console) {
		struct console_choice choice = { NULL };

		cmdline_for_each("console", try_console, &choice);
		if (!choice.tty && !vt_display_present())
			choice.tty = serial_line();
		if (!choice.tty)
			choice.tty = tty_find(TTY_MAJOR, 0);
		if (IS_ERR(choice.tty))
			return ERR_PTR(-ENODEV);
		/* "tty0" means whatever is in front at each open. */
		if (choice.tty->driver->major == TTY_MAJOR && !choice.tty->driver->first_minor &&
		    !cmdline_has("console"))
			return choice.tty;
		console = choice.tty;
	}
	tty_get(console);
	return console;
}

/* ---- open ---- */

static int first_open(struct tty *tty)
{
	int err = tty_buffers_alloc(tty);

	if (err || tty->active)
		return err;
	tty->stopped = tty->hold = false;
	err = tty->driver->ops->open ? tty->driver->ops->open(tty) : 0;
	if (!err)
		tty->active = true;
	else if (!tty->open_count)
		tty_buffers_free(tty);
	return err;
}

static void close_locked(struct tty *tty)
{
	if (tty->active && tty->driver->ops->close)
		tty->driver->ops->close(tty);
	tty->active = false;
	if (tty->driver->flags & TTY_RESET_TERMIOS)
		tty->termios = tty->driver->termios;
	tty->exclusive = tty->stopped = false;
	if (!tty->open_count)
		tty_buffers_free(tty);
}

int tty_pin(struct tty *tty)
{
	int err;

	mutex_lock(&tty->lock);
	err = tty_buffers_alloc(tty);
	if (!err) {
		tty->open_count++;
		tty->pinned = 1;
	}
	mutex_unlock(&tty->lock);
	return err;
}

void tty_unpin(struct tty *tty)
{
	mutex_lock(&tty->lock);
	tty->pinned = 0;
	if (!--tty->open_count)
		close_locked(tty);
	mutex_unlock(&tty->lock);
}

/* One opener less. The reference is the caller's. */
static void drop_open(struct tty_file *tf, bool drain)
{
	struct tty *tty = tf->tty;
	bool last;

	mutex_lock(&tty->lock);
	last = tty->open_count == tty->pinned + 1u;
	mutex_unlock(&tty->lock);
	if (last && drain)
		(void)tty_drain(tty, CLOSE_DRAIN);
	mutex_lock(&tty->lock);
	tty->console_opens -= tf->is_console;
	last = --tty->open_count == tty->pinned;
	if (last)
		close_locked(tty);
	mutex_unlock(&tty->lock);
	if (last)
		tty_clear_session(tty, false);
}

static int wait_carrier(struct tty *tty, struct file *file)
{
	bool (*carrier)(struct tty *) = tty->driver->ops->carrier;

	if (!carrier || (file->flags & O_NONBLOCK) || (tty->termios.c_cflag & CLOCAL))
		return 0;
	return wait_event_interruptible(&tty->open_wait, carrier(tty) || !tty->active);
}

int tty_open_file(struct tty *tty, struct file *file, bool noctty, bool console)
{
	struct tty_file *tf = kmalloc(sizeof(*tf), GFP_KERNEL);
	int err;

	if (!tf)
		return -ENOMEM;
	mutex_lock(&tty->lock);
	err = tty->exclusive && !capable(CAP_SYS_ADMIN) ? -EBUSY : first_open(tty);
	if (!err) {
		tty->open_count++;
		tty->console_opens += console;
	}
	*tf = (struct tty_file){ tty, tty->hangups, console };
	mutex_unlock(&tty->lock);
	if (!err) {
		err = wait_carrier(tty, file);
		if (err)
			drop_open(tf, false);
	}
	if (err) {
		kfree(tf);
		return err;
	}
	tty_get(tty);
	file->private = tf;
	file->mode = (file->mode & ~FMODE_PREAD) | FMODE_STREAM;
	if (!noctty && !(file->flags & O_NOCTTY))
		tty_maybe_take_controlling(tty, file);
	return 0;
}

static int tty_open(struct inode *inode, struct file *file)
{
	unsigned int major = MAJOR(inode->rdev), minor = MINOR(inode->rdev);
	bool console = false, noctty = false;
	struct tty *tty;
	int err;

	if (major == TTYAUX_MAJOR && minor == MINOR_TTY) {
		tty = tty_get_current();
		noctty = true;
	} else if (major == TTYAUX_MAJOR) {
		tty = tty_console();
		console = noctty = true;
	} else {
		tty = tty_find(major, minor);
		console = noctty = major == TTY_MAJOR && minor == 0;
	}
	if (!tty)
		return -ENXIO;
	if (IS_ERR(tty))
		return (int)PTR_ERR(tty);
	err = tty_open_file(tty, file, noctty, console);
	tty_put(tty);
	return err;
}

static void tty_release(struct file *file)
{
	struct tty_file *tf = file->private;

	drop_open(tf, !tty_file_dead(file));
	tty_put(tf->tty);
	kfree(tf);
}

struct tty *tty_of_file(struct file *file)
{
	return file->ops == &tty_fops ? tty_file(file)->tty : NULL;
}

const struct file_ops tty_fops = {
	.open = tty_open,
	.release = tty_release,
	.read = tty_read,
	.write = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
};

/* ---- hang-up ---- */

void tty_hangup(struct tty *tty)
{
	mutex_lock(&tty->lock);
	tty->hangups++;
	tty_clear_session(tty, true);
	if (tty->n) {
		tty_flush_input_locked(tty);
		tty_flush_output_locked(tty);
	}
	/* The system's console goes on: its files are not hung up either. */
	if (!tty->console_opens && tty->active && tty->driver->ops->hangup) {
		tty->driver->ops->hangup(tty);
		tty->active = false;
	}
	tty->stopped = tty->hold = tty->throttled = false;
	if (tty->n)
		tty->n->stopped = false;
	if (tty->driver->flags & TTY_RESET_TERMIOS) {
		u32 old = tty->termios.c_lflag;

		tty->termios = tty->driver->termios;
		if (tty->n)
			n_tty_termios_changed(tty->n, old);
	}
	mutex_unlock(&tty->lock);
	wake_up_all(&tty->read_wait);
	wake_up_all(&tty->write_wait);
	wake_up_all(&tty->open_wait);
}

struct hangup_work {
	struct work work;
	struct tty *tty;
};

static void hangup_work_fn(struct work *work)
{
	struct hangup_work *h = container_of(work, struct hangup_work, work);

	tty_hangup(h->tty);
	tty_put(h->tty);
	kfree(h);
}

void tty_hangup_async(struct tty *tty)
{
	struct hangup_work *h = kmalloc(sizeof(*h), GFP_ATOMIC);

	if (!h)
		return;
	work_init(&h->work, hangup_work_fn);
	tty_get(tty);
	h->tty = tty;
	work_queue(&h->work);
}

/* ---- nodes ---- */

static struct device_class tty_class = { .name = "tty" };
static struct device tty_device = { .name = "tty", .devnum = MKDEV(5, 0), .mode = 0666 };
static struct device console_device = { .name = "console", .devnum = MKDEV(5, 1), .mode = 0600 };

static int tty_devices_init(void)
{
	int err = chrdev_register(TTYAUX_MAJOR, MINOR_TTY, 2, "tty", &tty_fops);

	if (err)
		return err;
	tty_device.class = console_device.class = class_register(&tty_class);
	err = device_register(&tty_device);
	return err ? err : device_register(&console_device);
}
INIT_CALL(INIT_DRIVER, tty_devices_init);
