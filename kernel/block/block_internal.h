/*
 * block_internal.h - what the files of kernel/block share.
 */
#ifndef BLOCK_INTERNAL_H
#define BLOCK_INTERNAL_H

#include <kernel/assert.h>
#include <kernel/block.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/string.h>

/* ---- queue.c ---- */
/* From here on request_next() may be called, and finds nothing. */
void queue_prepare(struct disk *disk);
int queue_start(void);		   /* once, before any queue; -ENOMEM */
int queue_init(struct disk *disk); /* -ENOMEM */
/* Everything queued ends with -ENXIO, and so does what comes later. */
void queue_kill(struct disk *disk);
void queue_wait_idle(struct disk *disk);
void queue_destroy(struct disk *disk);
void request_free(struct disk *disk, struct request *rq); /* queue.lock held */

/* ---- bio.c ---- */
int bio_start(void); /* once, before any bio; -ENOMEM */

/* ---- elevator.c: the order of requests; queue.lock held ---- */
bool elevator_merge(struct disk *disk, struct bio *bio);
void elevator_add(struct disk *disk, struct request *rq);
struct request *elevator_next(struct disk *disk);
void elevator_remove(struct disk *disk, struct request *rq);

/* ---- stats.c; queue.lock held ---- */
void stats_advance(struct disk *disk, s64 now);
/* A bio or request that begins at `sector` joined another. */
void stats_merged(struct disk *disk, enum bio_op op, u64 sector);
/* The first of what is left of it. */
void stats_moved(struct disk *disk, const struct request *rq, u32 sectors);
/* `sectors` before `end` were given back, in a command that began at `begun`. */
void stats_discarded(struct disk *disk, u64 end, u64 sectors, s64 begun, s64 now);
/* Its last sector is the one before rq->sector. */
void stats_request_ended(struct disk *disk, const struct request *rq, s64 now);
void stats_failed(struct disk *disk, const struct request *rq);

#endif
