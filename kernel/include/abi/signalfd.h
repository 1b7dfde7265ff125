/* signalfd.h - what read() of a signalfd returns (linux/signalfd.h). */
#ifndef ABI_SIGNALFD_H
#define ABI_SIGNALFD_H

#include <kernel/types.h>

struct signalfd_siginfo_abi {
	u32 signo;
	s32 error, code;
	u32 pid, uid;
	s32 fd;
	u32 tid, band, overrun, trapno;
	s32 status, int_value;
	u64 ptr, utime, stime, addr;
	u16 addr_lsb, pad2;
	s32 syscall;
	u64 call_addr;
	u32 arch;
	u8 pad[28];
};
_Static_assert(sizeof(struct signalfd_siginfo_abi) == 128, "struct signalfd_siginfo");

#endif
