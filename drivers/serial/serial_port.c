/*
 * serial_port.c - COM1 to COM4: finding them, early for the console, and making them known.
 *
 * COM1 and COM2 are looked for. COM3 and COM4 only if the BIOS lists them: their addresses belong
 * to other cards on many machines (hardware notes 9.2).
 */
#include <kernel/device.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/page.h>
#include <kernel/reboot.h>
#include <kernel/resource.h>
#include <kernel/string.h>
#include <kernel/vt.h>
#include "serial.h"

#define BDA_COM_TABLE 0x400

static const struct {
	u16 base;
	u8 irq;
} known[SERIAL_PORTS] = { { 0x3F8, 4 }, { 0x2F8, 3 }, { 0x3E8, 4 }, { 0x2E8, 3 } };

struct serial_port serial_ports[SERIAL_PORTS];

static bool bios_lists(u16 base)
{
	const volatile u16 *table = phys_to_virt(BDA_COM_TABLE);

	for (int i = 0; i < 4; i++)
		if (table[i] == base)
			return true;
	return false;
}

bool serial_probe(unsigned int index)
{
	struct serial_port *p;

	if (index >= ARRAY_SIZE(known))
		return false;
	p = &serial_ports[index];
	if (p->probed)
		return p->present;
	p->probed = true;
	if (index >= 2 && !bios_lists(known[index].base))
		return false;
	hw_host_init(&p->host);
	spin_init(&p->lock, RANK_NONE, "serial");
	wait_queue_init(&p->modem_wait);
	p->irq = known[index].irq;
	p->x_char = -1;
	p->uart.hw = &p->host.hw;
	p->uart.base = known[index].base;
	p->uart.flags = UART_SKIP_LOOP;
	p->present = uart8250_probe(&p->uart) == 0;
	return p->present;
}

static void early_console(const char *value, void *arg)
{
	if (strncmp(value, "ttyS", 4) == 0 && value[4] >= '0' && value[4] < '0' + SERIAL_PORTS &&
	    serial_probe((unsigned int)(value[4] - '0')))
		serial_console_start((unsigned int)(value[4] - '0'));
}

static int serial_early_init(void)
{
	cmdline_for_each("console", early_console, NULL);
	return 0;
}
INIT_CALL(INIT_EARLY, serial_early_init);

/* Without a screen, and without a word where the log shall go, it goes to COM1. */
static int serial_instead_of_screen(void)
{
	if (!cmdline_has("console") && !vt_display_present() && serial_probe(0))
		serial_console_start(0);
	return 0;
}
INIT_CALL(INIT_CORE, serial_instead_of_screen);

static struct device_class tty_class = { .name = "tty" };
static struct device nodes[SERIAL_PORTS];

static int make_node(unsigned int index)
{
	struct device *dev = &nodes[index];

	scnprintf(dev->name, sizeof(dev->name), "ttyS%u", index);
	dev->class = class_register(&tty_class);
	dev->devnum = MKDEV(serial_driver.major, serial_driver.first_minor + index);
	dev->mode = 0660;
	return device_register(dev);
}

/*
 * BIOSes look for ports when the machine starts again, and a reset by the keyboard controller does
 * not reach a UART on an old card: Bochs' BIOS, for one, takes a port whose FIFO is on for none,
 * and then boot loaders have no serial line. Interrupts are off.
 */
static void restore(void)
{
	for (unsigned int i = 0; i < SERIAL_PORTS; i++) {
		struct uart8250 *u = &serial_ports[i].uart;

		if (!serial_ports[i].present)
			continue;
		/* Switching the FIFO off drops what is in it. */
		for (unsigned int sent = 0; sent <= uart_types[u->type].fifo; sent++)
			if (!uart8250_tx_empty(u))
				hw_delay_us(u->hw, u->char_us);
		uart8250_stop(u, false);
	}
}

static int serial_init(void)
{
	const bool may_look = driver_allowed("serial");

	tty_driver_init_termios(&serial_driver.termios);
	serial_driver.termios.c_cflag = CS8 | CREAD | HUPCL | CLOCAL;
	tty_set_baud(&serial_driver.termios, 9600);
	for (unsigned int i = 0; i < SERIAL_PORTS; i++) {
		struct serial_port *p = &serial_ports[i];
		int err;

		/* What the console uses is known already. */
		if (!(may_look ? serial_probe(i) : p->present))
			continue;
		resource_request(RESOURCE_PORT, p->uart.base, p->uart.base + 7u, "serial");
		tty_init(&p->tty, &serial_driver, i);
		p->tty.private = p;
		serial_console_modes(i, &p->tty.termios);
		pr_info("ttyS%u at %#x, irq %d: %s\n", i, p->uart.base, p->irq,
			uart_types[p->uart.type].name);
		err = make_node(i);
		if (err)
			return err;
	}
	machine_shutdown_hook(restore);
	return tty_driver_register(&serial_driver);
}
INIT_CALL(INIT_DRIVER, serial_init);
