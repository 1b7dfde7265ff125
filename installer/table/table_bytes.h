/* table_bytes.h - numbers and places in the sectors of partition tables. Pure. */
#ifndef INSTALLER_TABLE_BYTES_H
#define INSTALLER_TABLE_BYTES_H

#include "staged_table.h"

#define MBR_SIGNATURE	440u /* and two bytes that stay */
#define MBR_TABLE	446u
#define MBR_MAGIC	510u
#define MBR_SLOTS	4u
#define SLOT_BYTES	16u
#define SLOT_TYPE	4u
#define FLAG_ACTIVE	0x80
#define TYPE_EXTENDED	0x05
#define TYPE_PROTECTIVE 0xEE
#define GPT_HEADER_CRC	16u
#define GPT_ARRAY_CRC	88u
#define GPT_HEADER_MIN	92u
#define GPT_ENTRY_MIN	128u

static inline void put_le(uint8_t *at, uint64_t value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}
static inline uint64_t get_le(const uint8_t *at, unsigned int n)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}
static inline uint8_t *slot_at(uint8_t *sector, unsigned int index)
{
	return sector + MBR_TABLE + index * SLOT_BYTES;
}
static inline bool slot_is_empty(const uint8_t *slot)
{
	return slot[SLOT_TYPE] == 0 || get_le(slot + 12, 4) == 0;
}

/* The staged sector, or NULL. */
struct staged_sector *staged_at(const struct staged_table *table, uint64_t lba);

/* What an edit needs. */
struct edit {
	struct staged_table *table;
	const struct disk *disk;
	const struct disk_plan *plan;
	struct findings *findings;
};
/* FIND_PLAN_BROKEN in words, and -EINVAL. */
int edit_failed(const struct edit *e, const char *what, uint64_t lba);
int mbr_edit(const struct edit *e); /* sector 0 and the chain */
int gpt_edit(const struct edit *e); /* both GPTs */
uint64_t gpt_array_sectors(const struct disk_plan *plan);

#endif
