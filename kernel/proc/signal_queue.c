/*
 * signal_queue.c - sets of pending signals with what is known of each.
 *
 * A bit in `set` says that a signal is pending; the queue has at most one entry for a standard
 * signal, any number in order for a real-time one. A bit without an entry is a signal whose details
 * found no memory, or SIGKILL, which has none.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "signal_internal.h"

static struct kmem_cache *sigqueue_cache;

static struct kmem_cache *queue_cache(void)
{
	if (unlikely(!sigqueue_cache))
		sigqueue_cache = kmem_cache_create("sigqueue", sizeof(struct sigqueue), 8);
	return sigqueue_cache;
}

struct sigqueue *sigqueue_alloc(struct cred *owner, u64 limit, bool override_limit)
{
	struct kmem_cache *cache = queue_cache();
	int used = atomic_add(&owner->user->sigpending, 1);
	struct sigqueue *q = NULL;

	if (cache && (override_limit || (u64)used <= limit))
		q = kmem_cache_alloc(cache, GFP_ATOMIC);
	if (!q) {
		atomic_add(&owner->user->sigpending, -1);
		return NULL;
	}
	cred_get(owner);
	q->owner = owner;
	list_init(&q->node);
	return q;
}

void sigqueue_free(struct sigqueue *q)
{
	struct cred *owner = q->owner;

	if (!owner) {
		posix_timer_signal_dropped(q);
		return;
	}
	atomic_add(&owner->user->sigpending, -1);
	kmem_cache_free(sigqueue_cache, q);
	cred_put(owner);
}

void sigpending_init(struct sigpending *p)
{
	list_init(&p->queue);
	p->set = 0;
}

void sigpending_add(struct sigpending *p, int sig, struct sigqueue *q)
{
	p->set |= sigmask(sig);
	if (q)
		list_add_tail(&q->node, &p->queue);
}

static void info_unknown(struct siginfo_k *info, int sig)
{
	memset(info, 0, sizeof(*info));
	info->signo = sig;
	info->code = SI_USER;
}

void sigpending_take(struct sigpending *p, int sig, struct siginfo_k *info)
{
	struct sigqueue *q, *first = NULL;
	bool more = false;

	list_for_each_entry (q, &p->queue, node) {
		if (q->info.signo != sig)
			continue;
		if (first) {
			more = true;
			break;
		}
		first = q;
	}
	if (!more)
		p->set &= ~sigmask(sig);
	if (!first) {
		info_unknown(info, sig);
		return;
	}
	list_del_init(&first->node);
	*info = first->info;
	if (first->owner)
		sigqueue_free(first);
	else
		posix_timer_dequeued(first, info);
}

void sigpending_flush_mask(struct sigpending *p, u64 mask)
{
	struct sigqueue *q, *tmp;

	if (!(p->set & mask))
		return;
	p->set &= ~mask;
	list_for_each_entry_safe (q, tmp, &p->queue, node) {
		if (!(sigmask(q->info.signo) & mask))
			continue;
		list_del_init(&q->node);
		sigqueue_free(q);
	}
}

void sigpending_flush(struct sigpending *p)
{
	sigpending_flush_mask(p, ~0ull);
}

static int sigqueue_init(void)
{
	return queue_cache() ? 0 : -ENOMEM;
}
INIT_CALL(INIT_EARLY, sigqueue_init);
