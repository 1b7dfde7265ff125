/*
 * oops.c - telling what went wrong: registers, a symbolised back trace; panic.
 *
 * The kernel keeps frame pointers, so a trace follows %ebp; each step must go up within the same
 * stack, so a smashed stack ends the trace instead of the machine.
 */
#include <kernel/arch.h>
#include <kernel/init.h>
#include <kernel/lock.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <arch/cpu.h>
#include <arch/io.h>
#include "x86.h"

#define TRACE_MAX 24

static bool is_text(u32 addr)
{
	return (addr >= (u32)kernel_start && addr < (u32)text_end) ||
	       (addr >= (u32)init_text_start && addr < (u32)init_text_end);
}

static void stack_bounds(struct task *t, u32 at, u32 *low, u32 *high)
{
	if (t && t->stack && at >= (u32)t->stack && at < (u32)t->stack + KSTACK_SIZE) {
		*low = (u32)t->stack;
		*high = (u32)t->stack + KSTACK_SIZE;
	} else {
		*low = (u32)boot_stack;
		*high = (u32)boot_stack_top;
	}
}

static void print_frame(u32 addr)
{
	char name[96];

	symbol_format(addr, name, sizeof(name));
	pr_emerg("  [%08x] %s\n", addr, name);
}

static void walk(struct task *t, u32 ebp)
{
	u32 low, high;

	stack_bounds(t, ebp, &low, &high);
	for (int i = 0; i < TRACE_MAX; i++) {
		const u32 *frame = (const u32 *)ebp;

		if (ebp < low || ebp > high - 8 || (ebp & 3) || !is_text(frame[1]))
			return;
		print_frame(frame[1]);
		if (frame[0] <= ebp)
			return;
		ebp = frame[0];
	}
}

void arch_backtrace(const struct regs *regs)
{
	pr_emerg("call trace:\n");
	if (regs) {
		print_frame(regs->eip);
		walk(current, regs->ebp);
	} else {
		walk(current, (u32)__builtin_frame_address(0));
	}
}

/* A task that is switched out: edi, esi, ebx, ebp, eip lie at its saved stack pointer. */
void arch_backtrace_task(struct task *t)
{
	const u32 *frame = (const u32 *)t->thread.esp;

	if (t == current) {
		arch_backtrace(NULL);
		return;
	}
	print_frame(frame[4]);
	walk(t, frame[3]);
}

void arch_show_regs(const struct regs *r)
{
	u32 esp = regs_from_user(r) ? r->esp : (u32)&r->esp;

	pr_emerg("eip %08x cs %04x eflags %08x trap %d error %x\n", r->eip, r->cs & 0xffff,
		 r->eflags, (int)r->trapno, r->error);
	pr_emerg("eax %08x ebx %08x ecx %08x edx %08x\n", r->eax, r->ebx, r->ecx, r->edx);
	pr_emerg("esi %08x edi %08x ebp %08x esp %08x\n", r->esi, r->edi, r->ebp, esp);
	pr_emerg("cr0 %08x cr2 %08x cr3 %08x ds %04x es %04x\n", read_cr0(), read_cr2(), read_cr3(),
		 r->ds & 0xffff, r->es & 0xffff);
	if (current && current->pid)
		pr_emerg("process %d (%s)\n", current->pid->nr, current->comm);
}

/* A fault of the kernel itself. A task that may die dies; anywhere else it is the end. */
void x86_oops(struct regs *regs, const char *what)
{
	static int oopses;

	console_loglevel = 8;
	pr_emerg("oops: %s in the kernel at %08x\n", what, regs->eip);
	arch_show_regs(regs);
	arch_backtrace(regs);
	if (in_atomic() || !current->mm || (current->flags & PF_EXITING) ||
	    current->process->is_init || ++oopses > 10 || !(regs->eflags & EFLAGS_IF))
		panic("fatal %s", what);
	local_irq_enable();
	task_exit(SIGSEGV);
}

static void wait_and_restart(void)
{
	const char *arg = cmdline_get("panic");
	u32 seconds = cmdline_get_uint("panic", 0);

	if (arg && arg[0] == '-')
		machine_restart();
	if (!seconds)
		return;
	printk(KERN_EMERG "restart in %u seconds\n", seconds);
	while (seconds--)
		for (int i = 0; i < 1000; i++)
			udelay(1000);
	machine_restart();
}

void panic(const char *fmt, ...)
{
	static bool again;
	va_list ap;
	char text[256];

	local_irq_disable();
	if (again)
		arch_halt_forever();
	again = true;
	panicking = true;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printk(KERN_EMERG "panic: %s\n", text);
	arch_backtrace(NULL);
	printk(KERN_EMERG "end of panic: %s\n", text);
	wait_and_restart();
	arch_halt_forever();
}

void assert_failed(const char *expr, const char *file, int line)
{
	panic("assertion failed: %s, %s:%d", expr, file, line);
}
