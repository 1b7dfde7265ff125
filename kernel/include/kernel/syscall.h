/*
 * syscall.h - the shape of a system call.
 *
 * Every call is a function `asmlinkage long sys_NAME(...)` whose parameters are 32-bit words or
 * pointers in ABI order; syscalls.tbl names it and its argument types. From the table the build
 * makes <gen/syscall_protos.h> (prototypes, include this header to get them), the dispatch table,
 * the names and the strace printer. 64-bit arguments come as two words, low first. Return: a value,
 * or a negative errno. current_regs() is the caller's user frame.
 */
#ifndef KERNEL_SYSCALL_H
#define KERNEL_SYSCALL_H

#include <kernel/types.h>
#include <arch/regs.h>

struct task;
struct regs *current_regs(void);

static inline loff_t loff_from_words(u32 low, u32 high)
{
	return (loff_t)((u64)high << 32 | low);
}

#include <gen/syscall_protos.h>

#endif
