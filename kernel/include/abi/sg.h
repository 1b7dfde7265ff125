/* sg.h - SCSI commands by ioctl in the Linux i386 ABI. Source: SG_IO how-to, <scsi/sg.h> of the
 * ABI. */
#ifndef ABI_SG_H
#define ABI_SG_H

#include <kernel/types.h>

#define SG_SET_TIMEOUT		  0x2201u
#define SG_GET_TIMEOUT		  0x2202u
#define SG_EMULATED_HOST	  0x2203u
#define SG_GET_RESERVED_SIZE	  0x2272u
#define SG_SET_RESERVED_SIZE	  0x2275u
#define SG_GET_VERSION_NUM	  0x2282u
#define SG_IO			  0x2285u
#define SCSI_IOCTL_GET_IDLUN	  0x5382u
#define SCSI_IOCTL_GET_BUS_NUMBER 0x5386u

#define SG_VERSION_NUM 30527

struct sg_io_hdr_abi {
	s32 interface_id; /* 'S' */
	s32 dxfer_direction;
	u8 cmd_len, mx_sb_len;
	u16 iovec_count;
	u32 dxfer_len;
	u32 dxferp, cmdp, sbp; /* user pointers */
	u32 timeout;	       /* ms */
	u32 flags;
	s32 pack_id;
	u32 usr_ptr;
	u8 status, masked_status, msg_status, sb_len_wr;
	u16 host_status, driver_status;
	s32 resid;
	u32 duration; /* ms */
	u32 info;
};
_Static_assert(sizeof(struct sg_io_hdr_abi) == 64, "sg_io_hdr");

#define SG_DXFER_NONE	     (-1)
#define SG_DXFER_TO_DEV	     (-2)
#define SG_DXFER_FROM_DEV    (-3)
#define SG_DXFER_TO_FROM_DEV (-4)

#define SG_INFO_CHECK	   1u
#define SCSI_STATUS_CHECK  2u
#define SG_DRIVER_SENSE	   8u
#define SG_HOST_TIME_OUT   3u
#define SG_HOST_NO_CONNECT 1u
#define SG_HOST_ERROR	   7u

#endif
