/*
 * bdev_proc.c - /proc/partitions, /proc/diskstats and the block part of /proc/devices.
 */
#include "bdev_internal.h"
#include <kernel/init.h>
#include <kernel/procfs.h>
#include <kernel/seq.h>
#include <kernel/slab.h>

#define TEXT_SIZE 1024u

static void partition_line(struct seq *s, u32 devnum, u64 sectors, const char *name)
{
	seq_printf(s, "%4u  %7u %10llu %s\n", MAJOR(devnum), MINOR(devnum),
		   (unsigned long long)(sectors / 2), name);
}

static int disk_lines(struct disk *disk, void *arg)
{
	struct partition *p;

	if (!disk->sectors)
		return 0;
	partition_line(arg, MKDEV(disk->major, disk->first_minor), disk->sectors, disk->name);
	mutex_lock(&disk->part_lock);
	list_for_each_entry (p, &disk->partitions, node)
		partition_line(arg, p->devnum, p->sectors, p->dev.name);
	mutex_unlock(&disk->part_lock);
	return 0;
}

static void show_partitions(struct seq *s)
{
	disk_for_each(disk_lines, s);
}

static void stat_line(struct seq *s, struct disk *disk, const struct partition *p)
{
	u32 devnum = p ? p->devnum : MKDEV(disk->major, disk->first_minor);
	char line[256];

	disk_stats_line(disk, p, line, sizeof(line));
	seq_printf(s, "%4u %7u %s %s", MAJOR(devnum), MINOR(devnum), p ? p->dev.name : disk->name,
		   line);
}

static int stat_lines(struct disk *disk, void *arg)
{
	struct partition *p;

	stat_line(arg, disk, NULL);
	mutex_lock(&disk->part_lock);
	list_for_each_entry (p, &disk->partitions, node)
		stat_line(arg, disk, p);
	mutex_unlock(&disk->part_lock);
	return 0;
}

static void show_diskstats(struct seq *s)
{
	disk_for_each(stat_lines, s);
}

static void show_majors(struct seq *s)
{
	char *text = kmalloc(TEXT_SIZE, GFP_KERNEL);

	if (text && blkdev_describe(text, TEXT_SIZE))
		seq_puts(s, text);
	kfree(text);
}

static int bdev_proc_init(void)
{
	proc_block_hooks = (struct proc_block_hooks){ .partitions = show_partitions,
						      .diskstats = show_diskstats,
						      .majors = show_majors };
	return 0;
}
INIT_CALL(INIT_FS, bdev_proc_init);
