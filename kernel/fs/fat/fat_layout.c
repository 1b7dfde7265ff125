/* fat_layout.c - see fat_layout.h. */
#include "fat_layout.h"
#include "fat_format.h"
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/unaligned.h>

static unsigned int log2_of(u32 n)
{
	unsigned int bits = 0;

	while (n >> (bits + 1))
		bits++;
	return bits;
}

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

/* What every kind has. NULL: fine. */
static const char *read_common(struct fat_layout *l, const u8 *boot)
{
	const u8 media = boot[BOOT_MEDIA];

	l->sector_size = get_le16(boot + BOOT_SECTOR_SIZE);
	l->cluster_sectors = boot[BOOT_CLUSTER_SECTORS];
	l->fat_start = get_le16(boot + BOOT_RESERVED);
	l->fats = boot[BOOT_FATS];
	l->root_entries = get_le16(boot + BOOT_ROOT_ENTRIES);
	l->fat_sectors = get_le16(boot + BOOT_FAT_SECTORS_16);
	if (!is_power_of_two(l->sector_size) || l->sector_size < 512 || l->sector_size > 4096)
		return "the boot sector names no possible sector size";
	if (!is_power_of_two(l->cluster_sectors))
		return "the boot sector names no possible cluster size";
	if (!l->fat_start)
		return "the boot sector has no reserved sectors";
	if (!l->fats)
		return "the boot sector names no allocation table";
	if (media != 0xf0 && media < 0xf8)
		return "the boot sector names no known medium";
	l->sector_bits = log2_of(l->sector_size);
	l->cluster_bits = l->sector_bits + log2_of(l->cluster_sectors);
	return NULL;
}

static void read_extended(struct fat_layout *l, const u8 *boot, u32 at, u32 state)
{
	const u8 signature = boot[at];

	if (signature != BOOT_EXTENDED && signature != BOOT_EXTENDED_OLD)
		return;
	l->serial = get_le32(boot + at + 1);
	l->has_state = true;
	l->dirty = boot[state] & BOOT_STATE_DIRTY;
}

static const char *read_fat32(struct fat_layout *l, const u8 *boot)
{
	const u32 flags = get_le16(boot + BOOT_FLAGS_32);

	l->fat_sectors = get_le32(boot + BOOT_FAT_SECTORS_32);
	l->root_cluster = get_le32(boot + BOOT_ROOT_CLUSTER);
	l->info_sector = get_le16(boot + BOOT_INFO_SECTOR);
	if (!l->fat_sectors)
		return "the allocation table has no length";
	if (get_le16(boot + BOOT_VERSION_32))
		return "it is of an unknown version of FAT32";
	if (l->info_sector >= l->fat_start)
		l->info_sector = 0;
	if (flags & BOOT_FLAG_NO_MIRROR) {
		l->mirror = false;
		l->active = flags & BOOT_FLAG_ACTIVE_MASK;
		if (l->active >= l->fats)
			return "the active allocation table is not there";
	}
	read_extended(l, boot, BOOT_EXTENDED_32, BOOT_STATE_32);
	l->width = 32;
	return NULL;
}

static const char *read_fat16(struct fat_layout *l, const u8 *boot)
{
	if (!l->root_entries)
		return "the root directory has no length";
	if (l->root_entries & (l->sector_size / ENTRY_SIZE - 1))
		return "the root directory does not end with a sector";
	read_extended(l, boot, BOOT_EXTENDED_16, BOOT_STATE_16);
	return NULL;
}

/* How many clusters: by the sectors of the volume, of the device, and by the table's length. */
static const char *count_clusters(struct fat_layout *l, const u8 *boot, u64 device_bytes)
{
	const u32 root_sectors = l->root_entries * ENTRY_SIZE >> l->sector_bits;
	const u64 data_start = l->fat_start + (u64)l->fats * l->fat_sectors + root_sectors;
	const u64 device = device_bytes >> l->sector_bits;
	u64 sectors = get_le16(boot + BOOT_SECTORS_16), entries;

	if (!sectors)
		sectors = get_le32(boot + BOOT_SECTORS_32);
	/* The width goes by what the volume says of itself, also where the device is shorter. */
	if (!l->width && data_start < sectors)
		l->width = (sectors - data_start) >> (l->cluster_bits - l->sector_bits) > FAT12_MAX
				   ? 16
				   : 12;
	l->cut = sectors > device;
	sectors = min(sectors, device);
	if (data_start >= sectors)
		return "there is no room for files";
	l->root_start = (u32)data_start - root_sectors;
	l->data_start = (u32)data_start;
	l->clusters = ((u32)sectors - l->data_start) >> (l->cluster_bits - l->sector_bits);
	entries = div_u64((u64)l->fat_sectors << (l->sector_bits + 3), l->width);
	if (entries <= FAT_FIRST_CLUSTER)
		return "the allocation table is too short";
	l->clusters = (u32)min_t(u64, l->clusters, entries - FAT_FIRST_CLUSTER);
	if (l->clusters > (l->width == 32 ? FAT32_MAX : FAT16_MAX))
		return "it has more clusters than its kind can have";
	return l->clusters ? NULL : "there is no room for files";
}

int fat_layout_make(struct fat_layout *l, const u8 *boot, u64 device_bytes, const char **why)
{
	*l = (struct fat_layout){ .mirror = true };
	*why = read_common(l, boot);
	if (!*why)
		*why = l->fat_sectors ? read_fat16(l, boot) : read_fat32(l, boot);
	if (!*why)
		*why = count_clusters(l, boot, device_bytes);
	if (!*why && l->width == 32 && !fat_cluster_ok(l, l->root_cluster))
		*why = "the root directory is not on the volume";
	return *why ? -EINVAL : 0;
}
