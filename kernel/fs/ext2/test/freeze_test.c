/*
 * Freezing: the disk is clean meanwhile and nothing of it changes; a file that is deleted and
 * closed then goes at the thaw.
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
// LINK: kernel/fs/freeze_gate.c
#include "ext2_image.h"
#include "../../vfs_internal.h"

static u8 data[200000];

static struct ext2_super *super(void)
{
	return (void *)(ei_image + EXT2_SUPER_OFFSET);
}

static bool is_marked_clean(void)
{
	return super()->state & EXT2_STATE_VALID;
}

/* As kernel/fs/freeze.c does it. */
static void freeze(void)
{
	struct super_block *sb = eh_super();

	sb->freeze.able = true;
	sb_freeze_init(&sb->freeze);
	for (unsigned int gate = 0; gate < SB_GATES; gate++)
		sb_gate_close(&sb->freeze, gate);
	assert_int_equal(sb->ops->sync(sb, true), 0);
	assert_int_equal(sb->ops->freeze(sb), 0);
}

static void thaw(void)
{
	struct super_block *sb = eh_super();

	assert_int_equal(sb->ops->thaw(sb), 0);
	sb_gates_open(&sb->freeze);
	inode_end_kept(sb);
}

static void begin(void)
{
	ei_make("-b 1024", 4000);
	ei_mount("");
	memset(data, 7, sizeof(data));
	assert_int_equal(eh_make("/d", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/d/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/d/f", 0, data, sizeof(data)), 0);
}

static void end(void)
{
	eh_umount();
	ei_check();
	ei_remove();
}

static void check_image(void)
{
	FILE *f = fopen(ei_name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(ei_image, 1, ei_size, f), ei_size);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(ei_run_status("e2fsck -fn %s >/dev/null 2>&1", ei_name), 0);
}

static void test_clean_while_frozen(void **state)
{
	begin();
	assert_false(is_marked_clean());
	freeze();
	assert_true(is_marked_clean());
	check_image();
	thaw();
	assert_false(is_marked_clean());
	assert_int_equal(eh_make("/d/g", S_IFREG | 0644, 0), 0);
	end();
}

/* What was found at the mount is what is said at the freeze. */
static void test_errors_are_kept(void **state)
{
	ei_make("-b 1024", 4000);
	super()->state = EXT2_STATE_VALID | EXT2_STATE_ERROR;
	ei_mount("");
	freeze();
	assert_int_equal(super()->state, EXT2_STATE_VALID | EXT2_STATE_ERROR);
	thaw();
	assert_int_equal(super()->state, EXT2_STATE_ERROR);
	eh_umount();
	ei_remove();
}

static void test_deleted_and_open(void **state)
{
	struct super_block *sb;
	struct inode *inode;
	u32 before, held;

	begin();
	sb = eh_super();
	before = ext2_fs(sb)->free_inodes;
	inode = eh_inode("/d/f");
	assert_int_equal(eh_remove("/d/f"), 0);
	freeze();
	assert_false(is_marked_clean());
	held = ext2_fs(sb)->free_inodes;
	inode_put(inode);
	assert_true(inode->flags & INODE_KEPT);
	assert_int_equal(ext2_fs(sb)->free_inodes, held);
	thaw();
	assert_int_equal(ext2_fs(sb)->free_inodes, before + 1);
	freeze();
	assert_true(is_marked_clean());
	check_image();
	thaw();
	end();
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
		host_test(test_clean_while_frozen),
		host_test(test_errors_are_kept),
		host_test(test_deleted_and_open),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
