/* The kernel command line: last one wins, sizes, quotes, what belongs to process 1. */
// LINK: kernel/lib/cmdline.c kernel/lib/string.c
#include <host/host.h>
#include <kernel/init.h>
#include <string.h>

char boot_command_line[2048];

static void set(const char *line)
{
	strcpy(boot_command_line, line);
}

static void last_value_wins(void **state)
{
	set("console=tty0 root=/dev/hda1  console=ttyS0,115200 quiet");
	assert_string_equal(cmdline_get("console"), "ttyS0,115200");
	assert_string_equal(cmdline_get("quiet"), "");
	assert_null(cmdline_get("qui"));
	assert_null(cmdline_get("onsole"));
	assert_true(cmdline_has("quiet"));
	assert_false(cmdline_has("roo"));
}

static void numbers(void **state)
{
	set("mem=16M a=0x1f b=12k c=9999999999 d=x e= f=4G panic=-1");
	assert_int_equal(cmdline_get_uint("mem", 0), 16 << 20);
	assert_int_equal(cmdline_get_uint("a", 0), 0x1f);
	assert_int_equal(cmdline_get_uint("b", 0), 12 << 10);
	assert_true(cmdline_get_uint("c", 0) == 0xffffffffu);
	assert_int_equal(cmdline_get_uint("d", 7), 7);
	assert_int_equal(cmdline_get_uint("e", 7), 7);
	assert_true(cmdline_get_uint("f", 0) == 0xffffffffu);
	assert_int_equal(cmdline_get_uint("panic", 3), 3);
	assert_int_equal(cmdline_get_uint("absent", 5), 5);
}

static void numbers_within(void **state)
{
	const char *at = "0x1E8,99999999999,0x,-1";
	u32 n;

	assert_true(cmdline_number(&at, &n));
	assert_int_equal(n, 0x1e8);
	assert_int_equal(*at++, ',');
	assert_true(cmdline_number(&at, &n));
	assert_true(n == 0xffffffffu);
	assert_int_equal(*at++, ',');
	assert_false(cmdline_number(&at, &n));
	assert_string_equal(at, "0x,-1");
	at += 3;
	assert_false(cmdline_number(&at, &n));
}

static void quotes_and_dashes(void **state)
{
	set("x=\"a b\" y -- x=2 z");
	assert_string_equal(cmdline_get("x"), "a b");
	assert_true(cmdline_has("y"));
	assert_false(cmdline_has("z"));
}

static void count(const char *value, void *arg)
{
	strcat(arg, value);
	strcat(arg, ";");
}

static void repeated(void **state)
{
	char all[64] = "";

	set("console=tty0 console=ttyS0");
	cmdline_for_each("console", count, all);
	assert_string_equal(all, "tty0;ttyS0;");
	set("");
	assert_null(cmdline_get("console"));
}

static void long_value_is_cut(void **state)
{
	char line[600] = "x=";

	memset(line + 2, 'a', 500);
	set(line);
	assert_int_equal(strlen(cmdline_get("x")), 255);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(last_value_wins),   host_test(numbers),
		host_test(quotes_and_dashes), host_test(repeated),
		host_test(long_value_is_cut), host_test(numbers_within),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
