/* advice_test.c - from verdicts to sentences and switches. */
// LINK: hwtest/rules/advice.c hwtest/rules/switches.c hwtest/rules/bios_disk.c
// LINK: hwtest/rules/review.c hwtest/rules/verdict.c
// LINK: hwtest/report/facts.c hwtest/report/report.c common/sha256.c common/xalloc.c
#include <host/host.h>
#include <stdio.h>
#include "../rules.h"

static struct report report;
static struct advice advice;

/* Each probe's rule says what its fact "v" says. */
static void judge_by_fact(const char *probe, const struct facts *facts, struct judgement *j)
{
	enum verdict v = (enum verdict)facts_get_number(facts, probe, "", "v", VERDICT_WORKS);

	if (v != VERDICT_WORKS)
		judge(j, v, "%s is %s.", probe, verdict_name(v));
}

#define RULE(name)                                                                                 \
	static void judge_##name(const struct facts *facts, struct judgement *j)                   \
	{                                                                                          \
		judge_by_fact(#name, facts, j);                                                    \
	}
RULE(cpu)
RULE(memmap)
RULE(irq)
RULE(pit)
RULE(vga)
RULE(ata)
RULE(partitions)
RULE(pci)
RULE(mouse)

static const struct rule rules[] = {
	{ "cpu", judge_cpu, NULL },	{ "memmap", judge_memmap, NULL },
	{ "pit", judge_pit, NULL },	{ "irq", judge_irq, NULL },
	{ "vga", judge_vga, NULL },	{ "ata", judge_ata, NULL },
	{ "pci", judge_pci, NULL },	{ "partitions", judge_partitions, NULL },
	{ "mouse", judge_mouse, NULL },
};

const struct rule *rule_find(const char *probe)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].probe, probe))
			return &rules[i];
	return NULL;
}

static int setup(void **state)
{
	report_init(&report);
	for (size_t i = 0; i < ARRAY_SIZE(rules) - 1; i++) /* not the mouse */
		report_add_probe(&report, rules[i].probe, "R0", 0)->verdict = strdup("works");
	facts_text(&report.facts, "ata", "ide0.0", "kind", "disk");
	return 0;
}

static int teardown(void **state)
{
	advice_free(&advice);
	report_free(&report);
	return 0;
}

static void say(const char *probe, enum verdict v)
{
	struct report_probe *p = report_find(&report, probe);

	free(p->verdict);
	p->verdict = strdup(verdict_name(v));
	facts_number(&report.facts, probe, "", "v", v, "");
}

static void test_a_good_machine(void **state)
{
	advise(&report, &advice);
	assert_int_equal(advice.boots, VERDICT_WORKS);
	assert_int_equal(advice.installs, VERDICT_WORKS);
	assert_int_equal(advice.comfortable, VERDICT_WORKS);
	assert_string_equal(advice.installs_why, "There is a disk that its driver works with.");
	assert_string_equal(advice.switches, "");
}

static void test_a_bad_processor_ends_it(void **state)
{
	say("cpu", VERDICT_FAILED);
	advise(&report, &advice);
	assert_int_equal(advice.boots, VERDICT_FAILED);
	assert_string_equal(advice.boots_why, "cpu is failed.");
	assert_int_equal(advice.installs, VERDICT_FAILED);
	assert_int_equal(advice.comfortable, VERDICT_FAILED);
}

static void test_without_a_disk_it_starts_but_is_not_installed(void **state)
{
	say("ata", VERDICT_ABSENT);
	advise(&report, &advice);
	assert_int_equal(advice.boots, VERDICT_WORKS);
	assert_int_equal(advice.installs, VERDICT_FAILED);
	assert_string_equal(advice.installs_why, "There is no disk that Oldiron has a driver for.");
}

static void test_a_cd_drive_is_no_disk(void **state)
{
	facts_free(&report.facts);
	facts_text(&report.facts, "ata", "ide1.0", "kind", "packet");
	advise(&report, &advice);
	assert_int_equal(advice.installs, VERDICT_FAILED);
	assert_string_equal(advice.installs_why, "There is no disk.");
}

static void test_an_empty_disk_is_good(void **state)
{
	say("partitions", VERDICT_ABSENT);
	advise(&report, &advice);
	assert_int_equal(advice.installs, VERDICT_WORKS);
}

static void test_what_was_not_looked_at_is_not_promised(void **state)
{
	say("memmap", VERDICT_NOT_RUN);
	advise(&report, &advice);
	assert_int_equal(advice.boots, VERDICT_DETECTED);
	assert_string_equal(advice.boots_why, "Not looked at: memory.");
}

/* A run of one probe promises nothing about the rest. */
static void test_nothing_looked_at_is_no_comfort(void **state)
{
	say("vga", VERDICT_NOT_RUN);
	say("pci", VERDICT_NOT_RUN);
	advise(&report, &advice);
	assert_int_equal(advice.comfortable, VERDICT_DETECTED);
	assert_string_equal(advice.comfortable_why, "Nothing that this depends on was looked at.");
}

static void test_what_stops_the_machine_is_switched_off(void **state)
{
	say("pci", VERDICT_HANG);
	advise(&report, &advice);
	assert_int_equal(advice.boots, VERDICT_WORKS);
	assert_int_equal(advice.comfortable, VERDICT_LIMITED);
	assert_string_equal(advice.switches, "nopci");
	advice_free(&advice);
	say("ata", VERDICT_HANG);
	advise(&report, &advice);
	assert_string_equal(advice.switches, "nopci noide");
}

static void test_switches_by_facts(void **state)
{
	facts_number(&report.facts, "ata", "ide0.0", "dma-same", 1, "");
	facts_number(&report.facts, "cpu", "", "tsc-khz", 100000, "");
	facts_number(&report.facts, "cpu", "", "tsc-by-timer", 99000, "");
	facts_number(&report.facts, "memtest", "error0", "address", 3 << 20, "");
	advise(&report, &advice);
	/* Below 4 MB nothing would be left to run in. */
	assert_string_equal(advice.switches, "");
	advice_free(&advice);
	facts_free(&report.facts);
	facts_number(&report.facts, "ata", "ide0.0", "dma-same", 1, "");
	facts_number(&report.facts, "ata", "ide1.0", "dma-same", 0, "");
	facts_number(&report.facts, "cpu", "", "tsc-khz", 100000, "");
	facts_number(&report.facts, "cpu", "", "tsc-by-timer", 66000, "");
	facts_number(&report.facts, "memtest", "error0", "address", 13000000, "");
	facts_number(&report.facts, "memtest", "error1", "address", 9000000, "");
	advise(&report, &advice);
	assert_string_equal(advice.switches, "nodma notsc mem=8M");
}

static void expect_switches(const char *words)
{
	advice_free(&advice);
	advise(&report, &advice);
	assert_string_equal(advice.switches, words);
	facts_free(&report.facts);
}

static void number(const char *probe, const char *subject, const char *key, s64 n)
{
	facts_number(&report.facts, probe, subject, key, n, "");
}

static void test_switches_for_disks(void **state)
{
	number("ata", "ide0.0", "line-raised", 1);
	expect_switches("");
	number("ata", "ide0.0", "line-raised", 1);
	number("ata", "ide1.0", "line-raised", 0);
	expect_switches("ide=poll");
	facts_text(&report.facts, "ata", "ide0.0", "dma-failed", "3 errors");
	expect_switches("nodma");
	report_add_probe(&report, "floppy", "R1", 0)->verdict = strdup("hang");
	expect_switches("floppy=off");
}

static void test_switches_for_the_mouse(void **state)
{
	u8 bda[0x20] = { 0 };

	facts_text(&report.facts, "ps2", "", "mouse-port-fault", "no mouse port: the loop test");
	facts_bytes(&report.facts, "bios", "", "bda", bda, sizeof(bda));
	expect_switches("");
	bda[0x10] = 0x04;
	facts_text(&report.facts, "ps2", "", "mouse-port-fault", "no mouse port: the loop test");
	facts_bytes(&report.facts, "bios", "", "bda", bda, sizeof(bda));
	expect_switches("i8042.noloop");
	facts_bytes(&report.facts, "bios", "", "bda", bda, sizeof(bda));
	expect_switches("");
	number("ps2", "", "self-test", 0x55);
	expect_switches("");
	number("ps2", "", "self-test", 0xfc);
	expect_switches("i8042.noselftest");
	number("ps2", "", "multiplexer", 0x11);
	expect_switches("");
	report_add_probe(&report, "mouse", "R1", 0)->verdict = strdup("works");
	number("ps2", "", "multiplexer", 0x11);
	number("mouse", "", "v", VERDICT_FAILED);
	expect_switches("i8042.nomux");
}

/* What is suggested is in the kernel's list of switches. */
static void test_switches_are_real(void **state)
{
	static char list[65536];
	FILE *f = fopen("docs/boot.md", "r");
	size_t n = f ? fread(list, 1, sizeof(list) - 1, f) : 0;
	char words[256], quoted[64], *at = NULL;

	assert_true(n > 0);
	assert_int_equal(fclose(f), 0);
	say("pci", VERDICT_HANG);
	say("ata", VERDICT_HANG);
	number("ata", "a", "line-raised", 0);
	number("ata", "a", "dma-same", 0);
	number("cpu", "", "tsc-khz", 0);
	number("ps2", "", "self-test", 0);
	report_add_probe(&report, "floppy", "R1", 0)->verdict = strdup("hang");
	report_add_probe(&report, "ps2", "R1", 0)->verdict = strdup("hang");
	report_add_probe(&report, "apm", "R1", 0)->verdict = strdup("hang");
	report_add_probe(&report, "acpi", "R1", 0)->verdict = strdup("hang");
	advise(&report, &advice);
	snprintf(words, sizeof(words), "%s i8042.noloop i8042.nomux", advice.switches);
	for (char *w = strtok_r(words, " ", &at); w; w = strtok_r(NULL, " ", &at)) {
		snprintf(quoted, sizeof(quoted), "`%s`", w);
		if (!strstr(list, quoted))
			fail_msg("docs/boot.md has no switch %s", w);
	}
}

static void test_a_probe_that_the_system_ended_says_nothing_of_the_hardware(void **state)
{
	struct judgement j;

	facts_number(&report.facts, "pit", "", "crash", 9, "");
	review(&report, report_find(&report, "pit"), &j);
	assert_int_equal(j.verdict, VERDICT_DETECTED);
	assert_non_null(strstr(j.why[0], "for want of memory"));
	judgement_free(&j);
	facts_number(&report.facts, "vga", "", "crash", 11, "");
	review(&report, report_find(&report, "vga"), &j);
	assert_int_equal(j.verdict, VERDICT_FAILED);
	judgement_free(&j);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_good_machine),
		TEST(test_a_bad_processor_ends_it),
		TEST(test_without_a_disk_it_starts_but_is_not_installed),
		TEST(test_a_cd_drive_is_no_disk),
		TEST(test_an_empty_disk_is_good),
		TEST(test_what_was_not_looked_at_is_not_promised),
		TEST(test_nothing_looked_at_is_no_comfort),
		TEST(test_what_stops_the_machine_is_switched_off),
		TEST(test_switches_by_facts),
		TEST(test_switches_for_disks),
		TEST(test_switches_for_the_mouse),
		TEST(test_switches_are_real),
		TEST(test_a_probe_that_the_system_ended_says_nothing_of_the_hardware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
