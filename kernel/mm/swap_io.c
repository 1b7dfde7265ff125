/*
 * swap_io.c - pages to their slots and back.
 *
 * Neighbouring slots go in one bio. Writing uses a small stock of bios made by the first swapon():
 * whoever frees memory needs none for it, and when all are on their way he waits for one, which
 * bounds how much is on its way. Reading brings what lies around along: it left memory together, so
 * it is probably wanted together.
 */
#include "mm_internal.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include <kernel/wait.h>

#define WRITE_BIOS  8u
#define WRITE_VECS  16u
#define ERRORS_TOLD 10u
#define READ_WINDOW 8u /* slots, aligned: Linux's page-cluster of 3 */

static DEFINE_WAIT_QUEUE(stock_wait);
static struct bio *stock; /* by next; swap_lock */

/* ---- the stock of bios for writing ---- */
static void stock_give(struct bio *bio)
{
	spin_lock(&swap_lock);
	bio->next = stock;
	stock = bio;
	spin_unlock(&swap_lock);
	wake_up(&stock_wait);
}

static struct bio *stock_take(void)
{
	struct bio *bio;

	spin_lock(&swap_lock);
	bio = stock;
	if (bio)
		stock = bio->next;
	spin_unlock(&swap_lock);
	return bio;
}

/* They stay: a later area needs them again. */
int swap_io_prepare(void)
{
	static unsigned int made;

	for (; made < WRITE_BIOS; made++) {
		struct bio *bio =
			kmalloc(sizeof(*bio) + WRITE_VECS * sizeof(struct bio_vec), GFP_KERNEL);

		if (!bio)
			return -ENOMEM;
		stock_give(bio);
	}
	return 0;
}

/* ---- writing ---- */
static void page_written(struct page *page, int error)
{
	if (error) {
		spin_lock(&swap_lock);
		page_set_flag(page, PG_DIRTY);
		page_set_flag(page, PG_ERROR);
		spin_unlock(&swap_lock);
	}
	page_end_writeback(page);
	(void)swap_page_release(page);
}

static void write_ended(struct bio *bio)
{
	static unsigned int told;

	/* A dead disk is not to fill the log. */
	if (bio->error && told++ < ERRORS_TOLD)
		pr_warn("swap: %u pages could not be written at sector %llu of %s: error %d\n",
			bio->vecs, bio->sector, bio->disk->name, bio->error);
	for (unsigned int i = 0; i < bio->vecs; i++)
		page_written(bio->vec[i].page, bio->error);
	stock_give(bio);
}

/* The bio that is being filled, and the sector where it would go on. */
struct writer {
	struct bio *bio;
	u64 next;
};

static void submit(struct writer *w)
{
	if (w->bio)
		bio_submit(w->bio);
	w->bio = NULL;
}

static void add_to_bio(struct writer *w, struct disk *disk, u64 sector, struct page *page)
{
	if (w->bio && (w->bio->disk != disk || w->next != sector || w->bio->vecs == WRITE_VECS))
		submit(w);
	if (!w->bio) {
		wait_event(&stock_wait, (w->bio = stock_take()) != NULL);
		*w->bio = (struct bio){ .disk = disk,
					.sector = sector,
					.op = BIO_WRITE,
					.vecs_max = WRITE_VECS,
					.end = write_ended };
	}
	(void)bio_add(w->bio, page, 0, PAGE_SIZE);
	w->next = sector + SECTORS_PER_PAGE;
}

/* From dirty to under write-back, if it is still worth it. The page is referenced. */
static bool begin_write(struct page *page)
{
	bool ok;

	spin_lock(&swap_lock);
	ok = page_test_flag(page, PG_SWAPCACHE) && page_test_flag(page, PG_DIRTY) &&
	     !page_test_flag(page, PG_WRITEBACK) && !page_test_flag(page, PG_ERROR) &&
	     !atomic_read(&page->mapcount);
	if (ok) {
		page_clear_flag(page, PG_DIRTY);
		page_set_flag(page, PG_WRITEBACK);
		page_use_add(USE_WRITEBACK, 1);
		page_use_add(USE_SWAPPED_OUT, 1);
	}
	spin_unlock(&swap_lock);
	return ok;
}

unsigned long swap_write(struct swap_victims *victims)
{
	struct writer w = { NULL, 0 };
	unsigned long started = 0;
	u32 run;

	for (unsigned int i = 0; i < victims->count; i++) {
		struct page *page = victims->pages[i];
		struct swap_area *area;

		if (!begin_write(page)) {
			(void)swap_page_release(page);
			continue;
		}
		area = swap_area_of(page->private);
		add_to_bio(&w, area->disk,
			   swap_slot_sector(area, pte_swap_slot(page->private), &run), page);
		started++;
	}
	submit(&w);
	victims->count = 0;
	return started;
}

/* ---- reading ---- */
static void read_ended(struct bio *bio)
{
	for (unsigned int i = 0; i < bio->vecs; i++)
		swap_read_ended(bio->vec[i].page, bio->error);
	bio_free(bio);
}

/* The pages of a window that are to be read, by slot; each with a reference for its I/O. */
struct window {
	struct page *pages[READ_WINDOW];
	u32 first;
};

/* Reads a run of the window that lies together, from *i on. */
static void read_run(const struct swap_area *area, const struct window *w, unsigned int *i)
{
	unsigned int n = 1;
	struct bio *bio;
	u64 sector;
	u32 run;

	sector = swap_slot_sector(area, w->first + *i, &run);
	while (*i + n < READ_WINDOW && n < run && w->pages[*i + n])
		n++;
	/* Comes from the reserve at the worst: never NULL. */
	bio = bio_alloc(area->disk, BIO_READ, n, GFP_KERNEL);
	bio->sector = sector;
	bio->flags = BIO_SYNC;
	bio->end = read_ended;
	for (; n; n--, ++*i)
		(void)bio_add(bio, w->pages[*i], 0, PAGE_SIZE);
	page_use_add(USE_SWAPPED_IN, bio->vecs);
	bio_submit(bio);
}

static void read_window(const struct swap_area *area, const struct window *w)
{
	unsigned int i = 0;

	while (i < READ_WINDOW) {
		if (w->pages[i])
			read_run(area, w, &i);
		else
			i++;
	}
}

/* A page for a neighbour, when one is to be had and somebody has a use for it. */
static struct page *neighbour(pte_t entry)
{
	struct page *page;

	if (!swap_entry_is_away(entry))
		return NULL;
	page = page_alloc(GFP_USER | GFP_NORETRY, 0);
	if (page && swap_cache_add(page, entry)) {
		page_put(page);
		page = NULL;
	}
	return page;
}

/* The entry's own page is in the cache and locked. */
static void read_around(pte_t entry, struct page *page, bool alone)
{
	u32 area = pte_swap_area(entry), slot = pte_swap_slot(entry);
	struct window w = { .first = slot & ~(READ_WINDOW - 1) };

	for (u32 i = 0; i < READ_WINDOW; i++) {
		if (w.first + i == slot)
			w.pages[i] = page;
		else if (!alone)
			w.pages[i] = neighbour(pte_make_swap(area, w.first + i));
	}
	read_window(&swap_areas[area], &w);
}

/* Begins to read; *page is referenced. 0, -EEXIST: somebody else does; -ENOENT, -ENOMEM. */
static int begin_read(pte_t entry, bool alone, struct page **page)
{
	int err;

	*page = page_alloc(GFP_USER, 0);
	if (!*page)
		return -ENOMEM;
	err = swap_cache_add(*page, entry);
	if (err) {
		page_put(*page);
		return err;
	}
	page_get(*page);
	current->maj_flt++;
	read_around(entry, *page, alone);
	return 0;
}

static int read_once(pte_t entry, bool alone, struct page **page)
{
	int err;

	do {
		*page = swap_cache_find(entry);
		err = *page ? 0 : begin_read(entry, alone, page);
	} while (err == -EEXIST);
	if (err)
		return err;
	page_wait_unlocked(*page);
	if (page_test_flag(*page, PG_UPTODATE))
		return 0;
	swap_page_put(*page);
	return -EIO;
}

int swap_read(pte_t entry, struct page **page)
{
	int err = read_once(entry, false, page);

	/* Perhaps it was a neighbour that could not be read. */
	return err == -EIO ? read_once(entry, true, page) : err;
}
