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
	/* Start writing a dirty, locked page back; ends PG_WRITEBACK later. NULL: nothing to do. */
	int (*write_page)(struct mapping *m, struct page *page);
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
	unsigned long writeback_index;
	struct list_head dirty_node; /* in the flusher's list of dirty mappings */
	int wb_error;		     /* first write-back error not yet reported */
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
/* Writes dirty pages of [start, end] back and waits; 0 or the first error (reported once). */
int mapping_sync(struct mapping *m, loff_t start, loff_t end);

/* Memory pressure: try to free `want` pages of clean cache and caches; returns how many went. */
unsigned long reclaim_pages(unsigned long want, unsigned int gfp);
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
