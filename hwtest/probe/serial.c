/*
 * serial.c - the serial ports: which chip, does its loop carry bytes at their proper speed, which
 * interrupt line does it raise.
 *
 * COM1 and COM2 and what the BIOS lists are looked at; COM3 and COM4 at their usual places only
 * when asked, since graphics adapters live there. A port that a driver has is told by the driver's
 * own list. Of the others everything is put back: rate, line settings, interrupts, modem outputs.
 *
 * The loop is inside the chip: nothing leaves the connector but a moment's change of the outputs.
 *
 * Source: PC16550D datasheet (8.6.7, loop mode); hardware-notes 9.2.
 */
#include "probe.h"
#include <drivers/serial/uart8250_core.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BDA_SERIAL  0x400u
#define PORTS_MAX   4u
#define REGISTERS   8u
#define LOOP_BYTES  20u
#define BITS_A_BYTE 10u
/* A byte that takes four times its time is lost. */
#define PATIENCE   4u
#define LINE_LOOKS 20u
#define LOOK_US	   50u
#define LINES	   16u

static const u16 usual[PORTS_MAX] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
static const unsigned int rates[] = { 9600, 38400, 115200 };

struct kept {
	u8 ier, lcr, mcr, scr, dll, dlm;
	bool fifo;
};

/* Received data and what reading clears are left out: they read as 0. */
static void note_registers(struct probe_run *run, const char *name, u16 base)
{
	static const u8 harmless[] = { UART_IER, UART_LCR, UART_MCR, UART_SCR };
	u8 bytes[REGISTERS] = { 0 };

	for (unsigned int i = 0; i < ARRAY_SIZE(harmless); i++)
		bytes[harmless[i]] = hw_in8(&run->host->hw, (u16)(base + harmless[i]));
	note_bytes(run, name, "registers", bytes, sizeof(bytes));
}

static void keep(struct hw *hw, u16 base, struct kept *k)
{
	k->lcr = hw_in8(hw, (u16)(base + UART_LCR));
	hw_out8(hw, (u16)(base + UART_LCR), k->lcr | UART_LCR_DLAB);
	k->dll = hw_in8(hw, (u16)(base + UART_DLL));
	k->dlm = hw_in8(hw, (u16)(base + UART_DLM));
	hw_out8(hw, (u16)(base + UART_LCR), k->lcr & (u8)~UART_LCR_DLAB);
	k->ier = hw_in8(hw, (u16)(base + UART_IER));
	k->mcr = hw_in8(hw, (u16)(base + UART_MCR));
	k->fifo = hw_in8(hw, (u16)(base + UART_IIR)) >> 6 == 3;
}

static void put_back(struct hw *hw, u16 base, const struct kept *k)
{
	hw_out8(hw, (u16)(base + UART_MCR), k->mcr);
	hw_out8(hw, (u16)(base + UART_LCR), UART_LCR_DLAB);
	hw_out8(hw, (u16)(base + UART_DLL), k->dll);
	hw_out8(hw, (u16)(base + UART_DLM), k->dlm);
	hw_out8(hw, (u16)(base + UART_LCR), k->lcr & (u8)~UART_LCR_DLAB);
	hw_out8(hw, (u16)(base + UART_IER), k->ier);
	hw_out8(hw, (u16)(base + UART_LCR), k->lcr);
	if (k->fifo)
		hw_out8(hw, (u16)(base + UART_FCR), UART_FCR_ENABLE);
}

/* ---- the loop ---- */

/* One byte round; -1: it did not come back in time. */
static int loop_byte(struct uart8250 *u, u8 byte, unsigned int limit_us)
{
	u64 begin = hw_now_us(u->hw);

	if (!uart8250_putc(u, byte))
		return -1;
	do {
		int got = uart8250_getc(u);

		if (got >= 0)
			return got;
	} while (hw_now_us(u->hw) - begin < limit_us);
	return uart8250_getc(u);
}

static void loop_at(struct probe_run *run, struct uart8250 *u, const char *name, unsigned int rate)
{
	struct uart_line line = { .baud = rate, .bits = 8, .stop = 1 };
	unsigned int byte_us = BITS_A_BYTE * 1000000u / rate, lost = 0, wrong = 0;
	char key[32];
	u64 begin;

	(void)uart8250_set_line(u, &line);
	for (unsigned int i = 0; i < REGISTERS && uart8250_getc(u) >= 0; i++)
		;
	begin = hw_now_us(u->hw);
	for (unsigned int i = 0; i < LOOP_BYTES; i++) {
		u8 byte = (u8)(0x55u + 0x3bu * i);
		int got = loop_byte(u, byte, PATIENCE * byte_us + UART_TX_MIN_US);

		lost += got < 0;
		wrong += got >= 0 && got != byte;
	}
	(void)snprintf(key, sizeof(key), "loop-%u-lost", rate);
	note_number(run, name, key, lost, "");
	(void)snprintf(key, sizeof(key), "loop-%u-wrong", rate);
	note_number(run, name, key, wrong, "");
	(void)snprintf(key, sizeof(key), "loop-%u-time", rate);
	note_number(run, name, key, (int64_t)(hw_now_us(u->hw) - begin), "us");
}

static void test_loop(struct probe_run *run, struct uart8250 *u, const char *name)
{
	probe_step(run, "%s: bytes through the loop inside the chip", name);
	hw_out8(u->hw, (u16)(u->base + UART_MCR), UART_MCR_LOOP);
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++)
		loop_at(run, u, name, rates[i]);
}

/* ---- its interrupt line ---- */

/* Requests of lines that are masked, so that none is delivered; -1: not to be seen here. */
static int masked_requests(struct host *host)
{
	int lines = 0;

	for (unsigned int i = 0; i < LINES; i++) {
		int masked = host_irq_masked(host, i);

		if (masked < 0)
			return -1;
		if (masked && host_irq_pending(host, i) == 1)
			lines |= 1 << i;
	}
	return lines;
}

static int wait_requests(struct host *host, int without)
{
	int lines = 0;

	for (unsigned int i = 0; i < LINE_LOOKS; i++) {
		lines = masked_requests(host);
		if (lines < 0 || lines & ~without)
			break;
		hw_delay_us(&host->hw, LOOK_US);
	}
	return lines < 0 ? -1 : lines & ~without;
}

/*
 * An empty transmitter asks for an interrupt as soon as it may. `before`: the requests before the
 * port was touched. A request that was there then says nothing: emulated controllers keep one that
 * nobody took.
 */
static void find_line(struct probe_run *run, struct uart8250 *u, const char *name, int before)
{
	struct hw *hw = u->hw;
	u16 base = u->base;
	int raised;

	if (before < 0)
		return;
	hw_out8(hw, (u16)(base + UART_IER), 0);
	hw_out8(hw, (u16)(base + UART_MCR), UART_MCR_OUT2);
	hw_out8(hw, (u16)(base + UART_IER), UART_IER_TX);
	raised = wait_requests(run->host, before);
	hw_out8(hw, (u16)(base + UART_IER), 0);
	(void)hw_in8(hw, (u16)(base + UART_IIR));
	note_number(run, name, "lines-before", before, "");
	if (raised >= 0)
		note_number(run, name, "lines-raised", raised, "");
}

/* ---- ports ---- */

static void test_port(struct probe_run *run, const char *name, u16 base)
{
	struct uart8250 u = { .hw = &run->host->hw, .base = base, .flags = UART_SKIP_LOOP };
	int err, before = masked_requests(run->host);
	struct kept k;

	note_registers(run, name, base);
	keep(u.hw, base, &k);
	err = uart8250_probe(&u);
	note_text(run, name, "chip", "%s", err ? "none" : uart_types[u.type].name);
	if (!err) {
		note_number(run, name, "transmit-interrupt-forgotten", u.thre_bug, "");
		note_number(run, name, "modem-lines", hw_in8(u.hw, (u16)(base + UART_MSR)) & 0xf0,
			    "");
		test_loop(run, &u, name);
		find_line(run, &u, name, before);
		put_back(u.hw, base, &k);
	}
}

/* What the driver that has the port says of it. */
static void note_driver(struct probe_run *run, const char *name, unsigned int index, u16 base)
{
	static const char *const chips[] = { "none",   "8250",	"16450",   "16550", "16550A",
					     "Cirrus", "16650", "16650V2", "16750" };
	struct serial_struct info;
	char path[16];
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/ttyS%u", index);
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (!ioctl(fd, TIOCGSERIAL, &info) && info.port == base) {
		if (info.type >= 0 && info.type < (int)ARRAY_SIZE(chips))
			note_text(run, name, "driver-chip", "%s", chips[info.type]);
		note_number(run, name, "driver-line", info.irq, "");
	}
	close(fd);
}

static void look_at(struct probe_run *run, unsigned int index, u16 base)
{
	const char *owner = host_owner(run->host, base);
	char name[8];

	(void)snprintf(name, sizeof(name), "com%u", index + 1);
	if (!owner && hw_in8(&run->host->hw, (u16)(base + UART_LCR)) == 0xff &&
	    hw_in8(&run->host->hw, (u16)(base + UART_IER)) == 0xff)
		return;
	note_number(run, name, "port", base, "");
	if (owner) {
		note_text(run, name, "owner", "%s", owner);
		note_driver(run, name, index, base);
		return;
	}
	test_port(run, name, base);
}

static enum probe_end run_serial(struct probe_run *run)
{
	u8 bda[2 * PORTS_MAX] = { 0 };

	if (!host_read_memory(run->host, BDA_SERIAL, bda, sizeof(bda)))
		note_bytes(run, "", "bios", bda, sizeof(bda));
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		u16 base = (u16)(bda[2 * i] | bda[2 * i + 1] << 8);

		if (base < 0x100 || base > 0xfff8 || base & 7)
			base = usual[i];
		else if (i > 1 && !run->options->com34 && base != usual[0] && base != usual[1])
			note_number(run, "", "left-out", base, "");
		if (i < 2 || run->options->com34)
			look_at(run, i, base);
	}
	return facts_next(run->facts, NULL, "serial", "port") ? PROBE_DONE : PROBE_ABSENT;
}

const struct probe probe_serial = {
	.name = "serial",
	.title = "serial ports: chip, loop, interrupt line",
	.class = CLASS_R1,
	.seconds = 20,
	.run = run_serial,
};
