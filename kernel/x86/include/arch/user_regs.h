/*
 * user_regs.h - what a program may say about its own (or a traced task's) registers. Pure.
 */
#ifndef ARCH_USER_REGS_H
#define ARCH_USER_REGS_H

#include <kernel/task.h>
#include <arch/regs.h>

#define EFLAGS_TF 0x00000100u
#define EFLAGS_DF 0x00000400u
#define EFLAGS_RF 0x00010000u
/* CF PF AF ZF SF TF DF OF RF AC: never IF, IOPL, NT, VM. */
#define EFLAGS_USER 0x00050dd5u

static inline u32 user_eflags(u32 now, u32 wanted)
{
	return (now & ~EFLAGS_USER) | (wanted & EFLAGS_USER);
}

/* A selector that can be loaded into ds, es, fs or gs, or 0 in its place. */
static inline u32 user_data_selector(const struct task *t, u32 sel)
{
	unsigned int entry = (sel & 0xffff) >> 3;

	sel &= 0xffff;
	if (sel < 4)
		return sel;
	sel |= 3;
	if (sel == SEL_USER_DS || sel == SEL_USER_CS)
		return sel;
	/* An LDT's entry may go at any time: whether it is good shows when it is loaded. */
	if (sel & SEL_LDT_BIT)
		return sel;
	if (entry >= SEL_TLS_FIRST && entry < SEL_TLS_FIRST + SEL_TLS_COUNT &&
	    (t->thread.tls[entry - SEL_TLS_FIRST] & (1ull << 47)))
		return sel;
	return 0;
}

#endif
