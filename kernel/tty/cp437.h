/*
 * cp437.h - between Unicode and the 256 glyphs of the PC's character generator.
 *
 * cp437_glyph() finds the glyph of a character: the character itself, else one that looks alike
 * (letters without their accents, typographic quotes, dashes, heavy or rounded boxes); -1 if there
 * is nothing to show for it. The control pictures (glyphs 0-31, 127) are found by the characters
 * they look like (U+263A, U+2665, ...), never by the control codes.
 *
 * Sources: the IBM PC's code page 437 as in Unicode's CP437.TXT and the IBM graphics set; widths
 * after Unicode's East Asian Width (W and F) and general categories Mn, Me, Cf.
 *
 * Threading: pure.
 */
#ifndef KERNEL_TTY_CP437_H
#define KERNEL_TTY_CP437_H

#include <kernel/cp437.h>

/* What the screen shows for U+FFFD and for characters without a glyph: a small square. */
#define CP437_REPLACEMENT 0xFE

/* The glyph for a character, or -1. ASCII maps to itself. */
int cp437_glyph(u32 ucs);

/* Like cp437_glyph(), but only if the glyph is this very character. */
int cp437_exact(u32 ucs);

/* Columns a character takes: 0 for combining and invisible ones, 2 for wide ones, else 1. */
int unicode_width(u32 ucs);

#endif
