/* The BIOS's interrupt routing table, sound and damaged. */
#include <host/host.h>
#include <string.h>
#include "../pir_decode.h"

static u8 area[256];
static struct pir_table table;

/* Two slots, at offset 32. */
static void build(void)
{
	u8 *p = area + 32, sum = 0;

	memset(area, 0, sizeof(area));
	memcpy(p, "$PIR\0\1\100\0\0\010\0\016\206\200\0\160", 16);
	/* bus 0 device 3: A link 60, B link 61 ...; bus 1 device 9 */
	memcpy(p + 32, "\0\030\140\370\336\141\370\336\142\370\336\000\0\0\1\0", 16);
	memcpy(p + 48, "\1\110\371\0\2\0\0\0\0\0\0\143\010\0\2\0", 16);
	for (unsigned int i = 0; i < 64; i++)
		sum = (u8)(sum + p[i]);
	p[31] = (u8)-sum;
}

static void a_sound_table(void **state)
{
	struct pir_slot slot;
	struct pir_link link;

	build();
	assert_true(pir_find(area, sizeof(area), &table));
	assert_int_equal(table.count, 2);
	assert_int_equal(table.router_devfn, 8);
	assert_int_equal(table.exclusive, 0x0e00);
	assert_int_equal(table.vendor, 0x8086);
	assert_int_equal(table.device, 0x7000);
	assert_true(pir_slot(&table, 1, &slot));
	assert_int_equal(slot.bus, 1);
	assert_int_equal(slot.device, 9);
	assert_false(pir_slot(&table, 2, &slot));
	assert_true(pir_find_link(&table, 0, 3, 2, &link));
	assert_int_equal(link.link, 0x61);
	assert_int_equal(link.lines, 0xdef8);
	assert_true(pir_find_link(&table, 1, 9, 4, &link));
	assert_int_equal(link.link, 0x63);
	assert_int_equal(link.lines, 0x0008);
	assert_false(pir_find_link(&table, 0, 4, 1, &link));
	assert_false(pir_find_link(&table, 1, 3, 1, &link));
	assert_false(pir_find_link(&table, 0, 3, 0, &link));
	assert_false(pir_find_link(&table, 0, 3, 5, &link));
}

static void refuse(unsigned int offset, u8 value)
{
	u8 old, *p = area + 32;

	build();
	old = p[offset];
	p[offset] = value;
	p[31] = (u8)(p[31] + old - value);
	assert_false(pir_find(area, sizeof(area), &table));
	assert_null(table.slots);
	assert_int_equal(table.count, 0);
}

static void damaged_tables_are_none(void **state)
{
	u8 sum = 0;

	refuse(0, '_');
	refuse(4, 1);	 /* version 1.1 */
	refuse(6, 0x48); /* no multiple of 16 */
	refuse(6, 0x10); /* shorter than its header */
	refuse(7, 0xff); /* beyond the area */
	build();
	area[38] = 0x10; /* shorter, and its sum is right */
	area[42] = 0;
	for (unsigned int i = 32; i < 48; i++)
		sum = (u8)(sum + area[i]);
	area[42] = (u8)-sum;
	assert_false(pir_find(area, sizeof(area), &table));
	build();
	area[70]++;
	assert_false(pir_find(area, sizeof(area), &table));
	build();
	assert_false(pir_find(area, 32 + 63, &table));
	build();
	memmove(area + 40, area + 32, 64); /* not on a boundary */
	assert_false(pir_find(area, sizeof(area), &table));
}

static void a_table_without_slots(void **state)
{
	u8 *p = area, sum = 0;

	memset(area, 0, sizeof(area));
	memcpy(p, "$PIR\0\1\040\0", 8);
	for (unsigned int i = 0; i < 32; i++)
		sum = (u8)(sum + p[i]);
	p[31] = (u8)-sum;
	assert_true(pir_find(area, 32, &table));
	assert_int_equal(table.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(a_sound_table),
		host_test(damaged_tables_are_none),
		host_test(a_table_without_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
