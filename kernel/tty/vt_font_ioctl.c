/*
 * vt_font_ioctl.c - colours, and what can be said about a font that is in the adapter's ROM: the
 * map of characters to its glyphs can be read; setting another font is refused, so that programs
 * which try see that at once.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include "cp437.h"
#include "vt_console.h"

#define GLYPHS 256

static long get_colors(struct vt *vt, void __user *arg)
{
	return copy_to_user(arg, vt->palette, sizeof(vt->palette));
}

/* Of all consoles, and of those to come after a reset. */
static long set_colors(const void __user *arg)
{
	u8 palette[48];

	if (copy_from_user(palette, arg, sizeof(palette)))
		return -EFAULT;
	vt_lock();
	for (unsigned int i = 0; i < VT_MAX; i++) {
		if (!vt_table[i] || !vt_table[i]->memory)
			continue;
		memcpy(vt_table[i]->palette, palette, sizeof(palette));
		memcpy(vt_table[i]->screen.palette, palette, sizeof(palette));
	}
	vt_redraw_front();
	vt_unlock();
	return 0;
}

/* GIO_UNIMAP: pairs of character and glyph, as many as there is room for. */
static long get_unimap(struct unimapdesc_abi __user *arg)
{
	struct unimapdesc_abi d;
	struct unipair_abi __user *to;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	to = (struct unipair_abi __user *)(uintptr_t)d.entries;
	for (unsigned int i = 0; i < min_t(unsigned int, d.entry_ct, GLYPHS); i++) {
		struct unipair_abi pair = { cp437_unicode[i], (u16)i };

		if (copy_to_user(to + i, &pair, sizeof(pair)))
			return -EFAULT;
	}
	if (put_user((u16)GLYPHS, &arg->entry_ct))
		return -EFAULT;
	return d.entry_ct < GLYPHS ? -ENOMEM : 0;
}

/* The user's byte-to-glyph map of charset ESC ( K: the identity. */
static long get_screen_map(void __user *arg, bool wide)
{
	for (unsigned int i = 0; i < GLYPHS; i++) {
		int err = wide ? put_user((u16)(0xf000 | i), (u16 __user *)arg + i)
			       : put_user((u8)i, (u8 __user *)arg + i);

		if (err)
			return -EFAULT;
	}
	return 0;
}

static long font_op(struct console_font_op_abi __user *arg)
{
	struct console_font_op_abi op;

	if (copy_from_user(&op, arg, sizeof(op)))
		return -EFAULT;
	if (op.op != KD_FONT_OP_GET || op.data)
		return op.op == KD_FONT_OP_SET_DEFAULT ? 0 : -ENOSYS;
	op.width = 8;
	op.height = vt_display ? vt_display->font_height : 16;
	op.charcount = GLYPHS;
	return copy_to_user(arg, &op, sizeof(op));
}

long vt_font_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg, bool allowed)
{
	void __user *p = (void __user *)arg;

	switch (cmd) {
	case GIO_CMAP:
		return get_colors(vt, p);
	case PIO_CMAP:
		return allowed ? set_colors(p) : -EPERM;
	case GIO_UNIMAP:
		return get_unimap(p);
	case PIO_UNIMAP: /* accepted: glyphs are found by their meaning, whatever map is loaded */
	case PIO_UNIMAPCLR:
	case PIO_SCRNMAP:
	case PIO_UNISCRNMAP:
		return allowed ? 0 : -EPERM;
	case GIO_SCRNMAP:
	case GIO_UNISCRNMAP:
		return get_screen_map(p, cmd == GIO_UNISCRNMAP);
	case KDFONTOP:
		return font_op(p);
	case GIO_FONT:
	case PIO_FONT:
	case GIO_FONTX:
	case PIO_FONTX:
	case PIO_FONTRESET:
		return -EINVAL;
	default:
		return -ENOIOCTLCMD;
	}
}
