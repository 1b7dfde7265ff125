/* random_test.c - ChaCha20 against RFC 8439, and what a request for random bytes gets. */
// LINK: kernel/device/random.c kernel/lib/chacha20.c
#include <host/host.h>
#include <kernel/arch.h>
#include <kernel/chacha20.h>
#include <kernel/random.h>
#include <kernel/string.h>

/* The worst machine: it has no time-stamp counter. */
u32 arch_random_bits(void)
{
	return 0;
}

/* RFC 8439, 2.3.2 */
static void test_block_of_the_standard(void **state)
{
	static const u32 want[16] = { 0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
				      0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
				      0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
				      0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2 };
	static const u32 counter[4] = { 1, 0x09000000, 0x4a000000, 0 };
	u32 key[8], out[16];

	for (u32 i = 0; i < 8; i++)
		key[i] = 0x03020100 + 0x04040404 * i;
	chacha20_block(key, counter, out);
	assert_memory_equal(out, want, sizeof(want));
}

/* Every byte of every size is written, none behind it, and no two requests are alike. */
static void test_sizes(void **state)
{
	u8 a[200], b[200], seen[200];

	for (size_t n = 0; n <= 190; n++) {
		memset(seen, 0, sizeof(seen));
		for (unsigned int i = 0; i < 8; i++) {
			memset(a, 0, sizeof(a));
			random_bytes(a, n);
			for (size_t j = 0; j < sizeof(a); j++)
				seen[j] |= a[j];
		}
		for (size_t j = 0; j < n; j++)
			assert_int_not_equal(seen[j], 0);
		for (size_t j = n; j < sizeof(a); j++)
			assert_int_equal(a[j], 0);
	}
	random_bytes(a, sizeof(a));
	random_bytes(b, sizeof(b));
	assert_memory_not_equal(a, b, 32);
	assert_memory_not_equal(a, a + 64, 64);
	assert_memory_not_equal(a, a + 128, 64);
}

static void test_ready_after_events(void **state)
{
	unsigned int n = 0;

	assert_int_equal(random_wait_ready(true), -EAGAIN);
	while (!random_ready() && n < 1000)
		random_add(n++);
	assert_int_equal(n, 128);
	assert_int_equal(random_wait_ready(true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_block_of_the_standard),
		host_test(test_sizes),
		host_test(test_ready_after_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
