/* The records of a directory block, good ones and broken ones. */
// LINK: kernel/fs/ext2/dirent.c
#include <host/host.h>
#include "../dirent.h"

#define SIZE 1024u

static u8 bytes[SIZE];
static const struct ext2_dirblock block = { bytes, SIZE, 100, true };

static struct ext2_dirent *find(const char *name)
{
	u32 at;

	return ext2_dirent_find(&block, name, (u32)strlen(name), &at);
}

static bool add(const char *name, u32 ino)
{
	u32 at;
	struct ext2_dirent *d = ext2_dirent_room(&block, (u32)strlen(name), &at);

	if (!d)
		return false;
	assert_ptr_not_equal(d, EXT2_DIRENT_BAD);
	ext2_dirent_put(&block, d, name, (u32)strlen(name), ino, 1);
	return true;
}

static void test_add_find_remove(void **state)
{
	char name[16];
	u32 n = 0, at;

	ext2_dirblock_init_dots(&block, 11, 2);
	assert_int_equal(ext2_dirblock_is_empty(&block, &at), 1);
	assert_int_equal(find("..")->inode, 2);
	do {
		snprintf(name, sizeof(name), "name%u", n);
	} while (add(name, 12 + n % 50) && ++n);
	assert_in_range(n, 50, 70);
	assert_int_equal(ext2_dirblock_is_empty(&block, &at), 0);
	assert_int_equal(find("name7")->inode, 19);
	assert_null(find("name"));
	assert_int_equal(ext2_dirent_remove(&block, find("name7")), 0);
	assert_null(find("name7"));
	assert_true(add("name7", 99));
	assert_int_equal(find("name7")->inode, 99);
	for (u32 i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "name%u", i);
		assert_int_equal(ext2_dirent_remove(&block, find(name)), 0);
	}
	assert_int_equal(ext2_dirblock_is_empty(&block, &at), 1);
	assert_int_equal(ext2_dirent_remove(&block, find(".")), 0);
	assert_null(find("."));
	assert_true(add(".", 11));
}

/* Four bytes left behind the last record: too few for a record's head, so not even that is read. */
static void test_tail_and_empty_name(void **state)
{
	u8 *exact = malloc(16);
	struct ext2_dirblock tail = { exact, 16, 100, true };
	struct ext2_dirent *d = (struct ext2_dirent *)exact;
	u32 at;

	memset(exact, 0, 16);
	d->rec_len = 12;
	assert_ptr_equal(ext2_dirent_find(&tail, "x", 1, &at), EXT2_DIRENT_BAD);
	assert_int_equal(at, 12);
	assert_ptr_equal(ext2_dirent_room(&tail, 200, &at), EXT2_DIRENT_BAD);
	assert_int_equal(at, 12);
	assert_null(ext2_dirent_find(&tail, "", 0, &at));
	free(exact);
}

static void test_broken(void **state)
{
	static const struct {
		u32 at;
		u16 rec_len;
		u8 name_len;
		u32 inode;
	} bad[] = {
		{ 0, 0, 1, 11 }, { 0, 7, 1, 11 },      { 0, 1028, 1, 11 },   { 12, 1013, 2, 2 },
		{ 12, 8, 2, 2 }, { 12, 1012, 2, 101 }, { 12, 0xffff, 2, 2 }, { 12, 1012, 0, 2 },
	};

	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		struct ext2_dirent *d = (struct ext2_dirent *)(bytes + bad[i].at);
		u32 at = 0;

		ext2_dirblock_init_dots(&block, 11, 2);
		d->rec_len = bad[i].rec_len;
		d->name_len = bad[i].name_len;
		d->inode = bad[i].inode;
		assert_non_null(ext2_dirent_fault(&block, bad[i].at));
		assert_ptr_equal(ext2_dirent_at(&block, bad[i].at), EXT2_DIRENT_BAD);
		assert_int_equal(ext2_dirblock_is_empty(&block, &at), -EIO);
		assert_ptr_equal(ext2_dirent_room(&block, 200, &at), EXT2_DIRENT_BAD);
	}
}

static void test_types(void **state)
{
	assert_int_equal(ext2_type_of_mode(S_IFREG), 1);
	assert_int_equal(ext2_type_of_mode(S_IFDIR), 2);
	assert_int_equal(ext2_type_of_mode(S_IFLNK), 7);
	assert_int_equal(ext2_type_of_mode(S_IFSOCK), 6);
	ext2_dirblock_init_dots(&block, 11, 2);
	assert_int_equal(ext2_dtype(&block, find(".")), 4);
	find(".")->file_type = 200;
	assert_int_equal(ext2_dtype(&block, find(".")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_add_find_remove),
		host_test(test_tail_and_empty_name),
		host_test(test_broken),
		host_test(test_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
