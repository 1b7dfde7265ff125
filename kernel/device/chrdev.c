/*
 * chrdev.c - character device numbers: which driver answers for which minors of a major.
 *
 * One list sorted by (major, first minor); ranges never overlap. Found at each open() of a device
 * node: short enough to be walked.
 */
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/printk.h>
#include <kernel/slab.h>

#define MAJOR_MAX	  4095u
#define MAJOR_DYNAMIC_TOP 254u /* as Linux: free ones are handed out downwards from here ... */
#define MAJOR_DYNAMIC_LOW 234u /* ... to here */

struct chrdev {
	struct list_head node;
	unsigned int major, first, count;
	const char *name;
	const struct file_ops *fops;
};

static DEFINE_SPINLOCK(chrdev_lock, RANK_SPIN);
static LIST_HEAD(chrdevs); /* chrdev_lock */

static bool overlaps(const struct chrdev *a, const struct chrdev *b)
{
	return a->major == b->major && a->first < b->first + b->count &&
	       b->first < a->first + a->count;
}

static bool comes_before(const struct chrdev *a, const struct chrdev *b)
{
	return a->major != b->major ? a->major < b->major : a->first < b->first;
}

static bool major_is_used(unsigned int major)
{
	struct chrdev *c;

	list_for_each_entry (c, &chrdevs, node)
		if (c->major == major)
			return true;
	return false;
}

static int pick_major(void)
{
	for (unsigned int major = MAJOR_DYNAMIC_TOP; major >= MAJOR_DYNAMIC_LOW; major--)
		if (!major_is_used(major))
			return (int)major;
	return -EBUSY;
}

static int insert_locked(struct chrdev *new)
{
	struct list_head *at = &chrdevs;
	struct chrdev *c;

	if (!new->major) {
		int major = pick_major();

		if (major < 0)
			return major;
		new->major = (unsigned int)major;
	}
	list_for_each_entry (c, &chrdevs, node) {
		if (overlaps(c, new))
			return -EBUSY;
		if (comes_before(c, new))
			at = &c->node;
	}
	list_add(&new->node, at);
	return (int)new->major;
}

int chrdev_register(unsigned int major, unsigned int first_minor, unsigned int count,
		    const char *name, const struct file_ops *fops)
{
	struct chrdev *c;
	int ret;

	if (!count || major > MAJOR_MAX || first_minor >> MINORBITS ||
	    count > (1u << MINORBITS) - first_minor)
		return -EINVAL;
	c = kmalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	*c = (struct chrdev){
		.major = major, .first = first_minor, .count = count, .name = name, .fops = fops
	};
	spin_lock(&chrdev_lock);
	ret = insert_locked(c);
	spin_unlock(&chrdev_lock);
	if (ret < 0)
		kfree(c);
	return ret < 0 ? ret : major ? 0 : ret;
}

void chrdev_unregister(unsigned int major, unsigned int first_minor, unsigned int count)
{
	struct chrdev *c, *found = NULL;

	spin_lock(&chrdev_lock);
	list_for_each_entry (c, &chrdevs, node) {
		if (c->major == major && c->first == first_minor && c->count == count) {
			found = c;
			list_del(&c->node);
			break;
		}
	}
	spin_unlock(&chrdev_lock);
	kfree(found);
}

const struct file_ops *chrdev_find(u32 devnum)
{
	const unsigned int major = MAJOR(devnum), minor = MINOR(devnum);
	const struct file_ops *fops = NULL;
	struct chrdev *c;

	spin_lock(&chrdev_lock);
	list_for_each_entry (c, &chrdevs, node) {
		if (c->major > major)
			break;
		if (c->major == major && minor >= c->first && minor - c->first < c->count) {
			fops = c->fops;
			break;
		}
	}
	spin_unlock(&chrdev_lock);
	return fops;
}

size_t chrdev_describe(char *buf, size_t size)
{
	const struct chrdev *last = NULL;
	struct chrdev *c;
	size_t n = 0;

	spin_lock(&chrdev_lock);
	list_for_each_entry (c, &chrdevs, node) {
		/* Neighbours of one driver share a line. */
		if (!last || last->major != c->major || last->name != c->name)
			n += scnprintf(buf + n, size - n, "%3u %s\n", c->major, c->name);
		last = c;
	}
	spin_unlock(&chrdev_lock);
	return n;
}
