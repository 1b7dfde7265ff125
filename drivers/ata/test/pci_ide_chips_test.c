/* Chips' rows: what is written to the configuration space of which. */
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c
#include <host/host.h>
#include <string.h>
#include "../pci_ide.h"

static u8 config[256];
static struct pci_dev dev, bridge;
static struct ide_controller controller;
static struct ide_channel channel[2];
static struct ata_channel ch[2];
static u32 stuck; /* bits of register 40 that cannot be cleared */

u8 pci_read8(const struct pci_dev *p, unsigned int reg)
{
	return config[reg];
}
u16 pci_read16(const struct pci_dev *p, unsigned int reg)
{
	return (u16)(config[reg] | config[reg + 1] << 8);
}
void pci_write8(const struct pci_dev *p, unsigned int reg, u8 value)
{
	config[reg] = value;
}
void pci_write16(const struct pci_dev *p, unsigned int reg, u16 value)
{
	config[reg] = (u8)value;
	config[reg + 1] = (u8)(value >> 8);
	if (reg == 0x40)
		config[0x41] |= (u8)(stuck >> 8);
}
struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from)
{
	return bridge.device == device && bridge.vendor == vendor && !from ? &bridge : NULL;
}

static void start(u16 vendor, u16 device, u8 revision)
{
	memset(config, 0, sizeof(config));
	memset(&bridge, 0, sizeof(bridge));
	memset(ch, 0, sizeof(ch));
	stuck = 0;
	dev.vendor = vendor;
	dev.device = device;
	dev.revision = revision;
	controller.pci = &dev;
	controller.chip = ide_chip_find(vendor, device);
	controller.flags = controller.chip->flags;
	controller.udma_mask = controller.chip->udma_mask;
	for (u8 i = 0; i < 2; i++) {
		channel[i] = (struct ide_channel){ &controller, i };
		ch[i].chip_data = &channel[i];
		for (u8 u = 0; u < 2; u++) {
			ch[i].dev[u].ch = &ch[i];
			ch[i].dev[u].unit = u;
			ch[i].dev[u].kind = ATA_DISK;
			ch[i].dev[u].id.iordy = true;
		}
	}
}

static void set(unsigned int c, unsigned int unit, u8 pio, u8 dma)
{
	struct ata_device *d = &ch[c].dev[unit];

	d->pio_mode = pio;
	d->dma_mode = dma;
	assert_true(controller.chip->ops->set_mode(&ch[c], d));
}

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
		{ 0xC2, ATA_CH_NO_LBA48_DMA },
		{ 0xC5, 0 },
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
