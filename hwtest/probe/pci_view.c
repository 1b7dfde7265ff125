/* The functions on the PCI buses; see pci_view.h. */
#include <drivers/pci/pci_reg.h>
#include <errno.h>
#include <common/xalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pci_files.h"
#include "pci_view.h"

#define BITMAP 32u

static bool test(const u8 *map, unsigned int bus)
{
	return map[bus / 8] & 1u << (bus & 7);
}

static void set(u8 *map, unsigned int bus)
{
	map[bus / 8] |= (u8)(1u << (bus & 7));
}

/* ---- one function ---- */

struct pci_seen *pci_view_add(struct pci_view *v, unsigned int bus, unsigned int devfn)
{
	struct pci_seen *fn;

	if (v->count == v->room) {
		v->room = v->room ? 2 * v->room : 32;
		v->fn = xrealloc(v->fn, v->room, sizeof(*v->fn));
	}
	fn = &v->fn[v->count++];
	memset(fn, 0, sizeof(*fn));
	fn->bus = (u8)bus;
	fn->devfn = (u8)devfn;
	(void)snprintf(fn->name, sizeof(fn->name), "0000:%02x:%02x.%x", fn->bus, fn->devfn >> 3,
		       fn->devfn & 7u);
	return fn;
}

/* What an empty slot reads differs by bridge: hardware-notes 4.2. */
static bool is_empty(u32 id)
{
	return id == 0xffffffffu || !id || id == 0x0000ffffu || id == 0xffff0000u;
}

static void read_header(struct pci_view *v, struct pci_seen *fn)
{
	if (v->about)
		v->about(v->ctx, fn->name);
	for (unsigned int reg = 0; reg < PCI_VIEW_HEADER; reg += 4) {
		u32 value = pci_access_read(&v->access, fn->bus, fn->devfn, reg, 4);

		for (unsigned int i = 0; i < 4; i++)
			fn->header[reg + i] = (u8)(value >> 8 * i);
	}
}

/* Single functions may answer under all eight numbers. */
static bool is_multi(struct pci_view *v, unsigned int bus, unsigned int slot)
{
	u32 type = pci_access_read(&v->access, bus, PCI_DEVFN(slot, 0), PCI_REG_HEADER, 1);

	return type & PCI_HEADER_MULTI && type != 0xff;
}

static void scan_slot(struct pci_view *v, unsigned int bus, unsigned int slot)
{
	unsigned int functions = 1;

	for (unsigned int func = 0; func < functions; func++) {
		u8 devfn = PCI_DEVFN(slot, func);

		if (is_empty(pci_access_read(&v->access, bus, devfn, PCI_REG_VENDOR, 4)))
			continue;
		read_header(v, pci_view_add(v, bus, devfn));
		if (!func && is_multi(v, bus, slot))
			functions = PCI_FUNCTIONS;
	}
}

/* ---- buses ---- */

/* The bus behind it, 0: it leads nowhere that can be believed. */
static unsigned int bus_behind(const struct pci_seen *fn)
{
	u8 primary = fn->header[PCI_BRIDGE_PRIMARY], secondary = fn->header[PCI_BRIDGE_PRIMARY + 1];
	u8 last = fn->header[PCI_BRIDGE_PRIMARY + 2];

	if (pci_seen16(fn, PCI_REG_CLASS) != PCI_CLASS_PCI_BRIDGE ||
	    (fn->header[PCI_REG_HEADER] & PCI_HEADER_TYPE) != PCI_HEADER_BRIDGE)
		return 0;
	return primary == fn->bus && secondary > primary && last >= secondary ? secondary : 0;
}

/* The functions from `from` on are those of bus 0 under another number. */
static bool is_alias(const struct pci_view *v, size_t from)
{
	size_t n = v->count - from, zero = 0;

	while (zero < v->count && !v->fn[zero].bus)
		zero++;
	if (n != zero)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v->fn[i].devfn != v->fn[from + i].devfn ||
		    memcmp(v->fn[i].header, v->fn[from + i].header, 4) != 0)
			return false;
	return true;
}

static void scan_bus(struct pci_view *v, unsigned int bus, u8 *wanted, bool peer)
{
	size_t from = v->count;

	for (unsigned int slot = 0; slot < pci_access_slots(&v->access); slot++)
		scan_slot(v, bus, slot);
	if (peer && (v->count == from || is_alias(v, from))) {
		v->count = from;
		return;
	}
	v->buses++;
	for (size_t i = from; i < v->count; i++)
		if (bus_behind(&v->fn[i]))
			set(wanted, bus_behind(&v->fn[i]));
}

/* Bridges lead to higher numbers only, so one pass meets them all. */
static void scan(struct pci_view *v, const u8 *peers)
{
	u8 wanted[BITMAP] = { 1 };

	for (unsigned int bus = 0; bus < PCI_BUSES; bus++) {
		bool peer = peers && test(peers, bus) && !test(wanted, bus);

		if (peer || test(wanted, bus))
			scan_bus(v, bus, wanted, peer);
	}
}

/* ---- */

int pci_view_open(struct pci_view *v, struct host *host, const u8 *peers)
{
	v->fn = NULL;
	v->count = v->room = 0;
	v->buses = 0;
	v->folder = NULL;
	v->access =
		(struct pci_access){ .hw = &host->hw, .lock = host_lock, .unlock = host_unlock };
	if (!host->alone && !pci_files_open(v))
		return 0;
	if (pci_access_probe(&v->access, PCI_ALLOW_ALL))
		return -ENODEV;
	scan(v, peers);
	return 0;
}

void pci_view_close(struct pci_view *v)
{
	free(v->fn);
	v->fn = NULL;
	v->count = v->room = 0;
}

u32 pci_view_read(struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		  unsigned int width)
{
	if (reg >= PCI_VIEW_SAFE)
		return 0xffffffffu >> (32 - 8 * width);
	if (v->folder)
		return pci_files_read(v, fn, reg, width);
	return pci_access_read(&v->access, fn->bus, fn->devfn, reg, width);
}

void pci_view_write(struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		    unsigned int width, u32 value)
{
	if (reg < PCI_VIEW_SAFE && !v->folder)
		pci_access_write(&v->access, fn->bus, fn->devfn, reg, width, value);
}

const char *pci_view_how(const struct pci_view *v)
{
	if (v->folder)
		return v->folder;
	return v->access.mechanism == 2 ? "mechanism 2" : "mechanism 1";
}
