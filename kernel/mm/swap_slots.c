/* swap_slots.c - see swap_slots.h. */
#include "swap_slots.h"
#include <kernel/assert.h>
#include <kernel/string.h>

void swap_slots_init(struct swap_slots *s, u32 *map, u32 count)
{
	ASSERT(count > 0);
	*s = (struct swap_slots){
		.map = map, .count = count, .good = count - 1, .next = 1, .lowest = 1
	};
	s->freed = SWAP_CLUSTER; /* the first search is worth it */
	map[0] = SLOT_BAD;
}

void swap_slots_set_bad(struct swap_slots *s, u32 slot)
{
	ASSERT(slot < s->count && !s->map[slot]);
	s->map[slot] = SLOT_BAD;
	s->good--;
}

/* The first run of SWAP_CLUSTER free slots in [from, to), 0: none. */
static u32 find_run(const struct swap_slots *s, u32 from, u32 to)
{
	u32 run = 0;

	for (u32 slot = from; slot < to; slot++) {
		run = s->map[slot] ? 0 : run + 1;
		if (run == SWAP_CLUSTER)
			return slot + 1 - SWAP_CLUSTER;
	}
	return 0;
}

/* Begins a new run behind the last one. False: there is none, and none will be for a while. */
static bool begin_run(struct swap_slots *s)
{
	u32 start;

	if (s->freed < SWAP_CLUSTER)
		return false;
	start = find_run(s, s->next, s->count);
	if (!start)
		start = find_run(s, s->lowest, min(s->next + SWAP_CLUSTER, s->count));
	if (!start) {
		s->freed = 0;
		return false;
	}
	s->next = start;
	s->left = SWAP_CLUSTER;
	return true;
}

static u32 lowest_free(struct swap_slots *s)
{
	while (s->lowest < s->count && s->map[s->lowest])
		s->lowest++;
	return s->lowest < s->count ? s->lowest : 0;
}

u32 swap_slots_alloc(struct swap_slots *s, u32 pfn)
{
	u32 slot = 0;

	ASSERT(pfn);
	if (s->used == s->good)
		return 0;
	/* Singly given slots may lie in the run. */
	while (s->left && s->map[s->next]) {
		s->next++;
		s->left--;
	}
	if (s->left || begin_run(s)) {
		slot = s->next++;
		s->left--;
	} else {
		slot = lowest_free(s);
	}
	if (!slot)
		return 0;
	s->map[slot] = pfn << 12;
	s->used++;
	return slot;
}

/* A word has changed: is the slot free now? */
static void settle(struct swap_slots *s, u32 slot)
{
	if (s->map[slot])
		return;
	s->used--;
	s->freed++;
	s->lowest = min(s->lowest, slot);
}

bool swap_slots_use(struct swap_slots *s, u32 slot)
{
	ASSERT(slot < s->count && s->map[slot] && swap_slot_uses(s, slot) != SLOT_BAD);
	if (swap_slot_uses(s, slot) == SLOT_BAD - 1)
		return false;
	s->map[slot]++;
	return true;
}

void swap_slots_unuse(struct swap_slots *s, u32 slot)
{
	u32 uses = swap_slot_uses(s, slot);

	ASSERT(slot < s->count && uses && uses != SLOT_BAD);
	s->map[slot]--;
	settle(s, slot);
}

void swap_slots_set_page(struct swap_slots *s, u32 slot, u32 pfn)
{
	ASSERT(slot < s->count && s->map[slot]);
	s->map[slot] = swap_slot_uses(s, slot) | pfn << 12;
	settle(s, slot);
}
