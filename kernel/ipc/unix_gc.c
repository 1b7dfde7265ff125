/*
 * unix_gc.c - files in flight, and the sockets lost in cycles of them.
 *
 * A socket sent over itself, or two sent over each other, and then closed hold each other for ever.
 * The collector runs soon after a socket closed while Unix sockets were in flight, once for many
 * that close together: it takes those that only messages refer to, lets unix_gc_graph.c find what
 * cannot be reached from a living one, and throws their messages away.
 */
#include <kernel/cred.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include "unix_internal.h"

DEFINE_MUTEX(unix_gc_lock, RANK_SOCKET + 1);

static unsigned int inflight_sockets; /* messages that carry one */

/* All files under way, for the limit a sender meets. */
static struct atomic inflight_files = ATOMIC_INIT(0);

static struct unix_sock *unix_sock_of_file(struct file *file)
{
	struct socket *sock = socket_of(file);

	return sock && sock->family == AF_UNIX ? sock->private : NULL;
}

static bool inflight_ok(void)
{
	return (u64)atomic_read(&inflight_files) <= rlimit(RLIMIT_NOFILE);
}

/* Over the limit, what is lost is looked for first: it may be all. */
int unix_inflight_check(void)
{
	if (likely(inflight_ok()) || capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN))
		return 0;
	unix_gc();
	return inflight_ok() ? 0 : -ETOOMANYREFS;
}

/* add: true when they begin to fly, false when they have landed. */
static void files_count(struct unix_files *files, bool add)
{
	const unsigned int one = add ? 1u : ~0u; /* plus or minus one, modulo 2^32 */

	for (unsigned int i = 0; i < files->count; i++) {
		struct unix_sock *u = unix_sock_of_file(files->file[i]);

		if (!u)
			continue;
		u->gc.inflight += one;
		inflight_sockets += one;
	}
	atomic_add(&inflight_files, add ? (int)files->count : -(int)files->count);
	files->inflight = add;
}

void unix_files_attach(struct unix_files *files)
{
	files_count(files, true);
}

void unix_files_detach(struct unix_files *files)
{
	if (files->inflight)
		files_count(files, false);
}

/* Calls fn for the sockets that the messages of one queue carry. */
static void each_edge_of_queue(struct unix_sock *u, gc_edge_fn fn, void *arg)
{
	struct unix_msg *msg;

	spin_lock(&u->lock);
	list_for_each_entry (msg, &u->queue, node) {
		for (unsigned int i = 0; msg->files && i < msg->files->count; i++) {
			struct unix_sock *target = unix_sock_of_file(msg->files->file[i]);

			if (target)
				fn(&target->gc, arg);
		}
	}
	spin_unlock(&u->lock);
}

/* A listener also holds what was sent to the connections nobody accepted. unix_lock held. */
static void each_edge(struct gc_node *node, gc_edge_fn fn, void *arg)
{
	struct unix_sock *u = container_of(node, struct unix_sock, gc), *embryo;

	each_edge_of_queue(u, fn, arg);
	list_for_each_entry (embryo, &u->to_accept, accept_node)
		each_edge_of_queue(embryo, fn, arg);
}

/* Sockets whose file nobody has but messages. Both locks held. */
static void find_candidates(struct list_head *candidates)
{
	struct unix_sock *u;

	list_for_each_entry (u, &unix_all, all_node) {
		struct file *file = u->socket ? u->socket->file : NULL;

		u->gc.candidate = file && u->gc.inflight &&
				  (unsigned int)refcount_read(&file->refs) == u->gc.inflight;
		if (u->gc.candidate)
			list_add_tail(&u->gc.link, candidates);
	}
}

/* Moves the messages that carry files to `out`. unix_lock held. */
static void take_messages(struct unix_sock *u, struct list_head *out)
{
	struct unix_msg *msg, *next;

	spin_lock(&u->lock);
	list_for_each_entry_safe (msg, next, &u->queue, node) {
		if (!msg->files)
			continue;
		list_move_tail(&msg->node, out);
		u->queued--;
	}
	spin_unlock(&u->lock);
}

void unix_gc(void)
{
	struct unix_sock *embryo;
	struct gc_node *node;
	LIST_HEAD(candidates);
	LIST_HEAD(messages);

	if (!READ_ONCE(inflight_sockets))
		return;
	mutex_lock(&unix_gc_lock);
	spin_lock(&unix_lock);
	find_candidates(&candidates);
	gc_find_garbage(&candidates, each_edge);
	while (!list_empty(&candidates)) {
		struct unix_sock *u;

		node = list_first_entry(&candidates, struct gc_node, link);
		u = container_of(node, struct unix_sock, gc);
		take_messages(u, &messages);
		list_for_each_entry (embryo, &u->to_accept, accept_node)
			take_messages(embryo, &messages);
		list_del_init(&node->link);
		node->candidate = false;
	}
	spin_unlock(&unix_lock);
	mutex_unlock(&unix_gc_lock);
	while (!list_empty(&messages)) {
		struct unix_msg *msg = list_first_entry(&messages, struct unix_msg, node);

		list_del(&msg->node);
		unix_msg_free(msg);
	}
}

static void gc_run(struct work *work)
{
	unix_gc();
}

static struct work gc_work;

void unix_gc_soon(void)
{
	if (READ_ONCE(inflight_sockets))
		work_queue(&gc_work);
}

static int unix_gc_init(void)
{
	work_init(&gc_work, gc_run);
	return 0;
}
INIT_CALL(INIT_CORE, unix_gc_init);
