/*
 * cmos.h - the battery-backed bytes beside the clock, where a PC's BIOS keeps what it knows of the
 * machine. Any context. Where there is no clock every byte reads as FF. Implemented by drivers/rtc.
 */
#ifndef KERNEL_CMOS_H
#define KERNEL_CMOS_H

#include <kernel/types.h>

#define CMOS_FLOPPIES 0x10u /* kinds of drives 0 (high half) and 1 */

u8 cmos_read(u8 index);

#endif
