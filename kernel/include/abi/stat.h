/* stat.h - file modes and the stat structures of Linux i386 (asm/stat.h, linux/stat.h). */
#ifndef ABI_STAT_H
#define ABI_STAT_H

#include <kernel/types.h>

#ifndef S_IFMT
#define S_IFMT	    0170000
#define S_IFSOCK    0140000
#define S_IFLNK	    0120000
#define S_IFREG	    0100000
#define S_IFBLK	    0060000
#define S_IFDIR	    0040000
#define S_IFCHR	    0020000
#define S_IFIFO	    0010000
#define S_ISUID	    0004000
#define S_ISGID	    0002000
#define S_ISVTX	    0001000
#define S_IRWXU	    0000700
#define S_IXUSR	    0000100
#define S_IRWXG	    0000070
#define S_IXGRP	    0000010
#define S_IRWXO	    0000007
#define S_IXOTH	    0000001
#define S_ISLNK(m)  (((m)&S_IFMT) == S_IFLNK)
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define S_ISDIR(m)  (((m)&S_IFMT) == S_IFDIR)
#define S_ISCHR(m)  (((m)&S_IFMT) == S_IFCHR)
#define S_ISBLK(m)  (((m)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)
#endif
#define S_PERM_MASK 0007777

struct old_stat_abi { /* oldstat, oldfstat, oldlstat */
	u16 dev, ino, mode, nlink, uid, gid, rdev;
	u32 size, atime, mtime, ctime;
};

struct stat_abi { /* stat, lstat, fstat */
	u32 dev, ino;
	u16 mode, nlink, uid, gid;
	u32 rdev, size, blksize, blocks;
	u32 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
	u32 unused4, unused5;
};
_Static_assert(sizeof(struct stat_abi) == 64, "struct stat");

struct stat64_abi { /* stat64, lstat64, fstat64, fstatat64 */
	u64 dev __aligned(4);
	u8 pad0[4];
	u32 ino32;
	u32 mode, nlink, uid, gid;
	u64 rdev __aligned(4);
	u8 pad3[4];
	s64 size __aligned(4);
	u32 blksize;
	u64 blocks __aligned(4);
	u32 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
	u64 ino __aligned(4);
} __packed;
_Static_assert(sizeof(struct stat64_abi) == 96, "struct stat64");

struct statx_timestamp_abi {
	s64 sec;
	u32 nsec;
	s32 reserved;
};
struct statx_abi {
	u32 mask, blksize;
	u64 attributes;
	u32 nlink, uid, gid;
	u16 mode, spare0;
	u64 ino, size, blocks, attributes_mask;
	struct statx_timestamp_abi atime, btime, ctime, mtime;
	u32 rdev_major, rdev_minor, dev_major, dev_minor;
	u64 mnt_id;
	u32 dio_mem_align, dio_offset_align;
	u64 spare3[12];
};
_Static_assert(sizeof(struct statx_abi) == 256, "struct statx");
#define STATX_BASIC_STATS 0x7ffu
#define STATX_BTIME	  0x800u
#define STATX_MNT_ID	  0x1000u

#endif
