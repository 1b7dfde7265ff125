/*
 * pci_ahci_chips.c - the table of AHCI controllers that differ from the rest.
 *
 * Source: Linux, drivers/ata/ahci.c (which chips, which quirks); Intel 82801GB and 82801IB
 * datasheets, port control and status.
 */
#include <kernel/types.h>
#include "ahci_core.h"
#include "pci_ahci.h"

#define CLASS_AHCI 0x010601u
#define CLASS_RAID 0x010400u
#define CLASS_MASK 0xffffffu

/* The first that matches. */
static const struct ahci_chip chips[] = {
	{ 0x8086, 0x2652, 0x2653, AHCI_CHIP_PCS, 0, "Intel ICH6" },
	{ 0x8086, 0x27C1, 0x27C6, AHCI_CHIP_PCS, 0, "Intel ICH7" },
	{ 0x8086, 0x2681, 0x2683, AHCI_CHIP_PCS, 0, "Intel ESB2" },
	{ 0x8086, 0x2821, 0x2829, AHCI_CHIP_PCS, 0, "Intel ICH8" },
	{ 0x8086, 0x282A, 0x282A, AHCI_CHIP_PCS, 0, "Intel ICH8M RAID" },
	{ 0x8086, 0x2922, 0x294E, AHCI_CHIP_PCS, 0, "Intel ICH9" },
	{ 0x8086, 0x3A05, 0x3A25, AHCI_CHIP_PCS, 0, "Intel ICH10" },
	{ 0x8086, 0x3B22, 0x3B2F, AHCI_CHIP_PCS, 0, "Intel 5 series" },
	/* They report interface errors that are none. */
	{ 0x10B9, 0x5288, 0x5288, AHCI_IGNORE_IFS, 0, "ULi M5288" },
	{ 0x197B, 0x2361, 0x2361, AHCI_IGNORE_IFS, 0x1, "JMicron JMB361" },
	{ 0x197B, 0, 0, AHCI_IGNORE_IFS, 0, "JMicron" },
	/* 256 sectors in one command are too many for it. */
	{ 0x1002, 0x4380, 0x4380, AHCI_MAX_255, 0, "ATI SB600" },
	{ 0x1002, 0x4390, 0x4395, 0, 0, "ATI SB700" },
	/* PI has a bit for the PATA port, which is none. */
	{ 0x11AB, 0x6121, 0x6121, 0, 0x3, "Marvell 6121" },
	{ 0x11AB, 0x6145, 0x6145, 0, 0xF, "Marvell 6145" },
	{ 0x1B21, 0x1166, 0x1166, 0, 0x3F, "ASMedia 1166" },
	{ 0x1106, 0, 0, 0, 0, "VIA" },
	{ 0x10DE, 0, 0, 0, 0, "NVIDIA" },
	{ 0x1039, 0, 0, 0, 0, "SiS" },
	{ 0x1022, 0, 0, 0, 0, "AMD" },
	{ 0x8086, 0, 0, 0, 0, "Intel" },
	{ 0, 0, 0, 0, 0, "AHCI" },
};

const struct ahci_chip *ahci_chip_find(u16 vendor, u16 device)
{
	const struct ahci_chip *c = chips;

	for (; c->vendor; c++)
		if (c->vendor == vendor &&
		    (!c->device || (device >= c->device && device <= c->last)))
			break;
	return c;
}

/* By class; and those that the BIOS calls a RAID controller, which are AHCI all the same. */
const struct pci_id ahci_ids[] = {
	{ PCI_ANY, PCI_ANY, CLASS_AHCI, CLASS_MASK, NULL },
	{ 0x8086, 0x2682, CLASS_RAID, CLASS_MASK, NULL }, /* ESB2 */
	{ 0x8086, 0x27C3, CLASS_RAID, CLASS_MASK, NULL }, /* ICH7R */
	{ 0x8086, 0x27C6, CLASS_RAID, CLASS_MASK, NULL }, /* ICH7-M DH */
	{ 0x8086, 0x2822, CLASS_RAID, CLASS_MASK, NULL }, /* ICH8 to ICH10 */
	{ 0x8086, 0x282A, CLASS_RAID, CLASS_MASK, NULL }, /* ICH8M, ICH9M */
	{ 0x1002, 0x4392, CLASS_RAID, CLASS_MASK, NULL }, /* SB700 */
	{ 0x1002, 0x4393, CLASS_RAID, CLASS_MASK, NULL },
	{ 0, 0, 0, 0, NULL },
};
