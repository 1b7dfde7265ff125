/*
 * zisofs.c - transparent decompression: files that mkzftree or xorriso packed.
 *
 * Such a file is a header, a table of le32 offsets (one more than there are blocks), and the
 * blocks, each a zlib stream of 32 to 128 KB unpacked; one of no bytes is zeros. That a file is
 * one, its ZF entry says. The decompressor and the block that was unpacked last are one for a
 * mount: a file that is read in order unpacks each block once for all its pages.
 *
 * Source: the format is described in zisofs-tools (mkzftree).
 */
#include "iso9660_internal.h"
#include <kernel/inflate.h>
#include <kernel/mm.h>
#include <kernel/pagecache.h>
#include <kernel/unaligned.h>

#define BLOCK_BITS_MIN 15u
#define BLOCK_BITS_MAX 17u

struct zisofs {
	struct gunzip gunzip;
	u64 ino; /* whose block is in `out`; 0: nobody's */
	u32 block;
	/* the transfer in hand */
	struct inode *inode;
	u32 at, left;	/* compressed bytes that follow */
	struct buf buf; /* page NULL: none held */
	int error;
	u32 length, room; /* of out */
	u8 out[];
};

/* ---- compressed bytes ---- */
/* Holds the block of the disc with byte `at` of the file; *n: how many follow in it. */
static const u8 *get(struct zisofs *z, u32 at, u32 *n)
{
	const struct iso_inode *ii = iso_i(z->inode);
	const u32 bits = ii->file.block_bits, in = at & ((1u << bits) - 1);
	struct block_extent ext;

	if (z->buf.page)
		buf_put(&z->buf);
	z->error = iso_map(z->inode, at >> bits, 1, false, &ext);
	if (!z->error)
		z->error = buf_read(z->inode->sb->bdev, ext.block, 1u << bits, &z->buf);
	if (z->error) {
		z->buf.page = NULL;
		return NULL;
	}
	*n = (1u << bits) - in;
	return (const u8 *)z->buf.data + in;
}

/* An entry of the table: never across two blocks, as both are multiples of 4. */
static int get_offset(struct zisofs *z, u32 at, u32 *offset)
{
	u32 n;
	const u8 *p = get(z, at, &n);

	if (!p)
		return z->error;
	*offset = get_le32(p);
	return 0;
}

static size_t fill(void *arg, const u8 **data)
{
	struct zisofs *z = arg;
	u32 n;

	if (!z->left)
		return 0;
	*data = get(z, z->at, &n);
	if (!*data)
		return 0;
	n = min(n, z->left);
	z->at += n;
	z->left -= n;
	return n;
}

/* ---- unpacking ---- */
static bool flush(void *arg, const u8 *data, size_t n)
{
	struct zisofs *z = arg;

	if (n > z->room - z->length)
		return false;
	memcpy(z->out + z->length, data, n);
	z->length += (u32)n;
	return true;
}

static int inflate(struct zisofs *z, u32 from, u32 to, u32 want)
{
	enum inflate_error error;

	z->at = from;
	z->left = to - from;
	z->length = 0;
	z->room = want;
	z->gunzip.fill = fill;
	z->gunzip.flush = flush;
	z->gunzip.arg = z;
	error = zlib_stream(&z->gunzip);
	if (z->error)
		return z->error;
	return error || z->length != want ? -EIO : 0;
}

static int unpack(struct zisofs *z, u32 block, u32 want)
{
	const struct iso_inode *ii = iso_i(z->inode);
	const u32 table = ii->zf_header + block * 4;
	u32 from = 0, to = 0;
	int err = get_offset(z, table, &from);

	if (!err)
		err = get_offset(z, table + 4, &to);
	if (err)
		return err;
	if (from > to || to > ii->packed || to - from > 2u << ii->zf_block_bits)
		return -EIO;
	if (from != to)
		return inflate(z, from, to, want);
	memset(z->out, 0, want);
	return 0;
}

/* zisofs_lock held: the file's block is in s->zisofs->out, or why not. */
static int load(struct iso_sb *s, struct inode *inode, u32 block)
{
	const u8 bits = iso_i(inode)->zf_block_bits;
	struct zisofs *z = s->zisofs;
	int err;

	if (z->ino == inode->ino && z->block == block)
		return 0;
	z->ino = 0;
	z->inode = inode;
	z->error = 0;
	err = unpack(z, block,
		     (u32)min_t(loff_t, 1ll << bits, inode->size - ((loff_t)block << bits)));
	if (z->buf.page)
		buf_put(&z->buf);
	if (err == -EIO)
		s->fs.io->complain(s->fs.ctx, "a compressed file is damaged",
				   iso_i(inode)->section[0].block);
	if (err)
		return err;
	z->ino = inode->ino;
	z->block = block;
	return 0;
}

static int prepare(struct iso_sb *s)
{
	if (s->zisofs)
		return 0;
	s->zisofs = vmalloc(sizeof(struct zisofs) + (1u << BLOCK_BITS_MAX));
	if (!s->zisofs)
		return -ENOMEM;
	memset(s->zisofs, 0, sizeof(struct zisofs));
	return 0;
}

static void copy_out(const struct zisofs *z, struct page *page, u32 offset, size_t n)
{
	char *va = kmap_local(page);

	memcpy(va, z->out + offset, n);
	memset(va + n, 0, PAGE_SIZE - n);
	kunmap_local(va);
}

static int fill_page(struct inode *inode, struct page *page)
{
	struct iso_sb *s = iso_s(inode->sb);
	const u8 bits = iso_i(inode)->zf_block_bits;
	const loff_t pos = (loff_t)page->index << PAGE_SHIFT;
	const size_t n =
		pos < inode->size ? (size_t)min_t(loff_t, inode->size - pos, PAGE_SIZE) : 0;
	int err;

	if (!iso_i(inode)->sections)
		return -EIO;
	mutex_lock(&s->zisofs_lock);
	err = prepare(s);
	if (!err && n)
		err = load(s, inode, (u32)(pos >> bits));
	if (!err)
		copy_out(s->zisofs, page, (u32)pos & ((1u << bits) - 1), n);
	mutex_unlock(&s->zisofs_lock);
	return err;
}

int iso_zisofs_set(struct iso_inode *ii, const struct iso_rock *rock, u64 packed)
{
	const u8 bits = rock->zf_block_bits;
	const u32 blocks = (u32)(((u64)rock->zf_size + (1ull << (bits & 31)) - 1) >> (bits & 31));

	if (memcmp(rock->zf_method, "pz", 2) || bits < BLOCK_BITS_MIN || bits > BLOCK_BITS_MAX)
		return -EIO;
	if (packed > UINT_MAX || rock->zf_header + (blocks + 1ull) * 4 > packed)
		return -EIO;
	ii->packed = packed;
	ii->zf_header = rock->zf_header;
	ii->zf_block_bits = bits;
	ii->file.fill = fill_page;
	ii->vfs.size = rock->zf_size;
	return 0;
}

void iso_zisofs_end(struct iso_sb *s)
{
	vfree(s->zisofs);
	s->zisofs = NULL;
}
