/*
 * crc32.h - the CRC of gzip, zip and Ethernet (polynomial EDB88320, reflected). Pure.
 *
 * The caller owns the table (4 KB), so that who needs it at boot alone gives it back. Four bytes go
 * at once; tables for eight would not stay in a 486's cache of 8 KB beside the data.
 */
#ifndef KERNEL_CRC32_H
#define KERNEL_CRC32_H

#include <kernel/types.h>

struct crc32_table {
	u32 of[4][256]; /* of[k][b]: the CRC of byte b followed by k zero bytes */
};

void crc32_table_init(struct crc32_table *table);
/* The CRC of what `crc` stands for and n bytes more; that of nothing is 0. */
u32 crc32_update(const struct crc32_table *table, u32 crc, const u8 *data, size_t n);

#endif
