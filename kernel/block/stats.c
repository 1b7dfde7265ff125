/*
 * stats.c - what a disk has done: the fields of /proc/diskstats and /sys/block/NAME/stat
 * (meaning: Linux Documentation/admin-guide/iostats.rst).
 */
#include "block_internal.h"

static unsigned int in_flight(const struct disk *disk)
{
	return disk->queue.queued[BIO_READ] + disk->queue.queued[BIO_WRITE] + disk->queue.started;
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

void stats_request_ended(struct disk *disk, const struct request *rq, s64 now, int error)
{
	struct disk_stats *s = &disk->stats;

	if (error)
		s->errors++;
	if (rq->op == BIO_FLUSH) {
		s->flushes++;
		s->flush_ns += (u64)(now - rq->queued);
		return;
	}
	s->ios[rq->op]++;
	s->ns[rq->op] += (u64)(now - rq->queued);
}
