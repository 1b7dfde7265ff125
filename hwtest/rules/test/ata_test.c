/* The rule for disks over facts that a report may hold. */
// LINK: hwtest/rules/ata_bios.c hwtest/rules/bios_disk.c
// LINK: hwtest/rules/ata.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
// LINK: drivers/ata/identify_decode.c
#include <kernel/unaligned.h>
#include <string.h>
#include "rule_case.h"

static void add_disk(const char *name, u32 sectors)
{
	u8 words[512] = { 0 };
	u32 cylinders = sectors / (16 * 63);

	put_le16(words, 0x0040);
	put_le16(words + 2, (u16)(cylinders > 16383 ? 16383 : cylinders));
	put_le16(words + 6, 16);
	put_le16(words + 12, 63);
	memcpy(words + 54, "ESTTI GNISKD", 12);
	put_le16(words + 98, 0x0200);
	put_le32(words + 120, sectors);
	put_le16(words + 160, 0x001e);
	facts_bytes(&facts, "ata", name, "identify", words, sizeof(words));
}

static void number(const char *key, s64 n)
{
	facts_number(&facts, "ata", "ide0.0", key, n, "");
}

static void test_usual(void **state)
{
	add_disk("ide0.0", 80640);
	number("repeat-same", 1);
	number("start-rate", 5 << 20);
	number("end-rate", 3 << 20);
	facts_text(&facts, "ata", "ide0", "controller", "PIIX3 0000:00:01.1");
	facts_number(&facts, "ata", "ide0", "base", 0x1F0, "");
	facts_number(&facts, "ata", "ide0", "control", 0x3F6, "");
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
	expect_line(&rule_ata, "ide0 at 1f0, 3f6: PIIX3 0000:00:01.1\n");
	expect_line(&rule_ata, "39 MB (80640 sectors), CHS 80/16/63, LBA28\n");
	expect_line(&rule_ata, "reads 5120 KB/s at the start, 3072 at the end\n");
}

static void expect_after(const char *key, s64 n, enum verdict v, const char *reason)
{
	rule_start_again();
	add_disk("ide0.0", 80640);
	number(key, n);
	expect_verdict(&rule_ata, v, reason);
}

static void test_what_is_wrong(void **state)
{
	expect_after("repeat-same", 0, VERDICT_MALFUNCTION, "do not use it");
	expect_after("dma-same", 0, VERDICT_MALFUNCTION, "nodma");
	expect_after("chs-same", 0, VERDICT_LIMITED, "by cylinder");
	expect_after("io32-same", 0, VERDICT_WORKS, "16 on such");
	expect_after("line-raised", 0, VERDICT_LIMITED, "start with ide=poll");
	expect_after("line-raised", 1, VERDICT_WORKS, NULL);
	expect_after("bad-sectors", 2, VERDICT_LIMITED, "2 places could not be read");
	expect_after("smart-fails", 1, VERDICT_LIMITED, "expects to fail");
	expect_after("middle-rate", 50000, VERDICT_LIMITED, "only 48 KB a second");
	expect_after("size", 1 << 20, VERDICT_LIMITED, "the system uses 1 MB of its 39");
	expect_after("bad-sectors", -5, VERDICT_WORKS, NULL);
	rule_start_again();
	add_disk("ide0.0", 80640);
	facts_text(&facts, "ata", "ide0.0", "given-up", "seeking");
	expect_verdict(&rule_ata, VERDICT_FAILED, "stopped answering during \"seeking\"");
	rule_start_again();
	add_disk("ide0.0", 80640);
	facts_text(&facts, "ata", "ide0.0", "dma-failed", "3 errors");
	expect_verdict(&rule_ata, VERDICT_LIMITED,
		       "DMA does not work (3 errors): start with nodma");
}

static void test_limits_of_the_bios(void **state)
{
	add_disk("ide0.0", 1024 * 16 * 63 + 1);
	expect_verdict(&rule_ata, VERDICT_WORKS, "504 MB");
	rule_start_again();
	add_disk("ide0.0", 1024 * 255 * 63 + 1);
	expect_verdict(&rule_ata, VERDICT_WORKS, "first 8 GB");
}

/* A disk of so many cylinders of 16 heads and 63 sectors, and the BIOS's table of it; drive_heads
 * 0: not translated. */
static void with_table(u32 cylinders, u16 c, u8 h, u8 s, u8 drive_heads, u8 drive_track)
{
	u8 t[16] = { (u8)c, (u8)(c >> 8), h };

	t[14] = s;
	if (drive_heads) {
		t[3] = 0xa1;
		t[4] = drive_track;
		t[11] = drive_heads;
		for (unsigned int i = 0; i < 15; i++)
			t[15] -= t[i];
	}
	rule_start_again();
	add_disk("ide0.1", cylinders * 16 * 63);
	facts_text(&facts, "ata", "ide0.0", "kind", "packet");
	facts_text(&facts, "ata", "ide0.1", "kind", "disk");
	facts_bytes(&facts, "ata", "bios0", "parameters", t, sizeof(t));
}

static void test_tables_of_the_bios(void **state)
{
	with_table(900, 899, 16, 63, 0, 0);
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
	expect_line(&rule_ata, "disk 0 has 442 MB in its table, CHS 899/16/63\n");
	with_table(4000, 1000, 64, 63, 16, 63);
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
	expect_line(&rule_ata, "CHS 1000/64/63, translated\n");
	/* Translating without a word is usual, and so is reaching only the first 1024 cylinders. */
	with_table(4000, 1000, 64, 63, 0, 0);
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
	with_table(4000, 1024, 16, 63, 0, 0);
	expect_verdict(&rule_ata, VERDICT_WORKS, "reaches its first 504 MB only");
	assert_null(strstr(reasons, "1994"));
}

static void test_tables_that_are_wrong(void **state)
{
	with_table(900, 977, 16, 63, 0, 0);
	expect_verdict(&rule_ata, VERDICT_LIMITED, "with 480 MB, and it has 442");
	/* Type 2 of the first ATs. */
	with_table(900, 615, 4, 17, 0, 0);
	expect_verdict(&rule_ata, VERDICT_LIMITED,
		       "4 heads and 17 sectors a track, the drive says 16");
	with_table(4000, 1000, 64, 63, 15, 63);
	expect_verdict(&rule_ata, VERDICT_LIMITED, "15 heads and 63 sectors a track");
	/* No table, or one of a translation whose sum is wrong: the numbers that programs see
	 * count. */
	with_table(4000, 0, 64, 63, 15, 63);
	expect_verdict(&rule_ata, VERDICT_WORKS, "1994");
	with_table(4000, 1000, 64, 63, 15, 63);
	facts_get_bytes(&facts, "ata", "bios0", "parameters", 16)->bytes[15]++;
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
}

static void test_nobody(void **state)
{
	expect_verdict(&rule_ata, VERDICT_DETECTED, "No drive could be identified");
	facts_text(&facts, "ata", "ide0.0", "note", "busy for ever: left alone");
	expect_verdict(&rule_ata, VERDICT_DETECTED, "busy for ever");
}

static void test_hostile(void **state)
{
	u8 junk[512];

	facts_bytes(&facts, "ata", "a", "identify", "short", 5);
	facts_text(&facts, "ata", "b", "identify", "text");
	facts_number(&facts, "ata", "c", "note", 3, "");
	facts_number(&facts, "ata", "d", "controller", 3, "");
	facts_bytes(&facts, "ata", "bios0", "parameters", "short", 5);
	expect_verdict(&rule_ata, VERDICT_DETECTED, "No drive");
	memset(junk, 0xff, sizeof(junk));
	facts_bytes(&facts, "ata", "e", "identify", junk, sizeof(junk));
	expect_verdict(&rule_ata, VERDICT_FAILED, "e: what it says of itself");
	add_disk("ide0.0", 80640);
	facts_bytes(&facts, "ata", "ide0.0", "status-pairs", "abc", 3);
	number("size", INT64_MIN);
	number("start-rate", INT64_MIN);
	number("seek-us", INT64_MAX);
	(void)judge_by(&rule_ata);
	describe_by(&rule_ata);
}

static void test_alternate_status(void **state)
{
	add_disk("ide0.0", 80640);
	facts_bytes(&facts, "ata", "ide0.0", "status-pairs", "\x50\x52\xff\x50", 4);
	expect_verdict(&rule_ata, VERDICT_WORKS, NULL);
	rule_start_again();
	add_disk("ide0.0", 80640);
	facts_bytes(&facts, "ata", "ide0.0", "status-pairs", "\xff\x50\xff\x50", 4);
	expect_verdict(&rule_ata, VERDICT_WORKS, "no alternate status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_usual),
		RULE_TEST(test_what_is_wrong),
		RULE_TEST(test_limits_of_the_bios),
		RULE_TEST(test_tables_of_the_bios),
		RULE_TEST(test_tables_that_are_wrong),
		RULE_TEST(test_nobody),
		RULE_TEST(test_hostile),
		RULE_TEST(test_alternate_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
