/*
 * ext2_find.c - a small file of an ext2, ext3 or ext4 by its path, read without mounting: a foreign
 * system's name is in its /etc/os-release, and a mount could replay a journal.
 *
 * Any contents are safe: every size is bounded. Follows symbolic links only for the last name, and
 * only short ones; reads direct blocks and the first leaf of an extent tree, which is enough for
 * directories of ordinary size and for a file of a few lines.
 * Source: the layout as documented in the kernel's ext2 and ext4 pages.
 */
#include "probe_internal.h"
#include <kernel/unaligned.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUPER_AT       1024u
#define EXT_MAGIC      0xEF53u
#define ROOT_INODE     2u
#define INCOMPAT_64BIT 0x80u
#define INODE_EXTENTS  0x80000u
#define EXTENT_MAGIC   0xF30Au
#define MODE_MASK      0xF000u
#define MODE_DIRECTORY 0x4000u
#define MODE_FILE      0x8000u
#define MODE_LINK      0xA000u
#define DIRECT_BLOCKS  12u
#define BLOCKS_MAX     64u
#define FAST_LINK_MAX  60u
#define LINKS_MAX      4u
#define DEPTH_MAX      5u

struct ext {
	const struct volume_source *v;
	uint32_t block, inode_size, inodes_per_group, inodes, descriptor;
	uint64_t groups_at;
};

struct inode {
	uint32_t mode, flags;
	uint64_t size;
	uint8_t block[60];
};

static bool open_ext(struct ext *x, const struct volume_source *v)
{
	uint8_t s[1024];

	if (!volume_read(v, SUPER_AT, s, sizeof(s)) || get_le16(s + 56) != EXT_MAGIC ||
	    get_le32(s + 24) > 6)
		return false;
	x->v = v;
	x->block = 1024u << get_le32(s + 24);
	x->inodes = get_le32(s);
	x->inodes_per_group = get_le32(s + 40);
	x->inode_size = get_le32(s + 76) ? get_le16(s + 88) : 128;
	x->descriptor = get_le32(s + 96) & INCOMPAT_64BIT ? get_le16(s + 254) : 32;
	x->groups_at = (get_le32(s + 20) + 1ull) * x->block;
	return x->inodes_per_group && x->inode_size >= 128 && x->inode_size <= x->block &&
	       x->descriptor >= 32;
}

static bool read_inode(const struct ext *x, uint32_t number, struct inode *inode)
{
	uint8_t d[64] = { 0 }, raw[128];
	uint32_t group = (number - 1) / x->inodes_per_group;
	uint32_t index = (number - 1) % x->inodes_per_group;
	uint64_t table;

	if (!number || number > x->inodes ||
	    !volume_read(x->v, x->groups_at + (uint64_t)group * x->descriptor, d,
			 x->descriptor < 64 ? 32 : 64))
		return false;
	table = get_le32(d + 8) | (uint64_t)get_le32(d + 40) << 32;
	if (table > x->v->bytes / x->block ||
	    !volume_read(x->v, table * x->block + (uint64_t)index * x->inode_size, raw,
			 sizeof(raw)))
		return false;
	inode->mode = get_le16(raw);
	inode->size = get_le32(raw + 4);
	inode->flags = get_le32(raw + 32);
	memcpy(inode->block, raw + 40, sizeof(inode->block));
	return true;
}

/* ---- blocks ---- */
/* The leaf of an extent tree that begins a file, into `node` (one block). NULL: damaged. */
static const uint8_t *first_leaf(const struct ext *x, const struct inode *inode, uint8_t *node)
{
	const uint8_t *at = inode->block;

	for (unsigned int depth = 0; depth < DEPTH_MAX; depth++) {
		uint64_t child;

		if (get_le16(at) != EXTENT_MAGIC || !get_le16(at + 2))
			return NULL;
		if (!get_le16(at + 6))
			return at;
		child = get_le32(at + 16) | (uint64_t)get_le16(at + 20) << 32;
		if (child > x->v->bytes / x->block ||
		    !volume_read(x->v, child * x->block, node, x->block))
			return NULL;
		at = node;
	}
	return NULL;
}

static uint64_t extent_block(const struct ext *x, const struct inode *inode, uint32_t index,
			     uint8_t *node)
{
	const uint8_t *leaf = first_leaf(x, inode, node);
	uint32_t entries = leaf ? get_le16(leaf + 2) : 0;
	uint32_t room = leaf == inode->block ? 4 : (x->block - 12) / 12;

	for (uint32_t i = 0; i < entries && i < room; i++) {
		const uint8_t *e = leaf + 12 + 12 * i;
		uint32_t first = get_le32(e), count = get_le16(e + 4);

		if (index >= first && index - first < count)
			return (get_le32(e + 8) | (uint64_t)get_le16(e + 6) << 32) + index - first;
	}
	return 0;
}

/* 0: a hole, or beyond what is looked at. */
static uint64_t file_block(const struct ext *x, const struct inode *inode, uint32_t index,
			   uint8_t *node)
{
	if (inode->flags & INODE_EXTENTS)
		return extent_block(x, inode, index, node);
	return index < DIRECT_BLOCKS ? get_le32(inode->block + 4 * index) : 0;
}

static bool read_block(const struct ext *x, const struct inode *inode, uint32_t index, uint8_t *out)
{
	uint64_t block = file_block(x, inode, index, out);

	return block && block <= x->v->bytes / x->block &&
	       volume_read(x->v, block * x->block, out, x->block);
}

/* ---- names ---- */
static uint32_t find_in_block(const struct ext *x, const uint8_t *b, const char *name, size_t n)
{
	uint32_t at = 0;

	while (at + 8 <= x->block) {
		uint32_t length = get_le16(b + at + 4);

		if (length < 8 || length > x->block - at)
			return 0;
		if (get_le32(b + at) && b[at + 6] == n && n + 8 <= length &&
		    !memcmp(b + at + 8, name, n))
			return get_le32(b + at);
		at += length;
	}
	return 0;
}

static uint32_t find_name(const struct ext *x, const struct inode *folder, const char *name,
			  size_t n)
{
	uint8_t *b = malloc(x->block);
	uint32_t found = 0;

	for (uint32_t i = 0; b && !found && i < BLOCKS_MAX && i * (uint64_t)x->block < folder->size;
	     i++)
		if (read_block(x, folder, i, b))
			found = find_in_block(x, b, name, n);
	free(b);
	return found;
}

/* False: no such thing. A link in the place of the last name is left to the caller. */
static bool walk(const struct ext *x, const char *path, struct inode *inode)
{
	if (!read_inode(x, ROOT_INODE, inode))
		return false;
	while (*path) {
		size_t n;
		uint32_t number;

		while (*path == '/')
			path++;
		n = strcspn(path, "/");
		if (!n)
			break;
		if ((inode->mode & MODE_MASK) != MODE_DIRECTORY)
			return false;
		number = find_name(x, inode, path, n);
		if (!number || !read_inode(x, number, inode))
			return false;
		path += n;
	}
	return true;
}

/* "../usr/lib/os-release" as seen from /etc/os-release: the path with the link followed. */
static void follow(char *path, size_t size, const struct inode *link)
{
	char target[FAST_LINK_MAX + 1] = "", joined[512], *part = target;
	char *end = strrchr(path, '/');

	if (link->size > FAST_LINK_MAX)
		return;
	memcpy(target, link->block, (size_t)link->size);
	if (target[0] == '/') {
		snprintf(path, size, "%s", target);
		return;
	}
	if (end)
		*end = 0;
	while (!strncmp(part, "../", 3)) {
		end = strrchr(path, '/');
		if (end)
			*end = 0;
		part += 3;
	}
	if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", path, part) < size)
		strcpy(path, joined);
}

static bool find_file(struct ext *x, const struct volume_source *v, const char *path,
		      struct inode *inode)
{
	char at[256];

	snprintf(at, sizeof(at), "%s", path);
	if (!open_ext(x, v))
		return false;
	for (unsigned int links = 0; links < LINKS_MAX; links++) {
		if (!walk(x, at, inode))
			return false;
		if ((inode->mode & MODE_MASK) != MODE_LINK)
			return (inode->mode & MODE_MASK) == MODE_FILE;
		follow(at, sizeof(at), inode);
	}
	return false;
}

bool ext2_has_file(const struct volume_source *v, const char *path)
{
	struct inode inode;
	struct ext x;

	return find_file(&x, v, path, &inode);
}

int ext2_read_file(const struct volume_source *v, const char *path, char *out, size_t size)
{
	struct inode inode;
	struct ext x;
	uint8_t *b;
	size_t n;

	if (!find_file(&x, v, path, &inode))
		return -1;
	b = malloc(x.block);
	if (!b || !read_block(&x, &inode, 0, b)) {
		free(b);
		return -1;
	}
	n = inode.size < x.block ? (size_t)inode.size : x.block;
	n = n < size - 1 ? n : size - 1;
	memcpy(out, b, n);
	out[n] = 0;
	free(b);
	return (int)n;
}
