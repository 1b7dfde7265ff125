/* priority.h - who may change whose scheduling. */
#ifndef PROC_PRIORITY_H
#define PROC_PRIORITY_H

#include <kernel/types.h>

struct task;

bool priority_owned(struct task *t); /* current's user owns it, or CAP_SYS_NICE */
bool priority_nice_allowed(const struct task *t, int nice); /* RLIMIT_NICE, or CAP_SYS_NICE */

#endif
