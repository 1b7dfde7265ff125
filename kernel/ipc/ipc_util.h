/*
 * ipc_util.h - small things the IPC calls share.
 */
#ifndef IPC_UTIL_H
#define IPC_UTIL_H

#include <kernel/fs.h>
#include <kernel/types.h>

/* SIGPIPE to the caller, as write() sends it. */
void ipc_send_sigpipe(void);
/* Installs a new file in a descriptor; the reference is consumed in either case. */
int ipc_install(struct file *file, u32 flags);
/*
 * A file without a position: reads and writes of a shared description do not wait for each other.
 * An ERR_PTR passes through.
 */
struct file *ipc_stream(struct file *file);
/* An anonymous file straight into a descriptor; *private stays the caller's on failure. */
int ipc_install_anon(const char *name, const struct file_ops *ops, void *private, u32 flags);
/* Two descriptors written to fds[2]; both references are consumed in either case. */
int ipc_install_pair(struct file *a, struct file *b, u32 flags, s32 __user *fds);
/* An inode of anon_sb with this mode and its name "kind:[ino]" in name[]. */
#define IPC_NAME_MAX 24
struct inode *ipc_anon_inode(const char *kind, u32 mode, char name[IPC_NAME_MAX]);

/* A wait call's signal mask: reads and installs it. NULL: none. size must be 8. */
int ipc_set_mask(const void __user *mask, size_t size);
/* The end of such a call: the old mask comes back unless a handler is to run under the new one. */
void ipc_restore_mask(const void __user *mask, long ret, long interrupted);

/* An absolute monotonic deadline from now; saturates. */
s64 ipc_deadline(s64 relative);
/* What is left of it, at least 0. */
s64 ipc_time_left(s64 deadline);
/* A relative time-out in user memory, NULL: TIMEOUT_NEVER. 0, -EFAULT, -EINVAL. */
int ipc_get_timeout(const void __user *ts, bool is64, s64 *ns);

#endif
