/* Hashes as debugfs(8)'s dx_hash prints them. */
#include <host/host.h>
#include "../htree_hash.h"

static const u32 none[4];
static const u32 seed[4] = { 0x98badcfe, 0x10325476, 0x67452301, 0xefcdab89 };
#define LONG_NAME "a_longer_name_that_is_more_than_32_bytes.txt"

static void test_known_answers(void **state)
{
	static const struct {
		const char *name;
		const u32 *seed;
		enum ext2_hash_version version;
		u32 hash;
	} known[] = {
		{ "a", none, EXT2_HASH_LEGACY, 0xe74b53e2 },
		{ "a", none, EXT2_HASH_HALF_MD4, 0xd5fa7d7a },
		{ "a", none, EXT2_HASH_TEA, 0x6d0ea4c0 },
		{ "hello", none, EXT2_HASH_LEGACY, 0x32252546 },
		{ "hello", none, EXT2_HASH_HALF_MD4, 0x1746da32 },
		{ "hello", none, EXT2_HASH_TEA, 0x6f5bb1a8 },
		{ LONG_NAME, none, EXT2_HASH_LEGACY, 0x8fe114de },
		{ LONG_NAME, none, EXT2_HASH_HALF_MD4, 0x358514 },
		{ LONG_NAME, none, EXT2_HASH_TEA, 0xe473609c },
		{ "caf\xc3\xa9", none, EXT2_HASH_LEGACY, 0x96ca5a2c },
		{ "caf\xc3\xa9", none, EXT2_HASH_HALF_MD4, 0xfb9c5e5c },
		{ "caf\xc3\xa9", none, EXT2_HASH_TEA, 0x105842ea },
		{ "hello", seed, EXT2_HASH_HALF_MD4, 0x24edb876 },
		{ "hello", seed, EXT2_HASH_TEA, 0xf11a04a },
	};

	for (u32 i = 0; i < ARRAY_SIZE(known); i++)
		assert_int_equal(ext2_name_hash(known[i].version, known[i].seed, known[i].name,
						(u32)strlen(known[i].name)),
				 known[i].hash);
}

static void test_unsigned_differs_above_127_only(void **state)
{
	for (u32 v = EXT2_HASH_LEGACY; v <= EXT2_HASH_TEA; v++) {
		assert_int_equal(ext2_name_hash(v, none, "plain", 5),
				 ext2_name_hash(v + 3, none, "plain", 5));
		assert_int_not_equal(ext2_name_hash(v, none, "caf\xc3\xa9", 5),
				     ext2_name_hash(v + 3, none, "caf\xc3\xa9", 5));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_known_answers),
		host_test(test_unsigned_differs_above_127_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
