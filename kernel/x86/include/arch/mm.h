/* mm.h - what x86 keeps per address space. */
#ifndef ARCH_MM_H
#define ARCH_MM_H

#include <kernel/lock.h>

struct arch_mm {
	struct mutex ldt_lock; /* modify_ldt(2), also while it moves user memory; fork */
	/* Changed under ldt_lock with interrupts off, read by the task switch. From vmalloc(). */
	u64 *ldt; /* segment descriptors, NULL: none */
	unsigned int ldt_entries;
};

#endif
