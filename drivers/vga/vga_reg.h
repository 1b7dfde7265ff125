/* vga_reg.h - registers of MDA, CGA, EGA and VGA text modes. Source: IBM VGA reference; hardware
 * notes 9.1. */
#ifndef DRIVERS_VGA_REG_H
#define DRIVERS_VGA_REG_H

#define VGA_CRTC_COLOR 0x3D4
#define VGA_CRTC_MONO  0x3B4
#define VGA_STATUS_OFF 6 /* from the CRTC's index port: reading resets the attribute flip-flop */

#define CRTC_CURSOR_START 0x0A
#define CRTC_CURSOR_END	  0x0B
#define CRTC_CURSOR_OFF	  0x20 /* in CURSOR_START */
#define CRTC_START_HI	  0x0C
#define CRTC_START_LO	  0x0D
#define CRTC_CURSOR_HI	  0x0E
#define CRTC_CURSOR_LO	  0x0F

#define VGA_ATTR	    0x3C0
#define VGA_ATTR_READ	    0x3C1
#define VGA_ATTR_MODE	    0x10
#define VGA_ATTR_MODE_BLINK 0x08
#define VGA_ATTR_VIDEO_ON   0x20
#define VGA_SEQ		    0x3C4
#define VGA_SEQ_DATA	    0x3C5
#define VGA_SEQ_CLOCKING    0x01
#define VGA_SEQ_SCREEN_OFF  0x20
#define VGA_DAC_WRITE	    0x3C8
#define VGA_DAC_DATA	    0x3C9
#define VGA_MISC_READ	    0x3CC

#define VGA_MEM_COLOR 0xB8000u
#define VGA_MEM_MONO  0xB0000u

/* BIOS data area */
#define BDA_VIDEO_MODE	0x449
#define BDA_COLUMNS	0x44A
#define BDA_PAGE_START	0x44E /* of what is shown, in bytes */
#define BDA_CURSOR	0x450 /* on page 0: column, then row */
#define BDA_CRTC_BASE	0x463
#define BDA_ROWS_LESS_1 0x484
#define BDA_CHAR_HEIGHT 0x485
#define BDA_EGA_INFO	0x487 /* 0: no EGA or VGA BIOS */

#endif
