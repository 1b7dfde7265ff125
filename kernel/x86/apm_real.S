/*
 * apm_real.S - switching off by the BIOS in real mode: INT 15h, APM functions 53xxh.
 *
 * The code between apm_real and apm_real_end is copied to APM_REAL_BASE, in the first page of
 * memory, behind the BIOS data area; it is entered there by flat segments, with that page mapped at
 * its own address, interrupts off and the 8259s masked. It leaves paging and protected mode and
 * does not come back: where the BIOS cannot, the processor halts.
 * Source: APM BIOS specification 1.2, chapter 4; Intel 486 manual, 22.5 (returning to real mode).
 */
#include "apm_real.h"

#define AT(label)  (APM_REAL_BASE + (label) - apm_real)
#define CODE16	   0x08
#define DATA16	   0x10
#define CR0_PE	   0x00000001
#define CR0_PG	   0x80000000
#define CR0_CACHE  0x60000000 /* CD, NW: as they are; all else as after a reset */

#define APM_CHECK	   0x5300
#define APM_CONNECT_REAL   0x5301
#define APM_DISCONNECT	   0x5304
#define APM_SET_POWER	   0x5307
#define APM_ENABLE	   0x5308
#define APM_DRIVER_VERSION 0x530e
#define APM_ENGAGE	   0x530f
#define APM_BIOS	   0
#define APM_ALL_DEVICES	   1
#define APM_OFF		   3
#define APM_1_2		   0x0102

	.macro	apm	function, device, argument
	movw	$\function, %ax
	movw	$\device, %bx
	movw	$\argument, %cx
	int	$0x15
	.endm

	.section .rodata
	.balign 16
	.globl	apm_real, apm_real_end
apm_real:
	.code32
	movl	%cr0, %eax
	andl	$~CR0_PG, %eax
	movl	%eax, %cr0
	xorl	%ecx, %ecx
	movl	%ecx, %cr3			/* forgets what was mapped */
	lgdt	AT(gdtr)
	ljmp	$CODE16, $AT(segments)
	.code16
segments:
	movw	$DATA16, %cx
	movw	%cx, %ds
	movw	%cx, %es
	movw	%cx, %fs
	movw	%cx, %gs
	movw	%cx, %ss
	andl	$(CR0_CACHE | CR0_PE), %eax
	decl	%eax
	movl	%eax, %cr0
	ljmp	$0, $AT(real)
real:
	lidtw	%cs:AT(idtr)
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %fs
	movw	%ax, %gs
	movw	%ax, %ss
	movw	$APM_REAL_STACK, %sp
	apm	APM_CHECK, APM_BIOS, 0
	jc	none
	apm	APM_DISCONNECT, APM_BIOS, 0	/* the boot loader may have connected protected mode */
	apm	APM_CONNECT_REAL, APM_BIOS, 0
	apm	APM_DRIVER_VERSION, APM_BIOS, APM_1_2
	apm	APM_ENABLE, APM_ALL_DEVICES, 1
	apm	APM_ENGAGE, APM_ALL_DEVICES, 1
	apm	APM_SET_POWER, APM_ALL_DEVICES, APM_OFF
none:
	cli
	hlt
	jmp	none

	.balign 8
gdt16:
	.quad	0
	.quad	0x00009b000000ffff		/* code, 64 KB at 0 */
	.quad	0x000093000000ffff		/* data */
gdtr:
	.word	23
	.long	AT(gdt16)
idtr:
	.word	0x3ff				/* the BIOS's vectors */
	.long	0
apm_real_end:
	.code32
