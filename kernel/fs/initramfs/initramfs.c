/*
 * initramfs.c - reads a boot module: plain and gzip archives one after the other.
 *
 * The module's pages are given back as soon as they have been read, so that memory never holds the
 * whole archive and the whole tree at once.
 */
#include "unpack_internal.h"
#include <kernel/errno.h>
#include <kernel/inflate.h>
#include <kernel/initramfs.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define GZIP_FIRST_BYTE 0x1f

struct unpack {
	phys_addr_t pos, end; /* read up to; end of the module */
	phys_addr_t piece;    /* page being read, PHYS_NONE before the first */
	u8 *bounce;	      /* copy of a page that has no kernel address */
	struct gunzip gunzip;
	struct cpio cpio;
	struct unpack_files files;
};

/* The next page of the module; the one before is used up and goes to the allocator. */
static size_t fill(void *arg, const u8 **data)
{
	struct unpack *u = arg;
	size_t offset = u->pos & (PAGE_SIZE - 1), n = PAGE_SIZE - offset;
	struct page *page;

	if (u->piece != PHYS_NONE)
		page_free_range(u->piece, u->pos);
	u->piece = u->pos;
	if (n > u->end - u->pos)
		n = u->end - u->pos;
	if (!n)
		return 0;
	page = phys_to_page(u->pos);
	if (page_address(page)) {
		*data = (const u8 *)page_address(page) + offset;
	} else {
		u8 *p = kmap_local(page);

		memcpy(u->bounce, p + offset, n);
		kunmap_local(p);
		*data = u->bounce;
	}
	u->pos += n;
	return n;
}

static bool flush(void *arg, const u8 *data, size_t n)
{
	struct unpack *u = arg;

	return cpio_feed(&u->cpio, data, n) == n;
}

/* Bytes that are not compressed. */
static const char *read_plain(struct unpack *u, int next)
{
	struct gunzip *g = &u->gunzip;
	u8 byte = next;
	size_t taken;

	if (g->bit_count >= 8) { /* left over from a gzip member */
		taken = cpio_feed(&u->cpio, &byte, 1);
		gunzip_skip_byte(g);
	} else {
		taken = cpio_feed(&u->cpio, g->in, g->in_end - g->in);
		g->in += taken;
	}
	if (u->cpio.failure)
		return u->cpio.failure;
	return taken ? NULL : "neither cpio nor gzip";
}

/* NULL, or what is wrong. */
static const char *read_all(struct unpack *u)
{
	const char *wrong = NULL;
	int next;

	while (!wrong && (next = gunzip_peek(&u->gunzip)) >= 0) {
		enum inflate_error err;

		if (next != GZIP_FIRST_BYTE || !cpio_at_boundary(&u->cpio)) {
			wrong = read_plain(u, next);
			continue;
		}
		err = gunzip_member(&u->gunzip);
		if (err)
			wrong = u->cpio.failure ? u->cpio.failure : inflate_strerror(err);
	}
	if (!wrong && !cpio_at_boundary(&u->cpio))
		wrong = "archive ends early";
	return wrong;
}

static void report(const struct unpack *u, const char *wrong, phys_addr_t start)
{
	if (wrong)
		pr_err("initramfs: %s, at byte %u of the module\n", wrong,
		       (unsigned int)(u->pos - start - (u->gunzip.in_end - u->gunzip.in)));
	if (u->files.first_error)
		pr_err("initramfs: %u of %u entries failed, first %s: %pE\n", u->cpio.errors,
		       u->cpio.entries, u->files.error_name, (void *)(long)u->files.first_error);
}

static int unpack(struct unpack *u, phys_addr_t start, phys_addr_t end)
{
	const char *wrong;
	int err;

	u->pos = start;
	u->end = end;
	u->piece = PHYS_NONE;
	u->gunzip.fill = fill;
	u->gunzip.flush = flush;
	u->gunzip.arg = u;
	cpio_init(&u->cpio, &unpack_cpio_ops, &u->files);
	u->bounce = page_alloc_addr(GFP_KERNEL);
	err = u->bounce ? unpack_files_init(&u->files) : -ENOMEM;
	if (!err) {
		wrong = read_all(u);
		report(u, wrong, start);
		if (wrong || u->files.first_error)
			err = -EINVAL;
	}
	unpack_files_finish(&u->files);
	if (u->bounce)
		page_free_addr(u->bounce);
	/* What was not read, or the last piece. */
	page_free_range(u->piece == PHYS_NONE ? start : u->piece, end);
	return err;
}

int initramfs_unpack(phys_addr_t start, phys_addr_t end)
{
	struct unpack *u;
	int err;

	if (start >= end)
		return -EINVAL;
	u = vmalloc(sizeof(*u));
	if (!u)
		return -ENOMEM;
	memset(u, 0, sizeof(*u));
	err = unpack(u, start, end);
	vfree(u);
	return err;
}
