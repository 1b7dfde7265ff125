/*
 * f00f.h - the Pentium that stops for ever at LOCK CMPXCHG8B of a register, an invalid opcode.
 *
 * It fetches the gate of exception 6 with the bus still locked, and waits for a write that never
 * comes. When the page of the IDT cannot be written to, that fetch is a page fault instead, which
 * stands for the exception. Source: Intel Pentium Processor Specification Update (242480), erratum
 * 81; hardware notes 1.2.
 */
#ifndef X86_F00F_H
#define X86_F00F_H

#include <kernel/types.h>

#define F00F_VECTOR 6u /* invalid opcode */

/* Is the page fault at `addr` the processor's own access to that gate? error: 4 is a program's. */
static inline bool f00f_is_gate(u32 idt, u32 addr, u32 error)
{
	return idt && !(error & 4u) && (addr - idt) / 8u == F00F_VECTOR;
}

/* The IDT's second address, which is read-only; 0 on processors without the fault. */
extern u32 f00f_idt;

#endif
