/* resize_fixture.h - mounted file systems to grow, and files on them. */
#ifndef EXT2_RESIZE_FIXTURE_H
#define EXT2_RESIZE_FIXTURE_H

#include "ext2_image.h"

struct ext2_fs *rf_fs(void);
/* mke2fs makes one of so many blocks where it is asked for here. */
u32 rf_in_journal(void);
/* A file system of so many KB at the start of a device. */
void rf_make(const char *mke2fs_args, unsigned int kb, unsigned int device_kb);
int rf_write_file(unsigned int i);
/* Until nothing is free; how many files there are then. */
unsigned int rf_fill(unsigned int from);
void rf_check_files(unsigned int n);
/* Unmounted, and sound for e2fsck; no error was logged. */
void rf_end(void);

#endif
