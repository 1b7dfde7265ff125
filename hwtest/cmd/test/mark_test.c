/* mark_test.c - what a machine that stopped leaves behind is read, and stays. */
// LINK: hwtest/cmd/mark.c hwtest/cmd/list.c common/xalloc.c
#include <host/host.h>
#include "../run.h"
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/mark-XXXXXX";
static struct mark mark;

static int setup(void **state)
{
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	return 0;
}

static int teardown(void **state)
{
	mark_close(&mark);
	unlink(path);
	return 0;
}

static off_t size_of(void)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void test_a_run_that_stops_is_known_at_the_next(void **state)
{
	assert_true(mark_open(&mark, path));
	assert_null(mark.hung);
	assert_true(mark_set(&mark, "rtc"));
	mark_close(&mark); /* here the machine stops */
	assert_true(mark_open(&mark, path));
	assert_true(mark.fresh);
	assert_string_equal(mark.hung, "rtc");
	mark_close(&mark);
	assert_true(mark_open(&mark, path));
	assert_false(mark.fresh);
	assert_string_equal(mark.hung, "rtc");
}

static void test_a_run_that_ends_leaves_nothing(void **state)
{
	assert_true(mark_open(&mark, path));
	assert_true(mark_set(&mark, "rtc") && mark_set(&mark, NULL));
	mark_close(&mark);
	assert_true(mark_open(&mark, path));
	assert_null(mark.hung);
}

static void test_the_size_never_changes(void **state)
{
	char name[16];
	off_t size;

	assert_true(mark_open(&mark, path));
	size = size_of();
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "probe%u", i);
		mark_add_hung(&mark, name);
	}
	assert_true(mark_set(&mark, "ata"));
	assert_int_equal(size_of(), size);
	mark_close(&mark);
	assert_true(mark_open(&mark, path));
	assert_true(list_has(mark.hung, "ata") && list_has(mark.hung, "probe0"));
}

static void test_anything_may_stand_in_it(void **state)
{
	FILE *out = fopen(path, "w");

	fputs("now \r\nhang\nhang vga\r\nsomething\nnow pci", out);
	fclose(out);
	assert_true(mark_open(&mark, path));
	assert_string_equal(mark.hung, "vga,pci");
}

static void test_none_is_kept_without_a_name(void **state)
{
	assert_true(mark_open(&mark, NULL) && mark_set(&mark, "rtc"));
	assert_false(mark_open(&mark, "/proc/none/mark"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_run_that_stops_is_known_at_the_next),
		TEST(test_a_run_that_ends_leaves_nothing),
		TEST(test_the_size_never_changes),
		TEST(test_anything_may_stand_in_it),
		TEST(test_none_is_kept_without_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
