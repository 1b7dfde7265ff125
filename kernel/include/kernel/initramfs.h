/* initramfs.h - unpacks a boot module (cpio, plain or gzip) into the root file system. */
#ifndef KERNEL_INITRAMFS_H
#define KERNEL_INITRAMFS_H

#include <kernel/types.h>

/*
 * Physical range [start, end) of reserved memory; its whole pages go to the page allocator as they
 * are used up, whatever the outcome. 0, -EINVAL (not an archive, or damaged: what was good is
 * there), -ENOMEM. Messages are logged. The root must be mounted and be a tmpfs.
 */
int initramfs_unpack(phys_addr_t start, phys_addr_t end);

#endif
