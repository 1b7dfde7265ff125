/* clock_listen.c - who wants to know that the real-time clock was stepped. */
#include <kernel/lock.h>
#include <kernel/timekeeping.h>

static DEFINE_MUTEX(listen_lock, RANK_MUTEX_LEAF);
static LIST_HEAD(listeners);

void clock_listen(struct clock_listener *listener)
{
	mutex_lock(&listen_lock);
	list_add_tail(&listener->node, &listeners);
	mutex_unlock(&listen_lock);
}

void clock_unlisten(struct clock_listener *listener)
{
	mutex_lock(&listen_lock);
	list_del(&listener->node);
	mutex_unlock(&listen_lock);
}

void clock_was_set(void)
{
	struct clock_listener *l;

	if (list_empty(&listeners))
		return;
	mutex_lock(&listen_lock);
	list_for_each_entry (l, &listeners, node)
		l->set(l);
	mutex_unlock(&listen_lock);
}
