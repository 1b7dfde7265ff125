/* Which drivers "drivers=" leaves in use. */
// LINK: kernel/device/allowed.c kernel/lib/cmdline.c kernel/lib/string.c
#include <host/host.h>
#include <kernel/init.h>

char boot_command_line[2048];

static bool allowed(const char *line, const char *name)
{
	strcpy(boot_command_line, line);
	return driver_allowed(name);
}

static void all_without_the_word(void **state)
{
	assert_true(allowed("console=tty0 noapm", "ide"));
}

static void none(void **state)
{
	assert_false(allowed("drivers=none", "ide"));
	assert_false(allowed("drivers=", "floppy"));
}

static void only_those_named(void **state)
{
	assert_true(allowed("drivers=floppy,serial", "floppy"));
	assert_true(allowed("drivers=floppy,serial", "serial"));
	assert_true(allowed("drivers=none drivers=rtc", "rtc"));
	assert_false(allowed("drivers=floppy,serial", "ide"));
	assert_false(allowed("drivers=floppy,serial", "flop"));
	assert_false(allowed("drivers=floppy,serial", "floppyserial"));
	assert_false(allowed("drivers=floppy2", "floppy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_without_the_word),
		cmocka_unit_test(none),
		cmocka_unit_test(only_those_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
