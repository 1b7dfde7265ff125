/*
 * reclaim.c - getting memory back: clean pages of the cache first, then the memory of programs by
 * swap, then the caches of others.
 *
 *   page_alloc() --below low--> kswapd_wake() ... reclaim thread until every zone is above high
 *                --below min--> reclaim_pages() by the caller itself
 *
 * A page is given up when it was not used since the last look (PG_REFERENCED, accessed bits of the
 * entries that map it), is clean, and has no user but the tree. A mapped page is unmapped from
 * everywhere first. The page's lock keeps truncation away.
 *
 * What is being written, to files or swap, is memory soon: who found too little waits for some of
 * it (with a bound) and counts it, so that nobody is killed while the disk is at work.
 */
#include "lru.h"
#include "mm_internal.h"
#include "pte.h"
#include "swap.h"
#include "vma.h"
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/slab.h>
#include <kernel/swap.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

#define SCAN_BATCH     32ul
#define PRIORITIES     4u
#define KSWAPD_BATCH   64ul
#define KSWAPD_PAUSE   MSEC(100) /* after a fruitless round */
#define WRITE_PATIENCE SEC(1)	 /* for a few pages of those that are being written */
#define WRITE_HASTE    MSEC(100) /* the same for who can do without */
#define WRITE_ENOUGH   16ul

static DEFINE_MUTEX(shrinker_lock, RANK_MUTEX_LEAF);
static LIST_HEAD(shrinkers);
static DEFINE_WAIT_QUEUE(kswapd_wait);
static DEFINE_WAIT_QUEUE(written_wait);
static struct task *kswapd_task;
static bool kswapd_wanted;
static s64 kswapd_pause_until;

void shrinker_register(struct shrinker *s)
{
	mutex_lock(&shrinker_lock);
	list_add_tail(&s->node, &shrinkers);
	mutex_unlock(&shrinker_lock);
}

/* ---- one page ---- */
enum verdict {
	KEEP,
	KEEP_ACTIVE,
	FREED
};

/* The entry that maps the page in this VMA, or NULL. */
static pte_t *entry_in(struct vma *vma, const struct page *page, unsigned long *addr)
{
	unsigned long offset = page->index - vma->pgoff;
	pte_t *pte;

	if (page->index < vma->pgoff || offset >= vma_pages(vma))
		return NULL;
	*addr = vma->start + (offset << PAGE_SHIFT);
	pte = pte_lookup(vma->mm->pgd, *addr);
	if (!pte || !*pte || pte_is_swap(*pte) || (*pte & PTE_SPECIAL))
		return NULL;
	return pte_phys(*pte) == page_to_phys(page) ? pte : NULL;
}

/* Was it used through a mapping since the last look? Forgets that it was. */
static bool mapped_and_used(struct mapping *m, struct page *page)
{
	struct vma *vma;
	bool used = false;

	if (!atomic_read(&page->mapcount))
		return false;
	spin_lock(&m->lock);
	list_for_each_entry (vma, &m->vmas, map_node) {
		unsigned long addr;
		pte_t *pte;

		spin_lock(&vma->mm->pte_lock);
		pte = entry_in(vma, page, &addr);
		if (pte && (*pte & PTE_ACCESSED)) {
			*pte &= ~PTE_ACCESSED;
			mm_flush_page(vma->mm, addr);
			used = true;
		}
		spin_unlock(&vma->mm->pte_lock);
	}
	spin_unlock(&m->lock);
	return used;
}

/* False: somebody locked it in memory. */
static bool unmap_everywhere(struct mapping *m, struct page *page)
{
	struct vma *vma;
	bool locked = false;

	if (!atomic_read(&page->mapcount))
		return true;
	spin_lock(&m->lock);
	list_for_each_entry (vma, &m->vmas, map_node) {
		unsigned long addr;
		pte_t *pte, entry;

		spin_lock(&vma->mm->pte_lock);
		pte = entry_in(vma, page, &addr);
		if (pte && (vma->flags & VM_LOCKED)) {
			locked = true;
		} else if (pte) {
			entry = *pte;
			*pte = 0;
			mm_flush_page(vma->mm, addr);
			pte_forget(vma->mm, entry);
		}
		spin_unlock(&vma->mm->pte_lock);
	}
	spin_unlock(&m->lock);
	return !locked;
}

/* The page is isolated, referenced and locked. On FREED the caller still holds its reference. */
static enum verdict judge_locked(struct mapping *m, struct page *page)
{
	bool mapped_use;

	if (!m || page_test_flag(page, PG_WRITEBACK))
		return KEEP;
	mapped_use = mapped_and_used(m, page);
	if (page_test_flag(page, PG_REFERENCED) || mapped_use) {
		page_clear_flag(page, PG_REFERENCED);
		return mapped_use ? KEEP_ACTIVE : KEEP;
	}
	if (m->ops && m->ops->can_reclaim && !m->ops->can_reclaim(m, page))
		return KEEP;
	if (!unmap_everywhere(m, page))
		return KEEP_ACTIVE;
	/* The tree's reference and ours. */
	return pagecache_remove_unused(m, page, 2) ? FREED : KEEP;
}

static enum verdict try_reclaim(struct page *page)
{
	struct mapping *m;
	enum verdict verdict;

	if (!page_trylock(page))
		return KEEP;
	m = page->mapping;
	if (m && page_test_flag(page, PG_DIRTY) && !page_test_flag(page, PG_WRITEBACK)) {
		if (current == kswapd_task)
			page_start_writeback(m, page);
		else
			page_unlock(page);
		return KEEP;
	}
	verdict = judge_locked(m, page);
	page_unlock(page);
	return verdict;
}

/* ---- the lists ---- */
struct reclaim_stats reclaim_stats;

static struct reclaim_count *count_of_current(void)
{
	return current == kswapd_task ? &reclaim_stats.kswapd : &reclaim_stats.direct;
}

static unsigned long scan_inactive(unsigned long scan, unsigned long want, bool low_only)
{
	struct reclaim_count *count = count_of_current();
	unsigned long freed = 0;

	while (scan-- && freed < want) {
		struct page *page = lru_isolate(false, low_only);
		enum verdict verdict;

		if (!page)
			break;
		if (IS_ERR(page))
			continue;
		count->scanned++;
		verdict = try_reclaim(page);
		if (verdict == FREED) {
			freed++;
			count->freed++;
			page_put(page);
		} else {
			lru_putback(page, verdict == KEEP_ACTIVE);
		}
	}
	return freed;
}

/* Moves what was not used lately from the active to the inactive list. */
static void refill_inactive(unsigned long scan)
{
	while (scan-- && page_use_read(USE_ACTIVE) > page_use_read(USE_INACTIVE)) {
		struct page *page = lru_isolate(true, false);
		struct mapping *m;
		bool used;

		if (!page)
			return;
		used = page_test_flag(page, PG_REFERENCED);
		page_clear_flag(page, PG_REFERENCED);
		if (page_trylock(page)) {
			m = page->mapping;
			used |= m && mapped_and_used(m, page);
			page_unlock(page);
		}
		lru_putback(page, used);
	}
}

/* Freed inodes take pages along that only the number of free ones tells. Returns pages. */
static unsigned long run_shrinkers(unsigned int priority)
{
	unsigned long before = page_free_count(), after;
	struct shrinker *s;

	if (!mutex_trylock(&shrinker_lock))
		return 0;
	list_for_each_entry (s, &shrinkers, node) {
		unsigned long n = s->count(s) >> (PRIORITIES - 1 - priority);

		if (n)
			(void)s->scan(s, n);
	}
	mutex_unlock(&shrinker_lock);
	after = page_free_count();
	return after > before ? after - before : 0;
}

/* ---- files or programs? ---- */
/*
 * vm.swappiness as a share: programs' memory goes before files when the cache is less than
 * swappiness/200 of it; otherwise when a first look at the cache did not give enough. With 0 only
 * when nothing else is left.
 */
static bool swap_comes_first(void)
{
	unsigned long files = page_use_read(USE_CACHE), shmem = page_use_read(USE_SHMEM);

	files = files > shmem ? files - shmem : 0;
	return files < page_use_read(USE_ANON) / 200 * swappiness;
}

static bool swap_is_due(unsigned int priority)
{
	/* Who serves a loop device would wait for himself, were swap on it. */
	if (current->flags & PF_LOCAL_THROTTLE)
		return false;
	if (!swap_has_room() && !page_use_read(USE_SWAPCACHE))
		return false;
	return swappiness ? priority > 0 : priority == PRIORITIES - 1;
}

/* ---- waiting for the disk ---- */
void reclaim_written(void)
{
	page_use_add(USE_WRITTEN, 1);
	wake_up_all(&written_wait);
}

static unsigned int written_since(int before)
{
	return (unsigned int)atomic_read(&page_uses[USE_WRITTEN]) - (unsigned int)before;
}

/* Waits until a few pages were written, or all that are on their way. How many were. */
static unsigned long wait_for_writes(unsigned long want, unsigned int gfp)
{
	int before = atomic_read(&page_uses[USE_WRITTEN]);

	if (!page_use_read(USE_WRITEBACK))
		return 0;
	want = min(want, WRITE_ENOUGH);
	(void)wait_event_timeout(&written_wait,
				 written_since(before) >= want || !page_use_read(USE_WRITEBACK),
				 gfp & GFP_NORETRY ? WRITE_HASTE : WRITE_PATIENCE);
	return written_since(before);
}

unsigned long reclaim_pages(unsigned long want, unsigned int gfp)
{
	unsigned long freed = 0, started = 0;
	bool low_only = !(gfp & GFP_HIGH), swap_first = swap_comes_first();

	if (current->flags & PF_MEMALLOC)
		return 0;
	current->flags |= PF_MEMALLOC;
	for (unsigned int priority = 0; priority < PRIORITIES && freed + started < want;
	     priority++) {
		unsigned int shift = PRIORITIES - 1 - priority;

		if (swap_is_due(priority + swap_first))
			freed += swap_out(want - freed, shift, low_only, &started);
		if (freed + started >= want)
			break;
		refill_inactive((page_use_read(USE_ACTIVE) >> shift) + SCAN_BATCH);
		freed += scan_inactive((page_use_read(USE_INACTIVE) >> shift) + SCAN_BATCH,
				       want - freed, low_only);
		if (freed < want) {
			freed += run_shrinkers(priority);
			freed += kstack_shrink();
		}
	}
	if (freed < want)
		freed += slab_shrink();
	if (freed < want)
		freed += wait_for_writes(want - freed, gfp);
	current->flags &= ~PF_MEMALLOC;
	return freed;
}

/* ---- the thread ---- */
bool reclaim_running(void)
{
	return kswapd_task;
}

void kswapd_wake(void)
{
	if (!kswapd_task || kswapd_wanted || clock_coarse_monotonic() < kswapd_pause_until)
		return;
	kswapd_wanted = true;
	wake_up(&kswapd_wait);
}

/* Works until ordinary requests find memory again; pauses when nothing comes of it. */
static void balance(unsigned int gfp)
{
	while (page_below_high(gfp)) {
		if (reclaim_pages(KSWAPD_BATCH, gfp))
			continue;
		kswapd_pause_until = clock_coarse_monotonic() + KSWAPD_PAUSE;
		return;
	}
}

static int kswapd(void *arg)
{
	for (;;) {
		wait_event(&kswapd_wait, kswapd_wanted);
		balance(GFP_USER);
		balance(GFP_KERNEL);
		kswapd_wanted = false;
	}
	return 0;
}

static int reclaim_init(void)
{
	struct task *task = kthread_create(kswapd, NULL, "kswapd0");

	if (IS_ERR(task))
		return (int)PTR_ERR(task);
	kswapd_task = task;
	return 0;
}
INIT_CALL(INIT_CORE, reclaim_init);
