/* The simulated host bridge of sim_pci.h. */
#include "sim_pci.h"
#include <string.h>
#include "../pci_reg.h"

void sim_put16(struct sim_fn *fn, unsigned int reg, u16 value)
{
	memcpy(fn->config + reg, &value, 2);
}

void sim_put32(struct sim_fn *fn, unsigned int reg, u32 value)
{
	memcpy(fn->config + reg, &value, 4);
}

u32 sim_get32(const struct sim_fn *fn, unsigned int reg)
{
	u32 value;

	memcpy(&value, fn->config + reg, 4);
	return value;
}

/* ---- who answers ---- */

static bool reaches(const struct sim_pci *s, const struct sim_fn *fn, unsigned int bus)
{
	const struct sim_fn *b = fn->above;

	if (!b)
		return bus == fn->root_bus || (s->ignores_bus && fn->root_bus == 0);
	if (b->config[0x19] != bus)
		return false;
	for (; b; b = b->above) {
		/* accesses to the bus above are not for what is behind it */
		if (!b->above && bus == b->root_bus)
			return false;
		if (bus < b->config[0x19] || bus > b->config[0x1a])
			return false;
		if (b->config[0x18] != (b->above ? b->above->config[0x19] : b->root_bus))
			return false;
	}
	return true;
}

static struct sim_fn *find(struct sim_pci *s, unsigned int bus, unsigned int devfn)
{
	for (unsigned int i = 0; i < s->count; i++) {
		struct sim_fn *fn = &s->fn[i];

		if (reaches(s, fn, bus) &&
		    (fn->devfn == devfn || (fn->ghost && fn->devfn >> 3 == devfn >> 3)))
			return fn;
	}
	return NULL;
}

static void check_width(const struct sim_fn *fn, unsigned int reg, unsigned int width)
{
	if (fn->byte_only && reg >= 0x40 && width != 1)
		host_die("simulated PCI: this chip hangs", __FILE__, __LINE__);
}

static u32 fn_read(struct sim_pci *s, unsigned int bus, unsigned int devfn, unsigned int reg,
		   unsigned int width)
{
	struct sim_fn *fn = find(s, bus, devfn);
	u32 value = 0;

	if (!fn)
		return s->empty >> (8 * (reg & 3));
	check_width(fn, reg, width);
	memcpy(&value, fn->config + reg, width);
	return value;
}

static void fn_write(struct sim_pci *s, unsigned int bus, unsigned int devfn, unsigned int reg,
		     u32 value, unsigned int width)
{
	struct sim_fn *fn = find(s, bus, devfn);

	if (!fn)
		return;
	check_width(fn, reg, width);
	if (reg >= 0x10 && reg < 0x28 && fn->config[4] & 3 && !(fn->config[14] & 0x7f))
		fn->sized_live++;
	for (unsigned int i = 0; i < width; i++, value >>= 8) {
		u8 w = fn->writable[reg + i];

		fn->config[reg + i] = (u8)((fn->config[reg + i] & ~w) | (value & w));
	}
}

/* ---- ports ---- */

static u32 read_port(void *chip, u16 port, unsigned int width)
{
	struct sim_pci *s = chip;

	if (port == 0xcf8 && width == 4 && (s->mech1 || s->latch_only))
		return s->address;
	if (port >= 0xcfc && port <= 0xcff && s->mech1 && s->address >> 31)
		return fn_read(s, s->address >> 16 & 0xff, s->address >> 8 & 0xff,
			       (s->address & 0xfc) | (port & 3), width);
	if (port == 0xcf8 && width == 1 && s->mech2 && !s->select)
		return s->key;
	if (port == 0xcfa && width == 1 && s->mech2 && !s->select)
		return s->forward;
	if (port >= 0xc000 && s->mech2 && s->key >> 4 == 0xf)
		return fn_read(s, s->forward, (unsigned int)(port >> 5 & 0x78) | (s->key >> 1 & 7),
			       port & 0xff, width);
	return 0xffffffff;
}

static void write_port(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_pci *s = chip;

	if (port == 0xcf8 && width == 4 && s->mech1 && value >> 31)
		assert_int_equal(value & 3, 0); /* 1 would be a cycle of type 1 */
	if (port == 0xcf8 && width == 4 && (s->mech1 || s->latch_only))
		s->address = value & (s->mech1 ? 0x80fffffc : 0xffffffff);
	else if (port == 0xcfb && width == 1)
		s->select = s->mech1 ? (u8)value & 1 : 0;
	else if (port == 0xcf8 && width == 1)
		s->key = (u8)value;
	else if (port == 0xcfa && width == 1)
		s->forward = (u8)value;
	else if (port >= 0xcfc && port <= 0xcff && s->mech1 && s->address >> 31)
		fn_write(s, s->address >> 16 & 0xff, s->address >> 8 & 0xff,
			 (s->address & 0xfc) | (port & 3), value, width);
	else if (port >= 0xc000 && s->mech2 && s->key >> 4 == 0xf)
		fn_write(s, s->forward, (unsigned int)(port >> 5 & 0x78) | (s->key >> 1 & 7),
			 port & 0xff, value, width);
}

static bool pc_open(const struct sim_pci *s)
{
	return !s->pc_lock_reg || s->pc_index == s->pc_lock_reg ||
	       s->pc[s->pc_lock_reg] == s->pc_key;
}

static u32 read_chipset(void *chip, u16 port, unsigned int width)
{
	struct sim_pci *s = chip;

	switch (port) {
	case 0x23:
		return pc_open(s) ? s->pc[s->pc_index] : 0xff;
	case 0x26:
		return s->pp[s->pp_index];
	case 0xc01:
		return s->sw[s->sw_index];
	case 0x4d0:
	case 0x4d1:
		return s->no_elcr ? 0xff : s->elcr[port & 1];
	}
	return 0xff;
}

static void write_chipset(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_pci *s = chip;

	if (port == 0x22)
		s->pc_index = (u8)value;
	else if (port == 0x23 && pc_open(s))
		s->pc[s->pc_index] = (u8)value;
	else if (port == 0x24)
		s->pp_index = (u8)value;
	else if (port == 0x26)
		s->pp[s->pp_index] = (u8)value;
	else if (port == 0xc00)
		s->sw_index = (u8)value;
	else if (port == 0xc01)
		s->sw[s->sw_index] = (u8)value;
	else if (port == 0x4d0 || port == 0x4d1)
		s->elcr[port & 1] = (u8)value;
}

/* ---- building ---- */

void sim_pci_init(struct sim_pci *s)
{
	memset(s, 0, sizeof(*s));
	sim_bus_init(&s->bus);
	s->bus.max_accesses = 2000000;
	s->mech1 = true;
	s->empty = 0xffffffff;
	sim_bus_claim(&s->bus, 0xcf8, 8, read_port, write_port, s);
	sim_bus_claim(&s->bus, 0xc000, 0x1000, read_port, write_port, s);
	sim_bus_claim(&s->bus, 0x22, 5, read_chipset, write_chipset, s);
	sim_bus_claim(&s->bus, 0xc00, 2, read_chipset, write_chipset, s);
	sim_bus_claim(&s->bus, 0x4d0, 2, read_chipset, write_chipset, s);
	s->access.hw = &s->bus.hw;
	pci_tree_init(&s->tree, &s->access, 0x04000000);
}

struct sim_fn *sim_pci_add(struct sim_pci *s, unsigned int slot, unsigned int func, u16 vendor,
			   u16 device, u32 class)
{
	struct sim_fn *fn = &s->fn[s->count++];

	assert_true(s->count <= SIM_FUNCTIONS);
	fn->devfn = PCI_DEVFN(slot, func);
	sim_put16(fn, 0x00, vendor);
	sim_put16(fn, 0x02, device);
	sim_put32(fn, 0x08, class << 8);
	memset(fn->writable + 0x40, 0xff, 0xc0);
	fn->writable[0x04] = 0x07;
	fn->writable[0x09] = 0xff;
	fn->writable[0x0d] = 0xff;
	fn->writable[0x3c] = 0xff;
	return fn;
}

struct sim_fn *sim_pci_add_host(struct sim_pci *s)
{
	return sim_pci_add(s, 0, 0, 0x8086, 0x1237, 0x060000);
}

struct sim_fn *sim_pci_add_bridge(struct sim_pci *s, unsigned int slot, u8 primary, u8 secondary,
				  u8 last)
{
	struct sim_fn *fn = sim_pci_add(s, slot, 0, 0x1011, 0x0001, 0x060400);

	fn->config[0x0e] = 1;
	memset(fn->writable + 0x18, 0xff, 0x1a);
	fn->config[0x18] = primary;
	fn->config[0x19] = secondary;
	fn->config[0x1a] = last;
	return fn;
}

void sim_pci_behind(struct sim_fn *fn, struct sim_fn *bridge)
{
	fn->above = bridge;
}

void sim_pci_bar(struct sim_fn *fn, unsigned int reg, u32 base, u32 size, u32 type)
{
	u32 mask = -size;

	sim_put32(fn, reg, base | type);
	memcpy(fn->writable + reg, &mask, 4);
}

void sim_pci_scan(struct sim_pci *s, u8 *peers)
{
	u8 none[PCI_BUS_BITMAP] = { 0 };

	assert_int_equal(pci_access_probe(&s->access, PCI_ALLOW_ALL), 0);
	pci_scan(&s->tree, peers ? peers : none);
}

struct pci_dev *sim_pci_dev(struct sim_pci *s, unsigned int bus, unsigned int slot,
			    unsigned int func)
{
	struct pci_dev *p;

	list_for_each_entry (p, &s->tree.devs, node)
		if (p->bus->number == bus && p->devfn == PCI_DEVFN(slot, func))
			return p;
	return NULL;
}
