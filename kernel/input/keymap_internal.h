/* keymap_internal.h - between keymap.c, keymap_us.c and kbd.c. */
#ifndef KERNEL_INPUT_KEYMAP_INTERNAL_H
#define KERNEL_INPUT_KEYMAP_INTERNAL_H

#include <kernel/keymap.h>

/* The kernel's form of an entry and the ABI's are one XOR apart: U+x stays x, types gain 0xF0. */
#define KEYMAP_FLIP 0xF000
#define SYM(entry)  ((u16)((entry) ^ KEYMAP_FLIP))

/* Tables of the built-in map by shift state. */
enum {
	TABLE_PLAIN = 0,
	TABLE_SHIFT = 1 << KG_SHIFT,
	TABLE_ALTGR = 1 << KG_ALTGR,
	TABLE_CTRL = 1 << KG_CTRL,
	TABLE_SHIFT_CTRL = TABLE_SHIFT | TABLE_CTRL,
	TABLE_ALT = 1 << KG_ALT,
	TABLE_CTRL_ALT = TABLE_CTRL | TABLE_ALT
};

/* Fill the built-in tables, strings and accents. */
void keymap_fill_us(struct keymap *km);

/* ASCII of a key on a US keyboard without shifts, 0 if it has none: for SysRq. */
u8 keymap_us_ascii(unsigned int keycode);

#endif
