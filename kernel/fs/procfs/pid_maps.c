/*
 * pid_maps.c - /proc/PID/maps, smaps, smaps_rollup: the mappings of an address space, and how much
 * of each is resident.
 */
#include "procfs_internal.h"
#include <kernel/math64.h>
#include <kernel/mm.h>
#include <kernel/swap.h>

#define NAME_COLUMN 48 /* where Linux i386 puts the name, less one blank */

/* Text and data of the program that brk() extends. */
static const char *special_name(const struct vma *vma)
{
	const struct mm *mm = vma->mm;

	if (vma->start <= mm->brk && vma->end >= mm->start_brk && mm->brk > mm->start_brk)
		return "[heap]";
	if (vma->start <= mm->start_stack && vma->end >= mm->start_stack)
		return "[stack]";
	return NULL;
}

static void put_name(struct seq *s, size_t line, struct vma *vma)
{
	const char *name = NULL;
	void *cookie = NULL;

	if (vma->ops && vma->ops->name)
		name = vma->ops->name(vma);
	else if (vma->file)
		name = proc_path_text(&vma->file->path, &cookie);
	else
		name = special_name(vma);
	if (IS_ERR_OR_NULL(name))
		return;
	seq_pad(s, line, NAME_COLUMN);
	seq_putc(s, ' ');
	seq_escape(s, name, "\n");
	kfree(cookie);
}

static void put_range(struct seq *s, unsigned long start, unsigned long end, u32 flags)
{
	seq_printf(s, "%08lx-%08lx %c%c%c%c ", start, end, flags & VM_READ ? 'r' : '-',
		   flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
		   flags & VM_MAYSHARE ? 's' : 'p');
}

static void put_vma(struct seq *s, struct vma *vma)
{
	const size_t line = s->len;
	u64 offset = 0, ino = 0;
	u32 dev = 0;

	if (vma->file) {
		const struct inode *inode = vma->file->inode;

		offset = (u64)vma->pgoff << PAGE_SHIFT;
		dev = inode->sb->dev;
		ino = inode->ino;
	}
	put_range(s, vma->start, vma->end, vma->flags);
	seq_printf(s, "%08llx %02x:%02x %llu", offset, MAJOR(dev), MINOR(dev), ino);
	/* Linux ends the numbers with a blank, name or not. */
	seq_putc(s, ' ');
	put_name(s, line, vma);
	seq_putc(s, '\n');
}

static int for_each_vma(struct task *t, void (*fn)(struct seq *s, struct vma *vma, void *arg),
			struct seq *s, void *arg)
{
	struct mm *mm = task_get_mm(t);

	if (!mm)
		return 0;
	read_lock(&mm->mmap_lock);
	for (struct vma *vma = vma_first(mm); vma; vma = vma_next(vma))
		fn(s, vma, arg);
	read_unlock(&mm->mmap_lock);
	mm_user_put(mm);
	return 0;
}

static void maps_line(struct seq *s, struct vma *vma, void *arg)
{
	put_vma(s, vma);
}

int proc_show_maps(struct seq *s, struct task *t, bool whole)
{
	return for_each_vma(t, maps_line, s, NULL);
}

/* ---- smaps ---- */

static u64 share_of(unsigned int sharers)
{
	return div_u64((u64)PAGE_SIZE << PSS_SHIFT, max(sharers, 1u));
}

static void add_page(struct vma_usage *u, pte_t pte, const struct vma *vma)
{
	const struct page *page = phys_to_page(pte_phys(pte));
	const int sharers = max(atomic_read(&page->mapcount), 1);
	const bool dirty = (pte & PTE_DIRTY) || page_test_flag(page, PG_DIRTY);
	const u64 share = share_of((unsigned int)sharers);
	unsigned long *kind = sharers > 1 ? (dirty ? &u->shared_dirty : &u->shared_clean)
					  : (dirty ? &u->private_dirty : &u->private_clean);

	*kind += PAGE_SIZE;
	u->rss += PAGE_SIZE;
	u->pss += share;
	if (dirty)
		u->pss_dirty += share;
	if ((pte & PTE_ACCESSED) || page_test_flag(page, PG_REFERENCED))
		u->referenced += PAGE_SIZE;
	if (page_test_flag(page, PG_ANON)) {
		u->anon += PAGE_SIZE;
		u->pss_anon += share;
	} else if (page->mapping && !page->mapping->host) {
		u->pss_shmem += share;
	} else {
		u->pss_file += share;
	}
	if (vma->flags & VM_LOCKED)
		u->locked += (unsigned long)(share >> PSS_SHIFT);
}

static void measure_vma(struct vma *vma, struct vma_usage *u)
{
	struct mm *mm = vma->mm;

	for (unsigned long addr = vma->start; addr < vma->end; addr += PAGE_SIZE) {
		pte_t *pte = pte_lookup(mm->pgd, addr), entry;

		if (!pte) { /* no table: nothing in the rest of its range */
			addr |= PGD_SIZE - PAGE_SIZE;
			if (addr >= vma->end - PAGE_SIZE)
				break;
			continue;
		}
		spin_lock(&mm->pte_lock);
		entry = *pte;
		if (pte_is_swap(entry)) {
			u->swap += PAGE_SIZE;
			u->swap_pss += share_of(swap_users(entry));
		} else if (entry && !(entry & PTE_SPECIAL) && pfn_valid(entry >> PAGE_SHIFT) &&
			   !page_test_flag(phys_to_page(pte_phys(entry)), PG_RESERVED))
			add_page(u, entry, vma);
		spin_unlock(&mm->pte_lock);
	}
}

static void put_kb(struct seq *s, const char *name, unsigned long bytes)
{
	size_t from = s->len;

	seq_printf(s, "%s:", name);
	seq_pad(s, from, 16);
	seq_printf(s, "%8lu kB\n", bytes >> 10);
}

static void put_pss(struct seq *s, const char *name, u64 pss)
{
	put_kb(s, name, (unsigned long)(pss >> PSS_SHIFT));
}

static void put_usage(struct seq *s, const struct vma_usage *u, bool rollup)
{
	static const char *const absent[] = {
		"KSM",		 "LazyFree",	   "AnonHugePages",  "ShmemPmdMapped",
		"FilePmdMapped", "Shared_Hugetlb", "Private_Hugetlb"
	};

	put_kb(s, "Rss", u->rss);
	put_pss(s, "Pss", u->pss);
	put_pss(s, "Pss_Dirty", u->pss_dirty);
	if (rollup) {
		put_pss(s, "Pss_Anon", u->pss_anon);
		put_pss(s, "Pss_File", u->pss_file);
		put_pss(s, "Pss_Shmem", u->pss_shmem);
	}
	put_kb(s, "Shared_Clean", u->shared_clean);
	put_kb(s, "Shared_Dirty", u->shared_dirty);
	put_kb(s, "Private_Clean", u->private_clean);
	put_kb(s, "Private_Dirty", u->private_dirty);
	put_kb(s, "Referenced", u->referenced);
	put_kb(s, "Anonymous", u->anon);
	for (unsigned int i = 0; i < ARRAY_SIZE(absent); i++)
		put_kb(s, absent[i], 0);
	put_kb(s, "Swap", u->swap);
	put_pss(s, "SwapPss", u->swap_pss);
	put_kb(s, "Locked", u->locked);
}

static void put_vm_flags(struct seq *s, u32 flags)
{
	static const struct {
		u32 flag;
		char name[3];
	} names[] = {
		{ VM_READ, "rd" },	 { VM_WRITE, "wr" },	{ VM_EXEC, "ex" },
		{ VM_SHARED, "sh" },	 { VM_MAYREAD, "mr" },	{ VM_MAYWRITE, "mw" },
		{ VM_MAYEXEC, "me" },	 { VM_MAYSHARE, "ms" }, { VM_GROWSDOWN, "gd" },
		{ VM_LOCKED, "lo" },	 { VM_IO, "io" },	{ VM_DONTCOPY, "dc" },
		{ VM_DONTEXPAND, "de" }, { VM_ACCOUNT, "ac" },	{ VM_NORESERVE, "nr" },
		{ VM_WIPEONFORK, "wf" },
	};

	seq_puts(s, "VmFlags: ");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & names[i].flag)
			seq_printf(s, "%s ", names[i].name);
	seq_putc(s, '\n');
}

static void smaps_vma(struct seq *s, struct vma *vma, void *arg)
{
	struct vma_usage u = { 0 };

	measure_vma(vma, &u);
	put_vma(s, vma);
	put_kb(s, "Size", vma->end - vma->start);
	put_kb(s, "KernelPageSize", PAGE_SIZE);
	put_kb(s, "MMUPageSize", PAGE_SIZE);
	put_usage(s, &u, false);
	seq_puts(s, "THPeligible:    0\n");
	put_vm_flags(s, vma->flags);
}

int proc_show_smaps(struct seq *s, struct task *t, bool whole)
{
	return for_each_vma(t, smaps_vma, s, NULL);
}

struct rollup {
	struct vma_usage usage;
	unsigned long start, end;
};

static void add_to_rollup(struct seq *s, struct vma *vma, void *arg)
{
	struct rollup *r = arg;

	if (!r->end)
		r->start = vma->start;
	r->end = vma->end;
	measure_vma(vma, &r->usage);
}

int proc_show_smaps_rollup(struct seq *s, struct task *t, bool whole)
{
	struct rollup r = { 0 };
	const size_t line = s->len;

	for_each_vma(t, add_to_rollup, s, &r);
	if (!r.end)
		return -ESRCH;
	put_range(s, r.start, r.end, 0);
	seq_puts(s, "00000000 00:00 0 ");
	seq_pad(s, line, NAME_COLUMN);
	seq_puts(s, " [rollup]\n");
	put_usage(s, &r.usage, true);
	return 0;
}
