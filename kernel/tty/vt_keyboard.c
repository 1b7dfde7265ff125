/*
 * vt_keyboard.c - from the input devices' keys through the key tables to the console in front.
 *
 * Key events come in interrupts. Bytes go at once into the console's tty; actions that need more
 * than a moment are noted and done by a work item.
 */
#include <kernel/arch.h>
#include <kernel/init.h>
#include <kernel/input.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/reboot.h>
#include <kernel/sysrq.h>
#include <kernel/task.h>
#include "vt_console.h"

/* Under the keyboard port's lock and input_lock, above the tty's input. */
DEFINE_SPINLOCK(kbd_lock, RANK_SPIN - 2);
struct keymap vt_keymap;
struct kbd vt_kbd;
static struct kbd_console no_console; /* before there is one */

/* Things for the work item: bits, set in interrupts. */
#define DO_LEDS	  1
#define DO_BACK	  2
#define DO_FORW	  4
#define DO_HOLD	  8
#define DO_UNHOLD 16
#define DO_SAK	  32
#define DO_SPAWN  64
static int things_to_do; /* atomic */
static unsigned int leds_wanted;

static struct pid *spawn_pid; /* kbd_lock: KDSIGACCEPT */
static int spawn_signal;

/* ---- what takes time ---- */

static void scroll_half(bool back)
{
	unsigned int half, now;

	vt_lock();
	half = vt_table[vt_front]->screen.rows / 2u;
	now = vt_back();
	if (back)
		vt_set_back(now + half);
	else if (now)
		vt_set_back(now > half ? now - half : 0);
	vt_unlock();
}

static void spawn(void)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);
	struct pid *pid = spawn_pid;
	int sig = spawn_signal;
	struct task *t;

	if (pid)
		pid_get(pid);
	spin_unlock_irqrestore(&kbd_lock, flags);
	if (!pid)
		return;
	flags = spin_lock_irqsave(&task_list_lock);
	for_each_pid_task (t, pid, PID_TGID) {
		signal_kernel_process(sig, t->process);
		break;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	pid_put(pid);
}

/* The console's light bits to the input devices'. */
static unsigned int input_leds(unsigned int leds)
{
	return (leds & LED_NUM ? 1u << LED_NUML : 0) | (leds & LED_CAP ? 1u << LED_CAPSL : 0) |
	       (leds & LED_SCR ? 1u << LED_SCROLLL : 0);
}

static void keyboard_work_fn(struct work *work)
{
	int todo = arch_xchg(&things_to_do, 0);
	struct tty *tty = &vt_table[vt_front]->tty;

	if (todo & DO_LEDS)
		input_set_leds(input_leds(READ_ONCE(leds_wanted)));
	if (todo & DO_BACK)
		scroll_half(true);
	if (todo & DO_FORW)
		scroll_half(false);
	if (todo & (DO_HOLD | DO_UNHOLD))
		tty_hold(tty, todo & DO_HOLD);
	if (todo & DO_SAK)
		tty_kill_session(tty);
	if (todo & DO_SPAWN)
		spawn();
}
static struct work keyboard_work = { .fn = keyboard_work_fn };

static void later(int what)
{
	int old;

	do {
		old = READ_ONCE(things_to_do);
	} while (arch_cmpxchg(&things_to_do, old, old | what) != old);
	work_queue(&keyboard_work);
}

/* ---- what the key tables ask for; kbd_lock held ---- */

static void op_bytes(void *ctx, const char *text, size_t n)
{
	struct vt *vt = vt_table[vt_front];

	if (vt && vt->tty.driver)
		(void)tty_receive(&vt->tty, (const u8 *)text, n);
}

static void switch_action(enum kbd_action action, unsigned int arg)
{
	switch (action) {
	case KBD_SWITCH:
		if (arg < VT_MAX)
			vt_request_switch(arg);
		break;
	case KBD_SWITCH_LAST:
		vt_request_previous();
		break;
	default:
		vt_step_switch(action == KBD_SWITCH_NEXT ? 1 : -1);
		break;
	}
}

static void op_action(void *ctx, enum kbd_action action, unsigned int arg)
{
	switch (action) {
	case KBD_SWITCH:
	case KBD_SWITCH_LAST:
	case KBD_SWITCH_NEXT:
	case KBD_SWITCH_PREV:
		switch_action(action, arg);
		break;
	case KBD_SCROLL_BACK:
		later(DO_BACK);
		break;
	case KBD_SCROLL_FORW:
		later(DO_FORW);
		break;
	case KBD_BREAK:
		(void)tty_receive_char(&vt_table[vt_front]->tty, 0, TTY_IN_BREAK);
		tty_receive_push(&vt_table[vt_front]->tty);
		break;
	case KBD_HOLD:
		later(arg ? DO_HOLD : DO_UNHOLD);
		break;
	case KBD_BOOT:
		ctrl_alt_del();
		break;
	case KBD_SAK:
		later(DO_SAK);
		break;
	case KBD_SPAWN:
		later(DO_SPAWN);
		break;
	case KBD_SHOW_REGS:
		sysrq_handle('p');
		break;
	case KBD_SHOW_MEM:
		sysrq_handle('m');
		break;
	case KBD_SHOW_STATE:
		sysrq_handle('t');
		break;
	case KBD_SYSRQ:
		sysrq_key((int)arg);
		break;
	case KBD_LEDS:
		WRITE_ONCE(leds_wanted, arg);
		later(DO_LEDS);
		break;
	}
}

static const struct kbd_ops ops = { op_bytes, op_action };

static void key_event(struct input_dev *dev, unsigned int type, unsigned int code, int value)
{
	unsigned long flags;

	if (type != EV_KEY || code >= KBD_KEYS)
		return;
	flags = spin_lock_irqsave(&kbd_lock);
	kbd_key(&vt_kbd, code, value ? KBD_PRESSED : KBD_RELEASED);
	spin_unlock_irqrestore(&kbd_lock, flags);
	if (value)
		vt_poke();
}

static struct input_handler handler = { .event = key_event };

/* ---- what consoles tell the keyboard; console lock held ---- */

void vt_keyboard_front(struct vt *vt)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);

	kbd_set_console(&vt_kbd, &vt->kbd);
	spin_unlock_irqrestore(&kbd_lock, flags);
}

void vt_keyboard_modes(struct vt *vt, unsigned int modes)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);

	vt->kbd.app_cursor = modes & VT_KBD_APP_CURSOR;
	vt->kbd.app_keypad = modes & VT_KBD_APP_KEYPAD;
	vt->kbd.repeat = modes & VT_KBD_REPEAT;
	vt->kbd.crlf = modes & VT_KBD_CRLF;
	spin_unlock_irqrestore(&kbd_lock, flags);
}

void vt_keyboard_leds(struct vt *vt, unsigned int leds)
{
	unsigned long flags = spin_lock_irqsave(&kbd_lock);

	vt->kbd.lights_follow = leds == VT_LEDS_AUTO;
	vt->kbd.lights = leds & 7;
	if (leds == VT_LEDS_AUTO) { /* ESC c */
		vt->kbd.locks = vt->kbd.default_locks;
		vt->kbd.lock_state = vt->kbd.slock_state = 0;
	}
	kbd_update_leds(&vt_kbd);
	spin_unlock_irqrestore(&kbd_lock, flags);
}

int vt_keyboard_accept(int sig)
{
	struct pid *pid = current->process->tgid, *old;
	unsigned long flags;

	pid_get(pid);
	flags = spin_lock_irqsave(&kbd_lock);
	old = spawn_pid;
	spawn_pid = pid;
	spawn_signal = sig;
	spin_unlock_irqrestore(&kbd_lock, flags);
	if (old)
		pid_put(old);
	return 0;
}

void vt_keyboard_init(void)
{
	keymap_init(&vt_keymap);
	kbd_console_init(&no_console);
	kbd_init(&vt_kbd, &vt_keymap, &no_console, &ops, NULL);
	input_handler_register(&handler);
}
