/* Partition tables of the PC: MBR with chains, superfloppies, disk managers. */
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/crc32_small.c
// LINK: kernel/lib/unicode.c
#include <host/host.h>
#include "part_check.h"

static void empty_disks(void **state)
{
	image_new(1000, 512);
	expect(PART_SCHEME_NONE, "", 0);
	put_slot(0, 0, 0, 0, 0, 0);
	expect(PART_SCHEME_MBR, "", 0);
	image_new(0, 512);
	expect(PART_SCHEME_NONE, "", 0);
	image_new(1, 512);
	put_slot(0, 0, 0x80, 0x83, 0, 1);
	expect(PART_SCHEME_MBR, "1:0+1", PART_BAD_COVERS_TABLE);
}

static void primaries(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x83, 63, 100);
	put_slot(0, 2, 0, 0x0B, 200, 9800);
	put_slot(0, 3, 0, 0x00, 1, 5); /* no type: not used */
	put_le32(image_at(0) + 440, 0x1234ABCD);
	expect(PART_SCHEME_MBR, "1:63+100 3:200+9800", 0);
	assert_string_equal(found[0].uuid, "1234abcd-01");
	assert_string_equal(found[1].uuid, "1234abcd-03");
	assert_string_equal(found[0].type, "0x83");
	assert_string_equal(scan.disk_uuid, "1234abcd");
	assert_int_equal(found[0].flags, PART_ACTIVE);
	assert_int_equal(found[1].flags, 0);
	assert_int_equal(found[1].mbr_type, 0x0B);
}

static void active_flags(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0, 0x83, 63, 100);
	expect(PART_SCHEME_MBR, "1:63+100", PART_BAD_NO_ACTIVE);
	put_slot(0, 0, 0x80, 0x83, 63, 100);
	put_slot(0, 1, 0x80, 0x83, 163, 100);
	expect(PART_SCHEME_MBR, "1:63+100 2:163+100", PART_BAD_MANY_ACTIVE);
	put_slot(0, 3, 0x41, 0x83, 300, 100);
	expect(PART_SCHEME_NONE, "", PART_BAD_SECTOR_0);
}

static void limits(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x83, 9000, 1001);
	put_slot(0, 1, 0, 0x83, 10000, 1);
	put_slot(0, 2, 0, 0x83, 0xFFFFFFFF, 0xFFFFFFFF);
	put_slot(0, 3, 0, 0x83, 100, 0);
	expect(PART_SCHEME_MBR, "1:9000+1000", PART_BAD_CLIPPED | PART_BAD_BEYOND_END);
	assert_int_equal(found[0].flags, PART_ACTIVE | PART_CLIPPED);
	image_new(0x200000000ull, 512); /* 4 TB: the largest numbers are real */
	put_slot(0, 0, 0x80, 0x83, 0xFFFFFFFF, 0xFFFFFFFF);
	expect(PART_SCHEME_MBR, "1:4294967295+4294967295", 0);
}

static void overlaps(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x83, 100, 100);
	put_slot(0, 1, 0, 0x83, 200, 100);
	expect(PART_SCHEME_MBR, "1:100+100 2:200+100", 0);
	put_slot(0, 1, 0, 0x83, 199, 100);
	expect(PART_SCHEME_MBR, "1:100+100 2:199+100", PART_BAD_OVERLAP);
	put_slot(0, 1, 0, 0x05, 199, 100); /* a container counts whole */
	put_slot(0, 0, 0x80, 0x83, 250, 10);
	put_slot(199, 0, 0, 0, 0, 0);
	expect(PART_SCHEME_MBR, "1:250+10 2:199+2", PART_BAD_OVERLAP);
}

static void native_sectors(void **state)
{
	for (u32 scale = 2; scale <= 8; scale *= 2) {
		char text[64];

		image_new(10000, 512 * scale);
		put_slot(0, 0, 0x80, 0x83, 10, 100);
		put_slot(0, 1, 0, 0x05, 200, 500);
		put_slot(200, 0, 0, 0x83, 1, 50);
		sprintf(text, "1:%u+%u 2:%u+%u 5:%u+%u", 10 * scale, 100 * scale, 200 * scale,
			scale, 201 * scale, 50 * scale);
		expect(PART_SCHEME_MBR, text, 0);
	}
	image_new(10000, 513);
	assert_int_equal(run(), -EINVAL);
	image_new(10000, 8192);
	assert_int_equal(run(), -EINVAL);
	image_new(10000, 256);
	assert_int_equal(run(), -EINVAL);
	assert_int_equal(scan.problems, PART_BAD_SECTOR_SIZE);
}

static void unreadable(void **state)
{
	image_new(10000, 512);
	image.bad_lba = 0;
	assert_int_equal(run(), -EIO);
	assert_int_equal(scan.problems, PART_BAD_READ);
	image.bad_lba = 300;
	put_slot(0, 0, 0x80, 0x05, 100, 1000);
	put_slot(100, 0, 0, 0x83, 1, 50);
	put_slot(100, 1, 0, 0x05, 200, 50);
	put_slot(0, 1, 0, 0x83, 2000, 50);
	expect(PART_SCHEME_MBR, "1:100+2 2:2000+50 5:101+50", PART_BAD_READ);
}

/* ---- extended partitions ---- */
static void chain(void **state)
{
	static const u8 type[] = { 0x05, 0x0F, 0x85 };

	for (unsigned int i = 0; i < 3; i++) {
		image_new(10000, 512);
		put_slot(0, 1, 0x80, type[i], 1000, 5000);
		put_slot(1000, 0, 0, 0x82, 63, 100);
		put_slot(1000, 1, 0, 0x05, 500, 400);
		put_slot(1500, 0, 0, 0x83, 63, 200);
		put_slot(1500, 1, 0, type[i], 2000, 400);
		put_slot(3000, 0, 0, 0x0B, 1, 300);
		expect(PART_SCHEME_MBR, "2:1000+2 5:1063+100 6:1563+200 7:3001+300", 0);
		assert_int_equal(found[0].flags, PART_CONTAINER | PART_ACTIVE);
		assert_int_equal(found[0].container_sectors, 5000);
		assert_int_equal(found[1].flags, PART_LOGICAL);
		assert_string_equal(found[3].uuid, "00000000-07");
	}
}

static void chain_dr_dos(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 5000);
	put_slot(1000, 0, 0, 0x05, 500, 400); /* no data here, and the link first */
	put_slot(1500, 0, 0, 0x05, 2000, 400);
	put_slot(1500, 1, 0, 0x04, 63, 200);
	put_slot(3000, 0, 0, 0x04, 1, 300);
	expect(PART_SCHEME_MBR, "1:1000+2 5:1563+200 6:3001+300", 0);
}

static void chain_four_slots(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 5000);
	put_slot(1000, 0, 0, 0x07, 10, 10);
	put_slot(1000, 2, 0, 0x07, 20, 10);
	put_slot(1000, 3, 0, 0x07, 4995, 10); /* leaves the container: garbage */
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10 6:1020+10", 0);
	put_slot(1000, 3, 0, 0x07, 0xFFFFFFFF, 0xFFFFFFFF);
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10 6:1020+10", 0);
	put_slot(1000, 3, 0, 0, 0, 0);
	put_slot(1000, 2, 0, 0x07, 4995, 10);
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10", 0);
	put_slot(1000, 2, 0, 0x07, 20, 10);
	put_slot(1000, 0, 0, 0x07, 4995, 10); /* in the first two it is believed, and told */
	expect(PART_SCHEME_MBR, "1:1000+2 5:5995+10 6:1020+10", PART_BAD_LOGICAL);
}

static void chain_loops(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 5000);
	put_slot(1000, 0, 0, 0x83, 10, 10);
	put_slot(1000, 1, 0, 0x05, 0, 5000); /* to itself */
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10", PART_BAD_EBR_LOOP);
	put_slot(1000, 1, 0, 0x05, 100, 50);
	put_slot(1100, 0, 0, 0x83, 10, 10);
	put_slot(1100, 1, 0, 0x05, 200, 50);
	put_slot(1200, 1, 0, 0x05, 100, 50); /* a ring of two */
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10 6:1110+10", PART_BAD_EBR_LOOP);
}

static void chain_leaves(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 5000);
	put_slot(1000, 0, 0, 0x83, 10, 10);
	put_slot(1000, 1, 0, 0x05, 5000, 10);
	put_slot(6000, 0, 0, 0x83, 10, 10);
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10", PART_BAD_EBR_OUTSIDE);
	put_slot(1000, 1, 0, 0x05, 0xFFFFFC18, 10); /* 32 bits would come round to the MBR */
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10", PART_BAD_EBR_OUTSIDE);
	put_slot(1000, 1, 0, 0x05, 300, 10); /* nothing there */
	expect(PART_SCHEME_MBR, "1:1000+2 5:1010+10", PART_BAD_EBR_SIGNATURE);
	put_slot(0, 0, 0x80, 0x05, 0, 5000); /* the table as its own chain */
	expect(PART_SCHEME_MBR, "1:0+2", PART_BAD_COVERS_TABLE);
	put_slot(0, 0, 0x80, 0x05, 9000, 5000);
	put_slot(9000, 1, 0, 0x05, 4000, 10); /* inside the container, behind the disk */
	expect(PART_SCHEME_MBR, "1:9000+2", PART_BAD_CLIPPED | PART_BAD_READ);
}

static void make_long_chain(unsigned int links, bool data)
{
	image_new(100000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 90000);
	for (u32 i = 0; i < links; i++) {
		if (data)
			put_slot(1000 + 10 * i, 0, 0, 0x83, 1, 5);
		put_slot(1000 + 10 * i, 1, 0, 0x05, 10 * (i + 1), 10);
	}
	put_slot(1000 + 10 * links, 0, 0, 0x83, 1, 5);
}

static void chain_long(void **state)
{
	make_long_chain(149, true);
	assert_int_equal(run(), 0);
	assert_int_equal(n_found, 151);
	assert_int_equal(found[150].number, 154);
	assert_int_equal(scan.problems, 0);
	make_long_chain(400, true); /* numbers end */
	assert_int_equal(run(), 0);
	assert_int_equal(n_found, 252);
	assert_int_equal(found[251].number, 255);
	assert_int_equal(scan.problems, PART_BAD_MANY);
	make_long_chain(99, false);
	expect(PART_SCHEME_MBR, "1:1000+2 5:1991+5", 0);
	make_long_chain(100, false);
	expect(PART_SCHEME_MBR, "1:1000+2", PART_BAD_EBR_LONG);
}

static void two_containers(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x05, 1000, 1000);
	put_slot(0, 2, 0, 0x0F, 3000, 1000);
	put_slot(1000, 0, 0, 0x83, 10, 10);
	put_slot(3000, 0, 0, 0x83, 10, 10);
	expect(PART_SCHEME_MBR, "1:1000+2 3:3000+2 5:1010+10 6:3010+10", PART_BAD_TWO_EXTENDED);
}

/* ---- what is no table ---- */
static void put_fat(const char *oem, u8 media)
{
	u8 *sector = image_at(0);

	memcpy(sector, "\xEB\x3C\x90", 3);
	memcpy(sector + 3, oem, 8);
	sector[12] = 2; /* 512 */
	sector[13] = 1;
	sector[14] = 1;
	sector[16] = 2;
	sector[21] = media;
	sector[510] = 0x55;
	sector[511] = 0xAA;
}

static void superfloppies(void **state)
{
	image_new(2880, 512);
	put_fat("MSDOS5.0", 0xF0);
	memcpy(image_at(0) + 440,
	       "Non-System disk or disk error\r\nReplace and strike any key when "
	       "ready",
	       64);
	expect(PART_SCHEME_SUPERFLOPPY, "", 0);
	assert_string_equal(scan.contents, "fat");
	put_fat("MSDOS5.0", 0x55);
	expect(PART_SCHEME_NONE, "", PART_BAD_SECTOR_0);
	put_fat("NTFS    ", 0);
	expect(PART_SCHEME_SUPERFLOPPY, "", 0);
	assert_string_equal(scan.contents, "ntfs");
	put_fat("EXFAT   ", 0);
	expect(PART_SCHEME_SUPERFLOPPY, "", 0);
	assert_string_equal(scan.contents, "exfat");
}

static void boot_sector_or_table(void **state)
{
	image_new(2880, 512);
	put_fat("mkfs.fat", 0xF8); /* zeros where a table's flags would be */
	expect(PART_SCHEME_SUPERFLOPPY, "", 0);
	put_slot(0, 1, 0, 0x20, 0x61746164, 0x6B6F6F62); /* a "partition" of text */
	expect(PART_SCHEME_SUPERFLOPPY, "", 0);
	put_slot(0, 0, 0x80, 0x06, 63, 2000); /* an MBR that carries a boot sector's head */
	expect(PART_SCHEME_MBR, "1:63+2000", PART_BAD_BEYOND_END);
}

static void managers(void **state)
{
	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x55, 63, 9000);
	expect(PART_SCHEME_MBR, "1:63+9000", PART_BAD_MANAGER);
	assert_int_equal(found[0].flags, PART_ACTIVE | PART_READONLY);
	put_slot(1, 0, 0x80, 0x06, 63, 500);
	put_slot(1, 1, 0, 0x05, 1000, 500);
	put_slot(1000, 0, 0, 0x06, 10, 100);
	put_le32(image_at(1) + 440, 0xCAFE);
	expect(PART_SCHEME_MBR, "1:63+500 2:1000+2 5:1010+100", PART_BAD_MANAGER);
	assert_int_equal(found[2].flags, PART_LOGICAL | PART_READONLY);
	assert_string_equal(found[2].uuid, "0000cafe-05");

	image_new(10000, 512);
	put_slot(0, 0, 0x80, 0x54, 1, 9000);
	put_slot(63, 0, 0x80, 0x06, 63, 500);
	put_slot(63, 1, 0, 0x05, 1000, 500);
	put_slot(1063, 0, 0, 0x06, 10, 100);
	expect(PART_SCHEME_MBR, "1:126+500 2:1063+2 5:1073+100", PART_BAD_MANAGER);
	put_slot(63, 2, 0x80, 0x54, 1, 9000); /* managers do not nest */
	expect(PART_SCHEME_MBR, "1:1+9000", PART_BAD_MANAGER);
	put_slot(0, 0, 0x80, 0x51, 1, 9000);
	expect(PART_SCHEME_MBR, "1:1+9000", PART_BAD_MANAGER);
}

static void texts(void **state)
{
	for (unsigned int i = 0; i < PART_BAD_COUNT; i++)
		assert_true(strlen(part_problem_text(1u << i)) > 10);
	assert_string_equal(part_problem_text(0), "no problem");
	assert_string_equal(part_problem_text(PART_BAD_SECTOR_SIZE),
			    "the sector size is not supported");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(empty_disks),	  host_test(primaries),
		host_test(active_flags),  host_test(limits),
		host_test(overlaps),	  host_test(native_sectors),
		host_test(unreadable),	  host_test(chain),
		host_test(chain_dr_dos),  host_test(chain_four_slots),
		host_test(chain_loops),	  host_test(chain_leaves),
		host_test(chain_long),	  host_test(two_containers),
		host_test(superfloppies), host_test(boot_sector_or_table),
		host_test(managers),	  host_test(texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
