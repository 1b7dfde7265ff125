/*
 * ps2.h - between the files of the PS/2 glue: one controller, its keyboard and its mouse.
 *
 * The controller's lock is irq-safe and ranks above the input layer's: bytes go from under it all
 * the way into a terminal. ps2_mutex serialises what sleeps: probing, lights, replugging.
 */
#ifndef DRIVERS_PS2_PS2_H
#define DRIVERS_PS2_PS2_H

#include <kernel/lock.h>
#include "i8042_core.h"

extern struct i8042 ps2_controller;
extern struct mutex ps2_mutex;

/* From the thread that brings things up, without ps2_mutex: input_set_leds() takes it inside the
 * input layer's lock, so a device registers outside it. */
void ps2_keyboard_start(void);
void ps2_mouse_start(void);

#endif
