/*
 * volume_dos.c - FAT, exFAT and NTFS by their boot sectors. Labels of FAT and exFAT are entries of
 * the root directory, NTFS's is in the fourth record of its master file table.
 * Sources: Microsoft's FAT specification 1.03 and exFAT specification; NTFS as documented by the
 * Linux-NTFS project.
 */
#include <kernel/volume_id.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>
#include <kernel/unicode.h>

#define DIR_ENTRY	 32u
#define DIR_SECTORS_MAX	 64u /* of a root directory that are looked through */
#define FAT_ATTR_LABEL	 0x08
#define FAT_ATTR_DIR	 0x10
#define FAT_NAME_FREE	 0xE5
#define EXFAT_LABEL	 0x83
#define EXFAT_LABEL_MAX	 11u
#define NTFS_LABEL_ATTR	 0x60u
#define NTFS_VOLUME_FILE 3u
#define NTFS_LABEL_MAX	 128u
#define NTFS_CLUSTER_MAX (2u << 20)

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

static void set_serial(struct volume_id *id, u32 serial)
{
	if (serial)
		snprintf(id->uuid, sizeof(id->uuid), "%04X-%04X", serial >> 16, serial & 0xFFFF);
}

/* ---- FAT ---- */
struct fat {
	u32 scale;	    /* 512-byte sectors in one of its own */
	u32 cluster;	    /* its sectors in a cluster */
	u32 reserved, fats; /* sectors before the first FAT; how many FATs */
	u32 fat_sectors, root_entries, root_cluster, serial;
};

static bool fat_read(struct fat *fat, const u8 *boot)
{
	u32 bytes = get_le16(boot + 11);
	bool extended;

	if ((boot[0] != 0xEB && boot[0] != 0xE9) || !is_power_of_two(bytes) || bytes < 512 ||
	    bytes > 4096 || !is_power_of_two(boot[13]) || (boot[21] != 0xF0 && boot[21] < 0xF8))
		return false;
	fat->scale = bytes / VOLUME_SECTOR;
	fat->cluster = boot[13];
	fat->reserved = get_le16(boot + 14);
	fat->fats = boot[16];
	fat->root_entries = get_le16(boot + 17);
	fat->fat_sectors = get_le16(boot + 22);
	fat->root_cluster = 0;
	if (!fat->fat_sectors) { /* FAT32 */
		fat->fat_sectors = get_le32(boot + 36);
		fat->root_cluster = get_le32(boot + 44);
	}
	boot += fat->root_cluster ? 66 : 38; /* signature, serial number */
	extended = boot[0] == 0x29 || boot[0] == 0x28;
	fat->serial = extended ? get_le32(boot + 1) : 0;
	return fat->reserved && fat->fats && fat->fats <= 4 && fat->fat_sectors;
}

/* Where the root directory is and how long (of a FAT32's: its first cluster). In 512 bytes. */
static u64 fat_root(const struct fat *fat, u32 *sectors)
{
	u64 start = fat->reserved + (u64)fat->fats * fat->fat_sectors;

	if (!fat->root_cluster) {
		*sectors = DIV_ROUND_UP(fat->root_entries * DIR_ENTRY, VOLUME_SECTOR);
		return start * fat->scale;
	}
	*sectors = fat->cluster * fat->scale;
	start += (u64)(fat->root_cluster - min(fat->root_cluster, 2u)) * fat->cluster;
	return start * fat->scale;
}

static bool is_fat_label(const u8 *entry)
{
	return entry[0] != FAT_NAME_FREE &&
	       (entry[11] & (FAT_ATTR_LABEL | FAT_ATTR_DIR)) == FAT_ATTR_LABEL &&
	       (entry[11] & 0x3F) != 0x0F; /* a piece of a long name */
}

static bool is_exfat_label(const u8 *entry)
{
	return entry[0] == EXFAT_LABEL && entry[1] <= EXFAT_LABEL_MAX;
}

/* The first entry of a root directory that `wanted` likes; NULL: none. */
static const u8 *find_entry(struct volume_id *id, u64 start, u32 sectors,
			    bool (*wanted)(const u8 *entry))
{
	for (u32 i = 0; i < sectors && i < DIR_SECTORS_MAX; i++) {
		const u8 *sector = volume_sector(id, start + i);

		for (u32 at = 0; at < VOLUME_SECTOR; at += DIR_ENTRY) {
			if (!sector[at])
				return NULL;
			if (wanted(sector + at))
				return sector + at;
		}
	}
	return NULL;
}

static bool identify_fat(struct volume_id *id)
{
	struct fat fat;
	const u8 *entry;
	u32 sectors;
	u64 root;

	if (!fat_read(&fat, volume_sector(id, 0)))
		return false;
	id->type = "vfat";
	set_serial(id, fat.serial);
	root = fat_root(&fat, &sectors);
	entry = find_entry(id, root, sectors, is_fat_label);
	if (entry)
		volume_set_label(id, entry, 11);
	return true;
}

/* ---- exFAT ---- */
static bool identify_exfat(struct volume_id *id)
{
	const u8 *boot = volume_sector(id, 0), *entry;
	u32 heap, root, bits, cluster;

	if (memcmp(boot + 3, "EXFAT   ", 8) != 0 || boot[108] < 9 || boot[108] > 12 ||
	    boot[109] > 25 - boot[108])
		return false;
	id->type = "exfat";
	set_serial(id, get_le32(boot + 100));
	heap = get_le32(boot + 88);
	root = get_le32(boot + 96);
	bits = boot[108] - 9u;
	cluster = bits + boot[109]; /* log2 of its 512-byte sectors */
	if (root < 2)
		return true;
	entry = find_entry(id, ((u64)heap << bits) + ((u64)(root - 2) << cluster), 1u << cluster,
			   is_exfat_label);
	if (entry)
		utf16_to_utf8(id->label, sizeof(id->label), entry + 2, entry[1], false);
	return true;
}

/* ---- NTFS ---- */
/* A size that is a number of clusters, or, negative, log2 of the bytes; 0: impossible. */
static u32 ntfs_record_bytes(u8 code, u32 cluster)
{
	s8 n = (s8)code;

	if (n > 0)
		return (u64)cluster * (u32)n <= 65536 ? cluster * (u32)n : 0;
	return n <= -9 && n >= -16 ? 1u << -n : 0;
}

/* The label is an attribute in the record's first sector, before the sector's guarded end. */
static void ntfs_set_label(struct volume_id *id, const u8 *record)
{
	u32 at = get_le16(record + 20);

	if (memcmp(record, "FILE", 4) != 0)
		return;
	while (at < VOLUME_SECTOR - 24u) {
		const u8 *attribute = record + at;
		u32 length = get_le32(attribute + 4), bytes = get_le32(attribute + 16);
		u32 value = get_le16(attribute + 20);

		if (get_le32(attribute) == NTFS_LABEL_ATTR && !attribute[8]) {
			if (bytes <= 2 * NTFS_LABEL_MAX && value <= VOLUME_SECTOR - 2u - at &&
			    bytes <= VOLUME_SECTOR - 2u - at - value)
				utf16_to_utf8(id->label, sizeof(id->label), attribute + value,
					      bytes / 2, false);
			return;
		}
		if (length < 24 || length > VOLUME_SECTOR)
			return;
		at += length;
	}
}

static bool identify_ntfs(struct volume_id *id)
{
	const u8 *boot = volume_sector(id, 0);
	u32 bytes = get_le16(boot + 11), cluster = bytes * boot[13], record;
	u64 table = get_le64(boot + 48), serial = get_le64(boot + 72);

	if (memcmp(boot + 3, "NTFS    ", 8) != 0 || !is_power_of_two(bytes) || bytes < 512 ||
	    bytes > 4096 || !is_power_of_two(cluster) || cluster > NTFS_CLUSTER_MAX)
		return false;
	record = ntfs_record_bytes(boot[64], cluster);
	if (!record)
		return false;
	id->type = "ntfs";
	if (serial)
		snprintf(id->uuid, sizeof(id->uuid), "%08X%08X", (u32)(serial >> 32), (u32)serial);
	if (table < id->sectors) /* so that the product stays in 64 bits */
		ntfs_set_label(
			id, volume_sector(id, table * (cluster / VOLUME_SECTOR) +
						      NTFS_VOLUME_FILE * (record / VOLUME_SECTOR)));
	return true;
}

bool volume_identify_dos(struct volume_id *id)
{
	const u8 *boot = volume_sector(id, 0);

	if (get_le16(boot + 510) != 0xAA55)
		return false;
	return identify_ntfs(id) || identify_exfat(id) || identify_fat(id);
}
