/*
 * vt_kbd_ioctl.c - keyboard ioctls: mode, lights, key tables, accents, repeat rate.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/scancode.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include "vt_console.h"

static bool may_set_tables(void)
{
	return capable(CAP_SYS_TTY_CONFIG);
}

/* ---- tables ---- */

static long get_entry(struct vt *vt, struct kbentry_abi __user *arg)
{
	struct kbentry_abi e;
	unsigned long flags;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	flags = spin_lock_irqsave(&kbd_lock);
	e.kb_value = keymap_get(&vt_keymap, e.kb_table, e.kb_index, vt->kbd.mode == K_UNICODE);
	spin_unlock_irqrestore(&kbd_lock, flags);
	return put_user(e.kb_value, &arg->kb_value);
}

static long set_entry(struct vt *vt, const void __user *arg)
{
	struct kbentry_abi e;
	unsigned long flags;
	int err;

	if (copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (!may_set_tables() || (e.kb_value == K_SAK && !capable(CAP_SYS_ADMIN)))
		return -EPERM;
	flags = spin_lock_irqsave(&kbd_lock);
	err = keymap_set(&vt_keymap, e.kb_table, e.kb_index, e.kb_value, vt->kbd.mode == K_UNICODE);
	if (!err && !e.kb_table)
		kbd_compute_shifts(&vt_kbd);
	spin_unlock_irqrestore(&kbd_lock, flags);
	return err;
}

static long string_ioctl(struct kbsentry_abi __user *arg, bool set)
{
	struct kbsentry_abi *s = kzalloc(sizeof(*s), GFP_KERNEL);
	const char *text;
	unsigned long flags;
	long err = -EFAULT;

	if (!s)
		return -ENOMEM;
	if (get_user(s->kb_func, &arg->kb_func))
		goto out;
	if (set && strncpy_from_user((char *)s->kb_string, (char __user *)arg->kb_string,
				     sizeof(s->kb_string)) < 0)
		goto out;
	flags = spin_lock_irqsave(&kbd_lock);
	if (set) {
		err = keymap_set_func(&vt_keymap, s->kb_func, (char *)s->kb_string);
	} else {
		text = keymap_func(&vt_keymap, s->kb_func);
		err = text ? 0 : -EINVAL;
		if (text)
			(void)strscpy((char *)s->kb_string, text, sizeof(s->kb_string));
	}
	spin_unlock_irqrestore(&kbd_lock, flags);
	if (!err && !set)
		err = copy_to_user(arg->kb_string, s->kb_string, strlen((char *)s->kb_string) + 1);
out:
	kfree(s);
	return err;
}

/* ---- accents ---- */

static struct keymap_diacr *new_list(void)
{
	return kmalloc(MAX_DIACR * sizeof(struct keymap_diacr), GFP_KERNEL);
}

static unsigned int copy_accents(struct keymap_diacr *list)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);
	unsigned int n = vt_keymap.diacrs;

	memcpy(list, vt_keymap.diacr, n * sizeof(*list));
	spin_unlock_irqrestore(&kbd_lock, flags);
	return n;
}

static int put_accent(void __user *arg, unsigned int i, const struct keymap_diacr *d, bool wide)
{
	struct kbdiacr_abi narrow = { (u8)d->accent, (u8)d->base, (u8)d->result };
	struct kbdiacruc_abi w = { d->accent, d->base, d->result };

	if (wide)
		return copy_to_user(&((struct kbdiacrsuc_abi __user *)arg)->kbdiacruc[i], &w,
				    sizeof(w));
	return copy_to_user(&((struct kbdiacrs_abi __user *)arg)->kbdiacr[i], &narrow,
			    sizeof(narrow));
}

static int get_accent(const void __user *arg, unsigned int i, struct keymap_diacr *d, bool wide)
{
	struct kbdiacr_abi narrow = { 0 };
	struct kbdiacruc_abi w;
	int err;

	if (wide) {
		err = copy_from_user(&w, &((struct kbdiacrsuc_abi __user *)arg)->kbdiacruc[i],
				     sizeof(w));
		*d = (struct keymap_diacr){ w.diacr, w.base, w.result };
	} else {
		err = copy_from_user(&narrow, &((struct kbdiacrs_abi __user *)arg)->kbdiacr[i],
				     sizeof(narrow));
		*d = (struct keymap_diacr){ narrow.diacr, narrow.base, narrow.result };
	}
	return err;
}

static long get_accents(void __user *arg, bool wide)
{
	struct keymap_diacr *list = new_list();
	unsigned int n;
	long err;

	if (!list)
		return -ENOMEM;
	n = copy_accents(list);
	err = put_user(n, (u32 __user *)arg);
	for (unsigned int i = 0; i < n && !err; i++)
		err = put_accent(arg, i, &list[i], wide);
	kfree(list);
	return err ? -EFAULT : 0;
}

static long set_accents(const void __user *arg, bool wide)
{
	struct keymap_diacr *list;
	unsigned long flags;
	u32 n;
	long err = 0;

	if (!may_set_tables())
		return -EPERM;
	if (get_user(n, (u32 __user *)arg))
		return -EFAULT;
	if (n >= MAX_DIACR)
		return -EINVAL;
	list = new_list();
	if (!list)
		return -ENOMEM;
	for (u32 i = 0; i < n && !err; i++)
		err = get_accent(arg, i, &list[i], wide) ? -EFAULT : 0;
	if (!err) {
		flags = spin_lock_irqsave(&kbd_lock);
		err = keymap_set_diacr(&vt_keymap, list, n);
		spin_unlock_irqrestore(&kbd_lock, flags);
	}
	kfree(list);
	return err;
}

/* ---- mode, lights, rate ---- */

static long set_mode(struct vt *vt, unsigned long mode)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);
	int err = mode > K_OFF ? -EINVAL : kbd_set_mode(&vt_kbd, &vt->kbd, (unsigned int)mode);

	spin_unlock_irqrestore(&kbd_lock, flags);
	return err;
}

static long set_meta(struct vt *vt, unsigned long arg)
{
	if (arg != K_METABIT && arg != K_ESCPREFIX)
		return -EINVAL;
	vt->kbd.meta_escape = arg == K_ESCPREFIX;
	return 0;
}

/* KDSKBLED: locks in the low nibble, what a reset makes of them in the next. */
static long set_locks(struct vt *vt, unsigned long arg)
{
	unsigned long flags;

	if (arg & ~0x77ul)
		return -EINVAL;
	flags = spin_lock_irqsave(&kbd_lock);
	vt->kbd.locks = arg & 7;
	vt->kbd.default_locks = arg >> 4 & 7;
	kbd_update_leds(&vt_kbd);
	spin_unlock_irqrestore(&kbd_lock, flags);
	return 0;
}

static long set_lights(struct vt *vt, unsigned long arg)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);

	vt->kbd.lights_follow = (arg & ~7ul) != 0;
	vt->kbd.lights = arg & 7;
	kbd_update_leds(&vt_kbd);
	spin_unlock_irqrestore(&kbd_lock, flags);
	return 0;
}

static long repeat_rate(struct kbd_repeat_abi __user *arg)
{
	struct kbd_repeat_abi r;
	unsigned int delay, period;

	if (copy_from_user(&r, arg, sizeof(r)))
		return -EFAULT;
	delay = r.delay > 0 ? (unsigned int)r.delay : 0;
	period = r.period > 0 ? (unsigned int)r.period : 0;
	input_set_repeat(&delay, &period);
	r.delay = (s32)delay;
	r.period = (s32)period;
	return copy_to_user(arg, &r, sizeof(r));
}

static long keycode_ioctl(struct kbkeycode_abi __user *arg, bool set)
{
	struct kbkeycode_abi k;
	unsigned int code;

	if (copy_from_user(&k, arg, sizeof(k)))
		return -EFAULT;
	code = k.scancode & 0x80 ? 0xE000 | (k.scancode & 0x7f) : k.scancode;
	code = scan_set1_keycode(code);
	if (set) /* the table of scan codes is fixed; setting what is there is fine */
		return code == k.keycode ? 0 : -EINVAL;
	return code ? put_user((u32)code, &arg->keycode) : -EINVAL;
}

static long query(struct vt *vt, unsigned int cmd, unsigned long arg)
{
	const struct kbd_console *c = &vt->kbd;

	switch (cmd) {
	case KDGKBTYPE:
		return put_user((u8)KB_101, (u8 __user *)arg);
	case KDGKBMODE:
		return put_user((s32)c->mode, (s32 __user *)arg);
	case KDGKBMETA:
		return put_user((s32)(c->meta_escape ? K_ESCPREFIX : K_METABIT), (s32 __user *)arg);
	case KDGKBLED:
		return put_user((u8)(c->locks | c->default_locks << 4), (u8 __user *)arg);
	case KDGETLED:
		return put_user((u8)kbd_console_leds(c), (u8 __user *)arg);
	case KDGKBENT:
		return get_entry(vt, (void __user *)arg);
	case KDGKBSENT:
		return string_ioctl((void __user *)arg, false);
	case KDGKBDIACR:
	case KDGKBDIACRUC:
		return get_accents((void __user *)arg, cmd == KDGKBDIACRUC);
	case KDGETKEYCODE:
		return keycode_ioctl((void __user *)arg, false);
	default:
		return -ENOIOCTLCMD;
	}
}

static long change(struct vt *vt, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case KDSKBMODE:
		return set_mode(vt, arg);
	case KDSKBMETA:
		return set_meta(vt, arg);
	case KDSKBLED:
		return set_locks(vt, arg);
	case KDSETLED:
		return set_lights(vt, arg);
	case KDSKBENT:
		return set_entry(vt, (void __user *)arg);
	case KDSKBSENT:
		return may_set_tables() ? string_ioctl((void __user *)arg, true) : -EPERM;
	case KDSKBDIACR:
	case KDSKBDIACRUC:
		return set_accents((void __user *)arg, cmd == KDSKBDIACRUC);
	case KDSETKEYCODE:
		return may_set_tables() ? keycode_ioctl((void __user *)arg, true) : -EPERM;
	case KDKBDREP:
		return repeat_rate((void __user *)arg);
	case KDSIGACCEPT:
		if (!capable(CAP_KILL))
			return -EPERM;
		if (arg < 1 || arg > SIGNAL_MAX || arg == SIGKILL)
			return -EINVAL;
		return vt_keyboard_accept((int)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

long vt_kbd_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg, bool allowed)
{
	long ret = query(vt, cmd, arg);

	if (ret != -ENOIOCTLCMD)
		return ret;
	switch (cmd) {
	case KDSKBMODE:
	case KDSKBMETA:
	case KDSKBLED:
	case KDSETLED:
	case KDSKBENT:
	case KDSKBSENT:
	case KDSKBDIACR:
	case KDSKBDIACRUC:
	case KDSETKEYCODE:
	case KDKBDREP:
	case KDSIGACCEPT:
		return allowed ? change(vt, cmd, arg) : -EPERM;
	default:
		return -ENOIOCTLCMD;
	}
}
