/*
 * fat_find.c - is a file in the root directory of a FAT? Reads only; any contents are safe:
 * clusters are followed for at most DIRECTORY_MAX bytes. Source: Microsoft's FAT
 * specification 1.03.
 */
#include "probe_internal.h"
#include <kernel/unaligned.h>
#include <string.h>

#define DIRECTORY_MAX (1u << 20)
#define ENTRY_BYTES   32u
#define NAME_BYTES    11u
#define ATTR_LABEL    0x08
#define CLUSTER_END   0x0FFFFFF8u
#define CLUSTER_MASK  0x0FFFFFFFu

struct fat {
	uint32_t sector, cluster; /* bytes */
	uint64_t fat, root, data; /* bytes from the volume's start */
	uint32_t root_entries, root_cluster;
};

static bool read_layout(const struct volume_source *v, struct fat *f)
{
	uint8_t b[512];
	uint32_t fat_sectors, reserved;

	if (!volume_read(v, 0, b, sizeof(b)))
		return false;
	f->sector = get_le16(b + 11);
	f->cluster = f->sector * b[13];
	reserved = get_le16(b + 14);
	f->root_entries = get_le16(b + 17);
	fat_sectors = get_le16(b + 22);
	if (f->sector < 512 || f->sector > 4096 || !f->cluster || !reserved || !b[16])
		return false;
	if (!fat_sectors) { /* FAT32 */
		fat_sectors = get_le32(b + 36);
		f->root_cluster = get_le32(b + 44);
	}
	f->fat = (uint64_t)reserved * f->sector;
	f->root = f->fat + (uint64_t)b[16] * fat_sectors * f->sector;
	f->data = f->root + (uint64_t)f->root_entries * ENTRY_BYTES;
	return true;
}

/* Looks at entries of `bytes` from `at`; false: the directory ends, or cannot be read. */
static bool look(const struct volume_source *v, uint64_t at, uint32_t bytes,
		 struct fat_names *names, size_t count)
{
	uint8_t e[ENTRY_BYTES];

	for (uint32_t i = 0; i < bytes; i += ENTRY_BYTES) {
		if (!volume_read(v, at + i, e, sizeof(e)) || !e[0])
			return false;
		for (size_t k = 0; k < count; k++)
			if (!(e[11] & ATTR_LABEL) && !memcmp(e, names[k].name, NAME_BYTES))
				names[k].found = true;
	}
	return true;
}

bool fat_find(const struct volume_source *v, struct fat_names *names, size_t count)
{
	uint32_t cluster, seen = 0;
	struct fat f = { 0 };
	uint8_t next[4];

	if (!read_layout(v, &f))
		return false;
	if (!f.root_cluster) {
		look(v, f.root, f.root_entries * ENTRY_BYTES, names, count);
		return true;
	}
	for (cluster = f.root_cluster;
	     cluster >= 2 && cluster < CLUSTER_END && seen < DIRECTORY_MAX; seen += f.cluster) {
		uint64_t at = f.data + (uint64_t)(cluster - 2) * f.cluster;

		if (!look(v, at, f.cluster, names, count) ||
		    !volume_read(v, f.fat + 4ull * cluster, next, sizeof(next)))
			break;
		cluster = get_le32(next) & CLUSTER_MASK;
	}
	return true;
}
