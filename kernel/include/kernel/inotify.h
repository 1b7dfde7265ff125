/*
 * inotify.h - telling who watches a file or directory what happens to it.
 *
 * The VFS calls fsnotify(inode, dentry, IN_* mask, cookie) after each operation that worked:
 *   (inode, NULL)          to the inode itself, under no known name: only its own watches hear it;
 *   (inode, its dentry)    open, close, access, modify, attrib: its own watches hear it, and those
 *                          of the parent directory with the name;
 *   (directory, dentry)    create, delete, moved from/to of the entry `dentry`: the directory's
 *                          watches hear it with the name.
 * IN_ISDIR is added when the dentry has a directory's inode; a caller whose dentry is negative by
 * then (rmdir) passes it. Both halves of a rename carry the same cookie from fsnotify_cookie().
 * inotify_inode_removed() ends all watches of an inode (IN_DELETE_SELF, IN_IGNORED): to be called
 * when the last name and the last open file of an inode with nlink 0 are gone. A watch holds a
 * reference to its inode, so that is when its last *dentry* goes. inotify_unmounted() ends all
 * watches below a super block (IN_UNMOUNT, IN_IGNORED), before the umount checks for busy inodes.
 *
 * With no watch in the whole system a call costs one test.
 * Locking: own spinlock; callable in process context with any sleeping lock held, no spinlock.
 */
#ifndef KERNEL_INOTIFY_H
#define KERNEL_INOTIFY_H

#include <kernel/compiler.h>
#include <kernel/types.h>
#include <abi/inotify.h>

struct dentry;
struct inode;
struct super_block;

extern unsigned int inotify_watch_total;

void fsnotify_slow(struct inode *inode, struct dentry *dentry, u32 mask, u32 cookie);
static inline void fsnotify(struct inode *inode, struct dentry *dentry, u32 mask, u32 cookie)
{
	if (unlikely(READ_ONCE(inotify_watch_total)))
		fsnotify_slow(inode, dentry, mask, cookie);
}
u32 fsnotify_cookie(void);
void inotify_inode_removed(struct inode *inode);
void inotify_unmounted(struct super_block *sb);

#endif
