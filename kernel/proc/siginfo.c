/* siginfo.c - what is known of a signal, between the kernel's form and the program's. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>
#include "siginfo.h"
#include "signal_internal.h"

void siginfo_to_abi(struct siginfo_abi *out, const struct siginfo_k *info)
{
	memset(out, 0, sizeof(*out));
	out->signo = info->signo;
	out->error = info->error;
	out->code = info->code;
	switch (siginfo_layout(info->signo, info->code)) {
	case SIL_KILL:
	case SIL_RT:
		out->kill.pid = info->pid;
		out->kill.uid = info->uid;
		out->kill.value = info->value;
		break;
	case SIL_TIMER:
		out->timer.tid = info->timer_id;
		out->timer.overrun = info->overrun;
		out->timer.value = info->timer_value;
		break;
	case SIL_FAULT:
		out->fault.addr = info->addr;
		break;
	case SIL_CHLD:
		out->child.pid = info->pid;
		out->child.uid = info->uid;
		out->child.status = info->status;
		out->child.utime = info->utime;
		out->child.stime = info->stime;
		break;
	case SIL_POLL:
		out->poll.band = info->band;
		out->poll.fd = info->fd;
		break;
	case SIL_SYS:
		out->sys.call_addr = info->call_addr;
		out->sys.syscall = info->syscall;
		out->sys.arch = info->arch;
		break;
	}
}

void siginfo_from_abi(struct siginfo_k *out, const struct siginfo_abi *info)
{
	memset(out, 0, sizeof(*out));
	out->signo = info->signo;
	out->error = info->error;
	out->code = info->code;
	switch (siginfo_layout(info->signo, info->code)) {
	case SIL_KILL:
	case SIL_RT:
		out->pid = info->kill.pid;
		out->uid = info->kill.uid;
		out->value = info->kill.value;
		break;
	case SIL_TIMER:
		out->timer_id = info->timer.tid;
		out->overrun = info->timer.overrun;
		out->timer_value = info->timer.value;
		break;
	case SIL_FAULT:
		out->addr = info->fault.addr;
		break;
	case SIL_CHLD:
		out->pid = info->child.pid;
		out->uid = info->child.uid;
		out->status = info->child.status;
		out->utime = info->child.utime;
		out->stime = info->child.stime;
		break;
	case SIL_POLL:
		out->band = info->poll.band;
		out->fd = info->poll.fd;
		break;
	case SIL_SYS:
		out->call_addr = info->sys.call_addr;
		out->syscall = info->sys.syscall;
		out->arch = info->sys.arch;
		break;
	}
}

int siginfo_to_user(void __user *dst, const struct siginfo_k *info)
{
	struct siginfo_abi abi;

	siginfo_to_abi(&abi, info);
	return copy_to_user(dst, &abi, sizeof(abi));
}

int siginfo_from_user(struct siginfo_k *info, const void __user *src)
{
	struct siginfo_abi abi;

	if (copy_from_user(&abi, src, sizeof(abi)))
		return -EFAULT;
	siginfo_from_abi(info, &abi);
	return 0;
}
