/*
 * stats.c - what a disk has done: the fields of /proc/diskstats and /sys/block/NAME/stat
 * (meaning: Linux Documentation/admin-guide/iostats.rst).
 *
 * A request counts for its disk and for the partition that its last sector lies in. How long a
 * partition was busy is told by its requests as they end: the time since the later of a request's
 * arrival and the end of the one before.
 */
#include "block_internal.h"
#include <kernel/partition.h>

static unsigned int in_flight(const struct disk *disk)
{
	return disk->queue.queued[BIO_READ] + disk->queue.queued[BIO_WRITE] + disk->queue.started;
}

static struct disk_stats *partition_stats(struct disk *disk, u64 sector)
{
	struct partition *p;

	list_for_each_entry (p, &disk->partitions, node)
		if (sector - p->start < p->sectors)
			return &p->stats;
	return NULL;
}

void stats_advance(struct disk *disk, s64 now)
{
	struct disk_stats *s = &disk->stats;
	unsigned int n = in_flight(disk);
	s64 passed = now - s->stamp;

	s->stamp = now;
	if (!n || passed <= 0)
		return;
	s->busy_ns += (u64)passed;
	s->weighted_ns += (u64)passed * n;
}

void stats_merged(struct disk *disk, enum bio_op op, u64 sector)
{
	struct disk_stats *part = partition_stats(disk, sector);

	disk->stats.merges[op]++;
	if (part)
		part->merges[op]++;
}

void stats_moved(struct disk *disk, const struct request *rq, u32 sectors)
{
	struct disk_stats *part = partition_stats(disk, rq->sector);

	disk->stats.sectors[rq->op] += sectors;
	if (part)
		part->sectors[rq->op] += sectors;
}

/* The part of it that is over now, before that is cut off. */
void stats_failed(struct disk *disk, const struct request *rq)
{
	struct disk_stats *part = rq->op == BIO_FLUSH ? NULL : partition_stats(disk, rq->sector);

	disk->stats.errors++;
	if (part)
		part->errors++;
}

static void count_request(struct disk_stats *s, enum bio_op op, u64 ns)
{
	if (op == BIO_FLUSH) {
		s->flushes++;
		s->flush_ns += ns;
	} else {
		s->ios[op]++;
		s->ns[op] += ns;
	}
}

static void count_discard(struct disk_stats *s, u64 sectors, u64 ns)
{
	s->discards++;
	s->discard_sectors += sectors;
	s->discard_ns += ns;
}

void stats_discarded(struct disk *disk, u64 end, u64 sectors, s64 begun, s64 now)
{
	struct disk_stats *part = partition_stats(disk, end - 1);

	count_discard(&disk->stats, sectors, (u64)(now - begun));
	if (part)
		count_discard(part, sectors, (u64)(now - begun));
}

void stats_request_ended(struct disk *disk, const struct request *rq, s64 now)
{
	struct disk_stats *part =
		rq->op == BIO_FLUSH ? NULL : partition_stats(disk, rq->sector - 1);
	u64 ns = (u64)(now - rq->queued);

	count_request(&disk->stats, rq->op, ns);
	if (!part)
		return;
	count_request(part, rq->op, ns);
	part->weighted_ns += ns;
	part->busy_ns += (u64)(now - max(rq->queued, part->stamp));
	part->stamp = now;
}
