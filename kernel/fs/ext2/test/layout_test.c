/* Geometry from super blocks: those of mke2fs, and those that lie. */
// LINK: kernel/fs/ext2/layout.c
#include <host/host.h>
#include "../layout.h"

static struct ext2_super super;
static struct ext2_geometry geo;
static const char *why;

/* 100 MB in 1 KB blocks, as mke2fs -t ext2 makes it. */
static void reset(void)
{
	super = (struct ext2_super){ .magic = EXT2_MAGIC,
				     .rev_level = EXT2_REV_DYNAMIC,
				     .inodes_count = 13 * 1976,
				     .blocks_count = 102400,
				     .r_blocks_count = 5120,
				     .first_data_block = 1,
				     .blocks_per_group = 8192,
				     .inodes_per_group = 1976,
				     .first_ino = 11,
				     .inode_size = 256,
				     .compat = 0x38,
				     .incompat = EXT2_INCOMPAT_FILETYPE,
				     .ro_compat = EXT2_RO_SPARSE_SUPER,
				     .reserved_gdt_blocks = 256 };
}

static int make(void)
{
	return ext2_geometry_make(&super, 100 << 20, &geo, &why);
}

static void test_good(void **state)
{
	reset();
	assert_int_equal(make(), 0);
	assert_int_equal(geo.groups, 13);
	assert_int_equal(geo.table_blocks, 494);
	assert_int_equal(geo.desc_blocks, 1);
	assert_int_equal(ext2_group_first(&geo, 12), 98305);
	assert_int_equal(ext2_group_blocks(&geo, 12), 4095);
	assert_int_equal(ext2_group_head(&geo, 1), 258);
	assert_int_equal(ext2_group_head(&geo, 2), 0);
	/* Groups 0 1 3 5 7 9: super block, descriptors, what is kept for more of them. */
	assert_int_equal(ext2_overhead(&geo), 1 + 13 * 496 + 6 * (2 + 256));
	assert_true(ext2_group_has_super(&geo, 9) && !ext2_group_has_super(&geo, 6));
}

static void test_files_are_as_large_as_on_linux(void **state)
{
	reset();
	make();
	assert_true(ext2_max_file(&geo) == (12 + 256 + 65536 + 16777216ull) * 1024);
	geo.block_bits = 12;
	geo.block_size = 4096;
	assert_in_range(ext2_max_file(&geo) >> 30, 2040, 2047);
}

#define MUST_FAIL(change)                                                                          \
	do {                                                                                       \
		reset();                                                                           \
		change;                                                                            \
		assert_int_equal(make(), -EINVAL);                                                 \
		assert_non_null(why);                                                              \
	} while (0)

static void test_lies(void **state)
{
	MUST_FAIL(super.magic = 0xef54);
	MUST_FAIL(super.rev_level = 2);
	MUST_FAIL(super.log_block_size = 3);
	MUST_FAIL(super.log_block_size = 0xffffffff);
	MUST_FAIL(super.first_data_block = 0);
	MUST_FAIL(super.first_data_block = 0xffffffff);
	MUST_FAIL(super.inode_size = 0);
	MUST_FAIL(super.inode_size = 200);
	MUST_FAIL(super.inode_size = 2048);
	MUST_FAIL(super.first_ino = 3);
	MUST_FAIL(super.first_ino = 13 * 1976 + 1);
	MUST_FAIL(super.blocks_per_group = 0);
	MUST_FAIL(super.blocks_per_group = 8193);
	MUST_FAIL(super.blocks_per_group = 400);
	MUST_FAIL(super.inodes_per_group = 0);
	MUST_FAIL(super.inodes_per_group = 9000);
	MUST_FAIL(super.inodes_count++);
	MUST_FAIL(super.blocks_count = 102401);
	MUST_FAIL(super.blocks_count = 0);
	MUST_FAIL(super.blocks_count = 0xffffffff);
	MUST_FAIL(super.r_blocks_count = 102401);
	MUST_FAIL(super.reserved_gdt_blocks = 0xffff);
	MUST_FAIL(super.incompat |= EXT2_INCOMPAT_META_BG; super.first_meta_bg = 9);
}

static void test_descriptors(void **state)
{
	const struct ext2_group_desc good = { .block_bitmap = 260,
					      .inode_bitmap = 261,
					      .inode_table = 262 };
	struct ext2_group_desc d = good;

	reset();
	make();
	assert_null(ext2_desc_check(&geo, 0, &d));
	assert_true(ext2_run_is_data(&geo, 0, &d, 756, 100));
	assert_false(ext2_run_is_data(&geo, 0, &d, 755, 1));
	assert_false(ext2_run_is_data(&geo, 0, &d, 200, 5));
	assert_false(ext2_run_is_data(&geo, 0, &d, 258, 3));
	d.block_bitmap = 0;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	d.block_bitmap = 261;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	d.block_bitmap = 300;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	d = good;
	d.inode_table = 8000;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	d.inode_table = 0xffffff00;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	d = good;
	d.inode_bitmap = 8193;
	assert_non_null(ext2_desc_check(&geo, 0, &d));
	assert_non_null(ext2_desc_check(&geo, 1, &good));
}

static void test_meta_bg(void **state)
{
	reset();
	super.compat = 0;
	super.reserved_gdt_blocks = 0;
	super.incompat |= EXT2_INCOMPAT_META_BG;
	assert_int_equal(make(), 0);
	assert_int_equal(ext2_group_desc_blocks(&geo, 0), 1);
	assert_int_equal(ext2_group_desc_blocks(&geo, 1), 1);
	assert_int_equal(ext2_group_desc_blocks(&geo, 2), 0);
	assert_int_equal(ext2_desc_block(&geo, 1, 0), 2);
	assert_int_equal(ext2_desc_block(&geo, 1, 1), ext2_group_first(&geo, 32));
}

static void test_names(void **state)
{
	char buf[200];

	assert_string_equal(ext2_feature_names(EXT2_KIND_INCOMPAT, 0x2c0, buf, sizeof(buf)),
			    "extent 64bit flex_bg");
	assert_string_equal(ext2_feature_names(EXT2_KIND_RO_COMPAT, 0x80000400, buf, sizeof(buf)),
			    "metadata_csum unknown (0x80000000)");
	assert_string_equal(ext2_feature_names(EXT2_KIND_COMPAT, 0xffff, buf, 8), "dir_pre");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_good),	 host_test(test_files_are_as_large_as_on_linux),
		host_test(test_lies),	 host_test(test_descriptors),
		host_test(test_meta_bg), host_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
