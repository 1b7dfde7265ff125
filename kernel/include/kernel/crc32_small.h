/*
 * crc32_small.h - the CRC of gzip, GPT and Ethernet (polynomial EDB88320, reflected), half a byte
 * at a time by 16 constants: for who sums up a few KB now and then and wants no table of 4 KB.
 * Pure.
 */
#ifndef KERNEL_CRC32_SMALL_H
#define KERNEL_CRC32_SMALL_H

#include <kernel/types.h>

/* The CRC of what `crc` stands for and n bytes more; that of nothing is 0. */
u32 crc32_small(u32 crc, const u8 *data, size_t n);

#endif
