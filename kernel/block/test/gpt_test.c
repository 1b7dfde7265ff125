/* GPT: damage, the two copies, hybrids; and tables made by sfdisk. */
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/crc32_small.c
// LINK: kernel/lib/unicode.c
#include <host/host.h>
#include "part_check.h"

static struct gpt_maker primary, backup;

static void make_gpt(u64 sectors, u32 size)
{
	u32 array = 128 * 128 / size;

	image_new(sectors, size);
	put_slot(0, 0, 0, 0xEE, 1, 0xFFFFFFFF);
	primary = (struct gpt_maker){ 1, sectors - 1, array + 2, sectors - array - 2,
				      2, 128,	      128,	 92 };
	backup = primary;
	backup.lba = sectors - 1;
	backup.alternate = 1;
	backup.array = sectors - array - 1;
	for (u64 at = primary.array;; at = backup.array) {
		put_gpt_entry(at, 128, 0, 0x11, 100, 199, "boot");
		put_gpt_entry(at, 128, 5, 0x22, 200, sectors - array - 2, "root");
		if (at == backup.array)
			break;
	}
	put_gpt_header(&primary);
	put_gpt_header(&backup);
}

static const char *const gpt_10000 = "1:100+100 6:200+9767";

static void gpt_plain(void **state)
{
	make_gpt(10000, 512);
	image_at(2)[48] = 4; /* legacy BIOS bootable */
	image_at(backup.array)[48] = 4;
	put_gpt_header(&primary);
	put_gpt_header(&backup);
	expect(PART_SCHEME_GPT, gpt_10000, 0);
	assert_string_equal(found[0].name, "boot");
	assert_string_equal(found[0].type, "11111111-1111-1111-1111-111111111111");
	assert_string_equal(found[0].uuid, "a0a0a0a0-a0a0-a0a0-a0a0-a0a0a0a0a0a0");
	assert_string_equal(found[1].name, "root");
	assert_int_equal(found[0].flags, PART_ACTIVE);
	assert_true(found[0].attributes == 4);
	assert_string_equal(scan.disk_uuid, "d1d1d1d1-d1d1-d1d1-d1d1-d1d1d1d1d1d1");
	put_slot(0, 0, 0, 0xEE, 1, 1); /* any size will do */
	expect(PART_SCHEME_GPT, gpt_10000, 0);
	put_slot(0, 0, 0, 0, 0, 0);
	put_slot(0, 3, 0, 0xEE, 1, 1); /* any slot */
	expect(PART_SCHEME_GPT, gpt_10000, 0);
	put_slot(0, 3, 0, 0xEE, 2, 1);
	expect(PART_SCHEME_NONE, "", PART_BAD_SECTOR_0);
}

static void gpt_sector_sizes(void **state)
{
	make_gpt(10000, 4096);
	expect(PART_SCHEME_GPT, "1:800+800 6:1600+78360", 0);
	make_gpt(10000, 2048);
	assert_int_equal(run(), 0);
	assert_int_equal(scan.scheme, PART_SCHEME_GPT);
	assert_int_equal(scan.problems, 0);
}

static void gpt_large(void **state)
{
	make_gpt(3ull << 31, 512); /* 3 TB */
	expect(PART_SCHEME_GPT, "1:100+100 6:200+6442450711", 0);
}

static void gpt_name(void **state)
{
	static const u8 name[] = { 0xE4, 0, 0x3D, 0xD8, 0x00, 0xDE, 7, 0, 0x00, 0xDC, 'z', 0 };

	make_gpt(10000, 512);
	memcpy(image_at(2) + 56, name, sizeof(name));
	put_gpt_header(&primary);
	run();
	assert_string_equal(found[0].name, "\xC3\xA4\xF0\x9F\x98\x80?\xEF\xBF\xBDz");
	for (unsigned int i = 0; i < 72; i += 2)
		image_at(2)[56 + i] = 0x01, image_at(2)[57 + i] = 0x20; /* 36 units of 3 bytes */
	put_gpt_header(&primary);
	run();
	assert_int_equal(strlen(found[0].name), 108);
}

static void gpt_hybrid(void **state)
{
	make_gpt(10000, 512);
	put_slot(0, 1, 0x80, 0x83, 100, 100);
	expect(PART_SCHEME_HYBRID, gpt_10000, PART_BAD_GPT_HYBRID);
	image_at(1)[0] = 0;
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HYBRID | PART_BAD_GPT_HEADER);
}

static void gpt_stale(void **state)
{
	make_gpt(10000, 512);
	put_slot(0, 0, 0x80, 0x83, 100, 100);
	expect(PART_SCHEME_MBR, "1:100+100", PART_BAD_GPT_STALE);
}

static void gpt_damage(void **state)
{
	make_gpt(10000, 512);
	image_at(1)[40] ^= 1; /* header CRC */
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HEADER);
	image_at(9999)[40] ^= 1;
	expect(PART_SCHEME_NONE, "", PART_BAD_GPT_HEADER | PART_BAD_GPT_BACKUP | PART_BAD_GPT_NONE);
	image_at(1)[40] ^= 1;
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_BACKUP);
	image_at(20)[3] ^= 1; /* array CRC, and no backup */
	expect(PART_SCHEME_NONE, "", PART_BAD_GPT_ARRAY | PART_BAD_GPT_BACKUP | PART_BAD_GPT_NONE);
	image_at(9999)[40] ^= 1;
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_ARRAY);
	image_at(backup.array)[3] ^= 1;
	expect(PART_SCHEME_NONE, "", PART_BAD_GPT_ARRAY | PART_BAD_GPT_BACKUP | PART_BAD_GPT_NONE);
}

static void gpt_unreadable(void **state)
{
	make_gpt(10000, 512);
	image.bad_lba = 1;
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HEADER | PART_BAD_READ);
	image.bad_lba = 9999;
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_BACKUP | PART_BAD_READ);
	image.bad_lba = 2;
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_ARRAY | PART_BAD_READ);
}

static void gpt_copies_differ(void **state)
{
	make_gpt(10000, 512);
	put_gpt_entry(backup.array, 128, 7, 0x33, 300, 301, "");
	put_gpt_header(&backup);
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_DIFFER);
	make_gpt(10000, 512);
	image_at(9999)[56] ^= 1; /* the disk's identity alone */
	put_gpt_crc(9999);
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_DIFFER);
}

static void gpt_on_larger_disk(void **state)
{
	make_gpt(10000, 512);
	image.sectors = 20000;
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_NOT_AT_END);
	image_at(20)[3] ^= 1; /* the primary still says where the backup is */
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_ARRAY);
	image.sectors = 9000; /* cut off: neither copy fits */
	expect(PART_SCHEME_NONE, "", PART_BAD_GPT_HEADER | PART_BAD_GPT_BACKUP | PART_BAD_GPT_NONE);
}

/* A primary header with one thing wrong and its checksum right. */
static void header_refused(void (*spoil)(struct gpt_maker *m))
{
	make_gpt(10000, 512);
	spoil(&primary);
	put_gpt_header(&primary);
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HEADER);
}
static void many_entries(struct gpt_maker *m)
{
	m->entries = 1u << 31;
}
static void wrapping_entries(struct gpt_maker *m)
{
	m->entries = 1u << 25; /* times 128 is 2^32 */
}
static void no_entries(struct gpt_maker *m)
{
	m->entries = 0;
}
static void entry_size_0(struct gpt_maker *m)
{
	m->entry_size = 0;
}
static void entry_size_64(struct gpt_maker *m)
{
	m->entry_size = 64;
}
static void entry_size_129(struct gpt_maker *m)
{
	m->entry_size = 129;
}
static void header_short(struct gpt_maker *m)
{
	m->header_size = 91;
}
static void header_long(struct gpt_maker *m)
{
	m->header_size = 513;
}
static void first_after_last(struct gpt_maker *m)
{
	m->first = m->last + 1;
}
static void last_outside(struct gpt_maker *m)
{
	m->last = 10000;
}
static void array_outside(struct gpt_maker *m)
{
	m->array = 9990;
}
static void array_far_outside(struct gpt_maker *m)
{
	m->array = ~0ull - 1;
}
static void array_in_header(struct gpt_maker *m)
{
	m->array = 1;
}

static void gpt_headers(void **state)
{
	static void (*const spoil[])(struct gpt_maker *) = {
		many_entries,	   wrapping_entries, no_entries,   entry_size_0,     entry_size_64,
		entry_size_129,	   header_short,     header_long,  first_after_last, last_outside,
		array_far_outside, array_in_header,  array_outside
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(spoil); i++)
		header_refused(spoil[i]);
	make_gpt(10000, 512);
	image_at(1)[24] = 2; /* says it is somewhere else */
	put_gpt_crc(1);
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HEADER);
	make_gpt(10000, 512);
	image_at(1)[10] = 2; /* revision 2 */
	put_gpt_crc(1);
	expect(PART_SCHEME_GPT_BACKUP, gpt_10000, PART_BAD_GPT_HEADER);
}

static void gpt_entry_sizes(void **state)
{
	for (u32 size = 256; size <= 4096; size *= 2) {
		make_gpt(10000, 512);
		image.used = 0;
		put_slot(0, 0, 0, 0xEE, 1, 1);
		primary.entry_size = size;
		primary.entries = 16;
		put_gpt_entry(2, size, 0, 0x11, 200, 299, "");
		put_gpt_entry(2, size, 15, 0x11, 300, 399, "");
		put_gpt_header(&primary);
		expect(PART_SCHEME_GPT, "1:200+100 16:300+100", PART_BAD_GPT_BACKUP);
	}
}

static void gpt_bad_entries(void **state)
{
	make_gpt(10000, 512);
	put_gpt_entry(2, 128, 1, 0x11, 300, 299, "");		     /* backwards */
	put_gpt_entry(2, 128, 2, 0x11, 20, 50, "");		     /* in the array */
	put_gpt_entry(2, 128, 3, 0x11, 9000, 9990, "");		     /* in the backup */
	put_gpt_entry(2, 128, 4, 0x11, 500, 0xFFFFFFFFFFFFFFFF, ""); /* wraps when one is added */
	put_gpt_entry(2, 128, 6, 0, 500, 600, "unused");
	put_gpt_header(&primary);
	expect(PART_SCHEME_GPT, gpt_10000, PART_BAD_GPT_ENTRY | PART_BAD_GPT_DIFFER);
	put_gpt_entry(2, 128, 8, 0x11, 9967, 9967, ""); /* the last usable one, used already */
	put_gpt_header(&primary);
	run();
	assert_int_equal(n_found, 2); /* usable ends at 9966 */
	make_gpt(10000, 512);
	put_gpt_entry(2, 128, 8, 0x11, 9966, 9966, "");
	put_gpt_header(&primary);
	expect(PART_SCHEME_GPT, "1:100+100 6:200+9767 9:9966+1",
	       PART_BAD_OVERLAP | PART_BAD_GPT_DIFFER);
}

static void gpt_many(void **state)
{
	image_new(100000, 512);
	put_slot(0, 0, 0, 0xEE, 1, 1);
	primary = (struct gpt_maker){ 1, 99999, 1000, 99000, 2, 300, 128, 92 };
	for (u32 i = 0; i < 300; i++)
		put_gpt_entry(2, 128, i, 0x11, 1000 + i, 1000 + i, "");
	put_gpt_header(&primary);
	run();
	assert_int_equal(n_found, 255);
	assert_int_equal(scan.problems, PART_BAD_MANY | PART_BAD_GPT_BACKUP);
}

/* The tables of a program that is not ours. */
static void load_sfdisk(const char *script, u32 megabytes)
{
	char command[512];
	FILE *file;
	u8 sector[512], zero[512] = { 0 };

	snprintf(command, sizeof(command),
		 "f=$(mktemp) && truncate -s %uM $f && printf '%s' | /sbin/sfdisk -q $f >&2 && cat "
		 "$f; rm -f $f",
		 megabytes, script);
	file = popen(command, "r");
	assert_non_null(file);
	image_new(megabytes * 2048, 512);
	for (u64 lba = 0; fread(sector, 512, 1, file) == 1; lba++)
		if (memcmp(sector, zero, 512))
			memcpy(image_at(lba), sector, 512);
	pclose(file);
}

static void made_by_sfdisk(void **state)
{
	load_sfdisk("label: gpt\\nlabel-id: 01234567-89AB-CDEF-0123-456789ABCDEF\\n"
		    "start=2048, size=4096, type=linux, name=\"\xC3\xA4nd\", "
		    "uuid=11223344-5566-7788-99AA-BBCCDDEEFF00\\nsize=1024, type=swap\\n",
		    8);
	expect(PART_SCHEME_GPT, "1:2048+4096 2:6144+1024", 0);
	assert_string_equal(found[0].name, "\xC3\xA4nd");
	assert_string_equal(found[0].type, "0fc63daf-8483-4772-8e79-3d69d8477de4");
	assert_string_equal(found[0].uuid, "11223344-5566-7788-99aa-bbccddeeff00");
	assert_string_equal(scan.disk_uuid, "01234567-89ab-cdef-0123-456789abcdef");
	load_sfdisk("label: dos\\nlabel-id: 0x89abcdef\\n2048,2048,83,*\\n4096,8192,E\\n"
		    ",1024,82\\n,1024,83\\n,1024,83\\n",
		    8);
	assert_int_equal(run(), 0);
	assert_int_equal(scan.problems, 0);
	assert_int_equal(n_found, 5);
	assert_int_equal(found[4].number, 5);
	assert_int_equal(found[4].flags, PART_LOGICAL);
	assert_string_equal(found[4].uuid, "89abcdef-05");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(gpt_plain),	      host_test(gpt_sector_sizes),
		host_test(gpt_large),	      host_test(gpt_name),
		host_test(gpt_hybrid),	      host_test(gpt_stale),
		host_test(gpt_damage),	      host_test(gpt_unreadable),
		host_test(gpt_copies_differ), host_test(gpt_on_larger_disk),
		host_test(gpt_headers),	      host_test(gpt_entry_sizes),
		host_test(gpt_bad_entries),   host_test(gpt_many),
		host_test(made_by_sfdisk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
