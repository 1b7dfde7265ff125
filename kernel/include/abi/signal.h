/* signal.h - signal numbers, flags, codes and structures of Linux i386. */
#ifndef ABI_SIGNAL_H
#define ABI_SIGNAL_H

#include <kernel/types.h>

#ifndef SIGHUP /* a host test may have the C library's */
#define SIGHUP	  1
#define SIGINT	  2
#define SIGQUIT	  3
#define SIGILL	  4
#define SIGTRAP	  5
#define SIGABRT	  6
#define SIGBUS	  7
#define SIGFPE	  8
#define SIGKILL	  9
#define SIGUSR1	  10
#define SIGSEGV	  11
#define SIGUSR2	  12
#define SIGPIPE	  13
#define SIGALRM	  14
#define SIGTERM	  15
#define SIGSTKFLT 16
#define SIGCHLD	  17
#define SIGCONT	  18
#define SIGSTOP	  19
#define SIGTSTP	  20
#define SIGTTIN	  21
#define SIGTTOU	  22
#define SIGURG	  23
#define SIGXCPU	  24
#define SIGXFSZ	  25
#define SIGVTALRM 26
#define SIGPROF	  27
#define SIGWINCH  28
#define SIGIO	  29
#define SIGPWR	  30
#define SIGSYS	  31
#define SIGRTMIN  32

#define SA_NOCLDSTOP	  0x00000001u
#define SA_NOCLDWAIT	  0x00000002u
#define SA_SIGINFO	  0x00000004u
#define SA_UNSUPPORTED	  0x00000400u
#define SA_EXPOSE_TAGBITS 0x00000800u
#define SA_RESTORER	  0x04000000u
#define SA_ONSTACK	  0x08000000u
#define SA_RESTART	  0x10000000u
#define SA_NODEFER	  0x40000000u
#define SA_RESETHAND	  0x80000000u

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SI_USER	   0
#define SI_KERNEL  0x80
#define SI_QUEUE   (-1)
#define SI_TIMER   (-2)
#define SI_MESGQ   (-3)
#define SI_ASYNCIO (-4)
#define SI_SIGIO   (-5)
#define SI_TKILL   (-6)

#define ILL_ILLOPC    1
#define ILL_ILLOPN    2
#define ILL_PRVOPC    5
#define ILL_BADSTK    8
#define FPE_INTDIV    1
#define FPE_INTOVF    2
#define FPE_FLTDIV    3
#define FPE_FLTOVF    4
#define FPE_FLTUND    5
#define FPE_FLTRES    6
#define FPE_FLTINV    7
#define SEGV_MAPERR   1
#define SEGV_ACCERR   2
#define BUS_ADRALN    1
#define BUS_ADRERR    2
#define BUS_OBJERR    3
#define TRAP_BRKPT    1
#define TRAP_TRACE    2
#define TRAP_HWBKPT   4
#define CLD_EXITED    1
#define CLD_KILLED    2
#define CLD_DUMPED    3
#define CLD_TRAPPED   4
#define CLD_STOPPED   5
#define CLD_CONTINUED 6
#define POLL_IN	      1
#define POLL_OUT      2

#define SS_ONSTACK    1u
#define SS_DISABLE    2u
#define SS_AUTODISARM 0x80000000u
#define MINSIGSTKSZ   2048u

#define SIGEV_SIGNAL	0
#define SIGEV_NONE	1
#define SIGEV_THREAD	2
#define SIGEV_THREAD_ID 4
#endif

struct sigaction_abi { /* rt_sigaction */
	u32 handler, flags, restorer;
	u64 mask __aligned(4);
} __packed;
struct old_sigaction_abi { /* sigaction */
	u32 handler, mask, flags, restorer;
};
struct stack_abi {
	u32 sp, flags, size;
};

struct siginfo_abi {
	s32 signo, error, code;
	union {
		s32 pad[29];
		struct {
			s32 pid;
			u32 uid;
			u32 value;
		} kill;
		struct {
			s32 tid, overrun;
			u32 value;
		} timer;
		struct {
			s32 pid;
			u32 uid;
			s32 status, utime, stime;
		} child;
		struct {
			u32 addr;
			u16 addr_lsb;
		} fault;
		struct {
			s32 band, fd;
		} poll;
		struct {
			u32 call_addr;
			s32 syscall;
			u32 arch;
		} sys;
	};
};
_Static_assert(sizeof(struct siginfo_abi) == 128, "siginfo_t");

struct sigevent_abi {
	u32 value;
	s32 signo, notify, tid;
	s32 pad[12];
};
_Static_assert(sizeof(struct sigevent_abi) == 64, "struct sigevent");

#endif
