/* The interrupt routing table; see pir_decode.h. */
#include "pir_decode.h"

#define PIR_STEP      16u
#define PIR_HEADER    32u
#define PIR_ENTRY     16u
#define PIR_VERSION   0x0100u
#define PIR_SIGNATURE 0x52495024u /* "$PIR" */

static u16 word_at(const u8 *p)
{
	return (u16)(p[0] | p[1] << 8);
}

static u32 long_at(const u8 *p)
{
	return word_at(p) | (u32)word_at(p + 2) << 16;
}

static bool sums_to_zero(const u8 *p, size_t n)
{
	u8 sum = 0;

	while (n--)
		sum = (u8)(sum + *p++);
	return sum == 0;
}

static bool decode(const u8 *p, size_t room, struct pir_table *out)
{
	size_t size;

	if (room < PIR_HEADER || long_at(p) != PIR_SIGNATURE || word_at(p + 4) != PIR_VERSION)
		return false;
	size = word_at(p + 6);
	if (size < PIR_HEADER || size % PIR_STEP || size > room || !sums_to_zero(p, size))
		return false;
	*out = (struct pir_table){
		.slots = p + PIR_HEADER,
		.count = (unsigned int)((size - PIR_HEADER) / PIR_ENTRY),
		.router_bus = p[8],
		.router_devfn = p[9],
		.exclusive = word_at(p + 10),
		.vendor = word_at(p + 12),
		.device = word_at(p + 14),
	};
	return true;
}

bool pir_find(const u8 *area, size_t size, struct pir_table *out)
{
	for (size_t at = 0; at < size; at += PIR_STEP)
		if (decode(area + at, size - at, out))
			return true;
	*out = (struct pir_table){ 0 };
	return false;
}

bool pir_slot(const struct pir_table *table, unsigned int nth, struct pir_slot *out)
{
	const u8 *p = table->slots;

	if (nth >= table->count)
		return false;
	p += nth * PIR_ENTRY;
	out->bus = p[0];
	out->device = p[1] >> 3;
	for (unsigned int i = 0; i < 4; i++)
		out->pin[i] = (struct pir_link){ p[2 + 3 * i], word_at(p + 3 + 3 * i) };
	return true;
}

bool pir_find_link(const struct pir_table *table, unsigned int bus, unsigned int device,
		   unsigned int pin, struct pir_link *out)
{
	struct pir_slot slot;

	for (unsigned int n = 0; pir_slot(table, n, &slot); n++) {
		if (slot.bus != bus || slot.device != device || pin < 1 || pin > 4)
			continue;
		*out = slot.pin[pin - 1];
		return true;
	}
	return false;
}
