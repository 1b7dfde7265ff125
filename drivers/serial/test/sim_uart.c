/* The simulated UART of sim_uart.h. */
#include <string.h>
#include "sim_uart.h"

static bool has_fifo(const struct sim_uart *s)
{
	return s->type == UART_16550A && s->fcr & UART_FCR_ENABLE;
}

static unsigned int divisor(const struct sim_uart *s)
{
	unsigned int d = s->dll | s->dlm << 8;

	return d ? d : 0x10000;
}

static unsigned int char_us(const struct sim_uart *s)
{
	unsigned int bits =
		2 + 5 + (s->lcr & 3) + !!(s->lcr & UART_LCR_PARITY) + !!(s->lcr & UART_LCR_STOP2);

	return bits * divisor(s) * (1000000 / (s->crystal_percent ? s->crystal_percent : 100)) /
	       (UART_CLOCK_HZ / 100);
}

static u8 lsr(struct sim_uart *s)
{
	u8 value = s->rx_count ? UART_LSR_DATA | s->rx_error[0] : 0;

	value |= s->lsr_errors;
	if (!s->tx_count && !s->thre_stuck)
		value |= UART_LSR_THRE;
	if (!s->tx_count && !s->shifting && !s->thre_stuck)
		value |= UART_LSR_IDLE;
	return value;
}

static u8 iir_cause(struct sim_uart *s)
{
	u8 line = lsr(s);

	if (s->irq_stuck)
		return UART_IIR_RX;
	if (s->ier & UART_IER_LINE && line & UART_LSR_ERRORS)
		return UART_IIR_LINE;
	if (s->ier & UART_IER_RX && line & UART_LSR_DATA)
		return UART_IIR_RX;
	if (s->ier & UART_IER_TX && s->thre_pending && line & UART_LSR_THRE)
		return UART_IIR_TX;
	if (s->ier & UART_IER_MODEM && s->msr & UART_MSR_DELTA)
		return UART_IIR_MODEM;
	return UART_IIR_NONE;
}

static void update_line(struct sim_uart *s)
{
	bool high = iir_cause(s) != UART_IIR_NONE && s->mcr & UART_MCR_OUT2 &&
		    !(s->mcr & UART_MCR_LOOP);
	bool rises = high && !s->line_high;

	s->line_high = high;
	if (!rises)
		return;
	s->edges++;
	sim_bus_raise_irq(&s->bus);
	/* An edge during the handler is kept by the interrupt controller. */
	s->edge_kept = true;
	while (s->deliver && !s->in_handler && s->edge_kept) {
		s->in_handler = true;
		s->edge_kept = false;
		s->deliver(s->deliver_arg);
		s->in_handler = false;
	}
}

static void shift_out(void *arg);

static void load_shift(struct sim_uart *s)
{
	if (s->shifting || !s->tx_count || s->thre_stuck)
		return;
	s->shift = s->tx[0];
	memmove(s->tx, s->tx + 1, --s->tx_count);
	s->shifting = true;
	sim_bus_at(&s->bus, char_us(s), shift_out, s);
	if (!s->tx_count)
		s->thre_pending = true;
}

static void shift_out(void *arg)
{
	struct sim_uart *s = arg;

	s->shifting = false;
	assert_true(s->sent_count < SIM_SENT);
	if (!(s->mcr & UART_MCR_LOOP))
		s->sent[s->sent_count++] = s->shift;
	else if (!s->loop_dead)
		sim_uart_receives(s, s->shift ^ s->loop_flips, 0);
	load_shift(s);
	update_line(s);
}

static void push_tx(struct sim_uart *s, u8 byte)
{
	unsigned int room = has_fifo(s) ? 16 : 1;

	s->thre_pending = false;
	if (s->tx_count >= room) {
		s->tx_lost++;
		return;
	}
	s->tx[s->tx_count++] = byte;
	load_shift(s);
}

static u8 read_rx(struct sim_uart *s)
{
	u8 byte = s->rx[0];

	if (!s->rx_count)
		return 0;
	s->rx_count--;
	memmove(s->rx, s->rx + 1, s->rx_count);
	memmove(s->rx_error, s->rx_error + 1, s->rx_count);
	return byte;
}

static u8 read_lsr(struct sim_uart *s)
{
	u8 value = lsr(s);

	s->lsr_errors = 0;
	if (s->rx_count)
		s->rx_error[0] = 0;
	return value;
}

static u8 read_iir(struct sim_uart *s)
{
	u8 cause = iir_cause(s);

	if (cause == UART_IIR_TX)
		s->thre_pending = false;
	if (!(s->fcr & UART_FCR_ENABLE))
		return cause;
	return cause | (s->type == UART_16550A ? 0xC0 : s->type == UART_16550 ? 0x80 : 0);
}

static u8 read_msr(struct sim_uart *s)
{
	u8 value = s->msr;

	s->msr &= 0xF0;
	if (s->mcr & UART_MCR_LOOP && !s->loop_dead)
		value = (u8)((s->mcr & UART_MCR_OUT2 ? UART_MSR_DCD : 0) |
			     (s->mcr & UART_MCR_OUT1 ? UART_MSR_RI : 0) |
			     (s->mcr & UART_MCR_DTR ? UART_MSR_DSR : 0) |
			     (s->mcr & UART_MCR_RTS ? UART_MSR_CTS : 0));
	return value;
}

static u32 chip_read(void *chip, u16 port, unsigned int width)
{
	struct sim_uart *s = chip;
	bool dlab = s->lcr & UART_LCR_DLAB;
	u8 value = 0;

	switch (port - SIM_UART_BASE) {
	case UART_RBR:
		value = dlab ? s->dll : read_rx(s);
		break;
	case UART_IER:
		value = dlab ? s->dlm : s->ier;
		break;
	case UART_IIR:
		value = read_iir(s);
		break;
	case UART_LCR:
		value = s->lcr;
		break;
	case UART_MCR:
		value = s->mcr;
		break;
	case UART_LSR:
		value = read_lsr(s);
		break;
	case UART_MSR:
		value = read_msr(s);
		break;
	case UART_SCR:
		value = s->type == UART_8250 ? 0xFF : s->scr;
		break;
	}
	update_line(s);
	return value;
}

static void write_ier(struct sim_uart *s, u8 value)
{
	bool tx_on = value & UART_IER_TX && !(s->ier & UART_IER_TX);

	if (s->deaf_ier)
		return;
	s->ier = value & 0x0F;
	if (tx_on && !s->thre_bug && lsr(s) & UART_LSR_THRE)
		s->thre_pending = true;
}

static void write_fcr(struct sim_uart *s, u8 value)
{
	if (s->type != UART_16550A && s->type != UART_16550)
		return;
	s->fcr = value;
	if (value & UART_FCR_CLEAR_RX)
		s->rx_count = 0;
	if (value & UART_FCR_CLEAR_TX)
		s->tx_count = 0;
	s->clear_rx_seen |= value & UART_FCR_CLEAR_RX;
}

static void chip_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_uart *s = chip;
	bool dlab = s->lcr & UART_LCR_DLAB;
	u8 byte = (u8)value;

	switch (port - SIM_UART_BASE) {
	case UART_THR:
		if (dlab)
			s->dll = byte;
		else
			push_tx(s, byte);
		break;
	case UART_IER:
		if (dlab)
			s->dlm = byte;
		else
			write_ier(s, byte);
		break;
	case UART_FCR:
		write_fcr(s, byte);
		break;
	case UART_LCR:
		s->lcr = byte;
		break;
	case UART_MCR:
		s->mcr = byte & 0x1F;
		break;
	case UART_SCR:
		s->scr = byte;
		break;
	}
	update_line(s);
}

void sim_uart_init(struct sim_uart *s, enum uart_type type)
{
	memset(s, 0, sizeof(*s));
	sim_bus_init(&s->bus);
	if (type != UART_NONE)
		sim_bus_claim(&s->bus, SIM_UART_BASE, 8, chip_read, chip_write, s);
	s->type = type;
	s->dll = 12;
	s->lcr = 3;
	s->scr = 0x77;
	s->lines = s->msr = UART_MSR_CTS | UART_MSR_DSR;
}

void sim_uart_receives(struct sim_uart *s, u8 byte, u8 lsr_error)
{
	unsigned int room = has_fifo(s) ? 16 : 1;

	if (s->rx_count >= room) {
		s->lsr_errors |= UART_LSR_OVERRUN;
	} else {
		s->rx[s->rx_count] = byte;
		s->rx_error[s->rx_count++] = lsr_error;
	}
	update_line(s);
}

void sim_uart_lines(struct sim_uart *s, u8 lines)
{
	u8 changed = s->lines ^ lines;

	s->msr = lines | (s->msr & 0x0F);
	s->msr |= changed >> 4 & (UART_MSR_DCTS | UART_MSR_DDSR | UART_MSR_DDCD);
	if (changed & UART_MSR_RI && !(lines & UART_MSR_RI))
		s->msr |= UART_MSR_TERI;
	s->lines = lines;
	update_line(s);
}
