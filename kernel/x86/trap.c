/*
 * trap.c - processor exceptions: a program's become signals, the kernel's own are fixed up or
 * fatal.
 *
 * x86_page_fault() has the short way for the one exception that is frequent.
 * Source: Intel SDM volume 3, chapter 6; signal numbers and codes are Linux's.
 */
#include <kernel/arch.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <arch/cpu.h>
#include <arch/fpu.h>
#include <arch/io.h>
#include "f00f.h"
#include "x86.h"

#define PF_PROT	  1u
#define PF_WRITE  2u
#define PF_USER	  4u
#define EFLAGS_TF 0x100u
#define EFLAGS_RF 0x10000u

void x86_trap(struct regs *regs);
void x86_page_fault(struct regs *regs, u32 addr);
void x86_fpu_trap(struct regs *regs);
void trap_bad_iret(struct regs *regs);

/* What a program gets for each vector. */
static const struct trap_signal {
	u8 sig, code;
	bool at_ip; /* si_addr is the instruction */
	const char *name;
} trap_signals[20] = {
	[0] = { SIGFPE, FPE_INTDIV, true, "divide error" },
	[1] = { SIGTRAP, TRAP_TRACE, true, "debug" },
	[3] = { SIGTRAP, SI_KERNEL, false, "int3" },
	[4] = { SIGSEGV, SI_KERNEL, false, "overflow" },
	[5] = { SIGSEGV, SI_KERNEL, false, "bounds" },
	[6] = { SIGILL, ILL_ILLOPN, true, "invalid opcode" },
	[9] = { SIGFPE, SI_KERNEL, false, "coprocessor segment overrun" },
	[10] = { SIGSEGV, SI_KERNEL, false, "invalid TSS" },
	[11] = { SIGBUS, SI_KERNEL, false, "segment not present" },
	[12] = { SIGBUS, SI_KERNEL, false, "stack segment" },
	[13] = { SIGSEGV, SI_KERNEL, false, "general protection" },
	[17] = { SIGBUS, BUS_ADRALN, false, "alignment check" },
};

static void user_fault(struct regs *regs, int sig, int code, u32 addr)
{
	struct arch_thread *t = &current->thread;

	t->trapno = regs->trapno;
	t->error = regs->error;
	signal_fault(sig, code, addr, (int)regs->trapno);
}

/* Did a breakpoint on an instruction cause it? One on data is reported after the access. */
static bool hit_instruction(u32 dr6)
{
	u32 control = current->thread.debugreg[7];

	for (unsigned int i = 0; i < 4; i++)
		if ((dr6 & (1u << i)) && !(control >> (16 + 4 * i) & 3))
			return true;
	return false;
}

/* DR6 tells why; it is sticky, so it is cleared here. */
static void debug_trap(struct regs *regs)
{
	u32 dr6;

	__asm__ volatile("movl %%db6, %0" : "=r"(dr6));
	__asm__ volatile("movl %0, %%db6" ::"r"(0));
	current->thread.debugreg[6] = dr6;
	if (!regs_from_user(regs)) {
		/* SYSENTER entered with TF set: the trap belongs to the program, at the call's end.
		 */
		regs->eflags &= ~EFLAGS_TF;
		if (dr6 & 0x4000)
			current->work |= TW_SINGLESTEP;
		return;
	}
	if (hit_instruction(dr6))
		regs->eflags |= EFLAGS_RF; /* when it goes on, past the breakpoint */
	local_irq_enable();
	user_fault(regs, SIGTRAP, dr6 & 0xf ? TRAP_HWBKPT : TRAP_TRACE, regs->eip);
}

static void fpu_error(struct regs *regs)
{
	int code = fpu_error_code(current, regs->trapno == 19);

	local_irq_enable();
	if (code)
		user_fault(regs, SIGFPE, code, regs->eip);
}

static void nmi(void)
{
	u8 reason = inb(0x61);

	pr_emerg("NMI: %s (port 61h %02x)\n",
		 reason & 0x80	 ? "memory parity error"
		 : reason & 0x40 ? "I/O channel check"
				 : "unknown source",
		 reason);
	/* Clear and re-enable both checks. */
	outb((reason & 0x0f) | 0x0c, 0x61);
	outb(reason & 0x03, 0x61);
}

void x86_trap(struct regs *regs)
{
	const struct trap_signal *t = regs->trapno < 20 ? &trap_signals[regs->trapno] : NULL;

	switch (regs->trapno) {
	case 1:
		debug_trap(regs);
		return;
	case 2:
		nmi();
		return;
	case 16:
	case 19:
		if (regs_from_user(regs)) {
			fpu_error(regs);
			return;
		}
		break;
	default:
		break;
	}
	if (regs_from_user(regs)) {
		local_irq_enable();
		if (t && t->sig)
			user_fault(regs, t->sig, t->code, t->at_ip ? regs->eip : 0);
		else
			user_fault(regs, SIGSEGV, SI_KERNEL, 0);
		return;
	}
	if (!fixup_exception(regs))
		x86_oops(regs, t && t->name ? t->name : "unexpected trap");
}

void x86_fpu_trap(struct regs *regs)
{
	if (!regs_from_user(regs)) {
		x86_oops(regs, "floating point in the kernel");
		return;
	}
	local_irq_enable();
	fpu_nm_trap();
}

void trap_bad_iret(struct regs *regs)
{
	user_fault(regs, SIGILL, ILL_BADSTK, 0);
}

static void kernel_page_fault(struct regs *regs, u32 addr)
{
	if (fixup_exception(regs))
		return;
	current->thread.cr2 = addr;
	x86_oops(regs, addr < PAGE_SIZE ? "null pointer" : "bad address");
}

static void report_fault(struct regs *regs, u32 addr, enum fault_result result)
{
	if (!regs_from_user(regs)) {
		kernel_page_fault(regs, addr);
		return;
	}
	current->thread.cr2 = addr;
	switch (result) {
	case FAULT_SEGV_MAPERR:
		user_fault(regs, SIGSEGV, SEGV_MAPERR, addr);
		break;
	case FAULT_SEGV_ACCERR:
		user_fault(regs, SIGSEGV, SEGV_ACCERR, addr);
		break;
	case FAULT_BUS:
		user_fault(regs, SIGBUS, BUS_ADRERR, addr);
		break;
	default: /* a fatal signal is on its way, or memory will be there at the next try */
		break;
	}
}

/* Nothing can be mapped for it. */
static void fault_out_of_reach(struct regs *regs, u32 addr)
{
	if (f00f_is_gate(f00f_idt, addr, regs->error)) {
		regs->trapno = F00F_VECTOR;
		regs->error = 0;
		x86_trap(regs);
	} else if (regs_from_user(regs)) {
		local_irq_enable();
		report_fault(regs, addr, FAULT_SEGV_MAPERR);
	} else {
		kernel_page_fault(regs, addr);
	}
}

void x86_page_fault(struct regs *regs, u32 addr)
{
	enum fault_result result;
	u32 flags = regs->error & PF_WRITE ? FAULT_WRITE : 0;

	if (regs->error & PF_USER)
		flags |= FAULT_USER;
	/* The kernel's part, no address space, or where nobody may sleep. */
	if (unlikely(addr >= PAGE_OFFSET || !current->mm || in_atomic())) {
		fault_out_of_reach(regs, addr);
		return;
	}
	/* A program may have them off by its I/O privilege; the kernel does not fault then. */
	if (unlikely(!(regs->eflags & EFLAGS_IF) && !regs_from_user(regs))) {
		kernel_page_fault(regs, addr);
		return;
	}
	local_irq_enable();
	result = mm_fault(current->mm, addr, flags);
	if (unlikely(result != FAULT_OK))
		report_fault(regs, addr, result);
}
