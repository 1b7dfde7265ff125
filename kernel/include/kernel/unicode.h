/*
 * unicode.h - from the UTF-16 of foreign formats (GPT, Joliet, VFAT, NTFS) to UTF-8. Pure.
 */
#ifndef KERNEL_UNICODE_H
#define KERNEL_UNICODE_H

#include <kernel/types.h>

#define UNICODE_REPLACEMENT 0xFFFDu

/* Writes 1 to 4 bytes, no NUL; returns how many. What is no character becomes U+FFFD. */
unsigned int utf8_put(char *out, u32 character);

/*
 * `units` 16-bit units, of either byte order, up to the first zero. The result is terminated and
 * cut between characters when it does not fit in `size` (> 0); its length is returned. A surrogate
 * without its partner becomes U+FFFD. 3 * units + 1 bytes are always enough.
 */
size_t utf16_to_utf8(char *out, size_t size, const u8 *in, size_t units, bool big_endian);

#endif
