/* Red-black tree with a summary: random insertions and removals against a sorted array. */
// LINK: kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/rbtree.h>
#include <stdlib.h>

#define NODES 400

struct item {
	struct rb_node node;
	unsigned int key;
	unsigned int weight, max; /* max: the largest weight in the subtree */
	bool in;
};
static struct item items[NODES];
static struct rb_root root;

static struct item *item_of(struct rb_node *n)
{
	return rb_entry(n, struct item, node);
}

static bool update_max(struct rb_node *n)
{
	struct item *i = item_of(n);
	unsigned int m = i->weight;
	bool changed;

	if (n->left && item_of(n->left)->max > m)
		m = item_of(n->left)->max;
	if (n->right && item_of(n->right)->max > m)
		m = item_of(n->right)->max;
	changed = i->max != m;
	i->max = m;
	return changed;
}

static void insert(struct item *item)
{
	struct rb_node **link = &root.node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = item->key < item_of(parent)->key ? &parent->left : &parent->right;
	}
	rb_link(&item->node, parent, link);
	rb_insert(&item->node, &root, update_max);
	item->in = true;
}

/* Checks colours, parents and summaries; returns the black height. */
static int check(struct rb_node *n, struct rb_node *parent, unsigned int *max)
{
	unsigned int l = 0, r = 0, m;
	int black = n ? (int)(n->parent_color & 1) : 1, hl, hr;

	*max = 0;
	if (!n)
		return 1;
	assert_ptr_equal(rb_parent(n), parent);
	if (!black && parent)
		assert_true(parent->parent_color & 1);
	hl = check(n->left, n, &l);
	hr = check(n->right, n, &r);
	assert_int_equal(hl, hr);
	m = item_of(n)->weight;
	m = l > m ? l : m;
	m = r > m ? r : m;
	assert_int_equal(item_of(n)->max, m);
	*max = m;
	return hl + black;
}

static void check_order(void)
{
	struct rb_node *n = rb_first(&root), *back = rb_last(&root);
	unsigned int max;

	check(root.node, NULL, &max);
	for (unsigned int i = 0; i < NODES; i++) {
		if (!items[i].in)
			continue;
		assert_ptr_equal(n, &items[i].node);
		n = rb_next(n);
	}
	assert_null(n);
	for (unsigned int i = NODES; i > 0; i--) {
		if (!items[i - 1].in)
			continue;
		assert_ptr_equal(back, &items[i - 1].node);
		back = rb_prev(back);
	}
	assert_null(back);
}

static void random_operations(void **state)
{
	srand(1);
	root = RB_ROOT;
	for (unsigned int i = 0; i < NODES; i++)
		items[i] = (struct item){ .key = i };
	for (unsigned int round = 0; round < 20000; round++) {
		struct item *i = &items[rand() % NODES];

		if (!i->in) {
			i->weight = (unsigned int)rand() % 1000;
			insert(i);
		} else if (rand() % 3 == 0) {
			i->weight = (unsigned int)rand() % 1000;
			rb_update_path(&i->node, update_max);
		} else {
			rb_erase(&i->node, &root, update_max);
			i->in = false;
		}
		if (round % 50 == 0)
			check_order();
	}
	for (unsigned int i = 0; i < NODES; i++)
		if (items[i].in) {
			rb_erase(&items[i].node, &root, update_max);
			items[i].in = false;
		}
	assert_null(root.node);
}

static void without_summary(void **state)
{
	root = RB_ROOT;
	for (unsigned int i = 0; i < NODES; i++) {
		struct rb_node **link = &root.node, *parent = NULL;

		while (*link) {
			parent = *link;
			link = &parent->right;
		}
		rb_link(&items[i].node, parent, link);
		rb_insert(&items[i].node, &root, NULL);
	}
	for (unsigned int i = 0; i < NODES; i++) {
		assert_ptr_equal(rb_first(&root), &items[i].node);
		rb_erase(&items[i].node, &root, NULL);
	}
	assert_null(rb_first(&root));
	assert_null(rb_last(&root));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(random_operations),
		host_test(without_summary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
