/*
 * pid_pagemap.c - /proc/PID/pagemap: for each page of an address space 64 bits, which tell its
 * frame, or its place in swap, and what kind it is. Frames are told to an opener with CAP_SYS_ADMIN
 * alone, as on Linux.
 *
 * Source: Linux Documentation/admin-guide/mm/pagemap.rst.
 */
#include "procfs_internal.h"
#include <kernel/cred.h>
#include <kernel/mm.h>
#include <kernel/signal.h>
#include <kernel/swap.h>
#include <kernel/task.h>

#define ENTRY_BYTES	8u
#define ENTRY_EXCLUSIVE (1ull << 56)
#define ENTRY_FILE	(1ull << 61)
#define ENTRY_SWAP	(1ull << 62)
#define ENTRY_PRESENT	(1ull << 63)
#define SWAP_SLOT_SHIFT 5 /* below it the area */
#define BATCH		32u

static u64 present_entry(pte_t pte, bool frames)
{
	const unsigned long pfn = pte >> PAGE_SHIFT;
	u64 entry = ENTRY_PRESENT;

	if (frames)
		entry |= pfn;
	if (pte & PTE_SPECIAL || !pfn_valid(pfn))
		return entry;
	if (!page_test_flag(phys_to_page(pte_phys(pte)), PG_ANON))
		entry |= ENTRY_FILE;
	if (atomic_read(&phys_to_page(pte_phys(pte))->mapcount) == 1)
		entry |= ENTRY_EXCLUSIVE;
	return entry;
}

static u64 entry_of(struct mm *mm, unsigned long addr, bool frames)
{
	pte_t *pte = pte_lookup(mm->pgd, addr), value;
	u64 entry = 0;

	if (!pte)
		return 0;
	spin_lock(&mm->pte_lock);
	value = *pte;
	if (pte_is_swap(value))
		entry = ENTRY_SWAP | (frames ? (u64)pte_swap_slot(value) << SWAP_SLOT_SHIFT |
						       pte_swap_area(value)
					     : 0);
	else if (pte_present(value))
		entry = present_entry(value, frames);
	spin_unlock(&mm->pte_lock);
	return entry;
}

/* As many as a batch has and the space goes on for; how many. */
static unsigned int fill(struct mm *mm, loff_t pos, u64 *entries, unsigned int n, bool frames)
{
	const u64 end = PAGE_OFFSET >> PAGE_SHIFT;
	u64 page = (u64)pos / ENTRY_BYTES;
	unsigned int i;

	read_lock(&mm->mmap_lock);
	for (i = 0; i < n && page < end; i++, page++)
		entries[i] = entry_of(mm, (unsigned long)page << PAGE_SHIFT, frames);
	read_unlock(&mm->mmap_lock);
	return i;
}

static ssize_t read_entries(struct mm *mm, struct iov_iter *it, loff_t *pos, bool frames)
{
	u64 entries[BATCH];
	ssize_t done = 0;

	while (it->count) {
		unsigned int n =
			fill(mm, *pos, entries, min_t(u32, BATCH, it->count / ENTRY_BYTES), frames);
		size_t moved = iov_copy_to(it, entries, n * ENTRY_BYTES);

		*pos += (loff_t)moved;
		done += (ssize_t)moved;
		if (moved < n * ENTRY_BYTES)
			return done ? done : -EFAULT;
		if (n < BATCH || signal_pending(current))
			break;
	}
	return done;
}

static ssize_t pagemap_read(struct file *file, struct iov_iter *it, loff_t *pos)
{
	struct mm *mm = file->private;
	ssize_t done;

	if (!mm || !refcount_inc_not_zero(&mm->users))
		return 0;
	if (*pos % ENTRY_BYTES || it->count % ENTRY_BYTES)
		done = -EINVAL;
	else
		done = read_entries(mm, it, pos, cred_capable(file->cred, CAP_SYS_ADMIN));
	mm_user_put(mm);
	return done;
}

static loff_t pagemap_llseek(struct file *file, loff_t offset, int whence)
{
	return proc_mem_fops.llseek(file, offset, whence);
}

const struct file_ops proc_pagemap_fops = {
	.read = pagemap_read,
	.llseek = pagemap_llseek,
	.open = proc_mm_open,
	.release = proc_mm_release,
};
