/*
 * fdc_medium.c - which disk is in a drive.
 *
 * The change line says that the disk was taken out; a step of the heads clears it if there is one
 * again. Drives of 360 KB have no such line, and some others' are broken: there a disk may have
 * been changed when the drive was not used for as long as that takes. Of one that is in use it is
 * looked whether it has (fdc_same.c); else it counts as changed.
 *
 * The format is found by the rate at which address marks are read, the highest sector number among
 * a turn's marks, and a sector of the second side and of a track further in where that is in doubt.
 */
#include "fdc_internal.h"

/* ---- the change line ---- */

static bool line_is_set(struct fdc_drive *d)
{
	fdc_select(d);
	return hw_in8(d->fdc->hw, (u16)(d->fdc->base + FDC_REG_DIR)) & FDC_DIR_CHANGED;
}

static bool has_line(const struct fdc_drive *d)
{
	return d->kind->change_line && !d->line_broken;
}

static void forget_disk(struct fdc_drive *d)
{
	d->known = false;
	if (d->fdc->cached == d)
		fdc_drop_cache(d->fdc);
}

bool fdc_line_changed(struct fdc_drive *d)
{
	if (d->known && has_line(d) && line_is_set(d))
		forget_disk(d);
	return !d->known;
}

static bool may_be_another(const struct fdc_drive *d)
{
	return !has_line(d) && hw_now_us(d->fdc->hw) - d->used_at > FDC_SWAP_US;
}

bool fdc_check_change(struct fdc_drive *d)
{
	if (fdc_line_changed(d))
		return true;
	if (!may_be_another(d))
		return false;
	if (!d->in_use || !fdc_is_same(d)) {
		forget_disk(d);
		return true;
	}
	d->used_at = hw_now_us(d->fdc->hw);
	return false;
}

/* A step clears it, a recalibration at track 0 is none. */
static enum fdc_error clear_line(struct fdc_drive *d)
{
	enum fdc_error e = fdc_recalibrate(d);

	if (!e)
		e = fdc_seek(d, 1);
	return e ? e : fdc_seek(d, 0);
}

/* ---- formats ---- */

/* At one rate: is there an address mark? */
static enum fdc_error try_rate(struct fdc_drive *d, unsigned int rate, struct fdc_format *f)
{
	enum fdc_error e = fdc_prepare(d->fdc);

	if (!fdc_format_choose(d->kind, rate, 1, f))
		return FDC_UNKNOWN_FORMAT;
	if (!e)
		e = fdc_set_rate(d, f);
	if (!e)
		e = fdc_seek(d, 0);
	return e ? e : fdc_read_id(d, 0);
}

static bool reads(struct fdc_drive *d, const struct fdc_format *f, u32 sector)
{
	u32 good;

	return fdc_transfer(d, FDC_DO_READ, f, sector, 1, 0, &good) == FDC_OK;
}

/* Marks of a whole turn; 0: the numbers are not 1 to n, or some were missed. An emulator that shows
 * the same mark over and over says nothing. */
static unsigned int scan_turn(struct fdc_drive *d)
{
	unsigned int first = 0, most = 0;
	u64 seen = 0, all;

	for (unsigned int i = 0; i < FDC_SCAN_IDS; i++) {
		unsigned int number;

		if (fdc_read_id(d, 0))
			continue;
		number = d->fdc->result[5];
		if (!number || number > FDC_SECT_MAX)
			return 0;
		if (number == first)
			break;
		first = first ? first : number;
		seen |= 1ull << number;
		most = max(most, number);
	}
	all = (2ull << most) - 2u;
	return most > 1 && seen == all ? most : 0;
}

/* By what can be read, the longest track first. */
static unsigned int scan_formats(struct fdc_drive *d, unsigned int rate)
{
	for (unsigned int sect = FDC_SECT_MAX; sect; sect--) {
		struct fdc_format f;

		if (fdc_format_choose(d->kind, rate, sect, &f) && f.name && reads(d, &f, sect - 1u))
			return sect;
	}
	return 0;
}

static enum fdc_error count_sectors(struct fdc_drive *d, unsigned int rate, struct fdc_format *f)
{
	unsigned int sect = scan_turn(d);

	if (!sect)
		sect = scan_formats(d, rate);
	return fdc_format_choose(d->kind, rate, sect, f) ? FDC_OK : FDC_UNKNOWN_FORMAT;
}

/* The same rate and sectors may be 40 tracks or 80. Of a sector of the second cylinder the mark
 * says which: the heads stand over it only if each track is two steps wide. */
static void find_steps(struct fdc_drive *d, struct fdc_format *f)
{
	struct fdc_format wide = *f;

	if (fdc_format_rate(f) != FDC_300K)
		return;
	fdc_format_set_steps(&wide, d->kind, true);
	fdc_format_set_steps(f, d->kind, reads(d, &wide, (u32)wide.heads * wide.sect));
}

/* Single-sided disks are of double density. */
static void find_sides(struct fdc_drive *d, struct fdc_format *f)
{
	if (f->heads == 2 && f->sect <= 10 && !reads(d, f, f->sect))
		fdc_format_set_heads(f, d->kind, 1);
}

/* At another rate there may be marks. */
static bool is_no_mark(enum fdc_error e)
{
	return e == FDC_NO_ID || e == FDC_CRC_ID || e == FDC_NO_SECTOR || e == FDC_NO_DATA_MARK ||
	       e == FDC_NO_REASON || e == FDC_UNKNOWN_FORMAT;
}

static enum fdc_error format_at(struct fdc_drive *d, unsigned int rate)
{
	struct fdc_format f;
	enum fdc_error e;

	if (d->fdc->result[6] != FDC_SIZE_512)
		return FDC_UNKNOWN_FORMAT;
	e = count_sectors(d, rate, &f);
	if (e)
		return e;
	find_sides(d, &f);
	find_steps(d, &f);
	d->format = f;
	return FDC_OK;
}

static enum fdc_error find_format(struct fdc_drive *d)
{
	for (unsigned int i = 0; i < d->kind->rate_count; i++) {
		struct fdc_format f;
		enum fdc_error e = try_rate(d, d->kind->rates[i], &f);

		if (!e)
			return format_at(d, d->kind->rates[i]);
		if (!is_no_mark(e))
			return e;
	}
	return FDC_UNKNOWN_FORMAT;
}

/* ---- detection ---- */

static enum fdc_error find_protection(struct fdc_drive *d)
{
	u8 st3 = 0;
	enum fdc_error e = fdc_sense_drive(d, &st3);

	d->protected = st3 & FDC_ST3_PROTECTED;
	return e;
}

/* Set after a step: no disk, or a line that was never seen clear and may be no line. */
static enum fdc_error look_for_disk(struct fdc_drive *d)
{
	if (!has_line(d))
		return FDC_OK;
	if (!line_is_set(d)) {
		d->line_seen_clear = true;
		return FDC_OK;
	}
	return d->line_seen_clear ? FDC_NO_DISK : FDC_OK;
}

/* Without a disk there is no index, and READ ID never ends. */
static enum fdc_error detect_format(struct fdc_drive *d)
{
	enum fdc_error e;

	fdc_spin_up(d);
	e = find_format(d);
	if (e == FDC_TRANSFER_HANGS)
		return FDC_NO_DISK;
	if (!e && has_line(d) && line_is_set(d)) {
		if (d->line_seen_clear)
			return FDC_CHANGED;
		d->line_broken = true;
		fdc_note(d->fdc, d, "its change line is stuck: not believed");
	}
	return e;
}

static enum fdc_error detect_disk(struct fdc_drive *d)
{
	enum fdc_error e = clear_line(d);

	if (!e)
		e = look_for_disk(d);
	if (!e && !d->fixed)
		e = detect_format(d);
	if (!e || e == FDC_UNKNOWN_FORMAT) {
		enum fdc_error why = find_protection(d);

		e = why ? why : e;
	}
	return e;
}

enum fdc_error fdc_detect(struct fdc_drive *d)
{
	enum fdc_error e;

	if (!d->kind)
		return FDC_NO_DISK;
	if (d->fdc->cached == d)
		fdc_drop_cache(d->fdc);
	if (!d->fdc->buffer)
		return FDC_DMA_REFUSED;
	d->known = false;
	d->generation++;
	d->marked = 0;
	e = detect_disk(d);
	if (!e && !has_line(d))
		fdc_mark_disk(d);
	d->used_at = hw_now_us(d->fdc->hw);
	d->known = !e;
	return e;
}

void fdc_set_format(struct fdc_drive *d, const struct fdc_format *f)
{
	if (d->fdc->cached == d)
		fdc_drop_cache(d->fdc);
	d->format = *f;
	d->fixed = true;
}
