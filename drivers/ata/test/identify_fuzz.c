/* Any 256 words as a drive's identity: what is decoded can be, the modes chosen are ones that drive
 * and controller have, and a sector's address on the wire is that sector's. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/identify_decode.c drivers/ata/chs.c drivers/ata/ide_timing.c
#include <host/host.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "../ata_internal.h"
#include "../chs.h"
#include "../ide_timing.h"

#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what))                                                                       \
			abort();                                                                   \
	} while (0)

/* The channel's half of what is chosen, and what is asked for; then the words. */
struct input {
	u8 packet, udma_mask, mwdma_mask, pio_max, flags, refused, cable80, spare;
	u32 place;
	u16 words[IDENTIFY_WORDS];
};

static struct input in;
static struct ata_channel ch;
static u32 prd[4];
static u64 at; /* the sector that the last transfer named */
static u32 count;

/* ---- the drive ---- */

static u64 named_sector(const struct ata_device *d, const struct ata_command *c)
{
	const struct ata_taskfile *t = &c->tf;
	struct chs chs = { (u32)(t->lbam | t->lbah << 8), t->device & 15, t->lbal };
	u64 low = t->lbal | (u32)t->lbam << 8 | (u32)t->lbah << 16;

	if (!(t->device & ATA_DEVICE_LBA))
		return chs_to_lba(&d->geometry, &chs);
	return c->lba48 ? low | (u64)t->hob_lbal << 24 | (u64)t->hob_lbam << 32 |
				  (u64)t->hob_lbah << 40
			: low | (u64)(t->device & 15) << 24;
}

static void check_features(const struct ata_device *d, const struct ata_taskfile *t)
{
	u8 mode = t->nsect & ATA_MODE_NUMBER;

	if (t->feature != ATA_FEATURE_XFER)
		return;
	if (t->nsect >= ATA_MODE_UDMA)
		CHECK(d->id.udma_mask & in.udma_mask & 1u << mode);
	else if (t->nsect >= ATA_MODE_MWDMA)
		CHECK(d->id.mwdma_mask & in.mwdma_mask & 1u << mode);
	else
		CHECK(t->nsect >= ATA_MODE_PIO && mode <= in.pio_max && mode <= d->id.pio);
}

static enum ata_fault execute(struct ata_device *d, struct ata_command *c)
{
	switch (c->tf.command) {
	case ATA_CMD_SET_FEATURES:
		check_features(d, &c->tf);
		break;
	case ATA_CMD_SET_MULTIPLE:
		CHECK(c->tf.nsect > 1 && c->tf.nsect <= d->id.multiple_max &&
		      !(c->tf.nsect & (c->tf.nsect - 1)));
		break;
	case ATA_CMD_INIT_PARAMETERS:
		CHECK(c->tf.nsect && c->tf.nsect <= 63 && c->tf.device <= 15);
		break;
	default:
		at = named_sector(d, c);
		count = c->tf.nsect | (c->lba48 ? c->tf.hob_nsect << 8 : 0);
	}
	c->done = c->bytes;
	if (!(in.refused & 1u << (c->tf.command & 7)))
		return ATA_OK;
	c->done = 0;
	c->result.status = ATA_STATUS_ERR;
	c->result.error = ATA_ERROR_ABRT;
	return ATA_FAULT_DEVICE;
}

static bool reset(struct ata_channel *c)
{
	return true;
}

static const struct ata_transport transport = { .execute = execute, .reset = reset };

static bool set_mode(struct ata_channel *c, struct ata_device *d)
{
	struct ide_timing t;

	ide_timing_compute(d, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS / 4, &t);
	CHECK(t.active && t.recover && t.active + t.recover <= 40 && t.setup);
	CHECK(!t.udma == (d->dma_mode < ATA_MODE_UDMA));
	return !(in.refused & 0x80);
}
static const struct ata_chip_ops chip = { set_mode, NULL };

/* ---- what was decoded ---- */

static void check_text(const char *text, size_t room)
{
	size_t n = strnlen(text, room);

	CHECK(n < room);
	for (size_t i = 0; i < n; i++)
		CHECK(text[i] >= ' ' && text[i] < 0x7f);
	CHECK(!n || (text[0] != ' ' && text[n - 1] != ' '));
}

static void check_disk(const struct ata_identity *id)
{
	const struct ata_geometry *g = &id->geometry;

	CHECK(id->sector_bytes == 512 || id->sector_bytes == 4096);
	CHECK(id->physical_bytes >= id->sector_bytes);
	CHECK(g->heads <= 16 && g->sectors <= 63 && !g->cylinders == !g->heads);
	CHECK(id->chs_sectors == (u64)g->cylinders * g->heads * g->sectors);
	CHECK(id->sectors < 1ull << 48 && id->lba28_sectors <= 1u << 28);
	CHECK(!id->lba48 || id->lba);
	CHECK(!id->flush_ext || id->lba48);
}

static void check_identity(const struct ata_identity *id)
{
	check_text(id->model, sizeof(id->model));
	check_text(id->serial, sizeof(id->serial));
	check_text(id->firmware, sizeof(id->firmware));
	CHECK(id->pio <= 4 && id->mwdma_mask <= 7 && id->udma_mask <= 0x7f);
	CHECK(id->dma || (!id->mwdma_mask && !id->udma_mask));
	if (id->packet)
		CHECK(id->packet_size == 12 || id->packet_size == 16);
	else
		check_disk(id);
}

/* ---- how it is used ---- */

static void check_modes(const struct ata_device *d)
{
	CHECK(strlen(ata_mode_text(d)));
	CHECK(d->pio_mode == 0xff || d->pio_mode <= 4);
	if (d->dma_mode > ATA_MODE_UDMA + 2)
		CHECK(d->id.sata || (d->id.cable80 && in.cable80));
	CHECK(!d->dma_mode || d->id.dma);
}

static void check_place(struct ata_device *d, u64 sector)
{
	static u8 memory[4096];
	struct ata_piece piece;
	struct ata_buffer buf;
	u32 good;

	ata_buffer_init(&buf, &piece, memory, d->id.sector_bytes);
	in.refused = 0;
	at = ~0ull;
	if (ata_rw(d, false, sector, 1, &buf, &good)) {
		/* Only a cylinder that 16 bits do not reach is refused. */
		CHECK(d->addressing == ATA_CHS && at == ~0ull);
		return;
	}
	CHECK(at == sector && count == 1 && good == 1);
}

static void check_use(struct ata_device *d)
{
	struct ata_geometry g;

	ata_set_modes(&ch);
	check_modes(d);
	while (d->dma_mode)
		(void)ata_step_down(d);
	if (d->kind != ATA_DISK)
		return;
	chs_bios_geometry(&d->id.geometry, d->sectors, &g);
	CHECK(g.heads && g.heads <= 255 && g.sectors && g.sectors <= 63);
	check_place(d, 0);
	check_place(d, d->sectors - 1);
	check_place(d, in.place % d->sectors);
}

static void prepare(void)
{
	memset(&ch, 0, sizeof(ch));
	ch.transport = &transport;
	ch.chip = &chip;
	ch.prd = prd;
	ch.pio_max = in.pio_max %= 5;
	ch.mwdma_mask = in.mwdma_mask;
	ch.udma_mask = in.udma_mask &= 0x7f;
	ch.cable80 = in.cable80;
	ch.flags = (in.flags & 1 ? ATA_CH_NO_DMA : 0) | (in.flags & 2 ? ATA_CH_NO_LBA48 : 0) |
		   (in.flags & 4 ? ATA_CH_NO_MULTIPLE : 0) |
		   (in.flags & 8 ? ATA_CH_NO_ATAPI_DMA : 0);
	ata_channel_init(&ch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct ata_device *d = &ch.dev[0];

	memset(&in, 0, sizeof(in));
	memcpy(&in, data, n < sizeof(in) ? n : sizeof(in));
	prepare();
	memcpy(d->words, in.words, sizeof(in.words));
	if (identify_decode(d->words, in.packet & 1, &d->id))
		return 0;
	check_identity(&d->id);
	/* It is told to start its motor, and is no disk if it says no more then. */
	if (d->id.incomplete && !d->id.sectors)
		return 0;
	d->kind = in.packet & 1 ? ATA_PACKET : ATA_DISK;
	ata_apply_quirks(d);
	CHECK(identify_same(&d->id, &d->id) == (d->id.serial[0] != 0));
	check_use(d);
	return 0;
}
