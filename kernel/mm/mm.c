/* mm.c - life of an address space: creation, fork, death. */
#include "map.h"
#include "mm_internal.h"
#include "pte.h"
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

#define STACK_GAP_MIN (128ul << 20)

static struct kmem_cache *mm_cache;
/*
 * All address spaces but those that fork is still filling, in the order of their turns. One stays
 * on the list to its last reference, so that a walk can go on from where it is.
 */
static DEFINE_SPINLOCK(all_lock, RANK_LEAF);
static LIST_HEAD(all_mms);	  /* all_lock */
static unsigned int all_mm_count; /* all_lock */

void mm_init(void)
{
	mm_cache = kmem_cache_create("mm", sizeof(struct mm), 0);
	vma_cache_init();
	pagecache_init();
	zero_page = page_alloc(GFP_KERNEL | GFP_ZERO, 0);
	if (!zero_page)
		panic("no memory for the zero page");
}

/* Below the room that the stack may grow into. */
static unsigned long default_mmap_base(void)
{
	u64 gap = current && current->process ? rlimit(RLIMIT_STACK) : 0;

	gap = min_t(u64, max_t(u64, gap, STACK_GAP_MIN), USER_END / 6 * 5);
	return (USER_END - (unsigned long)gap - STACK_GUARD_GAP) & PAGE_MASK;
}

static void mm_publish(struct mm *mm)
{
	spin_lock(&all_lock);
	list_add_tail(&mm->all_node, &all_mms);
	all_mm_count++;
	spin_unlock(&all_lock);
}

static void mm_unpublish(struct mm *mm)
{
	spin_lock(&all_lock);
	if (!list_empty(&mm->all_node)) {
		list_del_init(&mm->all_node);
		all_mm_count--;
	}
	spin_unlock(&all_lock);
}

unsigned int mm_all_count(void)
{
	return READ_ONCE(all_mm_count);
}

struct mm *mm_next_turn(void)
{
	struct mm *mm, *found = NULL;

	spin_lock(&all_lock);
	list_for_each_entry (mm, &all_mms, all_node)
		if (refcount_inc_not_zero(&mm->refs)) {
			found = mm;
			list_move_tail(&mm->all_node, &all_mms);
			break;
		}
	spin_unlock(&all_lock);
	return found;
}

struct mm *mm_next_of_all(struct mm *prev)
{
	struct list_head *node;
	struct mm *found = NULL;

	spin_lock(&all_lock);
	node = prev ? prev->all_node.next : all_mms.next;
	for (; node != &all_mms && !found; node = node->next) {
		struct mm *mm = list_entry(node, struct mm, all_node);

		if (refcount_inc_not_zero(&mm->refs))
			found = mm;
	}
	spin_unlock(&all_lock);
	if (prev)
		mm_put(prev);
	return found;
}

static struct mm *alloc_mm(void)
{
	struct mm *mm = kmem_cache_alloc(mm_cache, GFP_KERNEL | GFP_ZERO);

	if (!mm)
		return NULL;
	mm->pgd = pgd_create();
	if (!mm->pgd) {
		kmem_cache_free(mm_cache, mm);
		return NULL;
	}
	list_init(&mm->all_node);
	rwlock_init(&mm->mmap_lock, RANK_MMAP, "mmap_lock");
	spin_init(&mm->pte_lock, RANK_PTE, "pte_lock");
	arch_mm_init(mm);
	refcount_set(&mm->refs, 1);
	refcount_set(&mm->users, 1);
	mm->mmap_base = default_mmap_base();
	mm->dumpable = true;
	return mm;
}

struct mm *mm_create(void)
{
	struct mm *mm = alloc_mm();

	if (mm)
		mm_publish(mm);
	return mm;
}

void mm_get(struct mm *mm)
{
	refcount_inc(&mm->refs);
}

/* Never sleeps: the scheduler drops borrowed address spaces. */
void mm_put(struct mm *mm)
{
	if (!refcount_dec(&mm->refs))
		return;
	ASSERT(mm != &kernel_mm);
	mm_unpublish(mm);
	pgd_destroy(mm->pgd);
	kmem_cache_free(mm_cache, mm);
}

void mm_user_get(struct mm *mm)
{
	refcount_inc(&mm->users);
}

unsigned long mm_rss(const struct mm *mm)
{
	int n = atomic_read(&mm->rss_anon) + atomic_read(&mm->rss_file) +
		atomic_read(&mm->rss_shmem);

	return n > 0 ? (unsigned long)n : 0;
}

void mm_update_peak(struct mm *mm)
{
	unsigned long rss = mm_rss(mm);

	if (rss > mm->rss_peak)
		mm->rss_peak = rss;
}

static void drop_doomed(struct vma *vma)
{
	while (vma) {
		struct vma *next = vma->private;

		file_put(vma->file);
		vma_free(vma);
		vma = next;
	}
}

void mm_write_unlock(struct mm *mm)
{
	struct vma *doomed = mm->doomed;

	mm->doomed = NULL;
	write_unlock(&mm->mmap_lock);
	if (unlikely(doomed))
		drop_doomed(doomed);
}

void mm_user_put(struct mm *mm)
{
	if (!refcount_dec(&mm->users))
		return;
	for (struct vma *vma = vma_first(mm); vma; vma = vma_next(vma))
		pte_zap_range(mm, vma->start, vma->end, true);
	vma_free_all(mm);
	mm_free_tables(mm, 0, USER_END);
	drop_doomed(mm->doomed);
	mm->doomed = NULL;
	if (mm->exe_file) {
		inode_allow_write(mm->exe_file->inode);
		file_put(mm->exe_file);
	}
	mm->exe_file = NULL;
	arch_mm_free(mm);
	mm_put(mm);
}

/* ---- fork ---- */
/* What the child inherits besides mappings and counts. */
static void copy_layout(struct mm *child, const struct mm *mm)
{
	child->start_code = mm->start_code;
	child->end_code = mm->end_code;
	child->start_data = mm->start_data;
	child->end_data = mm->end_data;
	child->start_brk = mm->start_brk;
	child->brk = mm->brk;
	child->start_stack = mm->start_stack;
	child->arg_start = mm->arg_start;
	child->arg_end = mm->arg_end;
	child->env_start = mm->env_start;
	child->env_end = mm->env_end;
	child->mmap_base = mm->mmap_base;
	child->vdso = mm->vdso;
	child->auxv_words = mm->auxv_words;
	memcpy(child->auxv, mm->auxv, sizeof(child->auxv));
	child->dumpable = mm->dumpable;
	child->exe_file = mm->exe_file;
	if (child->exe_file) {
		file_get(child->exe_file);
		(void)inode_deny_write(child->exe_file->inode); /* denied already: cannot fail */
	}
}

static int copy_vma(struct mm *child, struct mm *mm, struct vma *vma)
{
	struct vma *copy;

	if (vm_overcommits(mm, vma->flags, vma_pages(vma)))
		return -ENOMEM;
	copy = vma_alloc(child);
	if (!copy)
		return -ENOMEM;
	copy->start = vma->start;
	copy->end = vma->end;
	copy->flags = vma->flags & ~VM_LOCKED;
	copy->pgoff = vma->pgoff;
	copy->file = vma->file;
	copy->mapping = vma->mapping;
	copy->ops = vma->ops;
	copy->private = vma->private;
	if (vma->flags & VM_WIPEONFORK)
		copy->flags &= ~VM_HAS_ANON;
	vma_insert(child, copy);
	vma_hold(copy);
	mm_account(child, copy->flags, copy->file, (long)vma_pages(copy));
	return vma->flags & VM_WIPEONFORK ? 0 : pte_copy_vma(child, mm, vma);
}

struct mm *mm_fork(struct mm *mm)
{
	struct mm *child = alloc_mm();
	int err = 0;

	if (!child)
		return ERR_PTR(-ENOMEM);
	write_lock(&mm->mmap_lock);
	copy_layout(child, mm);
	for (struct vma *vma = vma_first(mm); vma && !err; vma = vma_next(vma))
		if (!(vma->flags & VM_DONTCOPY))
			err = copy_vma(child, mm, vma);
	/* The parent lost the right to write to what it shares now. */
	mm_flush(mm);
	mm_write_unlock(mm);
	if (!err)
		err = arch_mm_fork(child, mm);
	if (err) {
		mm_user_put(child);
		return ERR_PTR(err);
	}
	child->rss_peak = mm_rss(child);
	mm_publish(child);
	return child;
}
