/*
 * ldt.c - local descriptor tables: modify_ldt(2).
 *
 * Few programs have one (Wine, DOS emulators), so a table exists from the first change on; it grows
 * by pages and lives as long as the address space has users. Threads share it, fork copies it, exec
 * begins without. A selector whose descriptor has gone is found by the processor when it is loaded:
 * on the way to user mode it becomes null, and a code or stack segment a signal (entry.S).
 * Source: Linux's modify_ldt(2); Intel SDM volume 3, 3.5.1.
 */
#include "ldt.h"
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "user_desc.h"
#include "x86.h"

#define LDT_ENTRIES	  8192u
#define LDT_STEP	  ((unsigned int)(PAGE_SIZE / sizeof(u64)))
#define DEFAULT_LDT_BYTES 40u /* what Linux's had when it was not empty */

enum {
	LDT_READ = 0,
	LDT_WRITE_OLD = 1,
	LDT_READ_DEFAULT = 2,
	LDT_WRITE = 0x11
};

const u64 *ldt_loaded;

void ldt_load(const struct mm *mm)
{
	ldt_loaded = mm ? mm->arch.ldt : NULL;
	gdt_load_ldt(ldt_loaded, ldt_loaded ? mm->arch.ldt_entries : 0);
}

/* A copy of mm's table with room for more. */
static u64 *copy_table(const struct mm *mm, unsigned int entries)
{
	size_t size = entries * sizeof(u64), used = mm->arch.ldt_entries * sizeof(u64);
	u64 *table = vmalloc(size);

	if (!table)
		return NULL;
	if (used)
		memcpy(table, mm->arch.ldt, used);
	memset((char *)table + used, 0, size - used);
	return table;
}

/* Afterwards the table has at least so many entries. */
static int grow(struct mm *mm, unsigned int entries)
{
	unsigned long flags;
	u64 *old = mm->arch.ldt, *table;

	if (entries <= mm->arch.ldt_entries)
		return 0;
	entries = ALIGN_UP(entries, LDT_STEP);
	table = copy_table(mm, entries);
	if (!table)
		return -ENOMEM;
	flags = local_irq_save();
	mm->arch.ldt = table;
	mm->arch.ldt_entries = entries;
	ldt_load(mm);
	local_irq_restore(flags);
	vfree(old);
	return 0;
}

/* current's table. Selectors that are in use must mean the new descriptor at once. */
static int set_entry(struct mm *mm, unsigned int entry, u64 desc)
{
	unsigned long flags;
	int err;

	mutex_lock(&mm->arch.ldt_lock);
	err = grow(mm, entry + 1);
	if (!err) {
		flags = local_irq_save();
		mm->arch.ldt[entry] = desc;
		x86_reload_segments();
		local_irq_restore(flags);
	}
	mutex_unlock(&mm->arch.ldt_lock);
	return err;
}

static int write_ldt(const void __user *from, size_t size, bool old)
{
	struct user_desc_abi d;
	u64 desc;
	int err;

	if (size != sizeof(d))
		return -EINVAL;
	if (copy_from_user(&d, from, sizeof(d)))
		return -EFAULT;
	if (d.entry >= LDT_ENTRIES)
		return -EINVAL;
	err = user_desc_to_ldt(&d, old, &desc);
	return err ? err : set_entry(current->mm, d.entry, desc);
}

/* Behind the table's end there are zeros, up to what an LDT can have. */
static long read_ldt(char __user *to, size_t size)
{
	struct arch_mm *a = &current->mm->arch;
	size_t have;
	long ret = 0;

	size = min_t(size_t, size, LDT_ENTRIES * sizeof(u64));
	mutex_lock(&a->ldt_lock);
	have = min_t(size_t, size, a->ldt_entries * sizeof(u64));
	if (a->ldt)
		ret = copy_to_user(to, a->ldt, have) || clear_user(to + have, size - have)
			      ? -EFAULT
			      : (long)size;
	mutex_unlock(&a->ldt_lock);
	return ret;
}

static long read_default(void __user *to, size_t size)
{
	size = min_t(size_t, size, DEFAULT_LDT_BYTES);
	return clear_user(to, size) ? -EFAULT : (long)size;
}

asmlinkage long sys_modify_ldt(int func, void __user *ptr, size_t size)
{
	switch (func) {
	case LDT_READ:
		return read_ldt(ptr, size);
	case LDT_WRITE_OLD:
	case LDT_WRITE:
		return write_ldt(ptr, size, func == LDT_WRITE_OLD);
	case LDT_READ_DEFAULT:
		return read_default(ptr, size);
	default:
		return -ENOSYS;
	}
}

/* ---- life of an address space ---- */

void arch_mm_init(struct mm *mm)
{
	mutex_init(&mm->arch.ldt_lock, RANK_LDT, "ldt_lock");
}

int arch_mm_fork(struct mm *child, struct mm *mm)
{
	int err = 0;

	/* A thread that makes the first entry at this moment does it before or after. */
	if (likely(!READ_ONCE(mm->arch.ldt)))
		return 0;
	mutex_lock(&mm->arch.ldt_lock);
	child->arch.ldt = copy_table(mm, mm->arch.ldt_entries);
	if (child->arch.ldt)
		child->arch.ldt_entries = mm->arch.ldt_entries;
	else
		err = -ENOMEM;
	mutex_unlock(&mm->arch.ldt_lock);
	return err;
}

/* The last user is gone; it may be the one that is running, and LDTR still point there. */
void arch_mm_free(struct mm *mm)
{
	unsigned long flags;

	if (likely(!mm->arch.ldt))
		return;
	flags = local_irq_save();
	if (ldt_loaded == mm->arch.ldt)
		ldt_load(NULL);
	local_irq_restore(flags);
	vfree(mm->arch.ldt);
	mm->arch.ldt = NULL;
	mm->arch.ldt_entries = 0;
}
