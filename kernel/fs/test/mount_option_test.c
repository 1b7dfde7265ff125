/* The text of mount options, and the limit on what a broken disk says. */
// LINK: kernel/fs/mount_option.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/message_limit.h>
#include <string.h>

static char seen[200];

static int note(char *text, void *arg)
{
	char *key, *value;

	seen[0] = 0;
	while ((key = fs_next_option(&text, &value))) {
		strcat(strcat(seen, key), value ? "=" : "");
		strcat(strcat(seen, value ? value : ""), ";");
	}
	return *(int *)arg;
}

static void test_options(void **state)
{
	int result = 0;

	assert_int_equal(fs_parse_options("a,b=1,,c=,=d,e==f", note, &result), 0);
	assert_string_equal(seen, "a;b=1;c=;=d;e==f;");
	strcpy(seen, "untouched");
	assert_int_equal(fs_parse_options("", note, &result), 0);
	assert_int_equal(fs_parse_options(NULL, note, &result), 0);
	assert_string_equal(seen, "untouched");
	result = -EINVAL;
	assert_int_equal(fs_parse_options("x", note, &result), -EINVAL);
	host_fail_alloc(1);
	assert_int_equal(fs_parse_options("x", note, &result), -ENOMEM);
}

static void test_numbers(void **state)
{
	u32 n = 7;

	assert_true(fs_option_number("4294967295", 10, &n) && n == 0xffffffff);
	assert_true(fs_option_number("0755", 8, &n) && n == 0755);
	n = 7;
	assert_false(fs_option_number("4294967296", 10, &n));
	assert_false(fs_option_number("99999999999999999999999", 10, &n));
	assert_false(fs_option_number("8", 8, &n));
	assert_false(fs_option_number("", 10, &n));
	assert_false(fs_option_number(NULL, 10, &n));
	assert_false(fs_option_number("1 ", 10, &n));
	assert_false(fs_option_number("-1", 10, &n));
	assert_int_equal(n, 7);
}

static void test_limit(void **state)
{
	struct message_limit limit = { 0 };
	unsigned int said = 0, lasts = 0;
	bool last;

	for (int i = 0; i < 1000; i++) {
		said += message_allowed(&limit, 5, &last);
		lasts += last;
	}
	assert_int_equal(said, MESSAGE_LIMIT_LINES - 1);
	assert_int_equal(lasts, 1);
	assert_false(message_allowed(&limit, 5 + MESSAGE_LIMIT_SPACE, &last));
	assert_true(message_allowed(&limit, 6 + MESSAGE_LIMIT_SPACE, &last));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_options),
		host_test(test_numbers),
		host_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
