/*
 * boot.S - from the boot loader to C.
 *
 * Entered by Multiboot 1 in protected mode without paging, %eax the magic, %ebx the information.
 * Refuses CPUs below the 486DX with a text on the screen, builds page tables that map the first
 * BOOT_MAP_MB both at 0 and at PAGE_OFFSET, and calls x86_start(magic, mbi) on the boot stack.
 * Source: Multiboot specification 0.6.96; Intel 486 manual, chapter 10.
 */
#define PAGE_OFFSET 0xC0000000
#define PHYS(x)     ((x) - PAGE_OFFSET)
#define BOOT_MAP_TABLES 4 /* 16 MB: image, early page_map, and the tables of the direct map */

#define MB_MAGIC 0x1BADB002
#define MB_FLAGS 0x00000003 /* modules on page bounds; memory information */

	/* Data among the code, and so marked for who disassembles it. */
	.section .multiboot, "ax"
	.balign 4
	.type	multiboot_header, @object
multiboot_header:
	.long MB_MAGIC, MB_FLAGS, -(MB_MAGIC + MB_FLAGS)
	.size	multiboot_header, . - multiboot_header

	.section .boot.text, "ax"
	.globl boot_entry
boot_entry:
	cli
	cld
	movl	$PHYS(boot_stack_top), %esp
	movl	%eax, %esi			/* kept until the call of x86_start */
	movl	%ebx, %edi

	/* EFLAGS.AC (bit 18) cannot be changed on a 386. */
	pushl	$0
	popfl
	pushfl
	popl	%eax
	movl	%eax, %ecx
	xorl	$0x40000, %eax
	pushl	%eax
	popfl
	pushfl
	popl	%eax
	xorl	%ecx, %eax
	andl	$0x40000, %eax
	pushl	$0
	popfl
	movl	$msg_386, %ebp
	jz	refuse

	/* An FPU answers FNINIT with a zero status word. Only the no-wait forms: the others hang. */
	movl	%cr0, %eax
	andl	$~0xc, %eax			/* EM, TS */
	movl	%eax, %cr0
	movw	$0x5a5a, fpu_word
	fninit
	fnstsw	fpu_word
	cmpb	$0, fpu_word
	movl	$msg_sx, %ebp
	jne	refuse

	/* Page tables: BOOT_MAP_TABLES consecutive ones from boot_tables on. */
	movl	$PHYS(boot_tables), %ebx
	movl	$0x003, %eax			/* present, writable */
	movl	$(BOOT_MAP_TABLES * 1024), %ecx
1:	movl	%eax, (%ebx)
	addl	$4, %ebx
	addl	$0x1000, %eax
	decl	%ecx
	jnz	1b
	movl	$PHYS(boot_pgd), %edx
	movl	$PHYS(boot_tables) + 0x003, %eax
	movl	$BOOT_MAP_TABLES, %ecx
2:	movl	%eax, (%edx)
	movl	%eax, (PAGE_OFFSET >> 20)(%edx)	/* entry 768 */
	addl	$4, %edx
	addl	$0x1000, %eax
	decl	%ecx
	jnz	2b
	movl	$PHYS(boot_pgd), %eax
	movl	%eax, %cr3
	movl	%cr0, %eax
	orl	$0x80010022, %eax		/* PG, WP, NE, MP */
	andl	$~0x60000000, %eax		/* cache on */
	movl	%eax, %cr0
	movl	$boot_high, %eax
	jmp	*%eax

/* %ebp: text. On both text screens there may be, and on COM1, which is harmless where there is none. */
refuse:
	movl	$0xb8000, %edi
	call	put_text
	movl	$0xb0000, %edi
	call	put_text
	movl	%ebp, %esi
5:	movb	(%esi), %al
	testb	%al, %al
	jz	7f
	movl	$0x10000, %ecx			/* bounded: there may be no UART */
	movw	$0x3fd, %dx
	movb	%al, %ah
6:	inb	%dx, %al
	testb	$0x20, %al
	loopz	6b
	movb	%ah, %al
	movw	$0x3f8, %dx
	outb	%al, %dx
	incl	%esi
	jmp	5b
7:	cli
	hlt
	jmp	7b

put_text:
	movl	%ebp, %esi
	movb	$0x07, %ah
8:	lodsb
	testb	%al, %al
	jz	9f
	stosw
	jmp	8b
9:	ret

	.type	msg_386, @object
	.type	msg_sx, @object
	.type	fpu_word, @object
msg_386: .asciz "Oldiron needs a 486DX or later processor: this one is a 386 or older. "
msg_sx:	 .asciz "Oldiron needs a floating-point unit: a 486DX, or a 486SX with a 487. "

fpu_word: .long 0

	/* From here on at the addresses the kernel is linked for. */
	.text
boot_high:
	movl	$boot_stack_top, %esp
	xorl	%ebp, %ebp
	movl	%esi, %eax			/* -mregparm=3 */
	movl	%edi, %edx
	call	x86_start
4:	cli
	hlt
	jmp	4b

	.section .bss.page_aligned, "aw", @nobits
	.balign 4096
	.globl boot_pgd, boot_tables, boot_stack, boot_stack_top
boot_pgd:	.skip 4096
boot_tables:	.skip 4096 * BOOT_MAP_TABLES
	.skip 4096				/* unmapped later: guard of the boot stack */
boot_stack:	.skip 8192
boot_stack_top:
	.section .note.GNU-stack, "", @progbits
