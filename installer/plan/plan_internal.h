/* plan_internal.h - what the files that make a plan share. */
#ifndef INSTALLER_PLAN_INTERNAL_H
#define INSTALLER_PLAN_INTERNAL_H

#include "plan_check.h"

#define MBR_SLOTS	  4u
#define MBR_REACH	  (1ull << 32) /* sectors that an MBR's numbers reach */
#define FIRST_LOGICAL	  5u
#define GPT_SLOTS	  128u /* of a new GPT */
#define GPT_ENTRY_BYTES	  128u
#define BIOS_BOOT_BYTES	  PLAN_MIB
#define TYPE_LINUX	  0x83
#define TYPE_SWAP	  0x82
#define TYPE_EXTENDED	  0x05
#define TYPE_EXTENDED_LBA 0x0F
/* GRUB's core.img with a file system, where its size is not known: what fits the classic gap. */
#define CORE_BYTES_LEAST 31744u

struct planner {
	const struct disk *disk;
	const struct plan_request *request;
	struct disk_plan *plan;
	struct findings *findings;
	uint64_t grain, track; /* of alignment; track: from an EBR to its data */
	bool by_cylinder;
};

static inline uint64_t round_up(uint64_t n, uint64_t grain)
{
	return (n + grain - 1) / grain * grain;
}
static inline uint64_t round_down(uint64_t n, uint64_t grain)
{
	return n / grain * grain;
}
static inline bool ranges_meet(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count)
{
	return a < b + b_count && b < a + a_count;
}
static inline bool range_within(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count)
{
	return a >= b && a_count <= b_count && a - b <= b_count - a_count;
}
static inline uint64_t to_sectors(const struct disk_plan *plan, uint64_t bytes)
{
	return (bytes + plan->sector_size - 1) / plan->sector_size;
}

struct plan_part *plan_add_part(struct disk_plan *plan); /* cleared; NULL */
int plan_add_deletion(struct disk_plan *plan, const struct partition *p);
int plan_add_range(struct disk_plan *plan, enum plan_step step, uint64_t start, uint64_t count,
		   bool outside, const char *reason);
int plan_add_save(struct disk_plan *plan, uint64_t start, uint64_t count, const char *reason);
/* Sorts what is to be saved and joins what overlaps. */
void plan_join_saves(struct disk_plan *plan);

/* Is it a partition of the plan (not only its extended container)? */
bool plan_names(const struct disk_plan *plan, const struct partition *p);
/* Does it stay as it is? */
bool plan_keeps(const struct disk_plan *plan, const struct partition *p);
/* What a file system needs in order to hold so many bytes of files. */
uint64_t plan_root_bytes_least(const struct plan_request *request);

/* plan_layout.c: new partitions into plan->part. */
int plan_layout_whole(struct planner *p);
int plan_layout_free(struct planner *p);
/* plan_named.c: existing ones. */
int plan_named_partition(struct planner *p);
int plan_named_by_hand(struct planner *p);
/* plan_ranges.c: loader, undo record, what may be written, what is saved. */
int plan_place_loader(struct planner *p);
int plan_fill_ranges(struct planner *p);
int plan_place_undo(struct planner *p);

#endif
