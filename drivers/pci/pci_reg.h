/*
 * pci_reg.h - configuration space and the ports that lead to it. Hardware facts only.
 * Source: PCI Local Bus 2.1, 3.7.4 (mechanisms) and chapter 6; PCI-to-PCI Bridge 1.0, chapter 3.
 */
#ifndef DRIVERS_PCI_REG_H
#define DRIVERS_PCI_REG_H

/* Mechanism 1: one address register of 32 bits. Bytes of it are other chips' ports. */
#define PCI_CONF1_ADDRESS 0xCF8
#define PCI_CONF1_DATA	  0xCFC
#define PCI_CONF1_ENABLE  0x80000000u
#define PCI_CONF1_SELECT  0xCFB /* 1: mechanism 1, 0: mechanism 2, where both exist */
/* Mechanism 2: the function's registers appear at C000-CFFF. Devices 0 to 15 only. */
#define PCI_CONF2_ENABLE  0xCF8 /* F0 | function << 1 */
#define PCI_CONF2_FORWARD 0xCFA /* bus */
#define PCI_CONF2_WINDOW  0xC000
#define PCI_CONF2_KEY	  0xF0
#define PCI_CONF2_SLOTS	  16u

#define PCI_REG_VENDOR	     0x00
#define PCI_REG_DEVICE	     0x02
#define PCI_REG_COMMAND	     0x04
#define PCI_REG_STATUS	     0x06
#define PCI_REG_REVISION     0x08
#define PCI_REG_INTERFACE    0x09
#define PCI_REG_CLASS	     0x0A /* subclass, class */
#define PCI_REG_CACHE_LINE   0x0C
#define PCI_REG_LATENCY	     0x0D
#define PCI_REG_HEADER	     0x0E
#define PCI_REG_BAR0	     0x10
#define PCI_REG_SUBVENDOR    0x2C
#define PCI_REG_SUBDEVICE    0x2E
#define PCI_REG_ROM	     0x30
#define PCI_REG_CAPABILITIES 0x34
#define PCI_REG_LINE	     0x3C
#define PCI_REG_PIN	     0x3D
#define PCI_CONFIG_SIZE	     256u
#define PCI_HEADER_SIZE	     64u

#define PCI_COMMAND_IO	   0x0001
#define PCI_COMMAND_MEMORY 0x0002
#define PCI_COMMAND_MASTER 0x0004
#define PCI_STATUS_CAPS	   0x0010

#define PCI_HEADER_MULTI   0x80
#define PCI_HEADER_TYPE	   0x7F
#define PCI_HEADER_DEVICE  0
#define PCI_HEADER_BRIDGE  1
#define PCI_HEADER_CARDBUS 2

/* Bridges (header type 1). */
#define PCI_BRIDGE_PRIMARY    0x18
#define PCI_BRIDGE_IO	      0x1C /* base, limit; 4 K steps */
#define PCI_BRIDGE_MEMORY     0x20 /* base, limit as words; 1 M steps */
#define PCI_BRIDGE_PREFETCH   0x24
#define PCI_BRIDGE_PREFETCH_U 0x28 /* upper halves: base, limit */
#define PCI_BRIDGE_IO_U	      0x30 /* upper halves of I/O: base, limit as words */
#define PCI_BRIDGE_ROM	      0x38
#define PCI_BRIDGE_CONTROL    0x3E
#define PCI_CARDBUS_CAPS      0x14
#define PCI_CARDBUS_SUBVENDOR 0x40

#define PCI_BAR_RAW_IO	     0x1u
#define PCI_BAR_RAW_TYPE     0x6u
#define PCI_BAR_RAW_BELOW_1M 0x2u
#define PCI_BAR_RAW_64	     0x4u
#define PCI_BAR_RAW_PREFETCH 0x8u
#define PCI_BAR_IO_MASK	     0xFFFFFFFCu
#define PCI_BAR_MEMORY_MASK  0xFFFFFFF0u
#define PCI_ROM_MASK	     0xFFFFF800u
#define PCI_ROM_ENABLE	     0x1u

#define PCI_CAP_FIRST	    0x40u /* lower pointers lead into the header: junk */
#define PCI_CAP_ID_SUBSYS   0x0D  /* subsystem identifiers of a bridge */
#define PCI_CAP_SUBSYS_IDS  4
#define PCI_CAP_POINTER_ALL 0xFCu

#define PCI_BASE_BRIDGE	     0x06
#define PCI_CLASS_IDE	     0x0101
#define PCI_CLASS_VGA	     0x0300
#define PCI_CLASS_HOST	     0x0600
#define PCI_CLASS_PCI_BRIDGE 0x0604
#define PCI_CLASS_CARDBUS    0x0607
#define PCI_CLASS_OLD_VGA    0x0001
/* Interface of class 0101: which channels have their own BARs. */
#define PCI_IDE_NATIVE_1      0x01u
#define PCI_IDE_NATIVE_2      0x04u
#define PCI_VENDOR_INTEL      0x8086
#define PCI_VENDOR_COMPAQ     0x0E11
#define PCI_SLOTS	      32u
#define PCI_FUNCTIONS	      8u
#define PCI_BUSES	      256u
#define PCI_DEVFN(slot, func) ((u8)((slot) << 3 | (func)))
#define PCI_LATENCY_DEFAULT   64
#define PCI_LATENCY_LEAST     16

#endif
