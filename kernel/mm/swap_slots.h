/*
 * swap_slots.h - the slots of a swap area: which are free, who uses them. Pure: no locks, no pages.
 *
 * A word for each slot: how many page-table entries name it, and the number of the page frame that
 * has its contents in memory (0: none). A slot is free when its word is zero. Slot 0 is the area's
 * header and never given out.
 *
 * Slots are given out in runs of SWAP_CLUSTER free ones, one after the other, so that pages which
 * leave memory together lie together; only when there is no such run any more, singly from the
 * lowest.
 *
 * Locking: the caller's (swap_lock).
 */
#ifndef MM_SWAP_SLOTS_H
#define MM_SWAP_SLOTS_H

#include <kernel/types.h>

#define SWAP_CLUSTER 32u

#define SLOT_USES 0xfffu
#define SLOT_BAD  0xfffu /* not to be used; so SLOT_BAD - 1 entries can be counted */

struct swap_slots {
	u32 *map;
	u32 count; /* words of map */
	u32 good;  /* slots that can be used */
	u32 used;
	u32 next, left; /* the run under way: where it goes on, how much is left */
	u32 lowest;	/* nothing is free below */
	u32 freed;	/* slots that became free since no run was found */
};

/* map: `count` zero words; slots [1, count) are good and free. */
void swap_slots_init(struct swap_slots *s, u32 *map, u32 count);
/* The medium is bad there, or the file has no block: it must be free. */
void swap_slots_set_bad(struct swap_slots *s, u32 slot);
/* A free slot for the page in frame `pfn`, which has no entry yet. 0: the area is full. */
u32 swap_slots_alloc(struct swap_slots *s, u32 pfn);
/* One entry more (false: that is too many), one less. */
bool swap_slots_use(struct swap_slots *s, u32 slot);
void swap_slots_unuse(struct swap_slots *s, u32 slot);
/* Its contents are in memory, or not any more (pfn 0). */
void swap_slots_set_page(struct swap_slots *s, u32 slot, u32 pfn);

static inline u32 swap_slot_uses(const struct swap_slots *s, u32 slot)
{
	return s->map[slot] & SLOT_USES;
}
static inline u32 swap_slot_page(const struct swap_slots *s, u32 slot)
{
	return s->map[slot] >> 12;
}

#endif
