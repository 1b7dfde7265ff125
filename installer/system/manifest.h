/*
 * manifest.h - the list of the files of a system: what the installer copies and verifies by. Pure.
 *
 * Text: a first line "oldiron-manifest 1 RELEASE"; a line for each entry, sorted by path as bytes:
 *     TYPE MODE UID GID SIZE SHA256|- GROUP PATH[ -> TARGET]
 * TYPE is f (file) d (folder) l (link) c b (devices); MODE octal; SIZE in bytes, of a device
 * MAJOR:MINOR; PATH absolute, with \ooo for blanks, backslashes and what is no ASCII. Last line:
 * "sha256 HEX" over all bytes before it. Source: ports/mkmanifest, which writes it.
 *
 * The text stays the caller's and is not copied: an entry is looked at one by one, so that a list
 * of thousands takes no more than its own size. A path is never "." or "..", never leaves the tree,
 * and no folder comes behind what is in it.
 *
 * Errors: a complaint, one line, which the caller frees; NULL when all is well.
 */
#ifndef INSTALLER_MANIFEST_H
#define INSTALLER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct manifest {
	const char *text;
	size_t length; /* of the entries: the hash line is left out */
	size_t first;  /* where they begin */
	size_t at;
	unsigned int line;
	char *release;
	char *last_path; /* of the entry before */
};

struct manifest_entry {
	char type; /* 0: there are no more */
	unsigned int mode, uid, gid;
	uint64_t size;
	unsigned int major, minor;
	uint8_t sha256[32]; /* of a file */
	char *group, *path, *target;
};

/* Checks first line, last line and hash. On a complaint there is nothing to close. */
char *manifest_open(struct manifest *m, const char *text, size_t length);
void manifest_close(struct manifest *m);
void manifest_rewind(struct manifest *m);
/* The next entry; give entries of { 0 } to the first call, and the last one back to
 * manifest_entry_free(). */
char *manifest_next(struct manifest *m, struct manifest_entry *entry);
void manifest_entry_free(struct manifest_entry *entry);
/* Goes through all of it once: every line is as it must be. */
char *manifest_check(struct manifest *m);
/* The entry of that path, from the present place on; type 0 when there is none. Paths are asked for
 * in order. */
char *manifest_find(struct manifest *m, const char *path, struct manifest_entry *entry);

/* Text of /medium/system.groups: "NAME required|default|optional BYTES DESCRIPTION". */
enum group_kind {
	GROUP_REQUIRED,
	GROUP_DEFAULT,
	GROUP_OPTIONAL,
};

struct package_group {
	char *name, *description;
	enum group_kind kind;
	uint64_t bytes; /* that it takes on a disk */
};

struct package_groups {
	struct package_group *list;
	size_t n;
};

char *groups_parse(struct package_groups *groups, const char *file, const char *text,
		   size_t length);
void groups_free(struct package_groups *groups);

#endif
