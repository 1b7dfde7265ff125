/* thread.h - what x86 keeps per task. Offsets of the first fields are known to switch.S. */
#ifndef ARCH_THREAD_H
#define ARCH_THREAD_H

#include <kernel/types.h>

struct fpu_state; /* x86/fpu.c: 108 bytes of FNSAVE or 512 of FXSAVE, from their own cache */

struct arch_thread {
	u32 esp;  /* kernel stack while switched out */
	u32 esp0; /* top of the kernel stack */
	u32 gs, fs;
	u64 tls[3];	       /* GDT descriptors of set_thread_area */
	struct fpu_state *fpu; /* NULL: has not used the FPU */
	u32 debugreg[8];
	u32 trapno, error, cr2; /* of the last fault, for the signal frame */
	u32 sysenter_return;
	u32 *iopb; /* I/O permission bitmap, NULL: none */
	u32 iopl;
};

#endif
