/* What drives say of themselves; see identify_decode.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "identify_decode.h"

/* Words. */
#define W_CONFIG	0
#define W_CYLINDERS	1
#define W_SPECIFIC	2
#define W_HEADS		3
#define W_SECTORS	6
#define W_SERIAL	10
#define W_FIRMWARE	23
#define W_MODEL		27
#define W_MULTIPLE_MAX	47
#define W_CAPABILITIES	49
#define W_OLD_PIO	51
#define W_VALID		53
#define W_SET_CYLINDERS 54
#define W_SET_HEADS	55
#define W_SET_SECTORS	56
#define W_MULTIPLE	59
#define W_LBA28		60
#define W_DMADIR	62
#define W_MWDMA		63
#define W_PIO		64
#define W_VERSION	80
#define W_COMMANDS1	82
#define W_COMMANDS2	83
#define W_COMMANDS3	84
#define W_ENABLED1	85
#define W_UDMA		88
#define W_RESET		93
#define W_LBA48		100
#define W_SECTOR_SIZE	106
#define W_SECTOR_WORDS	117
#define W_DATA_SET	169
#define W_ROTATION	217

#define SPECIFIC_SPIN_UP_1 0x37C8 /* word 2: needs to be told to spin up, words incomplete */
#define SPECIFIC_SPIN_UP_2 0x738C
#define CONFIG_CF	   0x848A
#define CONFIG_CF_OLD	   0x044A /* modules that pretend to be fixed disks */
#define CONFIG_NOT_ATA	   0x8000
#define CONFIG_REMOVABLE   0x0080
#define HEADS_MAX	   16u
#define SECTORS_MAX	   63u
#define MULTIPLE_LIMIT	   16u
#define NO_ROTATION	   1 /* word 217: a solid-state disk */
#define LBA28_LIMIT	   0x10000000u
#define LBA48_LIMIT	   (1ull << 48)

static bool has(u16 word, unsigned int bit)
{
	return word >> bit & 1;
}

/* Words 83, 84, 106: true bits only when 14 is set and 15 is not. */
static u16 checked(u16 word)
{
	return (word & 0xC000) == 0x4000 ? word : 0;
}

static bool is_junk(const u16 *w)
{
	for (unsigned int i = 1; i < IDENTIFY_WORDS; i++)
		if (w[i] != w[0])
			return false;
	return true;
}

/* ---- strings ---- */

/* Two characters a word, the first in the upper byte. */
static void get_string(const u16 *w, unsigned int words, bool in_order, char *out)
{
	unsigned int n = 0, begin = 0;

	for (unsigned int i = 0; i < 2 * words; i++) {
		u8 c = (u8)(has((u16)i, 0) == in_order ? w[i / 2] >> 8 : w[i / 2]);

		out[n++] = c > ' ' && c < 0x7f ? (char)c : ' ';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	while (begin < n && out[begin] == ' ')
		begin++;
	memmove(out, out + begin, n - begin);
	out[n - begin] = '\0';
}

/* Some packet devices do not swap the bytes: known by how their makers' names begin (NEC, FX,
 * Pioneer). Fact of Linux's ide-probe.c. */
static bool strings_in_order(const u16 *w, bool packet)
{
	u16 first = w[W_MODEL];

	return packet && (first == ('N' | 'E' << 8) || first == ('F' | 'X' << 8) ||
			  first == ('P' | 'i' << 8));
}

/* ---- capacity ---- */

static bool geometry_ok(const struct ata_geometry *g)
{
	return g->cylinders && g->heads && g->heads <= HEADS_MAX && g->sectors &&
	       g->sectors <= SECTORS_MAX;
}

static u64 geometry_sectors(const struct ata_geometry *g)
{
	return (u64)g->cylinders * g->heads * g->sectors;
}

static void get_geometry(const u16 *w, struct ata_identity *id)
{
	struct ata_geometry g = { w[W_CYLINDERS], w[W_HEADS], w[W_SECTORS] };

	if (geometry_ok(&g)) {
		id->geometry = g;
		id->chs_sectors = geometry_sectors(&g);
	}
	g = (struct ata_geometry){ w[W_SET_CYLINDERS], w[W_SET_HEADS], w[W_SET_SECTORS] };
	if (has(w[W_VALID], 0) && geometry_ok(&g))
		id->set = g;
}

static bool within_tenth(u32 lba, u64 chs)
{
	return lba >= chs - chs / 10 && lba <= chs + chs / 10;
}

/* Some drives have the two words in the wrong order: seen when only that agrees with the geometry.
 */
static u32 get_lba28(const u16 *w, u64 chs_sectors)
{
	u32 lba = w[W_LBA28] | (u32)w[W_LBA28 + 1] << 16;
	u32 swapped = w[W_LBA28 + 1] | (u32)w[W_LBA28] << 16;

	if (chs_sectors && !within_tenth(lba, chs_sectors) && within_tenth(swapped, chs_sectors))
		lba = swapped;
	return lba < LBA28_LIMIT ? lba : 0;
}

static u64 get_lba48(const u16 *w)
{
	return w[W_LBA48] | (u64)w[W_LBA48 + 1] << 16 | (u64)w[W_LBA48 + 2] << 32 |
	       (u64)w[W_LBA48 + 3] << 48;
}

static void get_capacity(const u16 *w, struct ata_identity *id)
{
	u64 lba48 = get_lba48(w);

	get_geometry(w, id);
	id->lba28_sectors = get_lba28(w, id->chs_sectors);
	id->lba = has(w[W_CAPABILITIES], 9) && id->lba28_sectors;
	id->lba48 = id->lba && has(checked(w[W_COMMANDS2]), 10) && lba48 >= id->lba28_sectors &&
		    lba48 < LBA48_LIMIT;
	id->sectors = id->lba48 ? lba48 : id->lba ? id->lba28_sectors : id->chs_sectors;
}

static void get_sector_size(const u16 *w, struct ata_identity *id)
{
	u16 size = checked(w[W_SECTOR_SIZE]);
	u32 words = w[W_SECTOR_WORDS] | (u32)w[W_SECTOR_WORDS + 1] << 16;

	id->sector_bytes = 512;
	/* Other sizes than these two are no disk's. */
	if (has(size, 12) && words == 2048)
		id->sector_bytes = 4096;
	id->physical_bytes = id->sector_bytes << (has(size, 13) ? size & 3 : 0);
}

/* ---- abilities ---- */

static u8 power_of_two_below(u8 n)
{
	while (n & (n - 1))
		n = (u8)(n & (n - 1));
	return n;
}

static void get_multiple(const u16 *w, struct ata_identity *id)
{
	u8 limit = (u8)min_t(unsigned int, w[W_MULTIPLE_MAX] & 0xff, MULTIPLE_LIMIT);

	id->multiple_max = power_of_two_below(limit);
	if (has(w[W_MULTIPLE], 8) && (w[W_MULTIPLE] & 0xff) <= MULTIPLE_LIMIT)
		id->multiple = (u8)w[W_MULTIPLE];
}

static u8 get_version(u16 w)
{
	u8 version = 0;

	for (unsigned int bit = 1; w != 0xffff && bit < 15; bit++)
		if (has(w, bit))
			version = (u8)bit;
	return version;
}

static void get_features(const u16 *w, struct ata_identity *id)
{
	u16 two = checked(w[W_COMMANDS2]), three = checked(w[W_COMMANDS3]);
	/* Word 82 has no check bits of its own; 83's stand for both. */
	u16 one = two ? w[W_COMMANDS1] : 0;

	id->version = get_version(w[W_VERSION]);
	id->smart = has(one, 0);
	id->power = has(one, 3);
	id->write_cache = has(one, 5);
	id->write_cache_on = id->write_cache && has(w[W_ENABLED1], 5);
	id->acoustic = has(two, 9);
	id->flush_named = has(two, 12);
	id->flush = id->flush_named || id->version >= 4;
	id->flush_ext = id->lba48 && has(two, 13);
	id->fua = id->lba48 && has(three, 6);
	/* As Linux: before version 7 the word had no meaning. */
	id->trim = id->lba48 && id->version >= 7 && has(w[W_DATA_SET], 0);
	id->solid = w[W_ROTATION] == NO_ROTATION;
	id->cf = w[W_CONFIG] == CONFIG_CF || w[W_CONFIG] == CONFIG_CF_OLD || has(two, 2);
}

static void get_modes(const u16 *w, struct ata_identity *id)
{
	u8 old_pio = (u8)(w[W_OLD_PIO] >> 8);

	id->dma = has(w[W_CAPABILITIES], 8);
	id->iordy_optional = has(w[W_CAPABILITIES], 10);
	id->iordy = has(w[W_CAPABILITIES], 11);
	id->pio = old_pio <= 2 ? old_pio : 0;
	if (has(w[W_VALID], 1) && w[W_PIO] & 3)
		id->pio = w[W_PIO] & 2 ? 4 : 3;
	if (id->dma) {
		id->mwdma_mask = w[W_MWDMA] & 7;
		id->mwdma_now = w[W_MWDMA] >> 8 & 7;
	}
	if (id->dma && has(w[W_VALID], 2)) {
		id->udma_mask = w[W_UDMA] & 0x7f;
		id->udma_now = w[W_UDMA] >> 8 & 0x7f;
	}
	id->cable80 = (w[W_RESET] & 0xE000) == 0x6000;
	id->sata = !w[W_RESET] && id->version >= 5;
}

static void get_packet(const u16 *w, struct ata_identity *id)
{
	u16 config = w[W_CONFIG];

	id->packet_type = config >> 8 & 0x1f;
	id->packet_size = (config & 3) == 1 ? 16 : 12;
	id->packet_irq = (config >> 5 & 3) == 1;
	id->dma_dir = has(w[W_DMADIR], 15);
}

int identify_decode(const u16 words[IDENTIFY_WORDS], bool packet, struct ata_identity *id)
{
	bool in_order = strings_in_order(words, packet);

	memset(id, 0, sizeof(*id));
	if (is_junk(words))
		return -EINVAL;
	id->packet = packet;
	id->removable = words[W_CONFIG] & CONFIG_REMOVABLE;
	id->incomplete = !packet && (words[W_SPECIFIC] == SPECIFIC_SPIN_UP_1 ||
				     words[W_SPECIFIC] == SPECIFIC_SPIN_UP_2);
	get_string(words + W_MODEL, 20, in_order, id->model);
	get_string(words + W_SERIAL, 10, in_order, id->serial);
	get_string(words + W_FIRMWARE, 4, in_order, id->firmware);
	if (!packet) {
		get_capacity(words, id);
		get_sector_size(words, id);
		get_multiple(words, id);
	}
	get_features(words, id);
	get_modes(words, id);
	if (packet)
		get_packet(words, id);
	return packet || id->sectors || id->incomplete ? 0 : -ENODEV;
}

bool identify_same(const struct ata_identity *a, const struct ata_identity *b)
{
	return a->packet == b->packet && a->serial[0] && !strcmp(a->serial, b->serial) &&
	       !strcmp(a->model, b->model) && !strcmp(a->firmware, b->firmware);
}
