/*
 * abi/fiemap.h - FS_IOC_FIEMAP: where a file's data is on its device. Linux i386; bytes.
 */
#ifndef ABI_FIEMAP_H
#define ABI_FIEMAP_H

#include <kernel/types.h>

#define FS_IOC_FIEMAP 0xc020660bu /* _IOWR('f', 11, struct fiemap) */

#define FIEMAP_FLAG_SYNC  0x1u
#define FIEMAP_FLAG_CACHE 0x4u

#define FIEMAP_EXTENT_LAST   0x1u
#define FIEMAP_EXTENT_MERGED 0x1000u

struct abi_fiemap_extent {
	u64 logical, physical, length;
	u64 reserved64[2];
	u32 flags;
	u32 reserved[3];
};
_Static_assert(sizeof(struct abi_fiemap_extent) == 56, "fiemap_extent");

struct abi_fiemap {
	u64 start, length;
	u32 flags, mapped_extents, extent_count, reserved;
	struct abi_fiemap_extent extents[];
};
_Static_assert(sizeof(struct abi_fiemap) == 32, "fiemap");

#endif
