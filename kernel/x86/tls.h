/* tls.h - the thread-local storage segments of a task; also ptrace's. */
#ifndef X86_TLS_H
#define X86_TLS_H

#include <kernel/types.h>
#include "user_desc.h"

struct task;

/* -EINVAL for an entry or a kind of segment that is not allowed. */
int tls_set(struct task *task, const struct user_desc_abi *desc, u32 entry);
int tls_get(const struct task *task, u32 entry, struct user_desc_abi *desc);

#endif
