/*
 * What the super block says of a file system's condition, at mounting: orphans, features, mount
 * counts, a copy of the super block.
 */
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
#include "ext2_image.h"

static struct ext2_super *super(void)
{
	return (void *)(ei_image + EXT2_SUPER_OFFSET);
}

/*
 * /gone (inode 12) has lost its name and its last link, /cut (13) was being cut to 1000 bytes, and
 * both are in the chain, which ends with `end`.
 */
static void make_orphans(u32 end)
{
	static u8 data[300000];

	ei_make("-b 1024", 8000);
	ei_mount("");
	assert_int_equal(eh_make("/gone", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_make("/cut", S_IFREG | 0644, 0), 0);
	memset(data, 7, sizeof(data));
	assert_int_equal(eh_write("/gone", 0, data, sizeof(data)), 0);
	assert_int_equal(eh_write("/cut", 0, data, sizeof(data)), 0);
	eh_umount();
	ei_save();
	ei_run("printf '%%s\\n' 'unlink /gone' 'sif <12> links_count 0' 'sif <12> dtime @13' "
	       "'sif <13> size 1000' 'sif <13> dtime @%u' 'ssv last_orphan 12' | "
	       "debugfs -w -f - %s >/dev/null 2>&1",
	       end, ei_name);
	ei_load();
}

static void test_orphans(void **state)
{
	u8 byte;

	make_orphans(0);
	ei_mount("");
	assert_non_null(strstr(host_log(), "1 deleted files freed, 1 files cut"));
	assert_int_equal(super()->last_orphan, 12); /* not yet on the disk */
	assert_int_equal(eh_read("/cut", 999, &byte, 1), 1);
	assert_int_equal(byte, 7);
	eh_umount();
	assert_int_equal(super()->last_orphan, 0);
	ei_check();
	ei_remove();
}

static void test_orphans_wait_for_writing(void **state)
{
	u8 *before;

	make_orphans(0);
	before = malloc(ei_size);
	memcpy(before, ei_image, ei_size);
	assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), 0);
	assert_memory_equal(ei_image, before, ei_size);
	free(before);
	assert_int_equal(eh_remount(0, NULL), 0);
	assert_non_null(strstr(host_log(), "1 deleted files freed, 1 files cut"));
	eh_umount();
	ei_check();
	ei_remove();
}

/* A chain that leads to a reserved inode, in a circle, or is not to be believed. */
static void test_orphans_astray(void **state)
{
	make_orphans(5);
	ei_mount("");
	assert_non_null(strstr(host_log(), "the list of deleted files leads to inode 5"));
	eh_umount();
	assert_true(super()->state & EXT2_STATE_ERROR);
	ei_remove();

	make_orphans(13);
	ei_mount("");
	assert_non_null(strstr(host_log(), "1 deleted files freed"));
	eh_umount();
	ei_remove();

	make_orphans(0);
	super()->state |= EXT2_STATE_ERROR;
	ei_mount("");
	assert_non_null(strstr(host_log(), "are left to e2fsck"));
	eh_umount();
	assert_int_equal(super()->last_orphan, 12);
	ei_remove();
}

static void test_features_by_name(void **state)
{
	static const struct {
		u32 bit;
		const char *name;
	} incompat[] = { { 0x1, "compression" },
			 { 0x8, "journal_dev" },
			 { 0x20, "unknown (0x20)" },
			 { 0x40, "extent" },
			 { 0x80, "64bit" },
			 { 0x100, "mmp" },
			 { 0x200, "flex_bg" },
			 { 0x400, "ea_inode" },
			 { 0x1000, "dirdata" },
			 { 0x2000, "metadata_csum_seed" },
			 { 0x4000, "large_dir" },
			 { 0x8000, "inline_data" },
			 { 0x10000, "encrypt" },
			 { 0x20000, "casefold" },
			 { 0x80000000, "unknown (0x80000000)" } },
	  ro_compat[] = { { 0x8, "huge_file" },	   { 0x10, "uninit_bg" },
			  { 0x20, "dir_nlink" },   { 0x100, "quota" },
			  { 0x200, "bigalloc" },   { 0x400, "metadata_csum" },
			  { 0x1000, "read-only" }, { 0x2000, "project" },
			  { 0x8000, "verity" } };
	char want[80];

	ei_make("-b 1024", 8000);
	for (u32 i = 0; i < ARRAY_SIZE(incompat); i++) {
		host_log_clear();
		super()->incompat ^= incompat[i].bit;
		assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), -EINVAL);
		super()->incompat ^= incompat[i].bit;
		snprintf(want, sizeof(want), "not supported: %s\n", incompat[i].name);
		assert_non_null(strstr(host_log(), want));
	}
	for (u32 i = 0; i < ARRAY_SIZE(ro_compat); i++) {
		host_log_clear();
		super()->ro_compat ^= ro_compat[i].bit;
		assert_int_equal(eh_mount(ei_image, ei_size, "", 0), -EINVAL);
		snprintf(want, sizeof(want), "because of its features: %s\n", ro_compat[i].name);
		assert_non_null(strstr(host_log(), want));
		assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), 0);
		assert_int_equal(eh_remount(0, NULL), -EROFS);
		eh_umount();
		super()->ro_compat ^= ro_compat[i].bit;
	}
	ei_check();
	ei_remove();
}

static void test_copy_of_super_block(void **state)
{
	char text[100];

	ei_make("-b 1024", 20000);
	memset(super(), 0, EXT2_SUPER_SIZE);
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), -EINVAL);
	assert_int_equal(eh_mount(ei_image, ei_size, "sb=8192", 0), -EINVAL);
	assert_int_equal(eh_mount(ei_image, ei_size, "sb=999999999", 0), -EINVAL);
	assert_int_equal(eh_mount(ei_image, ei_size, "sb=8193", 0), 0);
	eh_super()->ops->show_options(eh_super(), text, sizeof(text));
	assert_non_null(strstr(text, ",sb=8193"));
	assert_int_equal(eh_make("/file", S_IFREG | 0644, 0), 0);
	/* Where it was found stays. */
	assert_int_equal(eh_remount(0, "sb=1,resuid=5"), 0);
	eh_super()->ops->show_options(eh_super(), text, sizeof(text));
	assert_non_null(strstr(text, ",resuid=5"));
	assert_non_null(strstr(text, ",sb=8193"));
	eh_umount();
	assert_int_equal(super()->magic, 0);
	ei_save();
	ei_run_status("e2fsck -fy -b 8193 %s >/dev/null 2>&1", ei_name);
	ei_load();
	ei_check();
	ei_remove();
}

static void expect_advice(const char *text)
{
	host_log_clear();
	ei_mount("");
	eh_umount();
	assert_non_null(strstr(host_log(), text));
}

static void test_advice(void **state)
{
	ei_make("-b 1024", 8000);
	super()->max_mnt_count = 5;
	super()->mnt_count = 4;
	host_log_clear();
	ei_mount("");
	eh_umount();
	assert_null(strstr(host_log(), "recommended"));
	assert_int_equal(super()->mnt_count, 5);
	expect_advice("maximal mount count reached, running e2fsck is recommended");
	super()->max_mnt_count = -1;
	super()->lastcheck = 1;
	super()->checkinterval = 1;
	host_advance(10 * 1000000000ll);
	expect_advice("checktime reached, running e2fsck is recommended");
	super()->state = 0;
	expect_advice("was not cleanly unmounted");
	super()->state = EXT2_STATE_VALID | EXT2_STATE_ERROR;
	expect_advice("mounting a file system with errors");
	ei_remove();
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
		host_test(test_orphans),
		host_test(test_orphans_wait_for_writing),
		host_test(test_orphans_astray),
		host_test(test_features_by_name),
		host_test(test_copy_of_super_block),
		host_test(test_advice),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
