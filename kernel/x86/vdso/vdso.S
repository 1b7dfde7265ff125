/*
 * vdso.S - the page of code every process gets: the fast way into the kernel, signal returns.
 *
 * Two ways in: the CPU's SYSENTER, or int $0x80; the kernel patches the first instruction of
 * __kernel_vsyscall at boot to a jump where SYSENTER is usable. A call that is restarted after a
 * signal goes back by two bytes from the return address, where there is an int $0x80.
 * The unwind tables are those gdb needs to walk out of a signal handler.
 */
	.text
	.globl	__kernel_vsyscall
	.type	__kernel_vsyscall, @function
__kernel_vsyscall:
	.globl	vdso_patch
vdso_patch:
	int	$0x80				/* two bytes: may become jmp to the below */
	ret
	.balign	8
	.globl	vdso_sysenter
vdso_sysenter:
	pushl	%ecx
	pushl	%edx
	pushl	%ebp
	movl	%esp, %ebp
	sysenter
	.fill	7, 1, 0x90
	int	$0x80				/* a restarted call comes here */
	.globl	vdso_after_sysenter
vdso_after_sysenter:
	popl	%ebp
	popl	%edx
	popl	%ecx
	ret
	.size	__kernel_vsyscall, . - __kernel_vsyscall

	.balign	32
	.globl	__kernel_sigreturn
	.type	__kernel_sigreturn, @function
	nop					/* unwinders look one byte before the return address */
__kernel_sigreturn:
	popl	%eax
	movl	$119, %eax
	int	$0x80
	.size	__kernel_sigreturn, . - __kernel_sigreturn

	.balign	32
	nop
	.globl	__kernel_rt_sigreturn
	.type	__kernel_rt_sigreturn, @function
__kernel_rt_sigreturn:
	movl	$173, %eax
	int	$0x80
	.size	__kernel_rt_sigreturn, . - __kernel_rt_sigreturn

	.section .note.Linux, "a", @note
	.balign	4
	.long	6, 4, 0
	.asciz	"Linux"
	.balign	4
	.long	0x060100
	.section .note.GNU-stack, "", @progbits
