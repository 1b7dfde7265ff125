/*
 * serial.h - between the files of the serial glue: one port, its lock and its transmit ring.
 *
 * Locking: port->lock (irq-safe) guards the chip and the ring. It has no rank: printk() takes it
 * below the log's lock, received bytes go from under it into the tty's ring; so nothing prints
 * while it is held. In a panic it is not taken.
 */
#ifndef DRIVERS_SERIAL_SERIAL_H
#define DRIVERS_SERIAL_SERIAL_H

#include <kernel/hw_host.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <kernel/tty.h>
#include "uart8250_core.h"

#define SERIAL_PORTS   4
#define SERIAL_TX_RING 4096u /* a power of two */

struct serial_port {
	struct uart8250 uart;
	struct hw_host host;
	struct spinlock lock;
	int irq;
	bool probed, present;
	struct tty tty;
	struct console console;

	/* lock */
	bool open, has_irq;
	bool tx_held;	 /* CTS is down */
	bool tx_stopped; /* by the tty */
	int x_char;	 /* flow control character to send first, or -1 */
	u8 *ring;
	u32 head, tail;
	s64 sysrq_until; /* a break came: until then the next byte is a command */
	u32 breaks, framing, cts_changes, dsr_changes, ring_changes, carrier_changes;
	struct irq_action action;
	struct timer poll;
	struct wait_queue modem_wait; /* TIOCMIWAIT */
};

extern struct serial_port serial_ports[SERIAL_PORTS];
/* Is there a port? Looks once. */
bool serial_probe(unsigned int index);
void serial_set_line(struct serial_port *p, struct termios2_abi *t); /* lock held */

/* serial_console.c */
void serial_console_start(unsigned int index);
/* The console's modes by the command line; unchanged if it is none. */
void serial_console_modes(unsigned int index, struct termios2_abi *t);
/* serial_tty.c */
extern struct tty_driver serial_driver;
extern const struct uart_ops serial_uart_ops;

#endif
