/* prctl.c - prctl(2): odds and ends of one thread or process. */
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "cred_caps.h"
#include "cred_rules.h"

#define PR_SET_PDEATHSIG       1
#define PR_GET_PDEATHSIG       2
#define PR_GET_DUMPABLE	       3
#define PR_SET_DUMPABLE	       4
#define PR_GET_KEEPCAPS	       7
#define PR_SET_KEEPCAPS	       8
#define PR_GET_TIMING	       13
#define PR_SET_TIMING	       14
#define PR_SET_NAME	       15
#define PR_GET_NAME	       16
#define PR_GET_SECCOMP	       21
#define PR_CAPBSET_READ	       23
#define PR_CAPBSET_DROP	       24
#define PR_GET_TSC	       25
#define PR_SET_TSC	       26
#define PR_GET_SECUREBITS      27
#define PR_SET_SECUREBITS      28
#define PR_SET_TIMERSLACK      29
#define PR_GET_TIMERSLACK      30
#define PR_SET_CHILD_SUBREAPER 36
#define PR_GET_CHILD_SUBREAPER 37
#define PR_SET_NO_NEW_PRIVS    38
#define PR_GET_NO_NEW_PRIVS    39
#define PR_GET_TID_ADDRESS     40
#define PR_CAP_AMBIENT	       47

#define PR_TSC_ENABLE	       1
#define DEFAULT_TIMER_SLACK_NS 50000u

static long set_name(unsigned long addr)
{
	char name[sizeof(current->comm)];
	ssize_t n = strncpy_from_user(name, (const char __user *)addr, sizeof(name) - 1);

	if (n < 0)
		return -EFAULT;
	name[sizeof(name) - 1] = '\0';
	task_set_comm(current, name);
	return 0;
}

static long get_name(unsigned long addr)
{
	char name[sizeof(current->comm)] = "";

	strscpy(name, current->comm, sizeof(name));
	return copy_to_user((void __user *)addr, name, sizeof(name));
}

static long set_pdeathsig(unsigned long sig)
{
	if (sig > SIGNAL_MAX)
		return -EINVAL;
	current->pdeath_signal = (int)sig;
	return 0;
}

static long set_dumpable(unsigned long on)
{
	if (on > 1)
		return -EINVAL;
	current->mm->dumpable = on;
	return 0;
}

/* Descendants born from now on know that there is someone to adopt them. */
static long set_subreaper(unsigned long on)
{
	struct process *self = current->process, *p;
	unsigned long flags;

	self->child_subreaper = on != 0;
	if (!on)
		return 0;
	flags = spin_lock_irqsave(&task_list_lock);
	for_each_process (p)
		for (struct process *up = p->parent; up && !up->is_init; up = up->parent)
			if (up == self) {
				p->has_child_subreaper = true;
				break;
			}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return 0;
}

static long set_timer_slack(long ns)
{
	current->timer_slack_ns = ns > 0 ? (u32)ns : DEFAULT_TIMER_SLACK_NS;
	return 0;
}

static long prctl_cred(int option, unsigned long a2, unsigned long a3, unsigned long a4,
		       unsigned long a5)
{
	const struct cred *c = current_cred();

	switch (option) {
	case PR_GET_KEEPCAPS:
		return !!(c->securebits & SECBIT_KEEP_CAPS);
	case PR_SET_KEEPCAPS:
		return cap_set_keepcaps(a2);
	case PR_CAPBSET_READ:
		return a2 > CAP_LAST ? -EINVAL : (long)((c->cap_bounding >> a2) & 1);
	case PR_CAPBSET_DROP:
		return cap_bounding_drop(a2);
	case PR_GET_SECUREBITS:
		return (long)c->securebits;
	case PR_SET_SECUREBITS:
		return cap_set_securebits((u32)a2);
	case PR_SET_NO_NEW_PRIVS:
		return a2 != 1 || a3 || a4 || a5 ? -EINVAL : cap_set_no_new_privs();
	case PR_GET_NO_NEW_PRIVS:
		return a2 || a3 || a4 || a5 ? -EINVAL : c->no_new_privs;
	case PR_CAP_AMBIENT:
		return a4 || a5 ? -EINVAL : cap_ambient(a2, a3);
	default:
		return -EINVAL;
	}
}

asmlinkage long sys_prctl(int option, unsigned long arg2, unsigned long arg3, unsigned long arg4,
			  unsigned long arg5)
{
	void __user *ptr = (void __user *)arg2;

	switch (option) {
	case PR_SET_PDEATHSIG:
		return set_pdeathsig(arg2);
	case PR_GET_PDEATHSIG:
		return put_user(current->pdeath_signal, (s32 __user *)ptr);
	case PR_GET_DUMPABLE:
		return current->mm->dumpable;
	case PR_SET_DUMPABLE:
		return set_dumpable(arg2);
	case PR_GET_TIMING:
	case PR_GET_SECCOMP:
		return 0;
	case PR_SET_TIMING:
		return arg2 ? -EINVAL : 0;
	case PR_SET_NAME:
		return set_name(arg2);
	case PR_GET_NAME:
		return get_name(arg2);
	case PR_GET_TSC:
		return put_user(PR_TSC_ENABLE, (s32 __user *)ptr);
	case PR_SET_TSC:
		return arg2 == PR_TSC_ENABLE ? 0 : -EINVAL;
	case PR_SET_TIMERSLACK:
		return set_timer_slack((long)arg2);
	case PR_GET_TIMERSLACK:
		return (long)current->timer_slack_ns;
	case PR_SET_CHILD_SUBREAPER:
		return set_subreaper(arg2);
	case PR_GET_CHILD_SUBREAPER:
		return put_user((s32)current->process->child_subreaper, (s32 __user *)ptr);
	case PR_GET_TID_ADDRESS:
		return put_user(current->clear_child_tid, (u32 __user *)ptr);
	default:
		return prctl_cred(option, arg2, arg3, arg4, arg5);
	}
}
