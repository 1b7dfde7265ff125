/*
 * syscall_table.h - what the generated dispatch table looks like. The call's number indexes both
 * arrays; the entry code (x86/entry.S) checks it against SYSCALL_COUNT.
 */
#ifndef SYSCALL_TABLE_H
#define SYSCALL_TABLE_H

#include <kernel/types.h>
#include <gen/syscall_numbers.h>

typedef long (*syscall_fn)(void) asmlinkage;

struct syscall_info {
	const char *name; /* NULL: no such number */
	u8 nargs;
	u8 type[6]; /* ARG_* */
};

extern syscall_fn const syscall_table[SYSCALL_COUNT];
extern const struct syscall_info syscall_infos[SYSCALL_COUNT];
extern u32 syscall_counts[SYSCALL_COUNT]; /* counted by the entry code */
/* Counts the caller's program and number; -ENOSYS. */
long syscall_unknown(void);

#endif
