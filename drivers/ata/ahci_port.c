/*
 * ahci_port.c - a port's registers, its command engine and its interrupt.
 *
 * The line is level-triggered and shared by all ports: the handler clears the port's status first,
 * then the controller's bit for it, and leaves what it saw to the waiter.
 */
#include <kernel/compiler.h>
#include "ahci_internal.h"

#define PORT_INTS                                                                                  \
	(AHCI_INT_D2H | AHCI_INT_PIO | AHCI_INT_PCS | AHCI_INT_PRCS | AHCI_INT_IFS |               \
	 AHCI_INT_HBDS | AHCI_INT_HBFS | AHCI_INT_TFES)

u32 ahci_read(const struct ahci_port *port, u32 reg)
{
	return port->io->read(port->io, AHCI_PORT(port->number) + reg);
}

void ahci_write(const struct ahci_port *port, u32 reg, u32 value)
{
	port->io->write(port->io, AHCI_PORT(port->number) + reg, value);
}

bool ahci_wait_reg(const struct ahci_port *port, u32 reg, u32 mask, u32 want, u32 timeout_us)
{
	struct hw *hw = port->ch->hw;
	u64 begin = hw_now_us(hw);
	unsigned int looks = 0;

	for (;;) {
		bool late = hw_now_us(hw) - begin >= timeout_us;

		if ((ahci_read(port, reg) & mask) == want)
			return true;
		if (late)
			return false;
		hw_sleep_us(hw, looks++ < ATA_POLL_SPINS ? ATA_POLL_SPIN_US : ATA_POLL_SLEEP_US);
	}
}

/* ---- the engine ---- */

static bool clear_and_wait(struct ahci_port *port, u32 bit, u32 running)
{
	u32 cmd = ahci_read(port, AHCI_CMD);

	if (cmd & bit)
		ahci_write(port, AHCI_CMD, cmd & ~bit);
	return ahci_wait_reg(port, AHCI_CMD, running, 0, AHCI_STOP_US);
}

bool ahci_stop(struct ahci_port *port)
{
	port->ch->stopped = true;
	return clear_and_wait(port, AHCI_CMD_ST, AHCI_CMD_CR);
}

/* Not before the device is ready: 10.3.1. */
bool ahci_start(struct ahci_port *port)
{
	if (ahci_read(port, AHCI_TFD) & (ATA_STATUS_BSY | ATA_STATUS_DRQ))
		return false;
	ahci_write(port, AHCI_CMD, ahci_read(port, AHCI_CMD) | AHCI_CMD_ST);
	port->ch->stopped = false;
	return true;
}

bool ahci_port_quiet(struct ahci_port *port)
{
	ahci_write(port, AHCI_PIE, 0);
	return ahci_stop(port) && clear_and_wait(port, AHCI_CMD_FRE, AHCI_CMD_FR);
}

static u32 power_bits(const struct ahci_port *port, u32 cmd)
{
	u32 bits = AHCI_CMD_SUD;

	if (cmd & AHCI_CMD_CPD)
		bits |= AHCI_CMD_POD;
	return bits;
}

bool ahci_set_memory(struct ahci_port *port)
{
	u32 cmd;

	if (!ahci_port_quiet(port))
		return false;
	ahci_write(port, AHCI_CLB, port->memory_phys + AHCI_LIST_AT);
	ahci_write(port, AHCI_CLBU, 0);
	ahci_write(port, AHCI_FB, port->memory_phys + AHCI_RX_AT);
	ahci_write(port, AHCI_FBU, 0);
	ahci_clear_events(port);
	cmd = ahci_read(port, AHCI_CMD) & ~(AHCI_CMD_ICC_MASK | AHCI_CMD_ATAPI);
	cmd |= AHCI_CMD_FRE | AHCI_CMD_ICC_ACTIVE | power_bits(port, cmd);
	ahci_write(port, AHCI_CMD, cmd);
	return true;
}

/* ---- events ---- */

/* locked; the bits that were set and are not any more */
static u32 acknowledge(struct ahci_port *port)
{
	u32 is = ahci_read(port, AHCI_PIS);

	if (!is || is == 0xffffffffu)
		return 0;
	if (is & (AHCI_INT_PCS | AHCI_INT_PRCS | AHCI_INT_IFS))
		ahci_write(port, AHCI_SERR, ahci_read(port, AHCI_SERR));
	ahci_write(port, AHCI_PIS, is);
	port->events |= is;
	return is;
}

u32 ahci_take_events(struct ahci_port *port)
{
	unsigned long saved = ata_lock(port->ch);
	u32 events;

	(void)acknowledge(port);
	events = port->events;
	ata_unlock(port->ch, saved);
	return events;
}

u32 ahci_clear_events(struct ahci_port *port)
{
	unsigned long saved = ata_lock(port->ch);
	u32 is = ahci_read(port, AHCI_PIS), events = port->events | is;

	ahci_write(port, AHCI_SERR, ahci_read(port, AHCI_SERR));
	ahci_write(port, AHCI_PIS, is);
	port->io->write(port->io, AHCI_IS, 1u << port->number);
	port->events = 0;
	port->came = false;
	ata_unlock(port->ch, saved);
	return events;
}

bool ahci_irq(struct ata_channel *ch)
{
	struct ahci_port *port = ch->transport_data;
	u32 pending = port->io->read(port->io, AHCI_IS);
	unsigned long saved;

	if (!(pending & 1u << port->number) || pending == 0xffffffffu)
		return false;
	saved = ata_lock(ch);
	if (acknowledge(port))
		port->came = true;
	port->io->write(port->io, AHCI_IS, 1u << port->number);
	ch->irqs++;
	ata_unlock(ch, saved);
	return true;
}

void ahci_enable_irq(struct ata_channel *ch)
{
	struct ahci_port *port = ch->transport_data;

	ahci_write(port, AHCI_PIE, ch->polling ? 0 : PORT_INTS);
}

/* ---- the transport ---- */

static const struct ata_transport ahci_transport = {
	.detect = ahci_detect,
	.execute = ahci_execute,
	.packet = ahci_packet,
	.reset = ahci_reset,
	.irq = ahci_irq,
	.enable_irq = ahci_enable_irq,
};

void ahci_port_init(struct ahci_port *port)
{
	struct ata_channel *ch = port->ch;

	port->ch->stopped = true;
	port->speed_limit = port->link_row = 0;
	port->events = 0;
	ch->transport = &ahci_transport;
	ch->transport_data = port;
	/* A bus master's piece may need two entries, and its table is never full; here it is one.
	 */
	ch->prd_max = 2 * (AHCI_PRDS + 1);
	/* READ MULTIPLE saves interrupts of the IDE kind only. */
	ch->flags |= ATA_CH_NO_MULTIPLE | ATA_CH_NO_SLAVE;
}
