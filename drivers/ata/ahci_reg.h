/*
 * ahci_reg.h - registers, bits and memory structures of AHCI host bus adapters. Hardware facts
 * only.
 *
 * Source: Serial ATA AHCI 1.3.1 chapters 3 (registers), 4 (memory), 2.1 (PCI); Serial ATA 2.6
 * chapter 10 (FIS), 14 (status and control registers).
 */
#ifndef DRIVERS_ATA_AHCI_REG_H
#define DRIVERS_ATA_AHCI_REG_H

/* The controller's. */
#define AHCI_CAP	0x00
#define AHCI_GHC	0x04
#define AHCI_IS		0x08 /* a bit for each port; written 1: cleared */
#define AHCI_PI		0x0C /* ports implemented */
#define AHCI_VS		0x10
#define AHCI_CAP2	0x24
#define AHCI_BOHC	0x28
#define AHCI_PORT(n)	(0x100u + 0x80u * (n))
#define AHCI_PORTS_MAX	32u
#define AHCI_PORT_BYTES 0x80u
#define AHCI_BAR_BYTES	0x1100u

#define AHCI_CAP_NP    0x0000001Fu /* ports, less 1 */
#define AHCI_CAP_CLO   0x01000000u /* command list override */
#define AHCI_CAP_SSS   0x08000000u /* staggered spin-up */
#define AHCI_GHC_RESET 0x00000001u
#define AHCI_GHC_IE    0x00000002u
#define AHCI_GHC_AE    0x80000000u
#define AHCI_CAP2_BOH  0x00000001u
#define AHCI_BOHC_BIOS 0x00000001u /* BIOS owns it */
#define AHCI_BOHC_OS   0x00000002u
#define AHCI_BOHC_OOC  0x00000008u /* ownership changed; written 1: cleared */
#define AHCI_BOHC_BUSY 0x00000010u /* the BIOS has something to finish */

/* A port's, from AHCI_PORT(n). */
#define AHCI_CLB  0x00
#define AHCI_CLBU 0x04
#define AHCI_FB	  0x08
#define AHCI_FBU  0x0C
#define AHCI_PIS  0x10 /* written 1: cleared */
#define AHCI_PIE  0x14
#define AHCI_CMD  0x18
#define AHCI_TFD  0x20 /* error << 8 | status */
#define AHCI_SIG  0x24
#define AHCI_SSTS 0x28
#define AHCI_SCTL 0x2C
#define AHCI_SERR 0x30 /* written 1: cleared */
#define AHCI_CI	  0x38

#define AHCI_INT_D2H  0x00000001u /* device to host FIS */
#define AHCI_INT_PIO  0x00000002u /* PIO setup FIS */
#define AHCI_INT_PCS  0x00000040u /* something was connected; SERR.DIAG.X */
#define AHCI_INT_PRCS 0x00400000u /* PhyRdy changed; SERR.DIAG.N */
#define AHCI_INT_OFS  0x01000000u /* more data than the table has room for */
#define AHCI_INT_INFS 0x04000000u /* interface error, not fatal */
#define AHCI_INT_IFS  0x08000000u /* interface error, fatal */
#define AHCI_INT_HBDS 0x10000000u /* host bus, data */
#define AHCI_INT_HBFS 0x20000000u /* host bus, fatal */
#define AHCI_INT_TFES 0x40000000u /* task file error */

#define AHCI_CMD_ST	    0x00000001u
#define AHCI_CMD_SUD	    0x00000002u /* spin up */
#define AHCI_CMD_POD	    0x00000004u /* power on */
#define AHCI_CMD_CLO	    0x00000008u
#define AHCI_CMD_FRE	    0x00000010u
#define AHCI_CMD_FR	    0x00004000u
#define AHCI_CMD_CR	    0x00008000u
#define AHCI_CMD_CPD	    0x00100000u /* can detect cold presence: POD has a meaning */
#define AHCI_CMD_ATAPI	    0x01000000u
#define AHCI_CMD_ICC_MASK   0xF0000000u
#define AHCI_CMD_ICC_ACTIVE 0x10000000u

/* SSTS and SCTL have the same fields. */
#define SATA_DET_MASK	 0x00Fu
#define SATA_DET_NONE	 0x000u
#define SATA_DET_PRESENT 0x001u /* there is somebody; no communication yet */
#define SATA_DET_UP	 0x003u
#define SATA_DET_RESET	 0x001u /* SCTL */
#define SATA_SPEED(r)	 ((r) >> 4 & 15u)
#define SATA_SPEED_MASK	 0x0F0u
#define SATA_IPM_NONE	 0x300u /* SCTL: no partial, no slumber */

#define AHCI_SIG_DISK	  0x00000101u
#define AHCI_SIG_PACKET	  0xEB140101u
#define AHCI_SIG_MULTI	  0x96690101u /* port multiplier */
#define AHCI_SIG_ENCLOSED 0xC33C0101u /* enclosure management bridge */
#define AHCI_SIG_NONE	  0xFFFFFFFFu

/* Memory. A command header: */
#define AHCI_HEAD_FIS_WORDS 5u /* of a register FIS */
#define AHCI_HEAD_ATAPI	    0x20u
#define AHCI_HEAD_WRITE	    0x40u
#define AHCI_HEAD_PRDTL	    16 /* shift */
/* A command table: */
#define AHCI_TABLE_PACKET 0x40u
#define AHCI_TABLE_PRD	  0x80u
#define AHCI_PRD_MAX	  0x400000u /* bytes of one entry */
/* Received FIS: */
#define AHCI_RX_PIO 0x20u
#define AHCI_RX_D2H 0x40u

#define FIS_H2D	     0x27u
#define FIS_D2H	     0x34u
#define FIS_PIO	     0x5Fu
#define FIS_BYTES    20u
#define FIS_COMMAND  0x80u /* byte 1 of H2D: a command, not the control register */
#define FIS_HOB_BASE 8u

/* Intel's function 31:2: which ports are enabled. Source: Intel 82801GB datasheet, 12.1.33. */
#define INTEL_PCS 0x92

#endif
