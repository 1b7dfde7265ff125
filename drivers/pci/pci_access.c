/* The two mechanisms of configuration space; see pci_access.h. */
#include <kernel/errno.h>
#include "pci_access.h"
#include "pci_reg.h"

/* ---- one access ---- */

static u32 port_read(struct hw *hw, u16 port, unsigned int width)
{
	if (width == 1)
		return hw_in8(hw, port);
	return width == 2 ? hw_in16(hw, port) : hw_in32(hw, port);
}

static void port_write(struct hw *hw, u16 port, unsigned int width, u32 value)
{
	if (width == 1)
		hw_out8(hw, port, (u8)value);
	else if (width == 2)
		hw_out16(hw, port, (u16)value);
	else
		hw_out32(hw, port, value);
}

static bool addressable(const struct pci_access *a, unsigned int bus, unsigned int devfn,
			unsigned int reg, unsigned int width)
{
	if (!a->mechanism || bus >= PCI_BUSES || devfn >> 3 >= pci_access_slots(a))
		return false;
	return reg < PCI_CONFIG_SIZE && !(reg & (width - 1));
}

/* Opens the window onto the function; the port at which the register is. */
static u16 select_register(struct pci_access *a, unsigned int bus, unsigned int devfn,
			   unsigned int reg)
{
	if (a->mechanism == 1) {
		hw_out32(a->hw, PCI_CONF1_ADDRESS,
			 PCI_CONF1_ENABLE | bus << 16 | devfn << 8 | (reg & ~3u));
		return (u16)(PCI_CONF1_DATA + (reg & 3));
	}
	hw_out8(a->hw, PCI_CONF2_ENABLE, (u8)(PCI_CONF2_KEY | (devfn & 7) << 1));
	hw_out8(a->hw, PCI_CONF2_FORWARD, (u8)bus);
	return (u16)(PCI_CONF2_WINDOW | (devfn >> 3) << 8 | reg);
}

/* Mechanism 2 hides C000-CFFF from other devices while the window is open. */
static void deselect(struct pci_access *a)
{
	if (a->mechanism == 2)
		hw_out8(a->hw, PCI_CONF2_ENABLE, 0);
}

unsigned long pci_access_begin(struct pci_access *a)
{
	return a->lock ? a->lock() : 0;
}

void pci_access_end(struct pci_access *a, unsigned long saved)
{
	if (a->unlock)
		a->unlock(saved);
}

u32 pci_access_read_locked(struct pci_access *a, unsigned int bus, unsigned int devfn,
			   unsigned int reg, unsigned int width)
{
	u32 value;

	if (!addressable(a, bus, devfn, reg, width))
		return 0xffffffffu >> (32 - 8 * width);
	value = port_read(a->hw, select_register(a, bus, devfn, reg), width);
	deselect(a);
	return value;
}

void pci_access_write_locked(struct pci_access *a, unsigned int bus, unsigned int devfn,
			     unsigned int reg, unsigned int width, u32 value)
{
	if (!addressable(a, bus, devfn, reg, width))
		return;
	port_write(a->hw, select_register(a, bus, devfn, reg), width, value);
	deselect(a);
}

u32 pci_access_read(struct pci_access *a, unsigned int bus, unsigned int devfn, unsigned int reg,
		    unsigned int width)
{
	unsigned long saved = pci_access_begin(a);
	u32 value = pci_access_read_locked(a, bus, devfn, reg, width);

	pci_access_end(a, saved);
	return value;
}

void pci_access_write(struct pci_access *a, unsigned int bus, unsigned int devfn, unsigned int reg,
		      unsigned int width, u32 value)
{
	unsigned long saved = pci_access_begin(a);

	pci_access_write_locked(a, bus, devfn, reg, width, value);
	pci_access_end(a, saved);
}

/* ---- which mechanism ---- */

/*
 * Ports that behave are no proof of a bus. Bus 0 of every PCI machine has a host bridge or a VGA
 * card; the first Intel and Compaq host bridges have no class yet. Source: hardware-notes 4.1.3.
 */
static bool bus_is_there(struct pci_access *a)
{
	for (unsigned int slot = 0; slot < pci_access_slots(a); slot++) {
		unsigned int devfn = PCI_DEVFN(slot, 0);
		u32 vendor = pci_access_read(a, 0, devfn, PCI_REG_VENDOR, 2);
		u32 class;

		if (vendor == 0xffff || vendor == 0)
			continue;
		class = pci_access_read(a, 0, devfn, PCI_REG_CLASS, 2);
		if (class == PCI_CLASS_HOST || class == PCI_CLASS_VGA ||
		    vendor == PCI_VENDOR_INTEL || vendor == PCI_VENDOR_COMPAQ)
			return true;
	}
	return false;
}

static bool try_conf1(struct pci_access *a)
{
	unsigned long flags = pci_access_begin(a);
	u32 saved;
	bool latched;

	hw_out8(a->hw, PCI_CONF1_SELECT, 1);
	saved = hw_in32(a->hw, PCI_CONF1_ADDRESS);
	hw_out32(a->hw, PCI_CONF1_ADDRESS, PCI_CONF1_ENABLE);
	latched = hw_in32(a->hw, PCI_CONF1_ADDRESS) == PCI_CONF1_ENABLE;
	hw_out32(a->hw, PCI_CONF1_ADDRESS, saved);
	pci_access_end(a, flags);
	if (!latched)
		return false;
	a->mechanism = 1;
	return bus_is_there(a);
}

static bool try_conf2(struct pci_access *a)
{
	unsigned long flags = pci_access_begin(a);
	bool cleared;

	hw_out8(a->hw, PCI_CONF1_SELECT, 0);
	hw_out8(a->hw, PCI_CONF2_ENABLE, 0);
	hw_out8(a->hw, PCI_CONF2_FORWARD, 0);
	cleared = !hw_in8(a->hw, PCI_CONF2_ENABLE) && !hw_in8(a->hw, PCI_CONF2_FORWARD);
	pci_access_end(a, flags);
	if (!cleared)
		return false;
	a->mechanism = 2;
	return bus_is_there(a);
}

int pci_access_probe(struct pci_access *a, unsigned int allowed)
{
	if ((allowed & PCI_ALLOW_CONF1) && try_conf1(a))
		return 0;
	if ((allowed & PCI_ALLOW_CONF2) && try_conf2(a))
		return 0;
	a->mechanism = 0;
	return -ENODEV;
}
