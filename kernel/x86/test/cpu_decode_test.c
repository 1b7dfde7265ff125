/* What the kernel makes of processors by their signatures; numbers from Intel's AP-485. */
// LINK: kernel/x86/cpu_decode.c
#include <host/host.h>
#include <string.h>
#include "../cpu_decode.h"

static struct cpu_info decoded(const char *vendor, u32 signature, u32 features)
{
	struct cpu_info cpu = { .signature = signature, .features = features };

	strcpy(cpu.vendor, vendor);
	cpu_decode_signature(&cpu);
	cpu_decode_quirks(&cpu);
	cpu_decode_dependents(&cpu);
	return cpu;
}

static void assert_names(u32 signature, u8 family, u8 model, u8 stepping)
{
	struct cpu_info cpu = decoded("GenuineIntel", signature, CPUID_FPU);

	assert_int_equal(cpu.family, family);
	assert_int_equal(cpu.model, model);
	assert_int_equal(cpu.stepping, stepping);
}

static void test_extended_fields_count_where_they_are_defined(void **state)
{
	assert_names(0x00480, 4, 8, 0);
	assert_names(0x106c2, 6, 0x1c, 2);  /* Atom */
	assert_names(0x00f4a, 15, 4, 10);   /* Pentium 4 */
	assert_names(0x100f42, 0x10, 4, 2); /* a family beyond 15 */
	assert_names(0xf0543, 5, 4, 3);	    /* of a Pentium they mean nothing */
}

static void test_wrong_features_are_taken_away(void **state)
{
	u32 all = CPUID_SEP | CPUID_MSR | CPUID_PGE;

	assert_int_equal(decoded("GenuineIntel", 0x619, all).features & CPUID_SEP, 0);
	assert_int_equal(decoded("GenuineIntel", 0x632, all).features & CPUID_SEP, 0);
	assert_int_not_equal(decoded("GenuineIntel", 0x633, all).features & CPUID_SEP, 0);
	/* The model's upper half counts too. */
	assert_int_not_equal(decoded("GenuineIntel", 0x20621, all).features & CPUID_SEP, 0);
	assert_int_not_equal(decoded("AuthenticAMD", 0x612, all).features & CPUID_SEP, 0);
	assert_int_equal(decoded("GenuineIntel", 0x590, all).features & CPUID_PGE, 0);
	assert_int_not_equal(decoded("GenuineIntel", 0x581, all).features & CPUID_PGE, 0);
}

static void test_f00f_is_of_intels_fifth_family(void **state)
{
	assert_true(decoded("GenuineIntel", 0x543, CPUID_FPU).f00f_bug);
	assert_false(decoded("GenuineIntel", 0x590, CPUID_FPU).f00f_bug);
	assert_false(decoded("AuthenticAMD", 0x58c, CPUID_FPU).f00f_bug);
	assert_false(decoded("GenuineIntel", 0x619, CPUID_FPU).f00f_bug);
}

static void test_what_needs_another_feature_goes_with_it(void **state)
{
	assert_int_equal(decoded("x", 0x650, CPUID_SEP).features, 0);
	assert_int_equal(decoded("x", 0x650, CPUID_SSE | CPUID_SSE2).features, 0);
	assert_int_equal(decoded("x", 0x650, CPUID_SSE | CPUID_FXSR).features,
			 CPUID_SSE | CPUID_FXSR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extended_fields_count_where_they_are_defined),
		cmocka_unit_test(test_wrong_features_are_taken_away),
		cmocka_unit_test(test_f00f_is_of_intels_fifth_family),
		cmocka_unit_test(test_what_needs_another_feature_goes_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
