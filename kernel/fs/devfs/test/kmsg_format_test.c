/* Records as /dev/kmsg shows and takes them. */
// LINK: kernel/fs/devfs/kmsg_format.c
#include <host/host.h>
#include <kernel/string.h>
#include "../kmsg.h"

static void expect(const char *text, size_t len, const char *want)
{
	const struct log_record rec = {
		.seq = 7, .time_ns = 1234567890, .level = 6, .len = (u16)len, .text = text
	};
	char buf[KMSG_LINE_MAX];
	size_t n = kmsg_format(&rec, buf, sizeof(buf));

	assert_int_equal(n, strlen(want));
	assert_memory_equal(buf, want, n);
}

static void test_format(void **state)
{
	expect("hello", 5, "6,7,1234567,-;hello\n");
	expect("", 0, "6,7,1234567,-;\n");
	expect("a\\b\n\xff\x01", 6, "6,7,1234567,-;a\\x5cb\\x0a\\xff\\x01\n");
}

static void test_longest_fits(void **state)
{
	static char text[KMSG_TEXT_MAX];
	static char buf[KMSG_LINE_MAX];
	const struct log_record rec = {
		.seq = ~0ull, .time_ns = ~0ull, .level = 7, .len = KMSG_TEXT_MAX, .text = text
	};
	size_t n;

	memset(text, 0xff, sizeof(text));
	n = kmsg_format(&rec, buf, sizeof(buf));
	assert_int_equal(buf[n - 1], '\n');
	assert_memory_equal(buf + n - 5, "\\xff", 4);
	/* A small buffer cuts between characters. */
	n = kmsg_format(&rec, buf, 64);
	assert_true(n <= 64);
	assert_int_equal(buf[n - 1], '\n');
}

static unsigned int level_of(const char *text, const char *rest)
{
	size_t len = strlen(text);
	unsigned int level = kmsg_parse_level(&text, &len, 4);

	assert_string_equal(text, rest);
	assert_int_equal(len, strlen(rest));
	return level;
}

static void test_level(void **state)
{
	assert_int_equal(level_of("<3>x", "x"), 3);
	assert_int_equal(level_of("<30>daemon", "daemon"), 6);
	assert_int_equal(level_of("plain", "plain"), 4);
	assert_int_equal(level_of("<>x", "<>x"), 4);
	assert_int_equal(level_of("<3", "<3"), 4);
	assert_int_equal(level_of("<99999999>x", "<99999999>x"), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_format),
		host_test(test_longest_fits),
		host_test(test_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
