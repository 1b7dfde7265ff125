/*
 * inotify.c - inotify(7): watches on inodes, and fsnotify(), which feeds them.
 *
 * A watch is on the list of its inode's marks and in its group's tree; it holds the inode. One
 * spinlock guards all marks, groups and queues: events are rare, and cheap to queue. What must not
 * be done under it (inode_put) is collected and done after.
 */
#include <kernel/files.h>
#include <kernel/inotify.h>
#include <kernel/lock.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/rbtree.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/ioctl.h>
#include "inotify_queue.h"
#include "ipc_util.h"

#define INOTIFY_MAX_QUEUED  16384u
#define INOTIFY_MAX_WATCHES 65536u /* in the whole system */

/* Events about a dentry that is open: the ones IN_EXCL_UNLINK silences once it has no name. */
#define IN_OF_OPEN_FILE                                                                            \
	(IN_ACCESS | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE | IN_OPEN)

struct inotify {
	struct in_queue queue;
	struct rb_root watches; /* by wd */
	s32 last_wd;
	struct wait_queue wait;
};

struct inotify_marks {
	struct list_head watches;
};

struct watch {
	struct list_head mark_node; /* inode->marks, or a list of the removed */
	struct rb_node wd_node;
	struct inotify *group;
	struct inode *inode; /* referenced */
	s32 wd;
	u32 mask;
};

static DEFINE_SPINLOCK(inotify_lock, RANK_SPIN);
static unsigned int watch_total;
static struct atomic last_cookie = ATOMIC_INIT(0);

u32 fsnotify_cookie(void)
{
	return (u32)atomic_add(&last_cookie, 1);
}

/* ---- watches; inotify_lock held unless said otherwise ---- */

static void watch_report(struct watch *watch, u32 mask, u32 cookie, const char *name, u32 len)
{
	if (in_queue_add(&watch->group->queue, watch->wd, mask, cookie, name, len))
		wake_up_poll(&watch->group->wait, POLLIN | POLLRDNORM);
}

/* Off everything but memory; goes to `removed` for watch_free_list(). */
static void watch_detach(struct watch *watch, struct list_head *removed)
{
	struct inode *inode = watch->inode;

	list_move_tail(&watch->mark_node, removed);
	rb_erase(&watch->wd_node, &watch->group->watches, NULL);
	watch_total--;
	if (!list_empty(&inode->marks->watches))
		return;
	kfree(inode->marks);
	inode->marks = NULL;
}

static void watch_ignore(struct watch *watch, struct list_head *removed)
{
	watch_report(watch, IN_IGNORED, 0, NULL, 0);
	watch_detach(watch, removed);
}

/* Lock not held. */
static void watch_free_list(struct list_head *removed)
{
	while (!list_empty(removed)) {
		struct watch *watch = list_first_entry(removed, struct watch, mark_node);

		list_del(&watch->mark_node);
		inode_put(watch->inode);
		kfree(watch);
	}
}

static struct watch *watch_of_inode(struct inotify *group, struct inode *inode)
{
	struct watch *watch;

	if (!inode->marks)
		return NULL;
	list_for_each_entry (watch, &inode->marks->watches, mark_node)
		if (watch->group == group)
			return watch;
	return NULL;
}

static struct watch *watch_by_wd(struct inotify *group, s32 wd)
{
	struct rb_node *node = group->watches.node;

	while (node) {
		struct watch *watch = container_of(node, struct watch, wd_node);

		if (wd == watch->wd)
			return watch;
		node = wd < watch->wd ? node->left : node->right;
	}
	return NULL;
}

/* Numbers go up, so that one that was removed is not soon met again. */
static s32 next_wd(struct inotify *group)
{
	do {
		group->last_wd = group->last_wd == INT_MAX ? 1 : group->last_wd + 1;
	} while (watch_by_wd(group, group->last_wd));
	return group->last_wd;
}

static void watch_insert(struct inotify *group, struct watch *watch)
{
	struct rb_node **link = &group->watches.node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = watch->wd < container_of(parent, struct watch, wd_node)->wd ? &parent->left
										   : &parent->right;
	}
	rb_link(&watch->wd_node, parent, link);
	rb_insert(&watch->wd_node, &group->watches, NULL);
	list_add_tail(&watch->mark_node, &watch->inode->marks->watches);
	watch_total++;
}

/* ---- events ---- */

static bool watch_wants(const struct watch *watch, const struct dentry *child, u32 mask)
{
	if (!(watch->mask & mask & IN_ALL_EVENTS))
		return false;
	return !(watch->mask & IN_EXCL_UNLINK && child && child->flags & DENTRY_UNHASHED &&
		 mask & IN_OF_OPEN_FILE);
}

void fsnotify(struct inode *inode, struct dentry *child, u32 mask, u32 cookie)
{
	struct watch *watch, *next;
	LIST_HEAD(removed);

	spin_lock(&inotify_lock);
	if (inode->marks) {
		list_for_each_entry_safe (watch, next, &inode->marks->watches, mark_node) {
			if (!watch_wants(watch, child, mask))
				continue;
			watch_report(watch, mask, cookie, child ? child->name.name : NULL,
				     child ? child->name.len : 0);
			if (!(watch->mask & IN_ONESHOT))
				continue;
			watch_ignore(watch, &removed);
			if (!inode->marks) /* the list head went with the last one */
				break;
		}
	}
	spin_unlock(&inotify_lock);
	watch_free_list(&removed);
}

/* Ends all watches of an inode, telling why. */
static void inode_end_watches(struct inode *inode, u32 why)
{
	LIST_HEAD(removed);

	spin_lock(&inotify_lock);
	while (inode->marks) {
		struct watch *watch =
			list_first_entry(&inode->marks->watches, struct watch, mark_node);

		if (why != IN_DELETE_SELF || watch->mask & IN_DELETE_SELF)
			watch_report(watch, why, 0, NULL, 0);
		watch_ignore(watch, &removed);
	}
	spin_unlock(&inotify_lock);
	watch_free_list(&removed);
}

void inotify_inode_removed(struct inode *inode)
{
	if (inode->marks)
		inode_end_watches(inode, IN_DELETE_SELF);
}

static int unmount_one(struct inode *inode, void *arg)
{
	if (inode->marks)
		inode_end_watches(inode, IN_UNMOUNT);
	return 0;
}

void inotify_unmounted(struct super_block *sb)
{
	if (READ_ONCE(watch_total))
		inode_for_each(sb, unmount_one, NULL);
}

/* ---- the descriptor ---- */

/* One event into the buffer: its size; 0 = queue empty; -EINVAL: no room; -EFAULT. */
static ssize_t read_one(struct inotify *group, struct iov_iter *to)
{
	struct inotify_event_abi record = { 0 };
	struct in_event *event;
	bool too_small, fault;
	size_t size;

	spin_lock(&inotify_lock);
	event = in_queue_take(&group->queue, to->count, &too_small);
	spin_unlock(&inotify_lock);
	if (!event)
		return too_small ? -EINVAL : 0;
	size = in_event_size(event);
	record.wd = event->wd;
	record.mask = event->mask;
	record.cookie = event->cookie;
	record.len = (u32)(size - sizeof(record));
	fault = iov_copy_to(to, &record, sizeof(record)) != sizeof(record);
	if (!fault && event->len)
		fault = iov_copy_to(to, event->name, event->len) != event->len ||
			iov_zero(to, record.len - event->len) != record.len - event->len;
	spin_lock(&inotify_lock);
	in_event_free(&group->queue, event);
	spin_unlock(&inotify_lock);
	return fault ? -EFAULT : (ssize_t)size;
}

static ssize_t inotify_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct inotify *group = file->private;
	ssize_t done = 0, n;

	for (;;) {
		n = read_one(group, to);
		if (n > 0) {
			done += n;
			continue;
		}
		if (done || n)
			return done ? done : n;
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		n = wait_event_interruptible(&group->wait, group->queue.count);
		if (n)
			return n;
	}
}

static u32 inotify_poll(struct file *file, struct poll_table *pt)
{
	struct inotify *group = file->private;

	poll_wait(file, &group->wait, pt);
	return READ_ONCE(group->queue.count) ? POLLIN | POLLRDNORM : 0;
}

static long inotify_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct inotify *group = file->private;

	if (cmd != FIONREAD)
		return -ENOIOCTLCMD;
	return put_user((s32)READ_ONCE(group->queue.bytes), (s32 __user *)arg);
}

static void inotify_release(struct file *file)
{
	struct inotify *group = file->private;
	LIST_HEAD(removed);

	spin_lock(&inotify_lock);
	while (group->watches.node)
		watch_detach(container_of(group->watches.node, struct watch, wd_node), &removed);
	in_queue_flush(&group->queue);
	spin_unlock(&inotify_lock);
	watch_free_list(&removed);
	kfree(group);
}

static void inotify_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct inotify *group = file->private;
	struct rb_node *node;
	size_t used = 0;

	buf[0] = '\0';
	spin_lock(&inotify_lock);
	for (node = rb_first(&group->watches); node; node = rb_next(node)) {
		struct watch *w = container_of(node, struct watch, wd_node);

		used += (size_t)scnprintf(buf + used, size - used,
					  "inotify wd:%x ino:%llx sdev:%x mask:%x ignored_mask:0\n",
					  (u32)w->wd, w->inode->ino, w->inode->sb->dev, w->mask);
	}
	spin_unlock(&inotify_lock);
}

static const struct file_ops inotify_fops = {
	.read = inotify_read,
	.poll = inotify_poll,
	.ioctl = inotify_ioctl,
	.release = inotify_release,
	.show_fdinfo = inotify_show_fdinfo,
};

/* ---- system calls ---- */

asmlinkage long sys_inotify_init1(u32 flags)
{
	struct inotify *group;
	int fd;

	if (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	in_queue_init(&group->queue, INOTIFY_MAX_QUEUED);
	wait_queue_init(&group->wait);
	fd = ipc_install_anon("anon_inode:inotify", &inotify_fops, group, O_RDONLY | flags);
	if (fd < 0)
		kfree(group);
	return fd;
}

asmlinkage long sys_inotify_init(void)
{
	return sys_inotify_init1(0);
}

/* The wd of a watch that exists, changed; -ENOENT: there is none. */
static s32 watch_update(struct inotify *group, struct inode *inode, u32 mask)
{
	struct watch *watch = watch_of_inode(group, inode);
	u32 bits = mask & ~(IN_MASK_ADD | IN_MASK_CREATE);

	if (!watch)
		return -ENOENT;
	if (mask & IN_MASK_CREATE)
		return -EEXIST;
	watch->mask = mask & IN_MASK_ADD ? watch->mask | bits : bits;
	return watch->wd;
}

/* Memory is got before the lock and given back when it was not needed. */
static s32 watch_add(struct inotify *group, struct inode *inode, u32 mask)
{
	struct watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	struct inotify_marks *marks = kmalloc(sizeof(*marks), GFP_KERNEL);
	s32 wd = -ENOMEM;

	if (!watch || !marks)
		goto out;
	list_init(&marks->watches);
	spin_lock(&inotify_lock);
	wd = watch_update(group, inode, mask);
	if (wd == -ENOENT && watch_total >= INOTIFY_MAX_WATCHES)
		wd = -ENOSPC;
	if (wd == -ENOENT) {
		if (!inode->marks) {
			inode->marks = marks;
			marks = NULL;
		}
		inode_get(inode);
		watch->inode = inode;
		watch->group = group;
		watch->mask = mask & ~(IN_MASK_ADD | IN_MASK_CREATE);
		wd = watch->wd = next_wd(group);
		watch_insert(group, watch);
		watch = NULL;
	}
	spin_unlock(&inotify_lock);
out:
	kfree(watch);
	kfree(marks);
	return wd;
}

static long add_watch_path(struct inotify *group, const char __user *name, u32 mask)
{
	u32 lookup = (mask & IN_DONT_FOLLOW ? 0 : LOOKUP_FOLLOW) |
		     (mask & IN_ONLYDIR ? LOOKUP_DIRECTORY : 0);
	struct path path;
	long ret = path_lookup_user(AT_FDCWD, name, lookup, &path);

	if (ret)
		return ret;
	ret = inode_permission(path.dentry->inode, MAY_READ);
	if (!ret)
		ret = watch_add(group, path.dentry->inode, mask);
	path_put(&path);
	return ret;
}

asmlinkage long sys_inotify_add_watch(int fd, const char __user *name, u32 mask)
{
	const u32 valid = IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ONLYDIR |
			  IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_CREATE | IN_MASK_ADD |
			  IN_ISDIR | IN_ONESHOT;
	struct fd f;
	long ret = -EINVAL;

	if (!(mask & valid) || (mask & IN_MASK_ADD && mask & IN_MASK_CREATE))
		return ret;
	f = fd_get_light(fd);
	if (!f.file)
		return -EBADF;
	if (f.file->ops == &inotify_fops)
		ret = add_watch_path(f.file->private, name, mask);
	fd_put_light(f);
	return ret;
}

asmlinkage long sys_inotify_rm_watch(int fd, int wd)
{
	struct fd f = fd_get_light(fd);
	struct watch *watch;
	LIST_HEAD(removed);

	if (!f.file)
		return -EBADF;
	if (f.file->ops == &inotify_fops) {
		spin_lock(&inotify_lock);
		watch = watch_by_wd(f.file->private, wd);
		if (watch)
			watch_ignore(watch, &removed);
		spin_unlock(&inotify_lock);
	}
	fd_put_light(f);
	if (list_empty(&removed))
		return -EINVAL;
	watch_free_list(&removed);
	return 0;
}
