/*
 * iso_tree.h - reading an ISO 9660 volume: finding its trees, walking a directory, what a record
 * says about a file. Pure: blocks come from struct iso_io, so that the same code runs in the kernel
 * over the device's cache and in tests over an image in memory.
 *
 * Errors: -EIO for what is damaged, told through io->complain() first; what io->get() answers. All
 * loops are bounded: by the directory's size, which is checked against the device, by
 * ISO_CONTINUATIONS_MAX and ISO_SECTIONS_MAX.
 *
 * Threading: struct iso_fs is constant once iso_fs_open() is done; an iso_dir is one reader's.
 */
#ifndef ISO_TREE_H
#define ISO_TREE_H

#include "iso_record.h"
#include "iso_rock.h"

#define ISO_CONTINUATIONS_MAX 32u
#define ISO_SECTIONS_MAX      256u /* of one file: a terabyte */
#define ISO_DESCRIPTORS_MAX   100u
#define ISO_DIR_MAX	      (256u << 20) /* bytes of a directory: two million names */

struct iso_block {
	const u8 *bytes;     /* NULL: not held */
	uintptr_t opaque[8]; /* io's */
};

struct iso_io {
	/* The nth block of `size` bytes (512, 1024, 2048), held until put(); 0 or -errno. */
	int (*get)(void *ctx, u64 n, u32 size, struct iso_block *block);
	void (*put)(void *ctx, struct iso_block *block);
	/* Something on the volume is damaged: what, in a few words, and in which block. */
	void (*complain)(void *ctx, const char *what, u64 block);
};

struct iso_options {
	bool norock, nojoliet;
	bool show_associated, hide; /* hide: leave out what is marked hidden */
	bool exact;		    /* check=strict */
	bool relaxed;		    /* check=relaxed */
	bool cruft;		    /* the top byte of sizes is garbage */
	bool packed;		    /* nocompress: compressed files as they are on the disc */
	enum iso_mapping mapping;
	u64 first_sector; /* 2048 bytes; of the session: descriptors are 16 further on */
	bool sector_given;
	u32 session; /* session=, and one more; 0: the last */
};

struct iso_fs {
	const struct iso_io *io;
	void *ctx;
	u64 device_bytes;
	struct iso_options options;
	/* iso_fs_open() finds out: */
	u32 block_bits;
	u64 device_blocks;
	struct iso_volume volume; /* the one whose tree is used */
	bool rock, joliet;
	bool exact_names;
	u8 rock_skip;
};

/* Reads the descriptors and decides which names are used. 0, -EINVAL (no ISO 9660), -EIO. */
int iso_fs_open(struct iso_fs *fs);

/* ---- directories ---- */
struct iso_dir {
	const struct iso_fs *fs;
	u32 extent, size;
	u32 pos;      /* byte of the next record */
	u32 block_at; /* which of its blocks is held */
	bool in_file; /* the last record said that its file goes on */
	struct iso_block block;
	u8 split[256]; /* a record that crosses two blocks */
};

struct iso_entry {
	struct iso_record
		record; /* its pointers hold until the directory is stepped on or closed */
	u32 pos;	/* of the record in the directory */
	u64 ino;
	bool is_dir;
	bool has_links; /* ino is that of its other names too, if the disc is sound */
	u32 dir_extent; /* is_dir: where it is, moved ones included */
	const char *name;
	u32 name_length;
	struct iso_rock rock; /* zero without Rock Ridge */
};

/* 0 or -EIO: it does not fit the device. iso_dir_close() in any case. */
int iso_dir_open(struct iso_dir *dir, const struct iso_fs *fs, u32 extent, u32 size);
/* The same at a directory's extent, when its size is only known from its own record. */
int iso_dir_open_extent(struct iso_dir *dir, const struct iso_fs *fs, u32 extent);
void iso_dir_close(struct iso_dir *dir);
/* The next record of any kind, 1; 0 at the end, -errno. */
int iso_record_next(struct iso_dir *dir, struct iso_record *record);
/* The next name that is to be seen, from dir->pos on, without "." and "..". 1, 0 at the end, -errno
 */
int iso_dir_next(struct iso_dir *dir, struct iso_entry *entry);
/* Over what belongs to the entry just read: dir->pos is then where the next call may go on. */
int iso_dir_skip(struct iso_dir *dir);
/* To the first record at or behind `pos`, whatever that is; of a place given before: exactly. */
int iso_dir_seek(struct iso_dir *dir, u32 pos);
/* The directory's own first record, with its attributes, as an entry without name. 0, -EIO. */
int iso_dir_self(struct iso_dir *dir, struct iso_entry *entry);
/* Looks a name up; 1, 0: there is none, -errno. */
int iso_dir_find(struct iso_dir *dir, const char *name, u32 length, struct iso_entry *entry);

/* ---- files ---- */
struct iso_section {
	u32 block;
	u32 bytes; /* a multiple of the block size, but for the last section; may be cut off */
};
/*
 * Where the entry's data is: the record's own section and those of the records behind it. Returns
 * how many (1 ..), of which the first `max` are stored; -EIO. The directory has been stepped on.
 */
int iso_entry_sections(struct iso_dir *dir, struct iso_entry *entry, struct iso_section *section,
		       unsigned int max, u64 *size);
/* Reads the target of an entry with ROCK_SL into `link` of rock.link_length + 1 bytes. */
int iso_entry_link(struct iso_dir *dir, const struct iso_entry *entry, char *link, u32 size);

/* What stat(2) shows, but for size and owner options. */
struct iso_attributes {
	u32 mode, nlink, uid, gid;
	bool has_device;
	u32 dev_major, dev_minor;
	s64 atime, mtime, ctime;
};
void iso_entry_attributes(const struct iso_entry *entry, struct iso_attributes *a);

#endif
