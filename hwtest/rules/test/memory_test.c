/* The rules for the memory map and the memory test. */
// LINK: hwtest/rules/memmap.c hwtest/rules/memtest.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
#include <stdio.h>
#include <string.h>
#include "rule_case.h"

#define MB (1024 * 1024ll)

static void range(unsigned int n, int64_t start, int64_t end, const char *type)
{
	char name[16];

	snprintf(name, sizeof(name), "range%u", n);
	facts_number(&facts, "memmap", name, "start", start, "");
	facts_number(&facts, "memmap", name, "end", end, "");
	facts_text(&facts, "memmap", name, "type", "%s", type);
}

/* extended: KB above 1 MB; high: 64 KB above 16 MB */
static void cmos(unsigned int extended, unsigned int high)
{
	uint8_t bytes[8] = { 0x80, 2 };

	bytes[2] = bytes[4] = (uint8_t)extended;
	bytes[3] = bytes[5] = (uint8_t)(extended >> 8);
	bytes[6] = (uint8_t)high;
	bytes[7] = (uint8_t)(high >> 8);
	facts_bytes(&facts, "memmap", "", "cmos", bytes, sizeof(bytes));
}

static void map(int64_t size, int64_t system)
{
	rule_start_again();
	range(0, 0, 0x9fbff, "System RAM");
	range(1, 0xf0000, 0xfffff, "Reserved");
	range(2, MB, size - 1, "System RAM");
	facts_number(&facts, "memmap", "", "bios-low", 639 * 1024, "bytes");
	facts_number(&facts, "memmap", "", "system", system, "bytes");
}

static void test_maps(void **state)
{
	map(64 * MB, 61 * MB);
	cmos(63 * 1024, 48 * 16);
	expect_verdict(&rule_memmap, VERDICT_WORKS, NULL);
	expect_line(&rule_memmap, "0000100000-0003ffffff System RAM\n");
	expect_line(&rule_memmap, "firmware's map: 65151 KB\n");
	expect_line(&rule_memmap, "By CMOS: 65536 KB\n");
	expect_line(&rule_memmap, "The system has: 62464 KB\n");
	/* Old boards' CMOS ends at 64 MB: no contradiction. */
	map(256 * MB, 250 * MB);
	cmos(65535, 0);
	expect_verdict(&rule_memmap, VERDICT_WORKS, NULL);
}

static void test_sizes_that_disagree(void **state)
{
	map(8 * MB, 7 * MB);
	cmos(63 * 1024, 48 * 16);
	expect_verdict(&rule_memmap, VERDICT_LIMITED, "CMOS says 65536 KB, the memory map");
	map(64 * MB, 16 * MB);
	expect_verdict(&rule_memmap, VERDICT_LIMITED, "uses 16384 KB of the 65151 KB");
	map(16 * MB, 64 * MB);
	expect_verdict(&rule_memmap, VERDICT_MALFUNCTION, "uses 65536 KB, and the firmware's");
	map(64 * MB, 61 * MB);
	facts_number(&facts, "memmap", "x", "y", 0, "");
	rule_start_again();
	facts_number(&facts, "memmap", "", "system", 6 * MB, "bytes");
	expect_verdict(&rule_memmap, VERDICT_LIMITED, "enough for the small system");
	rule_start_again();
	facts_number(&facts, "memmap", "", "system", 2 * MB, "bytes");
	expect_verdict(&rule_memmap, VERDICT_FAILED, "Oldiron needs 4 MB");
	map(64 * MB, 61 * MB);
	facts_find(&facts, "memmap", "", "bios-low");
	rule_start_again();
	range(0, 0, 64 * MB, "System RAM");
	facts_number(&facts, "memmap", "", "bios-low", 447 * 1024, "bytes");
	expect_verdict(&rule_memmap, VERDICT_LIMITED, "447 KB of low memory");
}

static void test_absurd_maps(void **state)
{
	expect_verdict(&rule_memmap, VERDICT_FAILED, "Nobody tells");
	facts_bytes(&facts, "memmap", "", "cmos", "a", 1);
	expect_verdict(&rule_memmap, VERDICT_FAILED, "Nobody tells");
	for (unsigned int i = 0; i < 50; i++)
		range(i, i % 2 ? INT64_MIN : 0, INT64_MAX, i % 3 ? "System RAM" : "");
	facts_number(&facts, "memmap", "lonely", "start", 5, "");
	facts_number(&facts, "memmap", "", "system", INT64_MAX, "bytes");
	facts_number(&facts, "memmap", "", "bios-low", INT64_MAX, "bytes");
	(void)judge_by(&rule_memmap);
	describe_by(&rule_memmap);
}

static void tested(int64_t errors, int64_t bytes, int64_t taken)
{
	rule_start_again();
	facts_number(&facts, "memtest", "", "physical", 1, "");
	facts_number(&facts, "memtest", "", "taken", taken, "bytes");
	facts_number(&facts, "memtest", "", "tested", bytes, "bytes");
	facts_number(&facts, "memtest", "", "total", 64 * MB, "bytes");
	facts_number(&facts, "memtest", "", "errors", errors, "");
}

static void error(unsigned int n, int64_t address, int64_t expected, int64_t found, int64_t same)
{
	char name[16];

	snprintf(name, sizeof(name), "error%u", n);
	facts_number(&facts, "memtest", name, "address", address, "");
	facts_number(&facts, "memtest", name, "expected", expected, "");
	facts_number(&facts, "memtest", name, "found", found, "");
	if (same)
		facts_number(&facts, "memtest", name, "same-as", same, "");
}

static void test_memory_tests(void **state)
{
	tested(0, 60 * MB, 60 * MB);
	expect_verdict(&rule_memtest, VERDICT_WORKS, NULL);
	expect_line(&rule_memtest, "Tested: 61440 KB, 93 % of the memory\n");
	tested(0, 10 * MB, 60 * MB);
	expect_verdict(&rule_memtest, VERDICT_WORKS, "Time was short: 10240 of 61440 KB");
	tested(0, 0, 60 * MB);
	expect_verdict(&rule_memtest, VERDICT_DETECTED, "no time");
	tested(2, 60 * MB, 60 * MB);
	error(0, 0x01234560, 0x10, 0x18, 0);
	error(1, 0x02000000, 0x02000000, 0x02040000, 0x02040000);
	expect_verdict(&rule_memtest, VERDICT_MALFUNCTION,
		       "At physical address 01234560 (megabyte 18): bit 3 wrong.");
	expect_verdict(&rule_memtest, VERDICT_MALFUNCTION,
		       "Addresses 02000000 and 02040000 are the same cell");
	expect_verdict(&rule_memtest, VERDICT_MALFUNCTION, "Do not install");
	tested(1, 60 * MB, 60 * MB);
	error(0, 0, 0, 3, 0);
	expect_verdict(&rule_memtest, VERDICT_MALFUNCTION, "bits 0 and 1 wrong");
	tested(1, 60 * MB, 60 * MB);
	error(0, 0, 0, 0xff, 0);
	expect_verdict(&rule_memtest, VERDICT_MALFUNCTION, "mask 000000ff wrong");
}

static void test_absurd_memory_tests(void **state)
{
	expect_verdict(&rule_memtest, VERDICT_FAILED, "no result");
	describe_by(&rule_memtest);
	assert_string_equal(lines, "");
	tested(INT64_MAX, INT64_MAX, INT64_MIN);
	error(0, INT64_MIN, INT64_MIN, INT64_MAX, INT64_MAX);
	(void)judge_by(&rule_memtest);
	describe_by(&rule_memtest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_maps),
		RULE_TEST(test_sizes_that_disagree),
		RULE_TEST(test_absurd_maps),
		RULE_TEST(test_memory_tests),
		RULE_TEST(test_absurd_memory_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
