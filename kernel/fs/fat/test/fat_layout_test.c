/* Boot sectors as mkfs.fat and DOS write them, and with one thing wrong. */
// LINK: kernel/fs/fat/fat_layout.c kernel/lib/math64.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "kernel/fs/fat/fat_format.h"
#include "kernel/fs/fat/fat_layout.h"

static u8 boot[BOOT_SIZE];
static u64 bytes;
static struct fat_layout l;

static void put16(unsigned int at, u32 value)
{
	boot[at] = (u8)value;
	boot[at + 1] = (u8)(value >> 8);
}

static void put32(unsigned int at, u32 value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

static void common(u32 cluster_sectors, u32 reserved, u32 root_entries, u32 media)
{
	memset(boot, 0, sizeof(boot));
	put16(BOOT_SECTOR_SIZE, 512);
	boot[BOOT_CLUSTER_SECTORS] = (u8)cluster_sectors;
	put16(BOOT_RESERVED, reserved);
	boot[BOOT_FATS] = 2;
	put16(BOOT_ROOT_ENTRIES, root_entries);
	boot[BOOT_MEDIA] = (u8)media;
}

/* 1.44 MB, as DOS formats it. */
static void floppy(void)
{
	common(1, 1, 224, 0xf0);
	put16(BOOT_SECTORS_16, 2880);
	put16(BOOT_FAT_SECTORS_16, 9);
	boot[BOOT_EXTENDED_16] = BOOT_EXTENDED;
	put32(BOOT_EXTENDED_16 + 1, 0x12345678);
	bytes = 2880 * 512;
}

/* FAT12 or FAT16 with so many clusters of one sector. */
static void small_disk(u32 clusters)
{
	u32 fat = (clusters + 2) * 2 / 512 + 1, sectors = 1 + 2 * fat + 32 + clusters;

	common(1, 1, 512, 0xf8);
	put16(BOOT_FAT_SECTORS_16, fat);
	put32(BOOT_SECTORS_32, sectors);
	if (sectors < 65536)
		put16(BOOT_SECTORS_16, sectors);
	bytes = (u64)sectors * 512;
}

static void fat32(void)
{
	common(8, 32, 0, 0xf8);
	put32(BOOT_SECTORS_32, 1000000);
	put32(BOOT_FAT_SECTORS_32, 976);
	put32(BOOT_ROOT_CLUSTER, 2);
	put16(BOOT_INFO_SECTOR, 1);
	boot[BOOT_EXTENDED_32] = BOOT_EXTENDED;
	bytes = 1000000ull * 512;
}

static void sound(void)
{
	const char *why = NULL;

	assert_int_equal(fat_layout_make(&l, boot, bytes, &why), 0);
	assert_null(why);
}

static void refused(const char *part)
{
	const char *why = NULL;

	assert_int_equal(fat_layout_make(&l, boot, bytes, &why), -EINVAL);
	assert_non_null(why);
	assert_non_null(strstr(why, part));
}

static void test_floppy(void **state)
{
	floppy();
	sound();
	assert_int_equal(l.width, 12);
	assert_int_equal(l.fat_start, 1);
	assert_int_equal(l.root_start, 19);
	assert_int_equal(l.data_start, 33);
	assert_int_equal(l.clusters, 2847);
	assert_true(l.mirror);
	assert_false(l.dirty || l.cut);
	assert_int_equal(l.serial, 0x12345678);
	assert_int_equal(fat_cluster_sector(&l, 2), 33);
}

static void test_fat32(void **state)
{
	fat32();
	sound();
	assert_int_equal(l.width, 32);
	assert_int_equal(l.data_start, 32 + 2 * 976);
	assert_int_equal(l.clusters, (1000000 - 32 - 2 * 976) / 8);
	assert_int_equal(l.root_cluster, 2);
	assert_int_equal(l.info_sector, 1);
	assert_int_equal(l.cluster_bits, 12);
	put16(BOOT_INFO_SECTOR, 0xffff);
	sound();
	assert_int_equal(l.info_sector, 0);
	put32(BOOT_ROOT_CLUSTER, l.clusters + 1);
	sound();
	put32(BOOT_ROOT_CLUSTER, l.clusters + 2);
	refused("root directory");
	put32(BOOT_ROOT_CLUSTER, 1);
	refused("root directory");
}

/* The kind follows from the number of clusters alone. */
static void test_kind(void **state)
{
	static const u32 clusters[] = { 4084, 4085, 65524 };
	static const u32 width[] = { 12, 16, 16 };

	for (unsigned int i = 0; i < ARRAY_SIZE(clusters); i++) {
		small_disk(clusters[i]);
		sound();
		assert_int_equal(l.clusters, clusters[i]);
		assert_int_equal(l.width, width[i]);
	}
	small_disk(65525);
	refused("more clusters");
}

/* A table whose entries end before the clusters do. */
static void test_short_table(void **state)
{
	small_disk(10000);
	put16(BOOT_FAT_SECTORS_16, 20);
	sound();
	assert_int_equal(l.clusters, 20 * 512 / 2 - 2);
}

static void test_cut_off(void **state)
{
	floppy();
	bytes = 1000 * 512;
	sound();
	assert_true(l.cut);
	assert_int_equal(l.clusters, 1000 - 33);
	bytes = 33 * 512;
	refused("no room");
}

/* 16 bits by its own count of clusters, though fewer are left of it than 12 bits can number. */
static void test_width_of_what_is_cut_off(void **state)
{
	floppy();
	boot[BOOT_CLUSTER_SECTORS] = 1;
	put16(BOOT_FAT_SECTORS_16, 17);
	put16(BOOT_SECTORS_16, 1 + 2 * 17 + 14 + 4100);
	bytes = (u64)(1 + 2 * 17 + 14 + 4100) * 512;
	sound();
	assert_int_equal(l.width, 16);
	bytes -= 100 * 512;
	sound();
	assert_true(l.cut);
	assert_int_equal(l.clusters, 4000);
	assert_int_equal(l.width, 16);
}

static void test_tables(void **state)
{
	fat32();
	put16(BOOT_FLAGS_32, BOOT_FLAG_NO_MIRROR | 1);
	sound();
	assert_false(l.mirror);
	assert_int_equal(l.active, 1);
	put16(BOOT_FLAGS_32, BOOT_FLAG_NO_MIRROR | 2);
	refused("active allocation table");
	put16(BOOT_FLAGS_32, 2);
	sound();
	assert_true(l.mirror);
	assert_int_equal(l.active, 0);
}

static void test_state(void **state)
{
	floppy();
	boot[BOOT_STATE_16] = BOOT_STATE_DIRTY;
	sound();
	assert_true(l.dirty);
	boot[BOOT_EXTENDED_16] = 0;
	sound();
	assert_false(l.dirty);
	fat32();
	boot[BOOT_STATE_32] = BOOT_STATE_DIRTY;
	sound();
	assert_true(l.dirty);
}

static void test_refused(void **state)
{
	static const struct {
		unsigned int at;
		u8 value;
		const char *why;
	} rows[] = {
		{ BOOT_SECTOR_SIZE, 0x10, "sector size" },
		{ BOOT_CLUSTER_SECTORS, 0, "cluster size" },
		{ BOOT_CLUSTER_SECTORS, 3, "cluster size" },
		{ BOOT_RESERVED, 0, "reserved" },
		{ BOOT_FATS, 0, "no allocation table" },
		{ BOOT_MEDIA, 0xf7, "medium" },
		{ BOOT_ROOT_ENTRIES, 0, "root directory" },
		{ BOOT_ROOT_ENTRIES, 17, "root directory" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		floppy();
		boot[rows[i].at] = rows[i].value;
		refused(rows[i].why);
	}
	fat32();
	put16(BOOT_VERSION_32, 1);
	refused("version");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_floppy),	cmocka_unit_test(test_fat32),
		cmocka_unit_test(test_kind),	cmocka_unit_test(test_short_table),
		cmocka_unit_test(test_cut_off), cmocka_unit_test(test_width_of_what_is_cut_off),
		cmocka_unit_test(test_tables),	cmocka_unit_test(test_state),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
