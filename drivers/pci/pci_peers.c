/*
 * pci_peers.c - host bridges that lead to more buses than bus 0, as their own registers tell; or,
 * where there are several and nobody knows their registers, any number may be a bus.
 * Source: Intel 243847 (450NX), 290523 (450KX/GX); Linux, arch/x86/pci/fixup.c and broadcom_bus.c.
 */
#include <kernel/string.h>
#include "pci_internal.h"
#include "pci_reg.h"

static void set_peer(u8 *peers, unsigned int bus)
{
	if (bus && bus < PCI_BUSES - 1)
		pci_bitmap_set(peers, bus);
}

/* Two expanders with two buses each: first bus A, last A, last B. */
static void peers_450nx(const struct pci_dev *p, u8 *peers)
{
	for (unsigned int reg = 0xd0; reg < 0xd6; reg += 3) {
		unsigned int first = pci_read8(p, reg), last_a = pci_read8(p, reg + 1);

		set_peer(peers, first);
		if (last_a < pci_read8(p, reg + 2))
			set_peer(peers, last_a + 1);
	}
}

static void peers_450gx(const struct pci_dev *p, u8 *peers)
{
	set_peer(peers, pci_read8(p, 0x4a));
}

static void peers_serverworks(const struct pci_dev *p, u8 *peers)
{
	set_peer(peers, pci_read8(p, 0x44));
}

static const struct {
	u16 vendor, device;
	void (*find)(const struct pci_dev *p, u8 *peers);
} rows[] = {
	{ 0x8086, 0x84ca, peers_450nx },
	{ 0x8086, 0x84c4, peers_450gx },
	{ 0x1166, 0x0009, peers_serverworks }, /* CNB20LE */
};

static bool ask_registers(const struct pci_dev *p, u8 *peers)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].vendor != p->vendor || rows[i].device != p->device)
			continue;
		rows[i].find(p, peers);
		return true;
	}
	return false;
}

/* A look at all 255 costs some 10 ms: only machines with a second host bridge pay it. */
void pci_peers_add(const struct pci_tree *tree, u8 peers[PCI_BUS_BITMAP])
{
	const struct pci_dev *p;
	unsigned int hosts = 0;
	bool known = false;

	list_for_each_entry (p, &tree->devs, node) {
		hosts += p->class >> 8 == PCI_CLASS_HOST;
		known |= ask_registers(p, peers);
	}
	if (hosts > 1 && !known)
		memset(peers, 0xff, PCI_BUS_BITMAP);
}
