/*
 * disk_fixture.h - a disk on the simulated channel and memory for its transfers, for tests of
 * reading and writing.
 */
#ifndef DRIVERS_ATA_DISK_FIXTURE_H
#define DRIVERS_ATA_DISK_FIXTURE_H

#include "sim_ata.h"

#define MAX_SECTORS 256

extern struct sim_ata sim;
extern struct ata_channel ch;
extern u8 memory[(MAX_SECTORS + 8) * 512];
extern struct ata_piece pieces[MAX_SECTORS + 8];
extern struct ata_buffer buf;
extern u8 programmed[2]; /* DMA modes that the pretended controller was programmed for */

int disk_setup(void **state);
int disk_teardown(void **state);
u64 elapsed_ms(void); /* since start() */
/* `buf` over `memory`, in uneven pieces. */
void make_buffer(u32 count);
/* Detects, sets modes, switches interrupts on; the first device found. */
struct ata_device *start(bool dma);
struct ata_device *start_disk(u64 sectors, enum ata_addressing form, bool dma);
void check_pattern(u64 lba, u32 from, u32 count);
void read_ok(struct ata_device *dev, u64 lba, u32 count);
void fill_for_write(u64 lba, u32 count, u8 salt);
void write_ok(struct ata_device *dev, u64 lba, u32 count, u8 salt);
/* As ata_disk.c does: what fails fails alone. How many failed, and which. */
u32 read_with_errors(struct ata_device *dev, u64 lba, u32 count, u64 *failed);

#endif
