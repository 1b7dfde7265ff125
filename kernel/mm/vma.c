/* vma.c - see vma.h. */
#include "vma.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/string.h>

static struct kmem_cache *vma_cache;

void vma_cache_init(void)
{
	vma_cache = kmem_cache_create("vma", sizeof(struct vma), 0);
}

struct vma *vma_alloc(struct mm *mm)
{
	struct vma *vma = kmem_cache_alloc(vma_cache, GFP_KERNEL | GFP_ZERO);

	if (vma) {
		vma->mm = mm;
		list_init(&vma->map_node);
	}
	return vma;
}

void vma_free(struct vma *vma)
{
	kmem_cache_free(vma_cache, vma);
}

/* ---- the tree ---- */
static inline struct vma *vma_of(struct rb_node *node)
{
	return node ? rb_entry(node, struct vma, node) : NULL;
}

static bool update_gap(struct rb_node *node)
{
	struct vma *vma = vma_of(node), *left = vma_of(node->left), *right = vma_of(node->right);
	unsigned long largest = vma->gap;
	bool changed;

	if (left && left->subtree_gap > largest)
		largest = left->subtree_gap;
	if (right && right->subtree_gap > largest)
		largest = right->subtree_gap;
	changed = vma->subtree_gap != largest;
	vma->subtree_gap = largest;
	return changed;
}

static unsigned long gap_below(const struct vma *vma, const struct vma *prev)
{
	unsigned long start = vma_start_gap(vma), floor = prev ? prev->end : 0;

	return start > floor ? start - floor : 0;
}

struct vma *vma_find(struct mm *mm, unsigned long addr)
{
	struct vma *found = mm->cache;
	struct rb_node *node;

	if (likely(found && addr >= found->start && addr < found->end))
		return found;
	found = NULL;
	node = mm->vmas.node;
	while (node) {
		struct vma *vma = vma_of(node);

		if (vma->end > addr) {
			found = vma;
			if (vma->start <= addr)
				break;
			node = node->left;
		} else {
			node = node->right;
		}
	}
	if (found)
		mm->cache = found;
	return found;
}

struct vma *vma_first(struct mm *mm)
{
	return vma_of(rb_first(&mm->vmas));
}

struct vma *vma_next(struct vma *vma)
{
	return vma_of(rb_next(&vma->node));
}

struct vma *vma_prev(struct vma *vma)
{
	return vma_of(rb_prev(&vma->node));
}

struct vma *vma_find_overlap(struct mm *mm, unsigned long start, unsigned long end)
{
	struct vma *vma = vma_find(mm, start);

	return vma && vma->start < end ? vma : NULL;
}

void vma_insert(struct mm *mm, struct vma *vma)
{
	struct rb_node **link = &mm->vmas.node, *parent = NULL;
	struct vma *next, *prev;

	while (*link) {
		parent = *link;
		link = vma->start < vma_of(parent)->start ? &parent->left : &parent->right;
	}
	rb_link(&vma->node, parent, link);
	prev = vma_prev(vma);
	next = vma_next(vma);
	DEBUG_ASSERT(vma->start < vma->end && (!prev || prev->end <= vma->start));
	DEBUG_ASSERT(!next || next->start >= vma->end);
	vma->gap = gap_below(vma, prev);
	rb_insert(&vma->node, &mm->vmas, update_gap);
	if (next) {
		next->gap = gap_below(next, vma);
		rb_update_path(&next->node, update_gap);
	}
	mm->map_count++;
}

void vma_remove(struct mm *mm, struct vma *vma)
{
	struct vma *prev = vma_prev(vma), *next = vma_next(vma);

	rb_erase(&vma->node, &mm->vmas, update_gap);
	if (next) {
		next->gap = gap_below(next, prev);
		rb_update_path(&next->node, update_gap);
	}
	mm->cache = NULL;
	mm->map_count--;
}

void vma_adjusted(struct vma *vma)
{
	struct vma *next = vma_next(vma);

	vma->gap = gap_below(vma, vma_prev(vma));
	rb_update_path(&vma->node, update_gap);
	if (next) {
		next->gap = gap_below(next, vma);
		rb_update_path(&next->node, update_gap);
	}
}

/* ---- free space ---- */
struct gap_query {
	unsigned long len, low, high;
};

/* The part of [start, end) inside the query's bounds is large enough? */
static bool gap_fits(const struct gap_query *q, unsigned long *start, unsigned long *end)
{
	*start = max(*start, q->low);
	*end = min(*end, q->high);
	return *end > *start && *end - *start >= q->len;
}

/*
 * Visits gaps from the top (or the bottom) on, leaving out subtrees without a large one; only on
 * the two paths along the bounds can such a subtree disappoint. Depth: the height of the tree.
 */
static unsigned long search_down(struct vma *vma, const struct gap_query *q)
{
	unsigned long start, end, addr;

	if (!vma || vma->subtree_gap < q->len)
		return 0;
	if (vma->end < q->high) {
		addr = search_down(vma_of(vma->node.right), q);
		if (addr)
			return addr;
	}
	end = vma_start_gap(vma);
	start = end - vma->gap;
	if (vma->gap && gap_fits(q, &start, &end))
		return end - q->len;
	return vma->start > q->low ? search_down(vma_of(vma->node.left), q) : 0;
}

static unsigned long search_up(struct vma *vma, const struct gap_query *q)
{
	unsigned long start, end, addr;

	if (!vma || vma->subtree_gap < q->len)
		return 0;
	if (vma->start > q->low) {
		addr = search_up(vma_of(vma->node.left), q);
		if (addr)
			return addr;
	}
	end = vma_start_gap(vma);
	start = end - vma->gap;
	if (vma->gap && gap_fits(q, &start, &end))
		return start;
	return vma->end < q->high ? search_up(vma_of(vma->node.right), q) : 0;
}

/* The free space above the last range belongs to no node. */
static bool gap_above_all(struct mm *mm, const struct gap_query *q, unsigned long *start,
			  unsigned long *end)
{
	struct vma *last = vma_of(rb_last(&mm->vmas));

	*start = last ? last->end : 0;
	*end = q->high;
	return gap_fits(q, start, end);
}

unsigned long vma_gap_top_down(struct mm *mm, unsigned long len, unsigned long low,
			       unsigned long high)
{
	struct gap_query q = { len, low, high };
	unsigned long start, end;

	if (high <= low || high - low < len)
		return 0;
	if (gap_above_all(mm, &q, &start, &end))
		return end - len;
	return search_down(vma_of(mm->vmas.node), &q);
}

unsigned long vma_gap_bottom_up(struct mm *mm, unsigned long len, unsigned long low,
				unsigned long high)
{
	struct gap_query q = { len, low, high };
	unsigned long start, end, addr;

	if (high <= low || high - low < len)
		return 0;
	addr = search_up(vma_of(mm->vmas.node), &q);
	if (!addr && gap_above_all(mm, &q, &start, &end))
		addr = start;
	return addr;
}

/* ---- what a VMA holds ---- */
void vma_link_mapping(struct vma *vma)
{
	if (!vma->mapping)
		return;
	spin_lock(&vma->mapping->lock);
	/* Behind its parent's: who unmaps pages meets the original before the copy made of it. */
	list_add_tail(&vma->map_node, &vma->mapping->vmas);
	spin_unlock(&vma->mapping->lock);
}

void vma_unlink_mapping(struct vma *vma)
{
	if (!vma->mapping)
		return;
	spin_lock(&vma->mapping->lock);
	list_del_init(&vma->map_node);
	spin_unlock(&vma->mapping->lock);
}

void vma_hold(struct vma *vma)
{
	if (vma->file)
		file_get(vma->file);
	if (vma->ops && vma->ops->open)
		vma->ops->open(vma);
	vma_link_mapping(vma);
}

void vma_drop(struct vma *vma)
{
	vma_unlink_mapping(vma);
	if (vma->ops && vma->ops->close)
		vma->ops->close(vma);
	if (vma->file)
		file_put(vma->file);
}

void vma_free_all(struct mm *mm)
{
	struct rb_node *node = mm->vmas.node, *parent;

	/* Leaves first; each is cut off its parent, so the tree needs no care. */
	while (node) {
		if (node->left || node->right) {
			node = node->left ? node->left : node->right;
			continue;
		}
		parent = rb_parent(node);
		if (parent && parent->left == node)
			parent->left = NULL;
		else if (parent)
			parent->right = NULL;
		vma_drop(vma_of(node));
		vma_free(vma_of(node));
		node = parent;
	}
	mm->vmas = RB_ROOT;
	mm->cache = NULL;
	mm->map_count = 0;
}

/* ---- split and merge ---- */
struct vma *vma_split(struct mm *mm, struct vma *vma, unsigned long addr)
{
	struct vma *upper = vma_alloc(mm);

	DEBUG_ASSERT(addr > vma->start && addr < vma->end);
	if (!upper)
		return ERR_PTR(-ENOMEM);
	upper->start = addr;
	upper->end = vma->end;
	upper->flags = vma->flags;
	upper->pgoff = vma_page_index(vma, addr);
	upper->file = vma->file;
	upper->mapping = vma->mapping;
	upper->ops = vma->ops;
	upper->private = vma->private;
	/* On the mapping's list before its pages leave the lower part: reclaim misses none. */
	vma_hold(upper);
	vma->end = addr;
	vma_insert(mm, upper);
	return upper;
}

static bool same_kind(const struct vma *low, const struct vma *high)
{
	if (low->end != high->start || ((low->flags ^ high->flags) & ~VM_HAS_ANON))
		return false;
	if (low->file != high->file || low->mapping != high->mapping || low->ops != high->ops ||
	    low->private != high->private)
		return false;
	if ((low->ops && low->ops->close) || (low->flags & (VM_IO | VM_SPECIAL)))
		return false;
	return !low->mapping || vma_page_index(low, low->end) == high->pgoff;
}

bool vma_can_extend(const struct vma *vma, unsigned long end, u32 flags)
{
	return vma->end == end && !((vma->flags ^ flags) & ~VM_HAS_ANON) && !vma->file &&
	       !vma->mapping && !vma->ops;
}

/* `high` goes, `low` reaches to its end. */
static void absorb(struct mm *mm, struct vma *low, struct vma *high)
{
	unsigned long end = high->end;

	low->flags |= high->flags & VM_HAS_ANON;
	vma_remove(mm, high);
	low->end = end;
	vma_adjusted(low);
	vma_drop(high);
	vma_free(high);
}

struct vma *vma_merge(struct mm *mm, struct vma *vma)
{
	struct vma *prev = vma_prev(vma), *next = vma_next(vma);

	if (next && same_kind(vma, next))
		absorb(mm, vma, next);
	if (prev && same_kind(prev, vma)) {
		absorb(mm, prev, vma);
		return prev;
	}
	return vma;
}
