/* hdreg.h - ioctls of IDE disks in the Linux i386 ABI (linux/hdreg.h), as hdparm uses them. */
#ifndef ABI_HDREG_H
#define ABI_HDREG_H

#include <kernel/types.h>

#define HDIO_GET_UNMASKINTR    0x0302u
#define HDIO_GET_MULTCOUNT     0x0304u
#define HDIO_GET_QDMA	       0x0305u
#define HDIO_OBSOLETE_IDENTITY 0x0307u
#define HDIO_GET_KEEPSETTINGS  0x0308u
#define HDIO_GET_32BIT	       0x0309u
#define HDIO_GET_NOWERR	       0x030au
#define HDIO_GET_DMA	       0x030bu
#define HDIO_GET_NICE	       0x030cu
#define HDIO_GET_IDENTITY      0x030du
#define HDIO_GET_WCACHE	       0x030eu
#define HDIO_GET_ACOUSTIC      0x030fu
#define HDIO_GET_ADDRESS       0x0310u
#define HDIO_DRIVE_RESET       0x031cu
#define HDIO_DRIVE_TASKFILE    0x031du
#define HDIO_DRIVE_TASK	       0x031eu
#define HDIO_DRIVE_CMD	       0x031fu
#define HDIO_SET_MULTCOUNT     0x0321u
#define HDIO_SET_UNMASKINTR    0x0322u
#define HDIO_SET_KEEPSETTINGS  0x0323u
#define HDIO_SET_32BIT	       0x0324u
#define HDIO_SET_NOWERR	       0x0325u
#define HDIO_SET_DMA	       0x0326u
#define HDIO_SET_PIO_MODE      0x0327u
#define HDIO_SET_NICE	       0x0329u
#define HDIO_SET_WCACHE	       0x032bu
#define HDIO_SET_ACOUSTIC      0x032cu
#define HDIO_SET_QDMA	       0x032eu
#define HDIO_SET_ADDRESS       0x032fu

/* HDIO_DRIVE_CMD: command, sector count or number, feature, sectors of data that follow; on return
 * status, error, sector count. HDIO_DRIVE_TASK: the seven registers from command to device. */
#define HDIO_DRIVE_CMD_HDR  4u
#define HDIO_DRIVE_TASK_HDR 7u
#define HDIO_OBSOLETE_BYTES 142u

struct ide_task_request_abi {
	u8 io_ports[8];	 /* data, feature, count, sector, cylinder low, high, device, command */
	u8 hob_ports[8]; /* what a 48-bit command has besides */
	u32 out_flags, in_flags;
	s32 data_phase;
	s32 req_cmd;
	u32 out_size, in_size; /* bytes; the data follow this structure, out before in */
};
_Static_assert(sizeof(struct ide_task_request_abi) == 40, "ide_task_request_t");

#define TASKFILE_NO_DATA   0
#define TASKFILE_IN	   1
#define TASKFILE_MULTI_IN  2
#define TASKFILE_OUT	   4
#define TASKFILE_MULTI_OUT 8

#endif
