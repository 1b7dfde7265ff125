/* mem.h - the character devices of major 1, one file_ops each. */
#ifndef DEVFS_MEM_H
#define DEVFS_MEM_H

#include <kernel/fs.h>

#define MEM_MAJOR 1

/* mem.c */
extern const struct file_ops null_fops, zero_fops, full_fops;
/* physmem.c */
extern const struct file_ops mem_fops, port_fops;
/* randomdev.c */
extern const struct file_ops random_fops, urandom_fops;
/* kmsg.c; shown as /proc/kmsg's neighbour too */
extern const struct file_ops kmsg_fops;

#endif
