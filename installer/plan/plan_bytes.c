/* plan_bytes.c - a plan as bytes and back. Little endian, strings with their length. */
#include "plan_internal.h"
#include <common/sha256.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_MAGIC    0x314E4C50u /* "PLN1" */
#define PLAN_ROWS_MAX 100000u
#define PLAN_TEXT_MAX 65535u

/* One description serves both ways: every field is passed by address and is written or read. */
struct bytes {
	uint8_t *data;
	size_t size, at;
	bool reading;
	int error;
};

static void fail(struct bytes *b, int error)
{
	if (!b->error)
		b->error = error;
}

static uint8_t *room(struct bytes *b, size_t n)
{
	uint8_t *grown;

	if (b->error)
		return NULL;
	if (n > b->size - b->at) {
		if (b->reading) {
			fail(b, -EINVAL);
			return NULL;
		}
		grown = realloc(b->data, 2 * b->size + n);
		if (!grown) {
			fail(b, -ENOMEM);
			return NULL;
		}
		b->data = grown;
		b->size = 2 * b->size + n;
	}
	b->at += n;
	return b->data + b->at - n;
}

static void raw(struct bytes *b, void *field, size_t n)
{
	uint8_t *at = room(b, n);

	if (at && b->reading)
		memcpy(field, at, n);
	else if (at)
		memcpy(at, field, n);
}

/* A number of n bytes. */
static uint64_t number(struct bytes *b, uint64_t value, unsigned int n)
{
	uint8_t *at = room(b, n);
	uint64_t read = 0;

	if (!at)
		return 0;
	for (unsigned int i = 0; i < n; i++) {
		if (!b->reading)
			at[i] = (uint8_t)(value >> 8 * i);
		read |= (uint64_t)at[i] << 8 * i;
	}
	return read;
}

#define FIELD(b, field, n) ((field) = (__typeof__(field))number(b, (uint64_t)(field), n))

static void flag(struct bytes *b, bool *field)
{
	uint64_t value = number(b, *field, 1);

	if (value > 1)
		fail(b, -EINVAL);
	*field = value == 1;
}

/* Length + 1, so that NULL differs from "". */
static void text(struct bytes *b, char **field)
{
	uint32_t length = *field ? (uint32_t)strlen(*field) + 1 : 0;

	FIELD(b, length, 4);
	if (b->error || !length)
		return;
	if (length > PLAN_TEXT_MAX) {
		fail(b, -EINVAL);
		return;
	}
	if (b->reading) {
		*field = calloc(1, length);
		if (!*field)
			fail(b, -ENOMEM);
	}
	if (*field)
		raw(b, *field, length - 1);
}

static void count_field(struct bytes *b, size_t *count)
{
	uint32_t n = (uint32_t)*count;

	FIELD(b, n, 4);
	if (n > PLAN_ROWS_MAX || (b->reading && n > b->size - b->at))
		fail(b, -EINVAL);
	*count = b->error ? 0 : n;
}

/* An enum of so many values. */
static unsigned int choice(struct bytes *b, unsigned int value, unsigned int values)
{
	value = (unsigned int)number(b, value, 1);
	if (value >= values)
		fail(b, -EINVAL);
	return b->error ? 0 : value;
}

static void geometry_fields(struct bytes *b, struct geometry *g)
{
	FIELD(b, g->cylinders, 4);
	FIELD(b, g->heads, 4);
	FIELD(b, g->sectors, 4);
}

static void gpt_fields(struct bytes *b, struct gpt_place *g)
{
	FIELD(b, g->header, 8);
	FIELD(b, g->alternate, 8);
	FIELD(b, g->entries, 8);
	FIELD(b, g->alternate_entries, 8);
	FIELD(b, g->first_usable, 8);
	FIELD(b, g->last_usable, 8);
	FIELD(b, g->slots, 4);
	FIELD(b, g->entry_size, 4);
	raw(b, g->disk_guid, GUID_BYTES);
}

static void part_fields(struct bytes *b, struct plan_part *part)
{
	part->role = (enum plan_role)choice(b, part->role, ROLE_OTHER + 1);
	text(b, &part->mount_point);
	FIELD(b, part->number, 4);
	part->kind = (enum partition_kind)choice(b, part->kind, PARTITION_GPT + 1);
	flag(b, &part->is_new);
	flag(b, &part->format);
	flag(b, &part->active);
	FIELD(b, part->start, 8);
	FIELD(b, part->count, 8);
	FIELD(b, part->fs_sectors, 8);
	FIELD(b, part->ebr, 8);
	FIELD(b, part->type, 1);
	raw(b, part->type_guid, GUID_BYTES);
	raw(b, part->guid, GUID_BYTES);
}

static void range_fields(struct bytes *b, struct plan_range *r)
{
	FIELD(b, r->start, 8);
	FIELD(b, r->count, 8);
	r->step = (enum plan_step)choice(b, r->step, PLAN_STEPS);
	flag(b, &r->outside);
	text(b, &r->reason);
}

static void deletion_fields(struct bytes *b, struct plan_deletion *d)
{
	FIELD(b, d->number, 4);
	d->kind = (enum partition_kind)choice(b, d->kind, PARTITION_GPT + 1);
	FIELD(b, d->start, 8);
	FIELD(b, d->count, 8);
}

/* When reading: an array of so many, cleared. */
static void *rows(struct bytes *b, void *array, size_t *count, size_t size)
{
	count_field(b, count);
	if (!b->reading)
		return array;
	array = *count ? calloc(*count, size) : NULL;
	if (*count && !array)
		fail(b, -ENOMEM);
	if (!array)
		*count = 0;
	return array;
}

static void array_fields(struct bytes *b, struct disk_plan *plan)
{
	plan->part = rows(b, plan->part, &plan->parts, sizeof(*plan->part));
	for (size_t i = 0; i < plan->parts; i++)
		part_fields(b, &plan->part[i]);
	plan->deleted = rows(b, plan->deleted, &plan->deletions, sizeof(*plan->deleted));
	for (size_t i = 0; i < plan->deletions; i++)
		deletion_fields(b, &plan->deleted[i]);
	plan->range = rows(b, plan->range, &plan->ranges, sizeof(*plan->range));
	for (size_t i = 0; i < plan->ranges; i++)
		range_fields(b, &plan->range[i]);
	plan->save = rows(b, plan->save, &plan->saves, sizeof(*plan->save));
	for (size_t i = 0; i < plan->saves; i++)
		range_fields(b, &plan->save[i]);
}

static void plan_fields(struct bytes *b, struct disk_plan *plan)
{
	uint32_t magic = PLAN_MAGIC;

	FIELD(b, magic, 4);
	if (magic != PLAN_MAGIC)
		fail(b, -EINVAL);
	text(b, &plan->disk_path);
	text(b, &plan->disk_model);
	text(b, &plan->disk_serial);
	FIELD(b, plan->disk_sectors, 8);
	FIELD(b, plan->sector_size, 4);
	geometry_fields(b, &plan->geometry);
	flag(b, &plan->new_table);
	flag(b, &plan->gpt);
	flag(b, &plan->edit);
	flag(b, &plan->wipe_gpt);
	flag(b, &plan->wipe_backup);
	flag(b, &plan->set_active);
	FIELD(b, plan->active_number, 4);
	FIELD(b, plan->new_signature, 4);
	raw(b, plan->new_disk_guid, GUID_BYTES);
	gpt_fields(b, &plan->gpt_place);
	FIELD(b, plan->swap_file_bytes, 8);
	plan->loader = (enum plan_loader)choice(b, plan->loader, LOADER_NONE + 1);
	flag(b, &plan->core_in_gap);
	FIELD(b, plan->core_start, 8);
	FIELD(b, plan->core_room, 8);
	FIELD(b, plan->undo_start, 8);
	FIELD(b, plan->undo_count, 8);
	array_fields(b, plan);
}

int plan_serialize(const struct disk_plan *plan, uint8_t **data, size_t *size)
{
	struct disk_plan copy = *plan; /* shallow: nothing of it is changed when writing */
	struct bytes b = { 0 };

	plan_fields(&b, &copy);
	*data = b.data;
	*size = b.at;
	if (!b.error)
		return 0;
	free(b.data);
	*data = NULL;
	return b.error;
}

int plan_parse(struct disk_plan *plan, const uint8_t *data, size_t size)
{
	struct bytes b = { .data = (uint8_t *)data, .size = size, .reading = true };

	*plan = (struct disk_plan){ 0 };
	plan_fields(&b, plan);
	if (b.at != size)
		fail(&b, -EINVAL);
	if (b.error) {
		plan_free(plan);
		return b.error;
	}
	sha256(data, size, plan->hash);
	return 0;
}
