/* Where a PCI controller's channels are: by what its functions say, and by what is known of them.
 */
// LINK: drivers/ata/pci_ide.c drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c
// LINK: drivers/ata/pci_ide_via.c drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c
// LINK: drivers/ata/pci_ide_cmd64x.c drivers/ata/ide_timing.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/isa_dma.h>
#include <kernel/slab.h>
#include <string.h>
#include "../ata_host.h"
#include "../pci_ide.h"

#define COMPAT	  0x010180u /* both channels at the AT's ports, with a bus master */
#define NATIVE	  0x010105u /* at BARs', without */
#define RAID	  0x010400u
#define BM	  0xC000u
#define IRQ	  11
#define FUNCTIONS 2u

static struct {
	struct pci_dev pci;
	u8 config[256];
} f[FUNCTIONS];
static struct ata_attachment at[4];
static unsigned int attached;
static u32 present;
static bool simplex;
static struct pci_driver *driver;

DEFINE_MUTEX(isa_turn, RANK_MUTEX_LEAF);
bool isa_turn_needed;

/* ---- the machine ---- */
static u8 *space(const struct pci_dev *p)
{
	return p == &f[0].pci ? f[0].config : f[1].config;
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
}
struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from)
{
	return NULL;
}
struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn)
{
	return NULL;
}
struct pci_dev *pci_find_class(u32 class, u32 mask, struct pci_dev *from)
{
	for (unsigned int i = from == &f[0].pci ? 1 : 0; from != &f[1].pci && i < FUNCTIONS; i++)
		if ((f[i].pci.class & mask) == class)
			return &f[i].pci;
	return NULL;
}
u32 pci_quirks_present(void)
{
	return present;
}
void pci_set_master(struct pci_dev *p)
{
}
int pci_irq(struct pci_dev *p)
{
	return IRQ;
}
bool pci_present(void)
{
	return true;
}
void pci_driver_register(struct pci_driver *d)
{
	driver = d;
}
bool ata_bm_simplex(struct hw *hw, u16 bm, bool clears)
{
	return simplex;
}
void hw_host_init(struct hw_host *host)
{
}
void isa_ide_add(bool all)
{
}
void ata_options_get(unsigned int index, struct ata_options *opt)
{
	memset(opt, 0, sizeof(*opt));
}
int ata_host_add(const struct ata_attachment *a)
{
	assert_true(attached < ARRAY_SIZE(at));
	at[attached++] = *a;
	return 0;
}

/* ---- */
static void start(unsigned int i, u16 vendor, u16 device, u32 class)
{
	struct pci_dev *p = &f[i].pci;

	memset(&f[i], 0, sizeof(f[i]));
	p->vendor = vendor;
	p->device = device;
	p->class = class;
	p->devfn = (u8)i;
	pci_write16(p, 4, 1);
	p->bar[4] = (struct pci_bar){ .base = BM, .flags = PCI_BAR_IO };
}

/* BARs as a BIOS gives them to native channels. */
static void give_ports(struct pci_dev *p)
{
	for (unsigned int i = 0; i < 4; i++)
		p->bar[i] = (struct pci_bar){ .base = 0xF000 + 0x100 * i, .flags = PCI_BAR_IO };
}

static int probe(unsigned int i)
{
	return driver->probe(&f[i].pci, NULL);
}

static void expect(unsigned int i, u16 base, u16 control, int irq, u16 bm, unsigned int index)
{
	assert_int_equal(at[i].base, base);
	assert_int_equal(at[i].control, control);
	assert_int_equal(at[i].irq, irq);
	assert_int_equal(at[i].irq_shared, irq == IRQ);
	assert_int_equal(at[i].bm, bm);
	assert_int_equal(at[i].index, index);
}

static int setup(void **state)
{
	memset(f, 0, sizeof(f));
	attached = 0;
	present = 0;
	simplex = isa_turn_needed = false;
	return 0;
}

/* What the driver keeps as long as the machine runs. */
static int teardown(void **state)
{
	struct ide_controller *last = NULL;

	for (unsigned int i = 0; i < attached; i++) {
		struct ide_channel *channel = at[i].chip_data;

		if (channel->controller != last) {
			last = channel->controller;
			if (at[i].shared != &isa_turn)
				kfree(at[i].shared);
			kfree(last);
		}
		kfree(channel);
	}
	return 0;
}

/* ---- */
static void compatibility(void **state)
{
	start(0, 0x8086, 0x7010, COMPAT);
	f[0].config[0x41] = f[0].config[0x43] = 0x80;
	assert_int_equal(probe(0), 0);
	assert_int_equal(attached, 2);
	expect(0, 0x1F0, 0x3F6, 14, BM, 0);
	expect(1, 0x170, 0x376, 15, BM + 8, 1);
	assert_null(at[0].shared);
	assert_string_equal(at[0].name, "PIIX3");
}

static void channel_off(void **state)
{
	start(0, 0x8086, 0x7010, COMPAT);
	f[0].config[0x43] = 0x80;
	assert_int_equal(probe(0), 0);
	assert_int_equal(attached, 1);
	expect(0, 0x170, 0x376, 15, BM + 8, 1);
}

/* Ports that the BIOS left off may be somebody else's; the CMD640 has no such bit. */
static void decoding_off(void **state)
{
	start(0, 0x8086, 0x7111, COMPAT);
	f[0].config[0x41] = f[0].config[0x43] = 0x80;
	pci_write16(&f[0].pci, 4, 0);
	assert_int_equal(probe(0), -ENODEV);
	assert_int_equal(attached, 0);
	start(1, 0x1095, 0x0640, 0x010100);
	pci_write16(&f[1].pci, 4, 0);
	f[1].config[0x51] = 0x08;
	assert_int_equal(probe(1), 0);
	expect(0, 0x1F0, 0x3F6, 14, 0, 0);
}

static void native(void **state)
{
	start(0, 0x1234, 0x5678, NATIVE);
	give_ports(&f[0].pci);
	assert_int_equal(probe(0), 0);
	assert_int_equal(attached, 2);
	expect(0, 0xF000, 0xF102, IRQ, 0, 0); /* no bus master, as it says */
	expect(1, 0xF200, 0xF302, IRQ, 0, 1);
}

/* A card beside the board's: the board's drives keep their names. */
static void card_beside(void **state)
{
	start(0, 0x105A, 0x4D33, RAID);
	give_ports(&f[0].pci);
	start(1, 0x8086, 0x7010, COMPAT);
	f[1].config[0x41] = f[1].config[0x43] = 0x80;
	assert_int_equal(probe(0), 0);
	expect(0, 0xF000, 0xF102, IRQ, BM, 2);
	assert_int_equal(at[1].index, 2); /* the next free one */
	assert_int_equal(probe(1), 0);
	expect(2, 0x1F0, 0x3F6, 14, BM, 0);
}

static void native_without_ports(void **state)
{
	start(0, 0x1234, 0x5678, NATIVE | 0x80);
	give_ports(&f[0].pci);
	f[0].pci.bar[1].base = 0;
	f[0].pci.bar[2].flags = 0; /* of memory */
	assert_int_equal(probe(0), -ENODEV);
	assert_int_equal(attached, 0);
}

static void one_of_each(void **state)
{
	start(0, 0x1234, 0x5678, 0x010181);
	give_ports(&f[0].pci);
	assert_int_equal(probe(0), 0);
	expect(0, 0xF000, 0xF102, IRQ, BM, 0);
	expect(1, 0x170, 0x376, 15, BM + 8, 1);
}

static void native_does_not_work(void **state)
{
	start(0, 0x1234, 0x5678, NATIVE);
	give_ports(&f[0].pci);
	f[0].pci.quirks = PCI_QUIRK_IDE_COMPAT;
	assert_int_equal(probe(0), 0);
	expect(0, 0x1F0, 0x3F6, 14, 0, 0);
	expect(1, 0x170, 0x376, 15, 0, 1);
}

static void functions_are_one(void **state)
{
	for (unsigned int i = 0; i < FUNCTIONS; i++) {
		start(i, 0x1234, 0x5678, COMPAT);
		f[i].pci.quirks = PCI_QUIRK_IDE_ONE;
	}
	assert_int_equal(probe(0), -ENODEV);
	assert_int_equal(probe(1), 0);
	assert_int_equal(attached, 2);
}

static void no_bus_master_in_this_machine(void **state)
{
	present = PCI_QUIRK_IDE_PIO;
	start(0, 0x1234, 0x5678, COMPAT);
	assert_int_equal(probe(0), 0);
	expect(0, 0x1F0, 0x3F6, 14, 0, 0);
	assert_true(at[0].flags & ATA_CH_NO_DMA);
}

static void turns(void **state)
{
	start(0, 0x1042, 0x1000, COMPAT);
	assert_int_equal(probe(0), 0);
	assert_ptr_equal(at[0].shared, &isa_turn);
	assert_ptr_equal(at[1].shared, &isa_turn);
	assert_true(isa_turn_needed);
}

static void one_at_a_time(void **state)
{
	simplex = true;
	start(0, 0x1234, 0x5678, COMPAT);
	assert_int_equal(probe(0), 0);
	assert_non_null(at[0].shared);
	assert_ptr_not_equal(at[0].shared, &isa_turn);
	assert_ptr_equal(at[0].shared, at[1].shared);
	assert_false(isa_turn_needed);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(compatibility),
		TEST(channel_off),
		TEST(decoding_off),
		TEST(native),
		TEST(card_beside),
		TEST(native_without_ports),
		TEST(one_of_each),
		TEST(native_does_not_work),
		TEST(functions_are_one),
		TEST(no_bus_master_in_this_machine),
		TEST(turns),
		TEST(one_at_a_time),
	};

	pci_ide_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
