/* sim_ata_internal.h - what sim_ata.c and its packet device share. */
#ifndef DRIVERS_ATA_SIM_ATA_INTERNAL_H
#define DRIVERS_ATA_SIM_ATA_INTERNAL_H

#include "sim_ata.h"

void sim_drive_irq(struct sim_drive *d);
void sim_drive_end(struct sim_drive *d, u8 status, u8 error);
void sim_drive_later(struct sim_drive *d, void (*fn)(void *arg));
bool sim_dma_copy(struct sim_ata *sim, u8 *data, u32 bytes, bool to_memory);
void sim_device_reset(struct sim_drive *d);

void sim_cd_command(struct sim_drive *d);
void sim_cd_packet_word(struct sim_drive *d, u16 word);
void sim_cd_block_over(struct sim_drive *d);
void sim_cd_dma_done(void *arg);

#endif
