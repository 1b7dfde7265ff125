/*
 * inotify.h - what inotify gives the VFS besides fsnotify() of fs.h.
 *
 * A watch holds a reference to its inode; inode->marks is set while it has any. The VFS ends the
 * watches of an inode: inotify_inode_removed() when the last dentry of an inode with nlink 0 goes
 * (last name and last open file; IN_DELETE_SELF, IN_IGNORED), inotify_unmounted() before an umount
 * looks for busy inodes (IN_UNMOUNT, IN_IGNORED). Both halves of a rename carry the same cookie.
 *
 * Locking: an own spinlock; call in process context, sleeping locks may be held, spinlocks not.
 */
#ifndef KERNEL_INOTIFY_H
#define KERNEL_INOTIFY_H

#include <kernel/types.h>
#include <abi/inotify.h>

struct inode;
struct super_block;

u32 fsnotify_cookie(void);
void inotify_inode_removed(struct inode *inode);
void inotify_unmounted(struct super_block *sb);

#endif
