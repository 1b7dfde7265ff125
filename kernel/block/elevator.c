/*
 * elevator.c - which request is next, and which bios join.
 *
 * Requests wait sorted by sector and by age, reads and writes apart. The disk sweeps upwards
 * through one direction's requests for a batch, then looks again: reads go first, since somebody
 * waits for them, but writes are passed over WRITES_STARVED times at most; and a request that has
 * waited longer than its deadline is served before the sweep goes on.
 *
 * All under queue.lock.
 */
#include "block_internal.h"

#define BATCH	       16u
#define WRITES_STARVED 2u
#define READ_DEADLINE  MSEC(500)
#define WRITE_DEADLINE SEC(5)

static const s64 deadlines[2] = { [BIO_READ] = READ_DEADLINE, [BIO_WRITE] = WRITE_DEADLINE };

static inline u64 rq_end(const struct request *rq)
{
	return rq->sector + rq->sectors;
}

static inline u32 bio_sectors(const struct bio *bio)
{
	return bio->bytes >> SECTOR_SHIFT;
}

static inline struct request *rq_of(struct rb_node *node)
{
	return node ? rb_entry(node, struct request, sort_node) : NULL;
}

/* The last request that begins at or before `sector`. */
static struct request *find_before(const struct rb_root *root, u64 sector)
{
	struct rb_node *node = root->node;
	struct request *best = NULL;

	while (node) {
		struct request *rq = rq_of(node);

		if (rq->sector <= sector)
			best = rq;
		node = rq->sector <= sector ? node->right : node->left;
	}
	return best;
}

static struct request *find_from(const struct rb_root *root, u64 sector)
{
	struct request *before = find_before(root, sector);

	if (before && before->sector == sector)
		return before;
	return rq_of(before ? rb_next(&before->sort_node) : rb_first(root));
}

static void sort_in(struct rb_root *root, struct request *rq)
{
	struct rb_node **link = &root->node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = rq->sector < rq_of(parent)->sector ? &parent->left : &parent->right;
	}
	rb_link(&rq->sort_node, parent, link);
	rb_insert(&rq->sort_node, root, NULL);
}

/* ---- joining ---- */
static bool fits(const struct disk *disk, const struct request *rq, u32 sectors, unsigned int vecs)
{
	return rq->sectors + sectors <= disk_max_sectors(disk) &&
	       rq->vecs + vecs <= disk_max_segments(disk) && !(rq->flags & BIO_FUA);
}

static void join_counts(struct request *rq, u32 sectors, unsigned int vecs, u32 flags)
{
	rq->sectors += sectors;
	rq->vecs += vecs;
	rq->flags |= flags & BIO_SYNC;
	if (!(flags & BIO_AHEAD))
		rq->flags &= ~BIO_AHEAD;
}

/* Joins the request behind `a` when it begins where `a` now ends. */
static void join_requests(struct disk *disk, struct request *a)
{
	struct request *b = rq_of(rb_next(&a->sort_node));

	if (!b || rq_end(a) != b->sector || (b->flags & BIO_FUA) ||
	    !fits(disk, a, b->sectors, b->vecs))
		return;
	elevator_remove(disk, b);
	a->tail->next = b->head;
	a->tail = b->tail;
	a->queued = min(a->queued, b->queued);
	join_counts(a, b->sectors, b->vecs, b->flags);
	stats_merged(disk, b->op, b->sector);
	request_free(disk, b);
}

static bool join_back(struct disk *disk, struct request *rq, struct bio *bio)
{
	if (rq_end(rq) != bio->sector || !fits(disk, rq, bio_sectors(bio), bio->vecs))
		return false;
	bio->next = NULL;
	rq->tail->next = bio;
	rq->tail = bio;
	join_counts(rq, bio_sectors(bio), bio->vecs, bio->flags);
	join_requests(disk, rq);
	return true;
}

static bool join_front(struct disk *disk, struct request *rq, struct bio *bio)
{
	struct rb_root *root = &disk->queue.sorted[rq->op];

	if (bio->sector + bio_sectors(bio) != rq->sector || rq->done ||
	    !fits(disk, rq, bio_sectors(bio), bio->vecs))
		return false;
	rb_erase(&rq->sort_node, root, NULL);
	bio->next = rq->head;
	rq->head = bio;
	rq->sector = bio->sector;
	join_counts(rq, bio_sectors(bio), bio->vecs, bio->flags);
	sort_in(root, rq);
	return true;
}

static struct request *find_partner(struct disk *disk, struct bio *bio)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq = q->last_merged;

	if (rq && rq->op == bio->op && join_back(disk, rq, bio))
		return rq;
	rq = find_before(&q->sorted[bio->op], bio->sector);
	if (rq && join_back(disk, rq, bio))
		return rq;
	rq = find_from(&q->sorted[bio->op], bio->sector);
	return rq && join_front(disk, rq, bio) ? rq : NULL;
}

bool elevator_merge(struct disk *disk, struct bio *bio)
{
	struct request *rq = bio->flags & BIO_FUA ? NULL : find_partner(disk, bio);

	if (!rq)
		return false;
	disk->queue.last_merged = rq;
	stats_merged(disk, bio->op, bio->sector);
	return true;
}

/* ---- the order ---- */
void elevator_add(struct disk *disk, struct request *rq)
{
	struct disk_queue *q = &disk->queue;

	sort_in(&q->sorted[rq->op], rq);
	list_add_tail(&rq->age_node, &q->aged[rq->op]);
	q->queued[rq->op]++;
	q->last_merged = rq;
}

void elevator_remove(struct disk *disk, struct request *rq)
{
	struct disk_queue *q = &disk->queue;

	rb_erase(&rq->sort_node, &q->sorted[rq->op], NULL);
	list_del(&rq->age_node);
	q->queued[rq->op]--;
	if (q->last_merged == rq)
		q->last_merged = NULL;
}

static struct request *oldest(struct disk_queue *q, int direction)
{
	return list_first_entry_or_null(&q->aged[direction], struct request, age_node);
}

static bool expired(struct disk_queue *q, int direction, s64 now)
{
	struct request *rq = oldest(q, direction);

	return rq && now - rq->queued > deadlines[direction];
}

static void choose_direction(struct disk_queue *q, s64 now)
{
	bool reads = q->queued[BIO_READ], writes = q->queued[BIO_WRITE];

	if (reads && writes && (q->starved >= WRITES_STARVED || expired(q, BIO_WRITE, now)))
		reads = false;
	q->starved = reads && writes ? q->starved + 1 : 0;
	q->direction = reads ? BIO_READ : BIO_WRITE;
	q->batch_left = BATCH;
}

struct request *elevator_next(struct disk *disk)
{
	struct disk_queue *q = &disk->queue;
	struct request *rq;
	s64 now;

	if (!q->queued[BIO_READ] && !q->queued[BIO_WRITE])
		return NULL;
	now = clock_coarse_monotonic();
	if (!q->batch_left || !q->queued[q->direction])
		choose_direction(q, now);
	q->batch_left--;
	if ((disk->flags & DISK_SOLID) || expired(q, q->direction, now))
		rq = oldest(q, q->direction);
	else
		rq = find_from(&q->sorted[q->direction], q->position);
	if (!rq)
		rq = rq_of(rb_first(&q->sorted[q->direction]));
	q->position = rq_end(rq);
	elevator_remove(disk, rq);
	return rq;
}
