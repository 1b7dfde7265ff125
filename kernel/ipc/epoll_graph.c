/* epoll_graph.c - see epoll_graph.h. */
#include <kernel/errno.h>
#include "epoll_graph.h"

static u32 visit_serial;

void epoll_node_init(struct epoll_node *node)
{
	list_init(&node->watches);
	list_init(&node->watchers);
	node->visit = 0;
	node->height = 0;
}

/*
 * Longest chain below (or above) a node. Each node is worked out once a check, so that a lattice of
 * epolls does not take exponential time; the depth of the recursion is what earlier checks allowed.
 */
static u32 node_height(struct epoll_node *node, bool down, const struct epoll_node *avoid,
		       bool *found)
{
	struct epoll_edge *edge;
	u32 height = 0, h;

	if (node == avoid)
		*found = true;
	if (node->visit == visit_serial)
		return node->height;
	node->visit = visit_serial;
	if (down) {
		list_for_each_entry (edge, &node->watches, down) {
			h = 1 + node_height(edge->watched, true, avoid, found);
			height = max(height, h);
		}
	} else {
		list_for_each_entry (edge, &node->watchers, up) {
			h = 1 + node_height(edge->watcher, false, avoid, found);
			height = max(height, h);
		}
	}
	node->height = height;
	return height;
}

int epoll_graph_check(struct epoll_node *watcher, struct epoll_node *watched)
{
	bool cycle = false;
	u32 below, above;

	visit_serial++;
	below = node_height(watched, true, watcher, &cycle);
	if (cycle)
		return -ELOOP;
	visit_serial++;
	above = node_height(watcher, false, NULL, &cycle);
	return above + 1 + below > EPOLL_MAX_DEPTH ? -ELOOP : 0;
}

void epoll_graph_link(struct epoll_edge *edge, struct epoll_node *watcher,
		      struct epoll_node *watched)
{
	edge->watcher = watcher;
	edge->watched = watched;
	list_add_tail(&edge->down, &watcher->watches);
	list_add_tail(&edge->up, &watched->watchers);
}

void epoll_graph_unlink(struct epoll_edge *edge)
{
	list_del_init(&edge->down);
	list_del_init(&edge->up);
	edge->watched = NULL;
}
