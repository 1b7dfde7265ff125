/* misc.c - the devices of major 10; see misc.h. */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/lock.h>
#include <kernel/misc.h>
#include <kernel/printk.h>
#include <kernel/string.h>

#define DYNAMIC_TOP 127u /* free minors are handed out downwards from here */
#define MINORS	    256u

static DEFINE_MUTEX(misc_lock, RANK_MUTEX_LEAF);
static LIST_HEAD(misc_devices); /* misc_lock */
static struct device_class misc_class = { .name = "misc" };

static struct misc_device *find_locked(unsigned int minor)
{
	struct misc_device *m;

	list_for_each_entry (m, &misc_devices, node)
		if (m->minor == minor)
			return m;
	return NULL;
}

static int misc_open(struct inode *inode, struct file *file)
{
	const struct file_ops *fops = NULL;
	struct misc_device *m;

	mutex_lock(&misc_lock);
	m = find_locked(MINOR(inode->rdev));
	if (m)
		fops = m->fops;
	mutex_unlock(&misc_lock);
	if (!fops)
		return -ENODEV;
	file->ops = fops;
	file->private = m;
	return fops->open ? fops->open(inode, file) : 0;
}

static const struct file_ops misc_fops = { .open = misc_open };

static int claim_minor(struct misc_device *m)
{
	int err = -EBUSY;

	mutex_lock(&misc_lock);
	if (m->minor == MISC_DYNAMIC) {
		for (m->minor = DYNAMIC_TOP; m->minor && find_locked(m->minor);)
			m->minor--;
		err = m->minor ? 0 : -EBUSY;
	} else if (m->minor < MINORS && !find_locked(m->minor)) {
		err = 0;
	}
	if (!err)
		list_add_tail(&m->node, &misc_devices);
	mutex_unlock(&misc_lock);
	return err;
}

static void give_minor(struct misc_device *m)
{
	mutex_lock(&misc_lock);
	list_del(&m->node);
	mutex_unlock(&misc_lock);
}

int misc_register(struct misc_device *m)
{
	int err = claim_minor(m);

	if (err)
		return err;
	m->device = (struct device){ .class = &misc_class,
				     .devnum = MKDEV(MISC_MAJOR, m->minor),
				     .mode = m->mode };
	strscpy(m->device.name, m->name, sizeof(m->device.name));
	err = device_register(&m->device);
	if (err)
		give_minor(m);
	return err;
}

void misc_unregister(struct misc_device *m)
{
	device_unregister(&m->device);
	give_minor(m);
}

size_t misc_describe(char *buf, size_t size)
{
	struct misc_device *m;
	size_t n = 0;

	mutex_lock(&misc_lock);
	list_for_each_entry_reverse (m, &misc_devices, node)
		n += scnprintf(buf + n, size - n, "%3u %s\n", m->minor, m->name);
	mutex_unlock(&misc_lock);
	return n;
}

static int misc_init(void)
{
	class_register(&misc_class);
	return chrdev_register(MISC_MAJOR, 0, MINORS, "misc", &misc_fops);
}
INIT_CALL(INIT_CORE, misc_init);
