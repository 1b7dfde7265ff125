/*
 * rbtree.c - red-black trees (Cormen et al., chapter 13), with null links instead of a sentinel.
 *
 * A summary depends on the set of nodes below it only, so a rotation changes that of the two nodes
 * it turns and no other: the path is brought up to date before balancing begins.
 */
#include <kernel/rbtree.h>

#define RED   ((uintptr_t)0)
#define BLACK ((uintptr_t)1)

static inline bool is_black(const struct rb_node *n)
{
	return !n || (n->parent_color & BLACK);
}
static inline void set_parent(struct rb_node *n, struct rb_node *parent)
{
	n->parent_color = (uintptr_t)parent | (n->parent_color & BLACK);
}
static inline void set_color(struct rb_node *n, uintptr_t color)
{
	n->parent_color = (n->parent_color & ~BLACK) | color;
}

/* Puts `new` where `old` hangs below its parent. */
static void replace_child(struct rb_root *root, struct rb_node *parent, struct rb_node *old,
			  struct rb_node *new)
{
	if (!parent)
		root->node = new;
	else if (parent->left == old)
		parent->left = new;
	else
		parent->right = new;
}

static void rotate(struct rb_root *root, struct rb_node *n, bool left, rb_update_fn update)
{
	struct rb_node *up = left ? n->right : n->left, *parent = rb_parent(n), *moved;

	if (left) {
		moved = up->left;
		n->right = moved;
		up->left = n;
	} else {
		moved = up->right;
		n->left = moved;
		up->right = n;
	}
	if (moved)
		set_parent(moved, n);
	set_parent(up, parent);
	replace_child(root, parent, n, up);
	set_parent(n, up);
	if (update) {
		update(n);
		update(up);
	}
}

void rb_update_path(struct rb_node *node, rb_update_fn update)
{
	while (node && update(node))
		node = rb_parent(node);
}

/* To the root whatever the summaries say: some node on the way got other children. */
static void update_to_root(struct rb_node *node, rb_update_fn update)
{
	for (; node; node = rb_parent(node))
		update(node);
}

void rb_insert(struct rb_node *node, struct rb_root *root, rb_update_fn update)
{
	struct rb_node *parent;

	if (update) {
		update(node);
		rb_update_path(rb_parent(node), update);
	}
	while ((parent = rb_parent(node)) && !is_black(parent)) {
		struct rb_node *grand = rb_parent(parent);
		bool left = parent == grand->left;
		struct rb_node *uncle = left ? grand->right : grand->left;

		if (!is_black(uncle)) {
			set_color(uncle, BLACK);
			set_color(parent, BLACK);
			set_color(grand, RED);
			node = grand;
			continue;
		}
		if (node == (left ? parent->right : parent->left)) {
			rotate(root, parent, left, update);
			parent = node;
		}
		set_color(parent, BLACK);
		set_color(grand, RED);
		rotate(root, grand, !left, update);
		break;
	}
	set_color(root->node, BLACK);
}

/* `node` (may be NULL) below `parent` carries one black too few. */
static void erase_balance(struct rb_node *node, struct rb_node *parent, struct rb_root *root,
			  rb_update_fn update)
{
	while (parent && is_black(node)) {
		bool left = node == parent->left;
		struct rb_node *sib = left ? parent->right : parent->left, *near, *far;

		if (!is_black(sib)) {
			set_color(sib, BLACK);
			set_color(parent, RED);
			rotate(root, parent, left, update);
			sib = left ? parent->right : parent->left;
		}
		near = left ? sib->left : sib->right;
		far = left ? sib->right : sib->left;
		if (is_black(near) && is_black(far)) {
			set_color(sib, RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (is_black(far)) {
			set_color(near, BLACK);
			set_color(sib, RED);
			rotate(root, sib, !left, update);
			far = sib;
			sib = near;
		}
		set_color(sib, parent->parent_color & BLACK);
		set_color(parent, BLACK);
		set_color(far, BLACK);
		rotate(root, parent, left, update);
		return;
	}
	if (node)
		set_color(node, BLACK);
}

/* Unlinks a node with two children: its successor takes its place and colour. */
static void erase_inner(struct rb_node *node, struct rb_root *root, struct rb_node **child,
			struct rb_node **parent, uintptr_t *color)
{
	struct rb_node *next = node->right;

	while (next->left)
		next = next->left;
	*child = next->right;
	*color = next->parent_color & BLACK;
	if (next == node->right) {
		*parent = next;
	} else {
		*parent = rb_parent(next);
		(*parent)->left = *child;
		if (*child)
			set_parent(*child, *parent);
		next->right = node->right;
		set_parent(next->right, next);
	}
	next->left = node->left;
	set_parent(next->left, next);
	next->parent_color = node->parent_color;
	replace_child(root, rb_parent(node), node, next);
}

void rb_erase(struct rb_node *node, struct rb_root *root, rb_update_fn update)
{
	struct rb_node *child, *parent;
	uintptr_t color;

	if (node->left && node->right) {
		erase_inner(node, root, &child, &parent, &color);
	} else {
		child = node->left ? node->left : node->right;
		parent = rb_parent(node);
		color = node->parent_color & BLACK;
		replace_child(root, parent, node, child);
		if (child)
			set_parent(child, parent);
	}
	if (update)
		update_to_root(parent, update);
	if (color == BLACK)
		erase_balance(child, parent, root, update);
}

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *n = root->node;

	while (n && n->left)
		n = n->left;
	return n;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *n = root->node;

	while (n && n->right)
		n = n->right;
	return n;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->right) {
		struct rb_node *n = node->right;

		while (n->left)
			n = n->left;
		return n;
	}
	while ((parent = rb_parent(node)) && node == parent->right)
		node = parent;
	return parent;
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (node->left) {
		struct rb_node *n = node->left;

		while (n->right)
			n = n->right;
		return n;
	}
	while ((parent = rb_parent(node)) && node == parent->left)
		node = parent;
	return parent;
}
