/* Where ISA channels are; see isa_place.h. */
#include <kernel/init.h>
#include "ata_core.h"
#include "isa_place.h"

#define BASE_MIN    0x100u
#define BASE_MAX    0xFFF8u
#define IRQ_CASCADE 2u
#define IRQ_MAX	    15u

const struct isa_place isa_places[ISA_PLACES] = {
	{ 0x1F0, 0x1F0 + ATA_ISA_CONTROL, 14 },
	{ 0x170, 0x170 + ATA_ISA_CONTROL, 15 },
	{ 0x1E8, 0x1E8 + ATA_ISA_CONTROL, 11 },
	{ 0x168, 0x168 + ATA_ISA_CONTROL, 10 },
};

static int usual_irq(u32 base)
{
	for (unsigned int i = 0; i < ISA_PLACES; i++)
		if (isa_places[i].base == base)
			return isa_places[i].irq;
	return -1;
}

/* ",NUMBER" or the end of the text, which leaves *out alone. */
static bool further(const char **at, u32 *out)
{
	if (**at == '\0')
		return true;
	return *(*at)++ == ',' && cmdline_number(at, out);
}

bool isa_place_parse(const char *text, struct isa_place *out)
{
	u32 base, control, irq;

	if (!cmdline_number(&text, &base) || base < BASE_MIN || base > BASE_MAX || base % 8)
		return false;
	control = base + ATA_ISA_CONTROL;
	irq = (u32)max_t(int, usual_irq(base), 0);
	if (!further(&text, &control) || !further(&text, &irq) || *text)
		return false;
	if (control < BASE_MIN || control > 0xFFFF || (control >= base && control < base + 8))
		return false;
	if (irq > IRQ_MAX || irq == IRQ_CASCADE)
		return false;
	*out = (struct isa_place){ (u16)base, (u16)control, irq ? (int)irq : -1 };
	return true;
}
