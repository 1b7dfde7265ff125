/*
 * mm_internal.h - what the files of mm/ share and nobody else needs.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <kernel/mm.h>
#include <kernel/page.h>
#include <kernel/pagecache.h>

/* ---- mm.c: all address spaces ---- */
unsigned int mm_all_count(void);
/* Referenced (refs): whose turn it is to be looked at; or the one after prev, which is dropped
 * (NULL: the first). NULL: none. */
struct mm *mm_next_turn(void);
struct mm *mm_next_of_all(struct mm *prev);
/* ---- page.c: policy above the buddies ---- */
/* May current dip into the last pages (it is freeing memory, or was chosen by the OOM killer)? */
bool page_may_use_reserve(void);
/* Frees every page that the per-CPU caches hold back. */
void page_drain_cpu_cache(void);
unsigned long page_free_count(void); /* pages free in all zones */
unsigned long page_total_count(void);
/* Are all zones that serve `gfp` below their high watermark? Then the reclaim thread has work. */
bool page_below_high(unsigned int gfp);

/* ---- reclaim.c ---- */
void kswapd_wake(void);
/* A page's write-back has ended: those who wait for memory look again. */
void reclaim_written(void);
bool reclaim_running(void); /* the reclaim thread exists: boot is far enough to sleep */
void lru_add(struct page *page);
void lru_remove(struct page *page);
void page_mark_accessed(struct page *page);
/* ---- pagecache.c, writeback.c ---- */
void pagecache_init(void);
struct page *pagecache_next_dirty(struct mapping *m, unsigned long *index);
/* mapping->lock held: out[i] = the page at first + i or NULL, without references. */
void pagecache_gang_locked(struct mapping *m, unsigned long first, unsigned int n,
			   struct page **out);
/* Fills a locked page that is not up to date; ends unlocked. 0 or -errno. */
int pagecache_fill_locked(struct mapping *m, struct page *page);
/* Takes a clean unmapped page out when it has just `refs` references; drops the tree's. */
bool pagecache_remove_unused(struct mapping *m, struct page *page, int refs);
bool mapping_tracks_dirty(const struct mapping *m);
void mapping_forget_dirty(struct mapping *m);
/* Starts writing a locked dirty page out, for reclaim; ends unlocked. */
void page_start_writeback(struct mapping *m, struct page *page);
/* ---- read_ahead.c ---- */
/* Page `index` is not there and `want` pages are asked for; invalidate_lock held for reading. */
void read_ahead_missed(struct file *file, struct mapping *m, unsigned long index,
		       unsigned long want);
/* The page at file->ra_mark was read. */
void read_ahead_marked(struct file *file, struct mapping *m);
/* ---- oom.c ---- */
/* Kills somebody, or waits for the last victim to go. False: nobody is left to kill. */
bool oom_kill(unsigned int gfp, unsigned int order);
/* Sleeps a little when a victim is about to free its memory; false: there is none. */
bool oom_wait_for_victim(void);
/* ---- vmalloc.c ---- */
unsigned long kstack_shrink(void); /* frees the stock of ready kernel stacks; pages */
/* ---- slab.c ---- */
unsigned long slab_shrink(void); /* frees empty slabs; pages */
void slab_core_init(void);	 /* before the first cache is created */

#endif
