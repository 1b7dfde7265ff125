/* The first page of a swap area: what mkswap writes, and what is no swap area. */
// LINK: kernel/mm/swap_header.c
#include <host/host.h>
#include <kernel/errno.h>
#include <string.h>
#include "../swap_header.h"

static u8 page[4096];
static struct swap_header header;
static const char *why;

static void put(unsigned int offset, u32 v)
{
	memcpy(page + offset, &v, sizeof(v));
}

/* As mkswap makes one of 100 pages. */
static int setup(void **state)
{
	memset(page, 0, sizeof(page));
	put(1024, 1);
	put(1028, 99);
	memcpy(page + 1036, "0123456789abcdef", 16); /* the UUID */
	memcpy(page + 1052, "label", 5);
	memcpy(page + 4086, "SWAPSPACE2", 10);
	return host_setup(state);
}

static int parse(u64 size)
{
	return swap_header_parse(page, size, &header, &why);
}

static void good(void **state)
{
	assert_int_equal(parse(100), 0);
	assert_int_equal(header.pages, 100);
	assert_int_equal(header.bad_count, 0);
	assert_int_equal(parse(1ull << 40), 0);
}

static void signatures(void **state)
{
	memcpy(page + 4086, "SWAP-SPACE", 10);
	assert_int_equal(parse(100), -EINVAL);
	assert_string_equal(why, "the old swap format");
	memset(page + 4086, 0, 10);
	assert_int_equal(parse(100), -EINVAL);
	assert_string_equal(why, "no swap signature");
}

static void versions(void **state)
{
	put(1024, 2);
	assert_int_equal(parse(100), -EINVAL);
	put(1024, 0);
	assert_int_equal(parse(100), -EINVAL);
}

static void sizes(void **state)
{
	assert_int_equal(parse(99), -EINVAL);
	put(1028, 0);
	assert_int_equal(parse(100), -EINVAL);
	put(1028, 0xffffffff);
	assert_int_equal(parse(1ull << 40), -EINVAL);
}

static void bad_pages(void **state)
{
	put(1032, 2);
	put(1536, 5);
	put(1540, 99);
	assert_int_equal(parse(100), 0);
	assert_int_equal(header.bad_count, 2);
	assert_int_equal(header.bad[0], 5);
	assert_int_equal(header.bad[1], 99);
	put(1540, 100);
	assert_int_equal(parse(200), -EINVAL);
	put(1540, 0);
	assert_int_equal(parse(100), -EINVAL);
}

static void as_many_bad_pages_as_there_is_room_for(void **state)
{
	put(1028, 999);
	put(1032, SWAP_BAD_MAX);
	for (unsigned int i = 0; i < SWAP_BAD_MAX; i++)
		put(1536 + 4 * i, i + 1);
	assert_int_equal(parse(1000), 0);
	assert_int_equal(header.bad[SWAP_BAD_MAX - 1], SWAP_BAD_MAX);
	put(1032, SWAP_BAD_MAX + 1);
	assert_int_equal(parse(1000), -EINVAL);
	put(1032, 0xffffffff);
	assert_int_equal(parse(1000), -EINVAL);
}

static void of_a_machine_of_the_other_byte_order(void **state)
{
	put(1024, 0x01000000);
	put(1028, 0x63000000);
	put(1032, 0x01000000);
	put(1536, 0x07000000);
	assert_int_equal(parse(100), 0);
	assert_int_equal(header.pages, 100);
	assert_int_equal(header.bad[0], 7);
}

#define header_test(fn) cmocka_unit_test_setup_teardown(fn, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		header_test(good),
		header_test(signatures),
		header_test(versions),
		header_test(sizes),
		header_test(bad_pages),
		header_test(as_many_bad_pages_as_there_is_room_for),
		header_test(of_a_machine_of_the_other_byte_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
