/*
 * signal_frame.c - the stack frame of a signal handler, and the way back from it.
 *
 * A frame is written below the program's stack pointer (or at the top of its alternate stack): the
 * registers, the old mask, and above them the FPU's image. The handler
 * returns into the restorer, which calls sigreturn: everything read back there is the program's
 * word and is trusted with nothing that it could not do itself.
 * Source: abi/sigframe.h; the calling convention of psABI i386 (stack aligned to 16 before CALL).
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <gen/syscall_numbers.h>
#include <abi/sigframe.h>
#include <arch/fpu.h>
#include <arch/user_regs.h>
#include "../proc/siginfo.h"
#include "../proc/signal_internal.h"

/* popl %eax; movl $nr, %eax; int $0x80 (debuggers know a frame by these bytes) */
static const u8 retcode_old[8] = { 0x58, 0xb8, NR_sigreturn, 0, 0, 0, 0xcd, 0x80 };
/* movl $nr, %eax; int $0x80 */
static const u8 retcode_rt[8] = { 0xb8, NR_rt_sigreturn, 0, 0, 0, 0xcd, 0x80, 0 };

static bool on_alternate_stack(const struct task *t, u32 sp)
{
	return !(t->sas_flags & SS_AUTODISARM) && sp > t->sas_sp && sp - t->sas_sp <= t->sas_size;
}

/* ---- where the frame goes ---- */

/* The frame's address, and the FPU image's; 0 when the alternate stack is too small. */
static u32 place_frame(const struct regs *regs, const struct k_sigaction *ka, size_t size,
		       u32 *fpstate)
{
	const struct task *t = current;
	bool nested = on_alternate_stack(t, regs->esp), alternate = nested;
	u32 sp = regs->esp;

	if ((ka->flags & SA_ONSTACK) && !nested && t->sas_size) {
		sp = t->sas_sp + t->sas_size;
		alternate = true;
	} else if (!nested && regs->ss != SEL_USER_DS && !(ka->flags & SA_RESTORER) &&
		   ka->restorer) {
		sp = ka->restorer; /* the oldest way to give a stack */
	}
	if (cpu_has_fxsr && t->thread.fpu)
		sp = ALIGN_DOWN(sp - 512, 64) - (u32)offsetof(struct fpu_frame, fxsave);
	else
		sp -= (u32)fpu_frame_size();
	*fpstate = sp;
	sp = ALIGN_DOWN(sp - (u32)size + 4, 16) - 4;
	/* Overflowing the alternate stack must not write below it. */
	if (alternate && !(sp > t->sas_sp && sp - t->sas_sp <= t->sas_size))
		return 0;
	return sp;
}

static void fill_context(struct sigcontext_abi *sc, const struct regs *regs, u32 fpstate, u64 mask)
{
	const struct arch_thread *th = &current->thread;

	memset(sc, 0, sizeof(*sc));
	sc->gs = (u16)regs->gs;
	sc->fs = (u16)regs->fs;
	sc->es = (u16)regs->es;
	sc->ds = (u16)regs->ds;
	sc->edi = regs->edi;
	sc->esi = regs->esi;
	sc->ebp = regs->ebp;
	sc->esp = regs->esp;
	sc->ebx = regs->ebx;
	sc->edx = regs->edx;
	sc->ecx = regs->ecx;
	sc->eax = regs->eax;
	sc->trapno = th->trapno;
	sc->err = th->error;
	sc->eip = regs->eip;
	sc->cs = (u16)regs->cs;
	sc->eflags = regs->eflags;
	sc->esp_at_signal = regs->esp;
	sc->ss = (u16)regs->ss;
	sc->fpstate = fpstate;
	sc->oldmask = (u32)mask;
	sc->cr2 = th->cr2;
}

static u32 return_address(const struct k_sigaction *ka, u32 retcode, bool rt)
{
	unsigned long vdso;

	if (ka->flags & SA_RESTORER)
		return ka->restorer;
	vdso = arch_vdso_sigreturn(current->mm, rt);
	return vdso ? (u32)vdso : retcode;
}

static void enter_handler(struct regs *regs, const struct k_sigaction *ka, u32 sp, int sig)
{
	regs->esp = sp;
	regs->eip = ka->handler;
	regs->eax = (u32)sig;
	regs->ds = SEL_USER_DS;
	regs->es = SEL_USER_DS;
	regs->ss = SEL_USER_DS;
	regs->cs = SEL_USER_CS;
	regs->eflags &= ~(EFLAGS_DF | EFLAGS_RF | EFLAGS_TF);
}

static int setup_old(struct regs *regs, int sig, const struct k_sigaction *ka, u64 mask)
{
	struct {
		u32 pretcode;
		s32 sig;
		struct sigcontext_abi sc;
	} head;
	struct sigframe_abi __user *frame;
	u32 fpstate, at = place_frame(regs, ka, sizeof(*frame), &fpstate);

	frame = (struct sigframe_abi __user *)(uintptr_t)at;
	if (!at || fpu_save_user((void __user *)(uintptr_t)fpstate, current))
		return -EFAULT;
	head.pretcode = return_address(ka, at + offsetof(struct sigframe_abi, retcode), false);
	head.sig = sig;
	fill_context(&head.sc, regs, fpstate, mask);
	if (copy_to_user(frame, &head, sizeof(head)) ||
	    put_user((u32)(mask >> 32), &frame->extramask) ||
	    copy_to_user(frame->retcode, retcode_old, sizeof(retcode_old)))
		return -EFAULT;
	enter_handler(regs, ka, at, sig);
	regs->edx = 0;
	regs->ecx = 0;
	return 0;
}

static void fill_ucontext(struct ucontext_abi *uc, const struct regs *regs, u32 fpstate, u64 mask)
{
	struct task *t = current;

	uc->flags = 0;
	uc->link = 0;
	uc->stack.sp = t->sas_sp;
	uc->stack.size = t->sas_size;
	uc->stack.flags = t->sas_flags & SS_AUTODISARM;
	if (!t->sas_size)
		uc->stack.flags |= SS_DISABLE;
	else if (on_alternate_stack(t, regs->esp))
		uc->stack.flags |= SS_ONSTACK;
	fill_context(&uc->mcontext, regs, fpstate, mask);
	uc->sigmask[0] = (u32)mask;
	uc->sigmask[1] = (u32)(mask >> 32);
}

static int setup_rt(struct regs *regs, int sig, const struct siginfo_k *info,
		    const struct k_sigaction *ka, u64 mask)
{
	struct rt_sigframe_abi f;
	u32 fpstate, at = place_frame(regs, ka, sizeof(f), &fpstate);
	u32 uc = at + offsetof(struct rt_sigframe_abi, uc);

	if (!at || fpu_save_user((void __user *)(uintptr_t)fpstate, current))
		return -EFAULT;
	f.pretcode = return_address(ka, at + offsetof(struct rt_sigframe_abi, retcode), true);
	f.sig = sig;
	f.pinfo = at + offsetof(struct rt_sigframe_abi, info);
	f.puc = uc;
	siginfo_to_abi(&f.info, info);
	fill_ucontext(&f.uc, regs, fpstate, mask);
	memcpy(f.retcode, retcode_rt, sizeof(retcode_rt));
	if (copy_to_user((void __user *)(uintptr_t)at, &f, sizeof(f)))
		return -EFAULT;
	if (current->sas_flags & SS_AUTODISARM) {
		current->sas_sp = 0;
		current->sas_size = 0;
		current->sas_flags = SS_DISABLE;
	}
	enter_handler(regs, ka, at, sig);
	regs->edx = f.pinfo;
	regs->ecx = uc;
	return 0;
}

int arch_signal_setup_frame(struct regs *regs, int sig, const struct siginfo_k *info,
			    const struct k_sigaction *ka, u64 old_mask)
{
	if (ka->flags & SA_SIGINFO)
		return setup_rt(regs, sig, info, ka, old_mask);
	return setup_old(regs, sig, ka, old_mask);
}

/* ---- the way back ---- */

static int restore_context(struct regs *regs, const struct sigcontext_abi *sc)
{
	if (fpu_restore_user((const void __user *)(uintptr_t)sc->fpstate))
		return -EFAULT;
	regs->gs = user_data_selector(current, sc->gs);
	regs->fs = user_data_selector(current, sc->fs);
	regs->es = user_data_selector(current, sc->es);
	regs->ds = user_data_selector(current, sc->ds);
	regs->edi = sc->edi;
	regs->esi = sc->esi;
	regs->ebp = sc->ebp;
	regs->esp = sc->esp;
	regs->ebx = sc->ebx;
	regs->edx = sc->edx;
	regs->ecx = sc->ecx;
	regs->eax = sc->eax;
	regs->eip = sc->eip;
	/* Whatever they are, ring 3: a selector that is no good faults at iret and kills. */
	regs->cs = sc->cs | 3u;
	regs->ss = sc->ss | 3u;
	regs->eflags = user_eflags(regs->eflags, sc->eflags);
	regs->orig_eax = -1;
	/* All registers matter: the way out must be iret, not sysexit. */
	task_work_set(current, TW_NOTIFY);
	current->restart.fn = NULL;
	return 0;
}

static long bad_frame(void)
{
	signal_force_segv(SIGSEGV);
	return 0;
}

asmlinkage long sys_sigreturn(void)
{
	struct regs *regs = current_regs();
	/* The return address and the signal number are already popped. */
	const struct sigframe_abi __user *frame =
		(const struct sigframe_abi __user *)(uintptr_t)(regs->esp - 8);
	struct sigcontext_abi sc;
	u32 high;

	if (copy_from_user(&sc, &frame->sc, sizeof(sc)) || get_user(high, &frame->extramask))
		return bad_frame();
	signal_set_blocked((u64)high << 32 | sc.oldmask);
	if (restore_context(regs, &sc))
		return bad_frame();
	return (long)regs->eax;
}

/* As sigaltstack() would, errors ignored: the frame carries what was there before. */
static void restore_stack(const struct stack_abi *old)
{
	u32 mode = old->flags & ~SS_AUTODISARM;
	struct task *t = current;

	if (on_alternate_stack(t, current_regs()->esp))
		return;
	if (mode == SS_DISABLE) {
		t->sas_sp = 0;
		t->sas_size = 0;
	} else if (mode <= SS_ONSTACK && old->size >= MINSIGSTKSZ) {
		t->sas_sp = old->sp;
		t->sas_size = old->size;
	} else {
		return;
	}
	t->sas_flags = old->flags;
}

asmlinkage long sys_rt_sigreturn(void)
{
	struct regs *regs = current_regs();
	const struct rt_sigframe_abi __user *frame =
		(const struct rt_sigframe_abi __user *)(uintptr_t)(regs->esp - 4);
	struct ucontext_abi uc;

	if (copy_from_user(&uc, &frame->uc, sizeof(uc)))
		return bad_frame();
	signal_set_blocked((u64)uc.sigmask[1] << 32 | uc.sigmask[0]);
	if (restore_context(regs, &uc.mcontext))
		return bad_frame();
	restore_stack(&uc.stack);
	return (long)regs->eax;
}
