/*
 * Thousands of random disks and requests. What is promised is computed here anew, range by range,
 * with nothing of plan_check().
 */
// LINK: installer/plan/disk_model.c installer/plan/plan_make.c installer/plan/plan_layout.c
// LINK: installer/plan/plan_named.c installer/plan/plan_ranges.c installer/plan/plan_bytes.c
// LINK: installer/plan/plan_check.c installer/plan/plan_verify.c installer/plan/plan_warn.c
// LINK: installer/plan/plan_text.c installer/plan/disk_text.c installer/plan/text_page.c
// LINK: common/sha256.c
#include "model_maker.h"

#define ROUNDS 4000

static bool meet(uint64_t a, uint64_t an, uint64_t b, uint64_t bn)
{
	return a < b + bn && b < a + an;
}

static bool is_deleted(const struct disk_plan *plan, const struct partition *p)
{
	for (size_t i = 0; i < plan->deletions; i++)
		if (plan->deleted[i].number == p->number)
			return true;
	return false;
}

static const struct plan_part *same_number(const struct disk_plan *plan, unsigned int number)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].number == number)
			return &plan->part[i];
	return NULL;
}

static bool is_ebr(const struct disk *disk, uint64_t lba)
{
	for (size_t i = 0; i < disk->ebrs; i++)
		if (disk->ebr[i] == lba)
			return true;
	return false;
}

/* Nothing foreign is deleted unless the whole disk was named; foreign numbers stay whose they are.
 */
static void check_foreign_entries(const struct disk *disk, const struct plan_request *r,
				  const struct disk_plan *plan)
{
	bool whole = r->place == PLACE_WHOLE_DISK || disk->kind == TABLE_NONE;

	assert_int_equal(plan->new_table, whole);
	assert_int_equal(plan->deletions, whole ? disk->partitions : 0);
	for (size_t i = 0; i < disk->partitions && !whole; i++) {
		const struct partition *p = &disk->partition[i];
		const struct plan_part *part = same_number(plan, p->number);

		if (!part)
			continue;
		assert_int_equal(r->place, PLACE_PARTITION);
		assert_int_equal(p->number, r->number);
		assert_false(part->is_new);
		assert_true(part->start == p->start && part->count == p->count);
	}
}

static void check_parts(const struct disk *disk, const struct disk_plan *plan)
{
	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *a = &plan->part[i];

		assert_true(a->count > 0 && a->start > 0 && a->start + a->count <= disk->sectors);
		if (!a->is_new)
			continue;
		assert_true(!a->ebr || a->ebr < a->start);
		for (size_t k = 0; k < disk->partitions; k++) {
			const struct partition *p = &disk->partition[k];

			if (is_deleted(plan, p) ||
			    (p->kind == PARTITION_EXTENDED && a->kind == PARTITION_LOGICAL))
				continue;
			assert_false(meet(a->start, a->count, p->start, p->count));
			assert_false(a->ebr && meet(a->ebr, 1, p->start, p->count));
		}
		for (size_t k = 0; k < disk->ebrs && !plan->new_table; k++)
			assert_false(meet(a->start, a->count, disk->ebr[k], 1));
		for (size_t k = 0; k < i; k++) {
			const struct plan_part *b = &plan->part[k];

			if (b->role != ROLE_EXTENDED)
				assert_false(meet(a->start, a->count, b->start, b->count));
			assert_int_not_equal(a->number, b->number);
		}
	}
}

/* What may be written lies in new or named partitions, in tables, or where nothing is. */
static void check_ranges(const struct disk *disk, const struct disk_plan *plan)
{
	for (size_t i = 0; i < plan->ranges; i++) {
		const struct plan_range *r = &plan->range[i];
		bool table = r->count == 1 && is_ebr(disk, r->start);

		assert_true(r->count > 0 && r->start + r->count <= disk->sectors);
		for (size_t k = 0; k < disk->partitions; k++) {
			const struct partition *p = &disk->partition[k];
			const struct plan_part *part = same_number(plan, p->number);

			if (is_deleted(plan, p) || (part && !part->is_new) ||
			    !meet(r->start, r->count, p->start, p->count))
				continue;
			if (p->kind == PARTITION_EXTENDED) {
				bool own = false;

				for (size_t n = 0; n < plan->parts; n++)
					own |= plan->part[n].ebr == r->start ||
					       (r->start >= plan->part[n].start &&
						r->start + r->count <=
							plan->part[n].start + plan->part[n].count);
				assert_true(own || table);
			} else {
				assert_memory_equal(p->type_guid, guid_bios_boot, GUID_BYTES);
				assert_int_equal(r->step, STEP_LOADER);
			}
		}
	}
}

static void check_saved(const struct disk_plan *plan)
{
	for (size_t i = 0; i < plan->saves; i++) {
		if (i)
			assert_true(plan->save[i - 1].start + plan->save[i - 1].count <=
				    plan->save[i].start);
		assert_false(meet(plan->save[i].start, plan->save[i].count, plan->undo_start,
				  plan->undo_count));
	}
	for (size_t i = 0; i < plan->ranges; i++) {
		const struct plan_range *r = &plan->range[i];
		uint64_t covered = 0;

		if (!r->outside)
			continue;
		for (size_t k = 0; k < plan->saves; k++) { /* disjoint, as seen above */
			uint64_t from = plan->save[k].start, to = from + plan->save[k].count;

			from = from > r->start ? from : r->start;
			to = to < r->start + r->count ? to : r->start + r->count;
			covered += to > from ? to - from : 0;
		}
		assert_int_equal(covered, r->count);
	}
}

static void check_numbers(const struct disk *disk, const struct disk_plan *plan)
{
	unsigned int primary = 0, extended = 0;

	for (size_t i = 0; i < disk->partitions; i++)
		if (!is_deleted(plan, &disk->partition[i])) {
			primary += disk->partition[i].kind == PARTITION_PRIMARY;
			extended += disk->partition[i].kind == PARTITION_EXTENDED;
		}
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].is_new) {
			primary += plan->part[i].kind == PARTITION_PRIMARY;
			extended += plan->part[i].kind == PARTITION_EXTENDED;
			assert_int_equal(plan->part[i].kind == PARTITION_LOGICAL,
					 plan->part[i].number >= 5 && !plan->gpt);
		}
	assert_true(primary + extended <= 4 && extended <= 1);
}

static void check_root(const struct plan_request *r, const struct disk_plan *plan)
{
	const struct plan_part *root = plan_find(plan, ROLE_ROOT);

	assert_non_null(root);
	assert_true(root->fs_sectors * plan->sector_size >= r->needed_bytes);
	assert_true(plan->undo_count > 0);
	assert_true(plan->undo_start >= root->start + root->fs_sectors);
	assert_true(plan->undo_start + plan->undo_count <= root->start + root->count);
}

static void check_alignment(const struct plan_request *r, const struct disk_plan *plan)
{
	uint64_t track = plan->geometry.sectors, cylinder = plan->geometry.heads * track;

	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *a = &plan->part[i];

		if (!a->is_new)
			continue;
		if (r->align == ALIGN_MIB || plan->gpt)
			assert_int_equal(a->start % MB, 0);
		else if (a->kind == PARTITION_LOGICAL)
			assert_int_equal(a->start % track, 0);
		else
			assert_true(a->start == track || a->start % cylinder == 0);
	}
}

static void check_text(const struct machine *m, const struct disk_plan *plan,
		       const struct findings *f)
{
	char *text = plan_dry_run_text(m, plan, f);

	assert_non_null(text);
	for (const char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_true(end - line <= PLAN_COLUMNS);
	}
	free(text);
}

static void check_bytes(const struct disk_plan *plan)
{
	struct disk_plan copy;
	uint8_t *data, *again;
	size_t size, size_again;

	assert_int_equal(plan_serialize(plan, &data, &size), 0);
	assert_int_equal(plan_parse(&copy, data, size), 0);
	assert_memory_equal(copy.hash, plan->hash, sizeof(copy.hash));
	assert_int_equal(plan_serialize(&copy, &again, &size_again), 0);
	assert_int_equal(size, size_again);
	assert_memory_equal(data, again, size);
	plan_free(&copy);
	/* Any shortened or changed copy is refused, or is another plan; nothing is read beyond it.
	 */
	for (unsigned int i = 0; i < 3; i++) {
		again[random_below(size)] ^= (uint8_t)(1 + random_below(255));
		if (plan_parse(&copy, again, size - random_below(3)) == 0) {
			assert_memory_not_equal(copy.hash, plan->hash, sizeof(copy.hash));
			plan_free(&copy);
		}
		memcpy(again, data, size);
	}
	free(data);
	free(again);
}

static void check_plan(const struct machine *m, const struct plan_request *r,
		       const struct disk_plan *plan, const struct findings *f)
{
	const struct disk *disk = &m->disk[0];

	check_foreign_entries(disk, r, plan);
	check_parts(disk, plan);
	check_ranges(disk, plan);
	check_saved(plan);
	check_numbers(disk, plan);
	check_root(r, plan);
	check_alignment(r, plan);
	check_text(m, plan, f);
	check_bytes(plan);
}

static void test_random_plans_keep_every_promise(void **state)
{
	unsigned int made[3] = { 0 }, refused = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct machine m = { 0 };
		struct findings f = { 0 };
		struct disk_plan plan;
		struct plan_request r = random_request(random_disk(&m));
		int error = plan_make(&m, &r, &plan, &f);

		if (error == 0) {
			check_plan(&m, &r, &plan, &f);
			made[r.place]++;
		} else {
			assert_int_equal(error, -EINVAL);
			assert_true(findings_have_error(&f));
			refused++;
		}
		if (findings_have(&f, FIND_PLAN_BROKEN))
			fail_msg("%s", findings_text(&f));
		plan_free(&plan);
		findings_free(&f);
		machine_free(&m);
	}
	print_message("plans: whole %u, free %u, partition %u; refused %u\n", made[0], made[1],
		      made[2], refused);
	/* A generator that makes nothing worth checking would prove nothing. */
	assert_true(made[PLACE_WHOLE_DISK] > ROUNDS / 10);
	assert_true(made[PLACE_FREE] > ROUNDS / 20);
	assert_true(made[PLACE_PARTITION] > ROUNDS / 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_plans_keep_every_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
