/*
 * copy.h - the files of the system onto a mounted tree, by the manifest, and the proof that they
 * are there.
 *
 * Every file is compared with its SHA-256 as it is read from the medium (a bad medium stops, and
 * names the file) and, when all are written, flushed and out of the cache, again as it is read from
 * the disk. Owners, modes, devices and links are as the manifest says; times are the medium's.
 *
 * An upgrade writes each file beside the old one and renames it, so that at each moment one of the
 * two is there; of files below /etc those that were changed since they were installed stay, and the
 * new one lies beside as FILE.new.
 *
 * Errors: a complaint that the caller frees. What was copied so far stays.
 */
#ifndef INSTALLER_COPY_H
#define INSTALLER_COPY_H

#include <installer/system/manifest.h>

struct copy_job {
	struct manifest *manifest;
	const char *from, *to; /* the tree on the medium, and where the target's / is mounted */
	/* Which groups are wanted: names, ended by NULL. */
	const char *const *groups;
	const char *skip; /* a path that somebody else installs, or NULL */
	/* An upgrade: what was installed before; NULL: a new installation. */
	struct manifest *before;
	void (*progress)(void *arg, const char *what, const char *path, uint64_t done,
			 uint64_t total);
	void *arg;
	/* Filled in: */
	uint64_t bytes, files;	 /* that were wanted */
	uint64_t done;		 /* of the bytes, in the present pass */
	uint64_t kept, replaced; /* an upgrade's files that stayed, and that were replaced */
	char *beside; /* those that lie beside as FILE.new, a line each; or NULL. The caller frees
			 it */
};

/* Counts bytes and files of the wanted groups. */
char *copy_measure(struct copy_job *job);
char *copy_tree(struct copy_job *job);
/* Flushes, drops caches, and reads back all that copy_tree() put there. */
char *copy_verify(struct copy_job *job);
/* An upgrade: files of `before` that are in the new manifest no more, and were not changed, go. */
char *copy_remove_old(struct copy_job *job);

/* The hash of a file. A complaint names it. */
char *file_hash(const char *path, uint8_t hash[32], uint64_t *size);
/* A whole file as memory with a NUL behind it, the caller's to free. */
char *file_read(const char *path, char **text, size_t *length);
/* Writes a new file or replaces one, whole or not at all, and onto the disk. */
char *file_write(const char *path, const char *text, size_t length, unsigned int mode);

/* What an upgrade does with a file; pure. */
enum upgrade_choice {
	UPGRADE_SAME,	 /* it is there already */
	UPGRADE_REPLACE, /* it is as it was installed, or nobody edits such files */
	UPGRADE_BESIDE,	 /* it was changed: FILE.new */
	UPGRADE_KEEP,	 /* it was changed, and the new one is the one that was installed before */
};
/* Hashes: what is there (NULL: nothing), what was installed (NULL: not in that list), what is new.
 */
enum upgrade_choice upgrade_choose(const char *path, const uint8_t *there, const uint8_t *before,
				   const uint8_t *is_new);

#endif
