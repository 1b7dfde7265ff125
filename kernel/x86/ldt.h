/*
 * ldt.h - the processor's LDT follows the address space that programs run in.
 *
 * Interrupts are off in both.
 */
#ifndef X86_LDT_H
#define X86_LDT_H

#include <kernel/compiler.h>
#include <kernel/mm.h>

extern const u64 *ldt_loaded; /* the table that LDTR points to; NULL: none */

void ldt_load(const struct mm *mm);

/* NULL: a kernel thread. True: selectors mean something else now and have to be loaded again. */
static inline bool ldt_switch(const struct mm *mm)
{
	if (likely(ldt_loaded == (mm ? mm->arch.ldt : NULL)))
		return false;
	ldt_load(mm);
	return true;
}

#endif
