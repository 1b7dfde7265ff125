/*
 * serial_tty.c - a serial port as a terminal: interrupts, transmit ring, modem lines, flow control.
 *
 * The tty core calls in here with tty->lock held; what the interrupt shares is under port->lock.
 * While a port is open a timer looks after it too: some UARTs lose interrupts, some have no line.
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/page.h>
#include <kernel/poll.h>
#include <kernel/string.h>
#include <kernel/sysrq.h>
#include <kernel/uaccess.h>
#include <kernel/fs.h>
#include "serial.h"

#define POLL_WITH_IRQ	 MSEC(500)
#define POLL_WITHOUT_IRQ MSEC(10)
#define SYSRQ_TIME	 SEC(5)
#define WAKE_WRITERS_AT	 256u

static struct serial_port *port_of(struct tty *tty)
{
	return tty->private;
}

static u32 used(const struct serial_port *p)
{
	return p->head - p->tail;
}

/* ---- interrupt side, port->lock held ---- */

/* The byte after a break is a command, on a console. */
static bool take_sysrq(struct serial_port *p, u8 byte)
{
	s64 until = p->sysrq_until;

	if (!until)
		return false;
	p->sysrq_until = 0;
	if (clock_coarse_monotonic() > until)
		return false;
	sysrq_handle(byte);
	return true;
}

static void rx(void *ctx, u8 byte, unsigned int errors)
{
	struct serial_port *p = ctx;
	unsigned int flag = TTY_IN_NORMAL;

	if (errors & UART_RX_BREAK) {
		p->breaks++;
		if (p->console.data && !p->sysrq_until) {
			p->sysrq_until = clock_coarse_monotonic() + SYSRQ_TIME;
			return;
		}
		flag = TTY_IN_BREAK;
	} else if (errors & (UART_RX_PARITY | UART_RX_FRAMING)) {
		p->framing += !!(errors & UART_RX_FRAMING);
		flag = TTY_IN_PARITY;
	}
	if (take_sysrq(p, byte) || !(p->tty.termios.c_cflag & CREAD))
		return;
	(void)tty_receive_char(&p->tty, byte, flag);
	tty_receive_push(&p->tty);
}

static int tx_byte(void *ctx)
{
	struct serial_port *p = ctx;
	int c = p->x_char;

	if (c >= 0) {
		p->x_char = -1;
		return c;
	}
	if (p->tx_held || p->tx_stopped || !used(p))
		return -1;
	c = p->ring[p->tail++ % SERIAL_TX_RING];
	if (used(p) == WAKE_WRITERS_AT || !used(p))
		tty_wake_writers(&p->tty);
	return c;
}

static void start_tx(struct serial_port *p)
{
	if (p->open && (p->x_char >= 0 || (!p->tx_held && !p->tx_stopped && used(p))))
		uart8250_tx_start(&p->uart);
}

static void modem(void *ctx, unsigned int lines, unsigned int changed)
{
	struct serial_port *p = ctx;

	p->cts_changes += !!(changed & UART_TIOCM_CTS);
	p->dsr_changes += !!(changed & UART_TIOCM_DSR);
	p->ring_changes += !!(changed & UART_TIOCM_RI);
	p->carrier_changes += !!(changed & UART_TIOCM_CD);
	if ((changed & UART_TIOCM_CTS) && (p->tty.termios.c_cflag & CRTSCTS)) {
		p->tx_held = !(lines & UART_TIOCM_CTS);
		start_tx(p);
	}
	if ((changed & UART_TIOCM_CD) && !(p->tty.termios.c_cflag & CLOCAL)) {
		if (lines & UART_TIOCM_CD)
			wake_up_all(&p->tty.open_wait);
		else
			tty_hangup_async(&p->tty);
	}
	wake_up_all(&p->modem_wait);
}

const struct uart_ops serial_uart_ops = { .rx = rx, .tx_byte = tx_byte, .modem = modem };

static enum irq_return interrupt(int irq, void *data)
{
	struct serial_port *p = data;
	unsigned long flags = spin_lock_irqsave(&p->lock);
	bool ours = uart8250_irq(&p->uart);

	spin_unlock_irqrestore(&p->lock, flags);
	return ours ? IRQ_HANDLED : IRQ_NONE;
}

static void poll_timer(struct timer *timer)
{
	struct serial_port *p = container_of(timer, struct serial_port, poll);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	if (p->open) {
		uart8250_poll(&p->uart);
		timer_set(timer,
			  clock_monotonic() + (p->has_irq ? POLL_WITH_IRQ : POLL_WITHOUT_IRQ));
	}
	spin_unlock_irqrestore(&p->lock, flags);
}

/* ---- settings ---- */

static u8 parity_of(u32 cflag)
{
	if (!(cflag & PARENB))
		return UART_PARITY_NONE;
	if (cflag & CMSPAR)
		return cflag & PARODD ? UART_PARITY_MARK : UART_PARITY_SPACE;
	return cflag & PARODD ? UART_PARITY_ODD : UART_PARITY_EVEN;
}

void serial_set_line(struct serial_port *p, struct termios2_abi *t)
{
	struct uart_line line = {
		.baud = tty_baud(t),
		.bits = (u8)(5 + (t->c_cflag & CSIZE) / CS6),
		.stop = t->c_cflag & CSTOPB ? 2 : 1,
		.parity = parity_of(t->c_cflag),
	};

	if (line.baud)
		(void)uart8250_set_line(&p->uart, &line);
}

static void serial_termios_changed(struct tty *tty, const struct termios2_abi *old)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);
	unsigned int lines;

	serial_set_line(p, &tty->termios);
	if (!tty_baud(&tty->termios))
		uart8250_set_modem(&p->uart, 0, UART_TIOCM_DTR | UART_TIOCM_RTS);
	else if (!tty_baud(old))
		uart8250_set_modem(&p->uart, UART_TIOCM_DTR | UART_TIOCM_RTS, 0);
	lines = uart8250_get_modem(&p->uart);
	p->tx_held = (tty->termios.c_cflag & CRTSCTS) && !(lines & UART_TIOCM_CTS);
	start_tx(p);
	spin_unlock_irqrestore(&p->lock, flags);
}

/* ---- tty ops ---- */

static void set_open(struct serial_port *p, u8 *ring)
{
	unsigned long flags = spin_lock_irqsave(&p->lock);

	p->ring = ring;
	p->head = p->tail = 0;
	p->x_char = -1;
	p->tx_stopped = false;
	p->open = true;
	serial_set_line(p, &p->tty.termios);
	uart8250_start(&p->uart, &serial_uart_ops, p);
	p->tx_held = (p->tty.termios.c_cflag & CRTSCTS) &&
		     !(uart8250_get_modem(&p->uart) & UART_TIOCM_CTS);
	spin_unlock_irqrestore(&p->lock, flags);
}

static int serial_open(struct tty *tty)
{
	struct serial_port *p = port_of(tty);
	u8 *ring = page_alloc_addr(GFP_KERNEL);

	if (!ring)
		return -ENOMEM;
	p->action = (struct irq_action){
		.handler = interrupt, .data = p, .name = "serial", .flags = IRQ_SHARED
	};
	timer_init(&p->poll, poll_timer);
	p->has_irq = irq_request(p->irq, &p->action) == 0;
	set_open(p, ring);
	timer_set(&p->poll, clock_monotonic() + POLL_WITHOUT_IRQ);
	return 0;
}

static void serial_close(struct tty *tty)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);
	u8 *ring = p->ring;

	p->open = false;
	p->ring = NULL;
	p->head = p->tail = 0;
	uart8250_stop(&p->uart, (tty->termios.c_cflag & HUPCL) && !p->console.data);
	spin_unlock_irqrestore(&p->lock, flags);
	(void)timer_cancel_sync(&p->poll);
	if (p->has_irq)
		irq_free(p->irq, &p->action);
	if (ring)
		page_free_addr(ring);
}

static size_t serial_write(struct tty *tty, const u8 *bytes, size_t n)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);
	size_t room = p->ring ? SERIAL_TX_RING - used(p) : 0, at = p->head % SERIAL_TX_RING, first;

	n = min(n, room);
	first = min_t(size_t, n, SERIAL_TX_RING - at);
	if (n) {
		memcpy(p->ring + at, bytes, first);
		memcpy(p->ring, bytes + first, n - first);
		p->head += (u32)n;
		start_tx(p);
	}
	spin_unlock_irqrestore(&p->lock, flags);
	return n;
}

static size_t serial_room(struct tty *tty)
{
	struct serial_port *p = port_of(tty);

	return READ_ONCE(p->open) ? SERIAL_TX_RING - used(p) : 0;
}

static size_t serial_pending(struct tty *tty)
{
	return used(port_of(tty));
}

static void serial_flush_output(struct tty *tty)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	p->tail = p->head;
	spin_unlock_irqrestore(&p->lock, flags);
}

static void serial_stop(struct tty *tty, bool stop)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	p->tx_stopped = stop;
	if (p->open && stop)
		uart8250_tx_stop(&p->uart);
	else
		start_tx(p);
	spin_unlock_irqrestore(&p->lock, flags);
}

static void serial_throttle(struct tty *tty, bool on)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags;

	if (!(tty->termios.c_cflag & CRTSCTS))
		return;
	flags = spin_lock_irqsave(&p->lock);
	uart8250_set_modem(&p->uart, on ? 0 : UART_TIOCM_RTS, on ? UART_TIOCM_RTS : 0);
	spin_unlock_irqrestore(&p->lock, flags);
}

static void serial_send_now(struct tty *tty, u8 c)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	p->x_char = c;
	start_tx(p);
	spin_unlock_irqrestore(&p->lock, flags);
}

static int serial_get_modem(struct tty *tty)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);
	unsigned int lines = uart8250_get_modem(&p->uart);

	spin_unlock_irqrestore(&p->lock, flags);
	return (int)(lines & ~(unsigned int)UART_TIOCM_OUT2);
}

static int serial_set_modem(struct tty *tty, unsigned int set, unsigned int clear)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	uart8250_set_modem(&p->uart, set, clear);
	spin_unlock_irqrestore(&p->lock, flags);
	return 0;
}

static int serial_send_break(struct tty *tty, bool on)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);

	uart8250_break(&p->uart, on);
	spin_unlock_irqrestore(&p->lock, flags);
	return 0;
}

static bool serial_carrier(struct tty *tty)
{
	return serial_get_modem(tty) & TIOCM_CAR;
}

static bool serial_drained(struct tty *tty)
{
	struct serial_port *p = port_of(tty);
	unsigned long flags = spin_lock_irqsave(&p->lock);
	bool empty = uart8250_tx_empty(&p->uart);

	spin_unlock_irqrestore(&p->lock, flags);
	return empty;
}

/* ---- ioctls ---- */

struct serial_icounter_abi {
	s32 cts, dsr, rng, dcd, rx, tx, frame, overrun, parity, brk, buf_overrun, reserved[9];
};
_Static_assert(sizeof(struct serial_icounter_abi) == 80, "serial_icounter_struct");

struct serial_struct_abi {
	s32 type, line;
	u32 port;
	s32 irq, flags, xmit_fifo_size, custom_divisor, baud_base;
	u16 close_delay;
	u8 io_type, reserved_char;
	s32 hub6;
	u16 closing_wait, closing_wait2;
	u32 iomem_base;
	u16 iomem_reg_shift;
	u32 port_high;
	u32 iomap_base;
};
_Static_assert(sizeof(struct serial_struct_abi) == 60, "serial_struct");

static long get_counters(struct serial_port *p, void __user *arg)
{
	struct serial_icounter_abi c = {
		.cts = (s32)p->cts_changes,
		.dsr = (s32)p->dsr_changes,
		.rng = (s32)p->ring_changes,
		.dcd = (s32)p->carrier_changes,
		.rx = (s32)p->uart.rx_bytes,
		.tx = (s32)p->uart.tx_bytes,
		.frame = (s32)p->framing,
		.overrun = (s32)p->uart.overruns,
		.brk = (s32)p->breaks,
		.buf_overrun = (s32)p->tty.overruns,
	};

	return copy_to_user(arg, &c, sizeof(c));
}

static long get_serial(struct serial_port *p, void __user *arg)
{
	/* Linux's numbers of the types, by enum uart_type. */
	static const u8 types[UART_TYPES] = { 0, 1, 2, 3, 4 };
	struct serial_struct_abi s = {
		.type = types[p->uart.type],
		.line = (s32)p->tty.index,
		.port = p->uart.base,
		.irq = p->irq,
		.xmit_fifo_size = uart_types[p->uart.type].fifo,
		.baud_base = 115200,
		.close_delay = 50,
		.closing_wait = 3000,
	};

	return copy_to_user(arg, &s, sizeof(s));
}

static long wait_modem(struct serial_port *p, unsigned long which)
{
	u32 cts = p->cts_changes, dsr = p->dsr_changes, ring = p->ring_changes,
	    carrier = p->carrier_changes;

	return wait_event_interruptible(
		&p->modem_wait, ((which & TIOCM_CTS) && p->cts_changes != cts) ||
					((which & TIOCM_DSR) && p->dsr_changes != dsr) ||
					((which & TIOCM_RNG) && p->ring_changes != ring) ||
					((which & TIOCM_CAR) && p->carrier_changes != carrier) ||
					!p->open);
}

static long serial_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg)
{
	struct serial_port *p = port_of(tty);

	switch (cmd) {
	case TIOCGICOUNT:
		return get_counters(p, (void __user *)arg);
	case TIOCGSERIAL:
		return get_serial(p, (void __user *)arg);
	case TIOCSERGETLSR:
		return put_user((u32)(!used(p) && serial_drained(tty) ? TIOCSER_TEMT : 0),
				(u32 __user *)arg);
	case TIOCMIWAIT:
		return wait_modem(p, arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static const struct tty_ops serial_ops = {
	.open = serial_open,
	.close = serial_close,
	.hangup = serial_close,
	.write = serial_write,
	.room = serial_room,
	.pending = serial_pending,
	.flush_output = serial_flush_output,
	.stop = serial_stop,
	.throttle = serial_throttle,
	.send_now = serial_send_now,
	.termios_changed = serial_termios_changed,
	.get_modem = serial_get_modem,
	.set_modem = serial_set_modem,
	.send_break = serial_send_break,
	.carrier = serial_carrier,
	.drained = serial_drained,
	.ioctl = serial_ioctl,
};

static struct tty *serial_find(struct tty_driver *driver, unsigned int index)
{
	if (index >= SERIAL_PORTS || !serial_ports[index].present)
		return ERR_PTR(-ENXIO);
	tty_get(&serial_ports[index].tty);
	return &serial_ports[index].tty;
}

struct tty_driver serial_driver = {
	.name = "ttyS",
	.major = 4,
	.first_minor = 64,
	.count = SERIAL_PORTS,
	.ops = &serial_ops,
	.find = serial_find,
};
