/* swap_area.c - the swap areas together: which gives the next slot, how much there is. */
#include "swap.h"
#include <kernel/string.h>
#include <kernel/swap.h>

struct swap_area swap_areas[PTE_SWAP_AREAS];
DEFINE_SPINLOCK(swap_lock, RANK_SWAP);
unsigned int swappiness = 60;

static u32 turns; /* swap_lock */

static bool has_free(const struct swap_area *a)
{
	return a->state == SWAP_ON && a->slots.used < a->slots.good;
}

/* Areas of one priority take turns, a run of slots each. */
static struct swap_area *best_area(void)
{
	struct swap_area *best = NULL;

	for (unsigned int i = 0; i < PTE_SWAP_AREAS; i++) {
		struct swap_area *a = &swap_areas[i];

		if (has_free(a) && (!best || a->prio > best->prio ||
				    (a->prio == best->prio && (s32)(a->turn - best->turn) < 0)))
			best = a;
	}
	return best;
}

pte_t swap_area_alloc(const struct page *page)
{
	struct swap_area *a = best_area();
	u32 slot;

	ASSERT_SPIN_HELD(&swap_lock);
	if (!a)
		return 0;
	slot = swap_slots_alloc(&a->slots, (u32)page_to_pfn(page));
	ASSERT(slot);
	if (!a->slots.left)
		a->turn = ++turns;
	return pte_make_swap(a->index, slot);
}

/* Without the lock: for decisions that may be wrong now and then. */
static void count_slots(unsigned long *total, unsigned long *free)
{
	*total = *free = 0;
	for (unsigned int i = 0; i < PTE_SWAP_AREAS; i++) {
		const struct swap_area *a = &swap_areas[i];

		if (a->state != SWAP_ON && a->state != SWAP_LEAVING)
			continue;
		*total += a->slots.good;
		if (a->state == SWAP_ON)
			*free += a->slots.good - a->slots.used;
	}
}

bool swap_is_crowded(void)
{
	unsigned long total, free;

	count_slots(&total, &free);
	return free < total / 2;
}

bool swap_has_room(void)
{
	unsigned long total, free;

	count_slots(&total, &free);
	return free;
}

unsigned long swap_total_pages(void)
{
	unsigned long total, free;

	count_slots(&total, &free);
	return total;
}

void swap_get_stats(struct swap_stats *s)
{
	count_slots(&s->total, &s->free);
	s->cached = page_use_read(USE_SWAPCACHE);
	s->in = page_use_read(USE_SWAPPED_IN);
	s->out = page_use_read(USE_SWAPPED_OUT);
}

/* The nth that is in use; swap_lock held. */
static const struct swap_area *nth_area(unsigned int nth)
{
	for (unsigned int i = 0; i < PTE_SWAP_AREAS; i++)
		if (swap_areas[i].state >= SWAP_ON && !nth--)
			return &swap_areas[i];
	return NULL;
}

bool swap_get_info(unsigned int nth, struct swap_info *info, char *path, size_t size)
{
	const struct swap_area *a;

	spin_lock(&swap_lock);
	a = nth_area(nth);
	if (a) {
		*info = (struct swap_info){ .file = a->file,
					    .pages = a->slots.good,
					    .used = a->slots.used,
					    .prio = a->prio };
		strscpy(path, a->path, size);
	}
	spin_unlock(&swap_lock);
	return a;
}
