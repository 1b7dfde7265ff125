/* crc32.c - see crc32.h. */
#include <kernel/crc32.h>
#include <kernel/string.h>

#define POLYNOMIAL 0xEDB88320u

void crc32_table_init(struct crc32_table *table)
{
	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? POLYNOMIAL ^ c >> 1 : c >> 1;
		table->of[0][i] = c;
	}
	for (int k = 1; k < 4; k++)
		for (u32 i = 0; i < 256; i++)
			table->of[k][i] =
				table->of[0][table->of[k - 1][i] & 0xff] ^ table->of[k - 1][i] >> 8;
}

static __always_inline u32 four_bytes(const struct crc32_table *table, u32 crc, const u8 *data)
{
	u32 word;

	memcpy(&word, data, sizeof(word));
	crc ^= word;
	return table->of[3][crc & 0xff] ^ table->of[2][crc >> 8 & 0xff] ^
	       table->of[1][crc >> 16 & 0xff] ^ table->of[0][crc >> 24];
}

u32 crc32_update(const struct crc32_table *table, u32 crc, const u8 *data, size_t n)
{
	crc = ~crc;
	for (; n >= 16; n -= 16, data += 16) {
		crc = four_bytes(table, crc, data);
		crc = four_bytes(table, crc, data + 4);
		crc = four_bytes(table, crc, data + 8);
		crc = four_bytes(table, crc, data + 12);
	}
	while (n--)
		crc = table->of[0][(crc ^ *data++) & 0xff] ^ crc >> 8;
	return ~crc;
}
