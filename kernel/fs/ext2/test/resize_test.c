/*
 * A mounted file system that grows: what e2fsck and resize2fs say of it, what a power cut leaves.
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

#define FILE_BYTES 20000u

static u8 data[FILE_BYTES];

static struct ext2_fs *fs(void)
{
	return ext2_fs(eh_super());
}

/* mke2fs makes one of so many blocks where it is asked for here. */
static u32 in_journal(void)
{
	return fs()->super->compat & EXT2_COMPAT_HAS_JOURNAL ? 1024 : 0;
}

/* A file system of so many KB at the start of a device. */
static void make(const char *mke2fs_args, unsigned int kb, unsigned int device_kb)
{
	ei_make(mke2fs_args, kb);
	ei_save();
	ei_run("truncate -s %uK %s", device_kb, ei_name);
	ei_load();
	ei_mount("");
	/* It is counted as mke2fs counts. */
	if (fs()->super->overhead_blocks)
		assert_int_equal(fs()->super->overhead_blocks, fs()->overhead + in_journal());
}

static const char *file_name(unsigned int i)
{
	static char name[16];

	snprintf(name, sizeof(name), "/d%u/f%u", i % 7, i);
	return name;
}

static int write_file(unsigned int i)
{
	char dir[8];
	int err;

	snprintf(dir, sizeof(dir), "/d%u", i % 7);
	(void)eh_make(dir, S_IFDIR | 0755, 0);
	memset(data, (int)i, sizeof(data));
	err = eh_make(file_name(i), S_IFREG | 0644, 0);
	return err ? err : eh_write(file_name(i), 0, data, sizeof(data));
}

/* Until nothing is free; how many files there are then. */
static unsigned int fill(unsigned int from)
{
	while (!write_file(from))
		from++;
	(void)eh_remove(file_name(from));
	return from;
}

static void check_files(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(eh_read(file_name(i), 0, data, sizeof(data)), sizeof(data));
		for (u32 at = 0; at < sizeof(data); at += 99)
			assert_int_equal(data[at], i & 0xff);
	}
}

static void end(void)
{
	eh_umount();
	ei_check();
	ei_remove();
	assert_null(strstr(host_log(), "error"));
}

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

	make(args, kb, new_kb);
	eh_umount();
	ei_save();
	snprintf(before, sizeof(before), "%s.before", ei_name);
	ei_run("cp %s %s", ei_name, before);
	ei_load();
	ei_mount("");
	files = fill(0);
	blocks = new_kb / (fs()->geo.block_size / 1024);
	free = fs()->free_blocks;
	assert_int_equal(eh_resize(blocks), 0);
	assert_true(fs()->free_blocks > free);
	more = fill(files);
	assert_true(more > files);
	check_files(more);
	eh_umount();
	ei_check();
	ei_mount("");
	check_files(more);
	if (fs()->super->overhead_blocks)
		assert_int_equal(fs()->super->overhead_blocks, fs()->overhead + in_journal());
	assert_true(fs()->geo.blocks <= blocks);
	blocks = fs()->geo.blocks;
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
	grow("-b 1024", 5000, 26000);
	grow("-b 1024 -I 128 -N 3000", 8193, 20000);
	grow("-b 4096 -g 1024 -E resize=100000", 2200, 30000);
	grow("-b 2048 -g 2048", 5000, 22000);
}

/* Descriptors for 32 groups are in a block. */
static void test_more_descriptors(void **state)
{
	grow("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 30000);
	grow("-b 1024 -g 512 -N 640 -E resize=80000", 15000, 40000);
}

static void test_formats(void **state)
{
	grow("-b 1024 -O ^resize_inode", 5000, 20000);
	grow("-b 1024 -r 0", 5000, 20000);
	grow("-b 1024 -O ^sparse_super,^resize_inode", 5000, 20000);
	grow("-b 1024 -O has_journal", 9000, 20000);
}

/* Each size, about the end of a group. */
static void test_ends(void **state)
{
	for (u32 blocks = 16385 - 3; blocks < 16385 + 3; blocks++) {
		make("-b 1024", 5000, 17000);
		assert_int_equal(eh_resize(blocks), 0);
		assert_int_equal(fs()->geo.blocks, min(blocks, 16385u));
		end();
	}
	for (u32 more = 0; more < 600; more += 37) {
		make("-b 1024", 5000, 17000);
		assert_int_equal(eh_resize(16385 + more), 0);
		end();
	}
}

static void test_again_and_again(void **state)
{
	unsigned int files = 0;

	make("-b 1024 -g 512 -N 640 -E resize=80000", 15000, 40000);
	for (u32 blocks = 15000; blocks <= 40000; blocks += 1111) {
		int err = eh_resize(blocks);
		if (err)
			fail_msg("%u: %s", blocks, host_log());
		for (unsigned int i = 0; i < 10; i++)
			assert_int_equal(write_file(files++), 0);
	}
	check_files(files);
	end();
}

static void test_refused(void **state)
{
	make("-b 1024 -g 256 -N 448 -E resize=9000", 7000, 20000);
	assert_int_equal(eh_resize(6999), -EINVAL);
	assert_int_equal(eh_resize(7000), 0);
	assert_int_equal(eh_resize(20001), -ENOSPC);
	assert_int_equal(eh_resize(1ull << 32), -EINVAL);
	assert_int_equal(eh_resize(1ull << 60), -EINVAL);
	/* More descriptors than there are blocks kept for: nothing is begun. */
	assert_int_equal(eh_resize(20000), -ENOSPC);
	assert_int_equal(fs()->geo.blocks, 7000);
	end();
	make("-b 1024 -O meta_bg,^resize_inode", 5000, 20000);
	assert_int_equal(eh_resize(20000), -EOPNOTSUPP);
	end();
	make("-b 1024 -O ^resize_inode -g 256 -N 448", 7000, 20000);
	assert_int_equal(eh_resize(20000), -ENOSPC);
	end();
}

static void test_state(void **state)
{
	make("-b 1024", 5000, 20000);
	assert_int_equal(eh_remount(MS_RDONLY, ""), 0);
	assert_int_equal(eh_resize(20000), -EROFS);
	assert_int_equal(eh_remount(0, ""), 0);
	assert_true(ext2_claim(fs()));
	assert_int_equal(eh_resize(20000), -EBUSY);
	assert_int_equal(eh_remount(MS_RDONLY, ""), -EBUSY);
	ext2_unclaim(fs());
	end();
	make("-b 1024", 20000, 26000);
	eh_umount();
	ei_mount("sb=8193");
	assert_int_equal(eh_resize(26000), -EPERM);
	end();
}

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
	make("-b 1024", 5000, 20000);
	fs()->mount_state |= EXT2_STATE_ERROR;
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
	make("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 30000);
	fill(0);
	syncs = asked = 0;
	eh_on_sync = cut;
	assert_int_equal(eh_resize(30000), 0);
	eh_on_sync = NULL;
	assert_in_range(syncs, 8, 100);
	assert_int_equal(asked, 3);
	end();
}

/* ---- without memory ---- */
static void test_without_memory(void **state)
{
	unsigned int refused = 0;

	for (unsigned int at = 1; at < 40; at++) {
		int err;

		make("-b 1024 -g 256 -N 448 -E resize=40000", 7000, 20000);
		host_fail_alloc(at);
		err = eh_resize(20000);
		host_fail_alloc(0);
		assert_true(!err || err == -ENOMEM);
		refused += err != 0;
		end();
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
		host_test(test_last_group),
		host_test(test_groups),
		host_test(test_more_descriptors),
		host_test(test_formats),
		host_test(test_ends),
		host_test(test_again_and_again),
		host_test(test_refused),
		host_test(test_state),
		host_test(test_damaged),
		host_test(test_power_cuts),
		host_test(test_without_memory),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
