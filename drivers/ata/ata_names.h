/* ata_names.h - positions of channels and ports, and the names that come of them. */
#ifndef DRIVERS_ATA_ATA_NAMES_H
#define DRIVERS_ATA_ATA_NAMES_H

#include "ata_host.h"

/* The wanted position, or the next free one; -ENOSPC. */
int ata_take_channel(unsigned int wanted);
int ata_take_port(unsigned int wanted);

void ata_name_channel_unit(struct ata_unit *unit, unsigned int index, unsigned int i);
void ata_name_port_unit(struct ata_unit *unit, unsigned int index);
/* Once it is known to be one; -ENOSPC. */
int ata_name_packet_unit(struct ata_unit *unit);
/* For /proc/devices. `name` must stay. */
void ata_register_major(const struct ata_unit *unit, const char *name);

#endif
