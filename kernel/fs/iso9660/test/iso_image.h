/* iso_image.h - a volume in a file for the tests of iso_tree.h, with a count of blocks held. */
#ifndef ISO_IMAGE_H
#define ISO_IMAGE_H

#include "kernel/fs/iso9660/iso_tree.h"
#include <kernel/errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int iso_file = -1;
static unsigned int iso_held, iso_complaints;
static char iso_said[128];

static inline int image_get(void *ctx, u64 n, u32 size, struct iso_block *block)
{
	u8 *bytes = malloc(size);

	if (pread64(iso_file, bytes, size, (off64_t)(n * size)) != (ssize_t)size) {
		free(bytes);
		return -EIO;
	}
	block->bytes = bytes;
	iso_held++;
	return 0;
}
static inline void image_put(void *ctx, struct iso_block *block)
{
	free((void *)(uintptr_t)block->bytes);
	block->bytes = NULL;
	iso_held--;
}
static inline void image_complain(void *ctx, const char *what, u64 block)
{
	snprintf(iso_said, sizeof(iso_said), "%s", what);
	iso_complaints++;
}
static const struct iso_io image_io = { image_get, image_put, image_complain };

static inline void image_open(const char *name, struct iso_fs *fs)
{
	if (iso_file >= 0)
		close(iso_file);
	iso_file = open(name, O_RDWR | O_LARGEFILE);
	memset(fs, 0, sizeof(*fs));
	fs->io = &image_io;
	fs->device_bytes = (u64)lseek64(iso_file, 0, SEEK_END);
	iso_complaints = 0;
	iso_said[0] = 0;
}

#endif
