/*
 * unix_gc_graph.h - which sockets in flight nobody can ever receive. Pure.
 *
 * A node is a socket all of whose references come from messages under way (a candidate). An edge
 * from a to b is a message waiting in a that carries b. What a candidate is not held by another
 * candidate alone, or can be reached from such a one, lives; the rest is garbage.
 */
#ifndef UNIX_GC_GRAPH_H
#define UNIX_GC_GRAPH_H

#include <kernel/list.h>
#include <kernel/types.h>

struct gc_node {
	struct list_head link;
	unsigned int inflight; /* messages that carry it, counted each time */
	unsigned int internal; /* of those, waiting in candidates */
	bool candidate, alive;
};

typedef void (*gc_edge_fn)(struct gc_node *target, void *arg);
/* Calls fn for every edge that leaves `node`, to candidates or not. */
typedef void (*gc_each_edge_fn)(struct gc_node *node, gc_edge_fn fn, void *arg);

/* Keeps in `candidates` what is garbage; the others are unlinked and no candidates any more. */
void gc_find_garbage(struct list_head *candidates, gc_each_edge_fn each_edge);

#endif
