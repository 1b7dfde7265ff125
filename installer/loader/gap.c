#define _GNU_SOURCE
#include <installer/loader/gap.h>
#include <installer/loader/bytes.h>
#include <stdbool.h>
#include <string.h>

#define SECTOR 512u

struct signature {
	const char *bytes;
	size_t length, offset;
	enum gap_verdict verdict;
	const char *what;
};

/* In any sector of the gap. */
static const struct signature signatures[] = {
	{ "\xd4\x41\xa0\xf5\x03\x00\x03\x00", 8, 0, GAP_UNKNOWN, "licence data of FlexNet" },
	{ "\xd8\x41\xa0\xf5\x02\x00\x02\x00", 8, 0, GAP_UNKNOWN, "licence data of FlexNet" },
	{ "ZISD", 4, 0, GAP_UNKNOWN, "data of ZISD" },
	{ "\x70\x8a\x5d\x46\x35\xc5\x1b\x93\xae\x3d\x86\xfd\xb1\x55\x3e\xe0", 16, 0, GAP_UNKNOWN,
	  "HP Backup and Recovery Manager" },
	{ "GREGRegDone.Tag", 16, 0, GAP_UNKNOWN, "Acer's registration utility" },
	{ "ycgl", 4, 0, GAP_TAKEN, "a HighPoint RAID controller" },
	{ "SBMK", 4, 0, GAP_UNKNOWN, "Smart Boot Manager" },
	{ "LILO", 4, 6, GAP_UNKNOWN, "LILO" },
};

/* Anywhere in the whole gap: what a disk's size depends on. */
static const struct {
	const char *text, *what;
} managers[] = {
	{ "OnTrack", "the disk manager of OnTrack" },
	{ "ONTRACK", "the disk manager of OnTrack" },
	{ "Disk Manager", "OnTrack's or another maker's disk manager" },
	{ "EZ-Drive", "the disk manager EZ-Drive" },
	{ "EZ-BIOS", "the disk manager EZ-BIOS" },
};

static bool has(const uint8_t *data, size_t size, const char *text)
{
	return memmem(data, size, text, strlen(text)) != NULL;
}

static bool empty(const uint8_t *sector)
{
	size_t i;

	for (i = 0; i < SECTOR; i++)
		if (sector[i])
			return false;
	return true;
}

static const struct signature *find_signature(const uint8_t *sector)
{
	size_t i;

	for (i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++)
		if (!memcmp(sector + signatures[i].offset, signatures[i].bytes,
			    signatures[i].length))
			return &signatures[i];
	return NULL;
}

/* A loader's first sector lists the others: 12 bytes a piece with GRUB 2, 8 with GRUB legacy. Where
 * its last one ends. */
static size_t listed(const uint8_t *sector, size_t entry)
{
	size_t at = SECTOR - entry, end = 2, count, start;

	for (; at > SECTOR / 2; at -= entry) {
		start = get_le16(sector + at);
		count = get_le16(sector + at + entry - 4);
		if (!count)
			break;
		if (start + count > end)
			end = start + count;
	}
	return end;
}

/* How many sectors a GRUB that begins here takes; 0: there is none. */
static size_t grub_length(const uint8_t *sector, const char **what)
{
	if (get_le16(sector + 510) == 0x820 && has(sector, SECTOR, "loading")) {
		*what = "GRUB 2";
		return listed(sector, 12) - 1;
	}
	if (get_le16(sector + 510) == 0x220 && has(sector, SECTOR, "Loading stage1.5")) {
		*what = "GRUB legacy";
		return listed(sector, 8) - 1;
	}
	return 0;
}

static struct gap_content find_manager(const uint8_t *gap, size_t sectors)
{
	struct gap_content none = { GAP_EMPTY, NULL, 0 };
	size_t i;

	for (i = 0; i < sizeof(managers) / sizeof(managers[0]); i++)
		if (has(gap, sectors * SECTOR, managers[i].text))
			return (struct gap_content){ GAP_TAKEN, managers[i].what, 1 };
	return none;
}

/* Sectors from `first` on of which nothing is known but what they hold. */
static void inspect_rest(const uint8_t *gap, size_t first, size_t sectors,
			 struct gap_content *found)
{
	const struct signature *s;
	size_t i;

	for (i = first; i < sectors; i++) {
		if (empty(gap + i * SECTOR))
			continue;
		s = find_signature(gap + i * SECTOR);
		if (found->verdict < GAP_UNKNOWN)
			*found = (struct gap_content){ GAP_UNKNOWN, "data that is not known",
						       i + 1 };
		if (s)
			*found = (struct gap_content){ s->verdict, s->what, i + 1 };
		if (s && s->verdict == GAP_TAKEN)
			return;
	}
}

struct gap_content gap_inspect(const uint8_t *gap, size_t sectors)
{
	struct gap_content found = find_manager(gap, sectors);
	size_t grub;

	if (found.verdict == GAP_TAKEN || !sectors)
		return found;
	grub = grub_length(gap, &found.what);
	if (grub) {
		found.verdict = GAP_LOADER;
		found.sector = 1;
	}
	inspect_rest(gap, grub < sectors ? grub : sectors, sectors, &found);
	return found;
}
