/* clone as the kernel sees it: on the same stack when stack is NULL. Linux i386 order: flags,
 * stack, ptid, tls, ctid. */
#ifndef RAWCLONE_H
#define RAWCLONE_H

#include <unistd.h>
#include <sys/syscall.h>

static inline long raw_clone(unsigned long flags, void *stack, void *ptid, void *tls, void *ctid)
{
	return syscall(SYS_clone, flags, stack, ptid, tls, ctid);
}

#endif
