/*
 * pci_ahci.c - attaching AHCI controllers: their memory, their quirks, a host for each port.
 *
 * Ports are looked at in parallel, by their hosts' threads (ata_host.c). One without a device gives
 * its memory back, if it stops using it.
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "ahci_core.h"
#include "ata_host.h"
#include "pci_ahci.h"

#define ABAR		     5
#define BOUNCE_ORDER	     4 /* 64 KB: the most that a program's command moves */
#define PCI_COMMAND_REG	     0x04
#define PCI_COMMAND_INTX_OFF 0x0400u
#define PCS_SETTLE_US	     10000u
#define ATA_UDMA_ALL	     0x7f /* what a serial link carries */

struct ahci_pci {
	struct pci_dev *pci;
	const struct ahci_chip *chip;
	u8 __iomem *base;
	struct ahci_io io;
	struct hw_host hw;
	struct ahci_controller controller;
};

struct ahci_pci_port {
	struct ahci_port port;
	struct page *memory, *bounce;
	unsigned int bounce_order;
};

/* ---- registers ---- */

static volatile u32 __iomem *register_at(struct ahci_io *io, u32 offset)
{
	struct ahci_pci *a = container_of(io, struct ahci_pci, io);

	return (volatile u32 __iomem *)(a->base + offset);
}

static u32 mmio_read(struct ahci_io *io, u32 offset)
{
	return *(volatile u32 __force *)register_at(io, offset);
}

static void mmio_write(struct ahci_io *io, u32 offset, u32 value)
{
	*(volatile u32 __force *)register_at(io, offset) = value;
}

/* ---- ports ---- */

/* Less room is better than none: an identification is short. */
static void take_bounce(struct ahci_pci_port *p)
{
	p->bounce_order = BOUNCE_ORDER;
	p->bounce = page_alloc(GFP_KERNEL | GFP_NORETRY, p->bounce_order);
	if (!p->bounce) {
		p->bounce_order = 0;
		p->bounce = page_alloc(GFP_KERNEL, 0);
	}
	if (!p->bounce)
		return;
	p->port.bounce = page_address(p->bounce);
	p->port.bounce_phys = page_to_phys(p->bounce);
	p->port.bounce_bytes = PAGE_SIZE << p->bounce_order;
}

static void free_port(struct ahci_pci_port *p)
{
	if (p->memory)
		page_free(p->memory, 0);
	if (p->bounce)
		page_free(p->bounce, p->bounce_order);
	kfree(p);
}

static struct ahci_pci_port *new_port(struct ahci_pci *a, unsigned int number)
{
	struct ahci_pci_port *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->memory = page_alloc(GFP_KERNEL | GFP_ZERO, 0);
	take_bounce(p);
	if (!p->memory || !p->bounce) {
		free_port(p);
		return NULL;
	}
	p->port.io = &a->io;
	p->port.number = (u8)number;
	p->port.cap = a->controller.cap;
	p->port.quirks = a->chip->quirks;
	p->port.memory = page_address(p->memory);
	p->port.memory_phys = page_to_phys(p->memory);
	return p;
}

static void init_port(struct ata_channel *ch, void *data)
{
	struct ahci_pci_port *p = data;

	p->port.ch = ch;
	ahci_port_init(&p->port);
}

/* Memory that the port may still write to is not anybody else's. */
static void forget_port(void *data)
{
	struct ahci_pci_port *p = data;

	if (ahci_port_quiet(&p->port))
		free_port(p);
}

/* There is nothing to program, and all modes work. */
static bool set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	return true;
}
static const struct ata_chip_ops port_ops = { .set_mode = set_mode };

static void add_port(struct ahci_pci *a, unsigned int number, unsigned int position)
{
	struct ahci_pci_port *p = new_port(a, number);
	struct ata_attachment at = {
		.irq = pci_irq(a->pci),
		.irq_shared = true,
		.index = position,
		.chip = &port_ops,
		.pio_max = 4,
		.udma_mask = ATA_UDMA_ALL,
		.cable80 = true,
		.parent = &a->pci->dev,
		.name = a->chip->name,
		.init = init_port,
		.forget = forget_port,
		.data = p,
	};

	if (!p || ata_host_add(&at))
		pr_err("ahci: port %u cannot be added\n", number);
}

static void add_ports(struct ahci_pci *a)
{
	unsigned int first = ata_next_port();

	for (unsigned int i = 0; i < AHCI_PORTS_MAX; i++)
		if (a->controller.ports & 1u << i)
			add_port(a, i, first + i);
}

/* ---- the controller ---- */

/* A BIOS in IDE mode may have left ports off that nobody used. */
static void enable_intel_ports(struct ahci_pci *a)
{
	u16 pcs, want = (u16)(a->controller.ports & AHCI_PCS_PORTS);

	if (!(a->chip->quirks & AHCI_CHIP_PCS))
		return;
	pcs = pci_read16(a->pci, INTEL_PCS);
	if ((pcs & want) == want)
		return;
	pci_write16(a->pci, INTEL_PCS, pcs | want);
	hw_sleep_us(&a->hw.hw, PCS_SETTLE_US);
}

static void enable_line(struct pci_dev *p)
{
	u16 command = pci_read16(p, PCI_COMMAND_REG);

	if (command & PCI_COMMAND_INTX_OFF)
		pci_write16(p, PCI_COMMAND_REG, command & (u16)~PCI_COMMAND_INTX_OFF);
}

static int start(struct ahci_pci *a)
{
	struct ahci_controller *c = &a->controller;
	int err = ahci_controller_init(c);

	if (err) {
		pr_err("ahci: %s: %s\n", a->pci->dev.name,
		       err == -ENXIO ? "does not answer" : "AHCI cannot be switched on");
		return err;
	}
	enable_intel_ports(a);
	pr_info("ahci: %s: %s, AHCI %x.%02x, ports %x\n", a->pci->dev.name, a->chip->name,
		c->version >> 16, c->version >> 8 & 0xff, c->ports);
	enable_line(a->pci);
	ahci_controller_enable_irq(c);
	add_ports(a);
	return 0;
}

static int map_controller(struct ahci_pci *a)
{
	int err = pci_enable(a->pci, false, true);

	if (err)
		return err;
	a->base = pci_map_bar(a->pci, ABAR, AHCI_BAR_BYTES);
	if (!a->base)
		return -ENOMEM;
	pci_set_master(a->pci);
	hw_host_init(&a->hw);
	a->io = (struct ahci_io){ mmio_read, mmio_write };
	a->controller = (struct ahci_controller){ .io = &a->io,
						  .hw = &a->hw.hw,
						  .ports_allowed = a->chip->ports };
	return 0;
}

static int pci_ahci_probe(struct pci_dev *p, const struct pci_id *id)
{
	struct ata_options opt;
	struct ahci_pci *a;
	int err;

	ata_options_get_port(0, &opt);
	if (opt.off || p->bar[ABAR].flags & PCI_BAR_IO)
		return -ENODEV;
	a = kzalloc(sizeof(*a), GFP_KERNEL);
	if (!a)
		return -ENOMEM;
	a->pci = p;
	a->chip = ahci_chip_find(p->vendor, p->device);
	err = map_controller(a);
	if (!err)
		err = start(a);
	if (err) {
		if (a->base)
			iounmap(a->base);
		kfree(a);
	}
	return err;
}

static struct pci_driver driver = { .name = "ahci", .ids = ahci_ids, .probe = pci_ahci_probe };

static int pci_ahci_init(void)
{
	pci_driver_register(&driver);
	return 0;
}
INIT_CALL(INIT_DRIVER, pci_ahci_init);
