/* radix.c - see radix.h. */
#include "radix.h"
#include <kernel/bitops.h>
#include <kernel/errno.h>
#include <kernel/slab.h>

struct radix_node {
	u8 shift;  /* of the index, for a slot of this node */
	u8 offset; /* slot in the parent */
	u8 count;  /* slots in use */
	struct radix_node *parent;
	unsigned long tags[RADIX_SLOTS / BITS_PER_LONG];
	void *slots[RADIX_SLOTS]; /* shift 0: struct page; else struct radix_node */
};

static struct kmem_cache *node_cache;

void radix_cache_init(void)
{
	node_cache = kmem_cache_create("radix_node", sizeof(struct radix_node), 0);
}

bool radix_refill(void)
{
	void *node = kmem_cache_alloc(node_cache, GFP_KERNEL);

	kmem_cache_free(node_cache, node);
	return node;
}

static inline unsigned int slot_of(const struct radix_node *node, unsigned long index)
{
	return (index >> node->shift) & (RADIX_SLOTS - 1);
}

/* The largest index a tree of this height holds. */
static unsigned long max_index(unsigned int height)
{
	unsigned int bits = height * RADIX_BITS;

	return bits >= BITS_PER_LONG ? ~0ul : (1ul << bits) - 1;
}

static struct radix_node *leaf_of(const struct radix_tree *t, unsigned long index)
{
	struct radix_node *node = *t->root;

	if (!*t->height || index > max_index(*t->height))
		return NULL;
	while (node && node->shift)
		node = node->slots[slot_of(node, index)];
	return node;
}

struct page *radix_find(const struct radix_tree *t, unsigned long index)
{
	struct radix_node *leaf;

	if (!*t->height)
		return index ? NULL : (struct page *)(void *)*t->root;
	leaf = leaf_of(t, index);
	return leaf ? leaf->slots[index & (RADIX_SLOTS - 1)] : NULL;
}

static bool any_tag(const struct radix_node *node)
{
	return node->tags[0] | node->tags[1];
}

static struct radix_node *node_create(unsigned int shift, struct radix_node *parent,
				      unsigned int offset)
{
	struct radix_node *node = kmem_cache_alloc(node_cache, GFP_ATOMIC | GFP_ZERO);

	if (!node)
		return NULL;
	node->shift = (u8)shift;
	node->parent = parent;
	node->offset = (u8)offset;
	if (parent) {
		parent->slots[offset] = node;
		parent->count++;
	}
	return node;
}

/* Puts one more level on top; what was the root becomes its slot 0. */
static int tree_raise(struct radix_tree *t)
{
	struct radix_node *old = *t->root, *top;

	if (!old) {
		(*t->height)++;
		return 0;
	}
	top = node_create(*t->height * RADIX_BITS, NULL, 0);
	if (!top)
		return -ENOMEM;
	top->slots[0] = old;
	top->count = 1;
	if (*t->height) {
		old->parent = top;
		old->offset = 0;
		if (any_tag(old))
			bit_set(top->tags, 0);
	} else {
		/* The page had no tag of its own: let write-back look at it. */
		bit_set(top->tags, 0);
	}
	*t->root = top;
	(*t->height)++;
	return 0;
}

/* Drops nodes that became empty, and levels that hold slot 0 only. */
static void tree_trim(struct radix_tree *t, struct radix_node *node)
{
	while (node && !node->count) {
		struct radix_node *parent = node->parent;

		if (parent) {
			parent->slots[node->offset] = NULL;
			parent->count--;
			bit_clear(parent->tags, node->offset);
		} else {
			*t->root = NULL;
			*t->height = 0;
		}
		kmem_cache_free(node_cache, node);
		node = parent;
	}
	while (*t->height && (node = *t->root) && node->count == 1 && node->slots[0]) {
		*t->root = node->slots[0];
		(*t->height)--;
		if (*t->height)
			(*t->root)->parent = NULL;
		kmem_cache_free(node_cache, node);
	}
	if (!*t->root)
		*t->height = 0;
}

/* The leaf that has a slot for index, made if need be; NULL: no memory. */
static struct radix_node *leaf_create(struct radix_tree *t, unsigned long index)
{
	struct radix_node *node;

	if (!*t->root)
		*t->root = node_create((*t->height - 1) * RADIX_BITS, NULL, 0);
	node = *t->root;
	while (node && node->shift) {
		unsigned int slot = slot_of(node, index);
		struct radix_node *next = node->slots[slot];

		if (!next)
			next = node_create(node->shift - RADIX_BITS, node, slot);
		if (!next) {
			tree_trim(t, node);
			return NULL;
		}
		node = next;
	}
	if (!node)
		*t->height = 0;
	return node;
}

int radix_insert(struct radix_tree *t, unsigned long index, struct page *page)
{
	struct radix_node *leaf;
	unsigned int slot = index & (RADIX_SLOTS - 1);

	while (index > max_index(*t->height)) {
		int err = tree_raise(t);

		if (err) {
			tree_trim(t, NULL);
			return err;
		}
	}
	if (!*t->height) {
		if (*t->root)
			return -EEXIST;
		*t->root = (struct radix_node *)(void *)page;
		return 0;
	}
	leaf = leaf_create(t, index);
	if (!leaf)
		return -ENOMEM;
	if (leaf->slots[slot])
		return -EEXIST;
	leaf->slots[slot] = page;
	leaf->count++;
	return 0;
}

struct page *radix_remove(struct radix_tree *t, unsigned long index)
{
	unsigned int slot = index & (RADIX_SLOTS - 1);
	struct radix_node *leaf;
	struct page *page;

	if (!*t->height) {
		page = radix_find(t, index);
		if (page)
			*t->root = NULL;
		return page;
	}
	leaf = leaf_of(t, index);
	page = leaf ? leaf->slots[slot] : NULL;
	if (!page)
		return NULL;
	radix_untag(t, index);
	leaf->slots[slot] = NULL;
	leaf->count--;
	tree_trim(t, leaf);
	return page;
}

/* Slot of `node` at or after `slot` that is in use (or tagged); RADIX_SLOTS: none. */
static unsigned int next_slot(const struct radix_node *node, unsigned int slot, bool tagged)
{
	if (tagged)
		return find_next_bit(node->tags, RADIX_SLOTS, slot);
	while (slot < RADIX_SLOTS && !node->slots[slot])
		slot++;
	return slot;
}

static struct page *find_from(const struct radix_tree *t, unsigned long *index, bool tagged)
{
	struct radix_node *node = *t->root;
	unsigned long want = *index;

	if (!*t->height)
		return want ? NULL : (struct page *)(void *)node;
	if (!node || want > max_index(*t->height))
		return NULL;
	for (;;) {
		unsigned int first = slot_of(node, want), slot = next_slot(node, first, tagged);

		if (slot == RADIX_SLOTS) {
			/* Nothing more here: on to the next slot of the first ancestor that has
			 * one. */
			want = ((want >> node->shift >> RADIX_BITS) + 1)
			       << node->shift << RADIX_BITS;
			do
				node = node->parent;
			while (node && !slot_of(node, want));
			if (!node)
				return NULL;
			continue;
		}
		if (slot != first)
			want = ((want >> node->shift) - first + slot) << node->shift;
		if (!node->shift) {
			*index = want;
			return node->slots[slot];
		}
		node = node->slots[slot];
	}
}

struct page *radix_next(const struct radix_tree *t, unsigned long *index)
{
	return find_from(t, index, false);
}

struct page *radix_next_tagged(const struct radix_tree *t, unsigned long *index)
{
	return find_from(t, index, true);
}

void radix_gang(const struct radix_tree *t, unsigned long first, unsigned int n, struct page **out)
{
	struct radix_node *leaf = leaf_of(t, first);
	unsigned int i = 0;

	for (; i < n; i++) {
		unsigned long index = first + i;
		unsigned int slot = index & (RADIX_SLOTS - 1);

		if (i && !slot)
			leaf = leaf_of(t, index);
		if (!*t->height)
			out[i] = radix_find(t, index);
		else
			out[i] = leaf ? leaf->slots[slot] : NULL;
	}
}

void radix_tag(struct radix_tree *t, unsigned long index)
{
	struct radix_node *node = leaf_of(t, index);

	for (; node; node = node->parent) {
		unsigned int slot = slot_of(node, index);

		if (bit_test(node->tags, slot))
			return;
		bit_set(node->tags, slot);
	}
}

void radix_untag(struct radix_tree *t, unsigned long index)
{
	struct radix_node *node = leaf_of(t, index);

	for (; node; node = node->parent) {
		bit_clear(node->tags, slot_of(node, index));
		if (any_tag(node))
			return;
	}
}
