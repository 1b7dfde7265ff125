/* sim_trim.h - what simulated disks do with the ranges of a TRIM: keep them for the test to see. */
#ifndef DRIVERS_ATA_SIM_TRIM_H
#define DRIVERS_ATA_SIM_TRIM_H

#include <host/host.h>
#include <string.h>

struct sim_trim {
	struct {
		u64 lba;
		u32 count;
	} range[256];
	unsigned int ranges;
};

/* One block of 64 ranges; false: one is beyond the disk's end, and all of them are refused. */
static inline bool sim_trim_take(struct sim_trim *t, const u8 block[512], u64 sectors)
{
	for (unsigned int i = 0; i < 64; i++) {
		u64 entry, lba;

		memcpy(&entry, block + 8 * i, 8);
		lba = entry & 0xffffffffffffull;
		if (!(entry >> 48))
			continue;
		if (lba + (entry >> 48) > sectors)
			return false;
		assert_true(t->ranges < ARRAY_SIZE(t->range));
		t->range[t->ranges].lba = lba;
		t->range[t->ranges++].count = (u32)(entry >> 48);
	}
	return true;
}

/* Whether it was these sectors, all of them once and in order, and no others; forgets them. */
static inline bool sim_trim_was(struct sim_trim *t, u64 lba, u64 count)
{
	const u64 end = lba + count;

	for (unsigned int i = 0; i < t->ranges; i++) {
		if (t->range[i].lba != lba)
			return false;
		lba += t->range[i].count;
	}
	t->ranges = 0;
	return lba == end;
}

#endif
