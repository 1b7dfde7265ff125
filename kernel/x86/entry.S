/*
 * entry.S - the ways into the kernel and back: system calls, faults, interrupts; the task switch.
 *
 * The frame is struct regs. Kernel code runs with the user's flat data segment in %ds and %es (a
 * ring 3 data segment is good in ring 0), so an entry only loads them when a program has put
 * something else there, and the way back compares each segment register with the frame and loads
 * only what differs. %fs and %gs are the program's throughout; the kernel does not use them.
 */
#include "asm_offsets.h"
#include <gen/syscall_numbers.h>

	.text

.macro SAVE_REGS
	pushl	%gs
	pushl	%fs
	pushl	%es
	pushl	%ds
	pushl	%eax
	pushl	%ebp
	pushl	%edi
	pushl	%esi
	pushl	%edx
	pushl	%ecx
	pushl	%ebx
.endm

/* %ebp, %edx are free. */
.macro KERNEL_SEGMENTS
	movl	$USER_DS, %edx
	movl	%ds, %ebp
	cmpw	%dx, %bp
	jne	901f
	movl	%es, %ebp
	cmpw	%dx, %bp
	je	902f
901:	movl	%edx, %ds
	movl	%edx, %es
902:	cld
.endm

/* One word for the arguments of each call, pushed again so that a callee may overwrite its own. */
.macro CALL_HANDLER
	pushl	REG_EBP(%esp)
	pushl	REG_EDI+4(%esp)
	pushl	REG_ESI+8(%esp)
	pushl	REG_EDX+12(%esp)
	pushl	REG_ECX+16(%esp)
	pushl	REG_EBX+20(%esp)
	call	*syscall_table(,%eax,4)
	addl	$24, %esp
	movl	%eax, REG_EAX(%esp)
.endm

	.globl	entry_int80
entry_int80:
	pushl	$0
	pushl	$0x80
	pushl	%eax				/* orig_eax */
	SAVE_REGS
	KERNEL_SEGMENTS
	sti
	movl	boot_cpu+CPU_CURRENT, %edx
	testl	$TASK_TRACE_BIT, TASK_WORK(%edx)
	jnz	syscall_traced
	cmpl	$SYSCALL_COUNT, %eax
	jae	syscall_bad
syscall_call:
	incl	syscall_counts(,%eax,4)
	CALL_HANDLER
syscall_return:
	cli
	movl	boot_cpu+CPU_CURRENT, %edx
	movl	TASK_WORK(%edx), %ecx
	testl	%ecx, %ecx
	jnz	return_work
	cmpl	$0, boot_cpu+CPU_PREEMPT_COUNT	/* bit 31 clear: a reschedule is due */
	jge	return_work
return_user:
	testb	$4, REG_SS(%esp)		/* a stack of the LDT: may have 16 bits */
	jnz	return_ldt_stack
	movl	%ds, %ecx
	cmpw	REG_DS(%esp), %cx
	jne	restore_segments
	movl	%es, %ecx
	cmpw	REG_ES(%esp), %cx
	jne	restore_segments
	movl	%gs, %ecx
	cmpw	REG_GS(%esp), %cx
	jne	restore_segments
	movl	%fs, %ecx
	cmpw	REG_FS(%esp), %cx
	jne	restore_segments
restore_all:
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
	popl	%eax
	addl	$28, %esp			/* segments, orig_eax, trapno, error */
user_iret:
	iret

/* Loading what a program asked for may fault: then it gets the null selector. */
.macro SEG_FIXUP from reg
	.pushsection .text.fixup, "ax"
9:	movl	$0, \reg(%esp)
	jmp	\from
	.popsection
	.pushsection .fixup_table, "a"
	.balign 4
	.long	\from, 9b
	.popsection
.endm
.macro LOAD_SEGMENTS
1:	movw	REG_GS(%esp), %gs
2:	movw	REG_FS(%esp), %fs
3:	movw	REG_ES(%esp), %es
4:	movw	REG_DS(%esp), %ds
	SEG_FIXUP 1b REG_GS
	SEG_FIXUP 2b REG_FS
	SEG_FIXUP 3b REG_ES
	SEG_FIXUP 4b REG_DS
.endm
restore_segments:
	LOAD_SEGMENTS
	jmp	restore_all

/*
 * iret to a 16-bit stack loads only %sp: the upper half of %esp would stay the kernel's, told to the
 * program and lost to it. So the frame is popped by way of a segment whose base makes up for an
 * %esp that has the program's upper half already. Interrupts are off; an iret that is refused comes
 * to trap_common like this. (After an NMI in these few instructions the half is lost after all.)
 */
return_ldt_stack:
	movl	%esp, %edx
	movl	REG_ESP(%esp), %eax
	movw	%sp, %ax
	subl	%eax, %edx			/* the base; its lower half is 0 */
	shrl	$16, %edx
	movb	%dl, gdt+ESPFIX_SS+4
	movb	%dh, gdt+ESPFIX_SS+7
	LOAD_SEGMENTS
	pushl	$ESPFIX_SS
	pushl	%eax
	lss	(%esp), %esp
	jmp	restore_all

	.pushsection .fixup_table, "a"
	.balign 4
	.long	user_iret, bad_iret
	.popsection
	.pushsection .text.fixup, "ax"
	/* iret refused the frame: the five words are still there. The program gets a signal. */
bad_iret:
	pushl	$0
	pushl	$32				/* no vector: Linux's number for it */
	pushl	$-1
	SAVE_REGS
	KERNEL_SEGMENTS
	sti
	movl	%esp, %eax
	call	trap_bad_iret
	jmp	syscall_return
	.popsection

return_work:
	sti
	movl	%esp, %eax
	call	x86_return_work			/* (regs); loops until nothing is left */
	jmp	return_user			/* interrupts are off */

syscall_traced:
	movl	%esp, %eax
	call	x86_syscall_enter		/* (regs): the number to run, or -1 */
	cmpl	$SYSCALL_COUNT, %eax
	jae	1f
	incl	syscall_counts(,%eax,4)
	CALL_HANDLER
	jmp	2f
1:	cmpl	$-1, %eax
	je	2f				/* skipped: regs->eax stands */
	call	sys_ni_syscall
	movl	%eax, REG_EAX(%esp)
2:	movl	%esp, %eax
	call	x86_syscall_leave
	jmp	syscall_return

syscall_bad:
	call	sys_ni_syscall
	movl	%eax, REG_EAX(%esp)
	jmp	syscall_return

/*
 * SYSENTER: %ebp is the user's stack pointer, where the vDSO pushed %ebp, %edx, %ecx; the MSR gave
 * %esp = &tss.esp0 (its only word of stack). Interrupts are off, nothing was saved.
 */
	.globl	entry_sysenter
entry_sysenter:
	movl	(%esp), %esp			/* tss.esp0 */
	.globl	entry_sysenter_stack
entry_sysenter_stack:
	pushl	$USER_DS
	pushl	%ebp				/* esp */
	pushfl
	orl	$0x200, (%esp)
	pushl	$USER_CS
	pushl	%ss:vdso_sysenter_return	/* %ds is still the program's */
	pushl	$0
	pushl	$0x81
	pushl	%eax
	SAVE_REGS
	/* A nested-task or trap flag must not act in here. */
	testl	$0x4100, REG_EFLAGS(%esp)
	jnz	sysenter_flags
sysenter_flags_ok:
	KERNEL_SEGMENTS
	sti
	/* The sixth argument is the saved %ebp at the top of the user's stack. */
	movl	REG_ESP(%esp), %ebp
	cmpl	$0xC0000000-4, %ebp
	ja	sysenter_fault
sysenter_load:
	movl	(%ebp), %ebp
	movl	%ebp, REG_EBP(%esp)
	.pushsection .fixup_table, "a"
	.balign 4
	.long	sysenter_load, sysenter_fault
	.popsection
	movl	boot_cpu+CPU_CURRENT, %edx
	testl	$TASK_TRACE_BIT, TASK_WORK(%edx)
	jnz	syscall_traced
	cmpl	$SYSCALL_COUNT, %eax
	jae	syscall_bad
	incl	syscall_counts(,%eax,4)
	CALL_HANDLER
	cli
	movl	boot_cpu+CPU_CURRENT, %edx
	movl	TASK_WORK(%edx), %ecx
	testl	%ecx, %ecx
	jnz	return_work
	cmpl	$0, boot_cpu+CPU_PREEMPT_COUNT
	jge	return_work
	movl	%ds, %ecx
	cmpw	REG_DS(%esp), %cx
	jne	restore_segments
	movl	%es, %ecx
	cmpw	REG_ES(%esp), %cx
	jne	restore_segments
	movl	REG_EBX(%esp), %ebx
	movl	REG_EIP(%esp), %edx
	movl	REG_ESP(%esp), %ecx
	movl	REG_ESI(%esp), %esi
	movl	REG_EDI(%esp), %edi
	movl	REG_EBP(%esp), %ebp
	movl	REG_EAX(%esp), %eax
	sti					/* takes effect after SYSEXIT */
	.globl	sysexit_insn
sysexit_insn:
	sysexit
sysenter_fault:
	movl	$-14, REG_EAX(%esp)		/* EFAULT */
	jmp	syscall_return
sysenter_flags:
	pushl	REG_EFLAGS(%esp)
	andl	$0x3000, (%esp)			/* SYSEXIT leaves the I/O privilege as it is here */
	popfl
	jmp	sysenter_flags_ok

/* Faults. The CPU pushes an error code for some; the others push a zero. */
.macro TRAP nr
	.globl	trap_entry_\nr
trap_entry_\nr:
	pushl	$0
	pushl	$\nr
	jmp	trap_common
.endm
.macro TRAP_ERR nr
	.globl	trap_entry_\nr
trap_entry_\nr:
	pushl	$\nr
	jmp	trap_common
.endm
	TRAP 0
	TRAP 1
	TRAP 2
	TRAP 3
	TRAP 4
	TRAP 5
	TRAP 6
	TRAP 9
	TRAP_ERR 10
	TRAP_ERR 11
	TRAP_ERR 12
	TRAP_ERR 13
	TRAP 15
	TRAP 16
	TRAP_ERR 17
	TRAP 18
	TRAP 19

trap_common:
	pushl	$-1
	SAVE_REGS
	KERNEL_SEGMENTS
	movl	%ss, %ebp
	cmpw	$ESPFIX_SS, %bp
	je	trap_on_ldt_stack
trap_on_kernel_stack:
	movl	%esp, %eax
	call	x86_trap
trap_return:
	testb	$3, REG_CS(%esp)
	jnz	syscall_return
	jmp	restore_kernel

/* On the way to a stack of the LDT: back to the usual %ss, at the same place. */
trap_on_ldt_stack:
	movb	gdt+ESPFIX_SS+4, %dl
	movb	gdt+ESPFIX_SS+7, %dh
	shll	$16, %edx
	addl	%esp, %edx
	pushl	$KERNEL_DS
	pushl	%edx
	lss	(%esp), %esp
	jmp	trap_on_kernel_stack

/* A page fault reads CR2 before anything can fault again; the most frequent trap has its own path. */
	.globl	trap_entry_14
trap_entry_14:
	pushl	$14
	pushl	$-1
	SAVE_REGS
	KERNEL_SEGMENTS
	movl	%esp, %eax
	movl	%cr2, %edx
	call	x86_page_fault
	jmp	trap_return

/* Device not available: the FPU's state is switched lazily. */
	.globl	trap_entry_7
trap_entry_7:
	pushl	$0
	pushl	$7
	pushl	$-1
	SAVE_REGS
	KERNEL_SEGMENTS
	movl	%esp, %eax
	call	x86_fpu_trap
	jmp	trap_return

/* Hardware interrupts: vectors 0x20 to 0x2f. */
	.balign	16
	.globl	irq_entries
irq_entries:
	line = 0
	.rept	16
	.balign	16
	pushl	$line
	jmp	irq_common
	line = line + 1
	.endr

irq_common:
	/* The line's number is where `error` goes; trapno gets a mark. */
	pushl	$0x20
	pushl	$-1
	SAVE_REGS
	KERNEL_SEGMENTS
	movl	%esp, %eax
	call	x86_irq
	testb	$3, REG_CS(%esp)
	jnz	syscall_return
	/* Back into the kernel: a preemption point when it may be preempted. */
	cmpl	$0, boot_cpu+CPU_PREEMPT_COUNT
	jne	restore_kernel
	testl	$0x200, REG_EFLAGS(%esp)
	jz	restore_kernel
	call	preempt_schedule_irq
/* Interrupted kernel code had the kernel's segments but for moments in the code above. */
restore_kernel:
	cli
	movl	%ds, %ecx
	cmpw	REG_DS(%esp), %cx
	jne	restore_segments
	movl	%es, %ecx
	cmpw	REG_ES(%esp), %cx
	jne	restore_segments
	popl	%ebx
	popl	%ecx
	popl	%edx
	popl	%esi
	popl	%edi
	popl	%ebp
	popl	%eax
	addl	$28, %esp
	iret

/* Unused vectors. */
	.globl	trap_entry_unused
trap_entry_unused:
	pushl	$0
	pushl	$0xff
	jmp	trap_common

/*
 * struct task *x86_switch_stacks(struct task *prev (%eax), struct task *next (%edx)): saves what a
 * called function must keep, changes stacks, and returns prev in the new task.
 */
	.globl	x86_switch_stacks
x86_switch_stacks:
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	movl	%esp, THREAD_ESP(%eax)
	movl	THREAD_ESP(%edx), %esp
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

/* Where a new task comes out of x86_switch_stacks(): prev in %eax; kernel threads: %ebx fn, %esi arg. */
	.globl	x86_task_start
x86_task_start:
	call	sched_task_started		/* (prev) */
	testl	%ebx, %ebx
	jz	1f
	movl	%esi, %eax
	call	*%ebx
	/* It returned: either it called exec and has a user frame now, or it is over. */
	call	kthread_returned
1:	movl	%esp, %eax
	call	x86_fork_leave			/* the tracer's view of the child's way out */
	jmp	syscall_return

	.section .note.GNU-stack, "", @progbits
