/* Mounted file systems to grow, and files on them; see resize_fixture.h. */
#include "resize_fixture.h"

#define FILE_BYTES 20000u

static u8 data[FILE_BYTES];

struct ext2_fs *rf_fs(void)
{
	return ext2_fs(eh_super());
}

u32 rf_in_journal(void)
{
	return rf_fs()->super->compat & EXT2_COMPAT_HAS_JOURNAL ? 1024 : 0;
}

void rf_make(const char *mke2fs_args, unsigned int kb, unsigned int device_kb)
{
	ei_make(mke2fs_args, kb);
	ei_save();
	ei_run("truncate -s %uK %s", device_kb, ei_name);
	ei_load();
	ei_mount("");
	/* It is counted as mke2fs counts. */
	if (rf_fs()->super->overhead_blocks)
		assert_int_equal(rf_fs()->super->overhead_blocks,
				 rf_fs()->overhead + rf_in_journal());
}

static const char *file_name(unsigned int i)
{
	static char name[16];

	snprintf(name, sizeof(name), "/d%u/f%u", i % 7, i);
	return name;
}

int rf_write_file(unsigned int i)
{
	char dir[8];
	int err;

	snprintf(dir, sizeof(dir), "/d%u", i % 7);
	(void)eh_make(dir, S_IFDIR | 0755, 0);
	memset(data, (int)i, sizeof(data));
	err = eh_make(file_name(i), S_IFREG | 0644, 0);
	return err ? err : eh_write(file_name(i), 0, data, sizeof(data));
}

unsigned int rf_fill(unsigned int from)
{
	while (!rf_write_file(from))
		from++;
	(void)eh_remove(file_name(from));
	return from;
}

void rf_check_files(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(eh_read(file_name(i), 0, data, sizeof(data)), sizeof(data));
		for (u32 at = 0; at < sizeof(data); at += 99)
			assert_int_equal(data[at], i & 0xff);
	}
}

void rf_end(void)
{
	eh_umount();
	ei_check();
	ei_remove();
	assert_null(strstr(host_log(), "error"));
}
