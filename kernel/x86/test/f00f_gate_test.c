/* Which page faults stand for an invalid opcode, on the Pentium that stops at F0 0F C7 C8. */
#include <host/host.h>
#include "../f00f.h"

#define IDT 0xc8001000u

static void test_gate_of_invalid_opcode(void **state)
{
	assert_true(f00f_is_gate(IDT, IDT + 48, 3));
	assert_true(f00f_is_gate(IDT, IDT + 52, 3));
	assert_true(f00f_is_gate(IDT, IDT + 55, 1));
	assert_false(f00f_is_gate(IDT, IDT + 47, 3));
	assert_false(f00f_is_gate(IDT, IDT + 56, 3));
	assert_false(f00f_is_gate(IDT, IDT - 1, 3));
}

static void test_not_a_programs_own(void **state)
{
	assert_false(f00f_is_gate(IDT, IDT + 48, 7));
	assert_false(f00f_is_gate(IDT, IDT + 48, 5));
}

static void test_other_processors(void **state)
{
	assert_false(f00f_is_gate(0, 48, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gate_of_invalid_opcode),
		cmocka_unit_test(test_not_a_programs_own),
		cmocka_unit_test(test_other_processors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
