/* Growing a mounted file system that is damaged, that loses its power meanwhile, or without memory.
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
// LINK: kernel/fs/ext2/test/resize_fixture.c
#include "resize_fixture.h"

/* The resize inode's map is elsewhere: among the descriptors, or in a file, which stays whole. */
static void damage(u32 map)
{
	ei_make("-b 1024", 5000);
	memset(ei_image + map * 1024, 'x', 1024);
	ei_save();
	ei_run("debugfs -w -R 'sif <7> block[DIND] %u' %s 2>/dev/null", map, ei_name);
	ei_run("truncate -s 20000K %s", ei_name);
	ei_load();
	ei_mount("");
	assert_int_equal(eh_resize(20000), -EIO);
	assert_non_null(strstr(host_log(), "resize inode"));
	eh_umount();
	for (u32 i = 0; i < 1024; i++)
		assert_int_equal(ei_image[map * 1024 + i], 'x');
	ei_remove();
}

/* With errors it stays as it is, also when they are found on the way. */
static void test_damaged(void **state)
{
	rf_make("-b 1024", 5000, 20000);
	rf_fs()->mount_state |= EXT2_STATE_ERROR;
	assert_int_equal(eh_resize(20000), -EPERM);
	eh_umount();
	ei_remove();

	damage(3);
	damage(3000);
	host_log_clear();
}

/* ---- power cuts ---- */

static unsigned int syncs, asked;

static void save_as(const char *name)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(ei_image, 1, ei_size, f), ei_size);
	assert_int_equal(fclose(f), 0);
}

/* The resize inode alone is behind: e2fsck asks whether it may make it anew. */
static bool is_behind(const char *name)
{
	if (ei_run_status("grep -q 'Resize inode not valid\\|Inode 7 has' %s.log", name))
		return false;
	save_as(name);
	ei_run_status("e2fsck -fy %s >%s.log 2>&1", name, name);
	ei_run("e2fsck -fn %s >/dev/null 2>&1", name);
	ei_run("! debugfs -R 'ls -p /lost+found' %s 2>/dev/null | grep '#'", name);
	return true;
}

/* e2fsck mends by itself what is on the disk now. */
static void cut(void)
{
	char name[80];
	int status;

	snprintf(name, sizeof(name), "%s.cut", ei_name);
	save_as(name);
	status = ei_run_status("e2fsck -fp %s >%s.log 2>&1", name, name);
	/* 256: errors were corrected. */
	if (status && status != 256) {
		asked++;
		if (!is_behind(name)) {
			ei_run_status("cat %s.log", name);
			fail_msg("after sync %u e2fsck does not get on alone", syncs);
		}
	}
	ei_run("rm %s %s.log", name, name);
	syncs++;
}

/* Three times a block that was kept becomes descriptors. */
static void test_power_cuts(void **state)
{
	rf_make("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 30000);
	rf_fill(0);
	syncs = asked = 0;
	eh_on_sync = cut;
	assert_int_equal(eh_resize(30000), 0);
	eh_on_sync = NULL;
	assert_in_range(syncs, 8, 100);
	assert_int_equal(asked, 3);
	rf_end();
}

/* ---- without memory ---- */
static void test_without_memory(void **state)
{
	unsigned int refused = 0;

	for (unsigned int at = 1; at < 40; at++) {
		int err;

		rf_make("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 9000);
		host_fail_alloc(at);
		err = eh_resize(9000);
		host_fail_alloc(0);
		assert_true(!err || err == -ENOMEM);
		refused += err != 0;
		rf_end();
	}
	assert_true(refused > 5);
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
		host_test(test_damaged),
		host_test(test_power_cuts),
		host_test(test_without_memory),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
