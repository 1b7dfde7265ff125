/*
 * cpio.h - parser of "newc" cpio archives (070701, and 070702 with checksums). Pure, streaming.
 *
 * Feed it bytes in pieces of any size; it calls back for each entry and its data. Any input is
 * safe. A trailer ends an archive; zero bytes after it are skipped, another archive may follow.
 * Source: cpio(5), the "New ASCII Format".
 */
#ifndef CPIO_H
#define CPIO_H

#include <kernel/types.h>

#define CPIO_NAME_MAX 4096 /* with the NUL */

struct cpio_entry {
	u32 ino, mode, uid, gid, nlink, mtime, size, dev_major, dev_minor, rdev_major, rdev_minor;
	u32 check;
	bool checked; /* 070702: check is the sum of the data's bytes */
	const char *name;
};

struct cpio_ops {
	/* A new entry; a negative errno skips it (the data goes by) and is counted. */
	int (*begin)(void *arg, const struct cpio_entry *entry);
	/* The next n bytes of the entry's data (for a symbolic link: its target). */
	int (*data)(void *arg, const u8 *data, size_t n);
	/* All data came; sum_ok: the checksum was right or there was none. */
	int (*end)(void *arg, bool sum_ok);
	/* End of one archive: inode numbers start anew. */
	void (*trailer)(void *arg);
};

enum cpio_state {
	CPIO_HEADER,
	CPIO_NAME,
	CPIO_NAME_PAD,
	CPIO_DATA,
	CPIO_DATA_PAD,
	CPIO_BETWEEN, /* after a trailer: zeros */
	CPIO_FAILED,
};

struct cpio {
	const struct cpio_ops *ops;
	void *arg;
	enum cpio_state state;
	size_t want, have; /* of the present part */
	u32 left;	   /* of the data */
	u32 sum;
	u64 offset; /* in the archive, for messages and alignment */
	bool skip;
	unsigned int entries, errors;
	const char *failure; /* NULL, or why the archive cannot be read on */
	struct cpio_entry entry;
	char header[110];
	char name[CPIO_NAME_MAX];
};

void cpio_init(struct cpio *c, const struct cpio_ops *ops, void *arg);
/*
 * Takes up to n bytes; returns how many were taken, less than n only before the first byte of
 * another archive's magic that is not cpio (gzip after plain, say) or after a failure.
 */
size_t cpio_feed(struct cpio *c, const u8 *data, size_t n);
/* May the input end here? */
bool cpio_at_boundary(const struct cpio *c);

#endif
