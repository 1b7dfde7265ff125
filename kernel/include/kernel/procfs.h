/*
 * procfs.h - files in /proc for parts of the kernel that have something to tell.
 *
 * `dir` is a path below /proc ("" for /proc itself), made as needed. Call it from INIT_FS on
 * (procfs is ready after INIT_CORE). The tables are kept, not copied; nothing is ever removed. 0 or
 * -errno.
 *
 * show() appends text (seq.h) and returns 0 or -errno. write() gets what one write(2) wrote, at
 * most a page, NUL-terminated, and may change it; 0 or -errno. A NULL slot: -EACCES. fops replaces
 * both.
 */
#ifndef KERNEL_PROCFS_H
#define KERNEL_PROCFS_H

#include <kernel/seq.h>
#include <kernel/types.h>

struct file;
struct file_ops;

struct proc_file {
	const char *name;
	u32 mode; /* permission bits; 0: 0444 */
	int (*show)(struct seq *s);
	int (*write)(char *text, size_t len);
	const struct file_ops *fops;
	const void *arg; /* of fops: proc_file_arg() */
	u32 size;	 /* as stat(2) tells it */
};

const void *proc_file_arg(const struct file *file);
int proc_add_files(const char *dir, const struct proc_file *files, unsigned int count);

/*
 * Hooks of the block layer, which comes later: it appends the lines of /proc/partitions and
 * /proc/diskstats and the block part of /proc/devices. NULL until set.
 */
struct proc_block_hooks {
	void (*partitions)(struct seq *s);
	void (*diskstats)(struct seq *s);
	void (*majors)(struct seq *s);
};
extern struct proc_block_hooks proc_block_hooks;

#endif
