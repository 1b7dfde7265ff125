/* CRC-32: the standard's check value, any pieces. */
#include <host/host.h>
#include <kernel/crc32_small.h>
#include <string.h>

static void check_value(void **state)
{
	assert_int_equal(crc32_small(0, (const u8 *)"123456789", 9), 0xCBF43926);
	assert_int_equal(crc32_small(0, NULL, 0), 0);
}

static void in_pieces(void **state)
{
	u8 data[300];
	u32 whole;

	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i * 7 + (i >> 3));
	whole = crc32_small(0, data, sizeof(data));
	for (size_t cut = 0; cut <= sizeof(data); cut++)
		assert_int_equal(
			crc32_small(crc32_small(0, data, cut), data + cut, sizeof(data) - cut),
			whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = { host_test(check_value), host_test(in_pieces) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
