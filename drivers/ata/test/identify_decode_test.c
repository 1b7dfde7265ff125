/* What drives say of themselves, and what is not believed. */
// LINK: drivers/ata/identify_decode.c drivers/ata/chs.c
#include <host/host.h>
#include <kernel/errno.h>
#include <string.h>
#include "../chs.h"

static u16 w[256];
static struct ata_identity id;

static void text(u16 *words, unsigned int count, const char *s)
{
	size_t n = strlen(s);

	for (unsigned int i = 0; i < count; i++)
		words[i] = (u16)((2 * i < n ? (u8)s[2 * i] : ' ') << 8 |
				 (2 * i + 1 < n ? (u8)s[2 * i + 1] : ' '));
}

static void set28(u32 sectors)
{
	w[49] |= 0x0200;
	w[60] = (u16)sectors;
	w[61] = (u16)(sectors >> 16);
}

static void set48(u64 sectors)
{
	w[83] = 0x4400;
	for (unsigned int i = 0; i < 4; i++)
		w[100 + i] = (u16)(sectors >> 16 * i);
}

static int setup(void **state)
{
	memset(w, 0, sizeof(w));
	w[0] = 0x0040;
	w[1] = 1000;
	w[3] = 16;
	w[6] = 63;
	text(w + 10, 10, "  S-123");
	text(w + 23, 4, "FW1");
	text(w + 27, 20, "  A DISK\x01 OF 1992   ");
	return 0;
}

static void decode(void)
{
	assert_int_equal(identify_decode(w, false, &id), 0);
}

static void test_strings(void **state)
{
	decode();
	assert_string_equal(id.model, "A DISK  OF 1992");
	assert_string_equal(id.serial, "S-123");
	assert_string_equal(id.firmware, "FW1");
	memset(w + 27, 0, 40);
	decode();
	assert_string_equal(id.model, "");
	for (unsigned int i = 27; i < 47; i++)
		w[i] = 'X' << 8 | 'Y';
	decode();
	assert_int_equal(strlen(id.model), 40);
}

static void test_strings_in_order(void **state)
{
	static const char name[] = "NEC CD-ROM DRIVE:260                    ";

	for (unsigned int i = 0; i < 20; i++)
		w[27 + i] = (u16)(name[2 * i] | name[2 * i + 1] << 8);
	assert_int_equal(identify_decode(w, true, &id), 0);
	assert_string_equal(id.model, "NEC CD-ROM DRIVE:260");
}

static void test_junk(void **state)
{
	static const u16 all[] = { 0, 0xffff, 0x7f7f, 0x5a5a };

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		for (unsigned int k = 0; k < 256; k++)
			w[k] = all[i];
		assert_int_equal(identify_decode(w, false, &id), -EINVAL);
	}
	memset(w, 0, sizeof(w));
	w[0] = 0x0040;
	assert_int_equal(identify_decode(w, false, &id), -ENODEV);
	assert_int_equal(identify_decode(w, true, &id), 0);
}

static void test_chs_only(void **state)
{
	decode();
	assert_false(id.lba);
	assert_int_equal(id.sectors, 1000 * 16 * 63);
	/* A count of sectors without the bit for the address form. */
	w[60] = 0x4321;
	decode();
	assert_false(id.lba);
	w[54] = 400;
	w[55] = 16;
	w[56] = 63;
	decode();
	assert_int_equal(id.set.heads, 0); /* word 53 does not vouch for them */
	w[53] = 1;
	w[54] = 500;
	w[55] = 32; /* more heads than there can be */
	w[56] = 63;
	decode();
	assert_int_equal(id.set.heads, 0);
	w[55] = 16;
	decode();
	assert_int_equal(id.set.cylinders, 500);
	w[3] = 17;
	assert_int_equal(identify_decode(w, false, &id), -ENODEV);
}

static void test_lba28(void **state)
{
	set28(1000 * 16 * 63 + 77);
	decode();
	assert_true(id.lba);
	assert_int_equal(id.sectors, 1000 * 16 * 63 + 77);
	/* The words the wrong way round. */
	w[60] = (u16)(1008000 >> 16);
	w[61] = (u16)1008000;
	decode();
	assert_true(id.lba);
	assert_int_equal(id.sectors, 1008000);
	/* No count, no address form. */
	set28(0);
	decode();
	assert_false(id.lba);
	assert_int_equal(id.sectors, 1008000);
	set28(0xffffffff);
	decode();
	assert_false(id.lba);
	/* A large drive whose geometry stops short. */
	w[1] = 16383;
	set28(40000000);
	decode();
	assert_int_equal(id.sectors, 40000000);
}

static void test_lba48(void **state)
{
	set28(0x0fffffff);
	set48(6ull << 30);
	decode();
	assert_true(id.lba48);
	assert_true(id.sectors == 6ull << 30);
	/* Not credible: fewer than by 28 bits. */
	set48(5);
	decode();
	assert_false(id.lba48);
	assert_int_equal(id.sectors, 0x0fffffff);
	/* The word's check bits are wrong. */
	set48(6ull << 30);
	w[83] = 0x8400;
	decode();
	assert_false(id.lba48);
	set48(1ull << 48);
	decode();
	assert_false(id.lba48);
}

static void test_sector_size(void **state)
{
	decode();
	assert_int_equal(id.sector_bytes, 512);
	assert_int_equal(id.physical_bytes, 512);
	w[106] = 0x6003;
	decode();
	assert_int_equal(id.physical_bytes, 4096);
	w[106] = 0x5000;
	w[117] = 2048;
	decode();
	assert_int_equal(id.sector_bytes, 4096);
	w[117] = 260; /* 520 bytes: not a disk for us, but no reason to believe the word */
	decode();
	assert_int_equal(id.sector_bytes, 512);
	w[106] = 0xffff;
	decode();
	assert_int_equal(id.sector_bytes, 512);
}

static void test_multiple(void **state)
{
	static const u8 cases[][2] = { { 0, 0 }, { 1, 1 }, { 16, 16 }, { 128, 16 }, { 12, 8 } };

	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		w[47] = 0x8000 | cases[i][0];
		decode();
		assert_int_equal(id.multiple_max, cases[i][1]);
	}
	w[59] = 0x0108;
	decode();
	assert_int_equal(id.multiple, 8);
}

static void test_modes(void **state)
{
	w[51] = 0x0200;
	w[63] = 0x0407;
	w[88] = 0x203f;
	decode();
	assert_int_equal(id.pio, 2);
	/* Nothing said of DMA. */
	assert_int_equal(id.mwdma_mask | id.udma_mask, 0);
	w[49] = 0x0900;
	w[53] = 2;
	w[64] = 3;
	decode();
	assert_int_equal(id.pio, 4);
	w[64] = 1;
	decode();
	assert_int_equal(id.pio, 3);
	w[64] = 3;
	decode();
	assert_int_equal(id.mwdma_mask, 7);
	assert_int_equal(id.mwdma_now, 4);
	assert_int_equal(id.udma_mask, 0);
	w[53] = 6;
	decode();
	assert_int_equal(id.udma_mask, 0x3f);
	assert_int_equal(id.udma_now, 0x20);
	w[51] = 0x0900;
	w[53] = 0;
	decode();
	assert_int_equal(id.pio, 0);
}

static void test_features(void **state)
{
	w[82] = 0x0021;
	w[85] = 0x0020;
	decode();
	/* Word 83 does not vouch for them. */
	assert_false(id.write_cache || id.smart);
	w[83] = 0x4000 | 0x1000 | 0x0200;
	decode();
	assert_true(id.write_cache && id.write_cache_on && id.smart && id.flush && id.acoustic);
	w[80] = 0xffff;
	decode();
	assert_int_equal(id.version, 0);
	w[80] = 0x001e;
	w[83] = 0;
	decode();
	assert_int_equal(id.version, 4);
	assert_true(id.flush);
	w[0] = 0x848A;
	decode();
	assert_true(id.cf);
	w[2] = 0x37C8;
	decode();
	assert_true(id.incomplete);
}

static void test_solid(void **state)
{
	set28(1000000);
	set48(1000000);
	w[80] = 0x1fe;
	w[169] = 1;
	decode();
	assert_true(id.trim);
	assert_false(id.solid);
	w[217] = 1;
	w[169] = 2;
	decode();
	assert_false(id.trim);
	assert_true(id.solid);
	w[217] = 7200;
	w[169] = 1;
	/* A word that means something else, or nothing, before version 7. */
	w[80] = 0x7e;
	decode();
	assert_false(id.trim || id.solid);
	w[80] = 0x1fe;
	w[83] = 0x4000;
	decode();
	assert_false(id.trim);
}

static void test_packet(void **state)
{
	w[0] = 0x85C0 | 0x20;
	assert_int_equal(identify_decode(w, true, &id), 0);
	assert_int_equal(id.packet_type, 5);
	assert_int_equal(id.packet_size, 12);
	assert_true(id.removable);
	w[0] = 0x8021;
	assert_int_equal(identify_decode(w, true, &id), 0);
	assert_int_equal(id.packet_size, 16);
	assert_true(id.packet_irq);
}

static void test_same(void **state)
{
	struct ata_identity other;

	decode();
	other = id;
	assert_true(identify_same(&id, &other));
	other.serial[0] = 'X';
	assert_false(identify_same(&id, &other));
	id.serial[0] = other.serial[0] = '\0';
	assert_false(identify_same(&id, &other));
}

/* ---- chs.c ---- */

static void test_chs_round_trip(void **state)
{
	static const struct ata_geometry g = { 615, 4, 17 };
	struct chs at;

	for (u64 lba = 0; lba < 615 * 4 * 17; lba++) {
		assert_true(chs_from_lba(&g, lba, &at));
		assert_in_range(at.sector, 1, 17);
		assert_in_range(at.head, 0, 3);
		assert_true(chs_to_lba(&g, &at) == lba);
	}
	assert_false(chs_from_lba(&g, 615 * 4 * 17, &at));
	assert_false(chs_from_lba(&g, 1ull << 32, &at));
}

static void test_chs_bios(void **state)
{
	static const struct ata_geometry small = { 1000, 16, 63 }, big = { 16383, 16, 63 };
	static const struct ata_geometry none = { 0, 0, 0 };
	struct ata_geometry g;

	chs_bios_geometry(&small, 1000 * 16 * 63, &g);
	assert_int_equal(g.cylinders, 1000);
	assert_int_equal(g.heads, 16);
	chs_bios_geometry(&big, 40000000, &g);
	assert_int_equal(g.heads, 255);
	assert_int_equal(g.cylinders, 40000000 / (255 * 63));
	chs_bios_geometry(&none, 1000, &g);
	assert_int_equal(g.heads, 255);
}

static void test_chs_parse(void **state)
{
	static const char *const bad[] = { "",		 "615",	      "615,4",
					   "615,4,17,1", "615,4,",    "0,4,17",
					   "615,17,17",	 "615,4,17x", "99999999,1,1",
					   "a,b,c" };
	struct ata_geometry g;

	assert_true(chs_parse("615,4,17", &g));
	assert_int_equal(g.cylinders, 615);
	assert_int_equal(g.heads, 4);
	assert_int_equal(g.sectors, 17);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(chs_parse(bad[i], &g));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_strings, setup),
		cmocka_unit_test_setup(test_strings_in_order, setup),
		cmocka_unit_test_setup(test_junk, setup),
		cmocka_unit_test_setup(test_chs_only, setup),
		cmocka_unit_test_setup(test_lba28, setup),
		cmocka_unit_test_setup(test_lba48, setup),
		cmocka_unit_test_setup(test_sector_size, setup),
		cmocka_unit_test_setup(test_multiple, setup),
		cmocka_unit_test_setup(test_modes, setup),
		cmocka_unit_test_setup(test_features, setup),
		cmocka_unit_test_setup(test_solid, setup),
		cmocka_unit_test_setup(test_packet, setup),
		cmocka_unit_test_setup(test_same, setup),
		cmocka_unit_test(test_chs_round_trip),
		cmocka_unit_test(test_chs_bios),
		cmocka_unit_test(test_chs_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
