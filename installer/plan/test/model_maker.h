/* model_maker.h - disks for tests: by hand in a line each, and random ones. */
#ifndef MODEL_MAKER_H
#define MODEL_MAKER_H

#include <installer/plan/plan_text.h>
#include <host/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MB (1024u * 1024u / 512u) /* sectors */

static inline struct disk *make_disk(struct machine *m, const char *name, uint64_t sectors)
{
	struct disk *disk = machine_add_disk(m);
	char path[64];

	snprintf(path, sizeof(path), "/dev/%s", name);
	model_set(&disk->name, name);
	model_set(&disk->path, path);
	model_set(&disk->model, "TEST DISK");
	snprintf(path, sizeof(path), "S%s", name);
	model_set(&disk->serial, path);
	model_set(&disk->position, "IDE, primary master");
	disk->sectors = sectors;
	disk->sector_size = 512;
	disk->kind = TABLE_NONE;
	return disk;
}

static inline struct partition *make_partition(struct disk *disk, enum partition_kind kind,
					       unsigned int number, uint64_t start, uint64_t count)
{
	struct partition *p = disk_add_partition(disk);

	if (kind == PARTITION_GPT)
		disk->kind = TABLE_GPT;
	else
		disk->kind = TABLE_MBR;
	p->kind = kind;
	p->number = number;
	p->start = start;
	p->count = count;
	p->type = kind == PARTITION_EXTENDED ? 0x05 : 0x06;
	if (kind == PARTITION_GPT) {
		p->type = 0;
		memset(p->type_guid, 0x77, GUID_BYTES);
		memset(p->guid, (int)number, GUID_BYTES);
	}
	return p;
}

/* A logical partition with its own table at `ebr`. */
static inline struct partition *make_logical(struct disk *disk, unsigned int number, uint64_t ebr,
					     uint64_t start, uint64_t count)
{
	struct partition *p = make_partition(disk, PARTITION_LOGICAL, number, start, count);

	p->table_lba = ebr;
	disk_add_ebr(disk, ebr);
	return p;
}

static inline void make_gpt(struct disk *disk)
{
	disk->kind = TABLE_GPT;
	disk->gpt = (struct gpt_place){ .header = 1,
					.entries = 2,
					.alternate = disk->sectors - 1,
					.alternate_entries = disk->sectors - 33,
					.first_usable = 34,
					.last_usable = disk->sectors - 34,
					.slots = 128,
					.entry_size = 128 };
	memset(disk->gpt.disk_guid, 0xD1, GUID_BYTES);
}

/* ---- random ---- */
static uint64_t maker_state = 88172645463325252ull;

static inline uint64_t random_below(uint64_t n)
{
	maker_state ^= maker_state << 13;
	maker_state ^= maker_state >> 7;
	maker_state ^= maker_state << 17;
	return n ? maker_state % n : 0;
}

static inline bool one_in(unsigned int n)
{
	return random_below(n) == 0;
}

/* Up to `n` disjoint stretches of [from, to), in order; returns how many. */
static inline unsigned int random_stretches(uint64_t from, uint64_t to, unsigned int n,
					    uint64_t (*out)[2])
{
	unsigned int made = 0;
	uint64_t grain = one_in(3) ? 1 : one_in(2) ? 63 * 16 : MB;

	while (made < n && from < to) {
		uint64_t start = from + random_below((to - from) / 3 + 1);
		uint64_t count = 1 + random_below((to - from) / 2 + 1);

		start = (start + grain - 1) / grain * grain;
		if (start >= to || count > to - start)
			break;
		out[made][0] = start;
		out[made++][1] = count;
		from = start + count + (one_in(2) ? random_below(3 * MB) : 0);
	}
	return made;
}

static inline void random_logicals(struct disk *disk, const struct partition *container)
{
	uint64_t from = container->start, end = partition_end(container), s[6][2];
	unsigned int n = random_stretches(from + 2, end, (unsigned int)random_below(6), s);

	if (n == 0 || one_in(3)) {
		disk_add_ebr(disk, from); /* an empty first table */
	} else {
		s[0][0] = s[0][0] > from ? s[0][0] : from + 1;
	}
	for (unsigned int i = 0; i < n; i++) {
		uint64_t ebr = i == 0 && disk->ebrs == 0 ? from : s[i][0], start = s[i][0] + 1;

		if (s[i][1] < 2)
			s[i][1] = 2;
		if (start + s[i][1] - 1 > end || (i + 1 < n && start + s[i][1] - 1 > s[i + 1][0]))
			break;
		make_logical(disk, 5 + i, ebr, start, s[i][1] - 1);
	}
}

static inline void random_mbr(struct disk *disk)
{
	uint64_t s[4][2];
	unsigned int n = random_stretches(1 + random_below(3000), disk->sectors,
					  (unsigned int)random_below(5), s);
	unsigned int extended = one_in(2) ? 99 : (unsigned int)random_below(n + 1);
	uint64_t start = 0, count = 0;

	disk->kind = TABLE_MBR;
	for (unsigned int i = 0; i < n; i++) {
		bool holds = i == extended && s[i][1] > 100;
		struct partition *p =
			make_partition(disk, holds ? PARTITION_EXTENDED : PARTITION_PRIMARY, i + 1,
				       s[i][0], s[i][1]);

		p->active = one_in(4);
		if (holds) {
			start = s[i][0];
			count = s[i][1];
		}
	}
	if (count) {
		struct partition container = { .start = start, .count = count };

		random_logicals(disk, &container);
	}
}

static inline void random_gpt(struct disk *disk)
{
	static const uint8_t bios_boot[GUID_BYTES] = { 0x48, 0x61, 0x68, 0x21, 0x49, 0x64,
						       0x6F, 0x6E, 0x74, 0x4E, 0x65, 0x65,
						       0x64, 0x45, 0x46, 0x49 };
	uint64_t s[9][2];
	unsigned int n;

	make_gpt(disk);
	n = random_stretches(34, disk->sectors - 33, (unsigned int)random_below(10), s);
	for (unsigned int i = 0; i < n; i++) {
		struct partition *p =
			make_partition(disk, PARTITION_GPT, 2 * i + 1, s[i][0], s[i][1]);

		if (one_in(6))
			memcpy(p->type_guid, bios_boot, GUID_BYTES);
	}
}

static inline void random_geometry(struct disk *disk, struct geometry *g)
{
	static const uint32_t heads[] = { 0, 15, 16, 32, 64, 128, 240, 255 };

	g->heads = heads[random_below(8)];
	g->sectors = g->heads ? (one_in(4) ? 17 + (uint32_t)random_below(47) : 63) : 0;
	g->cylinders = g->heads ? (uint32_t)(disk->sectors / (g->heads * g->sectors)) : 0;
}

static inline struct disk *random_disk(struct machine *m)
{
	uint64_t sectors = (8 + random_below(one_in(3) ? 10000 : 900)) * MB + random_below(MB);
	struct disk *disk = make_disk(m, "hda", one_in(40) ? sectors + (1ull << 32) : sectors);

	random_geometry(disk, &disk->identify);
	random_geometry(disk, &disk->bios);
	random_geometry(disk, &disk->table);
	disk->boot_code = one_in(2);
	switch (random_below(4)) {
	case 0:
		break;
	case 1:
		random_gpt(disk);
		break;
	default:
		random_mbr(disk);
		if (one_in(10)) {
			disk->gpt.header = 1; /* stale remains */
			disk->gpt.alternate = disk->sectors - 1;
		}
	}
	disk_find_free(disk);
	return disk;
}

/* ---- requests ---- */
static inline struct plan_request simple_request(enum plan_place place)
{
	return (struct plan_request){ .disk = { .name = "hda" },
				      .place = place,
				      .needed_bytes = 20 * PLAN_MIB,
				      .core_bytes = 28000,
				      .seed = { 1, 2, 3 } };
}

static inline struct plan_request random_request(const struct disk *disk)
{
	struct plan_request r = simple_request((enum plan_place)random_below(3));

	r.gpt = one_in(2);
	r.align = one_in(2) ? ALIGN_CYLINDER : ALIGN_MIB;
	r.swap_bytes = one_in(2) ? random_below(64) * PLAN_MIB : 0;
	r.separate_home = one_in(3);
	r.loader = (enum plan_loader)random_below(3);
	r.set_active = one_in(2);
	r.want_logical = one_in(3);
	r.core_bytes = one_in(3) ? 0 : 512 + random_below(60000);
	if (disk->regions && one_in(2))
		r.region_start = disk->region[random_below(disk->regions)].start;
	if (one_in(4))
		r.region_bytes = random_below(500) * PLAN_MIB;
	if (disk->partitions)
		r.number = disk->partition[random_below(disk->partitions)].number;
	return r;
}

#endif
