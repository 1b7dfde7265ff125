/* pci_irq.c - which interrupt line a function has. */
#include <kernel/irq.h>
#include "pci_glue.h"
#include "pci_reg.h"

/* Lines that no card can have, and values that mean "none". Source: hardware-notes 3.3. */
static bool is_believable(u8 line)
{
	return line >= 3 && line < IRQ_LINES && line != 8 && line != 13;
}

int pci_irq(struct pci_dev *p)
{
	if (p->irq != PCI_IRQ_UNKNOWN)
		return p->irq;
	p->irq = p->pin && is_believable(p->line) ? p->line : -1;
	return p->irq;
}

unsigned int pci_irq_shown(const struct pci_dev *p)
{
	return p->pin && p->line < IRQ_LINES ? p->line : 0;
}

void pci_irq_init(struct hw *hw, u8 peers[PCI_BUS_BITMAP])
{
}
