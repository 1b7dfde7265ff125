/* A whole volume: what is on it after errors. */
// LINK: kernel/fs/fat/dir.c kernel/fs/fat/error.c kernel/fs/fat/fat_layout.c
// LINK: kernel/fs/fat/fat_name.c kernel/fs/fat/fat_time.c kernel/fs/fat/file.c
// LINK: kernel/fs/fat/inode.c kernel/fs/fat/map.c kernel/fs/fat/namei.c kernel/fs/fat/options.c
// LINK: kernel/fs/fat/super.c kernel/fs/fat/table.c kernel/fs/fat/test/fat_host.c
// LINK: kernel/fs/test/fs_host.c kernel/fs/test/fs_host_paths.c kernel/fs/mount_option.c
// LINK: kernel/fs/dcache.c kernel/fs/dentry_tree.c kernel/fs/inode.c kernel/fs/inode_attr.c
// LINK: kernel/fs/file_time.c kernel/lib/bitops.c kernel/lib/math64.c kernel/lib/cp437_table.c
// LINK: kernel/lib/unicode.c
#include "fat_host.h"
#include <stdlib.h>

#define SIZE   (360u << 10)
#define SECTOR 512u

static u8 image[SIZE];

static void make_kind(const char *options)
{
	char name[] = "/tmp/oldiron-fat-test-XXXXXX", command[100];
	FILE *f = fdopen(mkstemp(name), "r+b");

	memset(image, 0, SIZE);
	assert_int_equal(fwrite(image, 1, SIZE, f), SIZE);
	assert_int_equal(fflush(f), 0);
	rewind(f);
	snprintf(command, sizeof(command), "/usr/sbin/mkfs.vfat %s %s >/dev/null 2>&1", options,
		 name);
	assert_int_equal(system(command), 0);
	assert_int_equal(fread(image, 1, SIZE, f), SIZE);
	fclose(f);
	remove(name);
}

static void make_volume(void)
{
	make_kind("-F 12 -s 1");
}

static u32 data_start(void)
{
	struct fat_layout l;
	const char *why;

	assert_int_equal(fat_layout_make(&l, image, SIZE, &why), 0);
	return l.data_start;
}

/* The short entry of that name in the root directory, as it is on the disk. */
static const u8 *entry_of(const char *name)
{
	const u32 fats = get_le16(image + BOOT_FAT_SECTORS_16);
	/* FAT32's is the first cluster. */
	const u32 root =
		fats ? get_le16(image + BOOT_RESERVED) + image[BOOT_FATS] * fats : data_start();

	for (const u8 *e = image + root * SECTOR; *e; e += ENTRY_SIZE)
		if (!memcmp(e, name, strlen(name)))
			return e;
	fail_msg("%s is not there", name);
	return NULL;
}

static void make_file(const char *path)
{
	static const u8 bytes[3000];

	assert_int_equal(eh_make(path, S_IFREG | 0644, 0), 0);
	assert_int_equal(eh_write(path, 0, bytes, sizeof(bytes)), 0);
}

static int fsync_path(const char *path)
{
	struct inode *inode = eh_inode(path);
	struct file file = { .inode = inode, .mapping = &inode->data };
	int err = fat_fsync(&file, 0, LLONG_MAX, false);

	inode_put(inode);
	return err;
}

/* A damaged file elsewhere makes the volume read-only: what was written before keeps its entry. */
static void written_after_an_error(void **state)
{
	struct inode *keep;

	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	make_file("/A");
	keep = eh_inode("/A");
	assert_int_equal(blockdev_sync(eh_super()->bdev), 0);
	assert_int_equal(get_le32(entry_of("A ") + ENTRY_FILE_SIZE), 0);
	(void)fat_error(fat_fs(eh_super()), "as if a chain led nowhere");
	assert_true(fat_readonly(fat_fs(eh_super())));
	assert_int_equal(fsync_path("/A"), 0);
	assert_int_equal(get_le32(entry_of("A ") + ENTRY_FILE_SIZE), 3000);
	inode_put(keep);
	eh_umount();
	assert_true(image[BOOT_STATE_16] & BOOT_STATE_DIRTY);
}

static u32 bad_chunk;

static int fail_one(u32 chunk)
{
	return chunk == bad_chunk ? -EIO : 0;
}

/* The flusher could not write a sector of the table: told by fsync() of who was there, and the
 * volume is not called sound. */
static void flusher_fails(void **state)
{
	struct inode *keep;

	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	make_file("/A");
	keep = eh_inode("/A");
	bad_chunk = get_le16(image + BOOT_RESERVED);
	eh_on_write = fail_one;
	assert_int_equal(blockdev_sync(eh_super()->bdev), -EIO);
	eh_on_write = NULL;
	assert_int_equal(fsync_path("/A"), -EIO);
	assert_int_equal(fsync_path("/A"), 0);
	inode_put(keep);
	eh_umount();
	assert_true(image[BOOT_STATE_16] & BOOT_STATE_DIRTY);
}

static void sound_after_all(void **state)
{
	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	assert_true(image[BOOT_STATE_16] & BOOT_STATE_DIRTY);
	make_file("/A");
	assert_int_equal(fsync_path("/A"), 0);
	eh_umount();
	assert_false(image[BOOT_STATE_16] & BOOT_STATE_DIRTY);
}

/* A boot sector of DOS 3: where newer ones have a state it has code. */
static void no_state(void **state)
{
	u8 before[SECTOR];

	make_volume();
	image[BOOT_EXTENDED_16] = 0;
	for (unsigned int value = 0; value < 256; value += 255) {
		image[BOOT_STATE_16] = (u8)value;
		memcpy(before, image, SECTOR);
		assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
		assert_memory_equal(image, before, SECTOR);
		eh_umount();
		assert_memory_equal(image, before, SECTOR);
	}
}

/* A file whose chain is shorter than its size does not get what others left on the disk. */
static void chain_too_short(void **state)
{
	static const u8 byte = 1;
	u8 *entry;

	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	make_file("/A");
	eh_umount();
	entry = (u8 *)entry_of("A ");
	put_le32(entry + ENTRY_FILE_SIZE, 100000);
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	assert_int_equal(eh_write("/A", 50000, &byte, 1), -EIO);
	assert_int_equal(eh_write("/A", 1000, &byte, 1), 0);
	eh_umount();
}

/* Without ".." it stays where it is, and nothing has changed. */
static void moved_without_parent(void **state)
{
	u8 *dir;

	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "errors=continue", 0), 0);
	assert_int_equal(eh_make("/D", S_IFDIR | 0755, 0), 0);
	assert_int_equal(eh_make("/T", S_IFDIR | 0755, 0), 0);
	eh_umount();
	dir = image + (data_start() + get_le16(entry_of("D ") + ENTRY_CLUSTER_LO) - 2) * SECTOR;
	assert_memory_equal(dir + ENTRY_SIZE, "..  ", 4);
	dir[ENTRY_SIZE] = 'X';
	assert_int_equal(fat_host_mount(image, SIZE, false, "errors=continue", 0), 0);
	assert_int_equal(eh_rename("/D", "/T/D", 0), -EIO);
	eh_umount();
	assert_non_null(entry_of("D "));
	assert_int_equal(get_le16(entry_of("D ") + ENTRY_CLUSTER_LO), 2);
}

/* What others wrote of the free clusters is no reason to refuse. */
static void wrong_count(void **state)
{
	u32 info;

	make_kind("-F 32 -s 1");
	info = get_le16(image + BOOT_INFO_SECTOR) * SECTOR;
	put_le32(image + info + INFO_FREE, 0);
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	make_file("/A");
	eh_umount();
	assert_true(get_le32(image + info + INFO_FREE) > 100);
	put_le32(image + info + INFO_FREE, 0);
	assert_int_equal(fat_host_mount(image, SIZE, false, "usefree", 0), 0);
	assert_int_equal(eh_make("/B", S_IFREG | 0444, 0), 0);
	assert_int_equal(eh_write("/B", 0, &info, 4), -ENOSPC);
	eh_umount();
	/* As on Linux the mode of a new file says nothing. */
	assert_int_equal(entry_of("B ")[ENTRY_ATTR], ATTR_ARCHIVE);
}

static void leave(s64 ns, void *arg)
{
	struct inode *inode = arg;

	assert_int_equal(fat_write_inode(inode, false), 0);
	hlist_del_init(&inode->hash_node);
	inode_iget_done(inode); /* wakes who waits */
	host_on_sleep(NULL, NULL);
}

/* A file is looked for while it leaves memory: what that writes is what is found. */
static void found_while_it_leaves(void **state)
{
	struct inode *old, *new;

	make_volume();
	assert_int_equal(fat_host_mount(image, SIZE, false, "", 0), 0);
	assert_int_equal(eh_make("/A", S_IFREG | 0644, 0), 0);
	old = eh_inode("/A");
	eh_drop_caches();
	old->size = 3000;
	old->flags |= INODE_FREEING;
	host_on_sleep(leave, old);
	new = eh_inode("/A");
	assert_ptr_not_equal(new, old);
	assert_int_equal(new->size, 3000);
	new->size = 0;
	old->flags &= ~INODE_FREEING;
	inode_put(old);
	inode_put(new);
	eh_umount();
}

static int warm_up(void **state)
{
	fat_host_start();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(written_after_an_error),
		host_test(flusher_fails),
		host_test(sound_after_all),
		host_test(no_state),
		host_test(chain_too_short),
		host_test(moved_without_parent),
		host_test(wrong_count),
		host_test(found_while_it_leaves),
	};

	return cmocka_run_group_tests(tests, warm_up, NULL);
}
