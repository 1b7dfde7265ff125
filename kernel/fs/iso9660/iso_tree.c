/* iso_tree.c - the volume, and what a record says about its file. See iso_tree.h. */
#include "iso_tree.h"
#include <kernel/errno.h>
#include <kernel/string.h>
#include <abi/stat.h>

/* What Linux shows without Rock Ridge: everything may be read and executed. */
#define PLAIN_PERMISSIONS 0555u

/* ---- which volume ---- */
struct iso_descriptors {
	struct iso_volume primary, joliet;
	bool has_primary, has_joliet;
};

static int descriptors_read(const struct iso_fs *fs, struct iso_descriptors *d)
{
	u64 sector = fs->options.first_sector + ISO_FIRST_SECTOR;
	u64 end = min(sector + ISO_DESCRIPTORS_MAX, fs->device_bytes / ISO_SECTOR);
	enum iso_descriptor kind = ISO_OTHER;

	for (; sector < end && kind != ISO_TERMINATOR && kind != ISO_FOREIGN; sector++) {
		struct iso_block block = { .bytes = NULL };
		struct iso_volume volume;
		int error = fs->io->get(fs->ctx, sector, ISO_SECTOR, &block);

		if (error)
			return d->has_primary ? 0 : error;
		kind = iso_descriptor_decode(block.bytes, &volume);
		fs->io->put(fs->ctx, &block);
		if (kind == ISO_PRIMARY && !d->has_primary) {
			d->primary = volume;
			d->has_primary = true;
		} else if (kind == ISO_JOLIET && !d->has_joliet) {
			d->joliet = volume;
			d->has_joliet = true;
		}
	}
	return d->has_primary ? 0 : -EINVAL;
}

static void use_volume(struct iso_fs *fs, const struct iso_volume *volume)
{
	fs->volume = *volume;
	fs->block_bits = 9;
	while (1u << fs->block_bits < volume->block_size)
		fs->block_bits++;
	fs->device_blocks = fs->device_bytes >> fs->block_bits;
}

/*
 * Does the root directory's own record say that there is Rock Ridge? Old discs lack the
 * announcement of the protocol, but have owners and modes.
 */
static int find_rock(struct iso_fs *fs)
{
	struct iso_dir dir;
	struct iso_entry self;
	int error = iso_dir_open(&dir, fs, fs->volume.root_extent, fs->volume.root_size);

	fs->rock = true; /* so that it is looked at */
	fs->rock_skip = 0;
	if (!error)
		error = iso_dir_self(&dir, &self);
	if (!error) {
		bool announced = iso_rock_announced(self.record.susp, self.record.susp_length,
						    &fs->rock_skip);

		fs->rock = announced ? (self.rock.have & (ROCK_ER | ROCK_PX)) != 0
				     : (self.rock.have & ROCK_PX) != 0;
	}
	iso_dir_close(&dir);
	return error;
}

int iso_fs_open(struct iso_fs *fs)
{
	struct iso_descriptors d = { .has_primary = false };
	int error = descriptors_read(fs, &d);
	int rock_error;

	if (error)
		return error;
	fs->rock = fs->joliet = false;
	use_volume(fs, &d.primary);
	rock_error = find_rock(fs);
	if (rock_error || fs->options.norock)
		fs->rock = false;
	fs->joliet = d.has_joliet && !fs->rock && !fs->options.nojoliet;
	if (fs->joliet)
		use_volume(fs, &d.joliet);
	else if (rock_error)
		return rock_error;
	/* Joliet's names come from where case does not matter, and Linux keeps it so. */
	fs->exact_names = fs->options.exact || (!fs->joliet && !fs->options.relaxed);
	return 0;
}

/* ---- files ---- */
/* What a medium that was cut off still has of a file can be read. */
static int section_check(const struct iso_fs *fs, const struct iso_record *r, u32 size)
{
	u64 blocks = ((u64)size + (1u << fs->block_bits) - 1) >> fs->block_bits;
	bool begins = r->extent && r->extent < fs->device_blocks;

	if (size == 0 || (begins && blocks <= fs->device_blocks - r->extent))
		return 0;
	fs->io->complain(fs->ctx,
			 begins ? "a file goes on beyond the end of the medium"
				: "a file lies beyond the end of the medium",
			 r->extent);
	return begins ? 0 : -EIO;
}

static int section_add(const struct iso_fs *fs, const struct iso_record *r,
		       struct iso_section *section, u64 *size)
{
	u32 bytes = fs->options.cruft ? r->size & 0xFFFFFF : r->size;
	int error = section_check(fs, r, bytes);

	if (error)
		return error;
	if (r->unit) {
		fs->io->complain(fs->ctx, "an interleaved file is not supported", r->extent);
		return -EIO;
	}
	if ((r->flags & ISO_MULTI) && (bytes & ((1u << fs->block_bits) - 1))) {
		fs->io->complain(fs->ctx, "a file's section ends inside a block", r->extent);
		return -EIO;
	}
	section->block = r->extent;
	section->bytes = bytes;
	*size += section->bytes;
	return 0;
}

int iso_entry_sections(struct iso_dir *dir, struct iso_entry *entry, struct iso_section *section,
		       unsigned int max, u64 *size)
{
	struct iso_record *r = &entry->record;
	struct iso_section ignored;
	unsigned int n = 0;
	int error;

	*size = 0;
	for (;;) {
		error = section_add(dir->fs, r, n < max ? &section[n] : &ignored, size);
		if (error)
			return error;
		n++;
		dir->in_file = r->flags & ISO_MULTI;
		if (!dir->in_file)
			return (int)n;
		error = n < ISO_SECTIONS_MAX ? iso_record_next(dir, r) : 0;
		if (error < 0)
			return error;
		if (!error) {
			dir->fs->io->complain(dir->fs->ctx, "a file's last section is missing",
					      r->extent);
			return -EIO;
		}
	}
}

static void rock_attributes(const struct iso_rock *rock, struct iso_attributes *a)
{
	if (rock->have & ROCK_PX) {
		a->mode = rock->mode & (S_IFMT | 07777);
		a->nlink = max(rock->nlink, 1u);
		a->uid = rock->uid;
		a->gid = rock->gid;
	}
	if (rock->have & ROCK_ATIME)
		a->atime = rock->atime;
	if (rock->have & ROCK_MTIME)
		a->mtime = rock->mtime;
	if (rock->have & ROCK_CTIME)
		a->ctime = rock->ctime;
	if (rock->have & ROCK_PN) {
		a->has_device = true;
		a->dev_major = rock->dev_high;
		a->dev_minor = rock->dev_low;
		/* Some writers put the old 16-bit number into the low half. */
		if (!rock->dev_high && (rock->dev_low & ~0xFFu)) {
			a->dev_major = rock->dev_low >> 8;
			a->dev_minor = rock->dev_low & 0xFF;
		}
	}
}

/* Of something that is no directory. */
static bool type_is_known(u32 type)
{
	return type == S_IFREG || type == S_IFLNK || type == S_IFCHR || type == S_IFBLK ||
	       type == S_IFIFO || type == S_IFSOCK;
}

void iso_entry_attributes(const struct iso_entry *entry, struct iso_attributes *a)
{
	u32 type;

	memset(a, 0, sizeof(*a));
	a->mode = S_IFREG | PLAIN_PERMISSIONS;
	a->nlink = 1;
	a->atime = a->mtime = a->ctime = iso_date_short(entry->record.date);
	rock_attributes(&entry->rock, a);
	/* The record knows best whether it is a directory; what PX says else may be nonsense. */
	type = a->mode & S_IFMT;
	if (entry->is_dir)
		type = S_IFDIR;
	else if (!type_is_known(type))
		type = S_IFREG;
	a->mode = (a->mode & 07777) | type;
}
