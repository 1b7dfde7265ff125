/*
 * pid_mounts.c - /proc/PID/mounts, mountinfo, mountstats: the mounts the process sees. A poll() of
 * such a file reports an exception when mounts changed since the last one.
 */
#include "procfs_internal.h"
#include <kernel/poll.h>

#define LINE_FIRST 512u
#define LINE_MAX   (4 * PATH_MAX)

/* A line that was cut fills its buffer to the last byte but one: then again with more room. */
static ssize_t append_line(struct seq *s, unsigned int index, const struct path *root,
			   enum mounts_style style)
{
	for (size_t size = LINE_FIRST;; size *= 4) {
		char *room = seq_room(s, size);
		ssize_t n = room ? mounts_format(index, root, style, room, size) : -ENOMEM;

		if (n < 0)
			return n;
		if ((size_t)n + 1 < size || size >= LINE_MAX) {
			seq_commit(s, (size_t)n);
			return n;
		}
	}
}

static int show_mounts(struct seq *s, struct file *file, enum mounts_style style)
{
	struct task *t = proc_get_task(file->inode);
	struct path root;
	unsigned int index = 0;
	int err;

	if (!t)
		return -ESRCH;
	err = proc_root_path(t, &root);
	task_put(t);
	if (err)
		return -EINVAL;
	while (append_line(s, index, &root, style) >= 0)
		index++;
	path_put(&root);
	return 0;
}

static int show_proc(struct seq *s, struct file *file)
{
	return show_mounts(s, file, MOUNTS_PROC);
}

static int show_info(struct seq *s, struct file *file)
{
	return show_mounts(s, file, MOUNTS_INFO);
}

static int show_stats(struct seq *s, struct file *file)
{
	return show_mounts(s, file, MOUNTS_STATS);
}

static int open_mounts(struct file *file, int (*show)(struct seq *s, struct file *file))
{
	int err = seq_open(file, show);

	if (!err)
		((struct seq_file *)file->private)->private = (void *)(uintptr_t)mount_changes;
	return err;
}

static int proc_open(struct inode *inode, struct file *file)
{
	return open_mounts(file, show_proc);
}

static int info_open(struct inode *inode, struct file *file)
{
	return open_mounts(file, show_info);
}

static int stats_open(struct inode *inode, struct file *file)
{
	return open_mounts(file, show_stats);
}

static u32 mounts_poll(struct file *file, struct poll_table *pt)
{
	struct seq_file *sf = file->private;
	const u32 now = mount_changes;

	poll_wait(file, &mount_wait, pt);
	if ((u32)(uintptr_t)sf->private == now)
		return POLLIN | POLLRDNORM;
	sf->private = (void *)(uintptr_t)now;
	return POLLIN | POLLRDNORM | POLLERR | POLLPRI;
}

#define MOUNTS_FOPS(open_fn)                                                                       \
	{                                                                                          \
		.read = seq_read, .llseek = seq_llseek, .open = (open_fn), .release = seq_release, \
		.poll = mounts_poll,                                                               \
	}
const struct file_ops proc_mounts_fops = MOUNTS_FOPS(proc_open);
const struct file_ops proc_mountinfo_fops = MOUNTS_FOPS(info_open);
const struct file_ops proc_mountstats_fops = MOUNTS_FOPS(stats_open);
