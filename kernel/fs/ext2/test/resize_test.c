/* A mounted file system that grows: what e2fsck and resize2fs say of it. */
// LINK: kernel/fs/mount_option.c
// LINK: kernel/fs/ext2/balloc.c kernel/fs/ext2/bitmap.c kernel/fs/ext2/commit.c
// LINK: kernel/fs/ext2/dir.c
// LINK: kernel/fs/ext2/dirent.c kernel/fs/ext2/error.c kernel/fs/ext2/file.c
// LINK: kernel/fs/ext2/group.c kernel/fs/ext2/htree.c kernel/fs/ext2/htree_hash.c
// LINK: kernel/fs/ext2/htree_index.c kernel/fs/ext2/htree_split.c kernel/fs/ext2/ialloc.c
// LINK: kernel/fs/ext2/inode.c kernel/fs/ext2/ioctl.c kernel/fs/ext2/journal.c
// LINK: kernel/fs/ext2/jbd2_crc.c kernel/fs/ext2/jbd2_log.c kernel/fs/ext2/jbd2_revoke.c
// LINK: kernel/fs/ext2/jbd2_super.c kernel/lib/rbtree.c
// LINK: kernel/fs/ext2/layout.c kernel/fs/ext2/map.c kernel/fs/ext2/namei.c
// LINK: kernel/fs/ext2/options.c kernel/fs/ext2/orphan.c kernel/fs/ext2/pending.c
// LINK: kernel/fs/ext2/readdir.c kernel/fs/ext2/replaced.c
// LINK: kernel/fs/ext2/resize.c kernel/fs/ext2/grow.c
// LINK: kernel/fs/ext2/state.c kernel/fs/ext2/super.c kernel/fs/ext2/symlink.c
// LINK: kernel/fs/ext2/times.c kernel/fs/ext2/trim.c kernel/fs/ext2/truncate.c
// LINK: kernel/fs/ext2/window.c
// LINK: kernel/fs/ext2/xattr.c kernel/fs/ext2/xattr_set.c kernel/fs/ext2/xattr_write.c
// LINK: kernel/fs/ext2/test/ext2_host.c kernel/fs/ext2/test/ext2_image.c
// LINK: kernel/fs/test/fs_host.c kernel/fs/test/fs_host_paths.c
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c
// LINK: kernel/fs/inode.c kernel/fs/inode_attr.c kernel/fs/file_time.c kernel/lib/bitops.c
// LINK: kernel/lib/math64.c
// LINK: kernel/fs/ext2/test/resize_fixture.c
#include "resize_fixture.h"

/* The super block says what it says after resize2fs. */
static void compare_with_resize2fs(u32 blocks, const char *before)
{
	ei_save();
	ei_run("resize2fs -f %s %u >/dev/null 2>&1", before, blocks);
	for (unsigned int i = 0; i < 2; i++)
		ei_run("dumpe2fs -h %s 2>/dev/null | grep -E '^(Block count|Inode count|Reserved "
		       "GDT|"
		       "Reserved block count|Filesystem features|Blocks per group)' "
		       ">%s.%u",
		       i ? before : ei_name, ei_name, i);
	ei_run("diff %s.0 %s.1", ei_name, ei_name);
	ei_run("rm -f %s %s.0 %s.1", before, ei_name, ei_name);
	ei_load();
}

static void grow(const char *args, unsigned int kb, unsigned int new_kb)
{
	char before[80];
	unsigned int files, more;
	u32 blocks, free;

	rf_make(args, kb, new_kb);
	eh_umount();
	ei_save();
	snprintf(before, sizeof(before), "%s.before", ei_name);
	ei_run("cp %s %s", ei_name, before);
	ei_load();
	ei_mount("");
	files = rf_fill(0);
	blocks = new_kb / (rf_fs()->geo.block_size / 1024);
	free = rf_fs()->free_blocks;
	assert_int_equal(eh_resize(blocks), 0);
	assert_true(rf_fs()->free_blocks > free);
	more = rf_fill(files);
	assert_true(more > files);
	rf_check_files(more);
	eh_umount();
	ei_check();
	ei_mount("");
	rf_check_files(more);
	if (rf_fs()->super->overhead_blocks)
		assert_int_equal(rf_fs()->super->overhead_blocks,
				 rf_fs()->overhead + rf_in_journal());
	assert_true(rf_fs()->geo.blocks <= blocks);
	blocks = rf_fs()->geo.blocks;
	eh_umount();
	compare_with_resize2fs(blocks, before);
	ei_remove();
	assert_null(strstr(host_log(), "error"));
}

/* The last group gets longer, and no more. */
static void test_last_group(void **state)
{
	grow("-b 1024", 5000, 8000);
}

static void test_groups(void **state)
{
	grow("-b 1024 -g 1024", 1500, 6000);
	grow("-b 1024 -I 128 -N 3000", 8193, 17000);
	grow("-b 4096 -g 1024 -E resize=100000", 1100, 9000);
	grow("-b 2048 -g 2048", 2500, 9000);
}

/* Descriptors for 32 groups are in a block. */
static void test_more_descriptors(void **state)
{
	grow("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 17500);
	grow("-b 1024 -g 512 -N 640 -E resize=80000", 15000, 17500);
}

static void test_formats(void **state)
{
	grow("-b 1024 -O ^resize_inode", 5000, 9000);
	grow("-b 1024 -r 0", 5000, 9000);
	grow("-b 1024 -O ^sparse_super,^resize_inode", 5000, 9000);
	grow("-b 1024 -O has_journal", 9000, 17000);
}

/* Each size, about the end of a group. */
static void test_ends(void **state)
{
	for (u32 blocks = 2049 - 3; blocks < 2049 + 3; blocks++) {
		rf_make("-b 1024 -g 1024", 1500, 3000);
		assert_int_equal(eh_resize(blocks), 0);
		assert_int_equal(rf_fs()->geo.blocks, min(blocks, 2049u));
		rf_end();
	}
	for (u32 more = 0; more < 600; more += 37) {
		rf_make("-b 1024 -g 1024", 1500, 3000);
		assert_int_equal(eh_resize(2049 + more), 0);
		rf_end();
	}
}

static void test_again_and_again(void **state)
{
	unsigned int files = 0;

	rf_make("-b 1024 -g 512 -N 640 -E resize=80000", 15000, 34000);
	for (u32 blocks = 15000; blocks <= 34000; blocks += 1111) {
		int err = eh_resize(blocks);
		if (err)
			fail_msg("%u: %s", blocks, host_log());
		for (unsigned int i = 0; i < 10; i++)
			assert_int_equal(rf_write_file(files++), 0);
	}
	rf_check_files(files);
	rf_end();
}

static void test_refused(void **state)
{
	rf_make("-b 1024 -g 256 -N 448 -E resize=9000", 7000, 20000);
	assert_int_equal(eh_resize(6999), -EINVAL);
	assert_int_equal(eh_resize(7000), 0);
	assert_int_equal(eh_resize(20001), -ENOSPC);
	assert_int_equal(eh_resize(1ull << 32), -EINVAL);
	assert_int_equal(eh_resize(1ull << 60), -EINVAL);
	/* More descriptors than there are blocks kept for: nothing is begun. */
	assert_int_equal(eh_resize(20000), -ENOSPC);
	assert_int_equal(rf_fs()->geo.blocks, 7000);
	rf_end();
	rf_make("-b 1024 -O meta_bg,^resize_inode", 5000, 20000);
	assert_int_equal(eh_resize(20000), -EOPNOTSUPP);
	rf_end();
	rf_make("-b 1024 -O ^resize_inode -g 256 -N 448", 7000, 20000);
	assert_int_equal(eh_resize(20000), -ENOSPC);
	rf_end();
}

static void test_state(void **state)
{
	rf_make("-b 1024", 5000, 20000);
	assert_int_equal(eh_remount(MS_RDONLY, ""), 0);
	assert_int_equal(eh_resize(20000), -EROFS);
	assert_int_equal(eh_remount(0, ""), 0);
	assert_true(ext2_claim(rf_fs()));
	assert_int_equal(eh_resize(20000), -EBUSY);
	assert_int_equal(eh_remount(MS_RDONLY, ""), -EBUSY);
	ext2_unclaim(rf_fs());
	rf_end();
	rf_make("-b 1024", 20000, 26000);
	eh_umount();
	ei_mount("sb=8193");
	assert_int_equal(eh_resize(26000), -EPERM);
	rf_end();
}

static int warm_up(void **state)
{
	host_setup(state);
	ext2_host_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_last_group),
		host_test(test_groups),
		host_test(test_more_descriptors),
		host_test(test_formats),
		host_test(test_ends),
		host_test(test_again_and_again),
		host_test(test_refused),
		host_test(test_state),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
