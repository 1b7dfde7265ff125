/*
 * sim_uart.h - a simulated UART of the 8250 family on the simulated bus.
 *
 * Bytes written leave one by one, each after the time it takes on the wire, into `sent`; received
 * bytes come from sim_uart_receives(). With `deliver` set, a rising interrupt line (through OUT2)
 * calls it, once for each edge, as ISA does.
 */
#ifndef SIM_UART_H
#define SIM_UART_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../uart8250_core.h"

#define SIM_UART_BASE 0x3F8
#define SIM_SENT      4096

struct sim_uart {
	struct sim_bus bus;
	enum uart_type type;
	/* faults */
	bool loop_dead;		      /* no loopback */
	bool thre_bug;		      /* switching IER on tells nothing */
	bool thre_stuck;	      /* the transmitter never empties */
	bool irq_stuck;		      /* IIR always says receive data */
	bool deaf_ier;		      /* IER keeps nothing */
	u8 loop_flips;		      /* bits that change on their way through the loop */
	unsigned int crystal_percent; /* of the usual frequency; 0: 100 */
	/* registers */
	u8 ier, lcr, mcr, msr, scr, lsr_errors, dll, dlm, fcr;
	u8 lines; /* modem inputs: high nibble of MSR */
	u8 rx[64], rx_error[64];
	unsigned int rx_count;
	u8 tx[16];
	unsigned int tx_count;
	bool shifting, thre_pending, line_high;
	u8 shift;
	u8 sent[SIM_SENT];
	unsigned int sent_count, edges, tx_lost;
	bool clear_rx_seen, in_handler, edge_kept;
	void (*deliver)(void *arg);
	void *deliver_arg;
};

void sim_uart_init(struct sim_uart *s, enum uart_type type);
void sim_uart_receives(struct sim_uart *s, u8 byte, u8 lsr_error);
/* Modem inputs as MSR's high nibble. */
void sim_uart_lines(struct sim_uart *s, u8 lines);

#endif
