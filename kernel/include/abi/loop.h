/*
 * loop.h - loop devices in the Linux i386 ABI (linux/loop.h).
 */
#ifndef ABI_LOOP_H
#define ABI_LOOP_H

#include <kernel/types.h>

#define LO_NAME_SIZE 64
#define LO_KEY_SIZE  32

#define LO_FLAGS_READ_ONLY 1u
#define LO_FLAGS_AUTOCLEAR 4u
#define LO_FLAGS_PARTSCAN  8u
#define LO_FLAGS_DIRECT_IO 16u

struct loop_info_abi { /* the old one: LOOP_SET_STATUS, LOOP_GET_STATUS */
	s32 number;
	u16 device;
	u16 pad;
	u32 inode;
	u16 rdevice;
	u16 pad2;
	s32 offset, encrypt_type, encrypt_key_size, flags;
	char name[LO_NAME_SIZE];
	u8 key[LO_KEY_SIZE];
	u32 init[2];
	char reserved[4];
};
_Static_assert(sizeof(struct loop_info_abi) == 140, "loop_info");

struct loop_info64_abi {
	u64 device, inode, rdevice, offset, sizelimit;
	u32 number, encrypt_type, encrypt_key_size, flags;
	u8 file_name[LO_NAME_SIZE], crypt_name[LO_NAME_SIZE], key[LO_KEY_SIZE];
	u64 init[2];
};
_Static_assert(sizeof(struct loop_info64_abi) == 232, "loop_info64");

struct loop_config_abi {
	u32 fd, block_size;
	struct loop_info64_abi info;
	u64 reserved[8];
};
_Static_assert(sizeof(struct loop_config_abi) == 304, "loop_config");

#define LOOP_SET_FD	    0x4c00u
#define LOOP_CLR_FD	    0x4c01u
#define LOOP_SET_STATUS	    0x4c02u
#define LOOP_GET_STATUS	    0x4c03u
#define LOOP_SET_STATUS64   0x4c04u
#define LOOP_GET_STATUS64   0x4c05u
#define LOOP_CHANGE_FD	    0x4c06u
#define LOOP_SET_CAPACITY   0x4c07u
#define LOOP_SET_DIRECT_IO  0x4c08u
#define LOOP_SET_BLOCK_SIZE 0x4c09u
#define LOOP_CONFIGURE	    0x4c0au
#define LOOP_CTL_ADD	    0x4c80u
#define LOOP_CTL_REMOVE	    0x4c81u
#define LOOP_CTL_GET_FREE   0x4c82u

#endif
