/*
 * ext2_format.h - what stands on an ext2 disk. Little-endian, as this machine is.
 *
 * Sources: "The Second Extended File System, internal layout" (Dave Poirier), "Design and
 * Implementation of the Second Extended Filesystem" (Card, Ts'o, Tweedie), and the documentation of
 * ext4's data structures for what ext3 and ext4 added.
 */
#ifndef EXT2_FORMAT_H
#define EXT2_FORMAT_H

#include <kernel/types.h>

#define EXT2_MAGIC	  0xef53u
#define EXT2_SUPER_OFFSET 1024u
#define EXT2_SUPER_SIZE	  1024u
#define EXT2_MIN_BLOCK	  1024u
#define EXT2_MAX_BLOCK	  4096u /* a page's; the format knows up to 64 KB */
#define EXT2_DESC_SIZE	  32u
#define EXT2_INODE_SIZE	  128u /* of revision 0, and the least of all */

/* Reserved inodes. */
#define EXT2_BAD_INO	  1u
#define EXT2_ROOT_INO	  2u
#define EXT2_RESIZE_INO	  7u
#define EXT2_JOURNAL_INO  8u
#define EXT2_FIRST_INO_R0 11u

#define EXT2_REV_ORIGINAL 0u
#define EXT2_REV_DYNAMIC  1u

/* super.state */
#define EXT2_STATE_VALID  1u /* cleanly unmounted */
#define EXT2_STATE_ERROR  2u
#define EXT2_STATE_ORPHAN 4u

/* super.errors, and errors= */
#define EXT2_ERRORS_CONTINUE 1u
#define EXT2_ERRORS_RO	     2u
#define EXT2_ERRORS_PANIC    3u

#define EXT2_COMPAT_HAS_JOURNAL	  0x4u
#define EXT2_COMPAT_EXT_ATTR	  0x8u
#define EXT2_COMPAT_RESIZE_INODE  0x10u
#define EXT2_COMPAT_DIR_INDEX	  0x20u
#define EXT2_COMPAT_SPARSE_SUPER2 0x200u

#define EXT2_INCOMPAT_FILETYPE	  0x2u
#define EXT2_INCOMPAT_RECOVER	  0x4u
#define EXT2_INCOMPAT_JOURNAL_DEV 0x8u
#define EXT2_INCOMPAT_META_BG	  0x10u
#define EXT2_INCOMPAT_KNOWN	  (EXT2_INCOMPAT_FILETYPE | EXT2_INCOMPAT_RECOVER | EXT2_INCOMPAT_META_BG)

#define EXT2_RO_SPARSE_SUPER 0x1u
#define EXT2_RO_LARGE_FILE   0x2u
#define EXT2_RO_BTREE_DIR    0x4u
#define EXT2_RO_EXTRA_ISIZE  0x40u
#define EXT2_RO_KNOWN                                                                              \
	(EXT2_RO_SPARSE_SUPER | EXT2_RO_LARGE_FILE | EXT2_RO_BTREE_DIR | EXT2_RO_EXTRA_ISIZE)

/* super.default_options: mount options that tune2fs -o made the default */
#define EXT2_DEFAULT_DEBUG     0x1u
#define EXT2_DEFAULT_BSDGROUPS 0x2u

/* super.flags: how the names' hash treats characters above 127 */
#define EXT2_FLAG_SIGNED_HASH	0x1u
#define EXT2_FLAG_UNSIGNED_HASH 0x2u

struct ext2_super {
	u32 inodes_count, blocks_count, r_blocks_count, free_blocks, free_inodes;
	u32 first_data_block;
	u32 log_block_size, log_frag_size; /* 1024 << n */
	u32 blocks_per_group, frags_per_group, inodes_per_group;
	u32 mtime, wtime; /* mounted, written */
	u16 mnt_count;
	s16 max_mnt_count;
	u16 magic, state, errors, minor_rev;
	u32 lastcheck, checkinterval; /* s */
	u32 creator_os, rev_level;
	u16 def_resuid, def_resgid;
	/* revision 1 */
	u32 first_ino;
	u16 inode_size, block_group_nr;
	u32 compat, incompat, ro_compat;
	u8 uuid[16];
	char volume_name[16];
	char last_mounted[64];
	u32 algorithms;
	u8 prealloc_blocks, prealloc_dir_blocks;
	u16 reserved_gdt_blocks;
	u8 journal_uuid[16];
	u32 journal_inum, journal_dev, last_orphan;
	u32 hash_seed[4];
	u8 def_hash_version, journal_backup_type;
	u16 desc_size;
	u32 default_options, first_meta_bg, mkfs_time;
	u32 journal_blocks[17];
	u32 blocks_count_hi, r_blocks_hi, free_blocks_hi;
	u16 min_extra_isize, want_extra_isize;
	u32 flags;
	u8 rest[584 - 356];
	u32 overhead_blocks; /* metadata, as mke2fs counted it; 0: to be worked out */
	u8 rest2[1024 - 588];
};
_Static_assert(sizeof(struct ext2_super) == EXT2_SUPER_SIZE, "super block");
_Static_assert(offsetof(struct ext2_super, magic) == 56, "super block");
_Static_assert(offsetof(struct ext2_super, first_ino) == 84, "super block");
_Static_assert(offsetof(struct ext2_super, last_orphan) == 232, "super block");
_Static_assert(offsetof(struct ext2_super, flags) == 352, "super block");
_Static_assert(offsetof(struct ext2_super, overhead_blocks) == 584, "super block");

struct ext2_group_desc {
	u32 block_bitmap, inode_bitmap, inode_table;
	u16 free_blocks, free_inodes, used_dirs, flags;
	u32 reserved[3];
};
_Static_assert(sizeof(struct ext2_group_desc) == EXT2_DESC_SIZE, "group descriptor");

#define EXT2_DIRECT    12u
#define EXT2_IND       12u
#define EXT2_DIND      13u
#define EXT2_TIND      14u
#define EXT2_POINTERS  15u
#define EXT2_LINK_ROOM 60u /* bytes of a symbolic link that fit in block[] */

/* inode.flags; the numbers of FS_IOC_GETFLAGS */
#define EXT2_FL_SECRM	  0x1u
#define EXT2_FL_UNRM	  0x2u
#define EXT2_FL_COMPR	  0x4u
#define EXT2_FL_SYNC	  0x8u
#define EXT2_FL_IMMUTABLE 0x10u
#define EXT2_FL_APPEND	  0x20u
#define EXT2_FL_NODUMP	  0x40u
#define EXT2_FL_NOATIME	  0x80u
#define EXT2_FL_INDEX	  0x1000u
#define EXT2_FL_JOURNAL	  0x4000u
#define EXT2_FL_NOTAIL	  0x8000u
#define EXT2_FL_DIRSYNC	  0x10000u
#define EXT2_FL_TOPDIR	  0x20000u
#define EXT2_FL_VISIBLE	  0x3dfffu /* FS_IOC_GETFLAGS shows */
#define EXT2_FL_SETTABLE                                                                           \
	(EXT2_FL_SECRM | EXT2_FL_UNRM | EXT2_FL_COMPR | EXT2_FL_SYNC | EXT2_FL_IMMUTABLE |         \
	 EXT2_FL_APPEND | EXT2_FL_NODUMP | EXT2_FL_NOATIME | EXT2_FL_NOTAIL | EXT2_FL_DIRSYNC |    \
	 EXT2_FL_TOPDIR)
/* What a new file takes over from its directory; other types keep less. */
#define EXT2_FL_INHERITED                                                                          \
	(EXT2_FL_SECRM | EXT2_FL_UNRM | EXT2_FL_COMPR | EXT2_FL_SYNC | EXT2_FL_NODUMP |            \
	 EXT2_FL_NOATIME | EXT2_FL_JOURNAL | EXT2_FL_NOTAIL | EXT2_FL_DIRSYNC)
#define EXT2_FL_OF_FILES ~(EXT2_FL_DIRSYNC | EXT2_FL_TOPDIR)
#define EXT2_FL_OF_OTHER (EXT2_FL_NODUMP | EXT2_FL_NOATIME)

struct ext2_raw_inode {
	u16 mode, uid;
	u32 size, atime, ctime, mtime, dtime;
	u16 gid, links;
	u32 blocks; /* of 512 bytes */
	u32 flags, osd1;
	u32 block[EXT2_POINTERS];
	u32 generation, file_acl;
	u32 size_high; /* of regular files; a directory's ACL else */
	u32 faddr;
	u8 frag, fsize;
	u16 blocks_high, uid_high, gid_high;
	u32 reserved;
	/* from here on only in inodes of more than 128 bytes, as far as extra_isize goes */
	u16 extra_isize, checksum_high;
	u32 ctime_extra, mtime_extra, atime_extra; /* two bits of epoch, 30 of nanoseconds */
	u32 crtime, crtime_extra, version_high, projid;
};
_Static_assert(offsetof(struct ext2_raw_inode, extra_isize) == EXT2_INODE_SIZE, "inode");
#define EXT2_EXTRA_ISIZE ((u32)sizeof(struct ext2_raw_inode) - EXT2_INODE_SIZE)

#define EXT2_LINK_MAX 32000u

struct ext2_dirent {
	u32 inode; /* 0: a gap */
	u16 rec_len;
	u8 name_len, file_type; /* file_type: high byte of the length without INCOMPAT_FILETYPE */
	char name[];
};
#define EXT2_DIRENT_HEAD 8u
#define EXT2_NAME_MAX	 255u

/* What a name of n bytes needs. */
static inline u32 ext2_dirent_size(u32 name_len)
{
	return (EXT2_DIRENT_HEAD + name_len + 3) & ~3u;
}

/* Extended attributes: in a block of their own (inode.file_acl), or behind the inode's fields. */
#define EXT2_XATTR_MAGIC 0xea020000u
struct ext2_xattr_header { /* of the block */
	u32 magic, refcount, blocks, hash, checksum;
	u32 reserved[3];
};
struct ext2_xattr_entry {
	u8 name_len, name_index;
	u16 value_offset;
	u32 value_block, value_size, hash;
	char name[];
};
_Static_assert(sizeof(struct ext2_xattr_header) == 32, "xattr header");
_Static_assert(sizeof(struct ext2_xattr_entry) == 16, "xattr entry");

#endif
