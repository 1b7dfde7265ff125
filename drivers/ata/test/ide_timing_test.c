/* Modes to registers' values of VIA's, AMD's, ALi's, SiS's and CMD's controllers. The expectations
 * are the datasheets' encodings of the modes' times at 33 MHz, worked out by hand:
 *
 *           active/recovery   the registers'   set-up   (clocks of 30 ns)
 *   PIO 0   10/10             11/9             3
 *   PIO 1    7/6              10/4             2
 *   PIO 2    4/4              10/2             1
 *   PIO 3    3/3               3/3             1
 *   PIO 4    3/1               3/1             1
 *   MWDMA 0  8/8, 1  3/2, 2  3/1
 */
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c drivers/ata/test/ide_fixture.c
#include "ide_fixture.h"
#include "../ide_timing.h"

#define MWDMA(n) (ATA_MODE_MWDMA + (n))
#define UDMA(n)	 (ATA_MODE_UDMA + (n))

static void check(u8 pio, u8 dma, const struct ide_timing *want)
{
	struct ata_device d = { .kind = ATA_DISK, .pio_mode = pio, .dma_mode = dma };
	struct ide_timing t;

	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS / 2, &t);
	assert_memory_equal(&t, want, sizeof(t));
}

static void test_clocks(void **state)
{
	check(0, 0, &(struct ide_timing){ 3, 11, 9, 10, 10, 0 });
	check(1, 0, &(struct ide_timing){ 2, 10, 4, 7, 6, 0 });
	check(2, 0, &(struct ide_timing){ 1, 10, 2, 4, 4, 0 });
	check(3, 0, &(struct ide_timing){ 1, 3, 3, 3, 3, 0 });
	check(4, 0, &(struct ide_timing){ 1, 3, 1, 3, 1, 0 });
	check(0xff, 0, &(struct ide_timing){ 3, 11, 9, 10, 10, 0 });
	check(4, MWDMA(0), &(struct ide_timing){ 2, 3, 1, 8, 8, 0 });
	check(4, MWDMA(1), &(struct ide_timing){ 2, 3, 1, 3, 2, 0 });
	check(4, MWDMA(2), &(struct ide_timing){ 1, 3, 1, 3, 1, 0 });
	check(0, MWDMA(2), &(struct ide_timing){ 3, 11, 9, 10, 10, 0 });
	check(4, UDMA(2), &(struct ide_timing){ 1, 3, 1, 3, 1, 4 });
	check(4, UDMA(6), &(struct ide_timing){ 1, 3, 1, 3, 1, 1 });
}

/* A drive that says it needs longer gets it; nonsense is no time. */
static void test_own_cycle(void **state)
{
	struct ata_device d = { .kind = ATA_DISK, .pio_mode = 4 };
	struct ide_timing t;

	d.words[68] = 240;
	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	assert_int_equal(t.active + t.recover, 4); /* the word is not valid */
	d.words[53] = 2;
	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	assert_int_equal(t.active + t.recover, 8);
	assert_int_equal(t.active8 + t.rest8, 8);
	d.words[68] = 0xffff;
	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	assert_int_equal(t.active + t.recover, 4);
	d.words[67] = 600;
	d.pio_mode = 2;
	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	assert_int_equal(t.active + t.recover, 20);
	d.words[65] = 300;
	d.pio_mode = 4;
	d.dma_mode = MWDMA(2);
	ide_timing_compute(&d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	assert_int_equal(t.active + t.recover, 10);
	assert_int_equal(t.active8 + t.rest8, 4);
}

/* ---- VIA ---- */

static void test_via_33(void **state)
{
	start_with(0x1106, 0x0571, 0x0586, 0x47);
	assert_int_equal(controller.udma_mask, 0x07);
	config[0x4C] = 0xff;
	ch[0].dev[1].kind = ATA_NONE;
	set(0, 0, 4, 0);
	assert_int_equal(config[0x4B], 0x20);
	assert_int_equal(config[0x4F], 0x20);
	assert_int_equal(config[0x4C], 0x3f);
	assert_int_equal(config[0x53], 0x03);
	set(0, 0, 4, UDMA(2));
	assert_int_equal(config[0x53], 0xE0);
	set(0, 0, 4, UDMA(1));
	assert_int_equal(config[0x53], 0xE1);
	set(0, 0, 4, UDMA(0));
	assert_int_equal(config[0x53], 0xE2);
	set(0, 0, 4, MWDMA(1));
	assert_int_equal(config[0x4B], 0x21);
	assert_int_equal(config[0x53], 0x03);
	assert_false(controller.chip->cable80(&controller, 0));
	/* The secondary slave is the last one everywhere. */
	ch[1].dev[0].kind = ATA_NONE;
	set(1, 1, 0, UDMA(2));
	assert_int_equal(config[0x48], 0x99);
	assert_int_equal(config[0x4E], 0xA8);
	assert_int_equal(config[0x4C] & 3, 2);
	assert_int_equal(config[0x50], 0xE0);
	assert_int_equal(config[0x4F], 0x20);
}

/* The registers' timing is one for both drives: the slower. */
static void test_via_shared(void **state)
{
	start_with(0x1106, 0x0571, 0x0586, 0x47);
	set(0, 0, 4, 0);
	assert_int_equal(config[0x4F], 0xA8); /* the other's mode is not known */
	set(0, 1, 3, 0);
	assert_int_equal(config[0x4F], 0x22);
	assert_int_equal(config[0x4A], 0x22);
	assert_int_equal(config[0x4B], 0x20);
}

static void test_via_later(void **state)
{
	/* 596B: the clock is switched on; the cable cannot be told. */
	start_with(0x1106, 0x0571, 0x0596, 0x12);
	assert_int_equal(config[0x50] & config[0x52] & 0x08, 0x08);
	assert_int_equal(controller.udma_mask, 0x1f);
	set(0, 0, 4, UDMA(4));
	assert_int_equal(config[0x53], 0xE8);
	set(0, 0, 4, UDMA(2));
	assert_int_equal(config[0x53], 0xEA);
	set(0, 0, 4, 0);
	assert_int_equal(config[0x53], 0x0F);
	config[0x53] = 0x10;
	assert_false(controller.chip->cable80(&controller, 0));
	/* 686: it must stay off. */
	start(0x1106, 0x0571, 0);
	config[0x50] = config[0x52] = 0x08;
	bridge.vendor = 0x1106;
	bridge.device = 0x0686;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x50] | config[0x52], 0);
	assert_int_equal(controller.udma_mask, 0x07);
	/* 686B: 100 MHz, the BIOS's word on the cable is kept. */
	start_with(0x1106, 0x0571, 0x0686, 0x40);
	config[0x52] = 0x10;
	assert_true(controller.chip->cable80(&controller, 0));
	assert_false(controller.chip->cable80(&controller, 1));
	set(0, 1, 4, UDMA(5));
	assert_int_equal(config[0x52], 0xF0);
	set(0, 1, 4, UDMA(4));
	assert_int_equal(config[0x52], 0xF1);
	config[0x51] = 0x10;
	assert_true(controller.chip->cable80(&controller, 1));
	/* 133 MHz: address set-up is left; no modes that do not fit. */
	start_with(0x1106, 0x0571, 0x3177, 0);
	set(0, 0, 0, UDMA(6));
	assert_int_equal(config[0x53], 0xE0);
	set(0, 0, 0, UDMA(5));
	assert_int_equal(config[0x53], 0xE1);
	assert_int_equal(config[0x4C], 0);
	assert_int_equal(controller.udma_mask, 0x7c);
}

static void test_via_unknown_bridge(void **state)
{
	start_with(0x1106, 0x0571, 0x0001, 0);
	assert_null(controller.ops);
	assert_false(controller.chip->cable80(&controller, 0));
	start_with(0x1106, 0x0571, 0x0686, 0x30);
	assert_null(controller.ops);
}

/* ---- AMD ---- */

static void test_amd(void **state)
{
	static const u8 codes[7] = { 0xC2, 0xC1, 0xC0, 0xC4, 0xC5, 0xC6, 0xC7 };

	start(0x1022, 0x7401, 0);
	set(0, 0, 4, UDMA(2));
	assert_int_equal(config[0x53], 0xC0);
	set(0, 0, 4, UDMA(0));
	assert_int_equal(config[0x53], 0xC2);
	assert_int_equal(config[0x4B], 0x20);
	assert_null(controller.chip->cable80);
	start(0x1022, 0x7469, 0);
	for (u8 i = 0; i < 7; i++) {
		set(1, 0, 4, UDMA(i));
		assert_int_equal(config[0x51], codes[i]);
	}
	set(1, 0, 4, MWDMA(2));
	assert_int_equal(config[0x51], 0x03);
	config[0x42] = 0x08;
	assert_false(controller.chip->cable80(&controller, 0));
	assert_true(controller.chip->cable80(&controller, 1));
	start(0x1022, 0x7411, 0);
	config[0x41] = 0xFA;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x41], 0x0A);
	assert_int_equal(controller.udma_mask, 0x3f);
}

/* ---- ALi ---- */

static void test_ali(void **state)
{
	static const u8 codes[7] = { 0xC, 0xB, 0xA, 0x9, 0x8, 0xF, 0xD };

	start(0x10B9, 0x5229, 0xC5);
	controller.chip->setup(&controller);
	assert_int_equal(config[0x4B], 0x08);
	assert_int_equal(config[0x53], 0x01);
	ch[1].dev[0].kind = ATA_NONE;
	set(1, 1, 4, 0);
	assert_int_equal(config[0x5C], 1);
	assert_int_equal(config[0x5D], 0x31);
	assert_int_equal(config[0x5F], 0x31);
	assert_int_equal(config[0x55], 0x50);
	for (u8 i = 0; i < 7; i++) {
		set(1, 1, 4, UDMA(i));
		assert_int_equal(config[0x57], codes[i] << 4);
		assert_int_equal(config[0x4B], i > 2 ? 0x09 : 0x08);
	}
	assert_int_equal(config[0x55], 0x80);
	/* Twenty clocks all the same, though no more than eight are active. */
	set(1, 1, 0, 0);
	assert_int_equal(config[0x5F], 0x0C);
	assert_int_equal(config[0x5D], 0x0C);
	assert_int_equal(config[0x57], 0);
	ch[1].dev[1].kind = ATA_PACKET;
	set(1, 1, 4, 0);
	assert_int_equal(config[0x55], 0);
	config[0x4A] = 0x02;
	assert_true(controller.chip->cable80(&controller, 0));
	assert_false(controller.chip->cable80(&controller, 1));
}

static void test_ali_revisions(void **state)
{
	static const struct {
		u8 revision, udma, isa;
		bool cable;
	} rows[] = { { 0x20, 0, 0, false },   { 0xC1, 0, 0, false },   { 0xC2, 0x1f, 4, true },
		     { 0xC3, 0x1f, 2, true }, { 0xC4, 0x3f, 2, true }, { 0xC7, 0x7f, 0, true } };

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		start(0x10B9, 0x5229, rows[i].revision);
		bridge.vendor = 0x10B9;
		bridge.device = 0x1533;
		config[0x4B] = 0x80;
		config[0x53] = 0x02;
		controller.chip->setup(&controller);
		assert_int_equal(controller.udma_mask, rows[i].udma);
		assert_int_equal(bridge_config[0x79], rows[i].isa);
		assert_int_equal(controller.chip->cable80(&controller, 0), rows[i].cable);
		assert_int_equal(config[0x4B], rows[i].cable ? 0x88 : 0);
		assert_int_equal(config[0x53], rows[i].revision == 0x20 ? 1 : 3);
	}
}

/* ---- SiS ---- */

static void test_sis_old(void **state)
{
	start_with(0x1039, 0x5513, 0x5571, 0);
	assert_int_equal(controller.udma_mask, 0);
	assert_int_equal(config[0x52], 0x08);
	config[0x42] = config[0x43] = 0xF0;
	set(0, 1, 4, 0);
	assert_int_equal(pci_read16(&dev, 0x42), 0x7000 | 0x03F1);
	assert_int_equal(config[0x4B], 0x22);
	set(0, 1, 4, MWDMA(2));
	assert_int_equal(pci_read16(&dev, 0x42) & 0x70F, 0x301);
	set(0, 1, 3, MWDMA(2)); /* PIO is the slower of the two */
	assert_int_equal(pci_read16(&dev, 0x42) & 0x70F, 0x303);
	set(0, 1, 4, MWDMA(0));
	assert_int_equal(pci_read16(&dev, 0x42) & 0x70F, 0x008);
	start_with(0x1039, 0x5513, 0x5598, 0);
	set(1, 0, 4, UDMA(2));
	assert_int_equal(pci_read16(&dev, 0x44), 0xA301);
	set(1, 0, 1, UDMA(0));
	assert_int_equal(pci_read16(&dev, 0x44), 0xE607);
	assert_false(controller.chip->cable80(&controller, 0));
}

static void test_sis_later(void **state)
{
	start_with(0x1039, 0x5513, 0x0530, 0);
	assert_int_equal(config[0x52], 0x04);
	assert_int_equal(controller.mwdma_mask, 0);
	set(1, 1, 4, UDMA(4));
	assert_int_equal(pci_read16(&dev, 0x46), 0x9301);
	config[0x48] = 0x20;
	assert_true(controller.chip->cable80(&controller, 0));
	assert_false(controller.chip->cable80(&controller, 1));
	start_with(0x1039, 0x5513, 0x0630, 0x30);
	assert_int_equal(controller.udma_mask, 0x3f);
	set(0, 0, 4, UDMA(5));
	assert_int_equal(pci_read16(&dev, 0x40), 0x8301);
	start_with(0x1039, 0x5513, 0x0735, 0);
	assert_int_equal(config[0x49], 0x01);
	set(0, 0, 4, UDMA(5));
	assert_int_equal(pci_read16(&dev, 0x40), 0x8131);
	set(0, 0, 3, 0);
	assert_int_equal(pci_read16(&dev, 0x40), 0x0033);
	ch[0].dev[0].kind = ATA_PACKET;
	set(0, 0, 3, 0);
	assert_int_equal(config[0x4B], 0);
	start_with(0x1039, 0x5513, 0x0962, 0);
	assert_null(controller.ops);
	assert_false(controller.chip->cable80(&controller, 0));
}

/* ---- CMD ---- */

static void test_cmd64x(void **state)
{
	static const u8 master[6] = { 0x31, 0x21, 0x11, 0x25, 0x15, 0x05 };
	static const u8 slave[6] = { 0xC2, 0x82, 0x42, 0x8A, 0x4A, 0x0A };

	start(0x1095, 0x0649, 1);
	config[0x71] = 0x3C;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x71], 0x02);
	config[0x53] = 0xCF;
	set(0, 0, 4, 0);
	assert_int_equal(config[0x53], 0x4F);
	assert_int_equal(config[0x54], 0x3F);
	set(0, 1, 0, 0);
	assert_int_equal(config[0x55], 0x80);
	assert_int_equal(config[0x56], 0xA9);
	for (u8 i = 0; i < 6; i++) {
		set(0, 0, 4, UDMA(i));
		assert_int_equal(config[0x73], master[i]);
		set(1, 1, 3, UDMA(i));
		assert_int_equal(config[0x7B], slave[i]);
	}
	assert_int_equal(config[0x72], 0x20);
	assert_int_equal(config[0x7A], 0x40);
	assert_int_equal(config[0x5B], 0x32);
	/* The second channel's drives share the set-up: the master's mode is not known. */
	assert_int_equal(config[0x57], 0x80);
	set(1, 0, 4, MWDMA(1));
	assert_int_equal(config[0x58], 0x31);
	assert_int_equal(config[0x57], 0x40);
	set(0, 0, 4, 0);
	assert_int_equal(config[0x73] | config[0x72], 0);
	config[0x79] = 0x02;
	assert_false(controller.chip->cable80(&controller, 0));
	assert_true(controller.chip->cable80(&controller, 1));
}

static void test_cmd646_revisions(void **state)
{
	start(0x1095, 0x0646, 4);
	controller.chip->setup(&controller);
	assert_int_equal(controller.udma_mask, 0);
	start(0x1095, 0x0646, 5);
	controller.chip->setup(&controller);
	assert_int_equal(controller.udma_mask, 0x07);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_own_cycle),
		cmocka_unit_test(test_via_33),
		cmocka_unit_test(test_via_shared),
		cmocka_unit_test(test_via_later),
		cmocka_unit_test(test_via_unknown_bridge),
		cmocka_unit_test(test_amd),
		cmocka_unit_test(test_ali),
		cmocka_unit_test(test_ali_revisions),
		cmocka_unit_test(test_sis_old),
		cmocka_unit_test(test_sis_later),
		cmocka_unit_test(test_cmd64x),
		cmocka_unit_test(test_cmd646_revisions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
