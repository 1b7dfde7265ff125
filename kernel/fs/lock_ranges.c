/*
 * lock_ranges.c - see lock_ranges.h.
 */
#include "lock_ranges.h"
#include <kernel/errno.h>
#include <abi/fcntl.h>

static bool overlap(const struct lock_range *a, const struct lock_range *b)
{
	return a->start <= b->end && b->start <= a->end;
}

struct lock_range *lock_range_conflict(struct list_head *list, const struct lock_range *want)
{
	struct lock_range *r;

	list_for_each_entry (r, list, node)
		if (r->owner != want->owner && overlap(r, want) &&
		    (r->type == F_WRLCK || want->type == F_WRLCK))
			return r;
	return NULL;
}

int lock_range_from_flock(struct lock_range *r, loff_t base, loff_t start, loff_t len)
{
	if (start > 0 && base > LLONG_MAX - start)
		return -EOVERFLOW;
	start += base;
	if (start < 0)
		return -EINVAL;
	if (len > 0) {
		if (len - 1 > LLONG_MAX - start)
			return -EOVERFLOW;
		r->start = start;
		r->end = start + len - 1;
	} else if (len < 0) {
		if (start + len < 0)
			return -EINVAL;
		r->start = start + len;
		r->end = start - 1;
	} else {
		r->start = start;
		r->end = LOCK_RANGE_END;
	}
	return 0;
}

/* Do they join when of one type? Written so that the end of all does not wrap. */
static bool touches(const struct lock_range *a, const struct lock_range *b)
{
	return (a->end == LOCK_RANGE_END || b->start <= a->end + 1) &&
	       (b->end == LOCK_RANGE_END || a->start <= b->end + 1);
}

static struct lock_range *take_spare(struct list_head *spare)
{
	struct lock_range *r = list_first_entry(spare, struct lock_range, node);

	list_del(&r->node);
	return r;
}

static unsigned int spares(const struct list_head *spare)
{
	unsigned int n = 0;

	for (const struct list_head *p = spare->next; p != spare; p = p->next)
		n++;
	return n;
}

static void insert_before(struct list_head *place, struct list_head *spare, loff_t start,
			  loff_t end, const struct lock_range *like, u8 type)
{
	struct lock_range *r = take_spare(spare);

	r->start = start;
	r->end = end;
	r->owner = like->owner;
	r->pid = like->pid;
	r->type = type;
	list_add_tail(&r->node, place);
}

/* How many new ranges apply() will need. */
static unsigned int needed(struct list_head *list, const struct lock_range *want)
{
	unsigned int n = want->type != F_UNLCK;
	struct lock_range *r;

	list_for_each_entry (r, list, node)
		if (r->owner == want->owner && r->type != want->type && r->start < want->start &&
		    r->end > want->end)
			n++; /* cut in two */
	return n;
}

int lock_range_apply(struct list_head *list, const struct lock_range *want, struct list_head *spare)
{
	struct lock_range new = *want, *r, *next;
	struct list_head *place = list; /* where the new range goes: before this */
	bool mine = false;

	if (spares(spare) < needed(list, want))
		return -ENOLCK;
	list_for_each_entry_safe (r, next, list, node) {
		if (r->owner != want->owner) {
			if (mine) { /* past the owner's ranges */
				if (place == list)
					place = &r->node;
				break;
			}
			continue;
		}
		mine = true;
		if (r->type == new.type && touches(r, &new)) {
			new.start = min(new.start, r->start);
			new.end = max(new.end, r->end);
			list_move(&r->node, spare);
		} else if (r->start > new.end) {
			place = &r->node;
			break;
		} else if (overlap(r, &new)) {
			if (r->start < new.start && r->end > new.end) {
				insert_before(&r->node, spare, r->start, new.start - 1, r, r->type);
				r->start = new.end + 1;
				place = &r->node;
				break;
			}
			if (r->start < new.start) {
				r->end = new.start - 1;
			} else if (r->end > new.end) {
				r->start = new.end + 1;
				place = &r->node;
				break;
			} else {
				list_move(&r->node, spare);
			}
		}
	}
	if (new.type != F_UNLCK)
		insert_before(place, spare, new.start, new.end, &new, new.type);
	return 0;
}
