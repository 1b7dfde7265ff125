/*
 * vga_attr.h - attribute bytes of VGA text cells, and what a monochrome adapter makes of them.
 *
 * A cell is a u16: the CP437 glyph in the low byte, the attribute in the high one: foreground in
 * bits 0-2, bright 3, background 4-6, blink (or bright background) 7. Colours are in VGA order:
 * blue 1, green 2, red 4.
 *
 * Threading: pure.
 */
#ifndef KERNEL_VGA_ATTR_H
#define KERNEL_VGA_ATTR_H

#include <kernel/types.h>

#define VGA_ATTR_BRIGHT 0x08
#define VGA_ATTR_BLINK	0x80
#define VGA_ATTR_GREY	0x07

#define VGA_CELL(glyph, attr) ((u16)((u8)(glyph) | (u16)(attr) << 8))

/* An MDA or Hercules knows few attributes; the rest show as plain or as nothing. */
#define MDA_HIDDEN    0x00
#define MDA_UNDERLINE 0x01
#define MDA_NORMAL    0x07
#define MDA_REVERSE   0x70

/*
 * The colour attribute as an MDA shows it best: same colours hide, a background brighter than the
 * text is reverse, the colour that stands for underline (cyan on black, as vt_screen.h has it) is
 * underlined; blink and brightness stay, but never make a plain attribute out of a hidden one.
 */
u8 vga_attr_to_mda(u8 attr);

#endif
