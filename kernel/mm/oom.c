/*
 * oom.c - when reclaim finds nothing more: somebody must go, and the log says whom and why.
 *
 * The victim is the process with the most memory, resident or in swap, shifted by its oom_score_adj
 * (thousandths of all memory; -1000 exempts). Process 1 is never chosen; when nobody else is left
 * the machine panics. One kill at a time: while a victim is on its way out (it may use the reserves
 * for that) others wait for it.
 */
#include "mm_internal.h"
#include <kernel/errno.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

#define OOM_WAIT_MS	5
#define VICTIM_PATIENCE SEC(5) /* then it counts as stuck and another is chosen */
#define OOM_ADJ_NEVER	(-1000)
#define TABLE_SIZE	8u

struct candidate {
	struct process *process;
	struct mm *mm; /* to compare only */
	long points;
	unsigned long rss;
};

static DEFINE_MUTEX(oom_lock, RANK_MUTEX_LEAF);
static DEFINE_SPINLOCK(victim_lock, RANK_SPIN); /* guards the three below */
static struct mm *victim;			/* the last one; referenced */
static s64 last_kill;
static unsigned long kills; /* since boot */

/* Is the last victim still on its way out, and not for too long? */
static bool victim_is_leaving(void)
{
	bool leaving;

	spin_lock(&victim_lock);
	leaving = victim && refcount_read(&victim->users) &&
		  clock_monotonic() - last_kill < VICTIM_PATIENCE;
	spin_unlock(&victim_lock);
	return leaving;
}

bool oom_wait_for_victim(void)
{
	if (likely(!READ_ONCE(victim)) || !victim_is_leaving())
		return false;
	msleep(OOM_WAIT_MS);
	return true;
}

unsigned long oom_kill_count(void)
{
	return READ_ONCE(kills);
}

/* Takes over the caller's reference. */
static void set_victim(struct mm *mm)
{
	struct mm *old;

	spin_lock(&victim_lock);
	old = victim;
	victim = mm;
	last_kill = clock_monotonic();
	kills++;
	spin_unlock(&victim_lock);
	if (old)
		mm_put(old);
}

/* task_list_lock held. An address space some thread of it still has, or NULL. */
static struct mm *process_mm(struct process *p)
{
	struct task *t;

	for_each_thread (p, t)
		if (t->mm && !(t->flags & PF_KTHREAD))
			return t->mm;
	return NULL;
}

/* task_list_lock held with interrupts off: nobody gives its address space up meanwhile. */
static bool weigh(struct process *p, struct candidate *c)
{
	struct mm *mm = process_mm(p);

	if (!mm || p->is_init || p->oom_score_adj <= OOM_ADJ_NEVER)
		return false;
	c->process = p;
	c->mm = mm;
	c->rss = mm_rss(mm) + (unsigned long)max(atomic_read(&mm->swapped), 0);
	c->points = (long)c->rss + p->oom_score_adj * (long)(page_total_count() / 1000);
	return true;
}

/* Keeps the heaviest in order. */
static void remember(struct candidate *table, unsigned int *count, const struct candidate *c)
{
	unsigned int at = *count < TABLE_SIZE ? (*count)++ : TABLE_SIZE;

	while (at && table[at - 1].points < c->points) {
		if (at < TABLE_SIZE)
			table[at] = table[at - 1];
		at--;
	}
	if (at < TABLE_SIZE)
		table[at] = *c;
}

static void log_choice(const struct candidate *table, unsigned int count, unsigned int gfp,
		       unsigned int order)
{
	struct page_stats s;

	page_get_stats(&s);
	pr_warn("out of memory: %s asks for 2^%u pages (gfp %x)\n", current->comm, order, gfp);
	pr_warn("oom: %lu of %lu pages free, %lu anonymous, %lu cache, %lu shared, %lu slab, %lu "
		"tables, %lu stacks\n",
		s.free, s.total, s.anon, s.cache, s.shmem, s.slab, s.tables, s.stacks);
	for (unsigned int i = 0; i < count; i++)
		pr_warn("oom: pid %5d  rss %6lu pages  adj %5d  %s\n", table[i].process->tgid->nr,
			table[i].rss, table[i].process->oom_score_adj,
			table[i].process->leader->comm);
}

/* task_list_lock held: its threads may finish exiting on the reserves. */
static void give_reserves(struct process *p)
{
	struct task *t;

	for_each_thread (p, t)
		t->oom_victim = 1;
}

/* Kills every process that lives in the address space; called without locks. */
static void kill_sharers(struct mm *mm)
{
	for (;;) {
		struct process *p, *found = NULL;
		unsigned long flags = spin_lock_irqsave(&task_list_lock);

		for_each_process (p) {
			if (p->is_init || process_mm(p) != mm || p->leader->oom_victim)
				continue;
			give_reserves(p);
			process_get(p);
			found = p;
			break;
		}
		if (found && !mm->oom_victim)
			mm->oom_victim = true;
		spin_unlock_irqrestore(&task_list_lock, flags);
		if (!found)
			return;
		signal_kill_process(found);
		process_put(found);
	}
}

/* task_list_lock held. *stuck: an earlier victim has not gone yet. */
static unsigned int survey(struct candidate *table, bool *stuck)
{
	unsigned int count = 0;
	struct candidate c;
	struct process *p;

	*stuck = false;
	for_each_process (p) {
		if (!weigh(p, &c))
			continue;
		if (c.mm->oom_victim)
			*stuck = true;
		else
			remember(table, &count, &c);
	}
	return count;
}

static bool choose_and_kill(unsigned int gfp, unsigned int order)
{
	struct candidate table[TABLE_SIZE];
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	unsigned int count;
	struct mm *mm;
	bool stuck;

	count = survey(table, &stuck);
	if (!count) {
		spin_unlock_irqrestore(&task_list_lock, flags);
		return stuck;
	}
	log_choice(table, count, gfp, order);
	pr_warn("oom: killing pid %d (%s)\n", table[0].process->tgid->nr,
		table[0].process->leader->comm);
	mm = table[0].mm;
	mm_get(mm);
	spin_unlock_irqrestore(&task_list_lock, flags);
	kill_sharers(mm);
	set_victim(mm);
	return true;
}

bool oom_kill(unsigned int gfp, unsigned int order)
{
	bool somebody = true;

	if (mutex_trylock(&oom_lock)) {
		if (!victim_is_leaving())
			somebody = choose_and_kill(gfp, order);
		mutex_unlock(&oom_lock);
	}
	if (!somebody)
		panic("out of memory, and no process left to kill");
	msleep(OOM_WAIT_MS);
	return true;
}
