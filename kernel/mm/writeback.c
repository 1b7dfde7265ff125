/*
 * writeback.c - dirty pages on their way to where they live.
 *
 * A page gets dirty by page_mark_dirty(): a write, or the first store through a shared mapping
 * (such mappings are read-only until then). Its slot in the tree is tagged and the mapping joins
 * the list of dirty ones, which a flusher walks. Before a page is written its mappings are made
 * read-only again, so that a later store is noticed. Mappings without write_page (memory file
 * systems) have no dirty pages at all.
 *
 * Locking: dirty_lock (RANK_SPIN) guards the list; taken inside mapping->lock.
 */
#include "mm_internal.h"
#include "pte.h"
#include "radix.h"
#include "vma.h"
#include <kernel/errno.h>
#include <kernel/errseq.h>
#include <kernel/fs.h>
#include <kernel/time.h>

static DEFINE_SPINLOCK(dirty_lock, RANK_SPIN);
static LIST_HEAD(dirty_mappings);

bool mapping_tracks_dirty(const struct mapping *m)
{
	return m->ops && m->ops->write_page;
}

void page_mark_dirty(struct page *page)
{
	struct mapping *m = page->mapping;

	if (!m || !mapping_tracks_dirty(m) || page_test_flag(page, PG_DIRTY))
		return;
	spin_lock(&m->lock);
	if (page->mapping == m && page_test_and_set_flag(page, PG_DIRTY)) {
		struct radix_tree t = { &m->root, &m->height };

		radix_tag(&t, page->index);
		page_use_add(USE_DIRTY, 1);
		spin_lock(&dirty_lock);
		if (list_empty(&m->dirty_node)) {
			m->dirtied = clock_coarse_monotonic();
			list_add_tail(&m->dirty_node, &dirty_mappings);
		}
		spin_unlock(&dirty_lock);
	}
	spin_unlock(&m->lock);
}

void mapping_forget_dirty(struct mapping *m)
{
	if (list_empty(&m->dirty_node))
		return;
	spin_lock(&dirty_lock);
	list_del_init(&m->dirty_node);
	spin_unlock(&dirty_lock);
}

/* Takes the right to write from every entry that maps the page. */
static void write_protect_everywhere(struct mapping *m, struct page *page)
{
	struct vma *vma;

	if (!atomic_read(&page->mapcount))
		return;
	spin_lock(&m->lock);
	list_for_each_entry (vma, &m->vmas, map_node) {
		unsigned long offset = page->index - vma->pgoff, addr;
		pte_t *pte;

		if (page->index < vma->pgoff || offset >= vma_pages(vma))
			continue;
		addr = vma->start + (offset << PAGE_SHIFT);
		pte = pte_lookup(vma->mm->pgd, addr);
		if (!pte)
			continue;
		spin_lock(&vma->mm->pte_lock);
		if ((*pte & PTE_WRITE) && pte_phys(*pte) == page_to_phys(page)) {
			*pte &= ~(PTE_WRITE | PTE_DIRTY);
			mm_flush_page(vma->mm, addr);
		}
		spin_unlock(&vma->mm->pte_lock);
	}
	spin_unlock(&m->lock);
}

void mapping_set_error(struct mapping *m, int err)
{
	errseq_set(&m->wb_error, err);
	if (m->host)
		errseq_set(&m->host->sb->wb_error, err);
}

/* Locked page. Starts its way out; the page is clean and under write-back, or dirty again. */
static int write_out(struct mapping *m, struct page *page, void **batch)
{
	struct radix_tree t = { &m->root, &m->height };
	int err;

	write_protect_everywhere(m, page);
	/* First on its way, then clean: who syncs meanwhile finds it as one or the other. */
	page_use_add(USE_WRITEBACK, 1);
	page_set_flag(page, PG_WRITEBACK);
	spin_lock(&m->lock);
	page_clear_flag(page, PG_DIRTY);
	radix_untag(&t, page->index);
	spin_unlock(&m->lock);
	page_use_add(USE_DIRTY, -1);
	err = m->ops->write_page(m, page, batch);
	if (err)
		mapping_set_error(m, err);
	return err;
}

static void flush_batch(struct mapping *m, void **batch)
{
	if (*batch)
		m->ops->write_flush(m, batch);
}

void page_start_writeback(struct mapping *m, struct page *page)
{
	void *batch = NULL;

	if (page_test_flag(page, PG_DIRTY))
		(void)write_out(m, page, &batch);
	flush_batch(m, &batch);
	page_unlock(page);
}

/* Who waits for a page must not hold back others that are in the batch. */
static void lock_for_writing(struct mapping *m, struct page *page, void **batch)
{
	if (!page_trylock(page)) {
		flush_batch(m, batch);
		page_lock(page);
	}
	if (page_test_flag(page, PG_WRITEBACK)) {
		flush_batch(m, batch);
		page_wait_writeback(page);
	}
}

/* Who does not wait leaves out what is being written as it was before. */
static bool is_passed_over(const struct page *page, bool wait)
{
	return !wait && page_test_flag(page, PG_WRITEBACK);
}

/* At most `max` pages; how many were started. */
static unsigned long start_writing(struct mapping *m, unsigned long first, unsigned long last,
				   unsigned long max, bool wait)
{
	unsigned long index = first, started = 0;
	void *batch = NULL;
	struct page *page;

	while (started < max && index <= last && (page = pagecache_next_dirty(m, &index))) {
		if (index <= last && !is_passed_over(page, wait)) {
			lock_for_writing(m, page, &batch);
			if (page->mapping == m && page_test_flag(page, PG_DIRTY)) {
				(void)write_out(m, page, &batch);
				started++;
			}
			page_unlock(page);
		}
		page_put(page);
		if (++index == 0)
			break;
	}
	flush_batch(m, &batch);
	return started;
}

static unsigned long last_page(loff_t end)
{
	return (u64)end >> PAGE_SHIFT > ~0ul ? ~0ul : (unsigned long)(end >> PAGE_SHIFT);
}

void mapping_begin_sync(struct mapping *m, loff_t start, loff_t end)
{
	if (mapping_tracks_dirty(m))
		(void)start_writing(m, (unsigned long)(start >> PAGE_SHIFT), last_page(end), ~0ul,
				    false);
}

void mapping_wait_written(struct mapping *m, loff_t start, loff_t end)
{
	unsigned long index = (unsigned long)(start >> PAGE_SHIFT), last = last_page(end);
	struct page *page;

	while (page_use_read(USE_WRITEBACK) && index <= last &&
	       (page = pagecache_next(m, &index))) {
		if (index <= last)
			page_wait_writeback(page);
		page_put(page);
		if (++index == 0)
			break;
	}
}

int mapping_sync(struct mapping *m, loff_t start, loff_t end)
{
	u32 before = READ_ONCE(m->wb_error);

	if (!mapping_tracks_dirty(m))
		return 0;
	(void)start_writing(m, (unsigned long)(start >> PAGE_SHIFT), last_page(end), ~0ul, true);
	mapping_wait_written(m, start, end);
	return errseq_peek(&m->wb_error, before);
}

/* ---- the flusher's side ---- */
unsigned long mapping_write_some(struct mapping *m, unsigned long max)
{
	return mapping_tracks_dirty(m) ? start_writing(m, 0, ~0ul, max, true) : 0;
}

/* The host may be on its way out: then its own end writes what there is. */
struct mapping *mapping_take_dirty(s64 before)
{
	struct mapping *m, *found = NULL;

	spin_lock(&dirty_lock);
	list_for_each_entry (m, &dirty_mappings, dirty_node) {
		if (m->dirtied > before || !refcount_inc_not_zero(&m->host->refs))
			continue;
		list_del_init(&m->dirty_node);
		found = m;
		break;
	}
	spin_unlock(&dirty_lock);
	return found;
}

static bool has_dirty(struct mapping *m)
{
	unsigned long index = 0;
	struct page *page = pagecache_next_dirty(m, &index);

	if (!page)
		return false;
	index = page_test_flag(page, PG_DIRTY);
	page_put(page);
	return index;
}

void mapping_put_dirty(struct mapping *m)
{
	if (!has_dirty(m))
		return;
	spin_lock(&dirty_lock);
	if (list_empty(&m->dirty_node))
		list_add_tail(&m->dirty_node, &dirty_mappings);
	spin_unlock(&dirty_lock);
}
