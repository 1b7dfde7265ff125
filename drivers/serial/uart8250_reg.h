/*
 * uart8250_reg.h - registers of the 8250 family. Hardware facts only.
 * Source: National Semiconductor PC16550D datasheet.
 */
#ifndef DRIVERS_SERIAL_UART8250_REG_H
#define DRIVERS_SERIAL_UART8250_REG_H

#define UART_RBR 0 /* read, DLAB 0 */
#define UART_THR 0 /* write, DLAB 0 */
#define UART_DLL 0 /* DLAB 1 */
#define UART_IER 1
#define UART_DLM 1 /* DLAB 1 */
#define UART_IIR 2 /* read */
#define UART_FCR 2 /* write */
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5
#define UART_MSR 6
#define UART_SCR 7

#define UART_IER_RX    0x01
#define UART_IER_TX    0x02
#define UART_IER_LINE  0x04
#define UART_IER_MODEM 0x08

#define UART_IIR_NONE	 0x01 /* no interrupt pending */
#define UART_IIR_ID	 0x0E
#define UART_IIR_MODEM	 0x00
#define UART_IIR_TX	 0x02
#define UART_IIR_RX	 0x04
#define UART_IIR_LINE	 0x06
#define UART_IIR_TIMEOUT 0x0C

#define UART_FCR_ENABLE	  0x01
#define UART_FCR_CLEAR_RX 0x02
#define UART_FCR_CLEAR_TX 0x04
#define UART_FCR_TRIG_1	  0x00
#define UART_FCR_TRIG_8	  0x80
#define UART_FCR_TRIG_14  0xC0

#define UART_LCR_BITS_MASK 0x03 /* 5..8 data bits as 0..3 */
#define UART_LCR_STOP2	   0x04
#define UART_LCR_PARITY	   0x08
#define UART_LCR_EVEN	   0x10
#define UART_LCR_STICK	   0x20
#define UART_LCR_BREAK	   0x40
#define UART_LCR_DLAB	   0x80

#define UART_MCR_DTR  0x01
#define UART_MCR_RTS  0x02
#define UART_MCR_OUT1 0x04
#define UART_MCR_OUT2 0x08 /* on a PC: lets the interrupt through */
#define UART_MCR_LOOP 0x10

#define UART_LSR_DATA	 0x01
#define UART_LSR_OVERRUN 0x02
#define UART_LSR_PARITY	 0x04
#define UART_LSR_FRAMING 0x08
#define UART_LSR_BREAK	 0x10
#define UART_LSR_THRE	 0x20
#define UART_LSR_IDLE	 0x40
#define UART_LSR_FIFO	 0x80
#define UART_LSR_ERRORS	 0x1E

#define UART_MSR_DCTS  0x01
#define UART_MSR_DDSR  0x02
#define UART_MSR_TERI  0x04
#define UART_MSR_DDCD  0x08
#define UART_MSR_DELTA 0x0F
#define UART_MSR_CTS   0x10
#define UART_MSR_DSR   0x20
#define UART_MSR_RI    0x40
#define UART_MSR_DCD   0x80

#define UART_CLOCK_HZ 115200u /* 1.8432 MHz / 16 */

#endif
