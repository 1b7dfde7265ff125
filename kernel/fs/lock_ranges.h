/*
 * lock_ranges.h - the algebra of byte-range locks: sorted lists of ranges that split and merge.
 * Pure.
 *
 * A list holds the ranges of all owners of one file, those of one owner together and in order,
 * without overlap; ranges of one owner that touch and have the same type are one. Ends are
 * inclusive; LOCK_RANGE_END means "to the end of the file, however long".
 * Threading: the caller locks.
 */
#ifndef LOCK_RANGES_H
#define LOCK_RANGES_H

#include <kernel/list.h>
#include <kernel/types.h>

#define LOCK_RANGE_END LLONG_MAX

struct lock_range {
	struct list_head node;
	loff_t start, end;
	const void *owner;
	pid_t pid;
	u8 type; /* F_RDLCK, F_WRLCK; in a request F_UNLCK too */
};

/* The first range of another owner that `want` cannot stand beside, or NULL. */
struct lock_range *lock_range_conflict(struct list_head *list, const struct lock_range *want);
/*
 * Gives want->owner want->type on its range, or nothing with F_UNLCK. Takes at most two of the
 * ranges on `spare`; what it does not need any more goes there. Changes nothing and returns
 * -ENOLCK when there were too few: two are always enough.
 */
int lock_range_apply(struct list_head *list, const struct lock_range *want,
		     struct list_head *spare);
/* start, whence base and length of struct flock to a range: 0, -EINVAL or -EOVERFLOW. */
int lock_range_from_flock(struct lock_range *r, loff_t base, loff_t start, loff_t len);

#endif
