/*
 * pagecache.h - the pages of one inode (or block device): struct mapping.
 *
 * read, write and mmap of a file all see the pages kept here. A page in the tree holds one
 * reference for the tree. PG_LOCKED is held while the contents are being read or set up; a reader
 * waits for it with page_wait_unlocked(). Clean unmapped pages are reclaimed under memory pressure
 * unless the mapping is `unevictable` (tmpfs: the cache is the only copy).
 *
 * Locking: mapping->lock (RANK_MAPPING) guards the tree, nr_pages, page->mapping/index and the list
 * of VMAs. invalidate_lock (rwlock): truncation writes it, faults and reads that fill pages read
 * it. inode->lock serialises writers of the file's size.
 */
#ifndef KERNEL_PAGECACHE_H
#define KERNEL_PAGECACHE_H

#include <kernel/iov.h>
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/types.h>

#define READ_AHEAD_PAGES 32ul

struct file;
struct inode;
struct mapping;
struct vma;
struct dirty_control;

struct mapping_ops {
	/*
	 * Fill a locked, not up-to-date page; unlock it when done (may be later, by interrupt),
	 * also when returning an error. NULL slot: a page that is not there reads as zeros.
	 */
	int (*read_page)(struct mapping *m, struct page *page);
	/* The same once more for a page that failed, in the smallest pieces there are. NULL: no
	 * use.
	 */
	void (*read_apart)(struct mapping *m, struct page *page);
	/*
	 * Starts reading what is missing of [index, index + count), without waiting; the caller
	 * holds invalidate_lock for reading. NULL: page by page with read_page().
	 */
	void (*read_ahead)(struct mapping *m, unsigned long index, unsigned long count);
	/* How many pages it may be ahead of a sequential reader. NULL: READ_AHEAD_PAGES. */
	unsigned long (*ahead_max)(const struct mapping *m);
	/*
	 * Start writing a dirty, locked page back; ends PG_WRITEBACK later, also on an error. It
	 * may hold back what it has in *batch (NULL at first) to join it with the next page;
	 * write_flush() is called after the last. NULL: never dirty.
	 */
	int (*write_page)(struct mapping *m, struct page *page, void **batch);
	void (*write_flush)(struct mapping *m, void **batch);
	/*
	 * A write will begin at `pos`, behind the file's end: makes the file as long, with zeros,
	 * where it cannot have a hole. inode->lock held. NULL: it can.
	 */
	int (*fill_gap)(struct mapping *m, loff_t pos);
	/* Before and after a write of [offset, offset+len) into a page. NULL: none needed. */
	int (*write_begin)(struct mapping *m, struct page *page, unsigned int offset,
			   unsigned int len);
	int (*write_end)(struct mapping *m, struct page *page, unsigned int offset,
			 unsigned int len);
	/*
	 * Called before a new page joins the mapping (quota, tmpfs limit): 0 or -ENOSPC. uncharge()
	 * must not sleep: it may be called under mapping->lock.
	 */
	int (*charge)(struct mapping *m, unsigned int pages);
	void (*uncharge)(struct mapping *m, unsigned int pages);
	/* Private data of a page goes (buffers). */
	void (*release_page)(struct mapping *m, struct page *page);
	/* Allows the last-minute refusal of reclaim; NULL: fine. */
	bool (*can_reclaim)(struct mapping *m, struct page *page);
};

struct radix_node;

struct mapping {
	struct inode *host;
	const struct mapping_ops *ops;
	struct spinlock lock;
	struct radix_node *root;
	unsigned int height;
	unsigned long nr_pages;
	struct list_head vmas; /* struct vma.map_node */
	struct rwlock invalidate_lock;
	struct list_head dirty_node; /* in the flusher's list of dirty mappings */
	u32 wb_error;		     /* errseq of write-back: errseq.h */
	bool low_pages;		     /* only such as have a kernel address */
	s64 dirtied;		     /* when it joined that list */
	bool unevictable;
	void *private;
};

void mapping_init(struct mapping *m, struct inode *host, const struct mapping_ops *ops);
/* Drops every page; nobody may use the mapping any more. */
void mapping_destroy(struct mapping *m);
/* Throws away pages from byte `start` on and zeroes the rest of the page it cuts; unmaps them too.
 */
void mapping_truncate(struct mapping *m, loff_t start);
/* Zeroes / drops the pages of [start, end): hole punching. */
void mapping_punch(struct mapping *m, loff_t start, loff_t end);
/* Unmaps a page range from every address space; even_cow drops private copies too. */
void mapping_unmap(struct mapping *m, unsigned long index, unsigned long count, bool even_cow);

/* Begins to read what is missing of `n` pages, at least the first ones, and does not wait. */
void read_ahead_range(struct mapping *m, unsigned long index, unsigned long n);
/* Drops the pages of [first, last] that nobody uses and that need not be written. */
void mapping_drop_clean(struct mapping *m, unsigned long first, unsigned long last);
/* Those that are mapped or being read too, which is waited for. Is nothing of them left? So it
 * stays while invalidate_lock is held for writing, but for what who writes brings in. */
bool mapping_take_out(struct mapping *m, unsigned long first, unsigned long last);

/* A referenced page or NULL. */
struct page *pagecache_find(struct mapping *m, unsigned long index);
/* Finds or creates; returned locked only if created and not up to date. ERR_PTR(-ENOMEM, -ENOSPC).
 */
struct page *pagecache_get(struct mapping *m, unsigned long index, bool *created);
/* Referenced and up to date (reads it if need be); ERR_PTR(-EIO, -ENOMEM, -EINTR). */
struct page *pagecache_read(struct mapping *m, unsigned long index);
/* Inserts a ready page (initramfs hands over its own); takes a reference. 0, -EEXIST, -ENOMEM. */
int pagecache_insert(struct mapping *m, unsigned long index, struct page *page);
/* First page with an index >= *index, referenced; *index is set to it. NULL at the end. */
struct page *pagecache_next(struct mapping *m, unsigned long *index);

void page_lock(struct page *page);
bool page_trylock(struct page *page);
void page_unlock(struct page *page);
void page_wait_unlocked(struct page *page);
void page_wait_writeback(struct page *page);
void page_end_writeback(struct page *page);
void page_mark_dirty(struct page *page);

/* Bodies for file_ops of file systems that live on the page cache. */
ssize_t generic_file_read(struct file *file, struct iov_iter *to, loff_t *pos);
ssize_t generic_file_write(struct file *file, struct iov_iter *from, loff_t *pos);
int generic_file_mmap(struct file *file, struct vma *vma);
loff_t generic_seek_data_hole(struct file *file, loff_t offset, int whence, loff_t size);
/* Writes dirty pages of [start, end] back and waits; 0 or an error that came meanwhile. */
int mapping_sync(struct mapping *m, loff_t start, loff_t end);
/* Begins to write dirty pages of [start, end]; those on their way already are passed over. */
void mapping_begin_sync(struct mapping *m, loff_t start, loff_t end);
/* Waits for what of [start, end] is on its way. */
void mapping_wait_written(struct mapping *m, loff_t start, loff_t end);
/* An error of write-back that this description was not told of yet, 0: none. Tells it once. */
int file_take_error(struct file *file);
/* Something of it could not be written: told by fsync() of its files and syncfs(). Any context. */
void mapping_set_error(struct mapping *m, int err);

/*
 * The flusher (fs/flusher.c): a mapping that got its first dirty page before `before` (monotonic),
 * off the list, with a reference to its host; write some of it; back on the list if more is left.
 */
struct mapping *mapping_take_dirty(s64 before);
unsigned long mapping_write_some(struct mapping *m, unsigned long max);
void mapping_put_dirty(struct mapping *m);
bool dirty_over_background(void);
void flusher_wake(void);
/* After making pages dirty, without spinlocks: waits while too much of memory is. */
void dirty_throttle(struct mapping *m);

/* Memory pressure: try to free `want` pages of clean cache and caches; returns how many went. */
unsigned long reclaim_pages(unsigned long want, unsigned int gfp);
/* What became of it, of page cache, since the start: by kswapd and by who needed memory. */
struct reclaim_count {
	unsigned long scanned, freed;
};
extern struct reclaim_stats {
	struct reclaim_count kswapd, direct;
} reclaim_stats;
/*
 * Subsystems with caches of their own (dentries, inodes) join in. Both are called from whoever
 * needs memory, with locks of its own held: sleeping locks are only to be tried.
 */
struct shrinker {
	struct list_head node;
	const char *name;
	unsigned long (*count)(struct shrinker *s);		     /* freeable objects */
	unsigned long (*scan)(struct shrinker *s, unsigned long nr); /* frees some; how many */
};
void shrinker_register(struct shrinker *s);

#endif
