/* ahci_fixture.h - a channel over a simulated adapter, for its tests. */
#ifndef DRIVERS_ATA_AHCI_FIXTURE_H
#define DRIVERS_ATA_AHCI_FIXTURE_H

#include "sim_ahci.h"

#define MAX_SECTORS 256

extern struct sim_ahci sim;
extern struct ata_channel ch;
extern struct ahci_port port;
extern struct ahci_controller controller;
extern u8 memory[(MAX_SECTORS + 8) * 512];
extern struct ata_piece pieces[MAX_SECTORS + 8];
extern struct ata_buffer buf;

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/* setup() with a disk of another size. */
void attach(u64 sectors);
int setup(void **state);
int teardown(void **state);
u64 elapsed_ms(void);
void start_time(void);
struct ata_device *start(void);
bool noted(const char *text);
/* Uneven pieces, neighbours in memory or not; phys: as the adapter sees them. */
void make_buffer(u32 count, bool phys);
void check_pattern(u64 lba, u32 from, u32 count);
void read_ok(struct ata_device *dev, u64 lba, u32 count);
int read_fails(struct ata_device *dev, u64 lba, u32 count);
/* As the disk does: what fails fails alone, with -EIO. Returns how many failed; *failed is the
 * last. */
u32 with_errors(struct ata_device *dev, bool write, u64 lba, u32 count, u64 *failed);

#endif
