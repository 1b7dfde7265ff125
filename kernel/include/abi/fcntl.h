/* fcntl.h - open flags and fcntl commands of Linux i386 (asm-generic/fcntl.h). */
#ifndef ABI_FCNTL_H
#define ABI_FCNTL_H

#include <kernel/types.h>

#define O_ACCMODE   00000003
#define O_RDONLY    00000000
#define O_WRONLY    00000001
#define O_RDWR	    00000002
#define O_CREAT	    00000100
#define O_EXCL	    00000200
#define O_NOCTTY    00000400
#define O_TRUNC	    00001000
#define O_APPEND    00002000
#define O_NONBLOCK  00004000
#define O_DSYNC	    00010000
#define O_ASYNC	    00020000
#define O_DIRECT    00040000
#define O_LARGEFILE 00100000
#define O_DIRECTORY 00200000
#define O_NOFOLLOW  00400000
#define O_NOATIME   01000000
#define O_CLOEXEC   02000000
#define O_SYNC	    04010000
#define O_PATH	    010000000
#define O_TMPFILE   020200000

#define AT_FDCWD	    (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EACCESS	    0x200
#define AT_REMOVEDIR	    0x200
#define AT_SYMLINK_FOLLOW   0x400
#define AT_NO_AUTOMOUNT	    0x800
#define AT_EMPTY_PATH	    0x1000
#define AT_STATX_SYNC_TYPE  0x6000

#define F_DUPFD		    0
#define F_GETFD		    1
#define F_SETFD		    2
#define F_GETFL		    3
#define F_SETFL		    4
#define F_GETLK		    5
#define F_SETLK		    6
#define F_SETLKW	    7
#define F_SETOWN	    8
#define F_GETOWN	    9
#define F_SETSIG	    10
#define F_GETSIG	    11
#define F_GETLK64	    12
#define F_SETLK64	    13
#define F_SETLKW64	    14
#define F_SETOWN_EX	    15
#define F_GETOWN_EX	    16
#define F_OFD_GETLK	    36
#define F_OFD_SETLK	    37
#define F_OFD_SETLKW	    38
#define F_SETLEASE	    1024
#define F_GETLEASE	    1025
#define F_NOTIFY	    1026
#define F_DUPFD_CLOEXEC	    1030
#define F_SETPIPE_SZ	    1031
#define F_GETPIPE_SZ	    1032
#define F_ADD_SEALS	    1033
#define F_GET_SEALS	    1034
#define F_SEAL_SEAL	    1u
#define F_SEAL_SHRINK	    2u
#define F_SEAL_GROW	    4u
#define F_SEAL_WRITE	    8u
#define F_SEAL_FUTURE_WRITE 16u
#define F_OWNER_TID	    0
#define F_OWNER_PID	    1
#define F_OWNER_PGRP	    2
struct f_owner_ex_abi {
	s32 type, pid;
};
#define FD_CLOEXEC 1
#define F_RDLCK	   0
#define F_WRLCK	   1
#define F_UNLCK	   2

struct flock_abi {
	s16 type, whence;
	s32 start, len;
	s32 pid;
};
struct flock64_abi {
	s16 type, whence;
	s64 start __aligned(4);
	s64 len __aligned(4);
	s32 pid;
} __packed;
_Static_assert(sizeof(struct flock64_abi) == 24, "struct flock64");

#define LOCK_SH	  1
#define LOCK_EX	  2
#define LOCK_NB	  4
#define LOCK_UN	  8
#define LOCK_MAND 32 /* ignored since Linux 5.17 */

#define CLOSE_RANGE_UNSHARE 2u
#define CLOSE_RANGE_CLOEXEC 4u

#define MFD_CLOEXEC	  1u
#define MFD_ALLOW_SEALING 2u
#define MFD_HUGETLB	  4u

#define FALLOC_FL_KEEP_SIZE  1
#define FALLOC_FL_PUNCH_HOLE 2
#define FALLOC_FL_ZERO_RANGE 16

#define RWF_HIPRI  1u
#define RWF_DSYNC  2u
#define RWF_SYNC   4u
#define RWF_NOWAIT 8u
#define RWF_APPEND 16u

#define XATTR_CREATE  1u
#define XATTR_REPLACE 2u

struct open_how_abi {
	u64 flags, mode, resolve;
};
_Static_assert(sizeof(struct open_how_abi) == 24, "struct open_how");
#define RESOLVE_NO_XDEV	      1u
#define RESOLVE_NO_MAGICLINKS 2u
#define RESOLVE_NO_SYMLINKS   4u
#define RESOLVE_BENEATH	      8u
#define RESOLVE_IN_ROOT	      16u
#define RESOLVE_CACHED	      32u

#define SEEK_SET  0
#define SEEK_CUR  1
#define SEEK_END  2
#define SEEK_DATA 3
#define SEEK_HOLE 4

#define RENAME_NOREPLACE 1u
#define RENAME_EXCHANGE	 2u
#define RENAME_WHITEOUT	 4u

#define DT_UNKNOWN 0
#define DT_FIFO	   1
#define DT_CHR	   2
#define DT_DIR	   4
#define DT_BLK	   6
#define DT_REG	   8
#define DT_LNK	   10
#define DT_SOCK	   12

#define MS_RDONLY	0x1u
#define MS_NOSUID	0x2u
#define MS_NODEV	0x4u
#define MS_NOEXEC	0x8u
#define MS_SYNCHRONOUS	0x10u
#define MS_REMOUNT	0x20u
#define MS_MANDLOCK	0x40u
#define MS_DIRSYNC	0x80u
#define MS_NOATIME	0x400u
#define MS_NODIRATIME	0x800u
#define MS_BIND		0x1000u
#define MS_MOVE		0x2000u
#define MS_REC		0x4000u
#define MS_SILENT	0x8000u
#define MS_UNBINDABLE	0x20000u
#define MS_PRIVATE	0x40000u
#define MS_SLAVE	0x80000u
#define MS_SHARED	0x100000u
#define MS_RELATIME	0x200000u
#define MS_STRICTATIME	0x1000000u
#define MS_LAZYTIME	0x2000000u
#define MNT_FORCE	1u
#define MNT_DETACH	2u
#define MNT_EXPIRE	4u
#define UMOUNT_NOFOLLOW 8u

#endif
