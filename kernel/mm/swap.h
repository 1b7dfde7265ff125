/*
 * swap.h - anonymous memory that lies on a disk: how swapping is made.
 *
 * There is no reverse map: what maps an anonymous page is found by walking the page tables of all
 * address spaces in turn, a piece at a time (swap_out.c), as a clock's hand: an entry that was used
 * since the hand last came by loses its accessed bit; one that was not becomes a swap entry. When
 * the last entry of a page has gone so, the page is written, and freed when it is on the disk.
 *
 *   mapped, no slot  --swap_out: first entry unmapped-->  in the cache, dirty
 *        ^                                                     | last entry unmapped: swap_write()
 *        | store, or slots are short:                          v
 *        | swap_cache_take()                             under write-back --error--> dirty,
 * PG_ERROR |                                                     | written in the cache, clean,
 * mapped read-only  <--fault--  clean, idle  --swap_page_release()--> freed ^ | fault
 *        +------ swap_read(): PG_LOCKED while it is read <-------------------+
 *
 * A slot's word (swap_slots.h) counts the entries that name it and tells the page that has its
 * contents: that is the swap cache; a page is in it with PG_SWAPCACHE, its entry in page->private,
 * one reference for the cache, and on a list by page->lru. A slot is free when no entry names it
 * and no page is cached for it, so that a slot being read or written is never given out again.
 *
 * What keeps it right:
 *  - A cached page is never mapped writable; so clean in the cache means equal to the disk. Who
 *    wants to store takes it out of the cache, if nobody else has the slot or the page, else
 * copies.
 *  - An entry is unmapped only when all the page's references are entries and the cache: who holds
 *    it otherwise (a pinned page) may be about to write to it.
 *  - A page leaves the cache only when nobody but the cache and the one who takes it out refers to
 *    it, and not while it is read or written.
 *  - Entries change under pte_lock. The hand holds a reference of the mm and takes pte_lock, no
 *    mmap_lock (fork may hold it while it waits for memory); so tables go under pte_lock, and what
 *    mlock() protects is marked in the entries (PTE_MLOCK).
 *  - Swapping out needs no memory: slots and bios are there from swapon() on.
 *
 * Shared anonymous memory and tmpfs are not swapped.
 *
 * Locking: swap_lock (RANK_SWAP, inside pte_lock) guards areas, slots, PG_SWAPCACHE, private and
 * lru of cached pages, and PG_DIRTY, PG_ERROR, the setting of PG_WRITEBACK on them.
 */
#ifndef MM_SWAP_H
#define MM_SWAP_H

#include "swap_slots.h"
#include <kernel/block.h>
#include <kernel/mm.h>

struct block_device;
struct file;
struct inode;

enum swap_state {
	SWAP_FREE,
	SWAP_COMING, /* swapon() is at work: not to be looked at */
	SWAP_ON,
	SWAP_LEAVING /* swapoff() is at work: gives no slots */
};

/* Slots [slot, slot + count) lie at sector and following. */
struct swap_extent {
	u32 slot, count;
	u64 sector;
};

struct swap_area {
	enum swap_state state;
	u32 index; /* in swap_areas[] */
	int prio;
	u32 turn; /* among equals the one with the lowest is next */
	struct swap_slots slots;
	struct swap_extent *extents; /* by slot; written by swapon() only */
	unsigned int extent_count;
	struct disk *disk;
	struct block_device *bdev; /* a partition ... */
	struct file *file;	   /* ... or a file */
	char *path;
};

extern struct swap_area swap_areas[PTE_SWAP_AREAS];
extern struct spinlock swap_lock;

/* ---- swap_area.c: slots of all areas; swap_lock held ---- */
/* A slot for the page in the best area, as an entry; 0: there is none. */
pte_t swap_area_alloc(const struct page *page);
static inline struct swap_area *swap_area_of(pte_t entry)
{
	return &swap_areas[pte_swap_area(entry)];
}
/* Is more than half of all slots in use? Then clean copies are not worth theirs. */
bool swap_is_crowded(void);
bool swap_has_room(void); /* any lock */
unsigned long swap_total_pages(void);

/* ---- swap_map.c ---- */
/* Where the slot lies; *run: how many slots follow without a gap, itself included. */
u64 swap_slot_sector(const struct swap_area *area, u32 slot, u32 *run);
/* The whole of a partition; the pages of a file, those that lie in pieces marked bad. 0, -EINVAL (a
 * hole), -ENOMEM, -EIO. */
int swap_map_device(struct swap_area *area);
int swap_map_file(struct swap_area *area, struct inode *inode, u32 pages);

/* ---- swap_cache.c ---- */
/* Entries come and go: fork copies one (false: there are too many), zap clears one. */
bool swap_entry_use(pte_t entry);
void swap_entry_unuse(pte_t entry);
/* Gives an anonymous page, locked against nobody else's use by the caller's pte_lock, a slot; then
 * it is in the cache, dirty. False: swap is full. */
bool swap_cache_new(struct page *page);
/* Puts a new page, locked, into the cache for an entry that is about to be read. 0, -EEXIST (there
 * is one), -ENOENT (nobody has the entry any more). */
int swap_cache_add(struct page *page, pte_t entry);
/* The entry's page, referenced, or NULL. */
struct page *swap_cache_find(pte_t entry);
/* Is it still the entry's page? While an entry is held in place, it stays so. */
bool swap_cache_holds(const struct page *page, pte_t entry);
bool swap_cache_has(pte_t entry);     /* up to date: for mincore */
bool swap_entry_is_away(pte_t entry); /* somebody has it, and it is not in memory */
/* Out of the cache, if but for the cache there are `refs` references, nobody has its entry and no
 * I/O is under way. True: it is an ordinary anonymous page now. */
bool swap_cache_take(struct page *page, int refs);
/* Drops a reference of an anonymous page; one that was cached for nobody but the dropper goes. */
void swap_page_put(struct page *page);
/* Drops the only reference besides the cache's; frees the page if the disk has it. True: freed. */
bool swap_page_release(struct page *page);
/* Reading is over; drops the reader's reference. */
void swap_read_ended(struct page *page, int error);
/* Looks at `scan` of the pages cached longest; frees the idle clean ones, gives slots of mapped
 * ones back when swap is crowded. Idle dirty ones are put, referenced, into out[]. How many went.
 */
#define SWAP_BATCH 32u
struct swap_victims {
	struct page *pages[SWAP_BATCH];
	unsigned int count;
};
unsigned long swap_cache_shrink(unsigned long scan, struct swap_victims *out);
/* Takes the pages of an area that is being left, whose entries are all gone, out of the cache. */
void swap_cache_leave(struct swap_area *area);

/* ---- swap_io.c ---- */
int swap_io_prepare(void); /* the first area is coming: 0 or -ENOMEM */
/* Writes what is dirty of idle cached pages; drops their references, now or when written. How many
 * are being written. */
unsigned long swap_write(struct swap_victims *victims);
/* The entry's page, up to date, referenced; reads it, and neighbours. 0, -EIO, -ENOMEM, -ENOENT. */
int swap_read(pte_t entry, struct page **page);

/* ---- swap_out.c ---- */
/* One look at a part of all memory (>> shift); frees or begins to write about `want` pages. Adds to
 * *started those that are being written; how many were freed at once. */
unsigned long swap_out(unsigned long want, unsigned int shift, bool low_only,
		       unsigned long *started);

/* ---- swap_in.c ---- */
/* A fault met a swap entry; mmap_lock held. */
enum fault_result swap_fault(struct vma *vma, unsigned long addr, pte_t *pte, pte_t seen,
			     unsigned int flags);
/* Brings in what an address space has in the area. 0, -EIO, -ENOMEM, -EINTR. */
int swap_in_mm(struct mm *mm, u32 area);

#endif
