/* Plans by hand: what each choice gives on a known disk, and each refusal by its name. */
// LINK: installer/plan/disk_model.c installer/plan/plan_make.c installer/plan/plan_layout.c
// LINK: installer/plan/plan_named.c installer/plan/plan_ranges.c installer/plan/plan_bytes.c
// LINK: installer/plan/plan_check.c installer/plan/plan_verify.c installer/plan/plan_warn.c
// LINK: installer/plan/plan_text.c installer/plan/disk_text.c installer/plan/text_page.c
// LINK: common/sha256.c
#include "model_maker.h"

#define CYLINDER (16u * 63u)

struct made {
	struct machine m;
	struct disk *disk;
	struct plan_request request;
	struct disk_plan plan;
	struct findings findings;
	int error;
};

static void begin(struct made *t, uint64_t sectors, enum plan_place place)
{
	*t = (struct made){ .request = simple_request(place) };
	t->disk = make_disk(&t->m, "hda", sectors);
}

static void run(struct made *t)
{
	disk_find_free(t->disk);
	t->error = plan_make(&t->m, &t->request, &t->plan, &t->findings);
}

static void end(struct made *t)
{
	plan_free(&t->plan);
	findings_free(&t->findings);
	machine_free(&t->m);
}

static void assert_refused(struct made *t, enum finding_code code)
{
	run(t);
	assert_int_equal(t->error, -EINVAL);
	if (!findings_have(&t->findings, code))
		fail_msg("no [%s] but: %s", finding_name(code), findings_text(&t->findings));
	assert_null(t->plan.part);
	end(t);
}

static void assert_found(struct made *t, enum finding_code code)
{
	run(t);
	assert_int_equal(t->error, 0);
	assert_true(findings_have(&t->findings, code));
	end(t);
}

static void assert_part(const struct made *t, enum plan_role role, unsigned int number,
			uint64_t start, uint64_t end_at)
{
	const struct plan_part *part = plan_find(&t->plan, role);

	assert_non_null(part);
	assert_int_equal(part->number, number);
	assert_int_equal(part->start, start);
	assert_int_equal(part->start + part->count, end_at);
}

/* ---- layouts ---- */
static void test_whole_disk_by_megabytes(void **state)
{
	struct made t;

	begin(&t, 200 * MB + 77, PLACE_WHOLE_DISK);
	t.request.swap_bytes = 16 * PLAN_MIB;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_ROOT, 1, MB, 184 * MB);
	assert_part(&t, ROLE_SWAP, 2, 184 * MB, 200 * MB);
	assert_int_equal(t.plan.active_number, 1);
	assert_true(t.plan.core_in_gap && t.plan.core_start == 1);
	end(&t);
}

static void test_whole_disk_by_cylinders(void **state)
{
	struct made t;

	begin(&t, 200 * CYLINDER + 5, PLACE_WHOLE_DISK);
	t.disk->bios = (struct geometry){ 200, 16, 63 };
	t.request.align = ALIGN_CYLINDER;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_ROOT, 1, 63, 200 * CYLINDER);
	end(&t);
}

static void test_whole_disk_gpt(void **state)
{
	struct made t;

	begin(&t, 300 * MB, PLACE_WHOLE_DISK);
	t.request.gpt = true;
	t.request.separate_home = true;
	t.request.root_bytes = 100 * PLAN_MIB;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_BIOS_BOOT, 1, MB, 2 * MB);
	assert_part(&t, ROLE_ROOT, 2, 2 * MB, 102 * MB);
	assert_part(&t, ROLE_HOME, 3, 102 * MB, 299 * MB);
	assert_int_equal(t.plan.core_start, MB);
	end(&t);
}

/* 63, one primary, an extended one with a logical one in it, cylinders of 16 heads. */
static void dos_disk(struct made *t, enum plan_place place)
{
	begin(t, 200 * CYLINDER, place);
	t->disk->table = (struct geometry){ 200, 16, 63 };
	make_partition(t->disk, PARTITION_PRIMARY, 1, 63, 60 * CYLINDER - 63)->active = true;
	make_partition(t->disk, PARTITION_EXTENDED, 2, 60 * CYLINDER, 140 * CYLINDER);
	make_logical(t->disk, 5, 60 * CYLINDER, 60 * CYLINDER + 63, 20 * CYLINDER - 63);
	t->request.align = ALIGN_CYLINDER;
}

static void test_free_space_in_an_extended_partition(void **state)
{
	struct made t;

	dos_disk(&t, PLACE_FREE);
	t.request.swap_bytes = 5 * PLAN_MIB;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_ROOT, 6, 80 * CYLINDER + 63, 188 * CYLINDER);
	assert_part(&t, ROLE_SWAP, 7, 188 * CYLINDER + 63, 200 * CYLINDER);
	assert_int_equal(plan_find(&t.plan, ROLE_ROOT)->ebr, 80 * CYLINDER);
	assert_int_equal(t.plan.deletions, 0);
	assert_false(t.plan.set_active);
	end(&t);
}

static void test_free_primary_space_without_slots_becomes_extended(void **state)
{
	struct made t;

	begin(&t, 300 * MB, PLACE_FREE);
	for (unsigned int i = 0; i < 3; i++)
		make_partition(t.disk, PARTITION_PRIMARY, i + 1, (1 + 20 * i) * MB, 20 * MB);
	t.request.swap_bytes = 10 * PLAN_MIB;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_EXTENDED, 4, 61 * MB, 300 * MB);
	assert_int_equal(plan_find(&t.plan, ROLE_ROOT)->number, 5);
	assert_int_equal(plan_find(&t.plan, ROLE_ROOT)->ebr, 61 * MB);
	end(&t);
}

static void test_named_partition(void **state)
{
	struct made t;

	dos_disk(&t, PLACE_PARTITION);
	t.request.number = 5;
	t.request.needed_bytes = 2 * PLAN_MIB;
	t.request.swap_bytes = 2 * PLAN_MIB;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_part(&t, ROLE_ROOT, 5, 60 * CYLINDER + 63, 80 * CYLINDER);
	assert_true(findings_have(&t.findings, FIND_TYPE_DIFFERS));
	assert_int_equal(t.plan.swap_file_bytes, 2 * PLAN_MIB);
	end(&t);
}

static void test_partitions_by_hand(void **state)
{
	const struct plan_assign assign[] = { { 1, "/", true }, { 5, "/home", false } };
	struct made t;

	dos_disk(&t, PLACE_BY_HAND);
	t.request.assign = assign;
	t.request.assigns = 2;
	run(&t);
	assert_int_equal(t.error, 0);
	assert_true(plan_find(&t.plan, ROLE_ROOT)->format);
	assert_false(plan_find(&t.plan, ROLE_HOME)->format);
	assert_int_equal(plan_find(&t.plan, ROLE_HOME)->type, 0x06);
	end(&t);
}

/* ---- refusals ---- */
static void test_disks_that_cannot_be_named(void **state)
{
	struct made t;

	begin(&t, 100 * MB, PLACE_WHOLE_DISK);
	t.request.disk.name = NULL;
	assert_refused(&t, FIND_NOT_NAMED);
	begin(&t, 100 * MB, PLACE_WHOLE_DISK);
	t.request.disk.serial = "other";
	assert_refused(&t, FIND_NO_DISK);
	begin(&t, 100 * MB, PLACE_WHOLE_DISK);
	make_disk(&t.m, "hdb", 100 * MB);
	t.disk = &t.m.disk[0];
	t.request.disk = (struct disk_choice){ .model = "TEST DISK" };
	assert_refused(&t, FIND_AMBIGUOUS_DISK);
}

static void test_disks_that_must_not_be_touched(void **state)
{
	struct made t;

	dos_disk(&t, PLACE_WHOLE_DISK);
	t.disk->partition[0].use = USE_MOUNTED;
	assert_refused(&t, FIND_IN_USE);
	dos_disk(&t, PLACE_FREE);
	t.disk->partition[2].use = USE_SWAP;
	assert_refused(&t, FIND_IN_USE);
	dos_disk(&t, PLACE_FREE);
	t.disk->partition[0].use = USE_MEDIUM;
	assert_refused(&t, FIND_MEDIUM);
	dos_disk(&t, PLACE_WHOLE_DISK);
	t.disk->read_only = true;
	assert_refused(&t, FIND_READ_ONLY);
	dos_disk(&t, PLACE_WHOLE_DISK);
	t.disk->table_unreadable = true;
	assert_refused(&t, FIND_TABLE_UNREADABLE);
}

static void test_troubles_stop_an_edit_but_not_a_new_table(void **state)
{
	static const struct {
		uint32_t trouble;
		enum finding_code code;
	} row[] = { { TROUBLE_OVERLAP, FIND_OVERLAP },
		    { TROUBLE_EBR_LOOP, FIND_EBR_LOOP },
		    { TROUBLE_EBR_CHAIN, FIND_EBR_CHAIN },
		    { TROUBLE_TWO_EXTENDED, FIND_SECOND_EXTENDED },
		    { TROUBLE_MANAGER, FIND_DISK_MANAGER },
		    { TROUBLE_HIDDEN, FIND_TABLE_BROKEN },
		    { TROUBLE_COVERS, FIND_TABLE_BROKEN },
		    { TROUBLE_GPT_DAMAGED, FIND_GPT_DAMAGED } };
	struct made t;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		dos_disk(&t, PLACE_FREE);
		t.disk->troubles = row[i].trouble;
		assert_refused(&t, row[i].code);
		dos_disk(&t, PLACE_WHOLE_DISK);
		t.disk->troubles = row[i].trouble;
		run(&t);
		assert_int_equal(t.error, 0);
		end(&t);
	}
	dos_disk(&t, PLACE_FREE);
	t.disk->stale_gpt = true;
	assert_refused(&t, FIND_STALE_GPT);
	dos_disk(&t, PLACE_WHOLE_DISK);
	t.disk->stale_gpt = true;
	assert_found(&t, FIND_STALE_GPT_REMOVED);
	begin(&t, 100 * MB, PLACE_FREE);
	t.disk->kind = TABLE_SUPERFLOPPY;
	assert_refused(&t, FIND_SUPERFLOPPY);
	begin(&t, 100 * MB, PLACE_FREE);
	t.disk->kind = TABLE_HYBRID;
	assert_refused(&t, FIND_HYBRID);
}

static void test_space_that_is_not_there(void **state)
{
	struct made t;

	begin(&t, 20 * MB, PLACE_WHOLE_DISK);
	assert_refused(&t, FIND_DISK_TOO_SMALL);
	begin(&t, 2 * MB, PLACE_WHOLE_DISK);
	assert_refused(&t, FIND_DISK_TOO_SMALL);
	begin(&t, 100 * MB, PLACE_FREE);
	make_partition(t.disk, PARTITION_PRIMARY, 1, MB, 99 * MB);
	assert_refused(&t, FIND_NO_FREE_SPACE);
	begin(&t, 100 * MB, PLACE_FREE);
	make_partition(t.disk, PARTITION_PRIMARY, 1, MB, 80 * MB);
	assert_refused(&t, FIND_REGION_TOO_SMALL);
	dos_disk(&t, PLACE_FREE);
	t.request.region_start = 4711;
	assert_refused(&t, FIND_NO_REGION);
	dos_disk(&t, PLACE_PARTITION);
	t.request.number = 5;
	assert_refused(&t, FIND_PARTITION_TOO_SMALL);
}

static void test_entries_that_are_not_there(void **state)
{
	struct made t;

	begin(&t, 400 * MB, PLACE_FREE);
	for (unsigned int i = 0; i < 4; i++)
		make_partition(t.disk, PARTITION_PRIMARY, i + 1, (1 + 20 * i) * MB, 20 * MB);
	assert_refused(&t, FIND_FIFTH_PRIMARY);
	/* One slot is left, two are needed, and an extended partition is elsewhere. */
	begin(&t, 400 * MB, PLACE_FREE);
	make_partition(t.disk, PARTITION_EXTENDED, 1, MB, 20 * MB);
	make_logical(t.disk, 5, MB, 2 * MB, 19 * MB);
	make_partition(t.disk, PARTITION_PRIMARY, 2, 21 * MB, 20 * MB);
	make_partition(t.disk, PARTITION_PRIMARY, 3, 41 * MB, 20 * MB);
	t.request.swap_bytes = 10 * PLAN_MIB;
	assert_refused(&t, FIND_SECOND_EXTENDED);
	begin(&t, 400 * MB, PLACE_FREE);
	make_gpt(t.disk);
	t.disk->gpt.slots = 1;
	make_partition(t.disk, PARTITION_GPT, 1, MB, 20 * MB);
	t.request.loader = LOADER_NONE;
	assert_refused(&t, FIND_GPT_FULL);
}

static void test_assignments_that_are_wrong(void **state)
{
	static const struct {
		struct plan_assign a[2];
		size_t count;
		enum finding_code code;
	} row[] = { { { { 1, "/home", true } }, 1, FIND_NO_ROOT },
		    { { { 9, "/", true } }, 1, FIND_NO_PARTITION },
		    { { { 2, "/", true } }, 1, FIND_EXTENDED_CHOSEN },
		    { { { 1, "/", true }, { 5, "/", true } }, 2, FIND_TWO_MOUNTS },
		    { { { 1, "/", true }, { 1, "/usr", true } }, 2, FIND_TWICE_ASSIGNED },
		    { { { 1, "/", false } }, 1, FIND_ROOT_NOT_FORMATTED },
		    { { { 1, "usr", true } }, 1, FIND_BAD_MOUNT_POINT },
		    { { { 1, "/a/../b", true } }, 1, FIND_BAD_MOUNT_POINT },
		    { { { 1, "/a b", true } }, 1, FIND_BAD_MOUNT_POINT },
		    { { { 1, "//", true } }, 1, FIND_BAD_MOUNT_POINT } };
	struct made t;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		dos_disk(&t, PLACE_BY_HAND);
		t.request.assign = row[i].a;
		t.request.assigns = row[i].count;
		assert_refused(&t, row[i].code);
	}
}

static void test_loader(void **state)
{
	struct made t;

	begin(&t, 400 * MB, PLACE_FREE);
	make_partition(t.disk, PARTITION_PRIMARY, 1, 20, 20 * MB);
	assert_refused(&t, FIND_GAP_TOO_SMALL);
	begin(&t, 100 * MB, PLACE_PARTITION);
	make_gpt(t.disk);
	make_partition(t.disk, PARTITION_GPT, 1, MB, 90 * MB);
	t.request.number = 1;
	assert_refused(&t, FIND_GPT_NO_BIOS_BOOT);
	begin(&t, 50 * MB, PLACE_WHOLE_DISK);
	t.disk->sector_size = 4096;
	assert_refused(&t, FIND_SECTOR_SIZE);
	dos_disk(&t, PLACE_FREE);
	t.request.loader = LOADER_NONE;
	assert_found(&t, FIND_NO_LOADER);
	dos_disk(&t, PLACE_FREE);
	t.disk->boot_code = true;
	assert_found(&t, FIND_LOADER_REPLACED);
	dos_disk(&t, PLACE_FREE);
	t.disk->partition[0].active = false;
	assert_found(&t, FIND_NOT_ACTIVE);
}

/* ---- old machines ---- */
static void test_limits_of_the_bios(void **state)
{
	struct made t;

	begin(&t, 1200 * CYLINDER, PLACE_WHOLE_DISK);
	t.disk->bios = (struct geometry){ 1024, 16, 63 };
	assert_found(&t, FIND_LIMIT_504M);
	begin(&t, 1200 * 32 * 63, PLACE_WHOLE_DISK);
	t.disk->bios = (struct geometry){ 1024, 32, 63 };
	assert_found(&t, FIND_LIMIT_1024);
	begin(&t, 3000000, PLACE_WHOLE_DISK);
	t.disk->bios = (struct geometry){ 100, 255, 63 };
	assert_found(&t, FIND_LIMIT_2G);
	begin(&t, 20000 * (uint64_t)MB, PLACE_WHOLE_DISK);
	assert_found(&t, FIND_LIMIT_8G);
	begin(&t, (1ull << 32) + 100 * MB, PLACE_WHOLE_DISK);
	assert_found(&t, FIND_MBR_LIMIT);
	/* All of the disk within reach: nothing is said. */
	begin(&t, 1000 * CYLINDER, PLACE_WHOLE_DISK);
	t.disk->bios = (struct geometry){ 1000, 16, 63 };
	run(&t);
	assert_int_equal(t.error, 0);
	assert_false(findings_have(&t.findings, FIND_LIMIT_504M) ||
		     findings_have(&t.findings, FIND_LIMIT_1024) ||
		     findings_have(&t.findings, FIND_LIMIT_2G) ||
		     findings_have(&t.findings, FIND_LIMIT_8G));
	end(&t);
}

static void test_geometries_that_differ(void **state)
{
	struct made t;

	dos_disk(&t, PLACE_FREE);
	t.disk->bios = (struct geometry){ 100, 32, 63 };
	assert_found(&t, FIND_GEOMETRY);
	dos_disk(&t, PLACE_FREE);
	t.request.align = ALIGN_MIB;
	t.request.region_start = 0;
	make_partition(t.disk, PARTITION_PRIMARY, 3, 199 * CYLINDER, CYLINDER);
	t.disk->partition[1].count = 20 * CYLINDER;
	assert_found(&t, FIND_MID_CYLINDER);
}

/* ---- texts ---- */
static void test_consent_names_disks_losses_and_bytes(void **state)
{
	struct made t;
	char *text;

	dos_disk(&t, PLACE_PARTITION);
	t.request.number = 1;
	model_set(&t.disk->partition[0].volume.file_system, "FAT16");
	model_set(&t.disk->partition[0].volume.os, "MS-DOS");
	run(&t);
	assert_int_equal(t.error, 0);
	text = plan_consent_text(&t.m, &t.plan);
	assert_non_null(strstr(text, "TEST DISK, serial number Shda"));
	assert_non_null(strstr(text, "LOST: FORMATTED"));
	assert_non_null(strstr(text, "FAT16, MS-DOS"));
	assert_non_null(strstr(text, "sector 0 "));
	assert_non_null(strstr(text, "What is marked LOST above will be lost."));
	free(text);
	end(&t);
	dos_disk(&t, PLACE_FREE);
	run(&t);
	text = plan_consent_text(&t.m, &t.plan);
	assert_null(strstr(text, "LOST"));
	assert_non_null(strstr(text, "Nothing that is there now is lost."));
	free(text);
	end(&t);
}

static void test_sizes_in_words(void **state)
{
	char out[SIZE_TEXT];

	assert_string_equal(size_text(out, 999), "999 bytes");
	assert_string_equal(size_text(out, 504 * 1000000ull + 5), "504 MB");
	assert_string_equal(size_text(out, 3249999999ull), "3.2 GB");
	assert_string_equal(size_text(out, ~0ull), "18446744 TB");
}

/* A plan that does what none may do is seen by plan_check(). */
static void test_plan_check_sees_broken_plans(void **state)
{
	struct made t;
	struct findings f = { 0 };

	for (unsigned int i = 0; i < 9; i++) {
		dos_disk(&t, PLACE_FREE);
		run(&t);
		assert_int_equal(t.error, 0);
		switch (i) {
		case 0:
			t.plan.part[0].start -= 2 * CYLINDER;
			break;
		case 1:
			t.plan.part[0].count += 2 * CYLINDER;
			break;
		case 2:
			t.plan.part[0].number = 5;
			break;
		case 3:
			t.plan.range[0].start = 100;
			break;
		case 4:
			t.plan.save[0].count = 0;
			break;
		case 5:
			t.plan.undo_start = t.plan.part[0].start;
			break;
		case 6:
			t.plan.part[0].ebr = 60 * CYLINDER;
			break;
		case 7:
			t.plan.part[0].ebr = t.plan.part[0].start;
			break;
		default:
			t.plan.disk_sectors++;
		}
		plan_check(t.disk, &t.plan, &f);
		if (!findings_have(&f, FIND_PLAN_BROKEN))
			fail_msg("case %u was not seen", i);
		findings_free(&f);
		end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_disk_by_megabytes),
		cmocka_unit_test(test_whole_disk_by_cylinders),
		cmocka_unit_test(test_whole_disk_gpt),
		cmocka_unit_test(test_free_space_in_an_extended_partition),
		cmocka_unit_test(test_free_primary_space_without_slots_becomes_extended),
		cmocka_unit_test(test_named_partition),
		cmocka_unit_test(test_partitions_by_hand),
		cmocka_unit_test(test_disks_that_cannot_be_named),
		cmocka_unit_test(test_disks_that_must_not_be_touched),
		cmocka_unit_test(test_troubles_stop_an_edit_but_not_a_new_table),
		cmocka_unit_test(test_space_that_is_not_there),
		cmocka_unit_test(test_entries_that_are_not_there),
		cmocka_unit_test(test_assignments_that_are_wrong),
		cmocka_unit_test(test_loader),
		cmocka_unit_test(test_limits_of_the_bios),
		cmocka_unit_test(test_geometries_that_differ),
		cmocka_unit_test(test_consent_names_disks_losses_and_bytes),
		cmocka_unit_test(test_sizes_in_words),
		cmocka_unit_test(test_plan_check_sees_broken_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
