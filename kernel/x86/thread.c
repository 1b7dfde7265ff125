/*
 * thread.c - tasks as the processor sees them: stacks, the switch, the user frame, TLS segments.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <arch/cpu.h>
#include <arch/fpu.h>
#include "asm_offsets.h"
#include "ldt.h"
#include "x86.h"

_Static_assert(offsetof(struct task, thread) == 0 &&
		       offsetof(struct arch_thread, esp) == THREAD_ESP,
	       "THREAD_ESP");
_Static_assert(offsetof(struct task, work) == TASK_WORK, "TASK_WORK");
_Static_assert(TW_SYSCALL_TRACE == TASK_TRACE_BIT, "TASK_TRACE_BIT");
_Static_assert(offsetof(struct cpu, task) == CPU_CURRENT, "CPU_CURRENT");
_Static_assert(offsetof(struct cpu, preempt_count) == CPU_PREEMPT_COUNT, "CPU_PREEMPT_COUNT");
_Static_assert(offsetof(struct regs, orig_eax) == REG_ORIG_EAX, "REG_ORIG_EAX");
_Static_assert(offsetof(struct regs, eflags) == REG_EFLAGS, "REG_EFLAGS");
_Static_assert(sizeof(struct regs) == REGS_SIZE, "REGS_SIZE");
_Static_assert(SEL_ESPFIX == ESPFIX_SS, "ESPFIX_SS");

#define EFLAGS_USER 0x202u

/* What x86_switch_stacks() pops, with where the new task begins. */
struct switch_frame {
	u32 edi, esi, ebx, ebp, eip;
};

struct regs *task_regs(struct task *t)
{
	return (struct regs *)t->thread.esp0 - 1;
}

struct regs *current_regs(void)
{
	return task_regs(current);
}

static u32 read_gs(void)
{
	u32 v;

	__asm__ volatile("movl %%gs, %0" : "=r"(v));
	return v & 0xffff;
}

static u32 read_fs(void)
{
	u32 v;

	__asm__ volatile("movl %%fs, %0" : "=r"(v));
	return v & 0xffff;
}

/* A selector that cannot be loaded becomes null. */
static void load_gs(u32 v)
{
	__asm__ volatile(
		"1:\tmovw %w0, %%gs\n2:\n"
		".pushsection .text.fixup,\"ax\"\n3:\txorl %0, %0\n\tmovw %w0, %%gs\n\tjmp 2b\n"
		"\t.popsection\n"
		".pushsection .fixup_table,\"a\"\n\t.balign 4\n\t.long 1b, 3b\n\t.popsection\n"
		: "+r"(v));
}

static void load_fs(u32 v)
{
	__asm__ volatile(
		"1:\tmovw %w0, %%fs\n2:\n"
		".pushsection .text.fixup,\"ax\"\n3:\txorl %0, %0\n\tmovw %w0, %%fs\n\tjmp 2b\n"
		"\t.popsection\n"
		".pushsection .fixup_table,\"a\"\n\t.balign 4\n\t.long 1b, 3b\n\t.popsection\n"
		: "+r"(v));
}

/* SYSEXIT does not load EFLAGS, so the kernel's own carry the I/O privilege of the current task. */
void x86_set_iopl(u32 level)
{
	u32 eflags;

	__asm__ volatile("pushfl; popl %0" : "=r"(eflags));
	eflags = (eflags & ~0x3000u) | level << 12;
	__asm__ volatile("pushl %0; popfl" ::"r"(eflags) : "cc");
}

void x86_reload_segments(void)
{
	load_gs(read_gs());
	load_fs(read_fs());
}

static bool same_tls(const struct arch_thread *a, const struct arch_thread *b)
{
	return a->tls[0] == b->tls[0] && a->tls[1] == b->tls[1] && a->tls[2] == b->tls[2];
}

static void load_debug_registers(const u32 *dr)
{
	__asm__ volatile("movl %0, %%db0" ::"r"(dr[0]));
	__asm__ volatile("movl %0, %%db1" ::"r"(dr[1]));
	__asm__ volatile("movl %0, %%db2" ::"r"(dr[2]));
	__asm__ volatile("movl %0, %%db3" ::"r"(dr[3]));
	__asm__ volatile("movl %0, %%db7" ::"r"(dr[7]));
}

struct task *arch_switch_to(struct task *prev, struct task *next)
{
	struct arch_thread *p = &prev->thread, *n = &next->thread;
	bool tables_changed;

	fpu_switch(prev, next);
	p->gs = read_gs();
	p->fs = read_fs();
	tss_set_stack(n->esp0);
	if (unlikely(p->iopb || n->iopb))
		tss_load_io(next);
	if (unlikely(p->debugreg[7] || n->debugreg[7]))
		load_debug_registers(n->debugreg);
	if (unlikely(p->iopl != n->iopl))
		x86_set_iopl(n->iopl);
	tables_changed = ldt_switch(next->mm);
	if (!same_tls(p, n)) {
		gdt_load_tls(n->tls);
		tables_changed = true;
	}
	if (tables_changed) {
		load_gs(n->gs);
		load_fs(n->fs);
	} else {
		if (p->gs != n->gs)
			load_gs(n->gs);
		if (p->fs != n->fs)
			load_fs(n->fs);
	}
	return x86_switch_stacks(prev, next);
}

static void set_switch_frame(struct task *t, u32 top, int (*fn)(void *), void *arg)
{
	struct switch_frame *f = (struct switch_frame *)top - 1;

	*f = (struct switch_frame){ .ebx = (u32)fn, .esi = (u32)arg, .eip = (u32)x86_task_start };
	t->thread.esp = (u32)f;
}

void arch_thread_setup_kernel(struct task *t, int (*fn)(void *), void *arg)
{
	u32 esp0 = (u32)t->stack + KSTACK_SIZE;
	struct regs *regs;

	memset(&t->thread, 0, sizeof(t->thread));
	t->thread.esp0 = esp0;
	regs = task_regs(t);
	/* An exec in the thread fills this in and returns to it. */
	*regs = (struct regs){ .orig_eax = -1,
			       .cs = SEL_USER_CS,
			       .ss = SEL_USER_DS,
			       .ds = SEL_USER_DS,
			       .es = SEL_USER_DS,
			       .eflags = EFLAGS_USER };
	set_switch_frame(t, (u32)regs, fn, arg);
}

int arch_thread_fork(struct task *child, const struct regs *regs, u32 stack, bool set_tls, u32 tls)
{
	struct regs *r;
	int err;

	child->thread.esp0 = (u32)child->stack + KSTACK_SIZE;
	child->thread.fpu = NULL;
	child->thread.gs = read_gs();
	child->thread.fs = read_fs();
	child->thread.iopb = NULL;
	memset(child->thread.debugreg, 0, sizeof(child->thread.debugreg));
	r = task_regs(child);
	*r = *regs;
	r->eax = 0;
	r->orig_eax = -1;
	if (stack)
		r->esp = stack;
	set_switch_frame(child, (u32)r, NULL, NULL);
	err = fpu_fork(child);
	if (!err)
		err = thread_copy_io(child);
	if (!err && set_tls)
		err = arch_set_tls_user(child, tls);
	if (err)
		arch_thread_free(child);
	return err;
}

void arch_thread_exec(struct task *t)
{
	unsigned long flags;

	fpu_exec(t);
	flags = local_irq_save();
	memset(t->thread.tls, 0, sizeof(t->thread.tls));
	gdt_load_tls(t->thread.tls);
	ldt_switch(t->mm); /* vfork's parent still has the old one */
	load_gs(0);
	load_fs(0);
	t->thread.gs = t->thread.fs = 0;
	if (t->thread.debugreg[7])
		__asm__ volatile("movl %0, %%db7" ::"r"(0));
	memset(t->thread.debugreg, 0, sizeof(t->thread.debugreg));
	local_irq_restore(flags);
}

void arch_thread_free(struct task *t)
{
	fpu_free(t);
	if (t->thread.iopb) {
		tss_forget_io(t);
		kfree(t->thread.iopb);
		t->thread.iopb = NULL;
	}
}

void arch_thread_start(struct regs *regs, unsigned long ip, unsigned long sp)
{
	*regs = (struct regs){ .ds = SEL_USER_DS,
			       .es = SEL_USER_DS,
			       .orig_eax = -1,
			       .eip = ip,
			       .cs = SEL_USER_CS,
			       .eflags = EFLAGS_USER | current->thread.iopl << 12,
			       .esp = sp,
			       .ss = SEL_USER_DS };
	/* All registers matter (%edx is rtld_fini): the way out must be iret, not sysexit. */
	arch_atomic_or((unsigned long *)&current->work, TW_NOTIFY);
}

u64 arch_user_sp(const struct regs *regs)
{
	return regs->esp;
}

void arch_cpu_idle(void)
{
	__asm__ volatile("sti; hlt" ::: "memory");
}

void arch_halt_forever(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}
