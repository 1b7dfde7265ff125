/* disk_model.c - see disk_model.h. */
#include "disk_model.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sectors that an MBR's 32-bit numbers reach. */
#define MBR_REACH (1ull << 32)

/* ---- growing and giving back ---- */
/* Room for one more in an array that doubles; the new element is cleared. */
static void *array_add(void **array, size_t *count, size_t size)
{
	size_t n = *count;
	char *grown = *array, *added;

	if ((n & (n - 1)) == 0) { /* 0 or a power of two: full */
		grown = realloc(grown, (n ? 2 * n : 1) * size);
		if (!grown)
			return NULL;
		*array = grown;
	}
	added = grown + n * size;
	memset(added, 0, size);
	++*count;
	return added;
}

struct disk *machine_add_disk(struct machine *machine)
{
	void *array = machine->disk;
	struct disk *disk = array_add(&array, &machine->disks, sizeof(*disk));

	machine->disk = array;
	return disk;
}

struct partition *disk_add_partition(struct disk *disk)
{
	void *array = disk->partition;
	struct partition *p = array_add(&array, &disk->partitions, sizeof(*p));

	disk->partition = array;
	return p;
}

int disk_add_ebr(struct disk *disk, uint64_t lba)
{
	void *array = disk->ebr;
	uint64_t *added = array_add(&array, &disk->ebrs, sizeof(*added));

	disk->ebr = array;
	if (!added)
		return -ENOMEM;
	*added = lba;
	return 0;
}

static int add_region(struct disk *disk, uint64_t start, uint64_t end, bool logical)
{
	void *array = disk->region;
	struct free_region *added = array_add(&array, &disk->regions, sizeof(*added));

	disk->region = array;
	if (!added)
		return -ENOMEM;
	*added = (struct free_region){ .start = start, .count = end - start, .logical = logical };
	return 0;
}

static void volume_free(struct volume *v)
{
	free(v->file_system);
	free(v->label);
	free(v->uuid);
	free(v->os);
}

static void disk_free(struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++) {
		struct partition *p = &disk->partition[i];

		volume_free(&p->volume);
		free(p->device);
		free(p->name);
		free(p->used_where);
	}
	free(disk->partition);
	free(disk->ebr);
	free(disk->region);
	volume_free(&disk->volume);
	free(disk->name);
	free(disk->path);
	free(disk->model);
	free(disk->serial);
	free(disk->firmware);
	free(disk->position);
	free(disk->table_reason);
	free(disk->boot_code_name);
	free(disk->used_where);
}

void machine_free(struct machine *machine)
{
	for (size_t i = 0; i < machine->disks; i++)
		disk_free(&machine->disk[i]);
	free(machine->disk);
	*machine = (struct machine){ 0 };
}

int model_set(char **to, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		return -ENOMEM;
	for (char *c = copy; c && *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			*c = '?';
	free(*to);
	*to = copy;
	return 0;
}

/* ---- free space ---- */
struct taken {
	uint64_t start, end;
};

static int compare_partitions(const void *a, const void *b)
{
	const struct partition *p = a, *q = b;

	if (p->start != q->start)
		return p->start < q->start ? -1 : 1;
	return (q->kind == PARTITION_EXTENDED) - (p->kind == PARTITION_EXTENDED);
}

static int compare_taken(const void *a, const void *b)
{
	const struct taken *p = a, *q = b;

	return p->start < q->start ? -1 : p->start > q->start;
}

/* The gaps of [from, to) between what is taken. */
static int find_gaps(struct disk *disk, struct taken *taken, size_t n, uint64_t from, uint64_t to,
		     bool logical)
{
	int error = 0;

	qsort(taken, n, sizeof(*taken), compare_taken);
	for (size_t i = 0; i <= n && from < to && !error; i++) {
		uint64_t end = i < n && taken[i].start < to ? taken[i].start : to;

		if (end > from)
			error = add_region(disk, from, end, logical);
		if (i < n && taken[i].end > from)
			from = taken[i].end;
	}
	return error;
}

static int find_logical_gaps(struct disk *disk, const struct partition *container,
			     struct taken *taken)
{
	size_t n = 0;

	for (size_t i = 0; i < disk->partitions; i++)
		if (disk->partition[i].kind == PARTITION_LOGICAL)
			taken[n++] = (struct taken){ disk->partition[i].start,
						     partition_end(&disk->partition[i]) };
	for (size_t i = 0; i < disk->ebrs; i++)
		taken[n++] = (struct taken){ disk->ebr[i], disk->ebr[i] + 1 };
	return find_gaps(disk, taken, n, container->start, partition_end(container), true);
}

static int find_primary_gaps(struct disk *disk, struct taken *taken)
{
	uint64_t from = 1, to = disk->sectors;
	size_t n = 0;

	if (disk->kind == TABLE_GPT) {
		from = disk->gpt.first_usable;
		to = disk->gpt.last_usable + 1;
	} else if (to > MBR_REACH) {
		to = MBR_REACH;
	}
	for (size_t i = 0; i < disk->partitions; i++)
		if (disk->partition[i].kind != PARTITION_LOGICAL)
			taken[n++] = (struct taken){ disk->partition[i].start,
						     partition_end(&disk->partition[i]) };
	return find_gaps(disk, taken, n, from, to, false);
}

int disk_find_free(struct disk *disk)
{
	const struct partition *container;
	struct taken *taken;
	int error;

	free(disk->region);
	disk->region = NULL;
	disk->regions = 0;
	if (disk->partitions)
		qsort(disk->partition, disk->partitions, sizeof(*disk->partition),
		      compare_partitions);
	if (disk->kind != TABLE_NONE && disk->kind != TABLE_MBR && disk->kind != TABLE_GPT)
		return 0;
	taken = calloc(disk->partitions + disk->ebrs + 1, sizeof(*taken));
	if (!taken)
		return -ENOMEM;
	error = find_primary_gaps(disk, taken);
	container = disk_extended(disk);
	if (!error && container)
		error = find_logical_gaps(disk, container, taken);
	free(taken);
	return error;
}

/* ---- questions ---- */
struct partition *disk_partition(const struct disk *disk, unsigned int number)
{
	for (size_t i = 0; i < disk->partitions; i++)
		if (disk->partition[i].number == number)
			return &disk->partition[i];
	return NULL;
}

const struct partition *disk_extended(const struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++)
		if (disk->partition[i].kind == PARTITION_EXTENDED)
			return &disk->partition[i];
	return NULL;
}

bool partition_type_is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0F || type == 0x85;
}

struct geometry disk_geometry(const struct disk *disk)
{
	struct geometry g = { 0, 255, 63 };

	if (disk->table.heads && disk->table.sectors)
		g = disk->table;
	else if (disk->bios.heads && disk->bios.sectors)
		g = disk->bios;
	else if (disk->identify.heads && disk->identify.sectors &&
		 disk->sectors <= 1024ull * disk->identify.heads * disk->identify.sectors)
		g = disk->identify;
	g.cylinders = (uint32_t)(disk->sectors / (g.heads * g.sectors));
	return g;
}

bool disk_in_use(const struct disk *disk, enum partition_use *use, const char **where)
{
	enum partition_use worst = disk->use;
	const char *found = disk->used_where;

	for (size_t i = 0; i < disk->partitions; i++) {
		const struct partition *p = &disk->partition[i];

		/* That it is the installer's own medium is the most important thing to say. */
		if (p->use == USE_NONE || worst == USE_MEDIUM)
			continue;
		if (worst == USE_NONE || p->use == USE_MEDIUM) {
			worst = p->use;
			found = p->used_where;
		}
	}
	if (use)
		*use = worst;
	if (where)
		*where = found;
	return worst != USE_NONE;
}

static bool fits(const char *wanted, const char *have)
{
	return !wanted || (have && !strcmp(wanted, have));
}

int machine_choose(const struct machine *machine, const struct disk_choice *choice,
		   const struct disk **found)
{
	*found = NULL;
	if (!choice->model && !choice->serial && !choice->position && !choice->name)
		return -EINVAL;
	for (size_t i = 0; i < machine->disks; i++) {
		const struct disk *disk = &machine->disk[i];

		if (!fits(choice->model, disk->model) || !fits(choice->serial, disk->serial) ||
		    !fits(choice->position, disk->position) || !fits(choice->name, disk->name))
			continue;
		if (*found)
			return -ENOTUNIQ;
		*found = disk;
	}
	return *found ? 0 : -ENODEV;
}

void guid_text(char out[GUID_TEXT], const uint8_t g[GUID_BYTES])
{
	snprintf(out, GUID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", g[3], g[2],
		 g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14],
		 g[15]);
}
