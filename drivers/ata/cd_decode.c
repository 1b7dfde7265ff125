/* cd_decode.c - see cd_decode.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "cd_decode.h"
#include <kernel/unaligned.h>

#define INQUIRY_MIN   5u
#define MODE_HEADER   8u
#define MODE_PROTECT  0x80
#define PAGE_MASK_NUM 0x3F
#define KB_PER_TIMES  176u

/* ---- addresses ---- */

s32 cd_msf_to_lba(const u8 msf[3])
{
	return (msf[0] * CD_SECONDS + msf[1]) * CD_FRAMES + msf[2] - CD_MSF_OFFSET;
}

void cd_lba_to_msf(s32 lba, u8 msf[3])
{
	static const s32 limit = 256 * CD_SECONDS * CD_FRAMES - 1;
	s32 frames = lba >= limit - CD_MSF_OFFSET ? limit : lba + CD_MSF_OFFSET;

	if (frames < 0)
		frames = 0;
	msf[2] = (u8)(frames % CD_FRAMES);
	frames /= CD_FRAMES;
	msf[1] = (u8)(frames % CD_SECONDS);
	msf[0] = (u8)(frames / CD_SECONDS);
}

bool cd_msf_is_sane(const u8 msf[3])
{
	return msf[1] < CD_SECONDS && msf[2] < CD_FRAMES;
}

/* ---- INQUIRY ---- */

/* Printable, without blanks at the end; some drives fill with zeros. */
static void copy_text(char *to, const u8 *from, unsigned int length, u32 have)
{
	unsigned int n = min(length, have);

	for (unsigned int i = 0; i < n; i++)
		to[i] = from[i] >= ' ' && from[i] < 127 ? (char)from[i] : ' ';
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = 0;
}

static u32 bytes_from(u32 bytes, u32 at)
{
	return bytes > at ? bytes - at : 0;
}

int cd_decode_inquiry(const u8 *data, u32 bytes, struct cd_inquiry *out)
{
	memset(out, 0, sizeof(*out));
	if (bytes < INQUIRY_MIN)
		return -EINVAL;
	out->type = data[0] & 0x1F;
	out->removable = data[1] & 0x80;
	copy_text(out->vendor, data + 8, 8, bytes_from(bytes, 8));
	copy_text(out->product, data + 16, 16, bytes_from(bytes, 16));
	copy_text(out->revision, data + 32, 4, bytes_from(bytes, 32));
	return 0;
}

/* ---- READ CAPACITY ---- */

int cd_decode_capacity(const u8 *data, u32 bytes, struct cd_capacity *out)
{
	u32 last;

	if (bytes < 8)
		return -EINVAL;
	last = get_be32(data);
	out->blocks = last == CD_BLOCKS_UNKNOWN ? 0 : last + 1;
	out->block_bytes = get_be32(data + 4);
	return 0;
}

/* ---- mode pages ---- */

const u8 *cd_find_page(const u8 *data, u32 bytes, u8 page, u32 *length)
{
	u32 end, at;

	if (bytes < MODE_HEADER)
		return NULL;
	end = min(bytes, get_be16(data) + 2u);
	at = MODE_HEADER + get_be16(data + 6); /* block descriptors */
	while (at + 2 <= end) {
		const u8 *p = data + at;

		if ((p[0] & PAGE_MASK_NUM) == page) {
			*length = min_t(u32, p[1], end - at - 2);
			return p;
		}
		at += 2u + p[1];
	}
	return NULL;
}

bool cd_mode_protected(const u8 *data, u32 bytes)
{
	return bytes >= MODE_HEADER && data[3] & MODE_PROTECT;
}

/* A drive from before the page: it plays and reads, its tray does what it does. */
static void assume_capabilities(struct cd_capabilities *c)
{
	*c = (struct cd_capabilities){
		.audio = true, .lock = true, .eject = true, .multisession = true, .loader = CD_TRAY
	};
}

static u16 get_speed(const u8 *p, bool swapped)
{
	return swapped ? get_le16(p) : get_be16(p);
}

static void decode_speeds(const u8 *p, u32 length, bool swapped, struct cd_capabilities *c)
{
	if (length >= 8)
		c->max_speed = get_speed(p + 8, swapped);
	if (length >= 12)
		c->buffer_kb = get_be16(p + 12);
	if (length >= 14)
		c->speed = get_speed(p + 14, swapped);
}

void cd_decode_capabilities(const u8 *data, u32 bytes, bool swapped, struct cd_capabilities *c)
{
	u32 length;
	const u8 *p = cd_find_page(data, bytes, 0x2A, &length);

	if (!p || length < 6) {
		assume_capabilities(c);
		return;
	}
	*c = (struct cd_capabilities){
		.known = true,
		.read_cdr = p[2] & 0x01,
		.read_cdrw = p[2] & 0x02,
		.read_dvd = p[2] & 0x08,
		.read_dvdr = p[2] & 0x10,
		.read_dvdram = p[2] & 0x20,
		.write_cdr = p[3] & 0x01,
		.write_cdrw = p[3] & 0x02,
		.write_dvdr = p[3] & 0x10,
		.write_dvdram = p[3] & 0x20,
		.audio = p[4] & 0x01,
		.multisession = p[4] & 0x40,
		.read_cdda = p[5] & 0x01,
		.upc = p[5] & 0x40,
		.lock = p[6] & 0x01,
		.locked = p[6] & 0x02,
		.eject = p[6] & 0x08,
		.loader = p[6] >> 5,
		.select_disc = p[7] & 0x04,
	};
	decode_speeds(p, length, swapped, c);
}

unsigned int cd_speed_times(u16 kb)
{
	return (kb + KB_PER_TIMES / 2) / KB_PER_TIMES;
}

/* ---- READ TOC ---- */

static u8 from_bcd(u8 value)
{
	return (u8)((value >> 4) * 10 + (value & 0x0F));
}

static s32 decode_address(const u8 *p, bool msf, u32 bcd)
{
	u8 m[3] = { p[1], p[2], p[3] };

	if (!msf)
		return (s32)get_be32(p);
	for (unsigned int i = 0; bcd & CD_BCD_ADDRESS && i < 3; i++)
		m[i] = from_bcd(m[i]);
	return cd_msf_to_lba(m);
}

static u8 decode_number(u8 value, u32 bcd)
{
	return bcd & CD_BCD_NUMBER && value != CD_LEADOUT ? from_bcd(value) : value;
}

int cd_decode_toc(const u8 *data, u32 bytes, bool msf, u32 bcd, struct cd_toc *out)
{
	u32 end;

	out->count = 0;
	if (bytes < 4)
		return -EINVAL;
	end = min(bytes, get_be16(data) + 2u);
	out->first = decode_number(data[2], bcd);
	out->last = decode_number(data[3], bcd);
	for (u32 at = 4; at + 8 <= end && out->count <= CD_TRACKS_MAX; at += 8) {
		const u8 *p = data + at;

		out->track[out->count++] =
			(struct cd_track){ .number = decode_number(p[2], bcd),
					   .adr_control = p[1],
					   .lba = decode_address(p + 4, msf, bcd) };
	}
	return out->first > out->last || !out->count ? -EINVAL : 0;
}

const struct cd_track *cd_find_track(const struct cd_toc *toc, u8 number)
{
	for (unsigned int i = 0; i < toc->count; i++)
		if (toc->track[i].number == number)
			return &toc->track[i];
	return NULL;
}

/* ---- READ SUB-CHANNEL ---- */

int cd_decode_position(const u8 *data, u32 bytes, struct cd_position *out)
{
	memset(out, 0, sizeof(*out));
	if (bytes < 4)
		return -EINVAL;
	out->audio_status = data[1];
	if (bytes < 16)
		return 0;
	out->adr_control = data[5];
	out->track = data[6];
	out->index = data[7];
	out->absolute = (s32)get_be32(data + 8);
	out->relative = (s32)get_be32(data + 12);
	return 0;
}

int cd_decode_mcn(const u8 *data, u32 bytes, char mcn[14])
{
	memset(mcn, 0, 14);
	if (bytes < 22)
		return -EINVAL;
	for (unsigned int i = 0; data[8] & 0x80 && i < 13; i++)
		mcn[i] = data[9 + i] >= '0' && data[9 + i] <= '9' ? (char)data[9 + i] : '0';
	return 0;
}

/* ---- events ---- */

void cd_decode_event(const u8 *data, u32 bytes, struct cd_event *out)
{
	memset(out, 0, sizeof(*out));
	/* No event available: bit 7; class 4 is media. */
	if (bytes < 8 || data[2] & 0x80 || (data[2] & 7) != 4)
		return;
	out->valid = true;
	out->code = data[4] & 0x0F;
	out->tray_open = data[5] & 0x01;
	out->present = data[5] & 0x02;
}
