/*
 * pci_irq.c - interrupt lines: the BIOS's table, the machine's router, and who else has a line.
 * Functions are routed when their driver asks, in process 1 at boot.
 */
#include <kernel/irq.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include "pci_glue.h"
#include "pci_reg.h"
#include "pci_route.h"

#define BIOS_START 0xF0000u
#define BIOS_SIZE  0x10000u

static struct pci_routing routing;

/* Before the scan: buses that the table names are looked at even if no bridge leads there. */
void pci_irq_init(struct hw *hw, u8 peers[PCI_BUS_BITMAP])
{
	struct pir_slot slot;

	routing.hw = hw;
	if (!pir_find(phys_to_virt(BIOS_START), BIOS_SIZE, &routing.table))
		return;
	for (unsigned int n = 0; pir_slot(&routing.table, n, &slot); n++)
		pci_bitmap_set(peers, slot.bus);
}

void pci_irq_start(struct pci_tree *tree)
{
	const char *name;

	routing.tree = tree;
	pci_router_find(&routing.router, tree, &routing.table, routing.hw);
	name = pci_router_name(&routing.router);
	if (routing.table.slots)
		pr_info("pci: interrupt table of %u slots, router %s\n", routing.table.count,
			name ? name : "unknown");
}

/* Lines with a handler already; PCI's own among them are shared all the same. */
static u16 lines_in_use(void)
{
	u16 lines = 0;
	char name[2];

	for (int i = 0; i < IRQ_LINES; i++)
		if (irq_describe(i, name, sizeof(name)))
			lines |= (u16)(1u << i);
	return lines;
}

int pci_irq(struct pci_dev *p)
{
	if (p->irq == PCI_IRQ_UNKNOWN)
		p->irq = pci_route(&routing, p, lines_in_use());
	return p->irq;
}

/* As Linux shows it: what the BIOS wrote, if it can be a line at all. */
unsigned int pci_irq_shown(const struct pci_dev *p)
{
	return p->pin && p->line < IRQ_LINES ? p->line : 0;
}
