/*
 * fixup.c - kernel instructions that may fault on a user address, and where they go on then.
 * The table is a few dozen pairs; it is searched only when something did fault.
 */
#include <kernel/types.h>
#include "x86.h"

struct fixup {
	u32 from, to;
};
extern const struct fixup fixup_table_start[], fixup_table_end[];

bool fixup_exception(struct regs *regs)
{
	for (const struct fixup *f = fixup_table_start; f < fixup_table_end; f++) {
		if (f->from == regs->eip) {
			regs->eip = f->to;
			return true;
		}
	}
	return false;
}
