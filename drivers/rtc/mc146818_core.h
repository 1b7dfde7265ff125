/*
 * mc146818_core.h - the battery clock of a PC, and calendar arithmetic.
 *
 * mc146818_read() gives a date that was true at one moment of the call, however the chip's updates
 * fall; a chip that is always "in update" is read all the same after RTC_UIP_US, and the result
 * marked. The century byte, where one is known, is believed if it is 19..21 and makes a year from
 * 1970 on; else (a BIOS that never wrote 20) two digits decide: 00-69 are 20xx, 70-99 are 19xx.
 *
 * Errors: -ENODEV nothing there (all FF or all 00), -EIO what is read is no date, -ETIMEDOUT it
 * never held still. Notes beside a result are RTC_NOTE_*.
 *
 * The chip's mode (BCD or binary, 12 or 24 h) is never changed. Nothing but mc146818_write(),
 * _set_alarm() and the interrupt switches writes to the chip, and none of them into its RAM (a
 * checksum guards 10-2D), except the century byte when one is known.
 *
 * Locking: index and data port are one pair; the host's `lock` (irq-safe; NULL: nobody else) is
 * taken around each pair, never across a wait. NVRAM users share it. Reads of a whole date are
 * consistent against the chip; two writers are kept apart by the caller's mutex.
 *
 * Time: UTC or local as the machine keeps it; the caller knows.
 *
 * Source: hardware-notes 8; MC146818A datasheet.
 */
#ifndef DRIVERS_RTC_MC146818_CORE_H
#define DRIVERS_RTC_MC146818_CORE_H

#include <kernel/types.h>
#include <kernel/hw.h>
#include "rtc_decode.h"

#define RTC_UIP_STEP_US 100u
#define RTC_UIP_US	15000u /* an update takes 2.2 ms; longer means stuck */
#define RTC_UPDATE_US	2500u  /* longer than an update of a sound chip */
#define RTC_READ_TRIES	10

/* ---- the chip ---- */

#define RTC_NOTE_BATTERY   (1u << 0) /* register D: the battery was dead; the time is worthless */
#define RTC_NOTE_UIP_STUCK (1u << 1)
#define RTC_NOTE_CENTURY                                                                           \
	(1u << 2)		  /* the century byte disagreed with the window and was not used   \
				   */
#define RTC_NOTE_HALTED (1u << 3) /* SET or a divider of zero: the clock stands still */

struct mc146818 {
	struct hw *hw;
	unsigned long (*lock)(void *ctx);
	void (*unlock)(void *ctx, unsigned long saved);
	void *lock_ctx;
	u8 century_reg;	 /* from the FADT, 0: none known */
	bool nmi_masked; /* bit 7 of the index port as it shall stay */
};

/* Is there a clock? Masks and clears its interrupts. -ENODEV. Reads only before it is sure. */
int mc146818_probe(struct mc146818 *r);

/* `notes` may be NULL. */
int mc146818_read(struct mc146818 *r, struct rtc_date *d, unsigned int *notes);

/* -EINVAL: not a date, or a year that would not read back. -EIO: the chip did not take it. */
int mc146818_write(struct mc146818 *r, const struct rtc_date *d);

/* Daily alarm at hour:minute:second; -1 matches every value. -EINVAL. Does not enable it. */
int mc146818_set_alarm(struct mc146818 *r, int hour, int minute, int second);
/* -1 for "every". -EIO: no time. */
int mc146818_get_alarm(struct mc146818 *r, int *hour, int *minute, int *second);

/* Periodic interrupts of 2..8192 Hz, powers of two. -EINVAL. Does not enable them. */
int mc146818_set_rate(struct mc146818 *r, unsigned int hz);
unsigned int mc146818_get_rate(struct mc146818 *r);

/* Switch interrupt sources: RTC_B_PIE, _AIE, _UIE. */
void mc146818_enable(struct mc146818 *r, u8 sources);
void mc146818_disable(struct mc146818 *r, u8 sources);

/* In the interrupt: what came, RTC_C_PF | _AF | _UF of the enabled ones; 0: not ours. */
u8 mc146818_irq(struct mc146818 *r);

u8 mc146818_get(struct mc146818 *r, u8 reg);
void mc146818_put(struct mc146818 *r, u8 reg, u8 value);

#endif
