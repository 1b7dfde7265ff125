/*
 * vma.h - the tree of mapped ranges: search, free space, insertion, split and merge.
 *
 * Each VMA knows the gap below it (start less the end of the one before; a growing stack claims
 * STACK_GUARD_GAP more) and the largest gap in its subtree, so that a free range of any size is
 * found in O(log n), from the top down or the bottom up. Changing start, end or VM_GROWSDOWN is
 * followed by vma_adjusted(). Locking: mm->mmap_lock for writing. Knows nothing of page tables.
 */
#ifndef MM_VMA_H
#define MM_VMA_H

#include <kernel/mm.h>

#define STACK_GUARD_GAP (256 * PAGE_SIZE)
#define MAX_MAP_COUNT	65530u /* as Linux's vm.max_map_count */

static inline unsigned long vma_pages(const struct vma *vma)
{
	return (vma->end - vma->start) >> PAGE_SHIFT;
}
/* Offset in the mapping, in pages, of a page of the vma. */
static inline unsigned long vma_page_index(const struct vma *vma, unsigned long addr)
{
	return vma->pgoff + ((addr - vma->start) >> PAGE_SHIFT);
}
/* Where it begins for its neighbour below: a stack keeps a gap. */
static inline unsigned long vma_start_gap(const struct vma *vma)
{
	if (!(vma->flags & VM_GROWSDOWN))
		return vma->start;
	return vma->start > STACK_GUARD_GAP ? vma->start - STACK_GUARD_GAP : 0;
}

void vma_cache_init(void);
/* Zeroed but for mm, on no list; NULL: no memory. */
struct vma *vma_alloc(struct mm *mm);
void vma_free(struct vma *vma); /* the structure only */

void vma_insert(struct mm *mm, struct vma *vma);
void vma_remove(struct mm *mm, struct vma *vma);
void vma_adjusted(struct vma *vma);
struct vma *vma_prev(struct vma *vma);
/* The first one that overlaps [start, end), or NULL. */
struct vma *vma_find_overlap(struct mm *mm, unsigned long start, unsigned long end);

/* The highest (lowest) free range of len bytes inside [low, high); 0: none. low > 0. */
unsigned long vma_gap_top_down(struct mm *mm, unsigned long len, unsigned long low,
			       unsigned long high);
unsigned long vma_gap_bottom_up(struct mm *mm, unsigned long len, unsigned long low,
				unsigned long high);

/* Takes and drops what a VMA holds: file, ops->open/close, its place in the mapping's list. */
void vma_hold(struct vma *vma);
void vma_drop(struct vma *vma);
/* The parts of them that a new mapping and an unmapping need one by one. */
void vma_link_mapping(struct vma *vma);
void vma_unlink_mapping(struct vma *vma);
/* Drops and frees all VMAs; the mm is not in use and its pages are unmapped. */
void vma_free_all(struct mm *mm);
/* Cuts at `addr`, strictly inside; the upper part is new and returned. ERR_PTR(-ENOMEM). */
struct vma *vma_split(struct mm *mm, struct vma *vma, unsigned long addr);
/* Joins it with neighbours of the same kind; returns the survivor. */
struct vma *vma_merge(struct mm *mm, struct vma *vma);
/* Would a range of that kind simply lengthen `vma` upwards? */
bool vma_can_extend(const struct vma *vma, unsigned long end, u32 flags);

#endif
