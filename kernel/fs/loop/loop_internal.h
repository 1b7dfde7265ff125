/*
 * loop_internal.h - loop devices: a file as a disk.
 *
 * Locking: loop.lock (RANK_DEVICE + 1) for binding, unbinding and the settings; the device's thread
 * serves requests without it, between its start at binding and its end at unbinding. loops_lock
 * guards the list.
 */
#ifndef LOOP_INTERNAL_H
#define LOOP_INTERNAL_H

#include <kernel/block.h>
#include <kernel/fs.h>
#include <kernel/partition.h>
#include <abi/loop.h>

#define LOOP_ON_NOTHING 0u
#define LOOP_ON_FILE	(~0u)

struct loop {
	struct disk disk;
	struct list_head node;
	unsigned int number;
	struct mutex lock;
	struct file *file; /* NULL: not bound */
	u32 below; /* the device that the file is, or LOOP_ON_*; also read without the lock */
	u64 offset, sizelimit;
	u32 flags;	 /* LO_FLAGS_* */
	bool has_folder; /* /sys/block/NAME/loop; loop.c's */
	char name[LO_NAME_SIZE];
	struct page *bounce;
	/* the thread */
	struct wait_queue wait, ended;
	bool work, stop, running;
	bool serving;		/* false: what comes is refused */
	struct file *next_file; /* instead of `file`; the thread's to take over */
	struct spinlock holes_lock;
	struct list_head holes; /* to be made; holes_lock */
};

static inline struct loop *loop_of(struct disk *disk)
{
	return container_of(disk, struct loop, disk);
}

extern const struct disk_ops loop_ops;
/* loop.c */
/* Is that device a loop, and what is below it? */
bool loop_below(u32 devnum, u32 *below);
void loop_scan_parts(struct loop *l); /* as LO_FLAGS_PARTSCAN says; no lock held */
void loop_update_folder(
	struct loop *l); /* sysfs shows its file when it has one; loop.lock not held */
/* loop_thread.c */
int loop_start(struct loop *l);
void loop_stop(struct loop *l);
/* Serves from `file` from now on, and has its reference. */
void loop_change(struct loop *l, struct file *file);
void loop_kick(struct disk *disk);
/* A hole in the file. The thread's too: who asks has locks that come after the file's. */
int loop_discard(struct disk *disk, u64 sector, u64 sectors);
/* loop_bind.c; loop.lock held */
int loop_bind(struct loop *l, u32 mode, unsigned int fd, const struct loop_info64_abi *info,
	      u32 block_size);
int loop_unbind(struct loop *l);
void loop_update_size(struct loop *l);
int loop_set_status(struct loop *l, const struct loop_info64_abi *info);
long loop_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg);

#endif
