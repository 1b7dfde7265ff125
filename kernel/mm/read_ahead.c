/*
 * read_ahead.c - reading what a sequential reader will want before it asks.
 *
 * A read that misses begins a window: what it asked for, or, when it goes on where the last window
 * ended, twice as much as that. A window has a mark; the reader that comes to it starts the next
 * window, which so is on its way while this one is being used. A reader that jumps about is given
 * what it asks for and no more.
 *
 * State: ra_next (page after the last window), ra_size (its pages), ra_mark, of the open file;
 * unlocked, for a wrong guess costs little.
 */
#include "mm_internal.h"
#include <kernel/fs.h>

#define AHEAD_FIRST 4ul
#define ASKED_MAX   32ul  /* read at once of what is asked for, however short the window */
#define ADVISED_MAX 160ul /* of what a program says it will need, however much: 640 KB */

static unsigned long ahead_max(const struct mapping *m)
{
	return m->ops->ahead_max ? m->ops->ahead_max(m) : READ_AHEAD_PAGES;
}

/* Page by page, for those that cannot do better. Errors show when the page is wanted. */
static void read_singly(struct mapping *m, unsigned long index, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++) {
		bool created;
		struct page *page = pagecache_get(m, index + i, &created);

		if (IS_ERR(page))
			return;
		if (created)
			(void)m->ops->read_page(m, page);
		page_put(page);
	}
}

/* As far as the file goes. invalidate_lock is held for reading. */
static void begin_reading(struct mapping *m, unsigned long index, unsigned long n)
{
	loff_t size = m->host->size;
	unsigned long last = size > 0 ? (unsigned long)((size - 1) >> PAGE_SHIFT) : 0;

	if (size <= 0 || index > last)
		return;
	n = min(n, last - index + 1);
	if (m->ops->read_ahead)
		m->ops->read_ahead(m, index, n);
	else
		read_singly(m, index, n);
}

static void read_window(struct file *file, struct mapping *m, unsigned long index, unsigned long n)
{
	file->ra_size = n;
	file->ra_next = index + n;
	begin_reading(m, index, n);
}

void read_ahead_range(struct mapping *m, unsigned long index, unsigned long n)
{
	for (n = min(n, max(ahead_max(m), ADVISED_MAX)); n;) {
		unsigned long step = min(n, ASKED_MAX);

		read_lock(&m->invalidate_lock);
		begin_reading(m, index, step);
		read_unlock(&m->invalidate_lock);
		index += step;
		n -= step;
	}
}

void read_ahead_missed(struct file *file, struct mapping *m, unsigned long index,
		       unsigned long want)
{
	const unsigned long most = file->ra_random ? 0 : ahead_max(m);
	unsigned long n = min(want, max(most, ASKED_MAX));

	file->ra_mark = ~0ul;
	if (most && (!index || index == file->ra_next)) {
		unsigned long grown = index ? max(file->ra_size * 2, AHEAD_FIRST) : AHEAD_FIRST;

		n = max(n, min(grown, most));
		file->ra_mark = index + n / 2;
	}
	read_window(file, m, index, n);
}

void read_ahead_marked(struct file *file, struct mapping *m)
{
	unsigned long next = file->ra_next, size;

	if (!m->ops || !m->ops->read_page)
		return;
	size = min(file->ra_size * 2, ahead_max(m));
	file->ra_mark = size ? next : ~0ul;
	if (!size)
		return;
	read_lock(&m->invalidate_lock);
	read_window(file, m, next, size);
	read_unlock(&m->invalidate_lock);
}
