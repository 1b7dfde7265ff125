/*
 * sysrq.h - the keys that reach the kernel when nothing else does: Alt-SysRq, a serial break, or
 * /proc/sysrq-trigger.
 *
 * sysrq_handle() may be called from any context, interrupts included; what has to sleep is done
 * later in a kernel thread. The keyboard calls sysrq_key(), which asks kernel.sysrq (0 off, 1 all,
 * else a mask of Linux's bits) first. Other parts add keys with sysrq_register(); a key has one
 * owner, the first. The structure must stay.
 */
#ifndef KERNEL_SYSRQ_H
#define KERNEL_SYSRQ_H

#include <kernel/list.h>
#include <kernel/types.h>

#define SYSRQ_LOG      2u
#define SYSRQ_KEYBOARD 4u
#define SYSRQ_DUMP     8u
#define SYSRQ_SYNC     16u
#define SYSRQ_REMOUNT  32u
#define SYSRQ_SIGNAL   64u
#define SYSRQ_BOOT     128u
#define SYSRQ_NICE     256u

struct sysrq_key {
	char key;
	u16 class;		   /* SYSRQ_* */
	bool sleeps;		   /* run it in a kernel thread */
	const char *help, *action; /* "sync(s)"; "Emergency Sync" */
	void (*fn)(int key);
	struct list_head node;
};

extern int sysrq_enabled; /* kernel.sysrq */
void sysrq_handle(int key);
void sysrq_key(int key);
void sysrq_register(struct sysrq_key *key);

#endif
