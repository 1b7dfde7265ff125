/* cd_fixture.h - one simulated CD drive on a channel, and reading from it, for tests of CD drives.
 */
#ifndef DRIVERS_ATA_CD_FIXTURE_H
#define DRIVERS_ATA_CD_FIXTURE_H

#include "sim_cd.h"
#include "../cd_core.h"

#define BLOCKS 1000u
#define ALL    64u

extern struct sim_ata sim;
extern struct ata_channel ch;
extern struct sim_cd disc;
extern struct cd_drive cd;
extern u8 memory[ALL * 2048];
extern struct ata_buffer buf;

int cd_setup(void **state);
int cd_teardown(void **state);
#define CD_TEST(fn) cmocka_unit_test_setup_teardown(fn, cd_setup, cd_teardown)

void start(bool dma);
/* With disc 1 of BLOCKS blocks, looked at. */
void start_with_disc(bool dma);
u64 elapsed_ms(void);
/* `buf` over `memory`, in pieces across the blocks' bounds. */
void make_buffer(u32 bytes);
int read_some(u32 lba, u32 count, u32 *good);
/* `count` blocks of memory, from `at` on, are the disc's from lba on. */
void check_blocks(u32 lba, u32 at, u32 count);

#endif
