/*
 * ata_tests.c - a disk by the driver's core: does each way of reading give the same data, how fast
 * is it, is the surface good.
 *
 * Speeds are those of the processor's transfers; a block by DMA is timed where that is compared.
 *
 * Source: hardware-notes 5.13; T13 1410D (SMART RETURN STATUS).
 */
#include "ata_tests.h"
#include <common/xalloc.h>
#include <drivers/ata/ata_internal.h>
#include <drivers/ata/chs.h>
#include <errno.h>
#include <kernel/unaligned.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SECTORS  128u /* 64 KB, as much as the memory for DMA */
#define BLOCK_BYTES    (BLOCK_SECTORS * ATA_SECTOR_BYTES)
#define RATE_US	       400000u /* at each of three places */
#define SEEKS	       20u
#define STATUS_PAIRS   4u
#define SMART_LBAM     0x4F
#define SMART_LBAH     0xC2
#define SMART_RETURN   0xDA
#define SMART_BAD_LBAM 0xF4
#define SMART_BAD_LBAH 0x2C
/* Words 108 to 115 (a name that no other drive has) and 176 to 205 of IDENTIFY (of the medium) */
#define WORLD_WIDE_NAME_AT    216u
#define WORLD_WIDE_NAME_BYTES 16u
#define MEDIA_SERIAL_AT	      352u
#define MEDIA_SERIAL_BYTES    60u
#define SPREAD		      0x9E3779B97F4A7C15ull /* golden ratio: places spread evenly */

struct disk_test {
	struct ata_session *s;
	struct probe_run *run;
	struct ata_device *dev;
	const char *subject;
	u8 *block, *other; /* BLOCK_BYTES each */
	u64 read, bad;
};

static u64 now(const struct disk_test *t)
{
	return hw_now_us(t->dev->ch->hw);
}

static int read_block(struct disk_test *t, u64 lba, u32 sectors, void *to)
{
	int err = ata_session_read(t->dev, lba, sectors, to);

	if (!err)
		t->read += sectors;
	if (err == -EIO && !t->bad++)
		note_number(t->run, t->subject, "bad-sector", (s64)lba, "sectors");
	return err;
}

static void note_same(struct disk_test *t, const char *key, bool same)
{
	note_number(t->run, t->subject, key, same, "");
}

void ata_note_identify(struct probe_run *run, const char *subject, const u16 words[256],
		       const char *by)
{
	struct fact *fact;
	u8 bytes[512];

	for (unsigned int i = 0; i < 256; i++)
		put_le16(bytes + 2 * i, words[i]);
	fact = note_bytes(run, subject, "identify", bytes, sizeof(bytes));
	facts_hide(fact, ATA_SERIAL_AT, ATA_SERIAL_BYTES);
	facts_hide(fact, WORLD_WIDE_NAME_AT, WORLD_WIDE_NAME_BYTES);
	facts_hide(fact, MEDIA_SERIAL_AT, MEDIA_SERIAL_BYTES);
	note_text(run, subject, "by", "%s", by);
}

/* ---- the same data by another way ---- */

static void test_repeat(struct disk_test *t)
{
	u32 n = (u32)min_t(u64, BLOCK_SECTORS, t->dev->sectors);

	if (!read_block(t, 0, n, t->block) && !read_block(t, 0, n, t->other))
		note_same(t, "repeat-same", !memcmp(t->block, t->other, n * ATA_SECTOR_BYTES));
}

static int read_chs(struct disk_test *t, const struct ata_geometry *g, u64 lba, void *to)
{
	struct ata_piece piece;
	struct ata_buffer buf;
	struct ata_command cmd = { .protocol = ATA_PIO_IN,
				   .buffer = &buf,
				   .bytes = ATA_SECTOR_BYTES };
	struct chs at;

	if (!chs_from_lba(g, lba, &at))
		return -EINVAL;
	cmd.tf = (struct ata_taskfile){ .command = ATA_CMD_READ,
					.nsect = 1,
					.lbal = (u8)at.sector,
					.lbam = (u8)at.cylinder,
					.lbah = (u8)(at.cylinder >> 8),
					.device = (u8)at.head };
	ata_buffer_init(&buf, &piece, to, ATA_SECTOR_BYTES);
	return ata_execute(t->dev, &cmd);
}

/* Old BIOSes and boot loaders read by cylinders: what they get should be what LBA gives. */
static void test_chs(struct disk_test *t)
{
	const struct ata_identity *id = &t->dev->id;
	const struct ata_geometry *g = id->set.cylinders ? &id->set : &id->geometry;
	u64 all = (u64)g->cylinders * g->heads * g->sectors;
	u64 places[] = { 0, all / 2, all - 1 };

	if (t->dev->addressing == ATA_CHS || !all || all > t->dev->sectors)
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		int err = read_chs(t, g, places[i], t->other);

		if (err == -EOPNOTSUPP)
			note_text(t->run, t->subject, "chs-refused", "the drive does not know it");
		if (err || read_block(t, places[i], 1, t->block))
			return;
		if (memcmp(t->block, t->other, ATA_SECTOR_BYTES) != 0) {
			note_same(t, "chs-same", false);
			return;
		}
	}
	note_same(t, "chs-same", true);
}

/* IDENTIFY is what a narrow bridge is seen by; a wrong count leaves the drive in the middle. */
static void test_io32(struct disk_test *t)
{
	u16 words[IDENTIFY_WORDS];
	bool before = t->dev->io32;
	int err;

	if (t->dev->ch->flags & ATA_CH_NO_IO32 || t->dev->quirks & ATA_QUIRK_NO_IDENTIFY)
		return;
	t->dev->io32 = true;
	err = ata_read_identity(t->dev, words);
	t->dev->io32 = before;
	note_same(t, "io32-same", !err && !memcmp(words, t->dev->words, sizeof(words)));
	if (err)
		ata_drain(t->dev->ch);
}

static void note_dma(struct disk_test *t, const char *why)
{
	note_text(t->run, t->subject, "no-dma", "%s", why);
}

static const char *why_no_mode(const struct disk_test *t)
{
	if (t->s->no_dma)
		return t->s->no_dma;
	if (t->dev->sectors < BLOCK_SECTORS)
		return "the disk is too small";
	return t->run->options->class < CLASS_R2
		       ? "the BIOS and the drive agreed on no mode of it (--class R2 sets one)"
		       : "the controller and the drive have no mode in common";
}

static void test_dma(struct disk_test *t)
{
	u64 begin, us;

	if (t->s->no_dma || !t->dev->dma_mode || t->dev->sectors < BLOCK_SECTORS) {
		note_dma(t, why_no_mode(t));
		return;
	}
	memset(t->s->memory.addr + DMA_PAGE, 0x5a, BLOCK_BYTES);
	begin = now(t);
	if (ata_session_read_dma(t->s, t->dev, 0, BLOCK_SECTORS) || !t->dev->dma_works) {
		note_text(t->run, t->subject, "dma-failed", "%u errors",
			  t->dev->crc_errors + t->dev->timeouts);
		return;
	}
	us = now(t) - begin;
	t->dev->dma_off = true;
	if (!read_block(t, 0, BLOCK_SECTORS, t->block))
		note_same(t, "dma-same",
			  !memcmp(t->block, t->s->memory.addr + DMA_PAGE, BLOCK_BYTES));
	t->dev->dma_off = false;
	if (us)
		note_number(t->run, t->subject, "dma-rate", (s64)(BLOCK_BYTES * 1000000ull / us),
			    "bytes");
}

static void test_status(struct disk_test *t)
{
	struct ata_channel *ch = t->dev->ch;
	u8 pairs[2 * STATUS_PAIRS];

	ata_set_unit(ch, t->dev->unit, 0);
	for (unsigned int i = 0; i < STATUS_PAIRS; i++) {
		pairs[2 * i] = hw_in8(ch->hw, ch->control);
		pairs[2 * i + 1] = ata_in(ch, ATA_REG_STATUS);
	}
	note_bytes(t->run, t->subject, "status-pairs", pairs, sizeof(pairs));
}

static void test_line(struct disk_test *t)
{
	ata_test_line(t->s, t->dev);
}

/* ---- health and speed ---- */

static void test_smart(struct disk_test *t)
{
	struct ata_command cmd = { .tf = { .command = ATA_CMD_SMART,
					   .feature = SMART_RETURN,
					   .lbam = SMART_LBAM,
					   .lbah = SMART_LBAH },
				   .registers = true };

	if (!t->dev->id.smart || ata_execute(t->dev, &cmd))
		return;
	note_number(t->run, t->subject, "smart-fails",
		    cmd.result.lbam == SMART_BAD_LBAM && cmd.result.lbah == SMART_BAD_LBAH, "");
}

static void test_rate(struct disk_test *t, const char *key, u64 lba)
{
	u64 begin = now(t), sectors = 0, us;

	do {
		if (lba + BLOCK_SECTORS > t->dev->sectors ||
		    read_block(t, lba, BLOCK_SECTORS, t->block))
			break;
		lba += BLOCK_SECTORS;
		sectors += BLOCK_SECTORS;
		us = now(t) - begin;
	} while (us < RATE_US);
	us = now(t) - begin;
	if (sectors && us)
		note_number(t->run, t->subject, key,
			    (s64)(sectors * ATA_SECTOR_BYTES * 1000000u / us), "bytes");
}

/* The product's top 16 bits walk over the whole range without a pattern. sectors < 2^48. */
static u64 spread(u64 i, u64 sectors)
{
	return ((i * SPREAD) >> 48) * sectors >> 16;
}

static void test_seeks(struct disk_test *t)
{
	u64 begin = now(t), us;

	for (u64 i = 1; i <= SEEKS; i++)
		if (read_block(t, spread(i, t->dev->sectors), 1, t->block))
			return;
	us = now(t) - begin;
	note_number(t->run, t->subject, "seek-us", (s64)(us / SEEKS), "us");
}

static void test_surface(struct disk_test *t, u64 until)
{
	u64 last = t->dev->sectors - min_t(u64, BLOCK_SECTORS, t->dev->sectors);

	for (u64 i = 0; now(t) < until && !t->dev->gone; i++)
		(void)read_block(t, min_t(u64, spread(i, t->dev->sectors), last),
				 (u32)(t->dev->sectors - last), t->other);
	if (!t->dev->gone)
		(void)read_block(t, t->dev->sectors - 1, 1, t->other);
}

/* ---- one disk ---- */

static void note_mode(struct disk_test *t)
{
	static const char *const addresses[] = { "CHS", "LBA28", "LBA48" };

	note_text(t->run, t->subject, "mode", "%s", ata_mode_text(t->dev));
	note_text(t->run, t->subject, "addresses", "%s", addresses[t->dev->addressing]);
}

static void do_rates(struct disk_test *t)
{
	u64 sectors = t->dev->sectors;

	test_rate(t, "start-rate", 0);
	test_rate(t, "middle-rate", sectors / 2);
	test_rate(t, "end-rate", sectors - min_t(u64, sectors, 64u * BLOCK_SECTORS));
}

struct step {
	const char *what;
	void (*run)(struct disk_test *t);
	bool by_ports; /* nothing that a port of an AHCI controller has */
};

static const struct step steps[] = {
	{ "mode", note_mode, false },
	{ "the status registers", test_status, true },
	{ "its interrupt", test_line, true },
	{ "reading the same twice", test_repeat, false },
	{ "reading by cylinder, head and sector", test_chs, false },
	{ "reading 32 bits at a time", test_io32, true },
	{ "reading by DMA", test_dma, true },
	{ "asking whether it expects to fail", test_smart, false },
	{ "speed", do_rates, false },
	{ "seeking", test_seeks, false },
};

void ata_test_disk(struct ata_session *s, struct ata_device *dev, u64 until)
{
	struct disk_test t = { .s = s, .run = s->run, .dev = dev, .subject = s->unit[dev->unit] };
	const char *what = "the surface";

	t.block = xalloc(BLOCK_BYTES);
	t.other = xalloc(BLOCK_BYTES);
	ata_note_identify(s->run, t.subject, dev->words, s->ch.transport ? "AHCI" : "ports");
	for (unsigned int i = 0; i < ARRAY_SIZE(steps) && !dev->gone; i++) {
		if (steps[i].by_ports && s->ch.transport)
			continue;
		what = steps[i].what;
		probe_step(s->run, "%s: %s", t.subject, what);
		steps[i].run(&t);
	}
	if (!dev->gone) {
		probe_step(s->run, "%s: the surface", t.subject);
		test_surface(&t, until);
		what = "the surface";
	}
	if (dev->gone)
		note_text(s->run, t.subject, "given-up", "%s", what);
	note_number(s->run, t.subject, "sectors-read", (s64)t.read, "sectors");
	note_number(s->run, t.subject, "bad-sectors", (s64)t.bad, "");
	free(t.block);
	free(t.other);
}
