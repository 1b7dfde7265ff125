/*
 * cd_quirks.c - drives that are not as they say.
 *
 * In names, ? stands for any letter and a trailing * for any rest. What concerns the packet
 * protocol itself (interrupt reason, DMA) is in ata_modes.c. Source of all rows: the drive list of
 * Linux's former ide-cd driver (drivers/ide/ide-cd.c).
 */
#include <kernel/string.h>
#include "cd_core.h"

#define BCD_BOTH (CD_QUIRK_TOC_ADDRESS_BCD | CD_QUIRK_TOC_TRACKS_BCD)

static const struct quirk_row {
	const char *model;
	const char *firmware;
	u32 quirks;
} rows[] = {
	{ "SAMSUNG CD-ROM SCR-2430", "*", CD_QUIRK_ONE_BLOCK },
	{ "SAMSUNG CD-ROM SCR-2432", "*", CD_QUIRK_ONE_BLOCK },
	{ "SAMSUNG CD-ROM SCR-3231", "*", CD_QUIRK_NO_SPEED },
	/* Older than ATAPI 1.2. */
	{ "NEC CD-ROM DRIVE:260", "1.01", CD_QUIRK_TOC_ADDRESS_BCD },
	/* Vertos 300 and 600, up to some firmware. */
	{ "V003S0DS", "????1?0*", BCD_BOTH },
	{ "V003S0DS", "????1?1*", BCD_BOTH },
	{ "V003S0DS", "????1?2*", BCD_BOTH },
	{ "V006E0DS", "????1?0*", CD_QUIRK_TOC_TRACKS_BCD },
	{ "V006E0DS", "????1?1*", CD_QUIRK_TOC_TRACKS_BCD },
	{ "V006E0DS", "????1?2*", CD_QUIRK_TOC_TRACKS_BCD },
	{ "ATAPI CD ROM DRIVE 50X MAX", "*", CD_QUIRK_FULL_PAGE },
	{ "WPI CDS-32X", "*", CD_QUIRK_FULL_PAGE },
	/* Acer 24X: has no name. */
	{ "", "241N*", CD_QUIRK_SPEED_SWAPPED },
	{ "MATSHITADVD-ROM SR-8187", "*", CD_QUIRK_AUDIO },
	{ "MATSHITADVD-ROM SR-8186", "*", CD_QUIRK_AUDIO },
	{ "MATSHITADVD-ROM SR-8176", "*", CD_QUIRK_AUDIO },
	{ "MATSHITADVD-ROM SR-8174", "*", CD_QUIRK_AUDIO },
};

static bool name_matches(const char *pattern, const char *name)
{
	while (*pattern && *pattern != '*') {
		if (*pattern != *name && (*pattern != '?' || !*name))
			return false;
		pattern++;
		name++;
	}
	return *pattern == '*' || !*name;
}

u32 cd_find_quirks(const char *model, const char *firmware)
{
	u32 quirks = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (name_matches(rows[i].model, model) && name_matches(rows[i].firmware, firmware))
			quirks |= rows[i].quirks;
	return quirks;
}
