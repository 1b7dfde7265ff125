/* UARTs of each type, absent, floating, stuck, and with interrupts lost. */
// LINK: drivers/serial/uart8250_core.c drivers/serial/test/sim_uart.c
#include "sim_uart.h"
#include <kernel/errno.h>
#include <string.h>

static struct sim_uart sim;
static struct uart8250 u;

static u8 got[512];
static unsigned int got_errors[512], got_count;
static const char *to_send;
static unsigned int modem_lines, modem_changed, modem_calls;

static void on_rx(void *ctx, u8 byte, unsigned int errors)
{
	assert_ptr_equal(ctx, &sim);
	got[got_count % 512] = byte;
	got_errors[got_count++ % 512] = errors;
}

static int next_byte(void *ctx)
{
	return to_send && *to_send ? *to_send++ : -1;
}

static void on_modem(void *ctx, unsigned int lines, unsigned int changed)
{
	modem_lines = lines;
	modem_changed |= changed;
	modem_calls++;
}

static const struct uart_ops ops = { on_rx, next_byte, on_modem };

static void irq(void *arg)
{
	uart8250_irq(arg);
}

static u64 us(void)
{
	return sim.bus.now_ns / 1000;
}

static void plug(enum uart_type type)
{
	sim_uart_init(&sim, type);
	sim.bus.max_us = 60000000;
	memset(&u, 0, sizeof(u));
	u.hw = &sim.bus.hw;
	u.base = SIM_UART_BASE;
	got_count = modem_changed = modem_calls = 0;
	to_send = NULL;
}

static int setup(void **state)
{
	plug(UART_16550A);
	return 0;
}

static void open_port(enum uart_type type)
{
	struct uart_line line = { 115200, 8, 1, UART_PARITY_NONE };

	plug(type);
	assert_int_equal(uart8250_probe(&u), 0);
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	uart8250_start(&u, &ops, &sim);
	sim.deliver = irq;
	sim.deliver_arg = &u;
}

/* ---- the probe ---- */

static void test_types(void **state)
{
	for (unsigned int type = UART_8250; type < UART_TYPES; type++) {
		plug(type);
		assert_int_equal(uart8250_probe(&u), 0);
		assert_int_equal(u.type, type);
		assert_false(u.thre_bug);
		assert_non_null(uart_types[type].name);
		assert_in_range(us(), 0, 200);
		/* As it was found. */
		assert_int_equal(sim.lcr, 3);
		assert_int_equal(sim.ier, 0);
		assert_int_equal(sim.mcr, 0);
		assert_int_equal(sim.dll, 12);
		assert_int_equal(sim.fcr, 0);
		assert_int_equal(sim.edges, 0);
		if (type != UART_8250)
			assert_int_equal(sim.scr, 0x77);
	}
}

static void test_absent(void **state)
{
	plug(UART_NONE);
	assert_int_equal(uart8250_probe(&u), -ENODEV);
	assert_in_range(us(), 0, 3);
	assert_int_equal(sim_bus_accessed(&sim.bus, SIM_UART_BASE + UART_IER, true), 0);
	plug(UART_NONE);
	sim.bus.floating = 0;
	assert_int_equal(uart8250_probe(&u), -ENODEV);
	assert_int_equal(u.type, UART_NONE);
	assert_in_range(us(), 0, 20);
}

static void test_no_uart(void **state)
{
	sim.deaf_ier = true;
	assert_int_equal(uart8250_probe(&u), -ENODEV);
	/* A register that keeps everything, reserved bits too, reads back as something else. */
	setup(state);
	sim_bus_stick(&sim.bus, SIM_UART_BASE + UART_IER, 0x01, 0x01);
	assert_int_equal(uart8250_probe(&u), -ENODEV);
	setup(state);
	sim.ier = 5;
	sim.lcr = 0x1B;
	sim.loop_dead = true;
	assert_int_equal(uart8250_probe(&u), -EIO);
	assert_int_equal(sim.ier, 5);
	assert_int_equal(sim.lcr, 0x1B);
	u.flags = UART_SKIP_LOOP;
	assert_int_equal(uart8250_probe(&u), 0);
	assert_int_equal(u.type, UART_16550A);
}

static void test_divisor_latch_open(void **state)
{
	sim.lcr = 0x83;
	sim.dlm = 0;
	assert_int_equal(uart8250_probe(&u), 0);
	assert_int_equal(sim.lcr, 3);
	assert_int_equal(sim.dll, 12);
}

static void test_thre_bug(void **state)
{
	sim.thre_bug = true;
	assert_int_equal(uart8250_probe(&u), 0);
	assert_true(u.thre_bug);
	setup(state);
	sim.thre_stuck = true;
	assert_int_equal(uart8250_probe(&u), 0);
	assert_true(u.thre_bug);
	assert_in_range(us(), 0, UART_THRE_TEST_US * 2);
}

static void test_goes_away(void **state)
{
	for (unsigned int nth = 1; nth < 50; nth++) {
		setup(state);
		sim_bus_float_after(&sim.bus, nth);
		uart8250_probe(&u);
		assert_in_range(us(), 0, UART_THRE_TEST_US * 2);
	}
}

/* ---- line settings ---- */

static void test_divisors(void **state)
{
	static const struct {
		unsigned int baud, divisor, actual;
	} rows[] = {
		{ 115200, 1, 115200 }, { 57600, 2, 57600 },   { 38400, 3, 38400 },
		{ 9600, 12, 9600 },    { 300, 384, 300 },     { 50, 2304, 50 },
		{ 110, 1047, 110 },    { 134, 860, 133 },     { 28800, 4, 28800 },
		{ 2, 57600, 2 },       { 100000, 1, 115200 },
	};
	unsigned int actual;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(uart8250_divisor(rows[i].baud, &actual), rows[i].divisor);
		assert_int_equal(actual, rows[i].actual);
	}
	assert_int_equal(uart8250_divisor(0, NULL), 0);
	assert_int_equal(uart8250_divisor(1, NULL), 0);
	assert_int_equal(uart8250_divisor(115201, NULL), 0);
	assert_int_equal(uart8250_divisor(9600, NULL), 12);
}

static void test_line(void **state)
{
	static const struct {
		struct uart_line line;
		u8 lcr;
	} rows[] = {
		{ { 9600, 8, 1, UART_PARITY_NONE }, 0x03 },
		{ { 9600, 7, 1, UART_PARITY_EVEN }, 0x1A },
		{ { 9600, 7, 2, UART_PARITY_ODD }, 0x0E },
		{ { 9600, 5, 2, UART_PARITY_NONE }, 0x04 },
		{ { 9600, 6, 1, UART_PARITY_MARK }, 0x29 },
		{ { 9600, 8, 1, UART_PARITY_SPACE }, 0x3B },
	};
	struct uart_line line;

	assert_int_equal(uart8250_probe(&u), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		line = rows[i].line;
		assert_int_equal(uart8250_set_line(&u, &line), 0);
		assert_int_equal(sim.lcr, rows[i].lcr);
		assert_int_equal(sim.dll, 12);
	}
	line = (struct uart_line){ 300, 8, 1, UART_PARITY_NONE };
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	assert_int_equal(sim.dll, 0x80);
	assert_int_equal(sim.dlm, 1);
	line = (struct uart_line){ 1234, 8, 1, UART_PARITY_NONE };
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	assert_int_equal(line.baud, 1238);
}

static void test_bad_lines(void **state)
{
	static const struct uart_line rows[] = {
		{ 0, 8, 1, 0 },	   { 9600, 4, 1, 0 }, { 9600, 9, 1, 0 },
		{ 9600, 8, 0, 0 }, { 9600, 8, 3, 0 }, { 9600, 8, 1, UART_PARITY_SPACE + 1 },
	};

	assert_int_equal(uart8250_probe(&u), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct uart_line line = rows[i];

		assert_int_equal(uart8250_set_line(&u, &line), -EINVAL);
		assert_int_equal(sim.lcr, 3);
		assert_int_equal(sim.dll, 12);
	}
}

/* ---- interrupts ---- */

static void test_start_stop(void **state)
{
	open_port(UART_16550A);
	assert_int_equal(sim.ier, UART_IER_RX | UART_IER_LINE | UART_IER_MODEM);
	assert_int_equal(sim.mcr, UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT2);
	assert_int_equal(sim.fcr, UART_FCR_ENABLE | UART_FCR_TRIG_8);
	assert_true(sim.clear_rx_seen);
	uart8250_break(&u, true);
	uart8250_stop(&u, false);
	assert_int_equal(sim.ier, 0);
	assert_int_equal(sim.mcr, UART_MCR_DTR | UART_MCR_RTS);
	assert_int_equal(sim.fcr, 0);
	assert_int_equal(sim.lcr, 3);
	assert_false(uart8250_irq(&u));
	open_port(UART_16550);
	assert_int_equal(sim.fcr, 0);
	uart8250_stop(&u, true);
	assert_int_equal(sim.mcr, 0);
}

static void test_old_input_dropped(void **state)
{
	struct uart_line line = { 9600, 8, 1, UART_PARITY_NONE };

	plug(UART_16450);
	sim_uart_receives(&sim, 'x', 0);
	assert_int_equal(uart8250_probe(&u), 0);
	uart8250_set_line(&u, &line);
	uart8250_start(&u, &ops, &sim);
	assert_false(uart8250_irq(&u));
	assert_int_equal(got_count, 0);
}

static void test_receive(void **state)
{
	for (unsigned int type = UART_8250; type < UART_TYPES; type++) {
		open_port(type);
		for (unsigned int i = 0; i < 300; i++)
			sim_uart_receives(&sim, (u8)i, 0);
		assert_int_equal(got_count, 300);
		assert_int_equal(got[299], (u8)299);
		assert_int_equal(got_errors[100], 0);
		assert_int_equal(u.rx_bytes, 300);
	}
}

static void test_receive_errors(void **state)
{
	open_port(UART_16550A);
	sim_uart_receives(&sim, 'p', UART_LSR_PARITY);
	sim_uart_receives(&sim, 'f', UART_LSR_FRAMING);
	sim_uart_receives(&sim, 0, UART_LSR_BREAK | UART_LSR_FRAMING);
	sim_uart_receives(&sim, 'o', UART_LSR_OVERRUN);
	sim_uart_receives(&sim, 'b', UART_LSR_PARITY | UART_LSR_FRAMING);
	assert_int_equal(got_count, 5);
	assert_int_equal(got_errors[0], UART_RX_PARITY);
	assert_int_equal(got_errors[1], UART_RX_FRAMING);
	assert_int_equal(got_errors[2], UART_RX_BREAK);
	assert_int_equal(got_errors[3], UART_RX_OVERRUN);
	assert_int_equal(got_errors[4], UART_RX_PARITY | UART_RX_FRAMING);
	assert_int_equal(u.overruns, 1);
	assert_int_equal(u.errors, 3);
}

static void test_overrun(void **state)
{
	open_port(UART_16550A);
	sim.deliver = NULL;
	for (unsigned int i = 0; i < 20; i++)
		sim_uart_receives(&sim, (u8)i, 0);
	assert_true(uart8250_irq(&u));
	assert_int_equal(got_count, 16);
	assert_int_equal(got_errors[0], UART_RX_OVERRUN);
	assert_int_equal(u.overruns, 1);
}

static void test_break_without_byte(void **state)
{
	open_port(UART_16450);
	sim.lsr_errors = UART_LSR_BREAK;
	assert_true(uart8250_irq(&u));
	assert_int_equal(got_count, 1);
	assert_int_equal(got_errors[0], UART_RX_BREAK);
}

static void send(const char *text)
{
	to_send = text;
	uart8250_tx_start(&u);
}

static const char long_text[] =
	"The quick brown fox jumps over the lazy dog, and then once more: the quick brown fox.";

static void test_transmit(void **state)
{
	for (unsigned int type = UART_8250; type < UART_TYPES; type++) {
		open_port(type);
		send(long_text);
		sim_bus_advance(&sim.bus, 20000);
		assert_int_equal(sim.sent_count, sizeof(long_text) - 1);
		assert_memory_equal(sim.sent, long_text, sizeof(long_text) - 1);
		assert_int_equal(sim.tx_lost, 0);
		assert_int_equal(u.tx_bytes, sizeof(long_text) - 1);
		/* Out of bytes: the interrupt is off. */
		assert_false(u.tx_on);
		assert_int_equal(sim.ier & UART_IER_TX, 0);
		assert_true(uart8250_tx_empty(&u));
		/* The FIFO is worth it. */
		if (type == UART_16550A)
			assert_true(sim.edges <= 8);
	}
}

static void test_transmit_with_thre_bug(void **state)
{
	struct uart_line line = { 115200, 8, 1, UART_PARITY_NONE };

	plug(UART_16450);
	sim.thre_bug = true;
	assert_int_equal(uart8250_probe(&u), 0);
	uart8250_set_line(&u, &line);
	uart8250_start(&u, &ops, &sim);
	sim.deliver = irq;
	sim.deliver_arg = &u;
	send(long_text);
	sim_bus_advance(&sim.bus, 20000);
	assert_int_equal(sim.sent_count, sizeof(long_text) - 1);
}

static void test_transmit_stopped(void **state)
{
	open_port(UART_16450);
	send(long_text);
	sim_bus_advance(&sim.bus, 200);
	uart8250_tx_stop(&u);
	sim_bus_advance(&sim.bus, 5000);
	assert_in_range(sim.sent_count, 2, 5);
	uart8250_tx_start(&u);
	sim_bus_advance(&sim.bus, 20000);
	assert_int_equal(sim.sent_count, sizeof(long_text) - 1);
	assert_memory_equal(sim.sent, long_text, sizeof(long_text) - 1);
}

static void test_lost_interrupts(void **state)
{
	open_port(UART_16550A);
	sim.deliver = NULL;
	send(long_text);
	sim_uart_receives(&sim, 'x', 0);
	for (unsigned int i = 0; i < 50; i++) {
		sim_bus_advance(&sim.bus, 20000);
		uart8250_poll(&u);
	}
	assert_int_equal(sim.sent_count, sizeof(long_text) - 1);
	assert_int_equal(got_count, 1);
	assert_in_range(u.lost_irqs, 1, 10);
}

static void test_forgotten_transmitter(void **state)
{
	open_port(UART_16450);
	sim.deliver = NULL;
	send("ab");
	/* The pending bit is lost inside the chip. */
	sim.thre_pending = false;
	assert_false(uart8250_irq(&u));
	uart8250_poll(&u);
	sim_bus_advance(&sim.bus, 1000);
	assert_int_equal(sim.sent_count, 1);
	assert_int_equal(u.lost_irqs, 1);
	uart8250_poll(&u);
	sim_bus_advance(&sim.bus, 1000);
	uart8250_poll(&u);
	assert_int_equal(sim.sent_count, 2);
	assert_false(u.tx_on);
}

static void test_interrupt_stuck(void **state)
{
	open_port(UART_16550A);
	sim.deliver = NULL;
	sim.irq_stuck = true;
	assert_true(uart8250_irq(&u));
	assert_int_equal(u.stuck, 1);
	assert_in_range(us(), 0, 3000);
	/* Data for ever. */
	sim.irq_stuck = false;
	sim_bus_stick(&sim.bus, SIM_UART_BASE + UART_LSR, 0x01, 0x01);
	sim_bus_stick(&sim.bus, SIM_UART_BASE + UART_IIR, 0x0F, UART_IIR_RX);
	uart8250_irq(&u);
	assert_in_range(got_count, 1, UART_IRQ_LOOPS * UART_RX_BURST);
}

static void test_unplugged_while_open(void **state)
{
	open_port(UART_16550A);
	send(long_text);
	sim_bus_release(&sim.bus, SIM_UART_BASE);
	got_count = 0;
	assert_false(uart8250_irq(&u));
	uart8250_poll(&u);
	assert_int_equal(got_count, 0);
	assert_false(uart8250_putc(&u, 'x'));
	assert_int_equal(uart8250_getc(&u), -1);
}

static void test_no_edge_lost(void **state)
{
	open_port(UART_16450);
	send(long_text);
	/* Input, output and modem changes together: each leaves the line low behind it. */
	for (unsigned int i = 0; i < 40; i++) {
		sim_uart_receives(&sim, (u8)i, 0);
		sim_uart_lines(&sim, i & 1 ? UART_MSR_CTS : 0);
		sim_bus_advance(&sim.bus, 300);
		assert_false(sim.line_high);
	}
	assert_int_equal(got_count, 40);
	assert_int_equal(modem_calls, 40);
	sim_bus_advance(&sim.bus, 10000);
	assert_int_equal(sim.sent_count, sizeof(long_text) - 1);
}

static void receive_meanwhile(void *ctx, unsigned int lines, unsigned int changed)
{
	if (!modem_calls++)
		sim_uart_receives(&sim, 'x', 0);
}
static const struct uart_ops late_ops = { on_rx, next_byte, receive_meanwhile };

/* What comes while the handler is at work raises no edge of its own: it looks once more. */
static void test_more_while_serving(void **state)
{
	open_port(UART_16450);
	uart8250_start(&u, &late_ops, &sim);
	sim_uart_lines(&sim, UART_MSR_CTS);
	assert_int_equal(modem_calls, 1);
	assert_int_equal(got_count, 1);
	assert_false(sim.line_high);
	assert_int_equal(u.stuck, 0);
}

/* It says that it interrupted, and is no longer there to say why. */
static void test_goes_away_in_the_interrupt(void **state)
{
	open_port(UART_16550A);
	sim.deliver = NULL;
	sim_uart_receives(&sim, 'x', 0);
	sim_bus_float_after(&sim.bus, 2);
	uart8250_irq(&u);
	assert_int_equal(got_count, 0);
}

static void test_throttle(void **state)
{
	open_port(UART_16550A);
	uart8250_rx_enable(&u, false);
	sim_uart_receives(&sim, 'x', 0);
	assert_int_equal(got_count, 0);
	uart8250_rx_enable(&u, true);
	assert_int_equal(got_count, 1);
}

/* ---- modem lines ---- */

static void test_modem(void **state)
{
	open_port(UART_16550A);
	sim_uart_lines(&sim, UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD);
	assert_int_equal(modem_changed, UART_TIOCM_CD);
	assert_int_equal(modem_lines, UART_TIOCM_CTS | UART_TIOCM_DSR | UART_TIOCM_CD);
	modem_changed = 0;
	sim_uart_lines(&sim, UART_MSR_RI);
	assert_int_equal(modem_changed, UART_TIOCM_CTS | UART_TIOCM_DSR | UART_TIOCM_CD);
	sim_uart_lines(&sim, 0);
	assert_int_equal(modem_changed & UART_TIOCM_RI, UART_TIOCM_RI);
	assert_int_equal(uart8250_get_modem(&u), UART_TIOCM_DTR | UART_TIOCM_RTS | UART_TIOCM_OUT2);
}

static void test_modem_seen_by_reading(void **state)
{
	open_port(UART_16550A);
	sim.deliver = NULL;
	sim_uart_lines(&sim, 0);
	/* TIOCMGET gets there before the interrupt: the change must not be lost. */
	uart8250_get_modem(&u);
	assert_int_equal(modem_changed, UART_TIOCM_CTS | UART_TIOCM_DSR);
	assert_false(uart8250_irq(&u));
}

static void test_set_modem(void **state)
{
	open_port(UART_16550A);
	uart8250_set_modem(&u, UART_TIOCM_OUT1, UART_TIOCM_RTS | UART_TIOCM_OUT2);
	assert_int_equal(sim.mcr, UART_MCR_DTR | UART_MCR_OUT1 | UART_MCR_OUT2);
	uart8250_set_modem(&u, UART_TIOCM_RTS, UART_TIOCM_DTR);
	assert_int_equal(sim.mcr, UART_MCR_RTS | UART_MCR_OUT1 | UART_MCR_OUT2);
	uart8250_set_modem(&u, UART_TIOCM_LOOP, 0);
	assert_true(sim.mcr & UART_MCR_LOOP);
	assert_int_equal(uart8250_get_modem(&u) & UART_TIOCM_LOOP, UART_TIOCM_LOOP);
}

static void test_break(void **state)
{
	struct uart_line line = { 9600, 7, 1, UART_PARITY_EVEN };

	open_port(UART_16550A);
	uart8250_break(&u, true);
	assert_int_equal(sim.lcr, 3 | UART_LCR_BREAK);
	uart8250_set_line(&u, &line);
	assert_int_equal(sim.lcr, 0x1A | UART_LCR_BREAK);
	uart8250_break(&u, false);
	assert_int_equal(sim.lcr, 0x1A);
}

/* ---- polled ---- */

static void put_text(const char *text)
{
	for (; *text; text++)
		assert_true(uart8250_putc(&u, (u8)*text));
}

static void test_putc(void **state)
{
	struct uart_line line = { 9600, 8, 1, UART_PARITY_NONE };

	plug(UART_16450);
	assert_int_equal(uart8250_probe(&u), 0);
	put_text("early");
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	put_text("slow line");
	line.baud = 50;
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	put_text("50 bauds");
	sim_bus_advance(&sim.bus, 1000000);
	assert_int_equal(sim.sent_count, 22);
	assert_int_equal(sim.tx_lost, 0);
}

static void test_putc_stuck(void **state)
{
	struct uart_line line = { 9600, 8, 1, UART_PARITY_NONE };
	u64 begin;

	assert_int_equal(uart8250_probe(&u), 0);
	assert_int_equal(uart8250_set_line(&u, &line), 0);
	sim.thre_stuck = true;
	begin = us();
	assert_false(uart8250_putc(&u, 'x'));
	assert_in_range(us() - begin, UART_TX_MIN_US, 50000);
	/* A screenful must not take minutes. */
	begin = us();
	for (unsigned int i = 0; i < 2000; i++)
		assert_false(uart8250_putc(&u, 'x'));
	assert_in_range(us() - begin, 0, 500000);
	assert_int_equal(u.drops, UART_DROPS_DEAD);
	/* It comes back by itself. */
	sim.thre_stuck = false;
	assert_true(uart8250_putc(&u, 'y'));
	assert_int_equal(u.drops, 0);
}

static void test_getc(void **state)
{
	plug(UART_16550A);
	assert_int_equal(uart8250_probe(&u), 0);
	assert_int_equal(uart8250_getc(&u), -1);
	sim_uart_receives(&sim, 'q', 0);
	assert_int_equal(uart8250_getc(&u), 'q');
	assert_int_equal(uart8250_getc(&u), -1);
}

#define uart_test(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		uart_test(test_types),
		uart_test(test_absent),
		uart_test(test_no_uart),
		uart_test(test_divisor_latch_open),
		uart_test(test_thre_bug),
		uart_test(test_goes_away),
		uart_test(test_divisors),
		uart_test(test_line),
		uart_test(test_bad_lines),
		uart_test(test_start_stop),
		uart_test(test_old_input_dropped),
		uart_test(test_receive),
		uart_test(test_receive_errors),
		uart_test(test_overrun),
		uart_test(test_break_without_byte),
		uart_test(test_transmit),
		uart_test(test_transmit_with_thre_bug),
		uart_test(test_transmit_stopped),
		uart_test(test_lost_interrupts),
		uart_test(test_forgotten_transmitter),
		uart_test(test_interrupt_stuck),
		uart_test(test_unplugged_while_open),
		uart_test(test_no_edge_lost),
		uart_test(test_more_while_serving),
		uart_test(test_goes_away_in_the_interrupt),
		uart_test(test_throttle),
		uart_test(test_modem),
		uart_test(test_modem_seen_by_reading),
		uart_test(test_set_modem),
		uart_test(test_break),
		uart_test(test_putc),
		uart_test(test_putc_stuck),
		uart_test(test_getc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
