/*
 * jbd2_crc.c - see jbd2_crc.h. Half a byte at a time: a journal is read once, and a table of bytes
 * would lie in memory for ever.
 */
#include "jbd2_crc.h"

/* reflected[i], straight[i]: i taken through four steps of the division. */
static const u32 reflected[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
	0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};
static const u32 straight[16] = {
	0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9, 0x130476dc, 0x17c56b6b,
	0x1a864db2, 0x1e475005, 0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
	0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd,
};

u32 jbd2_crc32c(u32 crc, const void *data, size_t n)
{
	const u8 *p = data;

	while (n--) {
		crc ^= *p++;
		crc = crc >> 4 ^ reflected[crc & 15];
		crc = crc >> 4 ^ reflected[crc & 15];
	}
	return crc;
}

u32 jbd2_crc32_be(u32 crc, const void *data, size_t n)
{
	const u8 *p = data;

	while (n--) {
		crc ^= (u32)*p++ << 24;
		crc = crc << 4 ^ straight[crc >> 28];
		crc = crc << 4 ^ straight[crc >> 28];
	}
	return crc;
}
