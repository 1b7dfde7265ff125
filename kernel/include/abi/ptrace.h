/* ptrace.h - requests, options, events and structures of ptrace(2) on Linux i386. */
#ifndef ABI_PTRACE_H
#define ABI_PTRACE_H

#include <kernel/types.h>

#define PTRACE_TRACEME		 0
#define PTRACE_PEEKTEXT		 1
#define PTRACE_PEEKDATA		 2
#define PTRACE_PEEKUSR		 3
#define PTRACE_POKETEXT		 4
#define PTRACE_POKEDATA		 5
#define PTRACE_POKEUSR		 6
#define PTRACE_CONT		 7
#define PTRACE_KILL		 8
#define PTRACE_SINGLESTEP	 9
#define PTRACE_GETREGS		 12
#define PTRACE_SETREGS		 13
#define PTRACE_GETFPREGS	 14
#define PTRACE_SETFPREGS	 15
#define PTRACE_ATTACH		 16
#define PTRACE_DETACH		 17
#define PTRACE_GETFPXREGS	 18
#define PTRACE_SETFPXREGS	 19
#define PTRACE_OLDSETOPTIONS	 21
#define PTRACE_SYSCALL		 24
#define PTRACE_GET_THREAD_AREA	 25
#define PTRACE_SET_THREAD_AREA	 26
#define PTRACE_SYSEMU		 31
#define PTRACE_SYSEMU_SINGLESTEP 32
#define PTRACE_SETOPTIONS	 0x4200
#define PTRACE_GETEVENTMSG	 0x4201
#define PTRACE_GETSIGINFO	 0x4202
#define PTRACE_SETSIGINFO	 0x4203
#define PTRACE_GETREGSET	 0x4204
#define PTRACE_SETREGSET	 0x4205
#define PTRACE_SEIZE		 0x4206
#define PTRACE_INTERRUPT	 0x4207
#define PTRACE_LISTEN		 0x4208
#define PTRACE_PEEKSIGINFO	 0x4209
#define PTRACE_GETSIGMASK	 0x420a
#define PTRACE_SETSIGMASK	 0x420b
#define PTRACE_GET_SYSCALL_INFO	 0x420e

#define PTRACE_PEEKSIGINFO_SHARED 1u
struct ptrace_peeksiginfo_abi {
	u64 off __aligned(4);
	u32 flags;
	s32 nr;
} __packed;

#define PTRACE_O_TRACESYSGOOD	0x01u
#define PTRACE_O_TRACEFORK	0x02u
#define PTRACE_O_TRACEVFORK	0x04u
#define PTRACE_O_TRACECLONE	0x08u
#define PTRACE_O_TRACEEXEC	0x10u
#define PTRACE_O_TRACEVFORKDONE 0x20u
#define PTRACE_O_TRACEEXIT	0x40u
#define PTRACE_O_TRACESECCOMP	0x80u
#define PTRACE_O_EXITKILL	0x100000u
#define PTRACE_O_MASK		(0xffu | PTRACE_O_EXITKILL)

#define PTRACE_EVENT_FORK	1
#define PTRACE_EVENT_VFORK	2
#define PTRACE_EVENT_CLONE	3
#define PTRACE_EVENT_EXEC	4
#define PTRACE_EVENT_VFORK_DONE 5
#define PTRACE_EVENT_EXIT	6
#define PTRACE_EVENT_SECCOMP	7
#define PTRACE_EVENT_STOP	128

struct user_regs_abi { /* also elf_gregset_t */
	u32 ebx, ecx, edx, esi, edi, ebp, eax, ds, es, fs, gs, orig_eax, eip, cs, eflags, esp, ss;
};
_Static_assert(sizeof(struct user_regs_abi) == 68, "struct user_regs_struct");

struct user_fpregs_abi { /* the FNSAVE image */
	u32 cwd, swd, twd, fip, fcs, foo, fos, st_space[20];
};
_Static_assert(sizeof(struct user_fpregs_abi) == 108, "struct user_i387_struct");

struct user_abi { /* PTRACE_PEEKUSR offsets */
	struct user_regs_abi regs;
	u32 fpvalid;
	struct user_fpregs_abi i387;
	u32 tsize, dsize, ssize, start_code, start_stack, signal, reserved, ar0, fpstate, magic;
	char comm[32];
	u32 debugreg[8];
};
_Static_assert(sizeof(struct user_abi) == 284, "struct user");

#define PTRACE_SYSCALL_INFO_NONE  0
#define PTRACE_SYSCALL_INFO_ENTRY 1
#define PTRACE_SYSCALL_INFO_EXIT  2
#define AUDIT_ARCH_I386		  0x40000003u
struct ptrace_syscall_info_abi {
	u8 op, pad[3];
	u32 arch;
	u64 ip __aligned(8), sp __aligned(8);
	union {
		struct {
			u64 nr, args[6];
		} entry;
		struct {
			s64 rval;
			u8 is_error;
		} exit;
	} __aligned(8);
};
_Static_assert(offsetof(struct ptrace_syscall_info_abi, entry) == 24, "ptrace_syscall_info");

#define NT_PRSTATUS 1u
#define NT_PRFPREG  2u
#define NT_PRPSINFO 3u
#define NT_AUXV	    6u
#define NT_386_TLS  0x200u
#define NT_PRXFPREG 0x46e62b7fu
#define NT_SIGINFO  0x53494749u
#define NT_FILE	    0x46494c45u

#endif
