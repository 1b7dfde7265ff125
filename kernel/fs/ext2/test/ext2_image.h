/*
 * ext2_image.h - images in a file, made by mke2fs(8), looked over by e2fsck(8), and in memory in
 * between. What fails ends the test.
 */
#ifndef EXT2_IMAGE_H
#define EXT2_IMAGE_H

#include "ext2_host.h"

extern char ei_name[64]; /* the file */
extern u8 *ei_image;	 /* the bytes, while they are loaded */
extern size_t ei_size;

/* Shell commands. */
void ei_run(const char *fmt, ...) __printf(1, 2);
int ei_run_status(const char *fmt, ...) __printf(1, 2);

void ei_choose_name(void); /* a new, empty file */
void ei_make(const char *mke2fs_args, unsigned int kb);
void ei_load(void);
void ei_save(void);
void ei_check(void); /* nothing that e2fsck would change */
void ei_mount(const char *options);
void ei_remove(void);

#endif
