/* rlimit.h - the pure rules of resource limits. */
#ifndef PROC_RLIMIT_H
#define PROC_RLIMIT_H

#include <abi/resource.h>

#define NOFILE_MAX (1024u * 1024u) /* /proc/sys/fs/nr_open */

/* May `old` become `new`? privileged: CAP_SYS_RESOURCE. 0, -EINVAL, -EPERM. */
int rlimit_check(unsigned int which, const struct rlimit_k *old, const struct rlimit_k *new,
		 bool privileged);
u64 rlimit_widen(u32 value);  /* 32-bit infinity is infinity */
u32 rlimit_narrow(u64 value); /* what does not fit is infinity */

#endif
