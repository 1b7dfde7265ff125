/*
 * isa_ide.c - channels at the ports where they have always been, that no PCI function claimed, and
 * where the command line says that there is one:
 *
 *   ide2=0x1e8,0x3ee,11     the third channel (hde, hdf); ide0 to ide9
 *
 * The first two are looked for in any machine: a hidden or unknown controller may be behind them.
 * The others only without PCI, where nothing else will tell, and only if the ports are not all
 * ones: cards at such addresses are rare and other things may be there. With PCI a sound card's
 * channel has to be named.
 *
 * Source: hardware-notes 5.1 (Linux, pata_legacy.c).
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include "ata_host.h"
#include "ata_names.h"
#include "isa_place.h"

#define ALWAYS 2u /* of isa_places */

static int add(const struct isa_place *place, unsigned int index, u32 flags)
{
	struct ata_attachment at = {
		.base = place->base,
		.control = place->control,
		.irq = place->irq,
		.index = index,
		.flags = flags,
		.name = "ISA",
	};

	return ata_host_add(&at);
}

static void add_named(const char *value, void *arg)
{
	unsigned int index = *(unsigned int *)arg;
	struct isa_place place;
	int err;

	if (!isa_place_parse(value, &place)) {
		pr_warn("ide%u: \"%s\" is no BASE,CONTROL,IRQ\n", index, value);
		return;
	}
	err = add(&place, index, 0);
	if (err == -EBUSY)
		pr_warn("ide%u: ports %03x, %03x belong to another device\n", index, place.base,
			place.control);
	else if (err)
		pr_warn("ide%u: cannot be added: error %d\n", index, -err);
}

static const char *const channel_words[ATA_CHANNELS_MAX] = {
	"ide0", "ide1", "ide2", "ide3", "ide4", "ide5", "ide6", "ide7", "ide8", "ide9",
};

void isa_ide_add(bool all)
{
	for (unsigned int i = 0; i < ATA_CHANNELS_MAX; i++)
		cmdline_for_each(channel_words[i], add_named, &i);
	for (unsigned int i = 0; i < (all ? ISA_PLACES : ALWAYS); i++)
		(void)add(&isa_places[i], i, i < ALWAYS ? 0 : ATA_CH_SHY);
}
