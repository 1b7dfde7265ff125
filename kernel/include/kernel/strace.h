/*
 * strace.h - strace=1: the kernel prints the calls of a process and its descendants to the log.
 * Also what /proc shows of calls: counts by number, and who asked for calls that are not there.
 */
#ifndef KERNEL_STRACE_H
#define KERNEL_STRACE_H

#include <kernel/types.h>

struct regs;
void strace_enter(struct regs *regs);
void strace_leave(struct regs *regs);

/* "name count" of the call with that number; 0 when there is none or it was never made. */
size_t syscall_count_show(unsigned int nr, char *buf, size_t size);
unsigned int syscall_count_max(void);
/* "program number count" for line `index`; 0 at the end. */
size_t syscall_unknown_show(unsigned int index, char *buf, size_t size);

#endif
