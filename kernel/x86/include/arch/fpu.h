/*
 * fpu.h - the x87 and SSE state of tasks.
 *
 * The state is switched lazily: the FPU belongs to one task (cpu->fpu_owner), CR0.TS makes the
 * first use by another trap (#NM, fpu_nm_trap). A task that never used the FPU has no state at all.
 * Images: FNSAVE (108 bytes) or, where the CPU has FXSR, FXSAVE (512 bytes).
 *
 * All but fpu_nm_trap() and fpu_switch() may sleep. Errors: -EFAULT, -ENOMEM, -EINVAL, -EIO.
 */
#ifndef ARCH_FPU_H
#define ARCH_FPU_H

#include <kernel/types.h>

struct task;
struct user_fpregs_abi;

extern bool cpu_has_fxsr; /* and it is used */

void fpu_init(void);				       /* boot: CR0, CR4.OSFXSR, the cache */
void fpu_nm_trap(void);				       /* #NM from user mode, interrupts on */
int fpu_fork(struct task *child);		       /* copies current's state */
void fpu_exec(struct task *task);		       /* forgets it: the next use starts fresh */
void fpu_free(struct task *task);		       /* the task is gone */
void fpu_switch(struct task *prev, struct task *next); /* in the task switch, interrupts off */
/* The exceptions flagged in the status word, masked by the control word: FPE_* of #MF and #XM. */
int fpu_error_code(struct task *task, bool simd);

/*
 * The image in a signal frame: struct fpu_frame of abi/sigframe.h, with the FXSAVE image behind the
 * FNSAVE image if there is FXSR. fpu_save_user() ends with a fresh state for the handler.
 */
size_t fpu_frame_size(void);
int fpu_save_user(void __user *buf, struct task *task);
int fpu_restore_user(const void __user *buf); /* NULL: fresh state */

/* ptrace and core dumps: a stopped task's state, or current's. */
int fpu_get_fnsave(struct task *task, struct user_fpregs_abi *out);
int fpu_set_fnsave(struct task *task, const struct user_fpregs_abi *in);
int fpu_get_fxsave(struct task *task, void *out512); /* -EIO without FXSR */
int fpu_set_fxsave(struct task *task, const void *in512);

/* Pure: between the two images (fpu_convert.c). */
void fpu_fnsave_from_fxsave(struct user_fpregs_abi *out, const void *fx512);
void fpu_fxsave_from_fnsave(void *fx512, const struct user_fpregs_abi *in); /* SSE part is kept */

#endif
