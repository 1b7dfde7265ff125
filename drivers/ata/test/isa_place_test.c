/* Where the command line says that a channel is. */
// LINK: drivers/ata/isa_place.c kernel/lib/cmdline.c kernel/lib/string.c
#include <host/host.h>
#include "../isa_place.h"

char boot_command_line[2048];

static void check(const char *text, u16 base, u16 control, int irq)
{
	struct isa_place p;

	assert_true(isa_place_parse(text, &p));
	assert_int_equal(p.base, base);
	assert_int_equal(p.control, control);
	assert_int_equal(p.irq, irq);
}

static void whole_and_in_part(void **state)
{
	check("0x1e8,0x3ee,11", 0x1e8, 0x3ee, 11);
	check("0x168,0x36E,5", 0x168, 0x36e, 5);
	check("0x168", 0x168, 0x36e, 10);
	check("0x1e8", 0x1e8, 0x3ee, 11);
	check("368,0x376", 0x170, 0x376, 15);
	check("0x1f0,0x3f6,0", 0x1f0, 0x3f6, -1);
	check("0x320", 0x320, 0x526, -1);
	check("0xfcf8,0xfcf2", 0xfcf8, 0xfcf2, -1);
}

static void what_cannot_be(void **state)
{
	static const char *const bad[] = {
		"",
		",",
		"no",
		"0x",
		"0x1f1",
		"0",
		"0xf8",
		"0x10000",
		"0xfff8",
		"0x1e8,",
		"0x1e8,x",
		"0x1e8;0x3ee",
		"0x1e8,0",
		"0x1e8,0x1ea",
		"0x1e8,0x10000",
		"0x1e8,0x3ee,",
		"0x1e8,0x3ee,2",
		"0x1e8,0x3ee,16",
		"0x1e8,0x3ee,-1",
		"0x1e8,0x3ee,11,",
		"0x1e8,0x3ee,11x",
	};
	struct isa_place p;

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		if (isa_place_parse(bad[i], &p))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(whole_and_in_part),
		host_test(what_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
