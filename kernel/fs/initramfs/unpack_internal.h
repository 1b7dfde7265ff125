/* unpack_internal.h - the two halves of the unpacker: reading the module, making files. */
#ifndef UNPACK_INTERNAL_H
#define UNPACK_INTERNAL_H

#include "cpio.h"
#include <kernel/fs.h>

#define LINK_BUCKETS 32

/* Makes files in the root from cpio entries. */
struct unpack_files {
	struct path root;
	/* the entry being made */
	struct path path; /* dentry NULL: nothing that takes data */
	bool is_file, is_link;
	struct cpio_entry entry;
	struct page *page; /* being filled */
	size_t fill;
	loff_t size;  /* of what was put in the page cache */
	char *target; /* of a symbolic link; PATH_MAX bytes */
	char *name;   /* copy of the name, PATH_MAX */
	struct list_head links[LINK_BUCKETS];
	int first_error;
	char error_name[64];
};

extern const struct cpio_ops unpack_cpio_ops; /* arg: struct unpack_files */
int unpack_files_init(struct unpack_files *u);
void unpack_files_finish(struct unpack_files *u);

#endif
