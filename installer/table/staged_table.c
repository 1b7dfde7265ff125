/* staged_table.c - see staged_table.h: the copy, its changes, and writing them. */
#include "table_bytes.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- which sectors ---- */
struct lbas {
	uint64_t *lba;
	size_t count, room;
};

static int add_lbas(struct lbas *l, uint64_t start, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		if (l->count == l->room) {
			size_t room = 2 * l->room + 64;
			uint64_t *more = realloc(l->lba, room * sizeof(*more));

			if (!more)
				return -ENOMEM;
			l->lba = more;
			l->room = room;
		}
		l->lba[l->count++] = start + i;
	}
	return 0;
}

uint64_t gpt_array_sectors(const struct disk_plan *plan)
{
	const struct gpt_place *g = &plan->gpt_place;

	return ((uint64_t)g->slots * g->entry_size + plan->sector_size - 1) / plan->sector_size;
}

static int add_gpt(struct lbas *l, const struct disk_plan *plan)
{
	const struct gpt_place *g = &plan->gpt_place;
	uint64_t array = gpt_array_sectors(plan);
	int error = add_lbas(l, g->header, 1);

	if (!error)
		error = add_lbas(l, g->alternate, 1);
	if (!error)
		error = add_lbas(l, g->entries, array);
	return error ? error : add_lbas(l, g->alternate_entries, array);
}

static int list_sectors(struct lbas *l, const struct disk *disk, const struct disk_plan *plan)
{
	int error = add_lbas(l, 0, 1);

	for (size_t i = 0; i < disk->ebrs && !error && !plan->new_table; i++)
		error = add_lbas(l, disk->ebr[i], 1);
	if (!error && plan->gpt)
		error = add_gpt(l, plan);
	for (size_t i = 0; i < plan->ranges && !error; i++)
		if (plan->range[i].step == STEP_TABLE)
			error = add_lbas(l, plan->range[i].start, plan->range[i].count);
	return error;
}

static int compare_lbas(const void *a, const void *b)
{
	const uint64_t *p = a, *q = b;

	return *p < *q ? -1 : *p > *q;
}

/* ---- the copy ---- */
static int read_sector(struct staged_table *table, uint64_t lba, const struct disk_io *io)
{
	struct staged_sector *s = &table->sector[table->count++];
	int error;

	*s = (struct staged_sector){ .lba = lba };
	s->was = malloc(table->sector_size);
	s->is = malloc(table->sector_size);
	if (!s->was || !s->is)
		return -ENOMEM;
	error = io->read(io->ctx, lba * table->sector_size, s->was, table->sector_size);
	if (!error)
		memcpy(s->is, s->was, table->sector_size);
	return error;
}

int staged_read(struct staged_table *table, const struct disk *disk, const struct disk_plan *plan,
		const struct disk_io *io)
{
	struct lbas l = { 0 };
	int error = list_sectors(&l, disk, plan);

	*table =
		(struct staged_table){ .sectors = disk->sectors, .sector_size = disk->sector_size };
	if (!error) {
		qsort(l.lba, l.count, sizeof(*l.lba), compare_lbas);
		table->sector = calloc(l.count, sizeof(*table->sector));
		if (!table->sector)
			error = -ENOMEM;
	}
	for (size_t i = 0; i < l.count && !error; i++)
		if (i == 0 || l.lba[i] != l.lba[i - 1])
			error = read_sector(table, l.lba[i], io);
	free(l.lba);
	if (error)
		staged_free(table);
	return error;
}

void staged_free(struct staged_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->sector[i].was);
		free(table->sector[i].is);
	}
	free(table->sector);
	*table = (struct staged_table){ 0 };
}

struct staged_sector *staged_at(const struct staged_table *table, uint64_t lba)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->sector[middle].lba == lba)
			return &table->sector[middle];
		if (table->sector[middle].lba < lba)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* ---- changes ---- */
int edit_failed(const struct edit *e, const char *what, uint64_t lba)
{
	finding_add(e->findings, FIND_PLAN_BROKEN,
		    "The partition table is not as the plan takes it to be: %s (sector %llu)", what,
		    (unsigned long long)lba);
	return -EINVAL;
}

/* Groups in the order of writing: until ORDER_VISIBLE an old table is whole and valid. */
enum {
	ORDER_BACKUP_ENTRIES = 1,
	ORDER_BACKUP_HEADER,
	ORDER_ENTRIES,
	ORDER_HEADER,
	ORDER_NEW_EBR, /* + its place from the chain's end */
	ORDER_LINK = 1u << 20,
	ORDER_VISIBLE,
	ORDER_WIPE,
};

static unsigned int order_of(const struct disk_plan *plan, uint64_t lba)
{
	const struct gpt_place *g = &plan->gpt_place;
	uint64_t array = gpt_array_sectors(plan);

	if (lba == 0)
		return ORDER_VISIBLE;
	if ((plan->wipe_gpt && lba == 1) || (plan->wipe_backup && lba == plan->disk_sectors - 1))
		return ORDER_WIPE;
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].ebr == lba)
			return ORDER_NEW_EBR + (unsigned int)(plan->parts - i);
	if (!plan->gpt)
		return ORDER_LINK;
	if (lba == g->alternate)
		return ORDER_BACKUP_HEADER;
	if (lba == g->header)
		return ORDER_HEADER;
	return lba >= g->entries && lba - g->entries < array ? ORDER_ENTRIES : ORDER_BACKUP_ENTRIES;
}

static int clear_old_gpt(const struct edit *e)
{
	uint64_t lbas[] = { e->plan->wipe_gpt ? 1 : 0,
			    e->plan->wipe_backup ? e->plan->disk_sectors - 1 : 0 };

	for (unsigned int i = 0; i < 2; i++) {
		struct staged_sector *s = lbas[i] ? staged_at(e->table, lbas[i]) : NULL;

		if (lbas[i] && !s)
			return edit_failed(e, "an old GPT was not read", lbas[i]);
		if (s)
			memset(s->is, 0, e->table->sector_size);
	}
	return 0;
}

int staged_apply(struct staged_table *table, const struct disk *disk, const struct disk_plan *plan,
		 struct findings *findings)
{
	struct edit e = { table, disk, plan, findings };
	int error = 0;

	if (!plan->edit)
		return 0;
	error = mbr_edit(&e);
	if (!error && plan->gpt)
		error = gpt_edit(&e);
	if (!error)
		error = clear_old_gpt(&e);
	for (size_t i = 0; i < table->count && !error; i++) {
		struct staged_sector *s = &table->sector[i];

		s->changed = memcmp(s->was, s->is, table->sector_size) != 0;
		s->order = order_of(plan, s->lba);
	}
	return error ? error : staged_check_bytes(table, disk, plan, findings);
}

int staged_expect(const struct staged_table *table, struct undo_record *record)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct staged_sector *s = &table->sector[i];
		int error = undo_expect(record, s->lba, s->is);

		/* What is not changed need not be saved. */
		if (error && (error != -ENOENT || s->changed))
			return error;
	}
	return 0;
}

/* ---- writing ---- */
/* The lowest order above `order` that some changed sector has; 0: none. */
static unsigned int next_order(const struct staged_table *table, unsigned int order)
{
	unsigned int next = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct staged_sector *s = &table->sector[i];

		if (s->changed && s->order > order && (!next || s->order < next))
			next = s->order;
	}
	return next;
}

int staged_write(const struct staged_table *table, struct guarded_disk *disk)
{
	unsigned int order = 0;
	int error = 0;

	while (!error && (order = next_order(table, order)) != 0) {
		for (size_t i = 0; i < table->count && !error; i++) {
			const struct staged_sector *s = &table->sector[i];

			if (s->changed && s->order == order)
				error = guarded_write(disk, s->lba, 1, s->is);
		}
		if (!error)
			error = guarded_commit(disk);
	}
	return error;
}
