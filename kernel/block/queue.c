/*
 * queue.c - a disk's queue: from a bio to a request, to the driver, to its end.
 *
 * Nothing here depends on memory being there: a queue owns SPARES requests, and a bio that finds
 * neither memory nor a spare waits for room, as one does that finds the queue full.
 *
 * A plugged queue gathers. It starts when it is unplugged, when somebody waits for one of its
 * requests, when PLUG_REQUESTS are there, or after PLUG_TIME: whoever plugged it may be asleep.
 * What was queued before it was plugged is not held back.
 */
#include "block_internal.h"
#include <kernel/slab.h>

#define QUEUED_MAX    128u /* of each direction */
#define SPARES	      2u
#define PLUG_REQUESTS 16u
#define PLUG_TIME     MSEC(3)

static struct kmem_cache *request_cache;
static struct atomic submitted[2]; /* sectors of BIO_READ, BIO_WRITE */

/* ---- memory of requests; queue.lock held ---- */
static struct request *request_new(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq = kmem_cache_alloc(request_cache, GFP_ATOMIC);

	if (!rq && !list_empty(&q->spares)) {
		rq = list_first_entry(&q->spares, struct request, age_node);
		list_del(&rq->age_node);
		q->spare_count--;
	}
	return rq;
}

void request_free(struct disk *disk, struct request *rq)
{
	struct disk_queue *q = &disk->queue;

	if (q->spare_count < SPARES) {
		list_add(&rq->age_node, &q->spares);
		q->spare_count++;
	} else {
		kmem_cache_free(request_cache, rq);
	}
	wake_up_all(&q->room);
}

/* ---- coming in ---- */
static int check(const struct disk *disk, const struct bio *bio)
{
	u64 sectors = bio->bytes >> SECTOR_SHIFT;
	u32 unit = (disk->sector_size >> SECTOR_SHIFT) - 1;

	if (bio->op == BIO_FLUSH)
		return 0;
	if (!disk->sectors)
		return -ENOMEDIUM;
	if (bio->op == BIO_WRITE && (disk->flags & DISK_READONLY))
		return -EROFS;
	if (!sectors || ((bio->sector | sectors) & unit))
		return -EINVAL;
	if (bio->sector >= disk->sectors || sectors > disk->sectors - bio->sector)
		return -EINVAL;
	return 0;
}

static void bio_end(struct bio *bio, int error)
{
	bio->error = error;
	bio->end(bio);
}

static bool may_start(const struct disk_queue *q)
{
	if (!list_empty(&q->urgent))
		return true;
	return (q->queued[BIO_READ] || q->queued[BIO_WRITE]) && (!q->plugged || q->pulled);
}

/* True: the driver is to be told. queue.lock held. */
static bool pull_plug(struct disk_queue *q, u32 flags)
{
	if (q->plugged && !q->pulled) {
		q->pulled = (flags & BIO_SYNC) ||
			    q->queued[BIO_READ] + q->queued[BIO_WRITE] >= PLUG_REQUESTS;
		if (!q->pulled && !q->unplug_timer.pending)
			timer_set(&q->unplug_timer, clock_coarse_monotonic() + PLUG_TIME);
	}
	return may_start(q);
}

enum queued {
	QUEUED,	     /* it is the queue's now */
	QUEUED_KICK, /* and the driver must be told */
	FULL,
	DEAD
};

static void request_fill(struct request *rq, struct disk *disk, struct bio *bio, s64 now)
{
	bio->next = NULL;
	*rq = (struct request){ .disk = disk,
				.sector = bio->sector,
				.sectors = bio->bytes >> SECTOR_SHIFT,
				.op = bio->op,
				.flags = bio->flags,
				.head = bio,
				.tail = bio,
				.vecs = bio->vecs,
				.queued = now };
}

static enum queued enqueue_locked(struct disk *disk, struct bio *bio)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq;
	s64 now;

	if (q->dead)
		return DEAD;
	if (bio->op != BIO_FLUSH) {
		if (elevator_merge(disk, bio))
			return pull_plug(q, bio->flags) ? QUEUED_KICK : QUEUED;
		if (q->queued[bio->op] >= QUEUED_MAX)
			return FULL;
	}
	rq = request_new(disk);
	if (!rq)
		return FULL;
	now = clock_monotonic();
	stats_advance(disk, now);
	request_fill(rq, disk, bio, now);
	if (bio->op == BIO_FLUSH)
		list_add_tail(&rq->age_node, &q->urgent);
	else
		elevator_add(disk, rq);
	return pull_plug(q, bio->flags) ? QUEUED_KICK : QUEUED;
}

static enum queued enqueue(struct disk *disk, struct bio *bio)
{
	unsigned long flags = spin_lock_irqsave(&disk->queue.lock);
	enum queued result = enqueue_locked(disk, bio);

	spin_unlock_irqrestore(&disk->queue.lock, flags);
	return result;
}

unsigned long bio_sectors_submitted(enum bio_op op)
{
	return (unsigned long)atomic_read(&submitted[op]);
}

void bio_submit(struct bio *bio)
{
	struct disk *disk = bio->disk;
	int err = check(disk, bio);
	enum queued result;

	bio->error = 0;
	if (err) {
		bio_end(bio, err);
		return;
	}
	if (bio->op != BIO_FLUSH)
		(void)atomic_add(&submitted[bio->op], (int)(bio->bytes >> SECTOR_SHIFT));
	if (disk->ops->submit) {
		bio_end(bio, disk->ops->submit(disk, bio));
		return;
	}
	result = enqueue(disk, bio);
	if (result == FULL) {
		if (bio->flags & BIO_AHEAD) {
			bio_end(bio, -EAGAIN);
			return;
		}
		disk->ops->kick(disk);
		wait_event_io(&disk->queue.room, (result = enqueue(disk, bio)) != FULL);
	}
	if (result == DEAD)
		bio_end(bio, -ENXIO);
	else if (result == QUEUED_KICK)
		disk->ops->kick(disk);
}

/* ---- plugging ---- */
void disk_plug(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	unsigned long flags = spin_lock_irqsave(&q->lock);

	/* The driver has been told of these, and will not be again. */
	if (!q->plugged++)
		q->pulled = q->queued[BIO_READ] || q->queued[BIO_WRITE];
	spin_unlock_irqrestore(&q->lock, flags);
}

void disk_unplug(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	unsigned long flags = spin_lock_irqsave(&q->lock);
	bool start;

	ASSERT(q->plugged);
	if (!--q->plugged)
		q->pulled = false;
	start = may_start(q);
	spin_unlock_irqrestore(&q->lock, flags);
	if (start)
		disk->ops->kick(disk);
}

static void unplug_late(struct timer *timer)
{
	struct disk_queue *q = container_of(timer, struct disk_queue, unplug_timer);
	struct disk *disk = container_of(q, struct disk, queue);
	unsigned long flags = spin_lock_irqsave(&q->lock);
	bool start;

	q->pulled = q->plugged;
	start = may_start(q);
	spin_unlock_irqrestore(&q->lock, flags);
	if (start)
		disk->ops->kick(disk);
}

/* ---- the driver's side ---- */
struct request *request_next(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	unsigned long flags = spin_lock_irqsave(&q->lock);
	struct request *rq = NULL;

	if (!list_empty(&q->urgent)) {
		rq = list_first_entry(&q->urgent, struct request, age_node);
		list_del(&rq->age_node);
	} else if (may_start(q)) {
		rq = elevator_next(disk);
	}
	if (rq) {
		q->started++;
		rq->started = clock_monotonic();
		stats_advance(disk, rq->started);
	}
	if (!q->queued[BIO_READ] && !q->queued[BIO_WRITE])
		q->pulled = false;
	spin_unlock_irqrestore(&q->lock, flags);
	return rq;
}

/* Takes the bios that the first `bytes` finish off the request. */
static struct bio *cut_done(struct request *rq, u32 bytes)
{
	struct bio *first = rq->head, *last = NULL;

	rq->sector += bytes >> SECTOR_SHIFT;
	rq->sectors -= bytes >> SECTOR_SHIFT;
	rq->done += bytes;
	while (rq->head && rq->done >= rq->head->bytes) {
		rq->done -= rq->head->bytes;
		last = rq->head;
		rq->head = last->next;
	}
	if (!last)
		return NULL;
	last->next = NULL;
	return first;
}

static void end_chain(struct bio *bio)
{
	while (bio) {
		struct bio *next = bio->next;

		bio->end(bio);
		bio = next;
	}
}

/* A bio is ended with the first error that met any part of it. */
static void note_error(struct request *rq, u32 bytes, int error)
{
	u32 at = 0;

	for (struct bio *bio = rq->head; bio && at < rq->done + bytes; bio = bio->next) {
		if (at + bio->bytes > rq->done && !bio->error)
			bio->error = error;
		at += bio->bytes;
	}
}

/* Over but for its flush: queued again as one. */
static bool begin_flush(struct disk *disk, struct request *rq, u32 bytes)
{
	if (!(rq->flags & BIO_FUA) || rq->flushing || !(disk->flags & DISK_WRITE_CACHE) ||
	    bytes < rq->sectors << SECTOR_SHIFT || rq->head->error)
		return false;
	rq->flushing = true;
	rq->op = BIO_FLUSH;
	list_add(&rq->age_node, &disk->queue.urgent);
	disk->queue.started--;
	return true;
}

bool request_end(struct request *rq, u32 bytes, int error)
{
	struct disk *disk = rq->disk;
	struct disk_queue *q = &disk->queue;
	unsigned long flags;
	struct bio *done;
	bool more;
	s64 now;

	if (rq->op == BIO_FLUSH)
		bytes = rq->sectors << SECTOR_SHIFT;
	flags = spin_lock_irqsave(&q->lock);
	if (error) {
		note_error(rq, bytes, error);
		stats_failed(disk, rq);
		if (rq->op == BIO_FLUSH)
			rq->head->error = error;
	}
	if (begin_flush(disk, rq, bytes)) {
		spin_unlock_irqrestore(&q->lock, flags);
		disk->ops->kick(disk);
		return false;
	}
	if (rq->op < 2)
		stats_moved(disk, rq, bytes >> SECTOR_SHIFT);
	done = cut_done(rq, bytes);
	more = rq->head;
	if (!more) {
		now = clock_monotonic();
		stats_advance(disk, now);
		stats_request_ended(disk, rq, now);
		q->started--;
		request_free(disk, rq);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	end_chain(done);
	return more;
}

void request_iter_init(struct request_iter *it, const struct request *rq)
{
	*it = (struct request_iter){ .bio = rq->head, .left = rq->sectors << SECTOR_SHIFT };
	for (u32 skip = rq->done; skip;) {
		u32 len = it->bio->vec[it->vec].len;

		if (skip < len) {
			it->offset = (u16)skip;
			return;
		}
		skip -= len;
		it->vec++;
	}
}

bool request_iter_next(struct request_iter *it, u32 max, struct bio_vec *piece)
{
	const struct bio_vec *v;

	while (it->bio && it->vec == it->bio->vecs) {
		it->bio = it->bio->next;
		it->vec = 0;
	}
	if (!it->bio || !it->left)
		return false;
	v = &it->bio->vec[it->vec];
	*piece = (struct bio_vec){ v->page, (u16)(v->offset + it->offset),
				   (u16)min_t(u32, v->len - it->offset, max) };
	it->left -= piece->len;
	it->offset = (u16)(it->offset + piece->len);
	if (it->offset == v->len) {
		it->offset = 0;
		it->vec++;
	}
	return true;
}

/* ---- life ---- */
void queue_prepare(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;

	*q = (struct disk_queue){ .direction = BIO_READ };
	spin_init(&q->lock, RANK_SPIN, "disk queue");
	wait_queue_init(&q->room);
	timer_init(&q->unplug_timer, unplug_late);
	list_init(&q->urgent);
	list_init(&q->spares);
	for (int i = 0; i < 2; i++)
		list_init(&q->aged[i]);
}

int queue_init(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;

	for (; q->spare_count < SPARES; q->spare_count++) {
		struct request *rq = kmem_cache_alloc(request_cache, GFP_KERNEL);

		if (!rq)
			return -ENOMEM;
		list_add(&rq->age_node, &q->spares);
	}
	return 0;
}

static struct request *take_any(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq;

	if (list_empty(&q->urgent))
		return elevator_next(disk);
	rq = list_first_entry(&q->urgent, struct request, age_node);
	list_del(&rq->age_node);
	return rq;
}

void queue_kill(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq;
	unsigned long flags;

	do {
		flags = spin_lock_irqsave(&q->lock);
		q->dead = true;
		rq = take_any(disk);
		if (rq)
			q->started++;
		spin_unlock_irqrestore(&q->lock, flags);
		if (rq)
			request_end(rq, rq->sectors << SECTOR_SHIFT, -ENXIO);
	} while (rq);
	wake_up_all(&q->room);
}

void queue_wait_idle(struct disk *disk)
{
	wait_event(&disk->queue.room, !READ_ONCE(disk->queue.started));
}

void queue_destroy(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;

	timer_cancel_sync(&q->unplug_timer);
	while (!list_empty(&q->spares)) {
		struct request *rq = list_first_entry(&q->spares, struct request, age_node);

		list_del(&rq->age_node);
		kmem_cache_free(request_cache, rq);
	}
}

int queue_start(void)
{
	request_cache = kmem_cache_create("request", sizeof(struct request), 8);
	return request_cache ? 0 : -ENOMEM;
}
INIT_CALL(INIT_CORE, queue_start);
