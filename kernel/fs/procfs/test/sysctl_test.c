/* Growing text, and the rows of /proc/sys: numbers, ranges, strings. */
// LINK: kernel/fs/procfs/sysctl.c kernel/fs/seq.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/sysctl.h>

static int number, triple[3];
static unsigned int word;
static char name[8];
static int changes;

static int count_change(const struct sysctl *ctl)
{
	changes++;
	return 0;
}

static const struct sysctl number_row = { .name = "n",
					  .type = SYSCTL_INT,
					  .data = &number,
					  .min = -5,
					  .max = 100,
					  .changed = count_change };
static const struct sysctl triple_row = {
	.name = "t", .type = SYSCTL_INT, .data = triple, .count = 3
};
static const struct sysctl word_row = { .name = "w", .type = SYSCTL_UINT, .data = &word };
static const struct sysctl name_row = {
	.name = "s", .type = SYSCTL_STRING, .data = name, .max = sizeof(name)
};
static const struct sysctl const_row = { .name = "c", .type = SYSCTL_CONST, .min = 60 };

static int store(const struct sysctl *ctl, const char *text)
{
	char copy[64];

	strcpy(copy, text);
	return sysctl_store(ctl, copy, strlen(copy));
}

static void expect(const struct sysctl *ctl, const char *text)
{
	struct seq s = { NULL };

	sysctl_show(ctl, &s);
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.buf, text, s.len);
	seq_free(&s);
}

static void test_numbers(void **state)
{
	assert_int_equal(store(&number_row, "42\n"), 0);
	expect(&number_row, "42\n");
	assert_int_equal(store(&number_row, " -5"), 0);
	assert_int_equal(number, -5);
	assert_int_equal(store(&number_row, "0x10"), 0);
	assert_int_equal(number, 16);
	assert_int_equal(changes, 3);
	assert_int_equal(store(&number_row, "101"), -EINVAL);
	assert_int_equal(store(&number_row, "12x"), -EINVAL);
	assert_int_equal(store(&number_row, ""), -EINVAL);
	assert_int_equal(store(&number_row, "99999999999999999999999"), -EINVAL);
	assert_int_equal(number, 16);
	assert_int_equal(store(&word_row, "4294967295"), 0);
	assert_int_equal(store(&word_row, "4294967296"), -EINVAL);
	assert_int_equal(store(&word_row, "-1"), -EINVAL);
	assert_true(word == 0xffffffffu);
}

static void test_vectors_and_constants(void **state)
{
	assert_int_equal(store(&triple_row, "1 2\t3\n"), 0);
	expect(&triple_row, "1\t2\t3\n");
	assert_int_equal(store(&triple_row, "7"), 0);
	expect(&triple_row, "7\t2\t3\n");
	assert_int_equal(store(&triple_row, "8 x 9"), -EINVAL);
	expect(&triple_row, "8\t2\t3\n");
	assert_int_equal(store(&const_row, "60\n"), 0);
	assert_int_equal(store(&const_row, "61\n"), -EINVAL);
	expect(&const_row, "60\n");
}

static void test_strings(void **state)
{
	assert_int_equal(store(&name_row, "abc\ndef"), 0);
	expect(&name_row, "abc\n");
	assert_int_equal(store(&name_row, "much too long"), 0);
	expect(&name_row, "much to\n");
}

static void test_seq_grows(void **state)
{
	struct seq s = { NULL };
	size_t want = 0;

	for (int i = 0; i < 2000; i++) {
		seq_printf(&s, "%d,", i);
		want += i < 10 ? 2 : i < 100 ? 3 : i < 1000 ? 4 : 5;
	}
	assert_false(s.failed);
	assert_int_equal(s.len, want);
	assert_memory_equal(s.buf, "0,1,2,3,", 8);
	seq_free(&s);
	seq_escape(&s, "a b\\", " \\");
	assert_memory_equal(s.buf, "a\\040b\\134", s.len);
	seq_pad(&s, 0, 14);
	assert_int_equal(s.len, 14);
	seq_free(&s);
}

static void test_seq_without_memory(void **state)
{
	host_for_each_alloc_failure(n)
	{
		struct seq s = { NULL };

		for (int i = 0; i < 500; i++)
			seq_printf(&s, "line %d\n", i);
		assert_int_equal(s.failed, host_alloc_failed());
		assert_true(s.len <= s.size);
		seq_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_numbers),
		host_test(test_vectors_and_constants),
		host_test(test_strings),
		host_test(test_seq_grows),
		host_test(test_seq_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
