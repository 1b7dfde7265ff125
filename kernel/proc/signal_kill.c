/* signal_kill.c - kill(2) and its relatives: whom a program may send what. */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include "signal_internal.h"

static bool same_owner(const struct cred *me, const struct cred *target)
{
	return me->euid == target->suid || me->euid == target->uid || me->uid == target->suid ||
	       me->uid == target->uid;
}

int signal_check_permission(int sig, struct task *task)
{
	struct cred *cred;
	bool ok;

	if (task->process == current->process)
		return 0;
	cred = task_get_cred(task);
	ok = same_owner(current_cred(), cred);
	cred_put(cred);
	if (ok || (sig == SIGCONT && task->process->sid == current->process->sid))
		return 0;
	return capable(CAP_KILL) ? 0 : -EPERM;
}

/* To the process of `t`, or to it alone; task_list_lock held. */
static int send_checked(int sig, const struct siginfo_k *info, struct task *t, bool group)
{
	int err = signal_check_permission(sig, t);

	if (err || !sig)
		return err;
	if (group)
		err = signal_send_process(sig, info, t->process);
	else
		err = signal_send_task(sig, info, t);
	/* Dead, but not yet waited for: it exists, and nothing happens. */
	return err == -ESRCH ? 0 : err;
}

static int kill_one(int sig, const struct siginfo_k *info, pid_t pid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t = task_find(pid);
	int err = t ? send_checked(sig, info, t, true) : -ESRCH;

	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

/* Reaching one of them is success. */
static int kill_pgrp(int sig, const struct siginfo_k *info, pid_t pgid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct pid *pgrp = pgid ? pid_find(pgid) : current->process->pgid;
	bool reached = false;
	int err = -ESRCH;
	struct task *t;

	if (pgrp) {
		for_each_pid_task (t, pgrp, PID_PGID) {
			err = send_checked(sig, info, t, true);
			reached |= !err;
		}
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return reached ? 0 : err;
}

static int kill_all(int sig, const struct siginfo_k *info)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	unsigned int count = 0;
	struct process *p;
	int ret = 0;

	for_each_process (p) {
		int err;

		if (p->is_init || p == current->process || !p->leader ||
		    (p->leader->flags & PF_KTHREAD))
			continue;
		err = send_checked(sig, info, p->leader, true);
		count++;
		if (err != -EPERM)
			ret = err;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return count ? ret : -ESRCH;
}

static bool signal_valid(int sig)
{
	return sig >= 0 && sig <= SIGNAL_MAX;
}

asmlinkage long sys_kill(pid_t pid, int sig)
{
	struct siginfo_k info;

	if (pid == -INT_MAX - 1)
		return -ESRCH;
	signal_fill_user(&info, sig, SI_USER);
	if (!signal_valid(sig))
		return -EINVAL;
	if (pid > 0)
		return kill_one(sig, &info, pid);
	return pid == -1 ? kill_all(sig, &info) : kill_pgrp(sig, &info, -pid);
}

/* tgid 0: any process. */
static int kill_thread(int sig, const struct siginfo_k *info, pid_t tgid, pid_t tid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t = task_find(tid);
	int err = -ESRCH;

	if (t && (!tgid || task_tgid(t) == tgid))
		err = send_checked(sig, info, t, false);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

asmlinkage long sys_tkill(pid_t tid, int sig)
{
	struct siginfo_k info;

	if (tid <= 0 || !signal_valid(sig))
		return -EINVAL;
	signal_fill_user(&info, sig, SI_TKILL);
	return kill_thread(sig, &info, 0, tid);
}

asmlinkage long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
	struct siginfo_k info;

	if (tid <= 0 || tgid <= 0 || !signal_valid(sig))
		return -EINVAL;
	signal_fill_user(&info, sig, SI_TKILL);
	return kill_thread(sig, &info, tgid, tid);
}

/* Only to itself may a program claim that the kernel or kill() sent it. */
static int read_claimed_info(struct siginfo_k *info, int sig, pid_t tgid, const void __user *uinfo)
{
	int err = siginfo_from_user(info, uinfo);

	if (err)
		return err;
	info->signo = sig;
	if ((info->code >= 0 || info->code == SI_TKILL) && tgid != task_tgid(current))
		return -EPERM;
	return 0;
}

asmlinkage long sys_rt_sigqueueinfo(pid_t pid, int sig, const void __user *uinfo)
{
	struct siginfo_k info;
	int err = read_claimed_info(&info, sig, pid, uinfo);

	if (err)
		return err;
	return signal_valid(sig) ? kill_one(sig, &info, pid) : -EINVAL;
}

asmlinkage long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, const void __user *uinfo)
{
	struct siginfo_k info;
	int err;

	if (tid <= 0 || tgid <= 0)
		return -EINVAL;
	err = read_claimed_info(&info, sig, tid, uinfo);
	if (err)
		return err;
	return signal_valid(sig) ? kill_thread(sig, &info, tgid, tid) : -EINVAL;
}
