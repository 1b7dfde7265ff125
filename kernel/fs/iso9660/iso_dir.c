/*
 * iso_dir.c - walking a directory: its records one after the other, their Rock Ridge entries with
 * continuations, their names. See iso_tree.h.
 *
 * A record does not cross a sector of 2048 bytes; where blocks are smaller it may cross those. The
 * rest of a sector after its last record is zero.
 */
#include "iso_tree.h"
#include <kernel/errno.h>
#include <kernel/string.h>

/* ---- records ---- */
static int complain(const struct iso_dir *dir, const char *what, u64 block)
{
	dir->fs->io->complain(dir->fs->ctx, what, block);
	return -EIO;
}

int iso_dir_open(struct iso_dir *dir, const struct iso_fs *fs, u32 extent, u32 size)
{
	u64 blocks = ((u64)size + (1u << fs->block_bits) - 1) >> fs->block_bits;

	memset(dir, 0, offsetof(struct iso_dir, split));
	dir->fs = fs;
	dir->extent = extent;
	dir->size = size;
	if (!extent || extent >= fs->device_blocks || blocks > fs->device_blocks - extent) {
		dir->size = 0;
		return complain(dir, "a directory lies beyond the end of the medium", extent);
	}
	if (size > ISO_DIR_MAX) {
		dir->size = 0;
		return complain(dir, "a directory is too large", extent);
	}
	return 0;
}

void iso_dir_close(struct iso_dir *dir)
{
	if (dir->block.bytes)
		dir->fs->io->put(dir->fs->ctx, &dir->block);
	dir->block.bytes = NULL;
}

/* The bytes of the block that dir->pos + ahead is in; NULL and *error. */
static const u8 *block_of(struct iso_dir *dir, u32 pos, int *error)
{
	const struct iso_fs *fs = dir->fs;
	u32 index = pos >> fs->block_bits;

	if (dir->block.bytes && dir->block_at == index)
		return dir->block.bytes;
	iso_dir_close(dir);
	dir->block_at = index;
	*error = fs->io->get(fs->ctx, (u64)dir->extent + index, 1u << fs->block_bits, &dir->block);
	return *error ? NULL : dir->block.bytes;
}

/* A record whose second part is in the next block, put together. */
static const u8 *join(struct iso_dir *dir, const u8 *bytes, u32 have, u32 length, int *error)
{
	memcpy(dir->split, bytes, have);
	bytes = block_of(dir, dir->pos + have, error);
	if (!bytes)
		return NULL;
	memcpy(dir->split + have, bytes, length - have);
	return dir->split;
}

/* The record at dir->pos, which is no padding: 1 or -errno. */
static int record_read(struct iso_dir *dir, const u8 *bytes, struct iso_record *record)
{
	u32 block_size = 1u << dir->fs->block_bits, offset = dir->pos & (block_size - 1);
	u32 length = bytes[offset], sector_left = ISO_SECTOR - (dir->pos & (ISO_SECTOR - 1));
	u32 limit = min(sector_left, dir->size - dir->pos);
	int error = 0;

	bytes += offset;
	if (length <= limit && length > block_size - offset) {
		bytes = join(dir, bytes, block_size - offset, length, &error);
		if (!bytes)
			return error;
	}
	if (length > limit || !iso_record_decode(record, bytes, length))
		return complain(dir, "a directory record is damaged",
				(u64)dir->extent + (dir->pos >> dir->fs->block_bits));
	dir->pos += length;
	return 1;
}

int iso_record_next(struct iso_dir *dir, struct iso_record *record)
{
	u32 block_size = 1u << dir->fs->block_bits;
	int error = 0;

	while (dir->pos < dir->size) {
		const u8 *bytes = block_of(dir, dir->pos, &error);

		if (!bytes)
			return error;
		if (bytes[dir->pos & (block_size - 1)])
			return record_read(dir, bytes, record);
		/* Padding: to the next block. */
		dir->pos = (dir->pos | (block_size - 1)) + 1;
	}
	return 0;
}

/* ---- Rock Ridge ---- */
static int continuation_feed(struct iso_dir *dir, struct iso_rock *rock)
{
	const struct iso_fs *fs = dir->fs;
	u32 size = 1u << fs->block_bits, n;
	struct iso_block block = { .bytes = NULL };
	u64 number = (u64)rock->more_block + (rock->more_offset >> fs->block_bits);
	u32 offset = rock->more_offset & (size - 1);
	int error;

	if (number >= fs->device_blocks)
		return complain(dir, "a record goes on beyond the end of the medium", number);
	error = fs->io->get(fs->ctx, number, size, &block);
	if (error)
		return error;
	n = min(rock->more_length, size - offset);
	if (!iso_rock_feed(rock, block.bytes + offset, n))
		error = complain(dir, "a Rock Ridge entry is damaged", number);
	fs->io->put(fs->ctx, &block);
	return error;
}

static int rock_read(struct iso_dir *dir, const struct iso_record *record, struct iso_rock *rock)
{
	const struct iso_fs *fs = dir->fs;
	u32 skip = min((u32)fs->rock_skip, (u32)record->susp_length);
	int error = 0;

	if (!fs->rock)
		return 0;
	if (!iso_rock_feed(rock, record->susp + skip, record->susp_length - skip))
		return 0; /* no Rock Ridge there, but something else: as without */
	for (unsigned int i = 0; rock->more && !error; i++) {
		if (i == ISO_CONTINUATIONS_MAX)
			return complain(dir, "a record has no end", rock->more_block);
		error = continuation_feed(dir, rock);
	}
	return error;
}

int iso_entry_link(struct iso_dir *dir, const struct iso_entry *entry, char *link, u32 size)
{
	struct iso_rock rock;
	int error;

	iso_rock_init(&rock, link, size);
	error = rock_read(dir, &entry->record, &rock);
	if (!error && rock.link_length != entry->rock.link_length)
		error = -EIO;
	return error;
}

/* ---- entries ---- */
/*
 * A number that stays the same: a directory's is where it lies, a file's where its record is, in
 * units of 32 bytes, as Linux's. Names of one file have one serial number in newer Rock Ridge; that
 * goes to the upper half of the 32 bits which old programs can take, where no disc has records.
 */
#define SERIAL_BASE   0x80000000u
#define SERIAL_DEVICE ((u64)SERIAL_BASE << 5)

static u64 entry_number(const struct iso_dir *dir, const struct iso_entry *e)
{
	u32 bits = dir->fs->block_bits;

	if (e->is_dir)
		return ((u64)e->dir_extent << bits) >> 5;
	if (e->has_links)
		return SERIAL_BASE | e->rock.serial;
	return (((u64)dir->extent << bits) + e->pos) >> 5;
}

static bool has_links(const struct iso_dir *dir, const struct iso_rock *rock)
{
	return (rock->have & ROCK_SERIAL) && rock->nlink > 1 &&
	       dir->fs->device_bytes <= SERIAL_DEVICE;
}

static int entry_read(struct iso_dir *dir, struct iso_entry *e)
{
	int error;

	iso_rock_init(&e->rock, NULL, 0);
	error = rock_read(dir, &e->record, &e->rock);
	if (error)
		return error;
	e->is_dir = (e->record.flags & ISO_DIRECTORY) || (e->rock.have & ROCK_CL);
	e->dir_extent = e->rock.have & ROCK_CL ? e->rock.child_extent : e->record.extent;
	e->has_links = !e->is_dir && has_links(dir, &e->rock);
	e->ino = entry_number(dir, e);
	e->name = e->rock.name;
	e->name_length = 0;
	return 0;
}

static bool is_dots(const char *name, u32 length)
{
	return name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.'));
}

/* The name is kept where a Rock Ridge name would be. */
static void entry_name(const struct iso_dir *dir, struct iso_entry *e)
{
	const struct iso_fs *fs = dir->fs;
	const struct iso_record *r = &e->record;

	e->name_length = e->rock.name_length;
	if (e->name_length && !is_dots(e->name, e->name_length))
		return;
	if (fs->joliet)
		e->name_length = iso_name_joliet(e->rock.name, r->name, r->name_length);
	else
		e->name_length =
			iso_name_plain(e->rock.name, r->name, r->name_length, fs->options.mapping);
}

static bool is_shown(const struct iso_dir *dir, const struct iso_entry *e)
{
	const struct iso_options *o = &dir->fs->options;

	return !((e->record.flags & ISO_ASSOCIATED) && !o->show_associated) &&
	       !((e->record.flags & ISO_HIDDEN) && o->hide);
}

int iso_dir_next(struct iso_dir *dir, struct iso_entry *e)
{
	for (;;) {
		bool goes_on = dir->in_file;
		int ret;

		ret = iso_record_next(dir, &e->record);
		if (ret <= 0)
			return ret;
		e->pos = dir->pos - e->record.length;
		dir->in_file = e->record.flags & ISO_MULTI;
		if (goes_on || iso_record_dot(&e->record) >= 0 || !is_shown(dir, e))
			continue;
		ret = entry_read(dir, e);
		if (ret)
			return ret;
		if (e->rock.have & ROCK_RE)
			continue;
		entry_name(dir, e);
		if (e->name_length && !is_dots(e->name, e->name_length))
			return 1;
	}
}

int iso_dir_self(struct iso_dir *dir, struct iso_entry *e)
{
	int ret;

	dir->pos = 0;
	ret = iso_record_next(dir, &e->record);
	if (ret < 0)
		return ret;
	if (ret == 0 || iso_record_dot(&e->record) != 0)
		return complain(dir, "a directory does not begin with itself", dir->extent);
	e->pos = 0;
	ret = entry_read(dir, e);
	e->is_dir = true;
	e->dir_extent = dir->extent;
	e->ino = entry_number(dir, e);
	return ret;
}

int iso_dir_open_extent(struct iso_dir *dir, const struct iso_fs *fs, u32 extent)
{
	struct iso_record self;
	int error = iso_dir_open(dir, fs, extent, 1u << fs->block_bits);

	if (error)
		return error;
	error = iso_record_next(dir, &self);
	if (error < 0)
		return error;
	if (error == 0 || iso_record_dot(&self) != 0)
		return complain(dir, "a directory does not begin with itself", extent);
	iso_dir_close(dir);
	return iso_dir_open(dir, fs, extent, self.size);
}

int iso_dir_skip(struct iso_dir *dir)
{
	struct iso_record record;
	int ret = 1;

	while (dir->in_file && ret > 0) {
		ret = iso_record_next(dir, &record);
		dir->in_file = ret > 0 && (record.flags & ISO_MULTI);
	}
	return min(ret, 0);
}

int iso_dir_seek(struct iso_dir *dir, u32 pos)
{
	struct iso_record record;
	int ret = 1;

	dir->pos = pos & ~(ISO_SECTOR - 1); /* where a record begins for sure */
	while (dir->pos < pos && ret > 0)
		ret = iso_record_next(dir, &record);
	return min(ret, 0);
}

int iso_dir_find(struct iso_dir *dir, const char *name, u32 length, struct iso_entry *e)
{
	int ret;

	while ((ret = iso_dir_next(dir, e)) > 0)
		if (iso_name_equal(e->name, e->name_length, name, length, dir->fs->exact_names))
			return 1;
	return ret;
}
