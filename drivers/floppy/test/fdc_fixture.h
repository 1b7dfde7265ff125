/* fdc_fixture.h - a simulated controller with a 1.44M and a 1.2M drive, and how tests use it. */
#ifndef FDC_FIXTURE_H
#define FDC_FIXTURE_H

#include "sim_fdc.h"

extern struct sim_fdc sim;
extern struct fdc *const fdc;
extern struct fdc_drive *const fd0, *const fd1;

/* A disk of that type of fdc_formats is in the first drive, and found; 0: none. */
void start(unsigned int type);
/* The driver did nothing that it must not. */
void stop(void);
enum fdc_error read_one(u32 sector);
/* The whole disk, and each sector is what it was. */
void read_all(struct fdc_drive *d);
enum fdc_error write_some(u32 sector, u32 count, u8 value, u32 *done);

#endif
