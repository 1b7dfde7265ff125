/*
 * ata_reg.h - registers, bits and commands of ATA and ATAPI devices and of the SFF-8038i bus
 * master. Hardware facts only.
 *
 * Source: ANSI X3.221 (ATA-1), X3.279 (ATA-2), T13 1321D (ATA/ATAPI-5), 1410D (ATA/ATAPI-6),
 * 2015-D (ACS-2);
 * SFF-8020i (ATAPI); SFF-8038i 1.0 (bus master IDE).
 */
#ifndef DRIVERS_ATA_ATA_REG_H
#define DRIVERS_ATA_ATA_REG_H

/* Command block, from its base. */
#define ATA_REG_DATA	  0 /* 16 bits */
#define ATA_REG_ERROR	  1 /* read */
#define ATA_REG_FEATURE	  1 /* written */
#define ATA_REG_NSECT	  2
#define ATA_REG_LBAL	  3 /* or sector */
#define ATA_REG_LBAM	  4 /* or cylinder, low byte */
#define ATA_REG_LBAH	  5
#define ATA_REG_DEVICE	  6 /* and head */
#define ATA_REG_STATUS	  7 /* read: ends the interrupt */
#define ATA_REG_COMMAND	  7 /* written */
#define ATA_COMMAND_PORTS 8
/* The control block's one register that is ours; the next port belongs to the floppy. */
#define ATA_REG_ALT_STATUS 0
#define ATA_REG_CONTROL	   0
/* From the command block's base to the control register, on the ISA bus. */
#define ATA_ISA_CONTROL 0x206

/* The packet command's names of the same registers. */
#define ATAPI_REG_IREASON  ATA_REG_NSECT
#define ATAPI_REG_COUNT_LO ATA_REG_LBAM
#define ATAPI_REG_COUNT_HI ATA_REG_LBAH

#define ATA_STATUS_ERR	0x01
#define ATA_STATUS_IDX	0x02
#define ATA_STATUS_CORR 0x04
#define ATA_STATUS_DRQ	0x08
#define ATA_STATUS_DSC	0x10
#define ATA_STATUS_DF	0x20
#define ATA_STATUS_DRDY 0x40
#define ATA_STATUS_BSY	0x80 /* the other bits mean nothing */

#define ATA_ERROR_AMNF	0x01
#define ATA_ERROR_TK0NF 0x02
#define ATA_ERROR_ABRT	0x04
#define ATA_ERROR_MCR	0x08
#define ATA_ERROR_IDNF	0x10
#define ATA_ERROR_MC	0x20
#define ATA_ERROR_UNC	0x40
#define ATA_ERROR_ICRC	0x80 /* ATA-1: bad block */

/* After a reset the error register holds a diagnostic code. */
#define ATA_DIAG_OK	     0x01
#define ATA_DIAG_DEV1_FAILED 0x80

#define ATA_CONTROL_NIEN 0x02
#define ATA_CONTROL_SRST 0x04
#define ATA_CONTROL_BASE 0x08 /* old drives want it set */
#define ATA_CONTROL_HOB	 0x80 /* read the upper bytes of a 48-bit address */

#define ATA_DEVICE_BASE 0xA0 /* two bits that were once obligatory */
#define ATA_DEVICE_LBA	0x40
#define ATA_DEVICE_UNIT 0x10
#define ATA_DEVICE_HEAD 0x0F

#define ATA_IREASON_COD 0x01
#define ATA_IREASON_IO	0x02

#define ATA_SIG_ATAPI_LBAM  0x14
#define ATA_SIG_ATAPI_LBAH  0xEB
#define ATA_SIG_SATA_LBAM   0x3C
#define ATA_SIG_SATA_LBAH   0xC3
#define ATA_SIG_SATAPI_LBAM 0x69
#define ATA_SIG_SATAPI_LBAH 0x96

#define ATA_CMD_DSM		    0x06 /* data set management, 48 bits, DMA */
#define ATA_CMD_DEVICE_RESET	    0x08
#define ATA_CMD_RECALIBRATE	    0x10
#define ATA_CMD_READ		    0x20
#define ATA_CMD_READ_EXT	    0x24
#define ATA_CMD_READ_DMA_EXT	    0x25
#define ATA_CMD_READ_NATIVE_MAX_EXT 0x27
#define ATA_CMD_READ_MULTIPLE_EXT   0x29
#define ATA_CMD_WRITE		    0x30
#define ATA_CMD_WRITE_EXT	    0x34
#define ATA_CMD_WRITE_DMA_EXT	    0x35
#define ATA_CMD_WRITE_MULTIPLE_EXT  0x39
#define ATA_CMD_WRITE_DMA_FUA_EXT   0x3D
#define ATA_CMD_VERIFY		    0x40
#define ATA_CMD_VERIFY_EXT	    0x42
#define ATA_CMD_INIT_PARAMETERS	    0x91
#define ATA_CMD_PACKET		    0xA0
#define ATA_CMD_IDENTIFY_PACKET	    0xA1
#define ATA_CMD_SMART		    0xB0
#define ATA_CMD_READ_MULTIPLE	    0xC4
#define ATA_CMD_WRITE_MULTIPLE	    0xC5
#define ATA_CMD_SET_MULTIPLE	    0xC6
#define ATA_CMD_READ_DMA	    0xC8
#define ATA_CMD_WRITE_DMA	    0xCA
#define ATA_CMD_STANDBY_NOW	    0xE0
#define ATA_CMD_CHECK_POWER	    0xE5
#define ATA_CMD_FLUSH		    0xE7
#define ATA_CMD_FLUSH_EXT	    0xEA
#define ATA_CMD_IDENTIFY	    0xEC
#define ATA_CMD_SET_FEATURES	    0xEF
#define ATA_CMD_READ_NATIVE_MAX	    0xF8

#define ATA_FEATURE_WCACHE_ON	 0x02
#define ATA_FEATURE_XFER	 0x03
#define ATA_FEATURE_SPIN_UP	 0x07
#define ATA_FEATURE_ACOUSTIC_ON	 0x42
#define ATA_FEATURE_AHEAD_OFF	 0x55
#define ATA_FEATURE_NO_REVERT	 0x66 /* keep these settings over a reset */
#define ATA_FEATURE_WCACHE_OFF	 0x82
#define ATA_FEATURE_AHEAD_ON	 0xAA
#define ATA_FEATURE_ACOUSTIC_OFF 0xC2

/* Data set management, feature register: the ranges hold nothing that is wanted. */
#define ATA_DSM_TRIM 0x01

/* Transfer modes as SET FEATURES has them: the family, to which the mode's number is added. */
#define ATA_MODE_PIO_DEFAULT 0x00
#define ATA_MODE_PIO	     0x08
#define ATA_MODE_SWDMA	     0x10
#define ATA_MODE_MWDMA	     0x20
#define ATA_MODE_UDMA	     0x40
#define ATA_MODE_NUMBER	     0x07

/* Packet command, feature register. */
#define ATAPI_FEATURE_DMA    0x01
#define ATAPI_FEATURE_DMADIR 0x04 /* serial ATA bridges: to the host */

/* Bus master, from the channel's base. */
#define BM_REG_COMMAND	  0
#define BM_REG_STATUS	  2
#define BM_REG_TABLE	  4 /* 32 bits */
#define BM_CHANNEL_PORTS  8
#define BM_COMMAND_START  0x01
#define BM_COMMAND_READ	  0x08 /* into memory */
#define BM_STATUS_ACTIVE  0x01
#define BM_STATUS_ERROR	  0x02 /* written 1: cleared */
#define BM_STATUS_INTR	  0x04 /* written 1: cleared */
#define BM_STATUS_DRIVE0  0x20 /* set by the BIOS: can do DMA */
#define BM_STATUS_DRIVE1  0x40
#define BM_STATUS_SIMPLEX 0x80 /* one channel at a time */

/* An entry of the physical region descriptor table: address, then count with flags. */
#define PRD_COUNT_MASK 0xFFFFu /* 0: 64 KB */
#define PRD_LAST       0x80000000u
#define PRD_BOUNDARY   0x10000u /* that no region and no table crosses */

#endif
