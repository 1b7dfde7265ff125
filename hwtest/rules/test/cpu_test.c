/* The rule for processors: by what CPUID of real ones says (AP-485, vendors' CPUID notes). */
// LINK: hwtest/rules/cpu.c hwtest/rules/put.c hwtest/rules/verdict.c kernel/x86/cpu_decode.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
#include <kernel/unaligned.h>
#include <kernel/x86/cpu_decode.h>
#include <stdio.h>
#include <string.h>
#include "rule_case.h"

static void leaf(const char *name, u32 a, u32 b, u32 c, u32 d)
{
	uint8_t bytes[16];

	put_le32(bytes, a);
	put_le32(bytes + 4, b);
	put_le32(bytes + 8, c);
	put_le32(bytes + 12, d);
	facts_bytes(&facts, "cpu", name, "cpuid", bytes, sizeof(bytes));
}

static void common(void)
{
	rule_start_again();
	facts_number(&facts, "cpu", "", "flag-ac", 1, "");
	facts_number(&facts, "cpu", "", "fpu-status", 0, "");
	facts_number(&facts, "cpu", "", "fdiv-rest", 0, "");
}

static void processor(const char *vendor, u32 signature, u32 features)
{
	u32 word[3];

	memcpy(word, vendor, 12);
	common();
	leaf("00000000", 1, word[0], word[2], word[1]);
	leaf("00000001", signature, 0, 0, features);
}

static void test_named_as_they_are(void **state)
{
	processor("GenuineIntel", 0x543, CPUID_FPU | CPUID_TSC | CPUID_MMX);
	expect_line(&rule_cpu, "GenuineIntel family 5 model 4 stepping 3\n");
	expect_line(&rule_cpu, "Features: fpu tsc mmx\n");
	expect_line(&rule_cpu, "Of these Oldiron leaves alone: none\n");
	expect_verdict(&rule_cpu, VERDICT_WORKS, "F00F");
	processor("GenuineIntel", 0x619, CPUID_FPU | CPUID_MSR | CPUID_SEP);
	expect_line(&rule_cpu, "Of these Oldiron leaves alone: sep\n");
	processor("AuthenticAMD", 0x58c, CPUID_FPU);
	leaf("80000002", 0x2d444d41, 0x7428364b, 0x3320296d, 0x72702044);
	leaf("80000003", 0x7365636f, 0x00726f73, 0, 0);
	leaf("80000004", 0, 0, 0, 0);
	expect_verdict(&rule_cpu, VERDICT_WORKS, NULL);
	expect_line(&rule_cpu, "It calls itself \"AMD-K6(tm) 3D processor\"\n");
}

static void test_without_cpuid(void **state)
{
	common();
	expect_verdict(&rule_cpu, VERDICT_WORKS, NULL);
	expect_line(&rule_cpu, "A 486 without CPUID\n");
	facts_number(&facts, "cpu", "", "divides-like-cyrix", 1, "");
	expect_line(&rule_cpu, "A Cyrix of the 486 class, without CPUID\n");
	rule_start_again();
	facts_number(&facts, "cpu", "", "flag-ac", 0, "");
	expect_verdict(&rule_cpu, VERDICT_FAILED, "386");
}

static void test_known_errors(void **state)
{
	static const struct {
		const char *vendor;
		u32 signature;
		const char *text;
	} rows[] = {
		{ "CyrixInstead", 0x520, "coma" },    { "CyrixInstead", 0x600, "coma" },
		{ "AuthenticAMD", 0x561, "32 MB" },   { "GenuineIntel", 0x617, "1792 MB" },
		{ "GenuineIntel", 0x106c2, "AAE44" }, { "NexGenDriven", 0x500, "read-only" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		processor(rows[i].vendor, rows[i].signature, CPUID_FPU);
		expect_verdict(&rule_cpu, VERDICT_WORKS, rows[i].text);
	}
	processor("AuthenticAMD", 0x562, CPUID_FPU);
	expect_verdict(&rule_cpu, VERDICT_WORKS, NULL);
	processor("GenuineIntel", 0x106ca, CPUID_FPU);
	expect_verdict(&rule_cpu, VERDICT_WORKS, NULL);
}

static void test_floating_point(void **state)
{
	common();
	rule_start_again();
	facts_number(&facts, "cpu", "", "flag-ac", 1, "");
	facts_number(&facts, "cpu", "", "fpu-status", 0x5a5a, "");
	expect_verdict(&rule_cpu, VERDICT_FAILED, "no floating-point unit");
	rule_start_again();
	facts_number(&facts, "cpu", "", "flag-ac", 1, "");
	facts_number(&facts, "cpu", "", "fdiv-rest", 256, "");
	expect_verdict(&rule_cpu, VERDICT_LIMITED, "FDIV bug");
	rule_start_again();
	facts_number(&facts, "cpu", "", "flag-ac", 1, "");
	facts_number(&facts, "cpu", "", "fdiv-rest", 3, "");
	expect_verdict(&rule_cpu, VERDICT_MALFUNCTION, "divides wrongly");
	processor("GenuineIntel", 0x420, 0);
	expect_verdict(&rule_cpu, VERDICT_FAILED, "no floating-point unit");
}

static void counters(int64_t khz, int64_t timer)
{
	processor("GenuineIntel", 0x633, CPUID_FPU | CPUID_TSC);
	facts_number(&facts, "cpu", "", "tsc-khz", khz, "");
	facts_number(&facts, "cpu", "", "tsc-by-timer", timer, "");
}

static void test_time_stamps(void **state)
{
	counters(233000, 233100);
	expect_verdict(&rule_cpu, VERDICT_WORKS, NULL);
	expect_line(&rule_cpu, "runs at 233.000 MHz\n");
	counters(0, 0);
	expect_verdict(&rule_cpu, VERDICT_LIMITED, "boot with notsc");
	counters(233000, 300000);
	expect_verdict(&rule_cpu, VERDICT_LIMITED, "233000 and 300000 kHz");
	counters(300000, 233000);
	expect_verdict(&rule_cpu, VERDICT_LIMITED, "disagree");
}

static void test_caches_show_as_steps(void **state)
{
	static const int ps[] = { 5000, 5000, 5100, 15000, 15100, 15000, 80000, 82000 };
	char name[16];

	common();
	for (unsigned int i = 0; i < ARRAY_SIZE(ps); i++) {
		snprintf(name, sizeof(name), "%u", 2048u << i);
		facts_number(&facts, "cpu", name, "read-ps", ps[i], "");
	}
	describe_by(&rule_cpu);
	assert_non_null(strstr(lines, "Up to 8192 bytes a read takes 5.1 ns\n"
				      "Up to 65536 bytes a read takes 15.0 ns\n"
				      "At 262144 bytes a read takes 82.0 ns\n"));
}

static void test_absurd_reports(void **state)
{
	expect_verdict(&rule_cpu, VERDICT_FAILED, "not looked at");
	facts_bytes(&facts, "cpu", "00000000", "cpuid", "abc", 3);
	describe_by(&rule_cpu);
	processor("\xff\x01\n        ", 0xffffffff, 0xffffffff);
	facts_number(&facts, "cpu", "", "tsc-khz", INT64_MAX, "");
	facts_number(&facts, "cpu", "", "tsc-by-timer", INT64_MIN, "");
	facts_number(&facts, "cpu", "", "read-ps", INT64_MIN, "");
	facts_text(&facts, "cpu", "1", "read-ps", "text");
	(void)judge_by(&rule_cpu);
	describe_by(&rule_cpu);
	assert_null(strchr(lines, '\xff'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_named_as_they_are), RULE_TEST(test_without_cpuid),
		RULE_TEST(test_known_errors),	   RULE_TEST(test_floating_point),
		RULE_TEST(test_time_stamps),	   RULE_TEST(test_caches_show_as_steps),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
