/*
 * sigframe.h - what lies on a program's stack while a handler runs, as Linux i386 lays it out.
 * Programs, debuggers and unwinders know these offsets.
 */
#ifndef ABI_SIGFRAME_H
#define ABI_SIGFRAME_H

#include <kernel/types.h>
#include <abi/ptrace.h>
#include <abi/signal.h>

#define FPU_FRAME_PLAIN 0xffffu /* only the FNSAVE image */
#define FPU_FRAME_FXSR	0x0000u /* the FXSAVE image follows */

struct fpu_frame {
	struct user_fpregs_abi regs;
	u16 status, magic;
	u8 fxsave[512];
};
_Static_assert(sizeof(struct fpu_frame) == 624, "struct _fpstate");

struct sigcontext_abi {
	u16 gs, gsh, fs, fsh, es, esh, ds, dsh;
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
	u32 trapno, err, eip;
	u16 cs, csh;
	u32 eflags, esp_at_signal;
	u16 ss, ssh;
	u32 fpstate; /* user address of a struct fpu_frame, or 0 */
	u32 oldmask, cr2;
};
_Static_assert(sizeof(struct sigcontext_abi) == 88, "struct sigcontext");

struct ucontext_abi {
	u32 flags, link;
	struct stack_abi stack;
	struct sigcontext_abi mcontext;
	u32 sigmask[2];
};
_Static_assert(sizeof(struct ucontext_abi) == 116, "struct ucontext");

struct sigframe_abi { /* handlers without SA_SIGINFO */
	u32 pretcode;
	s32 sig;
	struct sigcontext_abi sc;
	struct fpu_frame unused; /* the FPU image once was here; it lies above the frame now */
	u32 extramask;
	u8 retcode[8];
};
_Static_assert(sizeof(struct sigframe_abi) == 732, "struct sigframe");

struct rt_sigframe_abi {
	u32 pretcode;
	s32 sig;
	u32 pinfo, puc;
	struct siginfo_abi info;
	struct ucontext_abi uc;
	u8 retcode[8];
};
_Static_assert(sizeof(struct rt_sigframe_abi) == 268, "struct rt_sigframe");

#endif
