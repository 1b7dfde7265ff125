/*
 * cp437.h - the characters of the PC's own code page, by code: those of the ROM's font, also where
 * ASCII has controls. Pure. DOS names its files in it.
 */
#ifndef KERNEL_CP437_H
#define KERNEL_CP437_H

#include <kernel/types.h>

extern const u16 cp437_unicode[256];

#endif
