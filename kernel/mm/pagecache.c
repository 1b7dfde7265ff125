/*
 * pagecache.c - the pages of a mapping: look-up, insertion, locks, truncation; see pagecache.h.
 *
 * mapping->ops may be NULL (shared anonymous memory): pages are zero until written, nothing is ever
 * written back, nothing is charged.
 */
#include "mm_internal.h"
#include "pte.h"
#include "radix.h"
#include "vma.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/hash.h>
#include <kernel/string.h>
#include <kernel/wait.h>

#define WAIT_TABLE_BITS 6u
static struct wait_queue page_waits[1u << WAIT_TABLE_BITS];

void pagecache_init(void)
{
	radix_cache_init();
	for (unsigned int i = 0; i < ARRAY_SIZE(page_waits); i++)
		wait_queue_init(&page_waits[i]);
}

static inline struct radix_tree tree_of(struct mapping *m)
{
	return (struct radix_tree){ &m->root, &m->height };
}

void mapping_init(struct mapping *m, struct inode *host, const struct mapping_ops *ops)
{
	*m = (struct mapping){ .host = host, .ops = ops };
	spin_init(&m->lock, RANK_MAPPING, "mapping");
	list_init(&m->vmas);
	list_init(&m->dirty_node);
	rwlock_init(&m->invalidate_lock, RANK_FILE_MAP, "invalidate");
}

/* ---- waiting for a page ---- */
static inline struct wait_queue *page_wait_queue(const struct page *page)
{
	return &page_waits[hash_ptr(page, WAIT_TABLE_BITS)];
}

bool page_trylock(struct page *page)
{
	return page_test_and_set_flag(page, PG_LOCKED);
}

void page_lock(struct page *page)
{
	if (likely(page_trylock(page)))
		return;
	wait_event_io(page_wait_queue(page), page_trylock(page));
}

void page_unlock(struct page *page)
{
	DEBUG_ASSERT(page_test_flag(page, PG_LOCKED));
	page_clear_flag(page, PG_LOCKED);
	wake_up_all(page_wait_queue(page));
}

void page_wait_unlocked(struct page *page)
{
	if (unlikely(page_test_flag(page, PG_LOCKED)))
		wait_event_io(page_wait_queue(page), !page_test_flag(page, PG_LOCKED));
}

void page_wait_writeback(struct page *page)
{
	if (unlikely(page_test_flag(page, PG_WRITEBACK)))
		wait_event_io(page_wait_queue(page), !page_test_flag(page, PG_WRITEBACK));
}

void page_end_writeback(struct page *page)
{
	page_clear_flag(page, PG_WRITEBACK);
	page_use_add(USE_WRITEBACK, -1);
	wake_up_all(page_wait_queue(page));
	reclaim_written();
}

/* ---- look-up ---- */
struct page *pagecache_find(struct mapping *m, unsigned long index)
{
	struct radix_tree t = tree_of(m);
	struct page *page;

	spin_lock(&m->lock);
	page = radix_find(&t, index);
	if (page)
		page_get(page);
	spin_unlock(&m->lock);
	return page;
}

struct page *pagecache_next(struct mapping *m, unsigned long *index)
{
	struct radix_tree t = tree_of(m);
	struct page *page;

	spin_lock(&m->lock);
	page = radix_next(&t, index);
	if (page)
		page_get(page);
	spin_unlock(&m->lock);
	return page;
}

struct page *pagecache_next_dirty(struct mapping *m, unsigned long *index)
{
	struct radix_tree t = tree_of(m);
	struct page *page;

	spin_lock(&m->lock);
	page = radix_next_tagged(&t, index);
	if (page)
		page_get(page);
	spin_unlock(&m->lock);
	return page;
}

void pagecache_gang_locked(struct mapping *m, unsigned long first, unsigned int n,
			   struct page **out)
{
	struct radix_tree t = tree_of(m);

	ASSERT_SPIN_HELD(&m->lock);
	radix_gang(&t, first, n, out);
}

/* ---- insertion and removal ---- */
static int charge(struct mapping *m)
{
	return m->ops && m->ops->charge ? m->ops->charge(m, 1) : 0;
}

static void uncharge(struct mapping *m, unsigned int pages)
{
	if (pages && m->ops && m->ops->uncharge)
		m->ops->uncharge(m, pages);
}

static int insert_locked(struct mapping *m, unsigned long index, struct page *page)
{
	struct radix_tree t = tree_of(m);
	int err = radix_insert(&t, index, page);

	if (err)
		return err;
	page_get(page);
	page->mapping = m;
	page->index = index;
	m->nr_pages++;
	return 0;
}

/* Takes a reference; the page is charged already. */
static int insert_page(struct mapping *m, unsigned long index, struct page *page)
{
	int err;

	if (m->unevictable)
		page_set_flag(page, PG_UNEVICTABLE);
	do {
		spin_lock(&m->lock);
		err = insert_locked(m, index, page);
		spin_unlock(&m->lock);
	} while (err == -ENOMEM && radix_refill());
	if (err)
		return err;
	page_use_add(USE_CACHE, 1);
	if (m->unevictable)
		page_use_add(USE_SHMEM, 1);
	else
		lru_add(page);
	return 0;
}

/* m->lock held. Takes the page out of the tree; the tree's reference is the caller's now. */
static void remove_locked(struct mapping *m, struct page *page)
{
	struct radix_tree t = tree_of(m);
	struct page *gone = radix_remove(&t, page->index);

	ASSERT(gone == page);
	page->mapping = NULL;
	m->nr_pages--;
	page_use_add(USE_CACHE, -1);
	if (page_test_flag(page, PG_UNEVICTABLE))
		page_use_add(USE_SHMEM, -1);
	if (page_test_flag(page, PG_DIRTY)) {
		page_clear_flag(page, PG_DIRTY);
		page_use_add(USE_DIRTY, -1);
	}
}

/* After remove_locked(), without locks: the rest of the farewell. */
static void removed(struct mapping *m, struct page *page)
{
	lru_remove(page);
	if (m->ops && m->ops->release_page)
		m->ops->release_page(m, page);
	page_put(page);
}

/*
 * The page is locked, so the mapping stays until it has left; nothing of the mapping is touched
 * after, for it may be gone by then.
 */
bool pagecache_remove_unused(struct mapping *m, struct page *page, int refs)
{
	bool gone = false;

	if (m->ops && m->ops->release_page)
		m->ops->release_page(m, page);
	spin_lock(&m->lock);
	if (page->mapping == m && atomic_read(&page->refcount) == refs &&
	    !page_test_flag(page, PG_DIRTY) && !atomic_read(&page->mapcount)) {
		remove_locked(m, page);
		uncharge(m, 1);
		gone = true;
	}
	spin_unlock(&m->lock);
	if (gone) {
		lru_remove(page);
		page_put(page);
	}
	return gone;
}

int pagecache_insert(struct mapping *m, unsigned long index, struct page *page)
{
	int err = charge(m);

	if (err)
		return err;
	page_set_flag(page, PG_UPTODATE);
	err = insert_page(m, index, page);
	if (err)
		uncharge(m, 1);
	return err;
}

/* A new locked page in the mapping; NULL in *page when another was faster. */
static int create_page(struct mapping *m, unsigned long index, struct page **page)
{
	int err = charge(m);

	*page = NULL;
	if (err)
		return err;
	*page = page_alloc(m->low_pages ? GFP_KERNEL : GFP_USER, 0);
	if (!*page) {
		uncharge(m, 1);
		return -ENOMEM;
	}
	page_set_flag(*page, PG_LOCKED);
	err = insert_page(m, index, *page);
	if (!err)
		return 0;
	page_clear_flag(*page, PG_LOCKED);
	page_put(*page);
	uncharge(m, 1);
	*page = NULL;
	return err == -EEXIST ? 0 : err;
}

struct page *pagecache_get(struct mapping *m, unsigned long index, bool *created)
{
	struct page *page;
	int err;

	for (;;) {
		page = pagecache_find(m, index);
		*created = false;
		if (page)
			return page;
		err = create_page(m, index, &page);
		if (err)
			return ERR_PTR(err);
		*created = true;
		if (page)
			return page;
	}
}

/* The page is locked and has no contents yet; ends unlocked. */
static int fill_page(struct mapping *m, struct page *page)
{
	int err;

	if (!m->ops || !m->ops->read_page) {
		page_zero(page);
		page_set_flag(page, PG_UPTODATE);
		page_unlock(page);
		return 0;
	}
	page_clear_flag(page, PG_ERROR);
	err = m->ops->read_page(m, page);
	if (err)
		return err;
	page_wait_unlocked(page);
	if (unlikely(!page_test_flag(page, PG_UPTODATE)) && page_test_flag(page, PG_ERROR) &&
	    m->ops->read_apart) {
		page_lock(page);
		m->ops->read_apart(m, page);
		page_wait_unlocked(page);
	}
	return page_test_flag(page, PG_UPTODATE) ? 0 : -EIO;
}

int pagecache_fill_locked(struct mapping *m, struct page *page)
{
	return fill_page(m, page);
}

struct page *pagecache_read(struct mapping *m, unsigned long index)
{
	struct page *page;
	bool created;
	int err = 0;

	for (;;) {
		page = pagecache_get(m, index, &created);
		if (IS_ERR(page) || page_test_flag(page, PG_UPTODATE))
			return page;
		if (!created)
			page_lock(page);
		if (page_test_flag(page, PG_UPTODATE)) {
			page_unlock(page);
			return page;
		}
		if (page->mapping == m) {
			err = fill_page(m, page);
			if (!err)
				return page;
			page_put(page);
			return ERR_PTR(err);
		}
		/* Truncated while we waited for its lock. */
		page_unlock(page);
		page_put(page);
	}
}

/* ---- unmapping and truncation ---- */
static void unmap_from_vma(struct vma *vma, unsigned long index, unsigned long last, bool even_cow)
{
	unsigned long first = vma->pgoff, end = vma->pgoff + vma_pages(vma) - 1;

	if (end < index || first > last)
		return;
	first = max(first, index);
	end = min(end, last);
	pte_zap_range(vma->mm, vma->start + ((first - vma->pgoff) << PAGE_SHIFT),
		      vma->start + ((end - vma->pgoff + 1) << PAGE_SHIFT), even_cow);
}

void mapping_unmap(struct mapping *m, unsigned long index, unsigned long count, bool even_cow)
{
	unsigned long last = count - 1 > ~0ul - index ? ~0ul : index + count - 1;
	struct vma *vma;

	if (!count)
		return;
	spin_lock(&m->lock);
	list_for_each_entry (vma, &m->vmas, map_node)
		unmap_from_vma(vma, index, last, even_cow);
	spin_unlock(&m->lock);
}

/* Removes the pages of [first, last]. */
static void drop_pages(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long index = first;
	unsigned int dropped = 0;
	struct page *page;

	while (index <= last && (page = pagecache_next(m, &index))) {
		if (index > last) {
			page_put(page);
			break;
		}
		page_lock(page);
		page_wait_writeback(page);
		if (page->mapping == m) {
			spin_lock(&m->lock);
			remove_locked(m, page);
			spin_unlock(&m->lock);
			removed(m, page);
			dropped++;
		}
		page_unlock(page);
		page_put(page);
		if (++index == 0)
			break;
	}
	uncharge(m, dropped);
}

void mapping_drop_clean(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long index = first;
	struct page *page;

	while (index <= last && (page = pagecache_next(m, &index))) {
		if (index <= last && page_trylock(page)) {
			if (page->mapping == m && !page_test_flag(page, PG_WRITEBACK))
				(void)pagecache_remove_unused(m, page, 2);
			page_unlock(page);
		}
		page_put(page);
		if (++index == 0)
			break;
	}
}

bool mapping_take_out(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long index = first;
	struct page *page;

	mapping_unmap(m, first, last - first == ~0ul ? ~0ul : last - first + 1, false);
	while (index <= last && (page = pagecache_next(m, &index))) {
		if (index <= last) {
			page_lock(page);
			if (page->mapping == m && !page_test_flag(page, PG_WRITEBACK))
				(void)pagecache_remove_unused(m, page, 2);
			page_unlock(page);
		}
		page_put(page);
		if (++index == 0)
			break;
	}
	index = first;
	page = pagecache_next(m, &index);
	if (page)
		page_put(page);
	return !page || index > last;
}

void mapping_destroy(struct mapping *m)
{
	DEBUG_ASSERT(list_empty(&m->vmas));
	if (m->root)
		drop_pages(m, 0, ~0ul);
	mapping_forget_dirty(m);
}

/* Zeroes bytes [from, to) of a page if it is cached. */
static void zero_part(struct mapping *m, unsigned long index, unsigned int from, unsigned int to)
{
	struct page *page = from < to ? pagecache_find(m, index) : NULL;
	char *va;

	if (!page)
		return;
	page_lock(page);
	if (page->mapping == m && page_test_flag(page, PG_UPTODATE)) {
		va = kmap_local(page);
		memset(va + from, 0, to - from);
		kunmap_local(va);
		page_mark_dirty(page);
	}
	page_unlock(page);
	page_put(page);
}

void mapping_punch(struct mapping *m, loff_t start, loff_t end)
{
	unsigned long first = (unsigned long)((start + (loff_t)PAGE_SIZE - 1) >> PAGE_SHIFT);
	unsigned long stop = (unsigned long)(end >> PAGE_SHIFT); /* first one not wholly inside */
	unsigned int head = (unsigned int)(start & (loff_t)(PAGE_SIZE - 1));
	unsigned int tail = (unsigned int)(end & (loff_t)(PAGE_SIZE - 1));

	if (start >= end)
		return;
	write_lock(&m->invalidate_lock);
	if (first > stop) {
		zero_part(m, stop, head, tail);
	} else {
		if (head)
			zero_part(m, first - 1, head, PAGE_SIZE);
		zero_part(m, stop, 0, tail);
		if (stop > first) {
			mapping_unmap(m, first, stop - first, true);
			drop_pages(m, first, stop - 1);
		}
	}
	write_unlock(&m->invalidate_lock);
}

void mapping_truncate(struct mapping *m, loff_t start)
{
	unsigned long first = (unsigned long)((start + (loff_t)PAGE_SIZE - 1) >> PAGE_SHIFT);
	unsigned int head = (unsigned int)(start & (loff_t)(PAGE_SIZE - 1));

	write_lock(&m->invalidate_lock);
	if (head)
		zero_part(m, first - 1, head, PAGE_SIZE);
	mapping_unmap(m, first, ~0ul, true);
	if (m->root)
		drop_pages(m, first, ~0ul);
	write_unlock(&m->invalidate_lock);
}
