/* Cylinders, heads, sectors; see chs.h. */
#include <kernel/math64.h>
#include <kernel/string.h>
#include "chs.h"

#define BIOS_CYLINDERS 1024u
#define BIOS_HEADS     255u
#define BIOS_SECTORS   63u

bool chs_from_lba(const struct ata_geometry *g, u64 lba, struct chs *out)
{
	u32 track, within = (u32)lba;

	if (!g->heads || !g->sectors || lba >> 32)
		return false;
	track = within / g->sectors;
	out->sector = (u16)(within % g->sectors + 1);
	out->head = (u16)(track % g->heads);
	out->cylinder = track / g->heads;
	return out->cylinder < g->cylinders && out->cylinder < CHS_CYLINDERS_MAX;
}

u64 chs_to_lba(const struct ata_geometry *g, const struct chs *at)
{
	return ((u64)at->cylinder * g->heads + at->head) * g->sectors + at->sector - 1;
}

void chs_bios_geometry(const struct ata_geometry *own, u64 sectors, struct ata_geometry *out)
{
	*out = *own;
	if (own->heads && own->sectors &&
	    sectors <= (u64)BIOS_CYLINDERS * own->heads * own->sectors)
		return;
	out->heads = BIOS_HEADS;
	out->sectors = BIOS_SECTORS;
	out->cylinders = (u32)min_t(u64, div_u64(sectors, BIOS_HEADS * BIOS_SECTORS), 0xffffffffu);
}

static bool number(const char **at, u32 limit, u32 *out)
{
	u32 n = 0;

	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		n = n * 10 + (u32)(**at - '0');
		if (n > limit)
			return false;
	}
	*out = n;
	return n > 0;
}

bool chs_parse(const char *text, struct ata_geometry *out)
{
	u32 cylinders, heads, sectors;

	if (!number(&text, CHS_CYLINDERS_MAX, &cylinders) || *text++ != ',' ||
	    !number(&text, 16, &heads) || *text++ != ',' || !number(&text, 255, &sectors) || *text)
		return false;
	*out = (struct ata_geometry){ cylinders, (u16)heads, (u16)sectors };
	return true;
}
