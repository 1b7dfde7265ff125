/* Directory records, dates and names of ISO 9660, byte by byte. */
// LINK: kernel/fs/iso9660/iso_record.c kernel/fs/iso9660/iso_name.c kernel/lib/unicode.c
#include <host/host.h>
#include "kernel/fs/iso9660/iso_record.h"
#include <string.h>

static u8 bytes[256];
static struct iso_record r;

static void make(const char *name, u8 name_length, u8 length)
{
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = length;
	bytes[2] = 20;
	bytes[10] = 0x34;
	bytes[11] = 0x12;
	bytes[25] = ISO_DIRECTORY;
	bytes[32] = name_length;
	memcpy(bytes + 33, name, name_length);
}

static void records(void **state)
{
	make("NAME", 4, 50);
	assert_true(iso_record_decode(&r, bytes, 50));
	assert_int_equal(r.extent, 20);
	assert_int_equal(r.size, 0x1234);
	assert_int_equal(r.flags, ISO_DIRECTORY);
	assert_memory_equal(r.name, "NAME", 4);
	assert_ptr_equal(r.susp, bytes + 38); /* one byte of padding */
	assert_int_equal(r.susp_length, 12);
	assert_int_equal(iso_record_dot(&r), -1);
	make("\1", 1, 34);
	assert_true(iso_record_decode(&r, bytes, 34));
	assert_int_equal(iso_record_dot(&r), 1);
	assert_int_equal(r.susp_length, 0);
	bytes[1] = 3; /* an extended attribute record comes first */
	assert_true(iso_record_decode(&r, bytes, 34));
	assert_int_equal(r.extent, 23);
}

static void bad_records(void **state)
{
	make("NAME", 4, 50);
	assert_false(iso_record_decode(&r, bytes, 49)); /* cut off */
	assert_false(iso_record_decode(&r, bytes, 0));
	make("NAME", 4, 36); /* the name leaves it */
	assert_false(iso_record_decode(&r, bytes, 200));
	make("NAME", 4, 37); /* no room for the padding: nothing follows either */
	assert_true(iso_record_decode(&r, bytes, 37));
	assert_int_equal(r.susp_length, 0);
	make("", 0, 50);
	assert_false(iso_record_decode(&r, bytes, 200));
	make("A", 1, 33);
	assert_false(iso_record_decode(&r, bytes, 200));
	make("A", 1, 34);
	memset(bytes + 2, 0xFF, 4);
	bytes[1] = 1; /* the extent would wrap */
	assert_false(iso_record_decode(&r, bytes, 200));
}

#define SECOND 1000000000ll

static void dates(void **state)
{
	static const u8 y2k[] = { 100, 1, 1, 0, 0, 0, 0 }, leap[] = { 104, 2, 29, 23, 59, 59, 4 };
	static const u8 west[] = { 70, 1, 1, 0, 0, 0, 0xEC }, before[] = { 69, 12, 31, 0, 0, 0, 0 };
	static const u8 month[] = { 100, 13, 1, 0, 0, 0, 0 }, late[] = { 255, 12, 31, 0, 0, 0, 0 };
	static const u8 zone[] = { 100, 1, 1, 0, 0, 0, 100 }, none[7] = { 0 };

	assert_true(iso_date_short(y2k) == 946684800 * SECOND);
	assert_true(iso_date_short(leap) == (1078099199 - 3600) * SECOND);
	assert_true(iso_date_short(west) == 5 * 3600 * SECOND);
	assert_true(iso_date_short(before) == -86400 * SECOND);
	assert_true(iso_date_short(month) == 0);
	assert_true(iso_date_short(none) == 0);
	assert_true(iso_date_short(late) == 5869497600 * SECOND);
	assert_true(iso_date_short(zone) == 946684800 * SECOND);
}

static void long_dates(void **state)
{
	assert_true(iso_date_long((const u8 *)"2001020304050678\4") ==
		    (981173106 - 3600) * SECOND + 780000000);
	assert_true(iso_date_long((const u8 *)"0000000000000000\0") == 0);
	assert_true(iso_date_long((const u8 *)"2001x20304050678\4") == 0);
	assert_true(iso_date_long((const u8 *)"20010203040506xx\0") == 981173106 * SECOND);
}

static const char *plain(const char *name, enum iso_mapping mapping)
{
	static char out[ISO_NAME_MAX + 1];
	u32 n = iso_name_plain(out, (const u8 *)name, (u32)strlen(name), mapping);

	assert_int_equal(n, strlen(out));
	return out;
}

static void plain_names(void **state)
{
	assert_string_equal(plain("README.TXT;1", ISO_MAP_NORMAL), "readme.txt");
	assert_string_equal(plain("README.;1", ISO_MAP_NORMAL), "readme");
	assert_string_equal(plain("README", ISO_MAP_NORMAL), "readme");
	assert_string_equal(plain("A.B;2", ISO_MAP_NORMAL), "a.b.2");
	assert_string_equal(plain("A/B", ISO_MAP_NORMAL), "a.b");
	assert_string_equal(plain(";1", ISO_MAP_NORMAL), ".1");
	assert_string_equal(plain("README.;1", ISO_MAP_OFF), "README.;1");
	assert_string_equal(plain("A/B", ISO_MAP_OFF), "A.B");
}

static const char *joliet(const char *ascii)
{
	static char out[ISO_NAME_MAX + 1];
	u8 wide[512];
	u32 n = 0;

	for (; *ascii; ascii++, n += 2) {
		wide[n] = 0;
		wide[n + 1] = (u8)*ascii;
	}
	iso_name_joliet(out, wide, n);
	return out;
}

static void joliet_names(void **state)
{
	char out[ISO_NAME_MAX + 1];
	u8 wide[254];

	assert_string_equal(joliet("Read Me.Txt;1"), "Read Me.Txt");
	assert_string_equal(joliet("name.;1"), "name");
	assert_string_equal(joliet("a/b"), "a.b");
	assert_int_equal(iso_name_joliet(out, (const u8 *)"\x20\xAC\0", 3), 3);
	assert_string_equal(out, "\xE2\x82\xAC");
	memset(wide, 0x20, sizeof(wide)); /* 127 units of three bytes: cut at 255 */
	assert_int_equal(iso_name_joliet(out, wide, sizeof(wide)), 255);
}

static void comparing(void **state)
{
	assert_true(iso_name_equal("Abc", 3, "aBC", 3, false));
	assert_false(iso_name_equal("Abc", 3, "aBC", 3, true));
	assert_false(iso_name_equal("Abc", 3, "Abcd", 4, false));
	assert_false(iso_name_equal("Abc", 3, "Abd", 3, false));
	assert_false(iso_name_equal("[", 1, "{", 1, false));
}

static void descriptors(void **state)
{
	static u8 sector[2048];
	struct iso_volume v;

	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_FOREIGN);
	memcpy(sector, "\1CD001\1", 7);
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_FOREIGN); /* no block size */
	sector[129] = 8;
	memcpy(sector + 40, "LABEL   ", 8);
	memset(sector + 48, ' ', 24);
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_FOREIGN); /* no root */
	make("\0", 1, 34);
	memcpy(sector + 156, bytes, 34);
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_PRIMARY);
	assert_int_equal(v.block_size, 2048);
	assert_int_equal(v.root_extent, 20);
	assert_string_equal(v.label, "LABEL");
	sector[0] = 2;
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_OTHER);
	memcpy(sector + 88, "%/E", 3);
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_JOLIET);
	sector[0] = 0;
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_OTHER);
	sector[0] = 255;
	assert_int_equal(iso_descriptor_decode(sector, &v), ISO_TERMINATOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(records),    host_test(bad_records), host_test(dates),
		host_test(long_dates), host_test(plain_names), host_test(joliet_names),
		host_test(comparing),  host_test(descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
