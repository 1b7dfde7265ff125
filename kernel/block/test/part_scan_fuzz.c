/* Any tables on a disk: no crash, bounded reads, reports that lie inside it. */
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/crc32_small.c
// LINK: kernel/lib/unicode.c
#include <host/host.h>
#include "kernel/block/part_scan.h"
#include <kernel/crc32_small.h>
#include <kernel/unaligned.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512u
#define PIECE  66u /* what a sector gets of the input: a table with its signature */

static int read_sector(void *ctx, u64 lba, void *buffer);
static const u8 *data;
static size_t size;
static u64 disk_sectors;
static unsigned int reads;

/* Copies up to n bytes of the input from `at` on. */
static void take(u8 *to, size_t at, size_t n)
{
	for (size_t i = 0; i < n && at + i < size; i++)
		to[i] = data[at + i];
}

static u32 array_crc(u64 lba, u64 bytes)
{
	u8 sector[SECTOR];
	u32 crc = 0;

	if (bytes > PART_ARRAY_MAX)
		return 0;
	for (; bytes && lba > 1 && lba < disk_sectors - 1; lba++) {
		u32 n = bytes < SECTOR ? (u32)bytes : SECTOR;

		read_sector(NULL, lba, sector);
		reads--;
		crc = crc32_small(crc, sector, n);
		bytes -= n;
	}
	return crc;
}

/* A header whose checksum is right, with limits of the input's; behind it the fun begins. */
static void make_header(u8 *sector, u64 lba)
{
	u32 crc;

	memcpy(sector, "EFI PART\0\0\1\0\x5C\0\0\0", 16);
	memset(sector + 16, 0, 8);
	memcpy(sector + 24, &lba, 8);
	take(sector + 32, 8, 2);  /* alternate */
	take(sector + 40, 10, 2); /* first usable */
	take(sector + 48, 12, 3); /* last usable */
	take(sector + 72, 15, 1); /* array */
	sector[80] = 16;
	sector[80] = data[16] & 63;
	sector[84] = 128;
	sector[85] = data[17] & 3;
	crc = array_crc(get_le64(sector + 72), (u64)get_le32(sector + 80) * get_le32(sector + 84));
	memcpy(sector + 88, &crc, 4);
	crc = crc32_small(0, sector, 92);
	memcpy(sector + 16, &crc, 4);
}

static int read_sector(void *ctx, u64 lba, void *buffer)
{
	u8 *sector = buffer;

	if (lba >= disk_sectors)
		abort();
	reads++;
	memset(sector, 0, SECTOR);
	if (lba * PIECE > size)
		return (data[3] & 1) ? -5 : 0;
	take(sector + 446, 4 + (size_t)lba * PIECE, PIECE);
	if (data[3] & 2)
		take(sector, 4 + (size_t)lba * PIECE, 400);
	if (data[3] & 4) {
		sector[510] = 0x55;
		sector[511] = 0xAA;
	}
	if ((data[3] & 8) && (lba == 1 || lba == disk_sectors - 1))
		make_header(sector, lba);
	for (u8 *entry = sector; (data[3] & 32) && lba > 1 && entry < sector + SECTOR;
	     entry += 128) {
		memset(entry + 33, 0, 7); /* limits that can be right */
		memset(entry + 41, 0, 7);
	}
	if ((data[3] & 16) && lba == 0)
		memcpy(sector + 446, "\0\0\0\0\xEE\0\0\0\1\0\0\0\1\0\0", 16);
	return 0;
}

static void found(void *arg, const struct part_entry *e)
{
	if (!e->count || e->start > disk_sectors || e->count > disk_sectors - e->start ||
	    e->number < 1 || e->number > PART_NUMBER_MAX || !memchr(e->name, 0, sizeof(e->name)))
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t n);
int LLVMFuzzerTestOneInput(const u8 *input, size_t n)
{
	static struct part_scan scan;
	u8 *buffer;

	if (n < 24)
		return 0;
	buffer = malloc(SECTOR); /* so that reads past it are seen */
	data = input;
	size = n;
	disk_sectors = get_le16(input);
	reads = 0;
	scan.source = (struct part_source){ read_sector, NULL, disk_sectors, SECTOR, buffer };
	scan.found = found;
	part_scan(&scan);
	if (reads > PART_READS_MAX)
		abort();
	free(buffer);
	return 0;
}
