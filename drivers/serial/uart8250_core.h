/*
 * uart8250_core.h - a serial port of the 8250 family: find, set up, interrupt loop, polled output.
 *
 * uart8250_probe() tells if a UART is at `base` and of what type, in bounded time and leaving its
 * line settings as they were; an absent one costs two accesses. Then uart8250_set_line(), and for
 * interrupts uart8250_start() and uart8250_irq() from the handler. Transmission is pulled: when the
 * tty has bytes it calls uart8250_tx_start(), and the core asks ops->tx_byte for them until it says
 * -1. A timer calls uart8250_irq() a few times a second while a port is open, for lost interrupts
 * and UARTs that raise none (`thre_bug`, or irq 0): then it must also serve a kick.
 *
 * uart8250_putc() is for printk, panics and early boot: it polls, bounded by the time two
 * characters take, then drops the byte; after UART_DROPS_DEAD drops in a row the port counts as
 * dead and further bytes cost one look each.
 *
 * Errors: -ENODEV nothing there (floating or no register keeps a value), -EIO something that is no
 * UART (the loop test), -EINVAL bad line settings.
 *
 * Locking: `port lock` of the glue's, irq-safe, held around every call but probe; callbacks run
 * under it. uart8250_putc() of a panic is called without.
 *
 * Source: hardware-notes 9.2; PC16550D datasheet; National's AN-493 on the family's differences.
 */
#ifndef DRIVERS_SERIAL_UART8250_CORE_H
#define DRIVERS_SERIAL_UART8250_CORE_H

#include <kernel/types.h>
#include <kernel/hw.h>
#include "uart8250_reg.h"

#define UART_IRQ_LOOPS	  256  /* rounds of one interrupt */
#define UART_RX_BURST	  256  /* bytes of one round */
#define UART_TX_MIN_US	  500u /* polled output waits at least this long */
#define UART_TX_MAX_US	  1000000u
#define UART_DROPS_DEAD	  8
#define UART_THRE_TEST_US 20000u

enum uart_type {
	UART_NONE,
	UART_8250, /* no scratch register */
	UART_16450,
	UART_16550,  /* FIFO present and broken: not used */
	UART_16550A, /* FIFO of 16 */
	UART_TYPES
};

struct uart_type_info {
	const char *name;
	u8 fifo; /* bytes that may be written when THRE is set */
	u8 fcr;
};
extern const struct uart_type_info uart_types[UART_TYPES];

enum uart_parity {
	UART_PARITY_NONE,
	UART_PARITY_ODD,
	UART_PARITY_EVEN,
	UART_PARITY_MARK,
	UART_PARITY_SPACE
};

struct uart_line {
	unsigned int baud; /* 1..115200; what it really is comes back */
	u8 bits;	   /* 5..8 */
	u8 stop;	   /* 1 or 2 (1.5 with 5 bits) */
	u8 parity;	   /* enum uart_parity */
};

/* Received with an error; several may be set. */
#define UART_RX_OVERRUN (1u << 0) /* bytes before this one were lost */
#define UART_RX_PARITY	(1u << 1)
#define UART_RX_FRAMING (1u << 2)
#define UART_RX_BREAK	(1u << 3)

/* Modem lines as TIOCMGET numbers them. */
#define UART_TIOCM_DTR	0x002
#define UART_TIOCM_RTS	0x004
#define UART_TIOCM_CTS	0x020
#define UART_TIOCM_CD	0x040
#define UART_TIOCM_RI	0x080
#define UART_TIOCM_DSR	0x100
#define UART_TIOCM_OUT1 0x2000
#define UART_TIOCM_OUT2 0x4000
#define UART_TIOCM_LOOP 0x8000

struct uart_ops {
	void (*rx)(void *ctx, u8 byte, unsigned int errors);
	/* The next byte to send, or -1. */
	int (*tx_byte)(void *ctx);
	/* Modem lines now (UART_TIOCM_*), and which of CTS, DSR, RI, CD changed. May be NULL. */
	void (*modem)(void *ctx, unsigned int lines, unsigned int changed);
};

#define UART_SKIP_LOOP (1u << 0) /* COM1-4: some clones fail the loop test */

struct uart8250 {
	struct hw *hw;
	u16 base;
	unsigned int flags; /* UART_SKIP_LOOP */
	const struct uart_ops *ops;
	void *ctx;

	u8 type;       /* enum uart_type */
	bool thre_bug; /* the interrupt of an empty transmitter does not come again by itself */
	u8 ier, mcr, lcr, fcr; /* as written */
	bool tx_on;	       /* bytes are wanted from ops->tx_byte */
	bool hold;	       /* output stopped (CTS) */
	struct uart_line line;
	unsigned int char_us; /* one character on the wire */
	u8 drops;	      /* in a row, by putc */
	u32 rx_bytes, tx_bytes, overruns, errors, lost_irqs, stuck;
};

/* `u` zeroed but for hw, base, flags. */
int uart8250_probe(struct uart8250 *u);

/* -EINVAL: nothing changed. `line->baud` becomes the true rate. */
int uart8250_set_line(struct uart8250 *u, struct uart_line *line);
/* Divisor for a rate, 0 if there is none; `actual` (may be NULL) gets the true rate. Pure. */
unsigned int uart8250_divisor(unsigned int baud, unsigned int *actual);

/* FIFO and interrupts on, DTR and RTS up; everything received so far is dropped. */
void uart8250_start(struct uart8250 *u, const struct uart_ops *ops, void *ctx);
/* Interrupts off, FIFO off; DTR and RTS down if `hangup`. */
void uart8250_stop(struct uart8250 *u, bool hangup);

/* Serve the chip until it has nothing more, at most UART_IRQ_LOOPS rounds. False: nothing pending.
 */
bool uart8250_irq(struct uart8250 *u);
/* From a timer: serve what an interrupt should have told; counts them. */
void uart8250_poll(struct uart8250 *u);

void uart8250_tx_start(struct uart8250 *u);
/* Stop taking bytes (flow control); what is in the FIFO still goes out. */
void uart8250_tx_stop(struct uart8250 *u);
/* Nothing more to send, in the FIFO or on the wire (TIOCSERGETLSR, tcdrain). */
bool uart8250_tx_empty(struct uart8250 *u);
/* Stop or go on receiving interrupts (throttle); RTS is the caller's. */
void uart8250_rx_enable(struct uart8250 *u, bool on);

/* Lines by UART_TIOCM_*. Setting touches DTR, RTS, OUT1, LOOP. */
unsigned int uart8250_get_modem(struct uart8250 *u);
void uart8250_set_modem(struct uart8250 *u, unsigned int set, unsigned int clear);
void uart8250_break(struct uart8250 *u, bool on);

/* Polled: false if the byte was dropped. */
bool uart8250_putc(struct uart8250 *u, u8 byte);
/* Polled: -1 if there is none. */
int uart8250_getc(struct uart8250 *u);

#endif
