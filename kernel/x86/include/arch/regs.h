/*
 * regs.h - the frame the entry code leaves on the kernel stack.
 *
 * User frames are always at the very top of the kernel stack. esp and ss are there only when the
 * CPU came from user mode. orig_eax: system-call number, or -1 - n for an interrupt or fault.
 * The order of the first seven is the order in which a system call's arguments are pushed.
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <kernel/types.h>

struct regs {
	u32 ebx, ecx, edx, esi, edi, ebp, eax;
	u32 ds, es, fs, gs;
	s32 orig_eax;
	u32 trapno, error;
	u32 eip, cs, eflags;
	u32 esp, ss;
};

#define SEL_KERNEL_CS 0x60
#define SEL_KERNEL_DS 0x68
#define SEL_USER_CS   0x73
#define SEL_USER_DS   0x7b
#define SEL_ESPFIX    0xd0 /* the kernel's stack on the way to a 16-bit one: entry.S */
#define SEL_LDT_BIT   4
#define SEL_TLS_FIRST 6 /* GDT index of set_thread_area's three entries, as Linux has them */
#define SEL_TLS_COUNT 3

static inline bool regs_from_user(const struct regs *regs)
{
	return (regs->cs & 3) == 3;
}
static inline u32 regs_return_value(const struct regs *regs)
{
	return regs->eax;
}
static inline void regs_set_return(struct regs *regs, long value)
{
	regs->eax = (u32)value;
}

#endif
