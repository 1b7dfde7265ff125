/*
 * sched_fair.c - time sharing by virtual run time: what a task ran, scaled by its weight. The one
 * that has had least runs next. One nice level is a factor of 1.25 in CPU share.
 */
#include <kernel/math64.h>
#include "sched_internal.h"

/* 1024 * 1.25^-nice, and 2^32 divided by that. */
static const u32 nice_weight[40] = {
	88818u, 71054u, 56843u, 45475u, 36380u, 29104u, 23283u, 18626u, 14901u, 11921u,
	9537u,	7629u,	6104u,	4883u,	3906u,	3125u,	2500u,	2000u,	1600u,	1280u,
	1024u,	819u,	655u,	524u,	419u,	336u,	268u,	215u,	172u,	137u,
	110u,	88u,	70u,	56u,	45u,	36u,	29u,	23u,	18u,	15u,
};
static const u32 nice_inverse[40] = {
	48357u,	   60447u,    75558u,	 94447u,     118058u,	 147573u,    184468u,	 230590u,
	288233u,   360286u,   450348u,	 562979u,    703632u,	 879576u,    1099582u,	 1374390u,
	1717987u,  2147484u,  2684355u,	 3355443u,   4194304u,	 5244160u,   6557202u,	 8196502u,
	10250519u, 12782641u, 16025997u, 19976592u,  24970740u,	 31350126u,  39045157u,	 48806447u,
	61356676u, 76695845u, 95443718u, 119304647u, 148102321u, 186737709u, 238609294u, 286331153u,
};

void fair_init_weight(struct task *t)
{
	t->se.weight = t->policy == 5 ? 3 : nice_weight[t->nice + 20]; /* SCHED_IDLE */
}

static u64 to_virtual(const struct task *t, u64 ns)
{
	if (t->se.weight == NICE_0_WEIGHT)
		return ns;
	if (t->policy == 5)
		return ns * (NICE_0_WEIGHT / 3);
	return mul_u64_u32_shr(ns, nice_inverse[t->nice + 20], 22); /* * 1024 / weight */
}

void fair_enqueue(struct run_queue *rq, struct task *t)
{
	struct rb_node **link = &rq->fair.node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		struct sched_entity *se = rb_entry(*link, struct sched_entity, node);

		parent = *link;
		if ((s64)(t->se.vruntime - se->vruntime) < 0) {
			link = &parent->left;
		} else {
			link = &parent->right;
			leftmost = false;
		}
	}
	rb_link(&t->se.node, parent, link);
	rb_insert(&t->se.node, &rq->fair, NULL);
	if (leftmost)
		rq->leftmost = &t->se;
	rq->fair_queued++;
	rq->fair_weight += t->se.weight;
}

void fair_dequeue(struct run_queue *rq, struct task *t)
{
	if (rq->leftmost == &t->se) {
		struct rb_node *next = rb_next(&t->se.node);

		rq->leftmost = next ? rb_entry(next, struct sched_entity, node) : NULL;
	}
	rb_erase(&t->se.node, &rq->fair, NULL);
	rq->fair_queued--;
	rq->fair_weight -= t->se.weight;
}

struct task *fair_pick(struct run_queue *rq)
{
	struct task *t;

	if (!rq->leftmost)
		return NULL;
	t = se_task(rq->leftmost);
	fair_dequeue(rq, t);
	return t;
}

static void raise_min_vruntime(struct run_queue *rq, u64 candidate)
{
	if (rq->leftmost && (s64)(rq->leftmost->vruntime - candidate) < 0)
		candidate = rq->leftmost->vruntime;
	if ((s64)(candidate - rq->min_vruntime) > 0)
		rq->min_vruntime = candidate;
}

void fair_charge(struct run_queue *rq, struct task *t, u64 ran)
{
	t->se.vruntime += to_virtual(t, ran);
	raise_min_vruntime(rq, t->se.vruntime);
}

/* A sleeper may have an advantage, but not one it saved up over hours. */
void fair_place_woken(struct run_queue *rq, struct task *t)
{
	u64 floor = rq->min_vruntime - SCHED_LATENCY / 2;

	if ((s64)(t->se.vruntime - floor) < 0)
		t->se.vruntime = floor;
}

/* A child begins where its parent stands and costs it half a slice: no gain from forking. */
void fair_place_new(struct run_queue *rq, struct task *parent, struct task *child)
{
	u64 start = parent->se.vruntime;

	if ((s64)(start - rq->min_vruntime) < 0)
		start = rq->min_vruntime;
	child->se.vruntime = start + to_virtual(child, SCHED_MIN_SLICE / 4);
}

bool fair_should_preempt(struct task *curr, struct task *woken)
{
	return (s64)(curr->se.vruntime - woken->se.vruntime) >
	       (s64)to_virtual(woken, SCHED_WAKE_GRAN);
}

bool fair_slice_over(struct run_queue *rq, struct task *curr, u64 ran)
{
	u64 slice;

	if (!rq->leftmost)
		return false;
	slice = div_u64(SCHED_LATENCY, rq->fair_queued + 1);
	if (slice < SCHED_MIN_SLICE)
		slice = SCHED_MIN_SLICE;
	return ran >= slice ||
	       (s64)(curr->se.vruntime - rq->leftmost->vruntime) > (s64)SCHED_LATENCY;
}
