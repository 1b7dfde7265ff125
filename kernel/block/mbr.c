/* mbr.c - see mbr.h. Sector 0 is told apart first, then its partitions are reported. */
#include "mbr.h"
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>

#define OFFSET_SIGNATURE 440u
#define OFFSET_TABLE	 446u
#define OFFSET_MAGIC	 510u
#define MBR_MAGIC	 0xAA55u
#define ENTRY_BYTES	 16u
#define FLAG_ACTIVE	 0x80u
#define FIRST_LOGICAL	 5u
/* Links followed without a data partition between them; Linux's number. */
#define EMPTY_LINKS_MAX 100u
/* Where Disk Manager's real table is, and what its sector numbers are relative to. */
#define DM_OFFSET 63u

bool mbr_type_is_extended(u8 type)
{
	return type == MBR_TYPE_EXTENDED || type == MBR_TYPE_EXTENDED_L ||
	       type == MBR_TYPE_EXTENDED_X;
}

static bool type_is_manager(u8 type)
{
	return type == MBR_TYPE_DM_DDO || type == MBR_TYPE_EZ_DRIVE || type == MBR_TYPE_DM_AUX1 ||
	       type == MBR_TYPE_DM_AUX3;
}

static bool slot_is_used(const struct mbr_slot *slot)
{
	return slot->count && slot->type != MBR_TYPE_EMPTY;
}

/* ---- decoding ---- */
static bool slots_read(struct mbr_slot *slot, const u8 *sector)
{
	const u8 *entry = sector + OFFSET_TABLE;

	if (get_le16(sector + OFFSET_MAGIC) != MBR_MAGIC)
		return false;
	for (unsigned int i = 0; i < MBR_SLOTS; i++, entry += ENTRY_BYTES)
		slot[i] = (struct mbr_slot){ .flag = entry[0],
					     .type = entry[4],
					     .start = get_le32(entry + 8),
					     .count = get_le32(entry + 12) };
	return true;
}

static bool is_power_of_two(u32 n)
{
	return n && !(n & (n - 1));
}

/* A BIOS parameter block that a FAT driver would accept. */
static bool has_fat_parameters(const u8 *sector)
{
	u32 bytes = get_le16(sector + 11);

	return is_power_of_two(bytes) && bytes >= 512 && bytes <= PART_SECTOR_MAX &&
	       is_power_of_two(sector[13]) && get_le16(sector + 14) && sector[16] &&
	       sector[16] <= 4 && (sector[21] == 0xF0 || sector[21] >= 0xF8);
}

static const char *file_system_name(const u8 *sector)
{
	bool jump = (sector[0] == 0xEB && sector[2] == 0x90) || sector[0] == 0xE9;

	if (!jump)
		return NULL;
	if (!memcmp(sector + 3, "NTFS    ", 8))
		return "ntfs";
	if (!memcmp(sector + 3, "EXFAT   ", 8))
		return "exfat";
	return has_fat_parameters(sector) ? "fat" : NULL;
}

/* Does the table name a partition that can be there? Text of a boot sector does not. */
static bool table_is_plausible(const struct mbr_table *table, u64 disk_sectors)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++)
		if (slot_is_used(&table->slot[i]) && table->slot[i].start < disk_sectors)
			return true;
	return false;
}

static bool flags_are_valid(const struct mbr_table *table)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++)
		if (table->slot[i].flag & ~FLAG_ACTIVE)
			return false;
	return true;
}

/* Of a valid table: is it one that only announces a GPT? Its entry begins with the GPT, at 1. */
static enum mbr_kind table_kind(const struct mbr_table *table)
{
	bool named = false, announced = false, others = false;

	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		if (table->slot[i].type == MBR_TYPE_GPT) {
			named = true;
			announced |= table->slot[i].start == 1;
		} else if (slot_is_used(&table->slot[i])) {
			others = true;
		}
	}
	if (!named)
		return MBR_TABLE;
	if (!announced)
		return MBR_UNKNOWN; /* neither the one nor the other: hands off, as Linux */
	return others ? MBR_HYBRID : MBR_PROTECTIVE;
}

enum mbr_kind mbr_decode(struct mbr_table *table, const u8 *sector, u64 disk_sectors)
{
	memset(table, 0, sizeof(*table));
	if (!slots_read(table->slot, sector))
		return table->kind = MBR_NONE;
	table->signature = get_le32(sector + OFFSET_SIGNATURE);
	table->file_system = file_system_name(sector);
	if (table->file_system &&
	    (!flags_are_valid(table) || !table_is_plausible(table, disk_sectors)))
		return table->kind = MBR_FILE_SYSTEM;
	table->kind = flags_are_valid(table) ? table_kind(table) : MBR_UNKNOWN;
	return table->kind;
}

/* ---- reporting ---- */
struct mbr_walk {
	struct part_scan *scan;
	u32 signature;
	u64 bias; /* what the table's sector numbers are relative to */
	u32 flags;
	unsigned int next; /* number of the next logical partition */
};

static bool report_slot(struct mbr_walk *walk, const struct mbr_slot *slot, unsigned int number,
			u64 base, u32 flags)
{
	struct part_entry *entry = part_entry_new(walk->scan);

	entry->number = number;
	entry->start = base + slot->start;
	entry->count = slot->count;
	entry->mbr_type = slot->type;
	entry->flags = walk->flags | flags | (slot->flag == FLAG_ACTIVE ? PART_ACTIVE : 0);
	if (mbr_type_is_extended(slot->type))
		entry->flags |= PART_CONTAINER;
	snprintf(entry->type, sizeof(entry->type), "0x%02x", slot->type);
	snprintf(entry->uuid, sizeof(entry->uuid), "%08x-%02x", walk->signature, number);
	return part_report(walk->scan);
}

static void report_primaries(struct mbr_walk *walk, const struct mbr_table *table)
{
	struct part_scan *scan = walk->scan;
	unsigned int active = 0, extended = 0;

	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		const struct mbr_slot *slot = &table->slot[i];

		if (!slot_is_used(slot))
			continue;
		active += slot->flag == FLAG_ACTIVE;
		extended += mbr_type_is_extended(slot->type);
		if (slot->start == 0)
			scan->problems |= PART_BAD_COVERS_TABLE;
		report_slot(walk, slot, i + 1, walk->bias, 0);
	}
	if (active > 1)
		scan->problems |= PART_BAD_MANY_ACTIVE;
	if (!active && scan->count)
		scan->problems |= PART_BAD_NO_ACTIVE;
	if (extended > 1)
		scan->problems |= PART_BAD_TWO_EXTENDED;
}

/* One extended partition and the place in its chain. Offsets are relative to the container. */
struct mbr_chain {
	u64 base;
	u32 size;
	u32 offset, link_size; /* of the present table */
	unsigned int empty;    /* links since the last data partition */
};

/* May the table at chain->offset be read? */
static bool chain_may_go_on(struct part_scan *scan, const struct mbr_chain *chain)
{
	if (chain->offset >= chain->size) {
		scan->problems |= PART_BAD_EBR_OUTSIDE;
		return false;
	}
	for (unsigned int i = 0; i < scan->ebrs_used; i++)
		if (scan->ebrs[i] == chain->offset) {
			scan->problems |= PART_BAD_EBR_LOOP;
			return false;
		}
	if (chain->empty >= EMPTY_LINKS_MAX || scan->ebrs_used == ARRAY_SIZE(scan->ebrs)) {
		scan->problems |= PART_BAD_EBR_LONG;
		return false;
	}
	scan->ebrs[scan->ebrs_used++] = chain->offset;
	return true;
}

static bool fits(u64 start, u64 count, u64 limit)
{
	return start <= limit && count <= limit - start;
}

/* OS/2 used slots 3 and 4 of an extended table; elsewhere there may be garbage in them. */
static bool is_garbage(const struct mbr_chain *chain, const struct mbr_slot *slot,
		       unsigned int index)
{
	return index >= 2 && (!fits(slot->start, slot->count, chain->link_size) ||
			      !fits((u64)chain->offset + slot->start, slot->count, chain->size));
}

/* The data partitions of one extended table; false: no more numbers. */
static bool report_logicals(struct mbr_walk *walk, struct mbr_chain *chain,
			    const struct mbr_slot *slot)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		if (!slot_is_used(&slot[i]) || mbr_type_is_extended(slot[i].type) ||
		    is_garbage(chain, &slot[i], i))
			continue;
		if (walk->next > PART_NUMBER_MAX) {
			walk->scan->problems |= PART_BAD_MANY;
			return false;
		}
		if (!fits((u64)chain->offset + slot[i].start, slot[i].count, chain->size))
			walk->scan->problems |= PART_BAD_LOGICAL;
		if (report_slot(walk, &slot[i], walk->next, chain->base + chain->offset,
				PART_LOGICAL))
			walk->next++;
		chain->empty = 0;
	}
	return true;
}

/* To the first link, wherever it stands: DR-DOS put it before the data. False: the end. */
static bool follow_link(struct mbr_chain *chain, const struct mbr_slot *slot)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++)
		if (slot[i].count && mbr_type_is_extended(slot[i].type)) {
			chain->offset = slot[i].start;
			chain->link_size = slot[i].count;
			return true;
		}
	return false;
}

static void walk_chain(struct mbr_walk *walk, const struct mbr_slot *container)
{
	struct part_scan *scan = walk->scan;
	struct mbr_chain chain = { .base = walk->bias + container->start,
				   .size = container->count,
				   .link_size = container->count };
	struct mbr_slot slot[MBR_SLOTS];
	const u8 *sector;

	scan->ebrs_used = 0;
	do {
		if (!chain_may_go_on(scan, &chain))
			return;
		chain.empty++;
		sector = part_read(scan, chain.base + chain.offset);
		if (!sector)
			return;
		if (!slots_read(slot, sector)) {
			scan->problems |= PART_BAD_EBR_SIGNATURE;
			return;
		}
		if (!report_logicals(walk, &chain, slot))
			return;
	} while (follow_link(&chain, slot));
}

static bool has_manager(const struct mbr_table *table, u8 *type)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++)
		if (slot_is_used(&table->slot[i]) && type_is_manager(table->slot[i].type)) {
			*type = table->slot[i].type;
			return true;
		}
	return false;
}

/* The table that a disk manager shows to DOS as sector 0; else `table` stays as it is. */
static void find_managed_table(struct mbr_walk *walk, struct mbr_table *table, u8 type)
{
	struct part_scan *scan = walk->scan;
	u32 offset = type == MBR_TYPE_DM_DDO ? DM_OFFSET : 1;
	struct mbr_table inner;
	const u8 *sector;

	walk->flags = PART_READONLY;
	scan->problems |= PART_BAD_MANAGER;
	if ((type != MBR_TYPE_DM_DDO && type != MBR_TYPE_EZ_DRIVE) ||
	    scan->source.sectors <= offset)
		return;
	sector = part_read(scan, offset);
	if (!sector || mbr_decode(&inner, sector, scan->source.sectors) != MBR_TABLE ||
	    !table_is_plausible(&inner, scan->source.sectors) || has_manager(&inner, &type))
		return;
	*table = inner;
	walk->signature = inner.signature;
	if (type == MBR_TYPE_DM_DDO)
		walk->bias = offset;
}

void mbr_scan(struct part_scan *scan, const struct mbr_table *table)
{
	struct mbr_walk walk = { .scan = scan,
				 .signature = table->signature,
				 .next = FIRST_LOGICAL };
	struct mbr_table used = *table;
	u8 type;

	if (has_manager(table, &type))
		find_managed_table(&walk, &used, type);
	report_primaries(&walk, &used);
	scan->compare_from =
		scan->ranges_used; /* logical ones lie in a container by their nature */
	for (unsigned int i = 0; i < MBR_SLOTS; i++)
		/* A container that starts with the table itself has that table as its chain. */
		if (mbr_type_is_extended(used.slot[i].type) && used.slot[i].count &&
		    used.slot[i].start && used.slot[i].start < scan->source.sectors)
			walk_chain(&walk, &used.slot[i]);
}
