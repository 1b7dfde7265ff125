/* The rules for partitions and for network cards. */
// LINK: hwtest/rules/partitions.c hwtest/rules/network.c hwtest/rules/pci_names.c
// LINK: hwtest/rules/bios_disk.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/unicode.c
// LINK: kernel/lib/crc32_small.c
#include <kernel/block/part_scan.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "rule_case.h"

static void number(const char *key, s64 n)
{
	facts_number(&facts, "partitions", "ide0.0", key, n, "");
}

static void add_disk(u32 problems)
{
	number("problems", problems);
	number("sectors", 80640);
	number("heads", 16);
	number("track-sectors", 63);
	facts_text(&facts, "partitions", "ide0.0", "scheme", "mbr");
}

static void add_table(u32 start, u32 count, u8 head, u8 sector, u8 cylinder)
{
	u8 sector_0[512] = { 0 };

	sector_0[446 + 4] = 0x83;
	sector_0[446 + 5] = head;
	sector_0[446 + 6] = sector;
	sector_0[446 + 7] = cylinder;
	put_le32(sector_0 + 446 + 8, start);
	put_le32(sector_0 + 446 + 12, count);
	facts_bytes(&facts, "partitions", "ide0.0", "sector-0", sector_0, sizeof(sector_0));
}

static void test_problems(void **state)
{
	add_disk(0);
	expect_verdict(&rule_partitions, VERDICT_WORKS, NULL);
	for (unsigned int bit = 0; bit < PART_BAD_COUNT; bit++) {
		rule_start_again();
		add_disk(1u << bit);
		assert_true(judge_by(&rule_partitions) <= VERDICT_LIMITED);
		assert_non_null(strstr(reasons, part_problem_text(1u << bit)));
	}
	rule_start_again();
	add_disk(PART_BAD_OVERLAP);
	expect_verdict(&rule_partitions, VERDICT_LIMITED, "ide0.0: ");
	rule_start_again();
	add_disk(0);
	number("error", -5);
	expect_verdict(&rule_partitions, VERDICT_FAILED, "first sector cannot be read");
}

static void test_cylinders(void **state)
{
	/* Sectors 63 to 10079: ten cylinders of 16 heads of 63 sectors. */
	add_disk(0);
	add_table(63, 10017, 15, 63, 9);
	expect_verdict(&rule_partitions, VERDICT_WORKS, NULL);
	rule_start_again();
	add_disk(0);
	add_table(63, 10017, 254, 63, 0);
	expect_verdict(&rule_partitions, VERDICT_WORKS, "other numbers of heads");
	/* Beyond what the numbers reach they say nothing. */
	rule_start_again();
	add_disk(0);
	add_table(63, 0x7fffffff, 254, 0xff, 0xff);
	expect_verdict(&rule_partitions, VERDICT_WORKS, NULL);
}

/* What the BIOS says counts, not what fits the table best. */
static void test_cylinders_beside_the_bios(void **state)
{
	u8 table[16] = { 10, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 63, 0 };

	add_disk(0);
	add_table(63, 10017, 15, 63, 9);
	facts_text(&facts, "ata", "ide0.0", "kind", "disk");
	facts_bytes(&facts, "ata", "bios0", "parameters", table, sizeof(table));
	expect_verdict(&rule_partitions, VERDICT_WORKS, "than the BIOS's 128 and 63");
	rule_start_again();
	table[2] = 16;
	add_disk(0);
	add_table(63, 10017, 15, 63, 9);
	facts_text(&facts, "ata", "ide0.0", "kind", "disk");
	facts_bytes(&facts, "ata", "bios0", "parameters", table, sizeof(table));
	expect_verdict(&rule_partitions, VERDICT_WORKS, NULL);
}

static void test_describes(void **state)
{
	add_disk(0);
	facts_text(&facts, "partitions", "ide0.0-1", "type", "0x83");
	facts_text(&facts, "partitions", "ide0.0-1", "contents", "ext2");
	facts_number(&facts, "partitions", "ide0.0-1", "start", 63, "sectors");
	facts_number(&facts, "partitions", "ide0.0-1", "count", 20480, "sectors");
	expect_line(&rule_partitions, "ide0.0: mbr, 80640 sectors\n");
	expect_line(&rule_partitions, "ide0.0-1: type 0x83, from 63, 10 MB, ext2\n");
}

static void test_hostile(void **state)
{
	expect_verdict(&rule_partitions, VERDICT_DETECTED, "No disk was read");
	facts_text(&facts, "partitions", "x", "problems", "many");
	facts_bytes(&facts, "partitions", "x", "sector-0", "short", 5);
	facts_number(&facts, "partitions", "x", "scheme", 1, "");
	facts_number(&facts, "partitions", "x", "type", 1, "");
	number("problems", -1);
	number("heads", INT64_MAX);
	number("track-sectors", 0);
	(void)judge_by(&rule_partitions);
	describe_by(&rule_partitions);
	add_disk(0);
	add_table(0xffffffff, 0xffffffff, 0xff, 0xff, 0xff);
	(void)judge_by(&rule_partitions);
}

static void test_network(void **state)
{
	u8 config[64] = { 0xEC, 0x10, 0x39, 0x81 };

	expect_verdict(&rule_network, VERDICT_DETECTED, "not what it is");
	facts_bytes(&facts, "network", "0000:00:05.0", "config", config, 4);
	facts_bytes(&facts, "network", "0000:00:05.0", "mac", "abc", 3);
	facts_text(&facts, "network", "y", "mac", "text");
	expect_verdict(&rule_network, VERDICT_DETECTED, "not what it is");
	describe_by(&rule_network);
	rule_start_again();
	facts_bytes(&facts, "network", "0000:00:05.0", "config", config, 64);
	facts_bytes(&facts, "network", "0000:00:05.0", "mac", "\x52\x54\x00\x01\x02\x03", 6);
	expect_verdict(&rule_network, VERDICT_LIMITED, "Realtek RTL8139: Oldiron has no driver");
	expect_line(&rule_network, "0000:00:05.0 address 52:54:00:01:02:03\n");
	config[2] = 0x77;
	facts_bytes(&facts, "network", "0000:00:06.0", "config", config, 64);
	expect_verdict(&rule_network, VERDICT_LIMITED, "0000:00:06.0: Realtek 10ec:8177");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_problems),
		RULE_TEST(test_cylinders),
		RULE_TEST(test_cylinders_beside_the_bios),
		RULE_TEST(test_describes),
		RULE_TEST(test_hostile),
		RULE_TEST(test_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
