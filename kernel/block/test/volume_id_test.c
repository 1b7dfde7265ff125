/* What a volume holds: images made by the usual tools, and blkid(8) asked about the same. */
// LINK: kernel/block/volume_id.c kernel/block/volume_dos.c kernel/lib/unicode.c
// LINK: kernel/lib/string.c
#include <host/host.h>
#include "kernel/volume_id.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char image[] = "/tmp/volume-XXXXXX";
static int file = -1;
static struct volume_id id;

static int read_image(void *ctx, u64 sector, void *buffer)
{
	return pread(file, buffer, 512, (off_t)sector * 512) == 512 ? 0 : -5;
}

/* Runs "truncate; TOOL", %s being the image, and looks at the result. */
static bool identify(const char *size, const char *tool)
{
	char command[1024], call[512];
	bool known;

	snprintf(call, sizeof(call), tool, image);
	snprintf(command, sizeof(command),
		 "PATH=$PATH:/sbin:/usr/sbin; rm -f %s; truncate -s %s %s && %s >/dev/null 2>&1",
		 image, size, image, call);
	assert_int_equal(system(command), 0);
	file = open(image, O_RDONLY);
	assert_true(file >= 0);
	memset(&id, 0xEE, sizeof(id));
	id.read = read_image;
	id.ctx = NULL;
	id.sectors = (u64)lseek(file, 0, SEEK_END) / 512;
	known = volume_identify(&id);
	close(file);
	return known;
}

/* blkid's word for one tag of the image; empty when it has none. */
static const char *blkid(const char *tag)
{
	static char value[512];
	char command[256];
	FILE *pipe;

	snprintf(command, sizeof(command), "/sbin/blkid -p -o value -s %s %s", tag, image);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	if (!fgets(value, sizeof(value), pipe))
		value[0] = 0;
	value[strcspn(value, "\n")] = 0;
	pclose(pipe);
	return value;
}

static void expect(const char *size, const char *tool, const char *type, const char *label)
{
	assert_true(identify(size, tool));
	assert_string_equal(id.type, type);
	assert_string_equal(id.label, label);
	assert_string_equal(id.type, blkid("TYPE"));
	assert_string_equal(id.label, blkid("LABEL"));
	assert_string_equal(id.uuid, blkid("UUID"));
	assert_true(id.uuid[0]);
}

static void ext(void **state)
{
	expect("4M", "mke2fs -q -t ext2 -L disk %s", "ext2", "disk");
	expect("4M", "mke2fs -q -t ext2 -r 1 -b 4096 -O ^dir_index,meta_bg,^resize_inode %s",
	       "ext2", "");
	expect("8M", "mke2fs -q -t ext3 -L 0123456789abcdef %s", "ext3", "0123456789abcdef");
	expect("8M", "mke2fs -q -t ext4 %s", "ext4", "");
	assert_true(identify("8M", "mke2fs -q -O journal_dev %s"));
	assert_string_equal(id.type, "jbd");
}

static void swap(void **state)
{
	expect("1M", "mkswap -L exchange %s", "swap", "exchange");
	expect("1M", "mkswap %s", "swap", "");
}

static void fat(void **state)
{
	expect("1440k", "mkdosfs -i 1234ABCD -n FLOPPY %s", "vfat", "FLOPPY");
	assert_string_equal(id.uuid, "1234-ABCD");
	expect("1440k", "mkdosfs %s", "vfat", "");
	expect("20M", "mkdosfs -F 16 -n \"TWO WORDS\" %s", "vfat", "TWO WORDS");
	expect("40M", "mkdosfs -F 32 -n LARGE %s", "vfat", "LARGE");
	expect("40M", "mkdosfs -F 32 %s", "vfat", "");
	expect("80M", "mkdosfs -S 2048 -n CD %s", "vfat", "CD");
	expect("80M", "mkdosfs -F 32 -S 4096 -n NATIVE %s", "vfat", "NATIVE");
}

static void iso9660(void **state)
{
	expect("0", "xorriso -as mkisofs -J -r -V Oldiron_1 -o %s /etc/hostname", "iso9660",
	       "Oldiron_1");
	expect("0", "xorriso -as mkisofs -V PLAIN -o %s /etc/hostname", "iso9660", "PLAIN");
	expect("0", "xorriso -as mkisofs -J -V ABCDEFGHIJKLMNOPQRSTUVWX -o %s /etc/hostname",
	       "iso9660", "ABCDEFGHIJKLMNOPQRSTUVWX");
	expect("0",
	       "xorriso -as mkisofs -r -V DATED --modification-date=2001020304050607 -o %s "
	       "/etc/hostname",
	       "iso9660", "DATED");
	assert_string_equal(id.uuid, "2001-02-03-04-05-06-07");
}

static void nothing(void **state)
{
	assert_false(identify("1M", "true %s"));
	assert_null(id.type);
	assert_string_equal(id.label, "");
	assert_false(identify("0", "true %s"));
	assert_false(identify("512", "true %s"));
	assert_false(identify("1M", "echo start=64 | sfdisk %s"));
}

/* By hand: there is no tool for these among the needed packages. */
static u8 bytes[64 * 512];

static int read_bytes(void *ctx, u64 sector, void *buffer)
{
	memcpy(buffer, bytes + 512 * sector, 512);
	return sector == 9 ? -5 : 0;
}

static bool identify_bytes(void)
{
	id.read = read_bytes;
	id.sectors = 64;
	return volume_identify(&id);
}

static void put16(unsigned int at, const char *text)
{
	for (; *text; at += 2)
		bytes[at] = (u8)*text++;
}

static void make_ntfs(void)
{
	u8 *record = bytes + 512 * (8 * 4 + 3 * 2);

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, "\xEB\x52\x90NTFS    \0\2\10", 14);
	bytes[48] = 4;
	bytes[64] = 0xF6; /* 1 KB */
	memcpy(bytes + 72, "\x88\x77\x66\x55\x44\x33\x22\x11", 8);
	memcpy(bytes + 510, "\x55\xAA", 2);
	memcpy(record, "FILE", 4);
	record[20] = 56;
	record[56] = 0x10;
	record[60] = 72;
	record[128] = 0x60;
	record[132] = 40;
	record[128 + 16] = 10;
	record[128 + 20] = 24;
	put16((unsigned int)(record - bytes) + 128 + 24, "Win95");
}

static void ntfs(void **state)
{
	make_ntfs();
	assert_true(identify_bytes());
	assert_string_equal(id.type, "ntfs");
	assert_string_equal(id.uuid, "1122334455667788");
	assert_string_equal(id.label, "Win95");
	bytes[512 * 38 + 128 + 17] = 2; /* longer than the sector */
	assert_true(identify_bytes());
	assert_string_equal(id.label, "");
	make_ntfs();
	bytes[512 * 38 + 60] = 0; /* an attribute without length */
	assert_true(identify_bytes());
	assert_string_equal(id.label, "");
	make_ntfs();
	memset(bytes + 48, 0xFF, 8);
	assert_true(identify_bytes());
	assert_string_equal(id.label, "");
	bytes[64] = 0x80; /* a record of 2^128 bytes */
	assert_false(identify_bytes());
}

static void exfat(void **state)
{
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes,
	       "\xEB\x76\x90"
	       "EXFAT   ",
	       11);
	memcpy(bytes + 510, "\x55\xAA", 2);
	bytes[88] = 16;
	bytes[96] = 3;
	memcpy(bytes + 100, "\x78\x56\x34\x12", 4);
	bytes[108] = 9;
	bytes[109] = 1;
	memcpy(bytes + 512 * 18 + 32, "\x83\x03", 2);
	bytes[512 * 18] = 0x81;
	put16(512 * 18 + 34, "abc");
	assert_true(identify_bytes());
	assert_string_equal(id.type, "exfat");
	assert_string_equal(id.label, "abc");
	assert_string_equal(id.uuid, "1234-5678");
	bytes[108] = 40;
	assert_false(identify_bytes());
}

static void table_rows(void **state)
{
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, "XFSB", 4);
	memcpy(bytes + 108, "big", 3);
	memset(bytes + 32, 0xAB, 16);
	assert_true(identify_bytes());
	assert_string_equal(id.type, "xfs");
	assert_string_equal(id.label, "big");
	assert_string_equal(id.uuid, "abababab-abab-abab-abab-abababababab");
	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes + 9 * 512, "XFSB", 4);
	memcpy(bytes + 512 + 24, "LVM2 001", 8);
	assert_true(identify_bytes());
	assert_string_equal(id.type, "LVM2_member");
	assert_string_equal(id.uuid, "");
}

static int setup(void **state)
{
	int fd = mkstemp(image);

	close(fd);
	return fd < 0;
}
static int teardown(void **state)
{
	return unlink(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(ext),	    host_test(swap), host_test(fat),   host_test(iso9660),
		host_test(nothing), host_test(ntfs), host_test(exfat), host_test(table_rows),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
