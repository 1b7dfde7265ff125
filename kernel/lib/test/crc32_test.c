/* The CRC of gzip: the value everybody checks with, and a plain loop bit by bit. */
#include <host/host.h>
#include <kernel/crc32.h>
#include <string.h>

static struct crc32_table table;

static u32 bit_by_bit(const u8 *data, size_t n)
{
	u32 crc = ~0u;

	while (n--) {
		crc ^= *data++;
		for (int k = 0; k < 8; k++)
			crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
	}
	return ~crc;
}

static void knows_the_check_value(void **state)
{
	crc32_table_init(&table);
	assert_int_equal(crc32_update(&table, 0, (const u8 *)"123456789", 9), 0xCBF43926u);
	assert_int_equal(crc32_update(&table, 0, (const u8 *)"", 0), 0);
}

/* Every length around the steps of the loop, at every alignment, whole and in two pieces. */
static void agrees_with_bits(void **state)
{
	u8 data[80];

	crc32_table_init(&table);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i * 151 + 7);
	for (unsigned int at = 0; at < 4; at++)
		for (unsigned int n = 0; n <= 70; n++) {
			u32 want = bit_by_bit(data + at, n), half;

			assert_int_equal(crc32_update(&table, 0, data + at, n), want);
			half = crc32_update(&table, 0, data + at, n / 3);
			assert_int_equal(crc32_update(&table, half, data + at + n / 3, n - n / 3),
					 want);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(knows_the_check_value),
		host_test(agrees_with_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
