/*
 * fstrim.h - FITRIM: giving free space back to the disk.
 *
 * Source: Linux, include/uapi/linux/fs.h.
 */
#ifndef ABI_FSTRIM_H
#define ABI_FSTRIM_H

#include <kernel/types.h>

#define FITRIM 0xc0185879u /* _IOWR('X', 121, struct fstrim_range) */

/* All in bytes. Afterwards len says how much was given back. */
struct fstrim_range_abi {
	u64 start, len;
	u64 minlen; /* shorter free stretches are left */
};

#endif
