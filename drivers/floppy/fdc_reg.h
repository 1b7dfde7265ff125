/*
 * fdc_reg.h - registers and commands of the 765 family of floppy controllers. Hardware facts only.
 * Source: Intel 82077AA datasheet (registers, command set, status registers); hardware-notes 9.4.
 */
#ifndef DRIVERS_FLOPPY_FDC_REG_H
#define DRIVERS_FLOPPY_FDC_REG_H

#define FDC_BASE 0x3F0u /* the first controller's, since the AT */

/* From the base. 0 and 1 are left alone: other chips have their configuration there. */
#define FDC_REG_DOR  2u
#define FDC_REG_MSR  4u /* read */
#define FDC_REG_DSR  4u /* write */
#define FDC_REG_DATA 5u
#define FDC_REG_DIR  7u /* read */
#define FDC_REG_CCR  7u /* write */

#define FDC_DOR_UNIT	 0x03u
#define FDC_DOR_RUN	 0x04u /* 0: in reset */
#define FDC_DOR_DMA	 0x08u /* interrupt and DMA lines reach the bus */
#define FDC_DOR_MOTOR(u) (0x10u << (u))

#define FDC_MSR_RQM	0x80u /* a byte may be moved */
#define FDC_MSR_DIO	0x40u /* towards the host */
#define FDC_MSR_NON_DMA 0x20u /* execution phase without DMA */
#define FDC_MSR_BUSY	0x10u

#define FDC_DIR_CHANGED 0x80u

/* Commands, with the modifiers that are used with them. */
#define FDC_CMD_SPECIFY	      0x03u
#define FDC_CMD_SENSE_DRIVE   0x04u
#define FDC_CMD_WRITE	      0x45u /* MFM */
#define FDC_CMD_READ	      0x46u
#define FDC_CMD_RECALIBRATE   0x07u
#define FDC_CMD_SENSE_INT     0x08u
#define FDC_CMD_READ_ID	      0x4Au
#define FDC_CMD_FORMAT	      0x4Du
#define FDC_CMD_SEEK	      0x0Fu
#define FDC_CMD_VERSION	      0x10u
#define FDC_CMD_PERPENDICULAR 0x12u
#define FDC_CMD_CONFIGURE     0x13u
#define FDC_MULTI_TRACK	      0x80u /* on to the other head */

#define FDC_VERSION_ENHANCED 0x90u /* has CONFIGURE, PERPENDICULAR, a FIFO */
#define FDC_INVALID	     0x80u /* the one result byte of a command it does not know */

/* CONFIGURE's second byte: no polling of the drives, FIFO on, its threshold less one. */
#define FDC_CONFIG_NO_POLL   0x10u
#define FDC_CONFIG_THRESHOLD 0x0Au
#define FDC_SPECIFY_NON_DMA  0x01u
#define FDC_PERPENDICULAR_1M 0x03u

/* ST0 */
#define FDC_ST0_CODE	  0xC0u
#define FDC_ST0_ABNORMAL  0x40u
#define FDC_ST0_INVALID	  0x80u
#define FDC_ST0_NOT_READY 0xC0u
#define FDC_ST0_SEEK_END  0x20u
#define FDC_ST0_EQUIPMENT 0x10u
#define FDC_ST0_HEAD	  0x04u
#define FDC_ST0_UNIT	  0x03u
/* ST1 */
#define FDC_ST1_END	  0x80u /* beyond the last sector: nobody said "terminal count" */
#define FDC_ST1_CRC	  0x20u
#define FDC_ST1_OVERRUN	  0x10u
#define FDC_ST1_NO_SECTOR 0x04u
#define FDC_ST1_PROTECTED 0x02u
#define FDC_ST1_NO_MARK	  0x01u
/* ST2 */
#define FDC_ST2_DELETED	  0x40u
#define FDC_ST2_CRC_DATA  0x20u
#define FDC_ST2_WRONG_CYL 0x10u
#define FDC_ST2_BAD_CYL	  0x02u
#define FDC_ST2_NO_MARK	  0x01u
/* ST3 */
#define FDC_ST3_PROTECTED 0x40u
#define FDC_ST3_TRACK0	  0x10u

#define FDC_RESULTS   7u /* of READ, WRITE, FORMAT, READ ID: ST0 ST1 ST2 C H R N */
#define FDC_SIZE_512  2u /* N */
#define FDC_FILL_BYTE 0xF6u
#define FDC_FORMAT_ID 4u /* bytes of FORMAT for each sector: C H R N */

#endif
