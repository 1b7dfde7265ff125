/*
 * FITRIM: the free blocks go, all of them and no others; nothing that a crash could bring back.
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

#define FILE_BYTES 300000u

static u8 data[FILE_BYTES];
static u64 given; /* bytes, by the discards that were asked for */
static int (*during)(void);

static int count(u64 sector, u64 sectors)
{
	int (*once)(void) = during;

	given += sectors * 512;
	during = NULL;
	return once ? once() : 0;
}

static struct ext2_fs *fs(void)
{
	return ext2_fs(eh_super());
}

static u64 free_bytes(void)
{
	return (u64)fs()->free_blocks << fs()->geo.block_bits;
}

static void make_file(const char *path, u8 value)
{
	memset(data, value, sizeof(data));
	assert_int_equal(eh_make(path, S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write(path, 0, data, sizeof(data)), 0);
}

static void check_file(const char *path, u8 value)
{
	assert_int_equal(eh_read(path, 0, data, sizeof(data)), sizeof(data));
	for (u32 i = 0; i < sizeof(data); i++)
		assert_int_equal(data[i], value);
}

/* Two groups of 8 MB and a third of what is left; a hole, "/b", "/a", and free blocks behind. */
static void begin(void)
{
	ei_make("-b 1024", 20000);
	given = 0;
	during = NULL;
	eh_on_discard = count;
	ei_mount("");
	make_file("/first", 0);
	make_file("/b", 2);
	make_file("/a", 1);
	assert_int_equal(eh_remove("/first"), 0);
	eh_umount();
	ei_mount("");
}

static void end(void)
{
	eh_umount();
	ei_check();
	ei_remove();
	eh_on_discard = NULL;
	assert_null(strstr(host_log(), "error"));
}

static u64 trim_ok(u64 start, u64 len, u64 least)
{
	u64 bytes, before = given;

	assert_int_equal(eh_fitrim(start, len, least, &bytes), 0);
	assert_true(given - before == bytes);
	return bytes;
}

/* Whether the block holds what was given back. */
static bool is_gone(const u8 *block)
{
	u8 want[1024];

	memset(want, 0xdd, sizeof(want));
	return !memcmp(block, want, sizeof(want));
}

static void test_all(void **state)
{
	begin();
	assert_true(trim_ok(0, ~0ull, 0) == free_bytes());
	check_file("/a", 1);
	check_file("/b", 2);
	for (u32 block = 1; block < fs()->geo.blocks; block++)
		assert_int_equal(is_gone(ei_image + (size_t)block * 1024),
				 !ext2_block_in_use(fs(), block));
	end();
}

static void test_once(void **state)
{
	u64 before;

	begin();
	trim_ok(0, ~0ull, 0);
	assert_true(trim_ok(0, ~0ull, 0) == 0);
	before = free_bytes();
	assert_int_equal(eh_remove("/a"), 0);
	/* Its group is given back again. */
	assert_in_range(trim_ok(0, ~0ull, 0), free_bytes() - before,
			free_bytes() - before + (8u << 20));
	assert_true(trim_ok(0, ~0ull, 0) == 0);
	end();
}

static void test_ranges(void **state)
{
	const u64 group = 8192 * 1024;
	u64 bytes;

	begin();
	assert_true(trim_ok(1024 + group + 700 * 1024, 100 * 1024, 0) == 100 * 1024);
	assert_true(trim_ok(group + 700 * 1024, 100 * 1024, 101 * 1024) == 0);
	/* Over the bound of two groups. */
	assert_true(trim_ok(1024 + group - 50 * 1024, 400 * 1024, 10 * 1024) == 50 * 1024);
	/* The last block, and what is asked for behind it. */
	assert_true(trim_ok(19999 * 1024, 4096 * 1024, 0) == 1024);
	assert_true(trim_ok(0, 1024, 0) == 0);
	assert_int_equal(eh_fitrim(20000 * 1024, 4096, 0, &bytes), -EINVAL);
	assert_int_equal(eh_fitrim(0, 1023, 0, &bytes), -EINVAL);
	assert_int_equal(eh_fitrim(0, ~0ull, 8193 * 1024, &bytes), -EINVAL);
	end();
}

/* A part of a group is not the whole. */
static void test_part(void **state)
{
	begin();
	assert_true(trim_ok(9000 * 1024, 100 * 1024, 0) == 100 * 1024);
	assert_true(trim_ok(0, ~0ull, 0) == free_bytes());
	end();
}

static void test_granularity(void **state)
{
	begin();
	eh_disk()->limits.discard = 16384;
	assert_int_equal(eh_write("/a", 0, data, 1), 0);
	trim_ok(0, ~0ull, 0);
	assert_true(given % 512 == 0 && given > 0);
	eh_disk()->limits.discard = 16u << 20;
	assert_true(trim_ok(0, ~0ull, 0) == 0);
	eh_disk()->limits.discard = 512;
	end();
}

/* ---- what a crash could bring back ---- */

static u8 *places[FILE_BYTES / 1024 + 1];
static u32 place_count;

static void note_places(const char *path)
{
	struct inode *inode = eh_inode(path);
	int err;

	place_count = 0;
	for (u32 i = 0; i < FILE_BYTES / 1024; i++)
		places[place_count++] = eh_place(inode, i, false, &err);
	inode_put(inode);
}

static u32 places_gone(void)
{
	u32 n = 0;

	for (u32 i = 0; i < place_count; i++)
		n += is_gone(places[i]);
	return n;
}

/* What was freed before goes: the commit comes first. */
static void test_freed_before(void **state)
{
	begin();
	note_places("/b");
	assert_int_equal(eh_remove("/b"), 0);
	trim_ok(0, ~0ull, 0);
	assert_int_equal(places_gone(), place_count);
	end();
}

static int remove_b(void)
{
	return eh_remove("/b");
}

/* Inodes on the disk still point at what is freed meanwhile. It goes the next time. */
static void test_freed_meanwhile(void **state)
{
	begin();
	note_places("/b");
	during = remove_b;
	trim_ok(0, ~0ull, 0);
	assert_int_equal(places_gone(), 0);
	trim_ok(0, ~0ull, 0);
	assert_int_equal(places_gone(), place_count);
	check_file("/a", 1);
	end();
}

static bool appended;

/* When the run behind "/a" is under way: the file has a window there, and grows. */
static int append(u64 sector, u64 sectors)
{
	struct inode *inode = eh_inode("/a");
	int err;
	const u8 *last = eh_place(inode, FILE_BYTES / 1024, false, &err);
	const u32 behind = (u32)(last - ei_image) / 1024 + 1;

	if (fs()->trimming.first == behind) {
		ext2_window_set(inode, behind, behind + 20);
		memset(data, 9, 5000);
		appended = !eh_write("/a", FILE_BYTES, data, 5000);
	}
	inode_put(inode);
	return 0;
}

static void test_appended_meanwhile(void **state)
{
	u64 bytes;
	u8 byte;

	begin();
	appended = false;
	eh_on_discard = append;
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), 0);
	assert_true(appended);
	assert_int_equal(eh_read("/a", FILE_BYTES + 4999, &byte, 1), 1);
	assert_int_equal(byte, 9);
	end();
}

static int make_c(void)
{
	make_file("/c", 3);
	return 0;
}

static void test_written_meanwhile(void **state)
{
	begin();
	during = make_c;
	trim_ok(0, ~0ull, 0);
	check_file("/c", 3);
	end();
}

/* ---- a full file system ---- */

static unsigned int waits;

/* Whoever waits here waits for the run to be over. */
s64 schedule_timeout(s64 ns)
{
	waits++;
	assert_true(fs()->trimming.count > 0);
	fs()->trimming.count = 0;
	return ns;
}

static int write_when_full(void)
{
	assert_int_equal(eh_make("/late", S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write("/late", 0, data, 5000), 0);
	return 0;
}

/* What is being given back is all that is free: that is waited for, and is no lack of space. */
static void test_allocator_waits(void **state)
{
	begin();
	assert_int_equal(eh_make("/fill", S_IFREG | 0644, 0), 0);
	for (u64 at = 0; !eh_write("/fill", at, data, sizeof(data)); at += sizeof(data))
		;
	assert_int_equal(eh_remove("/b"), 0);
	waits = 0;
	during = write_when_full;
	trim_ok(0, ~0ull, 0);
	assert_true(waits > 0);
	end();
}

/* ---- without memory ---- */

static unsigned int failing;

static int remove_without_memory(void)
{
	int err;

	host_fail_alloc(failing);
	err = eh_remove("/b");
	host_fail_alloc(0);
	assert_true(!err || err == -ENOMEM);
	return 0;
}

/* Where memory fails at what: without any for the note nobody knows what was freed, and no more
 * goes before the next commit. */
static void test_freed_without_memory(void **state)
{
	unsigned int refused = 0;

	for (failing = 1; failing < 10; failing++) {
		u64 bytes;
		int err;

		begin();
		note_places("/b");
		during = remove_without_memory;
		err = eh_fitrim(0, ~0ull, 0, &bytes);
		assert_true(!err || err == -ENOMEM);
		refused += err == -ENOMEM;
		assert_int_equal(places_gone(), 0);
		trim_ok(0, ~0ull, 0);
		check_file("/a", 1);
		end();
	}
	assert_int_equal(refused, 1);
}

static int refuse(void)
{
	return -EIO;
}

static void test_fails(void **state)
{
	u64 bytes;

	begin();
	during = refuse;
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EIO);
	assert_true(trim_ok(0, ~0ull, 0) == free_bytes());
	eh_disk()->limits.discard = 0;
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EOPNOTSUPP);
	eh_disk()->limits.discard = 512;
	eh_disk()->readonly = true;
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EROFS);
	eh_disk()->readonly = false;
	end();
}

/* The bitmaps of a file system that was in use at a crash are not to be trusted. */
static void test_not_clean(void **state)
{
	struct ext2_super *super;
	u64 bytes;

	begin();
	eh_umount();
	super = (void *)(ei_image + EXT2_SUPER_OFFSET);
	super->state = 0;
	ei_mount("");
	given = 0;
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EUCLEAN);
	eh_umount();
	assert_int_equal(eh_mount(ei_image, ei_size, "", MS_RDONLY), 0);
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EUCLEAN);
	eh_umount();
	super->state = EXT2_STATE_VALID;
	ei_mount("");
	(void)ext2_error(fs(), "made up");
	assert_int_equal(eh_fitrim(0, ~0ull, 0, &bytes), -EUCLEAN);
	assert_int_equal(given, 0);
	eh_umount();
	ei_remove();
	eh_on_discard = NULL;
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
		host_test(test_all),
		host_test(test_once),
		host_test(test_ranges),
		host_test(test_part),
		host_test(test_granularity),
		host_test(test_freed_before),
		host_test(test_freed_meanwhile),
		host_test(test_written_meanwhile),
		host_test(test_appended_meanwhile),
		host_test(test_freed_without_memory),
		host_test(test_allocator_waits),
		host_test(test_fails),
		host_test(test_not_clean),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
