/*
 * vt_ioctl.c - ioctls of a virtual console: modes, sound, sizes, TIOCLINUX. The rest is in
 * vt_switch.c, vt_kbd_ioctl.c and vt_font_ioctl.c.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "vt_console.h"

#define SOUND_CLOCK	 1193180u /* what KIOCSOUND and KDMKTONE divide */
#define VC_RESIZE_MAXCOL 32767

static void sound(unsigned int count, unsigned int ms)
{
	vt_beep(count ? SOUND_CLOCK / count : 0, ms);
}

static long set_graphics(struct vt *vt, unsigned long mode)
{
	bool graphics = mode == KD_GRAPHICS;

	if (mode > KD_TEXT1)
		return -EINVAL;
	vt_lock();
	if (vt->graphics != graphics) {
		if (graphics && vt->number == vt_front && vt_is_blanked())
			vt_blank(false);
		vt->graphics = graphics;
		if (!graphics && vt->number == vt_front) {
			if (vt_display && vt_display->ops->restore)
				vt_display->ops->restore(vt_display);
			vt_redraw_front();
		}
	}
	vt_unlock();
	return 0;
}

/* ---- sizes ---- */

static long resize(const void __user *arg)
{
	struct vt_sizes_abi s;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	return vt_resize_all(s.v_cols, s.v_rows);
}

static long resize_x(const void __user *arg)
{
	struct vt_consize_abi s;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (s.v_vlin && s.v_clin) {
		if (s.v_rows && s.v_rows != s.v_vlin / s.v_clin)
			return -EINVAL;
		s.v_rows = s.v_vlin / s.v_clin;
	}
	if (s.v_vcol && s.v_ccol) {
		if (s.v_cols && s.v_cols != s.v_vcol / s.v_ccol)
			return -EINVAL;
		s.v_cols = s.v_vcol / s.v_ccol;
	}
	return vt_resize_all(s.v_cols ? s.v_cols : vt_table[0]->screen.cols,
			     s.v_rows ? s.v_rows : vt_table[0]->screen.rows);
}

/* ---- TIOCLINUX ---- */

static void blank_by_user(bool on)
{
	vt_lock();
	vt_blank(on);
	vt_unlock();
}

static long scroll_console(const void __user *arg)
{
	s32 lines;
	int back;

	if (get_user(lines, (const s32 __user *)arg + 1))
		return -EFAULT;
	vt_lock();
	back = (int)vt_back() - (lines ? lines : -(int)vt_back());
	vt_set_back(lines && back > 0 ? (unsigned int)back : 0);
	vt_unlock();
	return 0;
}

static long tioclinux_query(struct vt *vt, u8 sub, u8 __user *arg)
{
	switch (sub) {
	case TIOCL_GETSHIFTSTATE:
		return put_user((u8)kbd_shift_state(&vt_kbd), arg);
	case TIOCL_GETMOUSEREPORTING:
		return put_user((u8)vt->screen.mouse, arg);
	case TIOCL_GETFGCONSOLE:
		return (long)vt_front;
	case TIOCL_BLANKEDSCREEN:
		return vt_is_blanked();
	case TIOCL_GETKMSGREDIRECT:
		return 0;
	default:
		return -EINVAL;
	}
}

static long tioclinux(struct vt *vt, void __user *arg)
{
	u8 sub;

	if (current->process->tty != &vt->tty && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (get_user(sub, (u8 __user *)arg))
		return -EFAULT;
	switch (sub) {
	case TIOCL_UNBLANKSCREEN:
		blank_by_user(false);
		return 0;
	case TIOCL_BLANKSCREEN:
		blank_by_user(true);
		return 0;
	case TIOCL_SCROLLCONSOLE:
		return scroll_console(arg);
	case TIOCL_SETVESABLANK:
	case TIOCL_SELLOADLUT:
		return 0;
	case TIOCL_SETKMSGREDIRECT:
		return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
	default:
		return tioclinux_query(vt, sub, arg);
	}
}

/* ---- dispatch ---- */

static long own_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg, bool allowed)
{
	switch (cmd) {
	case TIOCLINUX:
		return tioclinux(vt, (void __user *)arg);
	case KIOCSOUND:
	case KDMKTONE:
		if (!allowed)
			return -EPERM;
		sound((unsigned int)arg & 0xffff, cmd == KDMKTONE ? (unsigned int)arg >> 16 : 0);
		return 0;
	case KDGETMODE:
		return put_user((s32)vt->graphics, (s32 __user *)arg);
	case KDSETMODE:
		return allowed ? set_graphics(vt, arg) : -EPERM;
	case KDADDIO:
	case KDDELIO:
	case KDENABIO:
	case KDDISABIO:
		return -EINVAL; /* ioperm(2) and iopl(2) do this */
	case VT_RESIZE:
		return allowed ? resize((void __user *)arg) : -EPERM;
	case VT_RESIZEX:
		return allowed ? resize_x((void __user *)arg) : -EPERM;
	case VT_GETHIFONTMASK:
		return put_user((u16)0, (u16 __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

long vt_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vt *vt = vt_of_tty(tty);
	bool allowed;
	long ret;

	if (cmd >> 8 != 0x4B && cmd >> 8 != 0x56 && cmd != TIOCLINUX)
		return -ENOIOCTLCMD;
	allowed = current->process->tty == tty || capable(CAP_SYS_TTY_CONFIG);
	ret = vt_kbd_ioctl(vt, cmd, arg, allowed);
	if (ret == -ENOIOCTLCMD)
		ret = own_ioctl(vt, cmd, arg, allowed);
	if (ret == -ENOIOCTLCMD)
		ret = vt_switch_ioctl(vt, cmd, arg);
	if (ret == -ENOIOCTLCMD)
		ret = vt_font_ioctl(vt, cmd, arg, allowed);
	return ret;
}
