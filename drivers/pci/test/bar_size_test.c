/* Base address registers and bridge windows as numbers. */
#include <host/host.h>
#include "../bar_size.h"

static struct bar_value v;

static void expect(u32 base, u32 size)
{
	assert_int_equal(v.base, base);
	assert_int_equal(v.size, size);
}

static void memory(void **state)
{
	v = bar_decode(0xfebc0000, 0xfffe0000, 0);
	expect(0xfebc0000, 0x20000);
	assert_false(v.io || v.wide || v.prefetch || v.below_1m);
	v = bar_decode(0xfd000008, 0xff000008, 0);
	expect(0xfd000000, 0x1000000);
	assert_true(v.prefetch);
	v = bar_decode(0x000d0002, 0xfffff002, 0);
	expect(0xd0000, 0x1000);
	assert_true(v.below_1m);
}

static void wide(void **state)
{
	assert_true(bar_is_wide(0xfe200004));
	assert_false(bar_is_wide(0x0000c005));
	v = bar_decode(0xfe20000c, 0xffffc00c, 0);
	expect(0xfe200000, 0x4000);
	assert_true(v.wide && v.prefetch);
	/* above 4 GB: out of reach, but its size is known */
	v = bar_decode(0xfe20000c, 0xffffc00c, 8);
	expect(0, 0x4000);
	assert_true(v.wide);
	/* 4 GB or more */
	v = bar_decode(0x0000000c, 0x0000000c, 0);
	expect(0, 0);
}

static void ports(void **state)
{
	v = bar_decode(0xc001, 0xffffffe1, 0);
	expect(0xc000, 0x20);
	assert_true(v.io);
	/* only 16 bits are wired */
	v = bar_decode(0x6401, 0xff01, 0);
	expect(0x6400, 0x100);
	v = bar_decode(0xfff1, 0xfff1, 0);
	expect(0xfff0, 0x10);
	/* above the ports of a PC */
	v = bar_decode(0x10c001, 0xffffffe1, 0);
	expect(0, 0x20);
	v = bar_decode(0xc001, 0xfffe0001, 0);
	expect(0, 0);
}

static void none(void **state)
{
	v = bar_decode(0, 0, 0);
	expect(0, 0);
	v = bar_decode(0xffffffff, 0xffffffff, 0);
	expect(0, 0);
	v = bar_decode(1, 1, 0);
	expect(0, 0);
	/* wired to a value that is no register's */
	v = bar_decode(0x12340000, 0x12340000, 0);
	expect(0, 0);
	v = bar_decode(0x6401, 0x6401, 0);
	expect(0, 0);
	/* nobody filled it */
	v = bar_decode(0, 0xfffff000, 0);
	expect(0, 0x1000);
}

static void rom(void **state)
{
	v = bar_decode_rom(0xfea00001, 0xffff0001);
	expect(0xfea00000, 0x10000);
	v = bar_decode_rom(0, 0);
	expect(0, 0);
	v = bar_decode_rom(0, 0xfffff800);
	expect(0, 0x800);
}

static void windows(void **state)
{
	v = bar_decode_io_window(0xc0, 0xd0, 0, 0);
	expect(0xc000, 0x2000);
	assert_true(v.io && !v.wide);
	v = bar_decode_io_window(0xf0, 0x00, 0, 0);
	expect(0, 0);
	/* registers that do not exist */
	v = bar_decode_io_window(0, 0, 0, 0);
	expect(0, 0);
	v = bar_decode_io_window(0xc1, 0xd1, 1, 1);
	expect(0, 0);
	v = bar_decode_memory_window(0xfe80, 0xfe90);
	expect(0xfe800000, 0x200000);
	v = bar_decode_memory_window(0xfff0, 0x0000);
	expect(0, 0);
	v = bar_decode_memory_window(0xfff0, 0xfff0);
	expect(0xfff00000, 0x100000);
	v = bar_decode_prefetch_window(0xfe01, 0xfe11, 0, 0);
	expect(0xfe000000, 0x200000);
	assert_true(v.wide && v.prefetch);
	v = bar_decode_prefetch_window(0xfe01, 0xfe11, 1, 1);
	expect(0, 0);
	v = bar_decode_prefetch_window(0xfe00, 0xfe10, 1, 1);
	expect(0xfe000000, 0x200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(memory), host_test(wide), host_test(ports),
		host_test(none),   host_test(rom),  host_test(windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
