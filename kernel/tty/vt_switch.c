/*
 * vt_switch.c - which console is in front, and programs that want to be asked (VT_PROCESS).
 *
 * Requests come from the keyboard's interrupt; a work item carries them out. A console whose
 * program manages the screen is left in two steps: it gets relsig, and the switch is done when it
 * says so by VT_RELDISP (or is refused).
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "vt_console.h"

#define NONE (-1)

DEFINE_WAIT_QUEUE(vt_switch_wait);
static int wanted = NONE;	  /* set by anybody, taken by the work */
static int pending_switch = NONE; /* console lock: waits for VT_RELDISP */
static unsigned int previous;	  /* console lock */
static bool switch_locked;	  /* console lock: VT_LOCKSWITCH */

static void switch_work_fn(struct work *work)
{
	int number = arch_xchg(&wanted, NONE);

	if (number != NONE)
		(void)vt_switch((unsigned int)number);
}
static struct work switch_work = { .fn = switch_work_fn };

void vt_request_switch(unsigned int number)
{
	(void)arch_xchg(&wanted, (int)number);
	work_queue(&switch_work);
}

void vt_request_previous(void)
{
	vt_request_switch(previous);
}

void vt_step_switch(int step)
{
	unsigned int n = vt_front;

	do {
		n = (n + VT_MAX + (unsigned int)step) % VT_MAX;
	} while (n != vt_front && !(vt_table[n] && vt_table[n]->memory));
	vt_request_switch(n);
}

void vt_reset_mode(struct vt *vt)
{
	struct pid *owner = vt->owner;

	vt->mode = VT_AUTO;
	vt->relsig = vt->acqsig = 0;
	vt->owner = NULL;
	if (owner)
		pid_put(owner);
}

/* False: there is nobody any more. */
static bool signal_owner(struct vt *vt, int sig)
{
	unsigned long flags;
	struct task *t;
	bool sent = false;

	if (!vt->owner)
		return false;
	flags = spin_lock_irqsave(&task_list_lock);
	for_each_pid_task (t, vt->owner, PID_TGID) {
		if (sig)
			signal_kernel_process(sig, t->process);
		sent = true;
		break;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return sent;
}

/* Console lock held. */
static void complete_switch(struct vt *to)
{
	struct vt *from = vt_table[vt_front];

	pending_switch = NONE;
	if (from == to)
		return;
	if (vt_is_blanked())
		vt_blank(false);
	previous = vt_front;
	vt_front = to->number;
	vt_keyboard_front(to);
	if (from && from->graphics && !to->graphics && vt_display && vt_display->ops->restore)
		vt_display->ops->restore(vt_display);
	vt_redraw_front();
	if (to->mode == VT_PROCESS && !signal_owner(to, to->acqsig))
		vt_reset_mode(to);
}

static int begin_switch(struct vt *to)
{
	struct vt *from = vt_table[vt_front];

	if (to == from || switch_locked)
		return to == from ? 0 : -EPERM;
	if (from && from->mode == VT_PROCESS) {
		if (signal_owner(from, from->relsig)) {
			pending_switch = (int)to->number;
			return 0;
		}
		vt_reset_mode(from);
		from->graphics = false;
	}
	/* A program that draws and was not asked keeps the screen. */
	if (from && from->graphics && from->mode == VT_AUTO)
		return -EBUSY;
	complete_switch(to);
	return 0;
}

int vt_switch(unsigned int number)
{
	struct vt *to = vt_get(number);
	int err;

	if (IS_ERR(to))
		return (int)PTR_ERR(to);
	vt_lock();
	err = begin_switch(to);
	vt_unlock();
	wake_up_all(&vt_switch_wait);
	return err;
}

/* ---- ioctls ---- */

static long get_mode(struct vt *vt, void __user *arg)
{
	struct vt_mode_abi m = { .mode = vt->mode, .relsig = vt->relsig, .acqsig = vt->acqsig };

	return copy_to_user(arg, &m, sizeof(m));
}

static long set_mode(struct vt *vt, const void __user *arg)
{
	struct vt_mode_abi m;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	if (m.mode != VT_AUTO && m.mode != VT_PROCESS)
		return -EINVAL;
	vt_lock();
	vt_reset_mode(vt);
	vt->mode = m.mode;
	vt->relsig = m.relsig;
	vt->acqsig = m.acqsig;
	vt->owner = current->process->tgid;
	pid_get(vt->owner);
	vt_unlock();
	return 0;
}

static long release_display(struct vt *vt, unsigned long arg)
{
	struct vt *to = NULL;
	int number;
	long err = 0;

	vt_lock();
	number = pending_switch;
	if (vt->mode != VT_PROCESS) {
		err = -EINVAL;
	} else if (number != NONE) {
		if (arg)
			to = vt_table[number];
		pending_switch = NONE;
		if (to)
			complete_switch(to);
	} else if (arg != VT_ACKACQ) {
		err = -EINVAL;
	}
	vt_unlock();
	wake_up_all(&vt_switch_wait);
	return err;
}

static long get_state(void __user *arg)
{
	struct vt_stat_abi s = { .v_active = (u16)(vt_front + 1), .v_state = 1 };

	/* A bit for each console that is open, as many as the word holds. */
	for (unsigned int i = 0; i < 15; i++)
		if (vt_table[i] && vt_table[i]->tty.open_count)
			s.v_state |= (u16)(2u << i);
	return copy_to_user(arg, &s, sizeof(s));
}

static long first_free(s32 __user *arg)
{
	s32 n = -1;

	for (unsigned int i = 0; i < VT_MAX && n < 0; i++)
		if (!vt_table[i] || !vt_table[i]->tty.open_count)
			n = (s32)i + 1;
	return put_user(n, arg);
}

static long activate(unsigned long arg)
{
	if (!arg || arg > VT_MAX)
		return -ENXIO;
	return vt_switch((unsigned int)arg - 1);
}

static long wait_active(unsigned long arg)
{
	if (!arg || arg > VT_MAX)
		return -ENXIO;
	return wait_event_interruptible(&vt_switch_wait, READ_ONCE(vt_front) == arg - 1);
}

static long disallocate(unsigned long arg)
{
	if (arg > VT_MAX)
		return -ENXIO;
	if (arg)
		return vt_disallocate((unsigned int)arg - 1);
	for (unsigned int i = 1; i < VT_MAX; i++)
		(void)vt_disallocate(i);
	return 0;
}

static long lock_switch(bool on)
{
	if (!capable(CAP_SYS_TTY_CONFIG))
		return -EPERM;
	switch_locked = on;
	return 0;
}

static bool needs_permission(unsigned int cmd)
{
	return cmd == VT_SETMODE || cmd == VT_RELDISP || cmd == VT_ACTIVATE || cmd == VT_WAITACTIVE;
}

long vt_switch_ioctl(struct vt *vt, unsigned int cmd, unsigned long arg)
{
	if (needs_permission(cmd) && current->process->tty != &vt->tty &&
	    !capable(CAP_SYS_TTY_CONFIG))
		return -EPERM;
	switch (cmd) {
	case VT_OPENQRY:
		return first_free((s32 __user *)arg);
	case VT_GETMODE:
		return get_mode(vt, (void __user *)arg);
	case VT_SETMODE:
		return set_mode(vt, (void __user *)arg);
	case VT_GETSTATE:
		return get_state((void __user *)arg);
	case VT_RELDISP:
		return release_display(vt, arg);
	case VT_ACTIVATE:
		return activate(arg);
	case VT_WAITACTIVE:
		return wait_active(arg);
	case VT_DISALLOCATE:
		return disallocate(arg);
	case VT_LOCKSWITCH:
	case VT_UNLOCKSWITCH:
		return lock_switch(cmd == VT_LOCKSWITCH);
	default:
		return -ENOIOCTLCMD;
	}
}
