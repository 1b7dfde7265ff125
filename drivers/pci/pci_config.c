/* pci_config.c - configuration space as bytes, for the files that show it. */
#include <kernel/capability.h>
#include <kernel/string.h>
#include "pci_glue.h"
#include "pci_reg.h"

/* Reading beyond the header may disturb a chip: as on Linux, that is root's risk. */
u32 pci_config_readable(const struct pci_dev *p)
{
	if (!capable(CAP_SYS_ADMIN))
		return p->header_type == PCI_HEADER_CARDBUS ? 128 : PCI_HEADER_SIZE;
	return p->quirks & PCI_QUIRK_SHORT_CONFIG ? 0xA0 : PCI_CONFIG_SIZE;
}

/* The widest access that is aligned and does not go past the end. */
static unsigned int piece(u32 offset, size_t n)
{
	if (!(offset & 3) && n >= 4)
		return 4;
	return !(offset & 1) && n >= 2 ? 2 : 1;
}

void pci_config_read(const struct pci_dev *p, void *buf, u32 offset, size_t n)
{
	struct pci_access *a = pci_access_of(p);
	u8 *out = buf;

	while (n) {
		unsigned int width = piece(offset, n);
		u32 value = pci_access_read(a, p->bus->number, p->devfn, offset, width);

		memcpy(out, &value, width);
		out += width;
		offset += width;
		n -= width;
	}
}

void pci_config_write(const struct pci_dev *p, const void *buf, u32 offset, size_t n)
{
	struct pci_access *a = pci_access_of(p);
	const u8 *in = buf;

	while (n) {
		unsigned int width = piece(offset, n);
		u32 value = 0;

		memcpy(&value, in, width);
		pci_access_write(a, p->bus->number, p->devfn, offset, width, value);
		in += width;
		offset += width;
		n -= width;
	}
}
