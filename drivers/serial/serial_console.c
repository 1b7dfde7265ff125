/*
 * serial_console.c - the log on a serial line: polled and bounded, in any context.
 */
#include <kernel/init.h>
#include <kernel/string.h>
#include "serial.h"

struct line_query {
	unsigned int index;
	struct termios2_abi *termios;
	bool found;
};

/* "ttyS0,115200n8" */
static void match_line(const char *value, void *arg)
{
	struct line_query *q = arg;
	const char *comma = strchr(value, ',');

	if (strncmp(value, "ttyS", 4) || value[4] != (char)('0' + q->index))
		return;
	q->found = true;
	if (comma)
		tty_parse_line(q->termios, comma + 1);
}

void serial_console_modes(unsigned int index, struct termios2_abi *t)
{
	struct line_query q = { .index = index, .termios = t };

	cmdline_for_each("console", match_line, &q);
}

static void put_text(struct serial_port *p, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			(void)uart8250_putc(&p->uart, '\r');
		(void)uart8250_putc(&p->uart, (u8)text[i]);
	}
}

static void console_write(struct console *con, const char *text, size_t len)
{
	struct serial_port *p = con->data;
	unsigned long flags;

	if (panicking) {
		put_text(p, text, len);
		return;
	}
	flags = spin_lock_irqsave(&p->lock);
	put_text(p, text, len);
	spin_unlock_irqrestore(&p->lock, flags);
}

void serial_console_start(unsigned int index)
{
	struct serial_port *p = &serial_ports[index];
	struct termios2_abi t;

	if (p->console.data)
		return;
	tty_driver_init_termios(&t);
	tty_set_baud(&t, 9600);
	serial_console_modes(index, &t);
	serial_set_line(p, &t);
	p->console = (struct console){
		.name = "ttyS", .index = (int)index, .write = console_write, .data = p
	};
	console_register(&p->console);
}
