/*
 * epoll_graph.h - which epoll watches which: no cycles, no long chains. Pure.
 *
 * A node is an epoll instance, an edge a watch of one on another. Events run up the edges under
 * locks, so their depth is bounded. The caller serialises all changes and checks.
 */
#ifndef EPOLL_GRAPH_H
#define EPOLL_GRAPH_H

#include <kernel/list.h>
#include <kernel/types.h>

#define EPOLL_MAX_DEPTH 5u /* edges in a chain, as Linux allows */

struct epoll_node {
	struct list_head watches;  /* struct epoll_edge.down: what this one watches */
	struct list_head watchers; /* struct epoll_edge.up: who watches this one */
	u32 visit, height;	   /* of the check in progress */
};

struct epoll_edge {
	struct list_head down, up;
	struct epoll_node *watcher, *watched;
};

void epoll_node_init(struct epoll_node *node);
/* May `watcher` watch `watched`? 0, or -ELOOP for a cycle or a chain too long. */
int epoll_graph_check(struct epoll_node *watcher, struct epoll_node *watched);
void epoll_graph_link(struct epoll_edge *edge, struct epoll_node *watcher,
		      struct epoll_node *watched);
void epoll_graph_unlink(struct epoll_edge *edge);

#endif
