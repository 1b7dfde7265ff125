/* What a tmpfs may hold: options and counts. */
// LINK: kernel/fs/tmpfs/limits.c kernel/fs/mount_option.c
#include <host/host.h>
#include "kernel/fs/tmpfs/tmpfs_internal.h"

static struct tmpfs_sb s;

static int parse(const char *options)
{
	char text[128];

	memset(&s, 0, sizeof(s));
	spin_init(&s.lock, RANK_LEAF, "tmpfs");
	strcpy(text, options);
	return tmpfs_parse_options(&s, text, 1000);
}

static void reads_options(void **state)
{
	assert_int_equal(parse("size=64k,nr_inodes=10,mode=1755,uid=5,gid=6"), 0);
	assert_int_equal(s.max_pages, 16);
	assert_int_equal(s.max_inodes, 10);
	assert_int_equal(s.mode, 01755);
	assert_int_equal(s.uid, 5);
	assert_int_equal(s.gid, 6);
	assert_int_equal(parse("size=50%"), 0);
	assert_int_equal(s.max_pages, 500);
	assert_int_equal(parse("size=1"), 0);
	assert_int_equal(s.max_pages, 1);
	assert_int_equal(parse("size=2g,huge=never"), 0);
	assert_int_equal(s.max_pages, 524288);
	assert_int_equal(parse("nr_blocks=3"), 0);
	assert_int_equal(s.max_pages, 3);
	assert_int_equal(parse(""), 0);
}

static void refuses_nonsense(void **state)
{
	static const char *const bad[] = {
		"size=",	  "size",	   "size=12q",	   "size=k",
		"mode=9",	  "uid=-1",	   "nonsense=1",   "size=99999999999999999999",
		"uid=4294967295", "nr_inodes=1kk", "size=9999999%"
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i]), -EINVAL);
}

static void counts_exactly(void **state)
{
	assert_int_equal(parse("size=16k,nr_inodes=2"), 0);
	assert_int_equal(tmpfs_charge_pages(&s, 3), 0);
	assert_int_equal(tmpfs_charge_pages(&s, 2), -ENOSPC);
	assert_int_equal(tmpfs_charge_pages(&s, 1), 0);
	assert_int_equal(tmpfs_charge_pages(&s, 1), -ENOSPC);
	assert_int_equal(tmpfs_charge_pages(&s, ~0ul), -ENOSPC);
	tmpfs_uncharge_pages(&s, 4);
	assert_true(tmpfs_has_room(&s, 4));
	assert_false(tmpfs_has_room(&s, 5));
	assert_int_equal(tmpfs_charge_inode(&s), 0);
	assert_int_equal(tmpfs_charge_inode(&s), 0);
	assert_int_equal(tmpfs_charge_inode(&s), -ENOSPC);
	tmpfs_uncharge_inode(&s);
	assert_int_equal(tmpfs_charge_inode(&s), 0);
}

static void remounts(void **state)
{
	struct tmpfs_sb want;

	assert_int_equal(parse("size=16k"), 0);
	assert_int_equal(tmpfs_charge_pages(&s, 3), 0);
	want = s;
	want.max_pages = 2;
	assert_int_equal(tmpfs_change_limits(&s, &want), -EINVAL);
	assert_int_equal(s.max_pages, 4);
	want.max_pages = 0;
	assert_int_equal(tmpfs_change_limits(&s, &want), 0);
	assert_int_equal(tmpfs_charge_pages(&s, 1000000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(reads_options),
		host_test(refuses_nonsense),
		host_test(counts_exactly),
		host_test(remounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
