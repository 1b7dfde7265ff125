/* Unit tests of select()'s bitmaps. */
// LINK: kernel/ipc/fdset.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/string.h>
#include "../fdset.h"

static unsigned long memory[6 * 32];

static struct fdset make(unsigned int n)
{
	struct fdset s;

	memset(memory, 0, sizeof(memory));
	fdset_init(&s, n, memory);
	memset(s.res_in, 0xff, 3 * s.words * sizeof(long));
	fdset_clear_results(&s);
	return s;
}

static void test_layout(void **state)
{
	struct fdset s = make(33);

	assert_int_equal(s.words, 2);
	assert_ptr_equal(s.in, memory);
	assert_ptr_equal(s.res_ex, memory + 10);
	for (unsigned int i = 0; i < 12; i++)
		assert_int_equal(memory[i], 0);
	s = make(0);
	assert_int_equal(s.words, 0);
	assert_int_equal(fdset_next(&s, 0), 0);
}

static void test_next_visits_all_sets(void **state)
{
	static const unsigned int want[] = { 0, 31, 32, 63, 64, 1000 };
	struct fdset s = make(1001);
	unsigned int fd = fdset_next(&s, 0), i;

	assert_int_equal(fd, s.n);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		bit_set(i % 3 == 0 ? s.in : i % 3 == 1 ? s.out : s.ex, want[i]);
	for (i = 0, fd = fdset_next(&s, 0); fd < s.n; fd = fdset_next(&s, fd + 1))
		assert_int_equal(fd, want[i++]);
	assert_int_equal(i, ARRAY_SIZE(want));
}

/* A program's bits beyond n in the last word mean nothing. */
static void test_bits_beyond_n(void **state)
{
	struct fdset s = make(5);

	bit_set(s.in, 5);
	bit_set(s.out, 31);
	assert_int_equal(fdset_next(&s, 0), 5);
	bit_set(s.ex, 4);
	assert_int_equal(fdset_next(&s, 0), 4);
	assert_int_equal(fdset_next(&s, 5), 5);
}

static void test_found(void **state)
{
	struct fdset s = make(40);

	bit_set(s.in, 33);
	bit_set(s.out, 33);
	bit_set(s.ex, 34);
	assert_int_equal(fdset_events(&s, 33), SELECT_IN | SELECT_OUT);
	assert_int_equal(fdset_events(&s, 34), SELECT_EX);
	assert_int_equal(fdset_found(&s, 33, POLLIN), 1);
	assert_true(bit_test(s.res_in, 33));
	assert_false(bit_test(s.res_out, 33));
	assert_int_equal(fdset_found(&s, 33, POLLERR), 2); /* an error makes both return */
	assert_int_equal(fdset_found(&s, 34, POLLIN | POLLOUT | POLLHUP), 0);
	assert_int_equal(fdset_found(&s, 34, POLLPRI), 1);
	assert_int_equal(fdset_found(&s, 33, POLLHUP), 1); /* end of file is readable only */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_layout),
		host_test(test_next_visits_all_sets),
		host_test(test_bits_beyond_n),
		host_test(test_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
