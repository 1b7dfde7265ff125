/*
 * devfs.h - devtmpfs: a tmpfs of device nodes that appear and go with their devices.
 *
 * devfs_mount_default() mounts it on /dev (made when missing) in the root file system. main.c calls
 * it once, after the initramfs was unpacked and before /dev/console is opened; what the initramfs
 * had in /dev is hidden by it. "devtmpfs.mount=0" on the command line leaves /dev alone. 0 or
 * -errno.
 */
#ifndef KERNEL_DEVFS_H
#define KERNEL_DEVFS_H

int devfs_mount_default(void);

#endif
