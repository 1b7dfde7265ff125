/* sim_ahci_internal.h - what the two files of the simulated adapter share. */
#ifndef DRIVERS_ATA_SIM_AHCI_INTERNAL_H
#define DRIVERS_ATA_SIM_AHCI_INTERNAL_H

#include "sim_ahci.h"

/* Sets PIS bits. */
void sim_ahci_event(struct sim_ahci *sim, u32 bits);
/* The command in slot 0 ends (arg: the adapter). */
void sim_ahci_complete(void *arg);
void sim_ahci_identity(struct sim_ahci *sim);

#endif
