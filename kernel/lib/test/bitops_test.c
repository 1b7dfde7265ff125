/* Bit searches and 64-bit division against the compiler's. */
// LINK: kernel/lib/bitops.c kernel/lib/math64.c
#include <host/host.h>
#include <kernel/bitops.h>
#include <kernel/math64.h>
#include <stdlib.h>

static void searches(void **state)
{
	unsigned long map[3] = { 0 };

	assert_int_equal(find_next_bit(map, 96, 0), 96);
	assert_int_equal(find_next_zero_bit(map, 96, 95), 95);
	bit_set(map, 0);
	bit_set(map, 40);
	bit_set(map, 95);
	assert_int_equal(find_next_bit(map, 96, 0), 0);
	assert_int_equal(find_next_bit(map, 96, 1), 40);
	assert_int_equal(find_next_bit(map, 96, 41), 95);
	assert_int_equal(find_next_bit(map, 90, 41), 90);
	assert_int_equal(find_next_bit(map, 96, 96), 96);
	map[0] = map[1] = ~0ul;
	assert_int_equal(find_next_zero_bit(map, 96, 0), 64);
	assert_int_equal(find_next_zero_bit(map, 64, 3), 64);
	bit_clear(map, 33);
	assert_int_equal(find_next_zero_bit(map, 96, 3), 33);
	assert_int_equal(order_up(1), 0);
	assert_int_equal(order_up(5), 3);
	assert_int_equal(order_up(8), 3);
}

static u64 random64(void)
{
	u64 v = (u64)rand() << 42 ^ (u64)rand() << 21 ^ (u64)rand();

	return v >> (rand() % 64);
}

static void division(void **state)
{
	const u64 edge[] = { 1,
			     2,
			     0xffffffff,
			     0x100000000,
			     0x100000001,
			     0x7fffffffffffffff,
			     0x8000000000000000,
			     0xffffffffffffffff,
			     0xfffffffeffffffff };

	for (unsigned int i = 0; i < ARRAY_SIZE(edge); i++)
		for (unsigned int j = 0; j < ARRAY_SIZE(edge); j++)
			assert_true(div64_u64(edge[i], edge[j]) == edge[i] / edge[j]);
	for (unsigned int i = 0; i < 200000; i++) {
		u64 n = random64(), d = random64();
		u32 rem;

		if (!d)
			continue;
		assert_true(div64_u64(n, d) == n / d);
		if ((u32)d) {
			assert_true(div_u64_rem(n, (u32)d, &rem) == n / (u32)d);
			assert_true(rem == n % (u32)d);
		}
	}
	assert_true(mul_u64_u32_shr(0x123456789abcdefull, 1u << 31, 32) == 0x91a2b3c4d5e6f7ull);
}

int main(void)
{
	const struct CMUnitTest tests[] = { host_test(searches), host_test(division) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
