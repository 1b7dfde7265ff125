/* Files that are written at the same time: each gets blocks that lie together. */
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

#define BLOCKS	400u
#define WRITERS 4u

static const char *const paths[WRITERS] = { "/a", "/b", "/c", "/d" };
static struct inode *inode[WRITERS];
static u8 *place[WRITERS][BLOCKS];

static void begin(const char *mke2fs_args)
{
	ei_make(mke2fs_args, 8000);
	ei_mount("");
	for (unsigned int w = 0; w < WRITERS; w++) {
		assert_int_equal(eh_make(paths[w], S_IFREG | 0644, 0), 0);
		inode[w] = eh_inode(paths[w]);
		assert_false(IS_ERR(inode[w]));
	}
}

static void end(void)
{
	eh_umount();
	ei_check();
	ei_remove();
	assert_null(strstr(host_log(), "error"));
}

/* A block of each in turn, as they come from programs that the processor switches between. */
static void write_in_turn(unsigned int blocks)
{
	int err;

	for (unsigned int n = 0; n < blocks; n++)
		for (unsigned int w = 0; w < WRITERS; w++) {
			place[w][n] = eh_place(inode[w], n, true, &err);
			assert_int_equal(err, 0);
			inode[w]->size += eh_block_size(inode[w]);
			inode_mark_dirty(inode[w]);
		}
}

static void close_all(void)
{
	for (unsigned int w = 0; w < WRITERS; w++) {
		eh_closed(inode[w]);
		inode_put(inode[w]);
	}
}

/* How many times a reader's head would have to move. */
static unsigned int jumps(unsigned int w, unsigned int blocks)
{
	unsigned int n, found = 0;

	for (n = 1; n < blocks; n++)
		found += place[w][n] != place[w][n - 1] + eh_block_size(inode[w]);
	return found;
}

static void writers_do_not_interleave(void **state)
{
	begin("-b 1024");
	write_in_turn(BLOCKS);
	for (unsigned int w = 0; w < WRITERS; w++)
		assert_in_range(jumps(w, BLOCKS), 0, BLOCKS / 16);
	close_all();
	end();
}

/* What is kept for writers is room for all when there is no other. */
static void last_blocks(void **state)
{
	struct ext2_fs *fs;
	int err = 0;
	u64 n;

	begin("-b 1024 -m 0");
	fs = ext2_fs(eh_super());
	write_in_turn(10);
	for (n = 10; !err; n++) {
		(void)eh_place(inode[0], n, true, &err);
		if (!err)
			inode[0]->size += eh_block_size(inode[0]);
	}
	assert_int_equal(err, -ENOSPC);
	assert_in_range(fs->free_blocks, 0,
			3); /* not enough for a block and those that lead to it */
	inode_mark_dirty(inode[0]);
	close_all();
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
		host_test(writers_do_not_interleave),
		host_test(last_blocks),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
