/*
 * i8042_reg.h - the PS/2 controller's registers and commands. Hardware facts only.
 *
 * Source: IBM PS/2 Hardware Interface Technical Reference (keyboard/auxiliary device controller);
 * Synaptics "Active PS/2 Multiplexing Specification" for the MUX.
 */
#ifndef DRIVERS_PS2_I8042_REG_H
#define DRIVERS_PS2_I8042_REG_H

#define I8042_PORT_DATA	   0x60
#define I8042_PORT_STATUS  0x64
#define I8042_PORT_COMMAND 0x64

#define I8042_STATUS_OBF     0x01 /* output buffer full: a byte to read */
#define I8042_STATUS_IBF     0x02 /* input buffer full: do not write */
#define I8042_STATUS_SYS     0x04
#define I8042_STATUS_CMD     0x08
#define I8042_STATUS_UNLOCK  0x10 /* 0: the key switch is locked */
#define I8042_STATUS_AUX     0x20 /* the byte is the mouse's */
#define I8042_STATUS_TIMEOUT 0x40
#define I8042_STATUS_PARITY  0x80

#define I8042_CTR_KBD_INT     0x01
#define I8042_CTR_AUX_INT     0x02
#define I8042_CTR_SYS	      0x04
#define I8042_CTR_IGNORE_LOCK 0x08
#define I8042_CTR_KBD_DISABLE 0x10
#define I8042_CTR_AUX_DISABLE 0x20
#define I8042_CTR_TRANSLATE   0x40

#define I8042_CMD_READ_CTR    0x20
#define I8042_CMD_WRITE_CTR   0x60
#define I8042_CMD_AUX_DISABLE 0xA7
#define I8042_CMD_AUX_ENABLE  0xA8
#define I8042_CMD_AUX_TEST    0xA9
#define I8042_CMD_SELF_TEST   0xAA
#define I8042_CMD_KBD_TEST    0xAB
#define I8042_CMD_KBD_DISABLE 0xAD
#define I8042_CMD_KBD_ENABLE  0xAE
#define I8042_CMD_AUX_LOOP    0xD3
#define I8042_CMD_AUX_SEND    0xD4
#define I8042_CMD_PULSE_RESET 0xFE

#define I8042_SELF_TEST_OK 0x55

#endif
