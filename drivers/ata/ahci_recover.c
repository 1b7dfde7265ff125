/*
 * ahci_recover.c - getting a port back.
 *
 *   fault           what is done here                 by ata_recover.c then
 *   device error    engine off and on                 retry, split: one sector fails
 *   that fails too, engine left off                   ahci_reset(): the link is reset, the drive
 *   time-out, link,                                   told its state again; a few of these in a row
 *   host bus error                                    and the device counts as gone
 *
 * Link errors in a row make the link slower at the next reset, down to 1.5 Gbit/s. An engine that
 * does not stop even then is given up: no memory is ever taken from under it.
 *
 * Source: Serial ATA AHCI 1.3.1, 6.2.2 (software error recovery), 10.4 (resets).
 */
#include "ahci_internal.h"

/* A device that is still busy would keep the engine from starting: overridden where that can be. */
static bool override_busy(struct ahci_port *port)
{
	u32 busy = ATA_STATUS_BSY | ATA_STATUS_DRQ;

	if (!(ahci_read(port, AHCI_TFD) & busy))
		return true;
	if (!(port->cap & AHCI_CAP_CLO))
		return false;
	ahci_write(port, AHCI_CMD, ahci_read(port, AHCI_CMD) | AHCI_CMD_CLO);
	return ahci_wait_reg(port, AHCI_CMD, AHCI_CMD_CLO, 0, AHCI_CLO_US) &&
	       !(ahci_read(port, AHCI_TFD) & busy);
}

static bool restart(struct ahci_port *port)
{
	if (!ahci_stop(port))
		return false;
	ahci_clear_events(port);
	return override_busy(port) && ahci_start(port);
}

static void note_link_error(struct ahci_port *port)
{
	u32 speed = SATA_SPEED(ahci_read(port, AHCI_SSTS));

	if (++port->link_row < AHCI_LINK_ERRORS_MAX || speed <= 1)
		return;
	port->link_row = 0;
	port->speed_limit = (u8)(speed - 1);
	ata_note(port->ch, &port->ch->dev[0], "errors on the link: a slower speed");
}

enum ata_fault ahci_settle(struct ahci_port *port, enum ata_fault fault)
{
	if (!fault)
		return ATA_OK;
	if (fault == ATA_FAULT_DEVICE) {
		port->ch->stopped = !restart(port);
		return fault;
	}
	if (fault == ATA_FAULT_LINK)
		note_link_error(port);
	port->ch->stopped = true;
	return fault;
}

static bool give_up(struct ahci_port *port, const char *why)
{
	ata_note(port->ch, &port->ch->dev[0], why);
	return false;
}

bool ahci_reset(struct ata_channel *ch)
{
	struct ahci_port *port = ch->transport_data;
	bool stopped;

	if (ahci_is_gone(port))
		return false;
	ahci_write(port, AHCI_PIE, 0);
	stopped = ahci_stop(port);
	if (!ahci_link_reset(port))
		return give_up(port, "the link does not come back");
	if (!stopped && !ahci_stop(port))
		return give_up(port, "the port does not stop");
	if (!ahci_wait_ready(port, ATA_SPIN_UP_US))
		return give_up(port, "busy after the reset");
	ahci_clear_events(port);
	if (!ahci_start(port))
		return false;
	ahci_enable_irq(ch);
	return true;
}
