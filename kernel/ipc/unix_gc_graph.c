/* unix_gc_graph.c - see unix_gc_graph.h. */
#include "unix_gc_graph.h"

static void count_edge(struct gc_node *target, void *arg)
{
	if (target->candidate)
		target->internal++;
}

/* A candidate that a living node holds lives: it joins the queue of those to follow. */
static void follow_edge(struct gc_node *target, void *arg)
{
	struct list_head *queue = arg;

	if (!target->candidate || target->alive)
		return;
	target->alive = true;
	list_move_tail(&target->link, queue);
}

void gc_find_garbage(struct list_head *candidates, gc_each_edge_fn each_edge)
{
	struct gc_node *node, *next;
	LIST_HEAD(queue);

	list_for_each_entry (node, candidates, link) {
		node->internal = 0;
		node->alive = false;
	}
	list_for_each_entry (node, candidates, link)
		each_edge(node, count_edge, NULL);
	list_for_each_entry_safe (node, next, candidates, link) {
		if (node->internal < node->inflight)
			follow_edge(node, &queue);
	}
	while (!list_empty(&queue)) {
		node = list_first_entry(&queue, struct gc_node, link);
		each_edge(node, follow_edge, &queue);
		list_del_init(&node->link);
		node->candidate = false;
	}
}
