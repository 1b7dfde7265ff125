/*
 * syscall_stats.c - how often each call was made, and which program asked for calls that are not
 * there: what to implement next, and why a program may be unhappy.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/strace.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include "syscall_table.h"

#define UNKNOWN_MAX                                                                                \
	256 /* pairs kept; a program that tries numbers at random must not fill memory */

u32 syscall_counts[SYSCALL_COUNT];

struct unknown_call {
	struct list_head node;
	char comm[16];
	s32 nr;
	u32 count;
};

static DEFINE_SPINLOCK(unknown_lock, RANK_SPIN);
static LIST_HEAD(unknown_calls); /* unknown_lock */
static unsigned int unknown_count;

static struct unknown_call *find_unknown(s32 nr)
{
	struct unknown_call *u;

	list_for_each_entry (u, &unknown_calls, node)
		if (u->nr == nr && !strcmp(u->comm, current->comm))
			return u;
	if (unknown_count == UNKNOWN_MAX)
		return NULL;
	u = kzalloc(sizeof(*u), GFP_ATOMIC);
	if (!u)
		return NULL;
	memcpy(u->comm, current->comm, sizeof(u->comm));
	u->nr = nr;
	list_add_tail(&u->node, &unknown_calls);
	unknown_count++;
	return u;
}

long syscall_unknown(void)
{
	struct unknown_call *u;

	spin_lock(&unknown_lock);
	u = find_unknown(current_regs()->orig_eax);
	if (u)
		u->count++;
	spin_unlock(&unknown_lock);
	return -ENOSYS;
}

size_t syscall_unknown_show(unsigned int index, char *buf, size_t size)
{
	struct unknown_call *u;
	size_t n = 0;

	spin_lock(&unknown_lock);
	list_for_each_entry (u, &unknown_calls, node) {
		const char *name = "?";

		if (index--)
			continue;
		if ((u32)u->nr < SYSCALL_COUNT && syscall_infos[u->nr].name)
			name = syscall_infos[u->nr].name;
		n = (size_t)scnprintf(buf, size, "%s %d %s %u\n", u->comm, u->nr, name, u->count);
		break;
	}
	spin_unlock(&unknown_lock);
	return n;
}

unsigned int syscall_count_max(void)
{
	return SYSCALL_COUNT;
}

size_t syscall_count_show(unsigned int nr, char *buf, size_t size)
{
	if (nr >= SYSCALL_COUNT || !syscall_infos[nr].name || !syscall_counts[nr])
		return 0;
	return (size_t)scnprintf(buf, size, "%s %u\n", syscall_infos[nr].name, syscall_counts[nr]);
}
