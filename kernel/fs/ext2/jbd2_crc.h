/*
 * jbd2_crc.h - the two sums of a journal, without the usual inversions: the caller starts with
 * ~0 and hands on what came out. Pure.
 */
#ifndef JBD2_CRC_H
#define JBD2_CRC_H

#include <kernel/types.h>

/* CRC-32C (Castagnoli, polynomial 82F63B78, reflected): checksums of version 2 and 3. */
u32 jbd2_crc32c(u32 crc, const void *data, size_t n);
/* CRC-32 with the most significant bit first (polynomial 04C11DB7): version 1. */
u32 jbd2_crc32_be(u32 crc, const void *data, size_t n);

#endif
