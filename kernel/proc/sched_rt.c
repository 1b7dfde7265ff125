/* sched_rt.c - SCHED_FIFO and SCHED_RR: a queue for each priority and a bitmap of the non-empty. */
#include <kernel/bitops.h>
#include "sched_internal.h"

void rt_init(struct run_queue *rq)
{
	for (int i = 0; i < RT_PRIORITIES; i++)
		list_init(&rq->rt_queue[i]);
}

void rt_enqueue(struct run_queue *rq, struct task *t, bool head)
{
	unsigned int prio = (unsigned int)t->rt_priority;

	if (head)
		list_add(&t->se.rt_node, &rq->rt_queue[prio]);
	else
		list_add_tail(&t->se.rt_node, &rq->rt_queue[prio]);
	rq->rt_bitmap[prio / 32] |= 1u << (prio % 32);
	rq->rt_queued++;
}

void rt_dequeue(struct run_queue *rq, struct task *t)
{
	unsigned int prio = (unsigned int)t->rt_priority;

	list_del(&t->se.rt_node);
	if (list_empty(&rq->rt_queue[prio]))
		rq->rt_bitmap[prio / 32] &= ~(1u << (prio % 32));
	rq->rt_queued--;
}

int rt_highest(const struct run_queue *rq)
{
	for (unsigned int word = ARRAY_SIZE(rq->rt_bitmap); word-- > 0;)
		if (rq->rt_bitmap[word])
			return (int)(word * 32 + fls_index(rq->rt_bitmap[word]));
	return 0;
}

struct task *rt_pick(struct run_queue *rq)
{
	struct task *t;

	if (!rq->rt_queued)
		return NULL;
	t = se_task(list_first_entry(&rq->rt_queue[rt_highest(rq)], struct sched_entity, rt_node));
	rt_dequeue(rq, t);
	return t;
}
