/* The controller of ide_fixture.h. */
#include "ide_fixture.h"
#include <string.h>

u8 config[256], bridge_config[256];
struct pci_dev dev, bridge;
struct ide_controller controller;
struct ata_channel ch[2];
u32 stuck;

static struct ide_channel channel[2];

static u8 *space(const struct pci_dev *p)
{
	return p == &bridge ? bridge_config : config;
}
u8 pci_read8(const struct pci_dev *p, unsigned int reg)
{
	return space(p)[reg];
}
u16 pci_read16(const struct pci_dev *p, unsigned int reg)
{
	return (u16)(space(p)[reg] | space(p)[reg + 1] << 8);
}
void pci_write8(const struct pci_dev *p, unsigned int reg, u8 value)
{
	space(p)[reg] = value;
}
void pci_write16(const struct pci_dev *p, unsigned int reg, u16 value)
{
	space(p)[reg] = (u8)value;
	space(p)[reg + 1] = (u8)(value >> 8);
	if (reg == 0x40)
		config[0x41] |= (u8)(stuck >> 8);
}
struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from)
{
	return bridge.device == device && bridge.vendor == vendor && !from ? &bridge : NULL;
}
struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn)
{
	return !bus && !devfn && bridge.vendor ? &bridge : NULL;
}

static void fill_channels(void)
{
	for (u8 i = 0; i < 2; i++) {
		channel[i] = (struct ide_channel){ &controller, i };
		ch[i].chip_data = &channel[i];
		for (u8 u = 0; u < 2; u++) {
			ch[i].dev[u].ch = &ch[i];
			ch[i].dev[u].unit = u;
			ch[i].dev[u].kind = ATA_DISK;
			ch[i].dev[u].pio_mode = 0xff;
			ch[i].dev[u].id.iordy = true;
		}
	}
}

void start(u16 vendor, u16 device, u8 revision)
{
	memset(config, 0, sizeof(config));
	memset(bridge_config, 0, sizeof(bridge_config));
	memset(&bridge, 0, sizeof(bridge));
	memset(ch, 0, sizeof(ch));
	memset(&controller, 0, sizeof(controller));
	stuck = 0;
	dev.vendor = vendor;
	dev.device = device;
	dev.revision = revision;
	controller.pci = &dev;
	controller.chip = ide_chip_find(vendor, device);
	controller.flags = controller.chip->flags;
	controller.ops = controller.chip->ops;
	controller.kind = controller.chip->kind;
	controller.mwdma_mask = controller.chip->mwdma_mask;
	controller.udma_mask = controller.chip->udma_mask;
	fill_channels();
}

void start_with(u16 vendor, u16 device, u16 bridge_device, u8 bridge_revision)
{
	start(vendor, device, 0);
	bridge.vendor = vendor;
	bridge.device = bridge_device;
	bridge.revision = bridge_revision;
	controller.chip->setup(&controller);
}

void set(unsigned int c, unsigned int unit, u8 pio, u8 dma)
{
	struct ata_device *d = &ch[c].dev[unit];

	d->pio_mode = pio;
	d->dma_mode = dma;
	assert_true(controller.ops->set_mode(&ch[c], d));
}
