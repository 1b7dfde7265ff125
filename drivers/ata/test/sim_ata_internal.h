/* sim_ata_internal.h - what sim_ata.c and its packet device share. */
#ifndef DRIVERS_ATA_SIM_ATA_INTERNAL_H
#define DRIVERS_ATA_SIM_ATA_INTERNAL_H

#include "sim_ata.h"

/* sim_ata_disk.c */
void sim_get_sector(struct sim_drive *d, u64 lba, u8 *out);
void sim_put_sector(struct sim_drive *d, u64 lba, const u8 *from);
bool sim_is_bad(const struct sim_drive *d, u64 lba);
/* The ranges of a TRIM have come. */
void sim_trim_over(struct sim_drive *d);
void sim_media_error(struct sim_drive *d, u64 lba, u8 error);
u32 sim_data_read(struct sim_drive *d);
void sim_data_write(struct sim_drive *d, u32 value);
void sim_start_command(struct sim_drive *d, u8 command);
void sim_drive_cancel(struct sim_drive *d);

/* sim_ata_bm.c */
u32 sim_bm_read(void *chip, u16 port, unsigned int width);
void sim_bm_write(void *chip, u16 port, u32 value, unsigned int width);
void sim_bm_cancel(struct sim_drive *d);

void sim_drive_irq(struct sim_drive *d);
void sim_drive_end(struct sim_drive *d, u8 status, u8 error);
void sim_drive_later(struct sim_drive *d, void (*fn)(void *arg));
bool sim_dma_copy(struct sim_ata *sim, u8 *data, u32 bytes, bool to_memory);
void sim_device_reset(struct sim_drive *d);

void sim_cd_command(struct sim_drive *d);
void sim_cd_packet_word(struct sim_drive *d, u16 word);
void sim_cd_block_over(struct sim_drive *d);
void sim_cd_dma_done(void *arg);
void sim_cd_cancel(struct sim_drive *d);
/* For drive.scsi: so many bytes of d->data (or, with d->out, that many are wanted); an error. */
void sim_cd_reply(struct sim_drive *d, u32 bytes);
void sim_cd_fail(struct sim_drive *d, u8 key);

#endif
