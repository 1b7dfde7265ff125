/* rtc_internal.h - between rtc.c (the chip, its interrupts) and rtc_dev.c (files). */
#ifndef DRIVERS_RTC_INTERNAL_H
#define DRIVERS_RTC_INTERNAL_H

#include <kernel/lock.h>
#include <kernel/wait.h>
#include "mc146818_core.h"

extern struct mc146818 rtc_chip;
extern struct mutex rtc_mutex;
extern struct wait_queue rtc_wait;

bool rtc_has_events(void);
u32 rtc_take_events(void);
int rtc_dev_start(bool has_irq);

#endif
