/*
 * block.h - disks, what is asked of them, and who answers: struct disk, struct bio, struct request.
 *
 * A disk is a unit with a queue. Callers hand it bios: an operation on consecutive sectors and the
 * page pieces that hold the data. The queue joins neighbouring bios to requests, sorts them, and
 * the driver takes one request after the other:
 *
 *   bio_submit() -> queue -> ops->kick() -> driver thread: request_next() ... request_end() ->
 * bio.end()
 *
 * Units: sectors are 512 bytes everywhere in here, whatever the medium's own sector is
 * (disk.sector_size); a bio's range must be a multiple of that. Sector numbers are of the whole
 * disk; struct block_device (blockdev.h) adds the start of a partition.
 *
 * Errors: bio.error is 0, -EIO (the medium), -ENOMEDIUM, -EROFS, -ENXIO (the device has gone),
 * -EOPNOTSUPP, -EINVAL (beyond the end, not aligned). bio.end() is called exactly once for each bio
 * submitted, in a driver's thread or the submitter, with no lock held; it must not sleep for I/O.
 *
 * A driver's thread calls kthread_serve_reclaim() first: memory is got back by what it writes.
 *
 * Locking: disk.queue.lock (spinlock, RANK_SPIN) guards the queue. disk_add() and disk_remove() are
 * called without locks from where sleeping is fine.
 */
#ifndef KERNEL_BLOCK_H
#define KERNEL_BLOCK_H

#include <kernel/device.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/rbtree.h>
#include <kernel/time.h>
#include <kernel/types.h>
#include <kernel/wait.h>

#define SECTOR_SHIFT	 9u
#define SECTOR_SIZE	 512u
#define SECTORS_PER_PAGE (PAGE_SIZE / SECTOR_SIZE)

struct disk;
struct hd_geometry_abi;

/* ---- bios ---- */
enum bio_op {
	BIO_READ,
	BIO_WRITE,
	BIO_FLUSH, /* what was written before is on the medium when it ends; no data */
	BIO_OP_COUNT
};
/* In bio.flags. */
#define BIO_SYNC  1u /* somebody waits for it: starts at once, goes before write-back */
#define BIO_AHEAD 2u /* may fail at the first difficulty: nobody asked for it yet */
#define BIO_FUA	  4u /* a write that is on the medium when it ends */

/* Where a bio's memory goes back to. */
enum bio_memory {
	BIO_OF_HEAP,
	BIO_OF_RESERVE,
	BIO_OF_STACKED /* the reserve of the threads of disks that are files */
};

struct bio_vec {
	struct page *page;
	u16 offset; /* multiple of 4 */
	u16 len;    /* multiple of 512; 4096 at most */
};

struct bio {
	struct disk *disk;
	u64 sector;
	enum bio_op op;
	u32 flags;
	u32 bytes; /* sum of the pieces */
	int error;
	u16 vecs, vecs_max;
	u8 memory;	  /* enum bio_memory */
	struct bio *next; /* the queue's: in one request, in order of sector */
	void (*end)(struct bio *bio);
	void *private;
	struct bio_vec vec[];
};

/* For `vecs` pieces, the rest zero; NULL: no memory. GFP_ATOMIC, GFP_NORETRY as page_alloc(). A bio
 * of BIO_RESERVE_VECS at most is found even when memory is short: write-back must go on. */
#define BIO_RESERVE_VECS 16u
#define BIO_MAX_VECS	 256u
struct bio *bio_alloc(struct disk *disk, enum bio_op op, unsigned int vecs, unsigned int gfp);
void bio_free(struct bio *bio);
/* False: full. */
bool bio_add(struct bio *bio, struct page *page, unsigned int offset, unsigned int len);
/* Hands it over; end() is called in any case. May sleep while the queue is full. */
void bio_submit(struct bio *bio);
/* Of all that were handed over for BIO_READ or BIO_WRITE, of 512 bytes; wraps at 2^32. */
unsigned long bio_sectors_submitted(enum bio_op op);
/* Submits, waits, returns bio->error; end and private are set by it. The bio is still the caller's.
 */
int bio_submit_wait(struct bio *bio);
/* Between these, requests gather and are not started until the last disk_unplug(). They nest. */
void disk_plug(struct disk *disk);
void disk_unplug(struct disk *disk);
/* Everything completed so far is on the medium afterwards. 0 or -errno; 0 without a write cache. */
int disk_flush(struct disk *disk);
/*
 * What these sectors hold is not wanted any more: afterwards they read as anything. One command,
 * *sectors becomes what it took; sleeps until it is done. The caller sees to it that nothing else
 * is read from or written to them meanwhile, and that no cache has them. 0, -EOPNOTSUPP (the disk
 * has no such command, or not any more), -EROFS, -EINVAL (beyond the end, not aligned, none), -EIO,
 * -ENXIO; some of it may be done then.
 */
int disk_discard(struct disk *disk, u64 sector, u64 *sectors);

/* ---- the driver's side ---- */
struct request {
	struct rb_node sort_node; /* by sector, per direction */
	struct list_head age_node;
	struct disk *disk;
	u64 sector;
	u32 sectors;
	enum bio_op op;
	u32 flags;
	bool flushing;		 /* a write with BIO_FUA that is over but for the flush after it */
	struct bio *head, *tail; /* what is left to do */
	u32 done;		 /* bytes of head that are done */
	unsigned int vecs;	 /* pieces in all */
	s64 queued, started;	 /* clock_monotonic() */
};

/* What requests are joined up to. One bio may be larger by itself: the driver then serves it in
 * parts. */
struct disk_limits {
	u32 max_sectors;  /* a request's; 0: 256 */
	u32 max_segments; /* pieces of a request, physically joined ones counted apart; 0: 128 */
	u32 discard;	  /* granularity in bytes of what ops->discard gives back; 0: it does not */
	u32 max_discard;  /* sectors that it takes at once; 0: any number */
};

/* The next request to serve, now the driver's, or NULL. Any context. */
struct request *request_next(struct disk *disk);
/*
 * The first `bytes` (whole sectors) of what was left of it are over, with `error`. True: more is
 * left, and rq->sector, sectors are moved on; false: the request is gone. An error for the whole is
 * request_end(rq, rq->sectors * SECTOR_SIZE, -EIO).
 */
bool request_end(struct request *rq, u32 bytes, int error);
/* Visits the pieces that are left, in order. */
struct request_iter {
	struct bio *bio;
	u16 vec;
	u16 offset; /* in it */
	u32 left;   /* bytes */
};
void request_iter_init(struct request_iter *it, const struct request *rq);
/* The next piece, at most `max` bytes; false at the end. */
bool request_iter_next(struct request_iter *it, u32 max, struct bio_vec *piece);

struct disk_ops {
	/* Instead of the queue and kick(): does all of it at once, in the submitter; 0 or -errno.
	 */
	int (*submit)(struct disk *disk, struct bio *bio);
	/* There is work and none was there before: wake whoever calls request_next(). Any context
	 * that may take a wait queue's lock. */
	void (*kick)(struct disk *disk);
	/* Each opening of the disk or one of its partitions; 0, -ENOMEDIUM, -EROFS, ... NULL: fine.
	 */
	int (*open)(struct disk *disk, u32 mode); /* FMODE_READ, _WRITE, _NODELAY */
	void (*release)(struct disk *disk);	  /* NULL: nothing */
	/* Removable media: has it changed since the last call? disk.sectors is then up to date. */
	bool (*media_changed)(struct disk *disk); /* NULL: never */
	/* What stands there is not wanted any more, and nothing else is under way to it: as
	 * disk_discard(), for whole blocks of the medium and limits.max_discard at most. */
	int (*discard)(struct disk *disk, u64 sector, u64 sectors);
	int (*getgeo)(struct disk *disk, u32 *cylinders, u32 *heads, u32 *sectors); /* -ENOTTY */
	/* Of a CD: the first block, of 2048 bytes, of the session whose first track is `track`, or
	 * of the last session (0). -EINVAL: no such one with data. NULL: it has no sessions. */
	int (*session_start)(struct disk *disk, u32 track, u32 *block);
	/* Device-specific ones, after permission checks of none; -ENOTTY when unknown. */
	long (*ioctl)(struct disk *disk, u32 mode, unsigned int cmd,
		      unsigned long arg); /* -ENOTTY */
};

struct disk_queue {
	struct spinlock lock;
	struct rb_root sorted[2]; /* requests by sector: BIO_READ, BIO_WRITE */
	struct list_head aged[2]; /* the same, oldest first */
	struct list_head urgent;  /* flushes, requeued ones: before all others, in order */
	struct list_head spares;  /* by age_node: for when there is no memory */
	unsigned int spare_count;
	struct request *last_merged; /* where the next bio probably joins */
	unsigned int queued[2];
	unsigned int started;	 /* taken by the driver, not ended */
	unsigned int plugged;	 /* disk_plug() depth */
	bool pulled;		 /* plugged, but starts all the same */
	unsigned int batch_left; /* requests to go in this direction */
	unsigned int starved;	 /* read batches since writes waited */
	int direction;
	u64 position; /* sector after the last one taken */
	bool dead;    /* the disk has gone: everything fails */
	struct timer unplug_timer;
	struct wait_queue room;
};

struct disk_stats { /* of /proc/diskstats, [0] read [1] write; queue.lock */
	u64 ios[2], merges[2], sectors[2], ns[2], flushes, flush_ns;
	u64 discards, discard_sectors, discard_ns;
	u64 busy_ns, weighted_ns;
	s64 stamp; /* when busy_ns and weighted_ns were brought up to date */
	u64 errors;
};

struct partition; /* kernel/block/partition.c */

struct disk {
	char name[16]; /* "hda" */
	u32 major, first_minor, minors;
	u64 sectors;	   /* 0: no medium */
	u32 sector_size;   /* the medium's: 512, 2048, 4096 */
	u32 physical_size; /* 0: as sector_size */
	u32 flags;	   /* DISK_* */
	struct disk_limits limits;
	const struct disk_ops *ops;
	void *private;
	struct device *parent;
	struct device dev;			  /* disk_add() registers it */
	char model[48], serial[32], firmware[16]; /* for sysfs and messages; may be empty */
	/* the block layer's */
	struct disk_queue queue;
	struct disk_stats stats;
	struct mutex part_lock; /* RANK_DISK: partitions, openings */
	struct list_head partitions;
	struct device_attribute_group groups[4]; /* queue/, holders/, slaves/, the end */
	unsigned int openings;
	u32 wb_error;	    /* of the cache that was there (errseq.h): the next opener is told */
	bool readonly;	    /* BLKROSET */
	u32 read_ahead;	    /* sectors: BLKRASET, the most that is read ahead of a reader */
	u64 sequence;	    /* of all disks that came; diskseq */
	const void *holder; /* who has the whole disk for itself */
	unsigned int part_holders; /* partitions that somebody has for himself */
	struct list_head node;
	struct refcount refs;
	void (*free)(struct disk *disk); /* the last reference went; NULL: nothing */
};
#define DISK_READONLY	 1u /* the medium is; opening it for writing is refused with -EROFS */
#define DISK_REMOVABLE	 2u
#define DISK_CD		 4u   /* not partitioned */
#define DISK_WRITE_CACHE 8u   /* disk_flush() has something to do */
#define DISK_SOLID	 16u  /* no moving parts: not sorted */
#define DISK_VIRTUAL	 32u  /* loop, RAM disk */
#define DISK_NO_PARTS	 64u  /* its partition table is not read by itself */
#define DISK_PROTECTED	 256u /* may be opened for writing, but not written */
#define DISK_UNSEEN	 128u /* looked at only when it is opened: the size is not known yet */

/* What requests are joined up to. */
static inline u32 disk_max_sectors(const struct disk *disk)
{
	return disk->limits.max_sectors ? disk->limits.max_sectors : 256;
}
static inline u32 disk_max_segments(const struct disk *disk)
{
	return disk->limits.max_segments ? disk->limits.max_segments : 128;
}
static inline bool disk_readonly(const struct disk *disk)
{
	return disk->readonly || (disk->flags & (DISK_READONLY | DISK_PROTECTED));
}
static inline bool disk_can_discard(const struct disk *disk)
{
	return disk->ops->discard && disk->limits.discard;
}
static inline u32 disk_physical_size(const struct disk *disk)
{
	return disk->physical_size ? disk->physical_size : disk->sector_size;
}

/* Before anything else; the driver then fills in what it knows. */
void disk_init(struct disk *disk, const char *name, u32 major, u32 first_minor, u32 minors);
/* The disk is ready to serve: reads its partition table, makes device nodes, prints a line. */
int disk_add(struct disk *disk);
/* No new openings; requests fail with -ENXIO from now on; nodes go. Sleeps until none is started.
 */
void disk_remove(struct disk *disk);
/* The first part of it, for who has to know that nobody has it open: no opening succeeds
 * afterwards. part_lock held. -EBUSY: it is open. */
int disk_stop_unused(struct disk *disk);
void disk_get(struct disk *disk);
void disk_put(struct disk *disk);
/* The medium's size has changed (a CD was put in, a loop device got a file). */
void disk_set_sectors(struct disk *disk, u64 sectors);
/* Visits all disks in order of registration, referenced; stops when fn returns non-zero. */
int disk_for_each(int (*fn)(struct disk *disk, void *arg), void *arg);

/* Counts up with each disk that comes, and wakes. */
extern struct wait_queue disk_arrival;
extern unsigned int disk_arrivals;

/* Block majors: a name for /proc/devices; 0 asks for a free one, which is returned. */
int blkdev_register_major(unsigned int major, const char *name);
/* Somebody opens a number of that major that no disk has: probe() may add one, in the opener's
 * context. True: look again. */
void blkdev_set_probe(unsigned int major, bool (*probe)(u32 devnum));
size_t blkdev_describe(char *buf, size_t size);

#endif
