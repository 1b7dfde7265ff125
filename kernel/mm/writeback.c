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
#include <kernel/fs.h>

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
		if (list_empty(&m->dirty_node))
			list_add_tail(&m->dirty_node, &dirty_mappings);
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

/* Locked page. Starts its way out; the page is clean and under write-back, or dirty again. */
static int write_out(struct mapping *m, struct page *page)
{
	struct radix_tree t = { &m->root, &m->height };
	int err;

	write_protect_everywhere(m, page);
	spin_lock(&m->lock);
	page_clear_flag(page, PG_DIRTY);
	radix_untag(&t, page->index);
	spin_unlock(&m->lock);
	page_use_add(USE_DIRTY, -1);
	page_set_flag(page, PG_WRITEBACK);
	page_use_add(USE_WRITEBACK, 1);
	err = m->ops->write_page(m, page);
	if (err && page_test_flag(page, PG_WRITEBACK))
		page_end_writeback(page);
	if (err)
		m->wb_error = err;
	return err;
}

void page_start_writeback(struct mapping *m, struct page *page)
{
	if (page_test_flag(page, PG_DIRTY))
		(void)write_out(m, page);
	page_unlock(page);
}

static void start_writing(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long index = first;
	struct page *page;

	while (index <= last && (page = pagecache_next_dirty(m, &index))) {
		if (index <= last) {
			page_lock(page);
			page_wait_writeback(page);
			if (page->mapping == m && page_test_flag(page, PG_DIRTY))
				(void)write_out(m, page);
			page_unlock(page);
		}
		page_put(page);
		if (++index == 0)
			break;
	}
}

static void wait_written(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long index = first;
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
	unsigned long first = (unsigned long)(start >> PAGE_SHIFT);
	unsigned long last =
		(u64)end >> PAGE_SHIFT > ~0ul ? ~0ul : (unsigned long)(end >> PAGE_SHIFT);
	int err;

	if (!mapping_tracks_dirty(m))
		return 0;
	start_writing(m, first, last);
	wait_written(m, first, last);
	err = m->wb_error;
	m->wb_error = 0;
	return err;
}
