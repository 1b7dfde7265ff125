/*
 * What fsync and commits write, in which order, and what is left to do when it cannot be written.
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

#define BLOCK 1024u

static u8 data[700 * BLOCK];

static void begin(const char *options)
{
	ei_make("-b 1024", 8000);
	ei_mount(options);
	memset(data, 7, sizeof(data));
}

static void end(void)
{
	eh_on_write = NULL;
	eh_on_flush = NULL;
	eh_umount();
	ei_check();
	ei_remove();
}

static int commit(void)
{
	return ext2_commit(ext2_fs(eh_super()));
}

static void remount(void)
{
	eh_on_write = NULL;
	eh_umount();
	assert_int_equal(eh_mount(ei_image, ei_size, "", 0), 0);
}

/* ---- the order ---- */
static u32 written[8192]; /* per block: when, in flushes; 0: not */
static u32 flushes;

static int note_write(u32 chunk)
{
	assert_true(chunk < ARRAY_SIZE(written));
	written[chunk] = flushes;
	return 0;
}

static void note_flush(void)
{
	flushes++;
}

/* Nothing is written that names a block of the same flush. */
static void expect_before(u32 below, u32 above)
{
	if (written[below] && written[above])
		assert_true(written[below] < written[above]);
}

static void expect_order(struct inode *inode)
{
	const u32 *block = ext2_i(inode)->block, *upper;
	const u32 itable = ext2_inode_block(ext2_fs(inode->sb), (u32)inode->ino);

	assert_int_not_equal(block[EXT2_IND + 1], 0);
	upper = (const u32 *)(ei_image + (size_t)block[EXT2_IND + 1] * BLOCK);
	expect_before(block[EXT2_IND], itable);
	expect_before(block[EXT2_IND + 1], itable);
	for (u32 i = 0; i < BLOCK / 4; i++)
		if (upper[i])
			expect_before(upper[i], block[EXT2_IND + 1]);
}

/* A file that has a block of pointers to pointer blocks gets more of these. */
static void test_pointers_before_what_names_them(void **state)
{
	static const u32 sizes[] = { 5, 270, 300, 540, 700 };
	struct inode *inode;

	begin("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(commit(), 0);
	inode = eh_inode("/f");
	eh_on_write = note_write;
	eh_on_flush = note_flush;
	for (u32 i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(written, 0, sizeof(written));
		flushes = 1;
		assert_int_equal(
			eh_write("/f", inode->size, data, sizes[i] * BLOCK - (size_t)inode->size),
			0);
		assert_int_equal(ext2_sync_inode(inode), 0);
		assert_int_not_equal(written[ext2_inode_block(ext2_fs(inode->sb), (u32)inode->ino)],
				     0);
		if (sizes[i] > 268)
			expect_order(inode);
	}
	inode_put(inode);
	end();
}

/* ---- errors ---- */
static u32 bad_block, failed;

static int fail_bad(u32 chunk)
{
	if (chunk != bad_block)
		return 0;
	failed++;
	return -EIO;
}

static u32 block_of(const char *path)
{
	struct inode *inode = eh_inode(path);
	const u32 block = ext2_inode_block(ext2_fs(eh_super()), (u32)inode->ino);

	inode_put(inode);
	return block;
}

/* The commit that fails is followed by one that has it all to do again. */
static void test_failed_commit_is_repeated(void **state)
{
	begin("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/f", 0, data, 5000), 0);
	bad_block = block_of("/f");
	eh_on_write = fail_bad;
	assert_int_equal(commit(), -EIO);
	assert_int_equal(commit(), -EIO);
	assert_true(failed >= 2);
	eh_on_write = NULL;
	assert_int_equal(commit(), 0);
	remount();
	assert_int_equal(eh_read("/f", 0, data, 5000), 5000);
	end();
}

static void test_failed_fsync_is_repeated(void **state)
{
	struct inode *inode;

	begin("");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(commit(), 0);
	inode = eh_inode("/f");
	bad_block = block_of("/f");
	assert_int_equal(eh_write("/f", 0, data, 20000), 0);
	eh_on_write = fail_bad;
	assert_int_equal(ext2_sync_inode(inode), -EIO);
	eh_on_write = NULL;
	/* Nothing of the inode has changed since. */
	assert_int_equal(commit(), 0);
	inode_put(inode);
	remount();
	assert_int_equal(eh_read("/f", 0, data, 20000), 20000);
	end();
}

/* What was changed before the error is written, whole. */
static void test_read_only_by_an_error(void **state)
{
	begin("errors=remount-ro");
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(commit(), 0);
	assert_int_equal(eh_make("/g", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/g", 0, data, 5000), 0);
	assert_int_equal(eh_write("/f", 0, data, 3000), 0);
	ext2_error(ext2_fs(eh_super()), "a test");
	assert_true(ext2_readonly(ext2_fs(eh_super())));
	remount();
	assert_int_equal(eh_read("/f", 0, data, 5000), 3000);
	assert_int_equal(eh_read("/g", 0, data, 5000), 5000);
	eh_umount();
	ei_remove();
}

/* ---- a broken disk ---- */
/* A directory says that a block of the inode table is its own: what waits there is written. */
static void test_foreign_block_is_not_forgotten(void **state)
{
	struct inode *dir;

	begin("");
	assert_int_equal(eh_make("/d", S_IFDIR | 0755, 0), 0);
	assert_int_equal(commit(), 0);
	assert_int_equal(eh_make("/f", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/f", 0, data, 5000), 0);
	dir = eh_inode("/d");
	ext2_i(dir)->block[1] = block_of("/f");
	inode_mark_dirty(dir);
	inode_put(dir);
	eh_super()->ops->write_inode(dir, false);
	(void)ext2_sync_inode(eh_super()->root->inode);
	assert_int_equal(eh_write("/f", 5000, data, 1000), 0);
	assert_int_equal(eh_remove("/d"), 0);
	(void)commit();
	remount();
	assert_int_equal(eh_read("/f", 0, data, 6000), 6000);
	eh_umount();
	ei_remove();
}

static int warm_up(void **state)
{
	ext2_host_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_pointers_before_what_names_them),
		host_test(test_failed_commit_is_repeated),
		host_test(test_failed_fsync_is_repeated),
		host_test(test_read_only_by_an_error),
		host_test(test_foreign_block_is_not_forgotten),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
