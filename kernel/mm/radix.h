/*
 * radix.h - a tree from page numbers to pages: the index of a mapping. Pure; the caller locks.
 *
 * Nodes have 64 slots. A tree of height 0 has no node: its root is the page with index 0, so a file
 * of one page costs nothing. A slot tagged dirty tells, with the tags of the nodes above, where
 * write-back finds work; a tree without nodes has no tags and answers for its one page by `dirty0`.
 */
#ifndef MM_RADIX_H
#define MM_RADIX_H

#include <kernel/types.h>

#define RADIX_BITS  6u
#define RADIX_SLOTS (1u << RADIX_BITS)

struct page;
struct radix_node;

struct radix_tree {
	struct radix_node **root; /* struct mapping's fields */
	unsigned int *height;
};

void radix_cache_init(void);
struct page *radix_find(const struct radix_tree *t, unsigned long index);
/* 0; -EEXIST; -ENOMEM (atomic allocation: refill with radix_refill() and try again). */
int radix_insert(struct radix_tree *t, unsigned long index, struct page *page);
/* Makes a following insertion likely to succeed; may sleep; false: no memory. */
bool radix_refill(void);
/* Takes the page out and returns it; frees nodes that become empty and lowers the tree. */
struct page *radix_remove(struct radix_tree *t, unsigned long index);
/* The first page at or after *index; *index := where. NULL: none. */
struct page *radix_next(const struct radix_tree *t, unsigned long *index);
/* Neighbours: fills out[] with what the slots [first, first + n) hold (NULL: nothing). */
void radix_gang(const struct radix_tree *t, unsigned long first, unsigned int n, struct page **out);

void radix_tag(struct radix_tree *t, unsigned long index);
void radix_untag(struct radix_tree *t, unsigned long index);
/* As radix_next(), tagged pages only; a page that the tree cannot tag (height 0) counts as tagged.
 */
struct page *radix_next_tagged(const struct radix_tree *t, unsigned long *index);

#endif
