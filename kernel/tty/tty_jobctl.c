/*
 * tty_jobctl.c - controlling terminals, foreground groups, background reads and writes, vhangup(2).
 *
 * Lock order: task_list_lock, then a process's siglock or tty->ctl_lock, never both of these.
 */
#include <kernel/cred.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "tty_internal.h"

struct tty *tty_get_current(void)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	struct tty *tty = p->tty;

	if (tty)
		tty_get(tty);
	spin_unlock_irqrestore(&p->siglock, flags);
	return tty;
}

static struct pid *get_pid_field(struct tty *tty, struct pid *const *field)
{
	unsigned long flags = spin_lock_irqsave(&tty->ctl_lock);
	struct pid *pid = *field;

	if (pid)
		pid_get(pid);
	spin_unlock_irqrestore(&tty->ctl_lock, flags);
	return pid;
}

static void put_pid(struct pid *pid)
{
	if (pid)
		pid_put(pid);
}

void tty_signal_pgrp(struct tty *tty, int sig)
{
	struct pid *pgrp = get_pid_field(tty, &tty->pgrp);

	if (!pgrp)
		return;
	signal_kernel_pgrp(sig, pgrp);
	pid_put(pgrp);
}

/* ---- background ---- */

static bool signal_is_ignored(int sig)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	bool ignored =
		(current->blocked & sigmask(sig)) || current->sighand->action[sig - 1].handler == 1;

	spin_unlock_irqrestore(&p->siglock, flags);
	return ignored;
}

static int stop_background(struct pid *pgrp, int sig)
{
	unsigned long flags;
	bool orphaned;

	if (signal_is_ignored(sig))
		return sig == SIGTTIN ? -EIO : 0;
	flags = spin_lock_irqsave(&task_list_lock);
	orphaned = pgrp_is_orphaned(pgrp, NULL);
	spin_unlock_irqrestore(&task_list_lock, flags);
	if (orphaned)
		return -EIO;
	signal_kernel_pgrp(sig, pgrp);
	return -ERESTARTSYS;
}

int tty_check_change(struct tty *tty, int sig)
{
	struct process *p = current->process;
	struct pid *own;
	unsigned long flags;
	bool background;
	int err;

	if (READ_ONCE(p->tty) != tty)
		return 0;
	/* The common case, without locks: a group that changes just now is told later. */
	if (READ_ONCE(tty->pgrp) == READ_ONCE(p->pgid))
		return 0;
	flags = spin_lock_irqsave(&task_list_lock);
	own = p->pgid;
	pid_get(own);
	background = tty->pgrp && tty->pgrp != own;
	spin_unlock_irqrestore(&task_list_lock, flags);
	err = background ? stop_background(own, sig) : 0;
	pid_put(own);
	return err;
}

/* ---- taking and leaving ---- */

/* task_list_lock held. */
static void set_process_tty(struct process *p, struct tty *tty)
{
	spin_lock(&p->siglock);
	p->tty = tty;
	spin_unlock(&p->siglock);
}

/* task_list_lock held; returns the old ones for putting. */
static void set_owner(struct tty *tty, struct pid *session, struct pid *pgrp, struct pid *old[2])
{
	if (session)
		pid_get(session);
	if (pgrp)
		pid_get(pgrp);
	spin_lock(&tty->ctl_lock);
	old[0] = tty->session;
	old[1] = tty->pgrp;
	tty->session = session;
	tty->pgrp = pgrp;
	spin_unlock(&tty->ctl_lock);
}

static void put_owner(struct pid *old[2])
{
	put_pid(old[0]);
	put_pid(old[1]);
}

/* task_list_lock held: every process of the session that has it. */
static void forget_in_session(struct tty *tty)
{
	struct task *t;

	if (!tty->session)
		return;
	for_each_pid_task (t, tty->session, PID_SID)
		if (t->process->tty == tty)
			set_process_tty(t->process, NULL);
}

static struct process *session_leader(struct pid *session)
{
	struct task *t;

	if (session)
		for_each_pid_task (t, session, PID_SID)
			if (t->process->session_leader && !t->exit_state)
				return t->process;
	return NULL;
}

void tty_clear_session(struct tty *tty, bool tell)
{
	struct pid *old[2];
	struct process *leader;
	unsigned long flags;

	if (!READ_ONCE(tty->session))
		return;
	flags = spin_lock_irqsave(&task_list_lock);
	leader = tell ? session_leader(tty->session) : NULL;
	if (leader && leader->tty == tty)
		process_get(leader);
	else
		leader = NULL;
	forget_in_session(tty);
	set_owner(tty, NULL, NULL, old);
	spin_unlock_irqrestore(&task_list_lock, flags);
	/* Once: a leader in the foreground is told with its group. */
	if (leader && leader->pgid != old[1]) {
		signal_kernel_process(SIGHUP, leader);
		signal_kernel_process(SIGCONT, leader);
	}
	if (leader)
		process_put(leader);
	if (tell && old[1]) {
		signal_kernel_pgrp(SIGHUP, old[1]);
		signal_kernel_pgrp(SIGCONT, old[1]);
	}
	put_owner(old);
}

/* Current becomes the leader whose terminal this is. `steal`: from another session. */
static int take_controlling(struct tty *tty, bool steal)
{
	struct process *p = current->process;
	struct pid *old[2] = { NULL, NULL };
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	int err = 0;

	if (p->session_leader && p->sid == tty->session)
		goto out;
	if (!p->session_leader || p->tty || (tty->session && !steal)) {
		err = -EPERM;
		goto out;
	}
	forget_in_session(tty);
	set_owner(tty, p->sid, p->pgid, old);
	set_process_tty(p, tty);
out:
	spin_unlock_irqrestore(&task_list_lock, flags);
	put_owner(old);
	return err;
}

void tty_maybe_take_controlling(struct tty *tty, struct file *file)
{
	struct process *p = current->process;

	if (!p->session_leader || p->tty || READ_ONCE(tty->session) || !(file->mode & FMODE_READ) ||
	    (tty->driver->flags & TTY_NO_CTTY))
		return;
	(void)take_controlling(tty, false);
}

/* The session's leader lets go of it, or dies. */
static void leave_session(struct tty *tty, bool dying)
{
	struct pid *pgrp = NULL;

	/* A line that people sit at is hung up, so that the next one starts afresh. */
	if (dying || tty->driver->major != PTS_MAJOR)
		tty_hangup(tty);
	else
		pgrp = get_pid_field(tty, &tty->pgrp);
	if (pgrp) {
		signal_kernel_pgrp(SIGHUP, pgrp);
		signal_kernel_pgrp(SIGCONT, pgrp);
		pid_put(pgrp);
	}
	tty_clear_session(tty, false);
}

void tty_session_exit(struct process *leader)
{
	unsigned long flags = spin_lock_irqsave(&leader->siglock);
	struct tty *tty = leader->tty;

	if (tty)
		tty_get(tty);
	spin_unlock_irqrestore(&leader->siglock, flags);
	if (!tty)
		return;
	leave_session(tty, true);
	tty_put(tty);
}

void tty_clear_controlling(struct process *process)
{
	unsigned long flags = spin_lock_irqsave(&process->siglock);

	process->tty = NULL;
	spin_unlock_irqrestore(&process->siglock, flags);
}

u32 tty_process_device(struct process *process, pid_t *foreground)
{
	unsigned long flags = spin_lock_irqsave(&process->siglock);
	struct tty *tty = process->tty;
	u32 dev = 0;

	*foreground = -1;
	if (tty) {
		dev = MKDEV(tty->driver->major, tty->driver->first_minor + tty->index);
		spin_lock(&tty->ctl_lock);
		if (tty->pgrp)
			*foreground = tty->pgrp->nr;
		spin_unlock(&tty->ctl_lock);
	}
	spin_unlock_irqrestore(&process->siglock, flags);
	return dev;
}

void tty_kill_session(struct tty *tty)
{
	struct pid *session = get_pid_field(tty, &tty->session);
	unsigned long flags;
	struct task *t;

	if (!session)
		return;
	flags = spin_lock_irqsave(&task_list_lock);
	for_each_pid_task (t, session, PID_SID)
		if (!t->process->is_init)
			signal_kill_process(t->process);
	spin_unlock_irqrestore(&task_list_lock, flags);
	pid_put(session);
}

/* ---- ioctls ---- */

long tty_get_pgrp(struct tty *tty, unsigned long arg)
{
	unsigned long flags = spin_lock_irqsave(&tty->ctl_lock);
	s32 nr = tty->pgrp ? tty->pgrp->nr : 0;

	spin_unlock_irqrestore(&tty->ctl_lock, flags);
	return put_user(nr, (s32 __user *)arg);
}

long tty_get_sid(struct tty *tty, unsigned long arg)
{
	unsigned long flags = spin_lock_irqsave(&tty->ctl_lock);
	s32 nr = tty->session ? tty->session->nr : -1;

	spin_unlock_irqrestore(&tty->ctl_lock, flags);
	return nr < 0 ? -ENOTTY : put_user(nr, (s32 __user *)arg);
}

/* A group some member of which is in the session. */
static bool group_in_session(struct pid *pgrp, const struct pid *session)
{
	struct task *t;

	for_each_pid_task (t, pgrp, PID_PGID)
		if (t->process->sid == session)
			return true;
	return false;
}

static int change_foreground(struct tty *tty, pid_t nr, struct pid **old)
{
	struct process *p = current->process;
	struct pid *pgrp;

	if (p->tty != tty || tty->session != p->sid)
		return -ENOTTY;
	pgrp = pid_find(nr);
	if (!pgrp)
		return -ESRCH;
	if (!group_in_session(pgrp, p->sid))
		return -EPERM;
	pid_get(pgrp);
	spin_lock(&tty->ctl_lock);
	*old = tty->pgrp;
	tty->pgrp = pgrp;
	spin_unlock(&tty->ctl_lock);
	return 0;
}

static long set_pgrp(struct tty *tty, const s32 __user *arg)
{
	struct pid *old = NULL;
	unsigned long flags;
	s32 nr;
	long err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err == -EIO ? -ENOTTY : err;
	if (READ_ONCE(current->process->tty) != tty)
		return -ENOTTY;
	if (get_user(nr, arg))
		return -EFAULT;
	if (nr < 0)
		return -EINVAL;
	flags = spin_lock_irqsave(&task_list_lock);
	err = change_foreground(tty, nr, &old);
	spin_unlock_irqrestore(&task_list_lock, flags);
	put_pid(old);
	return err;
}

static long give_up(struct tty *tty)
{
	struct process *p = current->process;

	if (p->tty != tty)
		return -ENOTTY;
	if (p->session_leader)
		leave_session(tty, false);
	tty_clear_controlling(p);
	return 0;
}

static long set_controlling(struct tty *tty, struct file *file, unsigned long arg)
{
	bool admin;

	if (current->process->session_leader && current->process->sid == tty->session)
		return 0;
	admin = (!(file->mode & FMODE_READ) || (tty->session && arg == 1)) &&
		capable(CAP_SYS_ADMIN);
	if (!(file->mode & FMODE_READ) && !admin)
		return -EPERM;
	return take_controlling(tty, arg == 1 && admin);
}

long tty_jobctl_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case TIOCSCTTY:
		return set_controlling(tty, file, arg);
	case TIOCNOTTY:
		return give_up(tty);
	case TIOCSPGRP:
		return set_pgrp(tty, (s32 __user *)arg);
	case TIOCGPGRP:
		return READ_ONCE(current->process->tty) == tty ? tty_get_pgrp(tty, arg) : -ENOTTY;
	default: /* TIOCGSID */
		return READ_ONCE(current->process->tty) == tty ? tty_get_sid(tty, arg) : -ENOTTY;
	}
}

asmlinkage long sys_vhangup(void)
{
	struct tty *tty;

	if (!capable(CAP_SYS_TTY_CONFIG))
		return -EPERM;
	tty = tty_get_current();
	if (tty) {
		tty_hangup(tty);
		tty_put(tty);
	}
	return 0;
}
