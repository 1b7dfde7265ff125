/*
 * isa_ide.c - channels at the ports where they have always been, that no PCI function claimed.
 *
 * The first two are looked for in any machine: a hidden or unknown controller may be behind them.
 * The others only without PCI, where nothing else will tell, and only if the ports are not all
 * ones: cards at such addresses are rare and other things may be there.
 *
 * Source: hardware-notes 5.1 (Linux, pata_legacy.c).
 */
#include "ata_host.h"

static const struct {
	u16 base;
	u8 irq;
	bool always;
} places[] = {
	{ 0x1F0, 14, true },
	{ 0x170, 15, true },
	{ 0x1E8, 11, false },
	{ 0x168, 10, false },
};

void isa_ide_add(bool all)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		struct ata_attachment at = {
			.base = places[i].base,
			.control = places[i].base + ATA_ISA_CONTROL,
			.irq = places[i].irq,
			.index = i,
			.flags = places[i].always ? 0 : ATA_CH_SHY,
			.name = "ISA",
		};

		if (all || places[i].always)
			(void)ata_host_add(&at);
	}
}
