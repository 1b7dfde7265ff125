/*
 * blkdev.h - ioctls of block devices in the Linux i386 ABI (linux/fs.h, linux/blkpg.h,
 * linux/hdreg.h).
 */
#ifndef ABI_BLKDEV_H
#define ABI_BLKDEV_H

#include <kernel/types.h>

#define BLKROSET	 0x125du
#define BLKROGET	 0x125eu
#define BLKRRPART	 0x125fu
#define BLKGETSIZE	 0x1260u
#define BLKFLSBUF	 0x1261u
#define BLKRASET	 0x1262u
#define BLKRAGET	 0x1263u
#define BLKFRASET	 0x1264u
#define BLKFRAGET	 0x1265u
#define BLKSECTGET	 0x1267u
#define BLKSSZGET	 0x1268u
#define BLKPG		 0x1269u
#define BLKBSZGET	 0x80041270u
#define BLKBSZSET	 0x40041271u
#define BLKGETSIZE64	 0x80041272u
#define BLKDISCARD	 0x1277u
#define BLKIOMIN	 0x1278u
#define BLKIOOPT	 0x1279u
#define BLKALIGNOFF	 0x127au
#define BLKPBSZGET	 0x127bu
#define BLKDISCARDZEROES 0x127cu
#define BLKSECDISCARD	 0x127du
#define BLKROTATIONAL	 0x127eu
#define BLKZEROOUT	 0x127fu
#define BLKGETDISKSEQ	 0x80081280u
#define HDIO_GETGEO	 0x0301u

struct hd_geometry_abi {
	u8 heads, sectors;
	u16 cylinders;
	u32 start;
};
_Static_assert(sizeof(struct hd_geometry_abi) == 8, "hd_geometry");

struct blkpg_ioctl_abi {
	s32 op, flags, datalen;
	u32 data; /* user pointer */
};
_Static_assert(sizeof(struct blkpg_ioctl_abi) == 16, "blkpg_ioctl_arg");
#define BLKPG_ADD_PARTITION    1
#define BLKPG_DEL_PARTITION    2
#define BLKPG_RESIZE_PARTITION 3

struct blkpg_partition_abi {
	s64 start, length; /* bytes */
	s32 pno;
	char devname[64], volname[64];
};
_Static_assert(sizeof(struct blkpg_partition_abi) == 148, "blkpg_partition");

#endif
