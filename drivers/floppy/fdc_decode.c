/*
 * fdc_decode.c - tables of floppy drives and formats, meanings of status bits.
 */
#include "fdc_decode.h"
#include "fdc_reg.h"
#include <kernel/string.h>

/* Index: the type in the Linux ABI. Sources: fd(4); gaps of the formats DOS has: 82077AA datasheet,
 * table "typical values for formatting". */
const struct fdc_format fdc_formats[FDC_FORMATS] = {
	[1] = { 720, 9, 2, 40, 0, 0x2A, 0x02, 0xDF, 0x50, "d360" },
	[2] = { 2400, 15, 2, 80, 0, 0x1B, 0x00, 0xDF, 0x54, "h1200" },
	[3] = { 720, 9, 1, 80, 0, 0x2A, 0x02, 0xDF, 0x50, "D360" },
	[4] = { 1440, 9, 2, 80, 0, 0x2A, 0x02, 0xDF, 0x50, "D720" },
	[5] = { 720, 9, 2, 40, 1, 0x23, 0x01, 0xDF, 0x50, "h360" },
	[6] = { 1440, 9, 2, 80, 0, 0x23, 0x01, 0xDF, 0x50, "h720" },
	[7] = { 2880, 18, 2, 80, 0, 0x1B, 0x00, 0xCF, 0x6C, "H1440" },
	[8] = { 5760, 36, 2, 80, 0, 0x1B, 0x43, 0xAF, 0x54, "E2880" },
	[9] = { 6240, 39, 2, 80, 0, 0x1B, 0x43, 0xAF, 0x28, "E3120" },
	[10] = { 2880, 18, 2, 80, 0, 0x25, 0x00, 0xDF, 0x02, "h1440" },
	[11] = { 3360, 21, 2, 80, 0, 0x1C, 0x00, 0xCF, 0x0C, "H1680" },
	[12] = { 820, 10, 2, 41, 1, 0x25, 0x01, 0xDF, 0x2E, "h410" },
	[13] = { 1640, 10, 2, 82, 0, 0x25, 0x02, 0xDF, 0x2E, "H820" },
	[14] = { 2952, 18, 2, 82, 0, 0x25, 0x00, 0xDF, 0x02, "h1476" },
	[15] = { 3444, 21, 2, 82, 0, 0x25, 0x00, 0xDF, 0x0C, "H1722" },
	[16] = { 840, 10, 2, 42, 1, 0x25, 0x01, 0xDF, 0x2E, "h420" },
	[17] = { 1660, 10, 2, 83, 0, 0x25, 0x02, 0xDF, 0x2E, "H830" },
	[18] = { 2988, 18, 2, 83, 0, 0x25, 0x00, 0xDF, 0x02, "h1494" },
	[19] = { 3486, 21, 2, 83, 0, 0x25, 0x00, 0xDF, 0x0C, "H1743" },
	[20] = { 1760, 11, 2, 80, 0, 0x1C, 0x09, 0xCF, 0x00, "h880" },
	[21] = { 2080, 13, 2, 80, 0, 0x1C, 0x01, 0xCF, 0x00, "D1040" },
	[22] = { 2240, 14, 2, 80, 0, 0x1C, 0x19, 0xCF, 0x00, "D1120" },
	[23] = { 3200, 20, 2, 80, 0, 0x1C, 0x20, 0xCF, 0x2C, "h1600" },
	[24] = { 3520, 22, 2, 80, 0, 0x1C, 0x08, 0xCF, 0x2E, "H1760" },
	[25] = { 3840, 24, 2, 80, 0, 0x1C, 0x20, 0xCF, 0x00, "H1920" },
	[26] = { 6400, 40, 2, 80, 0, 0x25, 0x5B, 0xCF, 0x00, "E3200" },
	[27] = { 7040, 44, 2, 80, 0, 0x25, 0x5B, 0xCF, 0x00, "E3520" },
	[28] = { 7680, 48, 2, 80, 0, 0x25, 0x63, 0xCF, 0x00, "E3840" },
	[29] = { 3680, 23, 2, 80, 0, 0x1C, 0x10, 0xCF, 0x00, "H1840" },
	[30] = { 1600, 10, 2, 80, 0, 0x25, 0x02, 0xDF, 0x2E, "D800" },
	[31] = { 3200, 20, 2, 80, 0, 0x1C, 0x00, 0xCF, 0x2C, "H1600" },
};

/* Index: the number in CMOS. Spin-up and step rates: what drives of the kind need (fd(4)'s
 * defaults); a 360K drive has no change line. */
static const struct fdc_kind kinds[FDC_KINDS] = {
	[1] = { "360K PC", 300, 8000, 1000, 5, 40, 1, false, { FDC_250K }, 1, { 1 } },
	[2] = { "1.2M",
		500,
		6000,
		500,
		6,
		83,
		2,
		true,
		{ FDC_500K, FDC_300K },
		2,
		{ 2, 5, 6, 10, 12 } },
	[3] = { "720k", 250, 3000, 1000, 5, 83, 4, true, { FDC_250K }, 1, { 4, 30, 3 } },
	[4] = { "1.44M",
		500,
		4000,
		500,
		5,
		83,
		7,
		true,
		{ FDC_500K, FDC_250K },
		2,
		{ 7, 4, 11, 31, 30 } },
	[5] = { "2.88M AMI BIOS",
		1000,
		3000,
		500,
		5,
		83,
		8,
		true,
		{ FDC_500K, FDC_1M, FDC_250K },
		3,
		{ 7, 8, 4, 9, 11, 31, 30 } },
	[6] = { "2.88M",
		1000,
		3000,
		500,
		5,
		83,
		8,
		true,
		{ FDC_500K, FDC_1M, FDC_250K },
		3,
		{ 7, 8, 4, 9, 11, 31, 30 } },
};

bool fdc_format_usable(const struct fdc_format *f)
{
	return f->sectors && !(f->rate & FDC_ODD_SECTORS);
}

const struct fdc_kind *fdc_kind_by_cmos(unsigned int type)
{
	return type && type < FDC_KINDS ? &kinds[type] : NULL;
}

bool fdc_kind_takes(const struct fdc_kind *kind, const struct fdc_format *f)
{
	static const u16 kbps[] = {
		[FDC_500K] = 500, [FDC_300K] = 300, [FDC_250K] = 250, [FDC_1M] = 1000
	};
	unsigned int steps = f->stretch & FDC_DOUBLE_STEP ? 2 : 1;

	return fdc_format_usable(f) && f->tracks * steps <= kind->tracks + steps - 1 &&
	       kbps[fdc_format_rate(f)] <= kind->max_kbps;
}

static void count_sectors(struct fdc_format *f)
{
	f->sectors = (u32)f->sect * f->heads * f->tracks;
}

bool fdc_format_choose(const struct fdc_kind *kind, unsigned int rate, unsigned int sect,
		       struct fdc_format *out)
{
	const struct fdc_format *near = NULL;

	if (!sect || sect > FDC_SECT_MAX)
		return false;
	for (unsigned int i = 0; i < FDC_KIND_FORMATS && kind->formats[i]; i++) {
		const struct fdc_format *f = &fdc_formats[kind->formats[i]];

		if (fdc_format_rate(f) != rate)
			continue;
		if (!near || f->sect == sect)
			near = f;
		if (f->sect == sect)
			break;
	}
	if (!near)
		return false;
	*out = *near;
	if (near->sect != sect) {
		out->sect = (u8)sect;
		out->name = NULL;
		count_sectors(out);
	}
	return true;
}

/* If it is one of the kind's, it has that one's gaps and name. */
static void settle(struct fdc_format *f, const struct fdc_kind *kind)
{
	f->name = NULL;
	count_sectors(f);
	for (unsigned int i = 0; i < FDC_KIND_FORMATS && kind->formats[i]; i++) {
		const struct fdc_format *known = &fdc_formats[kind->formats[i]];

		if (known->rate == f->rate && known->sectors == f->sectors &&
		    known->sect == f->sect && known->heads == f->heads &&
		    known->stretch == f->stretch)
			*f = *known;
	}
}

void fdc_format_set_heads(struct fdc_format *f, const struct fdc_kind *kind, unsigned int heads)
{
	if (f->heads == heads)
		return;
	f->heads = (u8)heads;
	settle(f, kind);
}

void fdc_format_set_steps(struct fdc_format *f, const struct fdc_kind *kind, bool twice)
{
	if (twice == !!(f->stretch & FDC_DOUBLE_STEP))
		return;
	f->stretch = twice ? FDC_DOUBLE_STEP : 0;
	f->tracks = twice ? 40 : 80;
	settle(f, kind);
}

void fdc_locate(const struct fdc_format *f, u32 sector, struct fdc_chs *out)
{
	u32 track = sector / f->sect;

	out->sector = (u8)(sector % f->sect + 1);
	out->head = (u8)(track % f->heads);
	out->cylinder = (u8)(track / f->heads);
}

u32 fdc_sector_at(const struct fdc_format *f, const struct fdc_chs *at)
{
	if (!at->sector || at->sector > f->sect || at->head >= f->heads ||
	    at->cylinder >= f->tracks)
		return f->sectors;
	return ((u32)at->cylinder * f->heads + at->head) * f->sect + at->sector - 1u;
}

/* The field counts downwards from 16, in units of 1 ms at 500 kbit/s, longer at lower rates. */
u8 fdc_specify_step(const struct fdc_kind *kind, unsigned int rate)
{
	static const u16 unit_us[] = {
		[FDC_500K] = 1000, [FDC_300K] = 1667, [FDC_250K] = 2000, [FDC_1M] = 500
	};
	unsigned int units = (kind->step_us + unit_us[rate] - 1u) / unit_us[rate];

	return (u8)((16u - min(units, 15u)) << 4 | 15u);
}

u32 fdc_format_ids(const struct fdc_format *f, unsigned int cylinder, unsigned int head, u8 *out)
{
	unsigned int head_skew = (f->sect + 5u) / 6u, skew = 2u * head_skew + 1u;
	unsigned int place = (skew * cylinder + head_skew * head) % f->sect;

	for (unsigned int n = 1; n <= f->sect; n++) {
		u8 *id = out + FDC_FORMAT_ID * place;

		id[0] = (u8)cylinder;
		id[1] = (u8)head;
		id[2] = (u8)n;
		id[3] = FDC_SIZE_512;
		place = (place + 1) % f->sect;
	}
	return FDC_FORMAT_ID * f->sect;
}

/* ---- status ---- */

/* Causes before consequences: a sector that is not found after a bad address mark was there. */
static const struct {
	u8 reg, mask;
	enum fdc_error error;
} meanings[] = {
	{ 1, FDC_ST1_PROTECTED, FDC_PROTECTED },  { 1, FDC_ST1_OVERRUN, FDC_OVERRUN },
	{ 2, FDC_ST2_CRC_DATA, FDC_CRC_DATA },	  { 1, FDC_ST1_CRC, FDC_CRC_ID },
	{ 2, FDC_ST2_BAD_CYL, FDC_BAD_CYLINDER }, { 2, FDC_ST2_WRONG_CYL, FDC_WRONG_CYLINDER },
	{ 1, FDC_ST1_NO_SECTOR, FDC_NO_SECTOR },  { 2, FDC_ST2_NO_MARK, FDC_NO_DATA_MARK },
	{ 1, FDC_ST1_NO_MARK, FDC_NO_ID },	  { 1, FDC_ST1_END, FDC_END_OF_TRACK },
	{ 0, FDC_ST0_EQUIPMENT, FDC_EQUIPMENT },
};

enum fdc_error fdc_decode_status(const u8 st[3])
{
	switch (st[0] & FDC_ST0_CODE) {
	case 0:
		return st[2] & FDC_ST2_DELETED ? FDC_DELETED : FDC_OK;
	case FDC_ST0_INVALID:
		return FDC_INVALID_COMMAND;
	case FDC_ST0_NOT_READY:
		return FDC_NOT_READY;
	default:
		break;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(meanings); i++)
		if (st[meanings[i].reg] & meanings[i].mask)
			return meanings[i].error;
	return FDC_NO_REASON;
}

const char *fdc_error_text(enum fdc_error e)
{
	static const char *const text[FDC_ERRORS] = {
		[FDC_OK] = "no error",
		[FDC_NO_CONTROLLER] = "no controller answers",
		[FDC_NOT_READY_BYTE] = "the controller takes no command",
		[FDC_WRONG_WAY] = "the controller is out of step",
		[FDC_NO_RESET] = "the controller's reset does not end",
		[FDC_INVALID_COMMAND] = "the controller does not know the command",
		[FDC_TRANSFER_HANGS] = "the command does not end",
		[FDC_DMA_REFUSED] = "no DMA",
		[FDC_NO_TRACK0] = "track 0 is not found",
		[FDC_SEEK_HANGS] = "the seek does not end",
		[FDC_SEEK_FAILED] = "the seek fails",
		[FDC_NOT_READY] = "the drive is not ready",
		[FDC_EQUIPMENT] = "the drive reports a fault",
		[FDC_NO_DISK] = "no disk",
		[FDC_CHANGED] = "the disk was changed",
		[FDC_PROTECTED] = "the disk is write-protected",
		[FDC_UNKNOWN_FORMAT] = "the disk has no format that is known",
		[FDC_NO_ID] = "no address mark",
		[FDC_CRC_ID] = "checksum error in an address mark",
		[FDC_CRC_DATA] = "checksum error",
		[FDC_NO_DATA_MARK] = "no data mark",
		[FDC_NO_SECTOR] = "sector not found",
		[FDC_WRONG_CYLINDER] = "wrong cylinder",
		[FDC_BAD_CYLINDER] = "track marked bad",
		[FDC_DELETED] = "deleted data",
		[FDC_OVERRUN] = "data came too fast",
		[FDC_END_OF_TRACK] = "beyond the end of the track",
		[FDC_SHORT] = "bytes are missing",
		[FDC_NO_REASON] = "error without a reason",
	};

	return (unsigned int)e < FDC_ERRORS ? text[e] : "?";
}
