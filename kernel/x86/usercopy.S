/*
 * usercopy.S - bulk moves to and from user memory, which may fault at any byte.
 * The C declarations are in arch/uaccess.h; arguments in %eax, %edx, %ecx (-mregparm=3).
 */
	.text
.macro FIXUP from to
	.pushsection .fixup_table, "a"
	.balign 4
	.long	\from, \to
	.popsection
.endm

/* size_t arch_copy_user(dst, src, n): bytes not copied. */
	.globl	arch_copy_user
arch_copy_user:
	pushl	%edi
	pushl	%esi
	movl	%eax, %edi
	movl	%edx, %esi
	movl	%ecx, %eax
	shrl	$2, %ecx
	andl	$3, %eax
1:	rep movsl
	movl	%eax, %ecx
2:	rep movsb
3:	movl	%ecx, %eax
	popl	%esi
	popl	%edi
	ret
	.pushsection .text.fixup, "ax"
	/* A word faulted: its first bytes may still be good. */
4:	leal	(%eax,%ecx,4), %ecx
	jmp	2b
	.popsection
	FIXUP 1b, 4b
	FIXUP 2b, 3b

/* size_t arch_clear_user(dst, n): bytes not cleared. */
	.globl	arch_clear_user
arch_clear_user:
	pushl	%edi
	movl	%eax, %edi
	movl	%edx, %ecx
	shrl	$2, %ecx
	andl	$3, %edx
	xorl	%eax, %eax
5:	rep stosl
	movl	%edx, %ecx
6:	rep stosb
7:	movl	%ecx, %eax
	popl	%edi
	ret
	.pushsection .text.fixup, "ax"
8:	leal	(%edx,%ecx,4), %ecx
	jmp	6b
	.popsection
	FIXUP 5b, 8b
	FIXUP 6b, 7b

/* ssize_t arch_strncpy_user(dst, src, n): length without the NUL, n when there was none, -EFAULT. */
	.globl	arch_strncpy_user
arch_strncpy_user:
	pushl	%edi
	pushl	%esi
	pushl	%ebx
	movl	%eax, %edi
	movl	%edx, %esi
	movl	%ecx, %ebx
	testl	%ecx, %ecx
	jz	11f
10:	movb	(%esi), %al
	movb	%al, (%edi)
	testb	%al, %al
	jz	11f
	incl	%esi
	incl	%edi
	decl	%ecx
	jnz	10b
11:	movl	%ebx, %eax
	subl	%ecx, %eax
12:	popl	%ebx
	popl	%esi
	popl	%edi
	ret
	.pushsection .text.fixup, "ax"
13:	movl	$-14, %eax
	jmp	12b
	.popsection
	FIXUP 10b, 13b

	.section .note.GNU-stack, "", @progbits
