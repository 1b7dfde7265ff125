/* Every format printk.h promises, against the C library's. */
// LINK: kernel/lib/math64.c
#include <stdio.h>
#include <host/host.h>
#include <string.h>
#define vsnprintf kernel_vsnprintf
#define snprintf  kernel_snprintf
#define scnprintf kernel_scnprintf
#include "../vsnprintf.c"
#undef vsnprintf
#undef snprintf
#undef scnprintf

#define SAME(...)                                                                                  \
	do {                                                                                       \
		char ours[128], theirs[128];                                                       \
		int n = kernel_snprintf(ours, sizeof(ours), __VA_ARGS__);                          \
		int m = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                             \
		assert_string_equal(ours, theirs);                                                 \
		assert_int_equal(n, m);                                                            \
	} while (0)

static void numbers(void **state)
{
	SAME("%d %i %u", -5, 7, 4000000000u);
	SAME("[%5d] [%-5d] [%05d] [%+d] [% d]", 42, 42, -42, 42, 42);
	SAME("%x %X %#x %#o %08x", 0xbeef, 0xbeef, 255, 8, 0x12);
	SAME("%lld %llu %llx", -9223372036854775807ll - 1, ~0ull, 0x123456789abcdefull);
	SAME("%hd %hhu %ld %zu", (short)-3, (unsigned char)200, -9l, (size_t)12);
	SAME("%.3d|%6.3d|%-6.3d|%.0d", 5, 5, 5, 0);
	SAME("%*d|%-*d", 6, 3, 6, 3);
}

static void text(void **state)
{
	SAME("%s|%10s|%-10s|%.2s|%c%%", "abc", "abc", "abc", "abc", 'x');
	SAME("%s", "");
}

static void own_forms(void **state)
{
	char buf[64], *volatile null_text = NULL;

	kernel_snprintf(buf, sizeof(buf), "%p", (void *)0xc0100000);
	assert_string_equal(buf, "c0100000");
	kernel_snprintf(buf, sizeof(buf), "%pE.", (void *)-22l);
	assert_string_equal(buf, "error 22.");
	kernel_snprintf(buf, sizeof(buf), "%s", null_text);
	assert_string_equal(buf, "(null)");
}

static void cuts(void **state)
{
	char buf[8];

	memset(buf, 'z', sizeof(buf));
	assert_int_equal(kernel_snprintf(buf, 4, "abcdef"), 6);
	assert_string_equal(buf, "abc");
	assert_int_equal(buf[4], 'z');
	assert_int_equal(kernel_scnprintf(buf, 4, "abcdef"), 3);
	assert_int_equal(kernel_scnprintf(buf, 0, "abcdef"), 0);
	assert_int_equal(kernel_snprintf(NULL, 0, "%d", 12345), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(numbers),
		host_test(text),
		host_test(own_forms),
		host_test(cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
