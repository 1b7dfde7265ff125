/* pci_glue.h - between the parts of PCI that belong to the kernel alone. */
#ifndef DRIVERS_PCI_GLUE_H
#define DRIVERS_PCI_GLUE_H

#include "pci_internal.h"

/* pci_sysfs.c: devices, /sys files; also when there is no PCI. 0 or -errno. */
int pci_glue_add(struct pci_tree *tree);
/* pci_proc.c: /proc/bus/pci. */
int pci_proc_add(struct pci_tree *tree);
/* pci_resource.c: /proc/ioports, /proc/iomem; the text of .../resource. */
void pci_resources_add(struct pci_tree *tree);
/* As Linux numbers and flags them: BARs, ROM, ..., windows of a bridge. flags 0: none. */
struct pci_resource {
	u32 start, end, flags;
};
struct pci_resource pci_resource_of(const struct pci_dev *p, unsigned int nth);
size_t pci_resource_format(const struct pci_dev *p, char *buf, size_t size);
/* pci_hidden.c: the nth range of ports without a register of the standard; size 0: none. */
struct pci_bar pci_hidden_ports(const struct pci_dev *p, unsigned int nth);
#define PCI_HIDDEN_RANGES 3u
bool pci_is_boot_vga(const struct pci_dev *p);
/* pci_irq.c: finds the routing table, and in it buses that no bridge may lead to. */
void pci_irq_init(struct hw *hw, u8 peers[PCI_BUS_BITMAP]);
void pci_irq_start(struct pci_tree *tree); /* after the scan: finds the router */
/* What the file `irq` shows. */
unsigned int pci_irq_shown(const struct pci_dev *p);

/* How much of configuration space may be read by whom, and safely. */
u32 pci_config_readable(const struct pci_dev *p);
/* Registers at any offset and length, in the widest pieces that fit; inside 256 bytes. */
void pci_config_read(const struct pci_dev *p, void *buf, u32 offset, size_t n);
void pci_config_write(const struct pci_dev *p, const void *buf, u32 offset, size_t n);

#endif
