/*
 * bio.c - bios: memory, pieces, waiting for one.
 *
 * Memory is got back by writing dirty pages, so a bio must be had when there is no memory. A small
 * reserve is kept; who finds it empty waits for one of its bios to come back, which it does when
 * the disk is done with it. A disk that is a file on another disk has a thread that needs bios of
 * its own to be done: those come from a second reserve, or both would wait for one another.
 */
#include "block_internal.h"
#include <kernel/hash.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include <kernel/time.h>

#define RESERVE_BIOS 8u	      /* of each */
#define RETRY_NS     MSEC(50) /* memory may have come back first */
#define WAIT_BITS    4u

static DEFINE_SPINLOCK(reserve_lock, RANK_LEAF);
static DEFINE_WAIT_QUEUE(reserve_wait);
static struct bio *reserve[2]; /* by next; of disks' threads the second; reserve_lock */
static struct wait_queue bio_waits[1u << WAIT_BITS];

static size_t bio_size(unsigned int vecs)
{
	return sizeof(struct bio) + vecs * sizeof(struct bio_vec);
}

static struct bio *reserve_take(bool stacked)
{
	unsigned long flags = spin_lock_irqsave(&reserve_lock);
	struct bio *bio = reserve[stacked];

	if (bio)
		reserve[stacked] = bio->next;
	spin_unlock_irqrestore(&reserve_lock, flags);
	return bio;
}

static void reserve_give(struct bio *bio, bool stacked)
{
	unsigned long flags = spin_lock_irqsave(&reserve_lock);

	bio->next = reserve[stacked];
	reserve[stacked] = bio;
	spin_unlock_irqrestore(&reserve_lock, flags);
	wake_up_all(&reserve_wait);
}

/* *from: where it has to go back to. */
static struct bio *get_memory(unsigned int vecs, unsigned int gfp, enum bio_memory *from)
{
	const bool stacked = current->flags & PF_LOCAL_THROTTLE;
	struct bio *bio;

	for (;;) {
		*from = BIO_OF_HEAP;
		bio = kmalloc(bio_size(vecs), gfp | GFP_NORETRY);
		if (bio || vecs > BIO_RESERVE_VECS)
			return bio;
		*from = stacked ? BIO_OF_STACKED : BIO_OF_RESERVE;
		if (gfp & GFP_ATOMIC)
			return reserve_take(stacked);
		(void)wait_event_timeout(&reserve_wait, (bio = reserve_take(stacked)) != NULL,
					 RETRY_NS);
		if (bio)
			return bio;
	}
}

struct bio *bio_alloc(struct disk *disk, enum bio_op op, unsigned int vecs, unsigned int gfp)
{
	enum bio_memory from;
	struct bio *bio;

	ASSERT(vecs <= BIO_MAX_VECS);
	bio = get_memory(vecs, gfp, &from);
	if (!bio)
		return NULL;
	*bio = (struct bio){ .disk = disk,
			     .op = op,
			     .vecs_max = (u16)(from == BIO_OF_HEAP ? vecs : BIO_RESERVE_VECS),
			     .memory = (u8)from };
	return bio;
}

void bio_free(struct bio *bio)
{
	if (bio->memory == BIO_OF_HEAP)
		kfree(bio);
	else
		reserve_give(bio, bio->memory == BIO_OF_STACKED);
}

bool bio_add(struct bio *bio, struct page *page, unsigned int offset, unsigned int len)
{
	struct bio_vec *last = bio->vecs ? &bio->vec[bio->vecs - 1] : NULL;

	if (last && last->page == page && last->offset + last->len == offset) {
		last->len = (u16)(last->len + len);
	} else {
		if (bio->vecs == bio->vecs_max)
			return false;
		bio->vec[bio->vecs++] = (struct bio_vec){ page, (u16)offset, (u16)len };
	}
	bio->bytes += len;
	return true;
}

/* The flag is in the waiter's frame, the queue is not: the frame may go once the flag is set. */
static void wake_waiter(struct bio *bio)
{
	bool *done = bio->private;
	struct wait_queue *queue = &bio_waits[hash_ptr(done, WAIT_BITS)];

	WRITE_ONCE(*done, true);
	wake_up_all(queue);
}

int bio_submit_wait(struct bio *bio)
{
	bool done = false;

	/* cppcheck-suppress autoVariables ; this frame stays until `done` is set */
	bio->private = &done;
	bio->end = wake_waiter;
	bio->flags |= BIO_SYNC;
	bio_submit(bio);
	wait_event_io(&bio_waits[hash_ptr(&done, WAIT_BITS)], READ_ONCE(done));
	return bio->error;
}

int disk_flush(struct disk *disk)
{
	struct bio *bio;
	int err;

	if (!(disk->flags & DISK_WRITE_CACHE))
		return 0;
	bio = bio_alloc(disk, BIO_FLUSH, 0, GFP_KERNEL);
	if (!bio)
		return -ENOMEM;
	err = bio_submit_wait(bio);
	bio_free(bio);
	return err;
}

int bio_start(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(bio_waits); i++)
		wait_queue_init(&bio_waits[i]);
	for (unsigned int i = 0; i < 2 * RESERVE_BIOS; i++) {
		struct bio *bio = kmalloc(bio_size(BIO_RESERVE_VECS), GFP_KERNEL);

		if (!bio)
			return -ENOMEM;
		reserve_give(bio, i % 2);
	}
	return 0;
}
INIT_CALL(INIT_CORE, bio_start);
