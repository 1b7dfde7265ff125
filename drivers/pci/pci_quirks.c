#include "pci_quirks.h"
void pci_quirks_early(struct pci_dev *p)
{
}
void pci_quirks_late(struct pci_tree *tree)
{
}
