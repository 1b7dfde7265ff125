/*
 * fat_layout.h - from a boot sector to where everything is. Pure.
 *
 * Units: sectors are the volume's own (512 to 4096 bytes) unless a name says otherwise.
 * Source: fat_format.h's; what is refused and what is let pass is as in Linux's fs/fat.
 */
#ifndef FAT_LAYOUT_H
#define FAT_LAYOUT_H

#include <kernel/types.h>

struct fat_layout {
	unsigned int width; /* of a table entry: 12, 16, 32 */
	u32 sector_size, sector_bits;
	u32 cluster_sectors, cluster_bits; /* bits: of bytes */
	u32 fats, fat_start, fat_sectors;
	u32 active; /* the table that counts; the others follow it if `mirror` */
	bool mirror;
	u32 root_start, root_entries; /* FAT12, FAT16 */
	u32 root_cluster;	      /* FAT32 */
	u32 data_start;
	u32 clusters;	 /* numbers 2 .. clusters + 1 */
	u32 info_sector; /* 0: none */
	u32 serial;
	bool has_state; /* the boot sector has the byte that says so: */
	bool dirty;	/* was not unmounted */
	bool cut;	/* the device is shorter than the volume says */
};

/* boot: BOOT_SIZE bytes. 0, or -EINVAL and *why in words. */
int fat_layout_make(struct fat_layout *l, const u8 *boot, u64 device_bytes, const char **why);

static inline u32 fat_last_cluster(const struct fat_layout *l)
{
	return l->clusters + 1;
}
static inline bool fat_cluster_ok(const struct fat_layout *l, u32 cluster)
{
	return cluster >= 2 && cluster <= l->clusters + 1;
}
/* The first sector of a good cluster. */
static inline u64 fat_cluster_sector(const struct fat_layout *l, u32 cluster)
{
	return l->data_start + (u64)(cluster - 2) * l->cluster_sectors;
}

#endif
