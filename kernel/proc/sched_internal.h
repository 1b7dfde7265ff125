/*
 * sched_internal.h - the run queue and what the scheduling classes offer.
 *
 * The running task is in no structure; put_prev() files it again. Real-time tasks come first: one
 * FIFO for each of 99 priorities, found by a bitmap, O(1). The others are ordered by virtual run
 * time in a red-black tree, O(log n).
 *
 * Locking: rq->lock (RANK_RUNQUEUE, interrupts off) for everything here.
 */
#ifndef SCHED_INTERNAL_H
#define SCHED_INTERNAL_H

#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/rbtree.h>
#include <kernel/task.h>

#define RT_PRIORITIES	100
#define NICE_0_WEIGHT	1024u
#define SCHED_LATENCY	(20 * NSEC_PER_MSEC) /* every runnable task gets on within this, if few */
#define SCHED_MIN_SLICE (4 * NSEC_PER_MSEC)
#define SCHED_WAKE_GRAN (1 * NSEC_PER_MSEC)
#define SCHED_RR_SLICE	(100 * NSEC_PER_MSEC)

struct run_queue {
	struct spinlock lock;
	unsigned int nr_running; /* the current task included, idle not */
	struct rb_root fair;
	struct sched_entity *leftmost;
	unsigned int fair_queued;
	u64 fair_weight; /* of those in the tree */
	u64 min_vruntime;
	u32 rt_bitmap[DIV_ROUND_UP(RT_PRIORITIES, 32)];
	struct list_head rt_queue[RT_PRIORITIES];
	unsigned int rt_queued;
	u64 switches;
};
extern struct run_queue run_queue;
#define this_rq() (&run_queue)

static inline bool task_is_rt(const struct task *t)
{
	return t->policy == 1 || t->policy == 2; /* SCHED_FIFO, SCHED_RR */
}
static inline struct task *se_task(struct sched_entity *se)
{
	return container_of(se, struct task, se);
}

void fair_init_weight(struct task *t);
void fair_enqueue(struct run_queue *rq, struct task *t);
void fair_dequeue(struct run_queue *rq, struct task *t);
struct task *fair_pick(struct run_queue *rq);
void fair_charge(struct run_queue *rq, struct task *t, u64 ran);
void fair_place_woken(struct run_queue *rq, struct task *t);
void fair_place_new(struct run_queue *rq, struct task *parent, struct task *child);
bool fair_should_preempt(struct task *curr, struct task *woken);
bool fair_slice_over(struct run_queue *rq, struct task *curr, u64 ran);

void rt_init(struct run_queue *rq);
void rt_enqueue(struct run_queue *rq, struct task *t, bool head);
void rt_dequeue(struct run_queue *rq, struct task *t);
struct task *rt_pick(struct run_queue *rq);
int rt_highest(const struct run_queue *rq); /* 0: none */

void loadavg_tick(s64 now, unsigned int active);

#endif
