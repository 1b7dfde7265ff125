/* ahci_internal.h - what the files of the AHCI core share; the contract is ahci_core.h. */
#ifndef DRIVERS_ATA_AHCI_INTERNAL_H
#define DRIVERS_ATA_AHCI_INTERNAL_H

#include "ahci_core.h"
#include "ata_internal.h"

/* Where things lie in a port's memory. */
#define AHCI_LIST_AT  0x000u /* aligned to 1 KB */
#define AHCI_RX_AT    0x400u /* to 256 bytes */
#define AHCI_TABLE_AT 0x500u /* to 128 bytes */

#define AHCI_LINK_ERRORS_MAX 2u /* in a row: a slower link */

/* ---- ahci_port.c: registers, the engine, the interrupt ---- */
u32 ahci_read(const struct ahci_port *port, u32 reg);
void ahci_write(const struct ahci_port *port, u32 reg, u32 value);
/* False: (value & mask) == want never came. */
bool ahci_wait_reg(const struct ahci_port *port, u32 reg, u32 mask, u32 want, u32 timeout_us);
static inline bool ahci_is_gone(const struct ahci_port *port)
{
	return ahci_read(port, AHCI_CMD) == 0xffffffffu;
}
bool ahci_stop(struct ahci_port *port);
bool ahci_start(struct ahci_port *port);
/* Command list and received FISes in place, reception on, nothing runs. False: stuck. */
bool ahci_set_memory(struct ahci_port *port);
/* Those that are cleared. */
u32 ahci_clear_events(struct ahci_port *port);
u32 ahci_take_events(struct ahci_port *port); /* all since ahci_clear_events() */
bool ahci_irq(struct ata_channel *ch);
void ahci_enable_irq(struct ata_channel *ch);

/* ---- ahci_link.c ---- */
bool ahci_link_is_up(const struct ahci_port *port);
/* Waits: false, nobody is there. */
bool ahci_wait_link(const struct ahci_port *port, u32 presence_us);
bool ahci_link_reset(struct ahci_port *port);
bool ahci_wait_ready(struct ahci_port *port, u32 timeout_us);
int ahci_detect(struct ata_channel *ch);

/* ---- ahci_command.c ---- */
enum ata_fault ahci_execute(struct ata_device *dev, struct ata_command *cmd);
enum ata_fault ahci_packet(struct ata_device *dev, struct ata_packet *p, bool dma);

/* ---- ahci_memory.c ---- */
struct ahci_transfer {
	const struct ata_buffer *buffer; /* NULL: no data */
	u32 offset, bytes;
	bool write;
	/* set by ahci_map() */
	bool bounced;
	u32 prds;
};
/* Fills the table's entries. False: more than fits. */
bool ahci_map(struct ahci_port *port, struct ahci_transfer *t);
/* The first `bytes` arrived. */
void ahci_unmap(struct ahci_port *port, const struct ahci_transfer *t, u32 bytes);

/* ---- ahci_recover.c ---- */
/* After a failed command: the engine runs again, or the fault is one that makes it reset. */
enum ata_fault ahci_settle(struct ahci_port *port, enum ata_fault fault);
bool ahci_reset(struct ata_channel *ch);

#endif
