/* Chips' rows: what is written to the configuration space of which. */
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c drivers/ata/test/ide_fixture.c
#include "ide_fixture.h"

/* Values that Intel's datasheets give: ISP 5/4/3 clocks, RTC 4/3/1. */
static void test_piix3(void **state)
{
	start(0x8086, 0x7010, 0);
	config[0x41] = 0x80; /* the channel is on, and stays so */
	set(0, 0, 4, 0);
	assert_int_equal(pci_read16(&dev, 0x40), 0x8000 | 0x4000 | 0x2300 | 0x7);
	assert_int_equal(config[0x43], 0);
	set(0, 1, 3, 0);
	assert_int_equal(pci_read16(&dev, 0x40), 0x8000 | 0x4000 | 0x2300 | 0x77);
	assert_int_equal(config[0x44], 0x09);
	set(1, 1, 4, 0);
	assert_int_equal(config[0x44], 0xB9);
	/* Slow PIO with fast DMA: the timing is the DMA's, PIO does not use it. */
	set(0, 0, 0, ATA_MODE_MWDMA + 2);
	assert_int_equal(pci_read16(&dev, 0x40), 0x8000 | 0x4000 | 0x2300 | 0x7F);
	set(0, 0, 0, 0);
	assert_int_equal(pci_read16(&dev, 0x40), 0x8000 | 0x4000 | 0x76);
	assert_int_equal(config[0x48], 0);
}

static void test_piix4(void **state)
{
	start(0x8086, 0x7111, 0);
	set(0, 1, 4, ATA_MODE_UDMA + 2);
	assert_int_equal(config[0x48], 0x02);
	assert_int_equal(pci_read16(&dev, 0x4A), 0x0020);
	set(1, 0, 4, ATA_MODE_UDMA + 1);
	assert_int_equal(config[0x48], 0x06);
	assert_int_equal(pci_read16(&dev, 0x4A), 0x0120);
	set(0, 1, 4, ATA_MODE_MWDMA + 2);
	assert_int_equal(config[0x48], 0x04);
	assert_int_equal(pci_read16(&dev, 0x54), 0);
}

static void test_ich(void **state)
{
	start(0x8086, 0x244B, 0);
	set(0, 0, 4, ATA_MODE_UDMA + 5);
	assert_int_equal(pci_read16(&dev, 0x54), 0x1000);
	assert_int_equal(pci_read16(&dev, 0x4A), 0x0001);
	set(0, 0, 4, ATA_MODE_UDMA + 4);
	assert_int_equal(pci_read16(&dev, 0x54), 0x0001);
	assert_int_equal(pci_read16(&dev, 0x4A), 0x0002);
	set(1, 1, 4, ATA_MODE_UDMA + 3);
	assert_int_equal(pci_read16(&dev, 0x54), 0x0009);
	assert_int_equal(pci_read16(&dev, 0x4A), 0x1002);
	set(0, 0, 4, ATA_MODE_UDMA + 2);
	assert_int_equal(pci_read16(&dev, 0x54), 0x0008);
	config[0x54] = 0x40;
	assert_false(controller.chip->cable80(&controller, 0));
	assert_true(controller.chip->cable80(&controller, 1));
}

/* One timing: each selection loads it anew. */
static void test_oldpiix(void **state)
{
	start(0x8086, 0x1230, 0);
	set(0, 0, 4, 0);
	set(0, 1, 0, 0);
	assert_int_equal(pci_read16(&dev, 0x40), 0x0067);
	controller.chip->ops->select(&ch[0], &ch[0].dev[0]);
	assert_int_equal(pci_read16(&dev, 0x40), 0x2367);
	assert_int_equal(config[0x44], 0);
}

static void test_rz1000(void **state)
{
	start(0x1042, 0x1000, 0);
	assert_true(controller.flags & ATA_CH_NO_DMA);
	config[0x41] = 0xff;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x41], 0xdf);
	assert_false(controller.flags & ATA_CH_IRQS_OFF);
	stuck = 0x2000;
	controller.chip->setup(&controller);
	assert_true(controller.flags & ATA_CH_IRQS_OFF);
	assert_true(controller.flags & ATA_CH_SERIALIZE);
}

static void test_cmd640(void **state)
{
	start(0x1095, 0x0640, 0);
	config[0x5B] = config[0x52] = 0xff;
	config[0x51] = 0x08;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x5B], 0);
	assert_int_equal(config[0x52], 0);
	assert_int_equal(config[0x59], 0x40);
	assert_int_equal(config[0x51], 0xC8);
	assert_int_equal(config[0x57], 0x0C);
	assert_true(controller.flags & ATA_CH_SERIALIZE && controller.flags & ATA_CH_NO_DMA);
	assert_true(controller.chip->io_bit_lies);
}

static void via(u16 id, u8 revision, u8 on, u8 fifo, u8 want)
{
	start(0x1106, 0x0571, 6);
	bridge.vendor = 0x1106;
	bridge.device = id;
	bridge.revision = revision;
	config[0x40] = on;
	config[0x43] = fifo;
	controller.chip->setup(&controller);
	assert_int_equal(config[0x43], want);
}

static void test_via(void **state)
{
	via(0x0586, 0x47, 3, 0x6A, 0x2A);
	via(0x0586, 0x47, 1, 0x0A, 0x6A);
	via(0x0586, 0x47, 2, 0x6A, 0x0A);
	via(0x0586, 0x41, 3, 0xEA, 0x2A);
	via(0x0686, 0x40, 3, 0xEA, 0xEA);
	via(0x0576, 0x00, 3, 0xEA, 0xAA);
	assert_true(controller.flags & ATA_CH_IRQS_OFF);
	assert_true(controller.flags & ATA_CH_NO_IO32);
}

static void test_ali(void **state)
{
	static const struct {
		u8 revision;
		u32 flags;
	} rows[] = {
		{ 0x1f, ATA_CH_NO_DMA | ATA_CH_NO_ATAPI_DMA | ATA_CH_NO_LBA48_DMA },
		{ 0x20, ATA_CH_NO_ATAPI_DMA | ATA_CH_NO_LBA48_DMA },
		{ 0xC2, ATA_CH_NO_ATAPI_DMA | ATA_CH_NO_LBA48_DMA },
		{ 0xC5, ATA_CH_NO_ATAPI_DMA },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		start(0x10B9, 0x5229, rows[i].revision);
		controller.chip->setup(&controller);
		assert_int_equal(controller.flags, rows[i].flags | ATA_CH_IO32);
	}
}

static void test_unknown(void **state)
{
	start(0x1234, 0x5678, 0);
	assert_non_null(controller.chip);
	assert_null(controller.chip->ops);
	assert_string_equal(controller.chip->name, "PCI");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_piix3),	cmocka_unit_test(test_piix4),
		cmocka_unit_test(test_ich),	cmocka_unit_test(test_oldpiix),
		cmocka_unit_test(test_rz1000),	cmocka_unit_test(test_cmd640),
		cmocka_unit_test(test_via),	cmocka_unit_test(test_ali),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
