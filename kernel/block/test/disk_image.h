/* disk_image.h - sparse disks for the tests of partition tables: what was never set reads as 0. */
#ifndef DISK_IMAGE_H
#define DISK_IMAGE_H

#include <kernel/unaligned.h>
#include <kernel/crc32_small.h>
#include <kernel/errno.h>
#include <kernel/types.h>
#include <stdio.h>
#include <string.h>

#define IMAGE_SECTORS 1024u
#define IMAGE_FOUND   300u

struct image_sector {
	u64 lba;
	u8 bytes[4096];
};

static struct image {
	u64 sectors, bad_lba;
	u32 size;
	unsigned int used;
	struct image_sector sector[IMAGE_SECTORS];
} image;

static inline void image_new(u64 sectors, u32 size)
{
	image.sectors = sectors;
	image.size = size;
	image.used = 0;
	image.bad_lba = ~0ull;
}

/* To write to. */
static inline u8 *image_at(u64 lba)
{
	for (unsigned int i = 0; i < image.used; i++)
		if (image.sector[i].lba == lba)
			return image.sector[i].bytes;
	if (image.used == IMAGE_SECTORS)
		return NULL;
	image.sector[image.used].lba = lba;
	memset(image.sector[image.used].bytes, 0, sizeof(image.sector[0].bytes));
	return image.sector[image.used++].bytes;
}

static inline int image_read(void *ctx, u64 lba, void *sector)
{
	if (lba == image.bad_lba)
		return -EIO;
	memset(sector, 0, image.size);
	for (unsigned int i = 0; i < image.used; i++)
		if (image.sector[i].lba == lba)
			memcpy(sector, image.sector[i].bytes, image.size);
	return 0;
}

static inline void put_le64(u8 *p, u64 n)
{
	put_le32(p, (u32)n);
	put_le32(p + 4, (u32)(n >> 32));
}

/* A table's slot, and the signature of its sector. */
static inline void put_slot(u64 lba, unsigned int slot, u8 flag, u8 type, u32 start, u32 count)
{
	u8 *sector = image_at(lba), *entry = sector + 446 + 16 * slot;

	entry[0] = flag;
	entry[4] = type;
	put_le32(entry + 8, start);
	put_le32(entry + 12, count);
	sector[510] = 0x55;
	sector[511] = 0xAA;
}

/* The entry of GPT index `i` of an array at `lba`; the type is bytes `kind`, the name ASCII. */
static inline void put_gpt_entry(u64 lba, u32 entry_size, u32 i, u8 kind, u64 first, u64 last,
				 const char *name)
{
	u32 at = i * entry_size;
	u8 *entry = image_at(lba + at / image.size) + at % image.size;

	memset(entry, kind, 16);
	memset(entry + 16, 0xA0 + (int)i, 16);
	put_le64(entry + 32, first);
	put_le64(entry + 40, last);
	for (unsigned int k = 0; name[k]; k++)
		entry[56 + 2 * k] = (u8)name[k];
}

struct gpt_maker {
	u64 lba, alternate, first, last, array;
	u32 entries, entry_size, header_size;
};

static inline u32 image_crc(u64 lba, u32 bytes)
{
	u8 sector[4096];
	u32 crc = 0;

	for (; bytes; lba++) {
		u32 n = bytes < image.size ? bytes : image.size;

		image_read(NULL, lba, sector);
		crc = crc32_small(crc, sector, n);
		bytes -= n;
	}
	return crc;
}

static inline void put_gpt_crc(u64 lba)
{
	u8 *header = image_at(lba);
	u32 size = header[12] | header[13] << 8;

	put_le32(header + 16, 0);
	put_le32(header + 16, crc32_small(0, header, size));
}

static inline void put_gpt_header(const struct gpt_maker *m)
{
	u8 *header = image_at(m->lba);

	memcpy(header, "EFI PART\0\0\1\0", 12);
	put_le32(header + 12, m->header_size);
	put_le64(header + 24, m->lba);
	put_le64(header + 32, m->alternate);
	put_le64(header + 40, m->first);
	put_le64(header + 48, m->last);
	memset(header + 56, 0xD1, 16);
	put_le64(header + 72, m->array);
	put_le32(header + 80, m->entries);
	put_le32(header + 84, m->entry_size);
	/* So large that it is refused anyway: not worth the time. */
	if ((u64)m->entries * m->entry_size <= 1 << 20)
		put_le32(header + 88, image_crc(m->array, m->entries * m->entry_size));
	put_gpt_crc(m->lba);
}

#endif
