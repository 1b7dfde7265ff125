/*
 * volume_id.c - see volume_id.h. Formats that are known by a few bytes at a fixed place are rows of
 * a table; ext2 and its successors, swap and ISO 9660 need a look at more.
 */
#include <kernel/volume_id.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>
#include <kernel/unicode.h>

#define NOT_LOADED (~0ull)

const u8 *volume_sector(struct volume_id *id, u64 sector)
{
	if (sector == id->loaded)
		return id->buffer;
	id->loaded = sector;
	if (sector >= id->sectors || id->reads >= VOLUME_READS_MAX ||
	    (id->reads++, id->read(id->ctx, sector, id->buffer)) != 0)
		memset(id->buffer, 0, sizeof(id->buffer));
	return id->buffer;
}

void volume_set_label(struct volume_id *id, const u8 *label, size_t n)
{
	size_t length = 0;

	while (length < n && length < VOLUME_LABEL - 1 && label[length])
		length++;
	while (length && label[length - 1] == ' ')
		length--;
	memcpy(id->label, label, length);
	id->label[length] = 0;
}

void volume_set_uuid(struct volume_id *id, const u8 *uuid)
{
	static const u8 none[16];

	if (!memcmp(uuid, none, sizeof(none)))
		return;
	snprintf(id->uuid, sizeof(id->uuid),
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", uuid[0],
		 uuid[1], uuid[2], uuid[3], uuid[4], uuid[5], uuid[6], uuid[7], uuid[8], uuid[9],
		 uuid[10], uuid[11], uuid[12], uuid[13], uuid[14], uuid[15]);
}

/* ---- known by a few bytes ---- */
struct magic {
	const char *type, *bytes;
	u8 length;
	u8 label_length;
	u16 sector;   /* where the bytes are, */
	u16 at;	      /* and where in it */
	u16 uuid_at;  /* in the same sector; 0: none */
	u16 label_at; /* in the same sector */
};

static const struct magic magics[] = {
	/* Before file systems: what is encrypted or a part of something may look like one. */
	{ "crypto_LUKS", "LUKS\xBA\xBE", 6, 0, 0, 0, 0, 0 },
	{ "LVM2_member", "LVM2 001", 8, 0, 1, 24, 0, 0 },
	{ "xfs", "XFSB", 4, 12, 0, 0, 32, 108 },
	{ "squashfs", "hsqs", 4, 0, 0, 0, 0, 0 },
	{ "cramfs", "\x45\x3D\xCD\x28", 4, 16, 0, 0, 0, 48 },
	{ "romfs", "-rom1fs-", 8, 16, 0, 0, 0, 16 },
	{ "reiserfs", "ReIsErFs", 8, 0, 16, 52, 0, 0 },
	{ "reiserfs", "ReIsEr2Fs", 9, 16, 128, 52, 84, 100 },
	{ "reiserfs", "ReIsEr3Fs", 9, 16, 128, 52, 84, 100 },
	{ "jfs", "JFS1", 4, 16, 64, 0, 136, 152 },
	{ "btrfs", "_BHRfS_M", 8, 0, 128, 64, 32, 299 },
	{ "f2fs", "\x10\x20\xF5\xF2", 4, 0, 2, 0, 108, 0 },
	{ "minix", "\x7F\x13", 2, 0, 2, 16, 0, 0 },
	{ "minix", "\x8F\x13", 2, 0, 2, 16, 0, 0 },
	{ "minix", "\x68\x24", 2, 0, 2, 16, 0, 0 },
	{ "minix", "\x78\x24", 2, 0, 2, 16, 0, 0 },
};

static bool identify_magic(struct volume_id *id, const struct magic *m)
{
	const u8 *sector = volume_sector(id, m->sector);

	if (memcmp(sector + m->at, m->bytes, m->length) != 0)
		return false;
	id->type = m->type;
	if (m->uuid_at)
		volume_set_uuid(id, sector + m->uuid_at);
	volume_set_label(id, sector + m->label_at, m->label_length);
	return true;
}

/* ---- ext2, ext3, ext4: the super block at byte 1024 ---- */
#define EXT_SECTOR	2u
#define EXT_MAGIC	0xEF53u
#define EXT_HAS_JOURNAL 0x4u /* compatible */
#define EXT_JOURNAL_DEV 0x8u /* incompatible */
#define EXT_RECOVER	0x4u
#define EXT2_INCOMPAT	0x12u /* file types, meta block groups */
#define EXT2_RO_COMPAT	0x7u  /* sparse super blocks, large files, trees of names */

static const char *ext_type(u32 compat, u32 incompat, u32 ro_compat)
{
	bool journal = compat & EXT_HAS_JOURNAL;
	u32 known = EXT2_INCOMPAT | (journal ? EXT_RECOVER : 0);

	if (incompat & EXT_JOURNAL_DEV)
		return "jbd";
	if ((incompat & ~known) || (ro_compat & ~EXT2_RO_COMPAT))
		return "ext4";
	return journal ? "ext3" : "ext2";
}

static bool identify_ext(struct volume_id *id)
{
	const u8 *super = volume_sector(id, EXT_SECTOR);

	if (get_le16(super + 56) != EXT_MAGIC)
		return false;
	id->type = ext_type(get_le32(super + 92), get_le32(super + 96), get_le32(super + 100));
	volume_set_uuid(id, super + 104);
	volume_set_label(id, super + 120, 16);
	return true;
}

/* ---- swap: ten bytes at the end of the first page; mkswap(8) ---- */
static bool identify_swap(struct volume_id *id)
{
	static const char suspended[][11] = { "S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001" };
	const u8 *magic = volume_sector(id, 7) + VOLUME_SECTOR - 10;
	bool swap = !memcmp(magic, "SWAPSPACE2", 10), old = !memcmp(magic, "SWAP-SPACE", 10);
	bool asleep = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(suspended); i++)
		asleep |= !memcmp(magic, suspended[i], strlen(suspended[i]));
	if (!swap && !old && !asleep)
		return false;
	id->type = asleep ? "swsuspend" : "swap";
	if (old)
		return true;
	volume_set_uuid(id, volume_sector(id, 2) + 12);
	volume_set_label(id, volume_sector(id, 2) + 28, 16);
	return true;
}

/* ---- ISO 9660: volume descriptors of 2048 bytes from byte 32768 on (ECMA-119, 8) ---- */
#define ISO_FIRST	16u
#define ISO_DESCRIPTORS 32u
#define ISO_PER		4u /* sectors in a descriptor */
#define ISO_PRIMARY	1
#define ISO_SUPPLEMENT	2
#define ISO_TERMINATOR	255
#define ISO_LABEL_AT	40u
#define ISO_JOLIET	16u /* units of a Joliet label */

/* "2024010203040500" and a time zone; as "2024-01-02-03-04-05-00". False: not set. */
static bool iso_set_date(struct volume_id *id, const u8 *date)
{
	const char *d = (const char *)date;
	bool set = false;

	for (unsigned int i = 0; i < 16; i++) {
		if (d[i] < '0' || d[i] > '9')
			return false;
		set |= d[i] != '0';
	}
	if (!set)
		return false;
	snprintf(id->uuid, sizeof(id->uuid), "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", d, d + 4, d + 6,
		 d + 8, d + 10, d + 12, d + 14);
	return true;
}

/* The Joliet label keeps case and other alphabets, but only 16 characters of it. */
static void iso_merge_labels(struct volume_id *id, const u8 *joliet)
{
	char name[3 * ISO_JOLIET + 1], rest[33] = "";
	u8 padded[sizeof(name) + 32];
	size_t n = utf16_to_utf8(name, sizeof(name), joliet, ISO_JOLIET, true);
	bool full = get_be16(joliet + 2 * ISO_JOLIET - 2) > ' ';

	if (full && strlen(id->label) > ISO_JOLIET && strlen(id->label) <= 32)
		strscpy(rest, id->label + ISO_JOLIET, sizeof(rest));
	memcpy(padded, name, n);
	memcpy(padded + n, rest, strlen(rest));
	padded[n + strlen(rest)] = 0;
	if (name[0] && name[0] != ' ')
		volume_set_label(id, padded, sizeof(padded));
}

static bool is_joliet(const u8 *descriptor)
{
	const u8 *escape = descriptor + 88;

	return escape[0] == '%' && escape[1] == '/' &&
	       (escape[2] == '@' || escape[2] == 'C' || escape[2] == 'E');
}

static bool identify_iso9660(struct volume_id *id)
{
	for (unsigned int i = ISO_FIRST; i < ISO_FIRST + ISO_DESCRIPTORS; i++) {
		const u8 *descriptor = volume_sector(id, (u64)i * ISO_PER);

		if (memcmp(descriptor + 1, "CD001", 5) != 0 || descriptor[0] == ISO_TERMINATOR)
			break;
		if (descriptor[0] == ISO_PRIMARY && !id->type) {
			id->type = "iso9660";
			volume_set_label(id, descriptor + ISO_LABEL_AT, 32);
			descriptor = volume_sector(id, (u64)i * ISO_PER + 1);
			if (!iso_set_date(id, descriptor + 830 - VOLUME_SECTOR))
				iso_set_date(id, descriptor + 813 - VOLUME_SECTOR);
		} else if (descriptor[0] == ISO_SUPPLEMENT && id->type && is_joliet(descriptor)) {
			iso_merge_labels(id, descriptor + ISO_LABEL_AT);
			break;
		}
	}
	return id->type != NULL;
}

static bool identify_by_table(struct volume_id *id)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(magics); i++)
		if (identify_magic(id, &magics[i]))
			return true;
	return false;
}

bool volume_identify(struct volume_id *id)
{
	id->type = NULL;
	id->label[0] = id->uuid[0] = 0;
	id->reads = 0;
	id->loaded = NOT_LOADED;
	/* Swap before file systems: mkswap leaves the start of the page alone. DOS last: its boot
	 * sector is the weakest of all marks, and others leave room for one. */
	return identify_swap(id) || identify_ext(id) || identify_by_table(id) ||
	       identify_iso9660(id) || volume_identify_dos(id);
}
