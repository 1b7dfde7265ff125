/* pci_dev.c - what pci.h does with one function: registers, decoding, capabilities. Core. */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include "pci_internal.h"
#include "pci_reg.h"

/* A chain visits each place once at most, so longer ones have a loop. */
#define CAPS_MAX ((PCI_CONFIG_SIZE - PCI_CAP_FIRST) / 4)

static u32 read_reg(const struct pci_dev *p, unsigned int reg, unsigned int width)
{
	return pci_access_read(pci_access_of(p), p->bus->number, p->devfn, reg, width);
}

static void write_reg(const struct pci_dev *p, unsigned int reg, unsigned int width, u32 value)
{
	pci_access_write(pci_access_of(p), p->bus->number, p->devfn, reg, width, value);
}

u8 pci_read8(const struct pci_dev *p, unsigned int reg)
{
	return (u8)read_reg(p, reg, 1);
}

u16 pci_read16(const struct pci_dev *p, unsigned int reg)
{
	return (u16)read_reg(p, reg, 2);
}

u32 pci_read32(const struct pci_dev *p, unsigned int reg)
{
	return read_reg(p, reg, 4);
}

void pci_write8(const struct pci_dev *p, unsigned int reg, u8 value)
{
	write_reg(p, reg, 1, value);
}

void pci_write16(const struct pci_dev *p, unsigned int reg, u16 value)
{
	write_reg(p, reg, 2, value);
}

void pci_write32(const struct pci_dev *p, unsigned int reg, u32 value)
{
	write_reg(p, reg, 4, value);
}

unsigned int pci_bus_number(const struct pci_dev *p)
{
	return p->bus->number;
}

u32 pci_bar_size(struct pci_dev *p, unsigned int bar)
{
	return bar < PCI_BARS ? p->bar[bar].size : 0;
}

/* ---- capabilities ---- */

unsigned int pci_find_capability(struct pci_dev *p, u8 id)
{
	unsigned int reg =
		p->header_type == PCI_HEADER_CARDBUS ? PCI_CARDBUS_CAPS : PCI_REG_CAPABILITIES;
	unsigned int at;

	if (!(pci_read16(p, PCI_REG_STATUS) & PCI_STATUS_CAPS))
		return 0;
	at = pci_read8(p, reg) & PCI_CAP_POINTER_ALL;
	for (unsigned int i = 0; i < CAPS_MAX && at >= PCI_CAP_FIRST; i++) {
		u16 head = pci_read16(p, at);

		if (head == 0xffff)
			return 0;
		if ((head & 0xff) == id)
			return at;
		at = head >> 8 & PCI_CAP_POINTER_ALL;
	}
	return 0;
}

/* ---- decoding ---- */

/* All registers of the kind must be assigned, or an empty one would decode address 0. */
static bool all_assigned(const struct pci_dev *p, u32 io)
{
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (p->bar[i].size && (p->bar[i].flags & PCI_BAR_IO) == io && !p->bar[i].base)
			return false;
	return true;
}

static int set_command(struct pci_dev *p, u16 bits)
{
	u16 command = pci_read16(p, PCI_REG_COMMAND);

	if (command == 0xffff && pci_read32(p, PCI_REG_VENDOR) == 0xffffffffu) {
		p->dead = true;
		pr_err("pci: %s does not answer any more\n", p->dev.name);
		return -EIO;
	}
	if ((command & bits) != bits)
		pci_write16(p, PCI_REG_COMMAND, command | bits);
	return 0;
}

/* What is behind a bridge needs the bridge: to pass accesses on, and to master for it. */
static int enable_bridges(const struct pci_dev *p, u16 bits)
{
	int err = 0;

	for (struct pci_dev *b = p->bus->bridge; b && !err; b = b->bus->bridge)
		err = set_command(b, bits);
	return err;
}

int pci_enable(struct pci_dev *p, bool io, bool memory)
{
	u16 bits = (io ? PCI_COMMAND_IO : 0) | (memory ? PCI_COMMAND_MEMORY : 0);
	int err;

	if ((io && !all_assigned(p, PCI_BAR_IO)) || (memory && !all_assigned(p, 0))) {
		pr_err("pci: %s: the BIOS has given it no address\n", p->dev.name);
		return -EIO;
	}
	err = enable_bridges(p, bits);
	if (!err)
		err = set_command(p, bits);
	if (err)
		return err;
	if ((pci_read16(p, PCI_REG_COMMAND) & bits) != bits) {
		pr_err("pci: %s cannot be switched on\n", p->dev.name);
		return -EIO;
	}
	p->enabled++;
	return 0;
}

/* A timer of 0 lets a master lose the bus after each word. Source: hardware-notes 4.5. */
void pci_set_master(struct pci_dev *p)
{
	if (enable_bridges(p, PCI_COMMAND_MASTER) || set_command(p, PCI_COMMAND_MASTER))
		return;
	if (pci_read8(p, PCI_REG_LATENCY) < PCI_LATENCY_LEAST)
		pci_write8(p, PCI_REG_LATENCY, p->bus->tree->latency);
}

int pci_enable_all(struct pci_dev *p)
{
	bool io = false, memory = false;

	for (unsigned int i = 0; i < PCI_BARS; i++) {
		if (!p->bar[i].base)
			continue;
		io |= p->bar[i].flags & PCI_BAR_IO;
		memory |= !(p->bar[i].flags & PCI_BAR_IO);
	}
	return pci_enable(p, io, memory);
}

/* Decoding stays: the BIOS may have left it on for a reason. Only the mastering ends. */
int pci_disable(struct pci_dev *p)
{
	if (!p->enabled)
		return -EIO;
	if (!--p->enabled)
		pci_write16(p, PCI_REG_COMMAND,
			    pci_read16(p, PCI_REG_COMMAND) & (u16)~PCI_COMMAND_MASTER);
	return 0;
}
