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

#define DESC_SEG_32BIT	 1u
#define DESC_CONTENTS	 6u
#define DESC_READ_ONLY	 8u
#define DESC_PAGES	 16u
#define DESC_NOT_PRESENT 32u
#define DESC_USEABLE	 64u

static bool desc_is_empty(const struct user_desc_abi *d)
{
	return !d->base && !d->limit && (d->flags & 0x7f) == (DESC_READ_ONLY | DESC_NOT_PRESENT);
}

static bool desc_is_zero(const struct user_desc_abi *d)
{
	return !d->base && !d->limit && !(d->flags & 0x7f);
}

static u64 encode(const struct user_desc_abi *d)
{
	u32 low, high, limit = d->limit;

	if (desc_is_empty(d) || desc_is_zero(d))
		return 0;
	low = (d->base & 0xffff) << 16 | (limit & 0xffff);
	high = (d->base & 0xff000000) | (d->base >> 16 & 0xff) | (limit & 0xf0000) | 0x7000;
	high |= d->flags & DESC_READ_ONLY ? 0 : 0x200;
	high |= (d->flags & DESC_CONTENTS) << 9;
	high |= d->flags & DESC_NOT_PRESENT ? 0 : 0x8000;
	high |= d->flags & DESC_SEG_32BIT ? 0x400000 : 0;
	high |= d->flags & DESC_PAGES ? 0x800000 : 0;
	high |= d->flags & DESC_USEABLE ? 0x100000 : 0;
	return (u64)high << 32 | low | 0x10000000000ull; /* accessed */
}

static void decode(u64 desc, u32 entry, struct user_desc_abi *d)
{
	u32 low = (u32)desc, high = (u32)(desc >> 32);

	*d = (struct user_desc_abi){ .entry = entry };
	if (!desc) {
		d->flags = DESC_READ_ONLY | DESC_NOT_PRESENT;
		return;
	}
	d->base = low >> 16 | (high & 0xff) << 16 | (high & 0xff000000);
	d->limit = (low & 0xffff) | (high & 0xf0000);
	d->flags = (high & 0x400000 ? DESC_SEG_32BIT : 0) | (high >> 9 & DESC_CONTENTS) |
		   (high & 0x200 ? 0 : DESC_READ_ONLY) | (high & 0x800000 ? DESC_PAGES : 0) |
		   (high & 0x8000 ? 0 : DESC_NOT_PRESENT) | (high & 0x100000 ? DESC_USEABLE : 0);
}

static int find_free(const struct task *t)
{
	for (u32 i = 0; i < SEL_TLS_COUNT; i++)
		if (!t->thread.tls[i])
			return (int)(SEL_TLS_FIRST + i);
	return -ESRCH;
}

/* No conforming, expand-down or system kinds of segment: only data. */
static bool desc_is_allowed(const struct user_desc_abi *d)
{
	return desc_is_empty(d) || desc_is_zero(d) ||
	       ((d->flags & DESC_SEG_32BIT) && !(d->flags & DESC_CONTENTS & 4) &&
		!(d->flags & DESC_NOT_PRESENT));
}

int tls_set(struct task *t, const struct user_desc_abi *d, u32 entry)
{
	unsigned long flags;

	if (entry < SEL_TLS_FIRST || entry >= SEL_TLS_FIRST + SEL_TLS_COUNT || !desc_is_allowed(d))
		return -EINVAL;
	flags = local_irq_save();
	t->thread.tls[entry - SEL_TLS_FIRST] = encode(d);
	if (t == current)
		gdt_load_tls(t->thread.tls);
	local_irq_restore(flags);
	return 0;
}

int tls_get(const struct task *t, u32 entry, struct user_desc_abi *d)
{
	if (entry < SEL_TLS_FIRST || entry >= SEL_TLS_FIRST + SEL_TLS_COUNT)
		return -EINVAL;
	decode(t->thread.tls[entry - SEL_TLS_FIRST], entry, d);
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
