/*
 * tls.c - thread-local storage segments: set_thread_area(2) and friends.
 * Source: Linux's struct user_desc; Intel SDM volume 3, 3.4.5.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "tls.h"
#include "x86.h"

static int find_free(const struct task *t)
{
	for (u32 i = 0; i < SEL_TLS_COUNT; i++)
		if (!t->thread.tls[i])
			return (int)(SEL_TLS_FIRST + i);
	return -ESRCH;
}

static bool desc_clears(const struct user_desc_abi *d)
{
	return user_desc_is_empty(d) || user_desc_is_zero(d);
}

/* No conforming, expand-down or system kinds of segment: only data. */
static bool desc_is_allowed(const struct user_desc_abi *d)
{
	return desc_clears(d) || ((d->flags & DESC_SEG_32BIT) && !(d->flags & DESC_CODE) &&
				  !(d->flags & DESC_NOT_PRESENT));
}

int tls_set(struct task *t, const struct user_desc_abi *d, u32 entry)
{
	unsigned long flags;

	if (entry < SEL_TLS_FIRST || entry >= SEL_TLS_FIRST + SEL_TLS_COUNT || !desc_is_allowed(d))
		return -EINVAL;
	flags = local_irq_save();
	t->thread.tls[entry - SEL_TLS_FIRST] = desc_clears(d) ? 0 : user_desc_encode(d);
	if (t == current)
		gdt_load_tls(t->thread.tls);
	local_irq_restore(flags);
	return 0;
}

int tls_get(const struct task *t, u32 entry, struct user_desc_abi *d)
{
	if (entry < SEL_TLS_FIRST || entry >= SEL_TLS_FIRST + SEL_TLS_COUNT)
		return -EINVAL;
	user_desc_decode(t->thread.tls[entry - SEL_TLS_FIRST], entry, d);
	return 0;
}

static int set_from_user(struct task *t, struct user_desc_abi __user *u, bool may_choose)
{
	struct user_desc_abi d;
	int entry;

	if (copy_from_user(&d, u, sizeof(d)))
		return -EFAULT;
	entry = (int)d.entry;
	if (entry == -1 && may_choose) {
		entry = find_free(t);
		if (entry < 0)
			return entry;
		if (put_user((u32)entry, &u->entry))
			return -EFAULT;
	}
	return tls_set(t, &d, (u32)entry);
}

/* CLONE_SETTLS: the descriptor is the caller's, the table the child's. */
int arch_set_tls_user(struct task *t, unsigned long user_desc)
{
	return set_from_user(t, (struct user_desc_abi __user *)user_desc, false);
}

asmlinkage long sys_set_thread_area(void __user *u)
{
	int err = set_from_user(current, u, true);

	/* A selector in use must see the new base at once. */
	if (!err)
		x86_reload_segments();
	return err;
}

asmlinkage long sys_get_thread_area(void __user *u)
{
	struct user_desc_abi d;
	int err;

	if (copy_from_user(&d, u, sizeof(d)))
		return -EFAULT;
	err = tls_get(current, d.entry, &d);
	if (err)
		return err;
	return copy_to_user(u, &d, sizeof(d));
}
