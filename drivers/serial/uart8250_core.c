/* The 8250 family; see uart8250_core.h. */
#include <kernel/errno.h>
#include "uart8250_core.h"

#define PORT_NOISE   0x80 /* POST codes: a write that leaves the bus at FF */
#define LOOP_MCR     (UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS)
#define LOOP_MSR     (UART_MSR_DCD | UART_MSR_CTS) /* OUT2 and RTS come back as these */
#define IER_MASK     0x0F
#define THRE_POLL_US 50u
#define BITS_MAX     12 /* start, 8 data, parity, 2 stop */
#define FIFO_16550A  16

const struct uart_type_info uart_types[UART_TYPES] = {
	[UART_NONE] = { "none", 1, 0 },
	[UART_8250] = { "8250", 1, 0 },
	[UART_16450] = { "16450", 1, 0 },
	/* National's first 16550 loses bytes with its FIFO on (AN-493). */
	[UART_16550] = { "16550", 1, 0 },
	[UART_16550A] = { "16550A", FIFO_16550A, UART_FCR_ENABLE | UART_FCR_TRIG_8 },
};

static u8 get(struct uart8250 *u, unsigned int reg)
{
	return hw_in8(u->hw, (u16)(u->base + reg));
}

static void put(struct uart8250 *u, unsigned int reg, u8 value)
{
	hw_out8(u->hw, (u16)(u->base + reg), value);
}

static void set_ier(struct uart8250 *u, u8 ier)
{
	u->ier = ier;
	put(u, UART_IER, ier);
}

static void set_mcr(struct uart8250 *u, u8 mcr)
{
	u->mcr = mcr;
	put(u, UART_MCR, mcr);
}

/* ---- the probe ---- */

/* Keeps what is written and nothing else. */
static bool ier_sticks(struct uart8250 *u)
{
	u8 none, all, before = get(u, UART_IER);

	if (before == 0xFF)
		return false;
	put(u, UART_IER, 0);
	hw_out8(u->hw, PORT_NOISE, 0xFF);
	none = get(u, UART_IER) & IER_MASK;
	put(u, UART_IER, IER_MASK);
	hw_out8(u->hw, PORT_NOISE, 0);
	all = get(u, UART_IER) & IER_MASK;
	put(u, UART_IER, 0);
	return none == 0 && all == IER_MASK;
}

/* In loopback the outputs RTS and OUT2 come back as CTS and DCD. */
static bool loops(struct uart8250 *u)
{
	u8 before = get(u, UART_MCR), msr;

	put(u, UART_MCR, LOOP_MCR);
	msr = get(u, UART_MSR) & 0xF0;
	put(u, UART_MCR, before);
	return msr == LOOP_MSR;
}

static bool scratch_sticks(struct uart8250 *u)
{
	u8 before = get(u, UART_SCR), first, second;

	put(u, UART_SCR, 0xA5);
	first = get(u, UART_SCR);
	put(u, UART_SCR, 0x5A);
	second = get(u, UART_SCR);
	put(u, UART_SCR, before);
	return first == 0xA5 && second == 0x5A;
}

static enum uart_type find_type(struct uart8250 *u)
{
	u8 iir;

	put(u, UART_FCR, 0);
	put(u, UART_FCR, UART_FCR_ENABLE);
	iir = get(u, UART_IIR);
	put(u, UART_FCR, 0);
	switch (iir >> 6) {
	case 3:
		return UART_16550A;
	case 2:
		return UART_16550;
	default:
		return scratch_sticks(u) ? UART_16450 : UART_8250;
	}
}

/*
 * A sound UART tells an empty transmitter again when its interrupt is switched off and on. Some do
 * not; then tx_start must be served by hand. OUT2 is off here: nothing reaches the processor.
 */
static bool has_thre_bug(struct uart8250 *u)
{
	unsigned int waited;
	u8 first, second, mcr = get(u, UART_MCR);
	bool told = false;

	put(u, UART_MCR, mcr & (u8)~UART_MCR_OUT2);
	for (waited = 0; waited < UART_THRE_TEST_US && !told; waited += THRE_POLL_US) {
		told = get(u, UART_LSR) & UART_LSR_THRE;
		if (!told)
			hw_delay_us(u->hw, THRE_POLL_US);
	}
	put(u, UART_IER, UART_IER_TX);
	first = get(u, UART_IIR);
	put(u, UART_IER, 0);
	put(u, UART_IER, UART_IER_TX);
	second = get(u, UART_IIR);
	put(u, UART_IER, 0);
	put(u, UART_MCR, mcr);
	return !told || first & UART_IIR_NONE || second & UART_IIR_NONE;
}

int uart8250_probe(struct uart8250 *u)
{
	u8 lcr = get(u, UART_LCR), ier;

	u->type = UART_NONE;
	if (lcr == 0xFF && get(u, UART_IER) == 0xFF)
		return -ENODEV;
	/* With DLAB set, IER would be the divisor. */
	put(u, UART_LCR, lcr & (u8)~UART_LCR_DLAB);
	ier = get(u, UART_IER);
	if (!ier_sticks(u)) {
		put(u, UART_IER, ier);
		put(u, UART_LCR, lcr);
		return -ENODEV;
	}
	if (!(u->flags & UART_SKIP_LOOP) && !loops(u)) {
		put(u, UART_IER, ier);
		put(u, UART_LCR, lcr);
		return -EIO;
	}
	u->type = (u8)find_type(u);
	u->thre_bug = has_thre_bug(u);
	u->ier = u->fcr = 0;
	u->lcr = lcr & (u8)~UART_LCR_DLAB;
	u->mcr = get(u, UART_MCR);
	u->drops = 0;
	u->char_us = UART_TX_MAX_US / 100;
	return 0;
}

/* ---- line settings ---- */

unsigned int uart8250_divisor(unsigned int baud, unsigned int *actual)
{
	unsigned int divisor;

	if (!baud || baud > UART_CLOCK_HZ)
		return 0;
	divisor = (UART_CLOCK_HZ + baud / 2) / baud;
	if (divisor > 0xFFFF)
		return 0;
	if (actual)
		*actual = UART_CLOCK_HZ / divisor;
	return divisor;
}

static u8 lcr_of(const struct uart_line *line)
{
	static const u8 parity[] = {
		[UART_PARITY_NONE] = 0,
		[UART_PARITY_ODD] = UART_LCR_PARITY,
		[UART_PARITY_EVEN] = UART_LCR_PARITY | UART_LCR_EVEN,
		[UART_PARITY_MARK] = UART_LCR_PARITY | UART_LCR_STICK,
		[UART_PARITY_SPACE] = UART_LCR_PARITY | UART_LCR_STICK | UART_LCR_EVEN,
	};

	return (u8)((line->bits - 5) | (line->stop == 2 ? UART_LCR_STOP2 : 0) |
		    parity[line->parity]);
}

static bool line_valid(const struct uart_line *line)
{
	return line->bits >= 5 && line->bits <= 8 && line->stop >= 1 && line->stop <= 2 &&
	       line->parity <= UART_PARITY_SPACE;
}

int uart8250_set_line(struct uart8250 *u, struct uart_line *line)
{
	unsigned int divisor = uart8250_divisor(line->baud, &line->baud);
	u8 lcr;

	if (!divisor || !line_valid(line))
		return -EINVAL;
	lcr = lcr_of(line) | (u->lcr & UART_LCR_BREAK);
	put(u, UART_LCR, lcr | UART_LCR_DLAB);
	put(u, UART_DLL, divisor & 0xFF);
	put(u, UART_DLM, (u8)(divisor >> 8));
	put(u, UART_LCR, lcr);
	u->lcr = lcr;
	u->line = *line;
	u->char_us = BITS_MAX * 1000000u / line->baud + 1;
	u->drops = 0;
	return 0;
}

/* ---- on and off ---- */

static void set_fifo(struct uart8250 *u, u8 fcr)
{
	put(u, UART_FCR, fcr | UART_FCR_CLEAR_RX | UART_FCR_CLEAR_TX);
	u->fcr = fcr;
	put(u, UART_FCR, fcr);
}

/* Reading these clears what they would interrupt for. */
static void forget_pending(struct uart8250 *u)
{
	unsigned int i;

	for (i = 0; i < UART_RX_BURST && get(u, UART_LSR) & UART_LSR_DATA; i++)
		get(u, UART_RBR);
	get(u, UART_IIR);
	get(u, UART_MSR);
}

void uart8250_start(struct uart8250 *u, const struct uart_ops *ops, void *ctx)
{
	u->ops = ops;
	u->ctx = ctx;
	u->tx_on = false;
	if (uart_types[u->type].fcr)
		set_fifo(u, uart_types[u->type].fcr);
	forget_pending(u);
	set_mcr(u, (u->mcr & (u8)~UART_MCR_LOOP) | UART_MCR_OUT2 | UART_MCR_DTR | UART_MCR_RTS);
	set_ier(u, UART_IER_RX | UART_IER_LINE | UART_IER_MODEM);
}

void uart8250_stop(struct uart8250 *u, bool hangup)
{
	u8 mcr = u->mcr & (u8)~UART_MCR_OUT2;

	u->tx_on = false;
	set_ier(u, 0);
	if (hangup)
		mcr &= (u8) ~(UART_MCR_DTR | UART_MCR_RTS);
	set_mcr(u, mcr);
	uart8250_break(u, false);
	if (u->fcr)
		set_fifo(u, 0);
	forget_pending(u);
	u->ops = NULL;
}

/* ---- the interrupt ---- */

static unsigned int rx_errors(struct uart8250 *u, u8 lsr)
{
	unsigned int errors = 0;

	if (!(lsr & UART_LSR_ERRORS))
		return 0;
	if (lsr & UART_LSR_OVERRUN) {
		errors |= UART_RX_OVERRUN;
		u->overruns++;
	}
	/* A break shows as framing error and perhaps parity error too: it is neither. */
	if (lsr & UART_LSR_BREAK)
		return errors | UART_RX_BREAK;
	if (lsr & UART_LSR_PARITY)
		errors |= UART_RX_PARITY;
	if (lsr & UART_LSR_FRAMING)
		errors |= UART_RX_FRAMING;
	if (errors & (UART_RX_PARITY | UART_RX_FRAMING))
		u->errors++;
	return errors;
}

/* Everything received; returns the last line status, which was read once and only once. */
static u8 serve_rx(struct uart8250 *u)
{
	u8 lsr = get(u, UART_LSR);
	unsigned int i;

	for (i = 0; i < UART_RX_BURST && lsr & (UART_LSR_DATA | UART_LSR_BREAK); i++) {
		u8 byte = 0;

		/* All ones: the port went away. */
		if (lsr == 0xFF)
			return 0;
		/* Some tell a break without a byte. */
		if (lsr & UART_LSR_DATA)
			byte = get(u, UART_RBR);
		u->rx_bytes++;
		u->ops->rx(u->ctx, byte, rx_errors(u, lsr));
		lsr = get(u, UART_LSR);
	}
	return lsr;
}

static void serve_tx(struct uart8250 *u)
{
	unsigned int room = uart_types[u->type].fifo;
	int byte;

	while (room-- && u->tx_on) {
		byte = u->ops->tx_byte(u->ctx);
		if (byte < 0) {
			uart8250_tx_stop(u);
			return;
		}
		put(u, UART_THR, (u8)byte);
		u->tx_bytes++;
	}
}

static unsigned int modem_lines(u8 msr)
{
	return (msr & UART_MSR_CTS ? UART_TIOCM_CTS : 0) |
	       (msr & UART_MSR_DSR ? UART_TIOCM_DSR : 0) | (msr & UART_MSR_RI ? UART_TIOCM_RI : 0) |
	       (msr & UART_MSR_DCD ? UART_TIOCM_CD : 0);
}

/* Which lines changed; of the ring indicator only the end is told. */
static unsigned int modem_changes(u8 msr)
{
	return (msr & UART_MSR_DCTS ? UART_TIOCM_CTS : 0) |
	       (msr & UART_MSR_DDSR ? UART_TIOCM_DSR : 0) |
	       (msr & UART_MSR_TERI ? UART_TIOCM_RI : 0) |
	       (msr & UART_MSR_DDCD ? UART_TIOCM_CD : 0);
}

static void tell_modem(struct uart8250 *u, u8 msr)
{
	if (msr & UART_MSR_DELTA && u->ops && u->ops->modem)
		u->ops->modem(u->ctx, modem_lines(msr), modem_changes(msr));
}

static void serve_once(struct uart8250 *u)
{
	u8 lsr = serve_rx(u);

	tell_modem(u, get(u, UART_MSR));
	if (lsr & UART_LSR_THRE && u->ier & UART_IER_TX)
		serve_tx(u);
}

bool uart8250_irq(struct uart8250 *u)
{
	unsigned int round;

	if (!u->ops)
		return false;
	/* ISA interrupts are edges: leave with nothing pending, or no further one comes. */
	for (round = 0; round < UART_IRQ_LOOPS; round++) {
		if (get(u, UART_IIR) & UART_IIR_NONE)
			return round > 0;
		serve_once(u);
	}
	u->stuck++;
	return true;
}

void uart8250_poll(struct uart8250 *u)
{
	u8 lsr;

	if (!u->ops)
		return;
	if (uart8250_irq(u)) {
		u->lost_irqs++;
		return;
	}
	/* Nothing pending, yet bytes wait: the transmitter's interrupt was forgotten. */
	lsr = get(u, UART_LSR);
	if (lsr != 0xFF && lsr & UART_LSR_THRE && u->tx_on) {
		u->lost_irqs++;
		serve_tx(u);
	}
}

/* ---- sending ---- */

void uart8250_tx_start(struct uart8250 *u)
{
	u8 lsr;

	if (u->tx_on || !u->ops)
		return;
	u->tx_on = true;
	set_ier(u, u->ier | UART_IER_TX);
	if (!u->thre_bug)
		return;
	lsr = get(u, UART_LSR);
	if (lsr != 0xFF && lsr & UART_LSR_THRE)
		serve_tx(u);
}

void uart8250_tx_stop(struct uart8250 *u)
{
	if (!u->tx_on)
		return;
	u->tx_on = false;
	set_ier(u, u->ier & (u8)~UART_IER_TX);
}

bool uart8250_tx_empty(struct uart8250 *u)
{
	return get(u, UART_LSR) & UART_LSR_IDLE;
}

void uart8250_rx_enable(struct uart8250 *u, bool on)
{
	u8 bits = UART_IER_RX | UART_IER_LINE;

	set_ier(u, on ? u->ier | bits : u->ier & (u8)~bits);
}

/* ---- lines ---- */

static const struct {
	unsigned int tiocm;
	u8 mcr;
} mcr_bits[] = {
	{ UART_TIOCM_DTR, UART_MCR_DTR },   { UART_TIOCM_RTS, UART_MCR_RTS },
	{ UART_TIOCM_OUT1, UART_MCR_OUT1 }, { UART_TIOCM_OUT2, UART_MCR_OUT2 },
	{ UART_TIOCM_LOOP, UART_MCR_LOOP },
};

unsigned int uart8250_get_modem(struct uart8250 *u)
{
	u8 msr = get(u, UART_MSR);
	unsigned int i, lines = modem_lines(msr);

	/* The read cleared the changes. */
	tell_modem(u, msr);
	for (i = 0; i < ARRAY_SIZE(mcr_bits); i++)
		if (u->mcr & mcr_bits[i].mcr)
			lines |= mcr_bits[i].tiocm;
	return lines;
}

void uart8250_set_modem(struct uart8250 *u, unsigned int set, unsigned int clear)
{
	u8 mcr = u->mcr;
	unsigned int i;

	/* OUT2 is the interrupt's gate and not the user's. */
	set &= ~(unsigned int)UART_TIOCM_OUT2;
	clear &= ~(unsigned int)UART_TIOCM_OUT2;
	for (i = 0; i < ARRAY_SIZE(mcr_bits); i++) {
		if (clear & mcr_bits[i].tiocm)
			mcr &= (u8)~mcr_bits[i].mcr;
		if (set & mcr_bits[i].tiocm)
			mcr |= mcr_bits[i].mcr;
	}
	set_mcr(u, mcr);
}

void uart8250_break(struct uart8250 *u, bool on)
{
	u->lcr = on ? u->lcr | UART_LCR_BREAK : u->lcr & (u8)~UART_LCR_BREAK;
	put(u, UART_LCR, u->lcr);
}

/* ---- polled ---- */

static bool wait_thre(struct uart8250 *u, unsigned int limit_us)
{
	unsigned int waited = 0;

	for (;;) {
		u8 lsr = get(u, UART_LSR);

		if (lsr == 0xFF)
			return false;
		if (lsr & UART_LSR_THRE)
			return true;
		if (waited >= limit_us)
			return false;
		hw_delay_us(u->hw, THRE_POLL_US);
		waited += THRE_POLL_US;
	}
}

bool uart8250_putc(struct uart8250 *u, u8 byte)
{
	/* What the FIFO holds, and as much again. */
	unsigned int limit = 2 * u->char_us * uart_types[u->type].fifo;

	if (u->drops >= UART_DROPS_DEAD)
		limit = 0;
	else
		limit = min(max(limit, UART_TX_MIN_US), UART_TX_MAX_US);
	if (!wait_thre(u, limit)) {
		if (u->drops < UART_DROPS_DEAD)
			u->drops++;
		return false;
	}
	u->drops = 0;
	put(u, UART_THR, byte);
	return true;
}

int uart8250_getc(struct uart8250 *u)
{
	u8 lsr = get(u, UART_LSR);

	if (lsr == 0xFF || !(lsr & UART_LSR_DATA))
		return -1;
	return get(u, UART_RBR);
}
