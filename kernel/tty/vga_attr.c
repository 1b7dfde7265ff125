/* Colour attributes on a monochrome adapter; see kernel/vga_attr.h. */
#include <kernel/vga_attr.h>

#define UNDERLINE_COLOR 3

/* How bright a colour is: weights of green, red and blue. */
static unsigned int luminance(unsigned int color)
{
	return (color & 2 ? 4 : 0) + (color & 4 ? 2 : 0) + (color & 1 ? 1 : 0);
}

u8 vga_attr_to_mda(u8 attr)
{
	unsigned int fore = attr & 7, back = attr >> 4 & 7;
	u8 bright = attr & VGA_ATTR_BRIGHT, blink = attr & VGA_ATTR_BLINK;

	if (fore == back)
		return bright && !back ? MDA_NORMAL | blink : MDA_HIDDEN;
	if (luminance(back) > luminance(fore))
		return MDA_REVERSE | blink | bright;
	if (fore == UNDERLINE_COLOR && !back)
		return MDA_UNDERLINE | blink | bright;
	return MDA_NORMAL | blink | bright;
}
