/*
 * rbtree.h - intrusive red-black tree, with an optional value kept up along the path to the root.
 *
 * The caller walks down from root->node to find the place, then rb_link() and rb_insert(). A tree
 * whose nodes carry a summary of their subtree (the largest gap, say) passes `update`, which
 * recomputes one node's summary from its children and returns whether it changed; NULL otherwise.
 * All operations are O(log n); rb_first() is too: keep the leftmost yourself where it is hot.
 * Threading: the caller locks. Source: Cormen et al., chapter 13.
 */
#ifndef KERNEL_RBTREE_H
#define KERNEL_RBTREE_H

#include <kernel/types.h>

struct rb_node {
	uintptr_t parent_color; /* parent pointer, bit 0: 1 = black */
	struct rb_node *left, *right;
};
struct rb_root {
	struct rb_node *node;
};
typedef bool (*rb_update_fn)(struct rb_node *node);

#define RB_ROOT		  ((struct rb_root){ NULL })
#define rb_entry(p, t, m) container_of(p, t, m)
#define rb_parent(n)	  ((struct rb_node *)((n)->parent_color & ~(uintptr_t)1))
#define RB_EMPTY_NODE(n)  ((n)->parent_color == (uintptr_t)(n))
#define RB_CLEAR_NODE(n)  ((n)->parent_color = (uintptr_t)(n))

static inline void rb_link(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->parent_color = (uintptr_t)parent;
	node->left = NULL;
	node->right = NULL;
	*link = node;
}
void rb_insert(struct rb_node *node, struct rb_root *root, rb_update_fn update);
void rb_erase(struct rb_node *node, struct rb_root *root, rb_update_fn update);
/* After a node's own value changed: recompute it and its ancestors. */
void rb_update_path(struct rb_node *node, rb_update_fn update);
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

#endif
