/* signal_table.c - the fixed decisions about signals: default actions, restarts, layouts. Pure. */
#include <kernel/bitops.h>
#include <kernel/errno.h>
#include "signal_internal.h"

/* POSIX.1 and signal(7); numbers without an entry terminate. */
static const u8 default_action[SIGNAL_MAX + 1] = {
	[SIGQUIT] = SIGDEF_CORE,  [SIGILL] = SIGDEF_CORE,     [SIGTRAP] = SIGDEF_CORE,
	[SIGABRT] = SIGDEF_CORE,  [SIGBUS] = SIGDEF_CORE,     [SIGFPE] = SIGDEF_CORE,
	[SIGSEGV] = SIGDEF_CORE,  [SIGXCPU] = SIGDEF_CORE,    [SIGXFSZ] = SIGDEF_CORE,
	[SIGSYS] = SIGDEF_CORE,	  [SIGCHLD] = SIGDEF_IGNORE,  [SIGCONT] = SIGDEF_CONT,
	[SIGURG] = SIGDEF_IGNORE, [SIGWINCH] = SIGDEF_IGNORE, [SIGSTOP] = SIGDEF_STOP,
	[SIGTSTP] = SIGDEF_STOP,  [SIGTTIN] = SIGDEF_STOP,    [SIGTTOU] = SIGDEF_STOP,
};

enum signal_default signal_default_action(int sig)
{
	return default_action[sig];
}

enum signal_restart signal_restart_decide(long error, bool handler, u32 sa_flags)
{
	switch (-error) {
	case ERESTART_RESTARTBLOCK:
		return handler ? RESTART_EINTR : RESTART_BLOCK;
	case ERESTARTNOHAND:
		return handler ? RESTART_EINTR : RESTART_CALL;
	case ERESTARTSYS:
		return handler && !(sa_flags & SA_RESTART) ? RESTART_EINTR : RESTART_CALL;
	case ERESTARTNOINTR:
		return RESTART_CALL;
	default:
		return RESTART_NOT;
	}
}

/* How many codes a signal gives a fault's layout; others of its codes are as if sent by kill(). */
static int fault_codes(int sig)
{
	switch (sig) {
	case SIGILL:
		return 11;
	case SIGFPE:
		return 15;
	case SIGSEGV:
		return 10;
	case SIGBUS:
		return 5;
	case SIGTRAP:
		return 6;
	default:
		return 0;
	}
}

enum siginfo_layout siginfo_layout(int sig, int code)
{
	if (code == SI_TIMER)
		return SIL_TIMER;
	if (code == SI_SIGIO)
		return SIL_POLL;
	if (code < 0)
		return SIL_RT;
	if (code == SI_USER || code >= SI_KERNEL)
		return SIL_KILL;
	if (code <= fault_codes(sig))
		return SIL_FAULT;
	if (sig == SIGCHLD && code <= CLD_CONTINUED)
		return SIL_CHLD;
	if (sig == SIGSYS && code <= 2)
		return SIL_SYS;
	return code <= 6 ? SIL_POLL : SIL_KILL;
}

int signal_first(u64 set)
{
	u32 low;

	if (set & SIGMASK_SYNCHRONOUS)
		set &= SIGMASK_SYNCHRONOUS;
	low = (u32)set;
	if (low)
		return (int)ffs_index(low) + 1;
	return set ? (int)ffs_index((u32)(set >> 32)) + 33 : 0;
}
