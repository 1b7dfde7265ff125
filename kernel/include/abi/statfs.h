/* statfs.h - struct statfs, statfs64 and ustat of Linux i386, magic numbers of file systems. */
#ifndef ABI_STATFS_H
#define ABI_STATFS_H

#include <kernel/types.h>

struct statfs_abi {
	u32 type, bsize, blocks, bfree, bavail, files, ffree, fsid[2], namelen, frsize, flags,
		spare[4];
};
_Static_assert(sizeof(struct statfs_abi) == 64, "struct statfs");

struct statfs64_abi {
	u32 type, bsize;
	u64 blocks __aligned(4);
	u64 bfree __aligned(4);
	u64 bavail __aligned(4);
	u64 files __aligned(4);
	u64 ffree __aligned(4);
	u32 fsid[2], namelen, frsize, flags, spare[4];
} __packed;
_Static_assert(sizeof(struct statfs64_abi) == 84, "struct statfs64");

struct ustat_abi {
	s32 tfree;
	u32 tinode;
	char fname[6], fpack[6];
};
_Static_assert(sizeof(struct ustat_abi) == 20, "struct ustat");

#define ST_RDONLY     0x0001u
#define ST_NOSUID     0x0002u
#define ST_NODEV      0x0004u
#define ST_NOEXEC     0x0008u
#define ST_VALID      0x0020u
#define ST_NOATIME    0x0400u
#define ST_NODIRATIME 0x0800u
#define ST_RELATIME   0x1000u

#define TMPFS_MAGIC	 0x01021994u
#define RAMFS_MAGIC	 0x858458f6u
#define ANON_INODE_MAGIC 0x09041934u
#define PIPEFS_MAGIC	 0x50495045u
#define SOCKFS_MAGIC	 0x534f434bu

#endif
