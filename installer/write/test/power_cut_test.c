/*
 * The first two steps of an installation over a disk in memory, cut off at each write: by an error,
 * and by a power cut in which any of the writes since the last flush may be missing. Afterwards
 * either nothing that was there has changed, or the record puts it back byte for byte; no foreign
 * partition is ever lost from the table; and a second run finishes.
 */
// LINK: installer/plan/disk_model.c installer/plan/plan_make.c installer/plan/plan_layout.c
// LINK: installer/plan/plan_named.c installer/plan/plan_ranges.c installer/plan/plan_bytes.c
// LINK: installer/plan/plan_check.c installer/plan/plan_verify.c installer/plan/plan_warn.c
// LINK: common/sha256.c installer/write/guarded_disk.c installer/write/undo.c
// LINK: installer/write/undo_record.c installer/write/journal.c installer/table/read_table.c
// LINK: installer/table/staged_table.c installer/table/staged_check.c
// LINK: installer/table/staged_judge.c installer/table/mbr_edit.c installer/table/gpt_edit.c
// LINK: kernel/block/mbr.c kernel/block/gpt.c kernel/block/part_scan.c kernel/lib/crc32_small.c
// LINK: kernel/lib/unicode.c
#include "../../plan/test/model_maker.h"
#include <errno.h>
#include <installer/table/read_table.h>
#include <installer/table/staged_table.h>
#include <installer/write/journal.h>

#define SECTORS (14 * MB)
#define BYTES	((size_t)SECTORS * 512)
#define NEVER	(~0u)

/* ---- a disk with a volatile cache ---- */
static uint8_t *medium, *original;
static struct {
	unsigned int writes, cut_at; /* the write that does not happen any more */
	uint32_t keep;		     /* which of the unflushed ones reach the medium */
	unsigned int unflushed;
	struct {
		uint64_t offset;
		size_t n;
		uint8_t *old;
	} cache[256];
} power;

static int mem_read(void *ctx, uint64_t offset, void *data, size_t n)
{
	if (offset > BYTES || n > BYTES - offset)
		return -EIO;
	memcpy(data, medium + offset, n);
	return 0;
}

static int mem_write(void *ctx, uint64_t offset, const void *data, size_t n)
{
	if (power.writes++ >= power.cut_at)
		return -EIO;
	if (offset > BYTES || n > BYTES - offset || power.unflushed == 256)
		return -EIO;
	power.cache[power.unflushed].old = malloc(n);
	memcpy(power.cache[power.unflushed].old, medium + offset, n);
	power.cache[power.unflushed].offset = offset;
	power.cache[power.unflushed++].n = n;
	memcpy(medium + offset, data, n);
	return 0;
}

static int mem_flush(void *ctx)
{
	if (power.writes > power.cut_at)
		return -EIO;
	while (power.unflushed)
		free(power.cache[--power.unflushed].old);
	return 0;
}

static const struct disk_io io = { .read = mem_read, .write = mem_write, .flush = mem_flush };

/* What was not flushed is there or not, as the bits of `keep` say; a long write may be torn. */
static void power_off(void)
{
	while (power.unflushed) {
		unsigned int i = --power.unflushed;

		if (!(power.keep >> i % 32 & 1)) {
			size_t from = power.keep & 0x80000000 ? power.cache[i].n / 1024 * 512 : 0;

			memcpy(medium + power.cache[i].offset + from, power.cache[i].old + from,
			       power.cache[i].n - from);
		}
		free(power.cache[i].old);
	}
	power.writes = 0;
	power.cut_at = NEVER;
}

/* ---- disks ---- */
static void put_slot(uint64_t lba, unsigned int slot, uint8_t type, uint32_t start, uint32_t count)
{
	uint8_t *s = medium + lba * 512, *entry = s + 446 + 16 * slot;

	memset(entry, 0x5A, 16);
	entry[0] = 0;
	entry[4] = type;
	memcpy(entry + 8, &start, 4);
	memcpy(entry + 12, &count, 4);
	s[510] = 0x55;
	s[511] = 0xAA;
}

/* A primary one, an extended one with one in it, boot code and data everywhere. */
static void make_dos(void)
{
	for (size_t i = 0; i < BYTES; i += 64)
		medium[i] = (uint8_t)(i / 64 * 7 + 1);
	memset(medium + 446, 0, 64);
	put_slot(0, 0, 6, 2048, MB);
	put_slot(0, 1, 5, 2 * MB, 12 * MB);
	memset(medium + 2 * MB * 512, 0, 512);
	put_slot(2 * MB, 0, 6, MB, MB);
}

struct install {
	struct machine m;
	struct disk *disk;
	struct plan_request request;
	struct disk_plan plan;
	struct findings findings;
	struct staged_table table;
	struct undo_record record;
};

static void probe(struct install *in)
{
	in->disk = make_disk(&in->m, "hda", SECTORS);
	assert_int_equal(table_read(in->disk, &io), 0);
}

static int carry_out(struct install *in)
{
	struct guarded_disk guard = { .io = io,
				      .sectors = SECTORS,
				      .sector_size = 512,
				      .range = in->plan.range,
				      .ranges = in->plan.ranges };
	struct journal journal;
	struct disk_io through;
	int error;

	guarded_as_io(&guard, &through);
	error = undo_write(&in->record, &guard);
	if (!error)
		error = journal_open(&journal, &in->record, &through);
	if (!error)
		error = journal_done(&journal, STEP_UNDO);
	guard.step = STEP_TABLE;
	if (!error)
		error = staged_write(&in->table, &guard);
	if (!error)
		error = journal_done(&journal, STEP_TABLE);
	assert_false(guard.refused);
	guarded_free(&guard);
	return error;
}

static int install(struct install *in, const struct plan_request *request)
{
	*in = (struct install){ .request = *request };
	probe(in);
	assert_int_equal(plan_make(&in->m, &in->request, &in->plan, &in->findings), 0);
	assert_int_equal(staged_read(&in->table, in->disk, &in->plan, &io), 0);
	assert_int_equal(staged_apply(&in->table, in->disk, &in->plan, &in->findings), 0);
	assert_int_equal(staged_judge_kernel(&in->table, in->disk, &in->plan, &in->findings), 0);
	assert_int_equal(undo_gather(&in->record, &in->plan, &io), 0);
	in->record.time = 1;
	assert_int_equal(staged_expect(&in->table, &in->record), 0);
	return carry_out(in);
}

static void forget(struct install *in)
{
	undo_free(&in->record);
	staged_free(&in->table);
	plan_free(&in->plan);
	findings_free(&in->findings);
	machine_free(&in->m);
}

/* ---- afterwards ---- */
static bool in_root(const struct disk_plan *plan, uint64_t lba)
{
	return lba >= plan->undo_start && lba - plan->undo_start < plan->undo_count;
}

/* All but the record's own range is as at first. */
static bool is_original(const struct disk_plan *plan)
{
	for (uint64_t lba = 0; lba < SECTORS; lba++)
		if (memcmp(medium + lba * 512, original + lba * 512, 512) && !in_root(plan, lba))
			return false;
	return true;
}

/* Each partition that is kept stands in the table as before, and no link leads nowhere. */
static void check_nothing_is_lost(const struct install *in)
{
	struct install now = { 0 };

	probe(&now);
	if (!in->plan.new_table && !in->plan.gpt)
		assert_int_equal(now.disk->troubles & TROUBLE_NO_EDIT, 0);
	for (size_t i = 0; i < in->disk->partitions; i++) {
		const struct partition *old = &in->disk->partition[i];
		const struct partition *p = disk_partition(now.disk, old->number);

		if (in->plan.new_table)
			continue;
		assert_non_null(p);
		assert_true(p->start == old->start && p->count == old->count &&
			    p->type == old->type);
	}
	forget(&now);
}

/* With the record: back to what it was, also when putting back is cut off and repeated. */
static void check_put_back(const struct install *in, unsigned int cut_at)
{
	struct install now = { 0 };
	uint64_t at = 0;
	int error;

	probe(&now);
	error = undo_find(&now.record, now.disk, &io, true, NULL, NULL);
	if (error) {
		assert_true(is_original(&in->plan));
	} else {
		assert_int_equal(undo_check(&now.record, now.disk, &io, &at), 0);
		power.cut_at = cut_at;
		undo_restore(&now.record, &io);
		power_off();
		check_nothing_is_lost(in);
		undo_free(&now.record);
		error = undo_find(&now.record, now.disk, &io, true, NULL, NULL);
		if (error != -EALREADY) {
			assert_int_equal(error, 0);
			assert_int_equal(undo_restore(&now.record, &io), 0);
		}
		assert_true(is_original(&in->plan));
	}
	forget(&now);
}

static void reset(unsigned int cut_at, uint32_t keep)
{
	memcpy(medium, original, BYTES);
	power.writes = 0;
	power.cut_at = cut_at;
	power.keep = keep;
}

static void cut_everywhere(const struct plan_request *request)
{
	static const uint32_t keep[] = { 0xFFFFFFFF, 0, 0xAAAAAAAA, 0x55555555 };
	struct install in;
	uint8_t *finished = malloc(BYTES);
	unsigned int total;

	reset(NEVER, 0);
	assert_int_equal(install(&in, request), 0);
	total = power.writes;
	power_off();
	memcpy(finished, medium, BYTES);
	forget(&in);
	assert_in_range(total, 5, 200);
	for (unsigned int cut = 0; cut <= total; cut++) {
		uint32_t kept = keep[cut % 4];

		reset(cut, kept);
		assert_int_equal(install(&in, request), cut < total ? -EIO : 0);
		power_off();
		check_nothing_is_lost(&in);
		power.keep = kept;
		check_put_back(&in, (cut * 7) % 12);
		forget(&in);
		/* The next run, over what putting back has left, ends as one that was not
		 * cut. */
		assert_int_equal(install(&in, request), 0);
		power_off();
		assert_memory_equal(medium, finished, BYTES);
		forget(&in);
	}
	free(finished);
}

static struct plan_request small_request(enum plan_place place)
{
	struct plan_request r = simple_request(place);

	r.needed_bytes = PLAN_MIB;
	return r;
}

static void test_logical_partition(void **state)
{
	struct plan_request r = small_request(PLACE_FREE);

	memset(medium, 0, BYTES);
	make_dos();
	memcpy(original, medium, BYTES);
	r.region_start = 4 * MB;
	r.swap_bytes = 2 * PLAN_MIB;
	cut_everywhere(&r);
}

static void test_whole_disk(void **state)
{
	struct plan_request r = small_request(PLACE_WHOLE_DISK);

	memset(medium, 0, BYTES);
	make_dos();
	memcpy(original, medium, BYTES);
	cut_everywhere(&r);
}

static void test_whole_disk_with_gpt_and_back_to_mbr(void **state)
{
	struct plan_request r = small_request(PLACE_WHOLE_DISK);
	struct install in;

	memset(medium, 0, BYTES);
	make_dos();
	memcpy(original, medium, BYTES);
	r.gpt = true;
	cut_everywhere(&r);
	/* The GPT that this made is what the next one starts from. */
	reset(NEVER, 0);
	assert_int_equal(install(&in, &r), 0);
	power_off();
	forget(&in);
	memcpy(original, medium, BYTES);
	memset(original + 3 * MB * 512, 0, BYTES - 3 * MB * 512 - 40 * 512); /* no old record */
	r.gpt = false;
	cut_everywhere(&r);
}

static void test_gpt_with_free_space(void **state)
{
	struct plan_request r = small_request(PLACE_WHOLE_DISK);
	struct install in;

	memset(medium, 0, BYTES);
	memcpy(original, medium, BYTES);
	r.gpt = true;
	r.swap_bytes = 2 * PLAN_MIB;
	reset(NEVER, 0);
	assert_int_equal(install(&in, &r), 0);
	power_off();
	/* Take the root's entry out again, as another tool would: space for the next. */
	in.request = small_request(PLACE_PARTITION);
	in.request.number = 2;
	memcpy(original, medium, BYTES);
	memset(original + (in.plan.undo_start * 512), 0, (size_t)in.plan.undo_count * 512);
	r = in.request;
	forget(&in);
	r.swap_bytes = 0;
	cut_everywhere(&r);
}

/* ---- refusals ---- */
static void test_a_write_outside_the_ranges_ends_all_writing(void **state)
{
	struct plan_range range = { .start = 10, .count = 5, .step = STEP_TABLE };
	struct guarded_disk guard = {
		.io = io, .sectors = SECTORS, .sector_size = 512, .range = &range, .ranges = 1
	};
	uint8_t data[1024] = { 1 };

	reset(NEVER, 0);
	assert_int_equal(guarded_write(&guard, 10, 1, data), -EPERM); /* its step has not come */
	assert_true(guard.refused && guard.refused_lba == 10);
	guard.refused = false;
	guard.step = STEP_TABLE;
	assert_int_equal(guarded_write(&guard, 10, 2, data), 0);
	assert_int_equal(guarded_commit(&guard), 0);
	assert_int_equal(guarded_write(&guard, 14, 2, data), -EPERM);
	assert_int_equal(guarded_write(&guard, 10, 1, data), -EPERM);
	guard.refused = false;
	assert_int_equal(guarded_write(&guard, ~0ull, 2, data), -EPERM);
	guard.refused = false;
	assert_int_equal(guarded_write(&guard, 10, ~0ull, data), -EPERM);
	guarded_free(&guard);
	power_off();
}

static void test_a_write_that_did_not_stick_is_noticed(void **state)
{
	struct plan_range range = { .start = 0, .count = 5, .step = STEP_UNDO };
	struct guarded_disk guard = {
		.io = io, .sectors = SECTORS, .sector_size = 512, .range = &range, .ranges = 1
	};
	uint8_t data[512] = { 0x77 };

	reset(NEVER, 0);
	assert_int_equal(guarded_write(&guard, 1, 1, data), 0);
	medium[512] ^= 1;
	assert_int_equal(guarded_commit(&guard), -EILSEQ);
	/* What was written twice is compared once. */
	assert_int_equal(guarded_write(&guard, 1, 1, data), 0);
	data[0] = 0x78;
	assert_int_equal(guarded_write(&guard, 1, 1, data), 0);
	assert_int_equal(guarded_commit(&guard), 0);
	guarded_free(&guard);
	power_off();
}

/* Any single bit of a record: it is refused, never used. */
static void test_damaged_records_are_refused(void **state)
{
	struct plan_request r = small_request(PLACE_FREE);
	struct undo_record record;
	struct install in;
	uint64_t start, body;

	memset(medium, 0, BYTES);
	make_dos();
	memcpy(original, medium, BYTES);
	r.region_start = 4 * MB;
	reset(NEVER, 0);
	assert_int_equal(install(&in, &r), 0);
	power_off();
	start = in.record.start * 512;
	body = start + (1 + JOURNAL_SECTORS) * 512;
	for (unsigned int i = 0; i < 400; i++) {
		uint64_t at = i < 136 ? start + i : body + random_below(40 * 512);
		int error;

		medium[at] ^= (uint8_t)(1u << i % 8);
		error = undo_read(&record, &io, 512, in.record.start);
		assert_int_equal(error, i < 16 ? -ENOENT : -EBADMSG);
		medium[at] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(undo_read(&record, &io, 512, in.record.start), 0);
	undo_free(&record);
	/* Another disk's; of an image of a disk nobody knows whose it is. */
	model_set(&in.disk->serial, "another");
	assert_int_equal(undo_check(&in.record, in.disk, &io, &start), -EXDEV);
	in.disk->is_file = true;
	assert_int_equal(undo_check(&in.record, in.disk, &io, &start), 0);
	in.disk->sectors++;
	assert_int_equal(undo_check(&in.record, in.disk, &io, &start), -EXDEV);
	forget(&in);
}

static int setup(void **state)
{
	medium = malloc(BYTES);
	original = malloc(BYTES);
	return !medium || !original;
}

static int teardown(void **state)
{
	free(medium);
	free(original);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logical_partition),
		cmocka_unit_test(test_whole_disk),
		cmocka_unit_test(test_whole_disk_with_gpt_and_back_to_mbr),
		cmocka_unit_test(test_gpt_with_free_space),
		cmocka_unit_test(test_a_write_outside_the_ranges_ends_all_writing),
		cmocka_unit_test(test_a_write_that_did_not_stick_is_noticed),
		cmocka_unit_test(test_damaged_records_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
