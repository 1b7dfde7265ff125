/*
 * devpts.h - the names of pseudo terminals: /dev/pts/N.
 *
 * One instance, however often it is mounted. devpts_add() makes a node for current's user with the
 * mount's gid= and mode=; devpts_remove() takes it away. Errors: -ENOMEM. May sleep.
 */
#ifndef KERNEL_DEVPTS_H
#define KERNEL_DEVPTS_H

#include <kernel/types.h>

struct dentry;
struct path;

struct dentry *devpts_add(unsigned int index, u32 devnum); /* ERR_PTR */
void devpts_remove(struct dentry *dentry);
unsigned int devpts_max(void); /* max= of the mount */
/* Where a program sees it: below /dev/pts if it is mounted there. Referenced. */
int devpts_path(unsigned int index, struct dentry *dentry, struct path *path);

#endif
