/*
 * dirent.c - the records of one directory block; see dirent.h.
 */
#include "dirent.h"
#include <kernel/errno.h>
#include <kernel/string.h>
#include <abi/stat.h>

/* In the order of file_type: unknown, regular, directory, chr, blk, fifo, socket, link. */
static const u8 dtypes[] = { 0, 8, 4, 2, 6, 1, 12, 10 };
#define TYPE_DIR 2u

const char *ext2_dirent_fault(const struct ext2_dirblock *b, u32 offset)
{
	const struct ext2_dirent *d;

	if (offset > b->size - EXT2_DIRENT_HEAD || (offset & 3))
		return "a record leads out of its block";
	d = (const struct ext2_dirent *)(b->data + offset);
	if (d->rec_len < EXT2_DIRENT_HEAD || (d->rec_len & 3))
		return "a record of impossible length";
	if (d->rec_len > b->size - offset)
		return "a record leads out of its block";
	if (!d->inode)
		return NULL;
	if (d->rec_len < ext2_dirent_size(d->name_len))
		return "a name is longer than its record";
	if (!d->name_len)
		return "a name of no length";
	if (d->inode > b->inodes)
		return "a name of an inode that does not exist";
	return NULL;
}

struct ext2_dirent *ext2_dirent_at(const struct ext2_dirblock *b, u32 offset)
{
	if (offset == b->size)
		return NULL;
	if (unlikely(ext2_dirent_fault(b, offset)))
		return EXT2_DIRENT_BAD;
	return (struct ext2_dirent *)(b->data + offset);
}

/*
 * The hot loop of every look-up: the checks that keep it inside the block stand in it. Names of one
 * directory are often alike at their beginnings, so the last character is looked at first.
 */
struct ext2_dirent *ext2_dirent_find(const struct ext2_dirblock *b, const char *name, u32 len,
				     u32 *offset)
{
	u32 at = 0;

	while (at < b->size && len) {
		struct ext2_dirent *d = (struct ext2_dirent *)(b->data + at);
		const u32 left = b->size - at;
		u32 rec_len;

		if (unlikely(left < EXT2_DIRENT_HEAD))
			break;
		rec_len = READ_ONCE(d->rec_len);
		if (unlikely(rec_len < EXT2_DIRENT_HEAD || (rec_len & 3) || rec_len > left))
			break;
		if (d->name_len == len && d->inode && rec_len >= ext2_dirent_size(len) &&
		    d->name[len - 1] == name[len - 1] && !memcmp(d->name, name, len)) {
			*offset = at;
			return d->inode > b->inodes ? EXT2_DIRENT_BAD : d;
		}
		at += rec_len;
	}
	*offset = at;
	return at == b->size || !len ? NULL : EXT2_DIRENT_BAD;
}

/* As hot as the search for a name, for each name that is made. */
struct ext2_dirent *ext2_dirent_room(const struct ext2_dirblock *b, u32 len, u32 *offset)
{
	const u32 need = ext2_dirent_size(len);
	u32 at = 0;

	while (at < b->size) {
		struct ext2_dirent *d = (struct ext2_dirent *)(b->data + at);
		const u32 left = b->size - at;
		u32 rec_len, used;

		if (unlikely(left < EXT2_DIRENT_HEAD))
			break;
		rec_len = READ_ONCE(d->rec_len);
		used = d->inode ? ext2_dirent_size(d->name_len) : 0;
		if (unlikely(rec_len < EXT2_DIRENT_HEAD || (rec_len & 3) || rec_len > left ||
			     rec_len < used))
			break;
		if (rec_len - used >= need) {
			*offset = at;
			return ext2_dirent_at(b, at);
		}
		at += rec_len;
	}
	*offset = at;
	return at == b->size ? NULL : EXT2_DIRENT_BAD;
}

bool ext2_dirent_put(const struct ext2_dirblock *b, struct ext2_dirent *d, const char *name,
		     u32 len, u32 ino, u8 type)
{
	const u32 offset = (u32)((u8 *)d - b->data), rec_len = READ_ONCE(d->rec_len);
	const u32 keep = READ_ONCE(d->inode) ? ext2_dirent_size(READ_ONCE(d->name_len)) : 0;

	if (rec_len > b->size - offset || keep + ext2_dirent_size(len) > rec_len)
		return false;
	if (keep) { /* behind the record that is there */
		d->rec_len = (u16)keep;
		d = (struct ext2_dirent *)((u8 *)d + keep);
	}
	d->rec_len = (u16)(rec_len - keep);
	d->inode = ino;
	d->name_len = (u8)len;
	d->file_type = b->filetype ? type : 0;
	memcpy(d->name, name, len);
	return true;
}

int ext2_dirent_remove(const struct ext2_dirblock *b, const struct ext2_dirent *victim)
{
	struct ext2_dirent *d, *before = NULL;
	u32 at = 0;

	while ((d = ext2_dirent_at(b, at)) != victim) {
		if (!d || d == EXT2_DIRENT_BAD)
			return -EIO;
		before = d;
		at += d->rec_len;
	}
	if (before)
		before->rec_len += d->rec_len;
	else
		d->inode = 0;
	return 0;
}

void ext2_dirblock_init(const struct ext2_dirblock *b)
{
	struct ext2_dirent *d = (struct ext2_dirent *)b->data;

	memset(b->data, 0, b->size);
	d->rec_len = (u16)b->size;
}

void ext2_dirblock_init_dots(const struct ext2_dirblock *b, u32 self, u32 parent)
{
	struct ext2_dirent *d = (struct ext2_dirent *)b->data;

	ext2_dirblock_init(b);
	ext2_dirent_put(b, d, ".", 1, self, TYPE_DIR);
	ext2_dirent_put(b, d, "..", 2, parent, TYPE_DIR);
}

int ext2_dirblock_is_empty(const struct ext2_dirblock *b, u32 *offset)
{
	struct ext2_dirent *d;
	u32 at = 0;

	for (; (d = ext2_dirent_at(b, at)); at += d->rec_len) {
		*offset = at;
		if (d == EXT2_DIRENT_BAD)
			return -EIO;
		if (!d->inode || (d->name_len == 1 && d->name[0] == '.'))
			continue;
		if (d->name_len != 2 || d->name[0] != '.' || d->name[1] != '.')
			return 0;
	}
	return 1;
}

u8 ext2_type_of_mode(u32 mode)
{
	const u32 dtype = (mode & S_IFMT) >> 12;

	for (unsigned int i = 0; i < ARRAY_SIZE(dtypes); i++)
		if (dtypes[i] == dtype)
			return (u8)i;
	return 0;
}

u32 ext2_dtype(const struct ext2_dirblock *b, const struct ext2_dirent *d)
{
	return b->filetype && d->file_type < ARRAY_SIZE(dtypes) ? dtypes[d->file_type] : 0;
}
