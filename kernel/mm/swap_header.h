/*
 * swap_header.h - what mkswap writes into the first page of a swap area. Pure.
 *
 * Offset 1024: version (1), number of the last page, number of bad pages, UUID (16 bytes), label
 * (16 bytes), 468 bytes of nothing, then the numbers of the bad pages; the page's last ten bytes
 * are "SWAPSPACE2". All numbers 32 bits, in the byte order of the machine that made it: both are
 * read. The older format with one page of bitmap ("SWAP-SPACE") is refused, as by Linux since 2.5.
 */
#ifndef MM_SWAP_HEADER_H
#define MM_SWAP_HEADER_H

#include <kernel/types.h>

#define SWAP_BAD_MAX 637u /* as many as there is room for */

struct swap_header {
	u32 pages; /* the header's included */
	u32 bad_count;
	u32 bad[SWAP_BAD_MAX];
};

/*
 * The first page of something of `size` pages. 0, or -EINVAL with a reason in *why: no or another
 * signature, another version, an area shorter than it says, empty, nonsensical bad pages.
 */
int swap_header_parse(const void *page, u64 size, struct swap_header *out, const char **why);

#endif
