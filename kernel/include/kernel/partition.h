/*
 * partition.h - the partitions of a disk, as found in its table or told by BLKPG.
 *
 * A partition is a range of its disk with a number and a device node. It lives in disk.partitions,
 * in order of number, and goes when the table is read again; one that is open keeps -EBUSY ready
 * for those who would change the table.
 *
 * Locking: disk.part_lock. Units: sectors of 512 bytes.
 */
#ifndef KERNEL_PARTITION_H
#define KERNEL_PARTITION_H

#include <kernel/block.h>

struct partition {
	struct list_head node;
	struct disk *disk;
	u32 number; /* 1 .. */
	u64 start, sectors;
	u32 type;	/* MBR type byte; 0 with a GPT */
	char uuid[40];	/* PARTUUID; may be empty */
	char name[112]; /* of a GPT entry, UTF-8; may be empty */
	unsigned int openings;
	u32 wb_error;		 /* as a disk's */
	bool readonly;		 /* BLKROSET */
	struct disk_stats stats; /* disk.queue.lock, as is the list that it is in */
	u32 devnum;
	struct device dev;
};

/* part_lock held for all of these. */
struct partition *partition_find(struct disk *disk, u32 number); /* NULL */
/* BLKPG: -EBUSY when it overlaps another or the number is taken, -EINVAL, -ENOMEM. */
int partition_add(struct disk *disk, u32 number, u64 start, u64 sectors);
int partition_delete(struct disk *disk, u32 number); /* -ENXIO, -EBUSY */
int partition_resize(struct disk *disk, u32 number, u64 start, u64 sectors);
/* BLKRRPART: -EBUSY when one is open, -EINVAL for what has no partitions. */
int partitions_reread(struct disk *disk);

/* The disk that a number belongs to, referenced, or NULL; takes part_lock. */
struct disk *disk_find(u32 devnum);
/* The block devices' part: the size of an open one follows that of its partition (part_lock held),
 * or with a NULL that of the whole disk. */
void blockdev_resized(struct disk *disk, const struct partition *p);
/* What is cached of the disk and its partitions is written and forgotten: the same sectors are
 * elsewhere from now on. False: something of it is in use and still there. */
bool blockdev_moves(struct disk *disk);
/* Sectors of another size; -EAGAIN while something cached is in use. */
int blockdev_set_sector_size(struct disk *disk, u32 size);
/* The partition has gone: what is cached of it is dropped, nobody finds it by its number again. */
void blockdev_forget(u32 devnum);
/* A file system, swap or O_EXCL has it for itself; part_lock held. */
bool blockdev_is_held(u32 devnum);
extern struct device_class block_class;
/* The numbers of a line in /proc/diskstats: the disk's, or of that partition. */
size_t disk_stats_line(struct disk *disk, const struct partition *p, char *buf, size_t size);
/* Requests that failed. */
u32 disk_error_count(struct disk *disk, const struct partition *p);

#endif
