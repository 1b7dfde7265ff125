/*
 * arch.h - everything generic code asks of the machine; implemented by kernel/x86.
 *
 * Included instead of any x86 header. Ports and registers appear only there.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <kernel/types.h>
#include <arch/irqflags.h>
#include <arch/regs.h> /* struct regs: a user or kernel register frame */

struct task;
struct mm;
struct siginfo_k;
struct k_sigaction;

/* Tasks. */
struct task *arch_switch_to(struct task *prev,
			    struct task *next); /* returns the task switched from */
void arch_switch_finish(struct task *prev, struct task *next);
void arch_thread_start(struct regs *regs, unsigned long ip,
		       unsigned long sp); /* exec: fresh user state */
/* fork: the child's frame, FPU, TLS; stack 0: the parent's. 0 or -errno. */
int arch_thread_fork(struct task *child, const struct regs *regs, u32 stack, bool set_tls, u32 tls);
void arch_thread_exec(struct task *task); /* exec: forget FPU, TLS, ... of the old program */
void arch_thread_free(struct task *task);
void arch_thread_setup_kernel(struct task *task, int (*fn)(void *), void *arg);
struct regs *task_regs(struct task *task); /* the user frame at the top of its kernel stack */
int arch_set_tls_user(struct task *task,
		      unsigned long user_desc_ptr); /* set_thread_area, CLONE_SETTLS */

/* Address spaces: what the arch keeps in mm->arch. arch_mm_fork() may sleep: 0 or -ENOMEM;
 * arch_mm_free(): there are no more users. */
void arch_mm_init(struct mm *mm);
int arch_mm_fork(struct mm *child, struct mm *mm);
void arch_mm_free(struct mm *mm);

/* The FNSAVE image of a stopped task or current; for core dumps. 0. */
struct user_fpregs_abi;
int fpu_get_fnsave(struct task *task, struct user_fpregs_abi *out);

/* Signals: 0, or a negative errno when the frame cannot be written. */
int arch_signal_setup_frame(struct regs *regs, int sig, const struct siginfo_k *info,
			    const struct k_sigaction *ka, u64 old_mask);
u64 arch_user_sp(const struct regs *regs);

/* Machine. */
void arch_cpu_idle(void); /* enables interrupts and halts until one comes */
void arch_halt_forever(void) __noreturn;
void machine_restart(void) __noreturn;
void machine_power_off(void) __noreturn;
void machine_halt(void) __noreturn;
size_t arch_cpuinfo(char *buf, size_t size); /* /proc/cpuinfo */

/* The nth range of memory as the firmware told it, whatever is made of it; `end` is its last byte,
 * `type` as /sys/firmware/memmap has it. False: there are no more. */
struct firmware_range {
	u64 start, end;
	const char *type;
};
bool arch_firmware_range(unsigned int n, struct firmware_range *range);
extern const char *arch_platform; /* "i486", "i586", "i686": AT_PLATFORM */
extern u32 arch_hwcap, arch_hwcap2;
unsigned long arch_vdso_map_addr(void);
int arch_map_vdso_locked(struct mm *mm);
unsigned long arch_vdso_sysinfo(const struct mm *mm); /* AT_SYSINFO, 0 = none */
/* __kernel_sigreturn, __kernel_rt_sigreturn in the vDSO: for handlers without SA_RESTORER; 0 = none
 */
unsigned long arch_vdso_sigreturn(const struct mm *mm, bool rt);

/* Diagnosis. */
void arch_show_regs(const struct regs *regs);
void arch_backtrace(const struct regs *regs); /* NULL: from here */
void arch_backtrace_task(struct task *task);
/* "name+0x12/0x80" for a kernel address; returns length. */
size_t symbol_format(unsigned long addr, char *buf, size_t size);

/* The speaker's tone; 0: silence. Any context. */
void arch_speaker(unsigned int hz);

/* Randomness that costs nothing: cycle or PIT counter. */
u32 arch_random_bits(void);

#endif
