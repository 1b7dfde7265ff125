/*
 * ata_bios.c - see ata_bios.h.
 *
 * The kernel goes by what the disk says. A boot loader goes by the BIOS: a set-up that has the disk
 * larger than it is lets it read what is not there, and one of another shape lets loaders that
 * count cylinders read elsewhere.
 *
 * Source: hardware-notes 5.11 (translations that BIOSes use).
 */
#include "ata_bios.h"
#include "bios_disk.h"
#include <string.h>

#define MB_SECTORS 2048u
#define LIMIT_8G   (1024ull * 255 * 63)
#define MOST	   10 /* parts: a BIOS that reaches all but one of these reaches it all */

static bool has_shape(const struct ata_geometry *g, u32 heads, u32 track)
{
	return g->cylinders && g->heads == heads && g->sectors == track;
}

/* By its number alone, without saying that it translates. */
static bool is_lba_shape(const struct bios_disk *b)
{
	static const u32 heads[] = { 16, 32, 64, 128, 240, 255 };

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (b->track == 63 && b->heads == heads[i])
			return true;
	return false;
}

static bool is_shaped_otherwise(const struct bios_disk *b, const struct ata_identity *id)
{
	if (has_shape(&id->geometry, b->drive_heads, b->drive_track) ||
	    has_shape(&id->set, b->drive_heads, b->drive_track))
		return false;
	return b->translated || !is_lba_shape(b);
}

static bool find(const struct facts *facts, const char *subject, struct bios_disk *b)
{
	for (unsigned int i = 0; i < BIOS_DISKS; i++) {
		const char *of = bios_disk_subject(facts, i);

		if (of && !strcmp(of, subject))
			return bios_disk_get(facts, i, b);
	}
	return false;
}

static unsigned long long in_mb(u64 sectors)
{
	return sectors / MB_SECTORS;
}

bool ata_judge_bios(const struct facts *facts, const char *subject, const struct ata_identity *id,
		    struct judgement *j)
{
	u64 sectors, reachable = id->sectors < LIMIT_8G ? id->sectors : LIMIT_8G;
	struct bios_disk b;

	if (!find(facts, subject, &b))
		return false;
	sectors = bios_disk_sectors(&b);
	if (sectors > id->sectors)
		judge(j, VERDICT_LIMITED,
		      "%s: the BIOS's set-up has it with %llu MB, and it has %llu: let the BIOS "
		      "find its type anew before anything is installed.",
		      subject, in_mb(sectors), in_mb(id->sectors));
	else if (is_shaped_otherwise(&b, id))
		judge(j, VERDICT_LIMITED,
		      "%s: the BIOS's set-up has it with %u heads and %u sectors a track, the "
		      "drive says %u and %u: a boot loader may read elsewhere; let the BIOS find "
		      "its type anew.",
		      subject, b.drive_heads, b.drive_track, id->geometry.heads,
		      id->geometry.sectors);
	else if (sectors < reachable - reachable / MOST)
		judge(j, VERDICT_WORKS,
		      "%s: the BIOS reaches its first %llu MB only; what starts a system has to "
		      "be there.",
		      subject, in_mb(sectors));
	return true;
}
