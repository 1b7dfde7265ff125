/*
 * attr.c - changing attributes: chmod, chown, truncate; access(2).
 */
#include "vfs_internal.h"
#include <kernel/signal.h>
#include <kernel/syscall.h>

static bool is_owner(const struct inode *inode)
{
	return current_cred()->fsuid == inode->uid || capable(CAP_FOWNER);
}

/* May current make these changes? */
static int setattr_permission(const struct inode *inode, const struct iattr *attr)
{
	const u32 v = attr->valid;

	if ((v & ATTR_UID) && !capable(CAP_CHOWN) &&
	    (current_cred()->fsuid != inode->uid || attr->uid != inode->uid))
		return -EPERM;
	if ((v & ATTR_GID) && !capable(CAP_CHOWN) &&
	    (current_cred()->fsuid != inode->uid ||
	     (attr->gid != inode->gid && !in_group(attr->gid))))
		return -EPERM;
	if ((v & ATTR_MODE) && !is_owner(inode))
		return -EPERM;
	if ((v & (ATTR_ATIME | ATTR_MTIME)) && !(v & (ATTR_TOUCH | ATTR_SIZE)) && !is_owner(inode))
		return -EPERM;
	return 0;
}

/* Set-id bits to take off become a new mode. */
static void fold_kill_bits(const struct inode *inode, struct iattr *attr)
{
	u32 kill = attr->valid & (ATTR_KILL_SUID | ATTR_KILL_SGID);

	attr->valid &= ~kill;
	if (!kill || (attr->valid & ATTR_MODE))
		return;
	attr->mode = inode->mode & S_PERM_MASK;
	if (kill & ATTR_KILL_SUID)
		attr->mode &= ~S_ISUID;
	if ((kill & ATTR_KILL_SGID) && (inode->mode & S_IXGRP))
		attr->mode &= ~S_ISGID;
	if (attr->mode != (inode->mode & S_PERM_MASK))
		attr->valid |= ATTR_MODE | ATTR_CTIME;
}

static u32 notify_mask(u32 valid)
{
	u32 mask = valid & (ATTR_UID | ATTR_GID | ATTR_MODE) ? IN_ATTRIB : 0;

	if (valid & ATTR_SIZE)
		mask |= IN_MODIFY;
	if ((valid & (ATTR_ATIME | ATTR_MTIME)) && !(valid & ATTR_SIZE))
		mask |= IN_ATTRIB;
	return mask;
}

/* inode locked, permission known. */
static int setattr_locked(const struct path *path, struct iattr *attr)
{
	struct inode *inode = path->dentry->inode;
	struct file_time now = file_time_now();
	u32 mask;
	int err = 0;

	fold_kill_bits(inode, attr);
	if (!attr->valid)
		return 0;
	attr->ctime = now;
	attr->valid |= ATTR_CTIME;
	if ((attr->valid & ATTR_MTIME) && (attr->valid & ATTR_SIZE))
		attr->mtime = now;
	if (inode->ops && inode->ops->setattr)
		err = inode->ops->setattr(path->dentry, attr);
	else if (attr->valid & ATTR_SIZE)
		err = -EINVAL;
	else
		setattr_copy(inode, attr);
	mask = err ? 0 : notify_mask(attr->valid);
	if (mask)
		fsnotify_dentry(path->dentry, mask);
	return err;
}

/* What only takes set-id bits off is part of a write, which has the right to write already. */
int vfs_setattr(const struct path *path, struct iattr *attr)
{
	struct inode *inode = path->dentry->inode;
	const bool kill_only = !(attr->valid & ~(ATTR_KILL_SUID | ATTR_KILL_SGID));
	int err = 0;

	if (!kill_only)
		err = mnt_want_write(path->mnt);
	if (err)
		return err;
	mutex_lock(&inode->lock);
	if (inode->flags & (INODE_IMMUTABLE | INODE_APPEND) && !(attr->valid & ATTR_SIZE))
		err = attr->valid & (ATTR_MODE | ATTR_UID | ATTR_GID) ? -EPERM : 0;
	if (!err)
		err = setattr_permission(inode, attr);
	if (!err)
		err = setattr_locked(path, attr);
	mutex_unlock(&inode->lock);
	if (!kill_only)
		mnt_drop_write(path->mnt);
	return err;
}

/* ---- truncate ---- */

int path_truncate(const struct path *path, struct file *file, loff_t length, u32 extra)
{
	struct inode *inode = path->dentry->inode;
	struct iattr attr = { .valid = ATTR_SIZE | extra, .size = length, .file = file };
	int err;

	if (length > inode->sb->max_bytes)
		return -EFBIG;
	if (length > inode->size && (u64)length > rlimit(RLIMIT_FSIZE)) {
		signal_kernel_task(SIGXFSZ, current);
		return -EFBIG;
	}
	if (!capable(CAP_FSETID))
		attr.valid |= privs_to_remove(inode);
	sb_gate_begin(inode->sb, SB_GATE_WRITE);
	mutex_lock(&inode->lock);
	err = setattr_locked(path, &attr);
	mutex_unlock(&inode->lock);
	sb_gate_end(inode->sb, SB_GATE_WRITE);
	return err;
}

static long truncate_name(const char __user *name, loff_t length)
{
	struct path path;
	struct inode *inode;
	long err;

	if (length < 0)
		return -EINVAL;
	err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	inode = path.dentry->inode;
	if (S_ISDIR(inode->mode))
		err = -EISDIR;
	else if (!S_ISREG(inode->mode))
		err = -EINVAL;
	if (!err && mount_is_readonly(path.mnt))
		err = -EROFS;
	if (!err)
		err = inode_permission(inode, MAY_WRITE);
	if (!err && (inode->flags & INODE_APPEND))
		err = -EPERM;
	if (!err)
		err = inode_get_write(inode);
	if (!err) {
		/* mtime changes only with the size, for truncate() by name as POSIX says */
		err = path_truncate(&path, NULL, length, length != inode->size ? ATTR_MTIME : 0);
		inode_put_write(inode);
	}
	path_put(&path);
	return err;
}

static long truncate_fd(int fd, loff_t length, bool small)
{
	struct fd f;
	long err = 0;

	if (length < 0)
		return -EINVAL;
	f = fd_get_light(fd);
	if (!f.file)
		return -EBADF;
	if (!S_ISREG(f.file->inode->mode) || !(f.file->mode & FMODE_WRITE))
		err = -EINVAL;
	else if (small && !(f.file->flags & O_LARGEFILE) && length > 0x7fffffff)
		err = -EINVAL;
	else if (f.file->inode->flags & INODE_APPEND)
		err = -EPERM;
	if (!err)
		err = path_truncate(&f.file->path, f.file, length, ATTR_MTIME | ATTR_CTIME);
	fd_put_light(f);
	return err;
}

asmlinkage long sys_truncate(const char __user *name, s32 length)
{
	return truncate_name(name, length);
}
asmlinkage long sys_truncate64(const char __user *name, u32 low, u32 high)
{
	return truncate_name(name, loff_from_words(low, high));
}
asmlinkage long sys_ftruncate(int fd, s32 length)
{
	return truncate_fd(fd, length, true);
}
asmlinkage long sys_ftruncate64(int fd, u32 low, u32 high)
{
	return truncate_fd(fd, loff_from_words(low, high), false);
}

/* ---- chmod ---- */

static int chmod_path(const struct path *path, u32 mode)
{
	struct iattr attr = { .valid = ATTR_MODE | ATTR_CTIME, .mode = mode & S_PERM_MASK };

	if (S_ISLNK(path->dentry->inode->mode))
		return -EOPNOTSUPP;
	return vfs_setattr(path, &attr);
}

asmlinkage long sys_fchmodat(int dfd, const char __user *name, u32 mode)
{
	struct path path;
	int err = path_lookup_user(dfd, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = chmod_path(&path, mode);
	path_put(&path);
	return err;
}
asmlinkage long sys_chmod(const char __user *name, u32 mode)
{
	return sys_fchmodat(AT_FDCWD, name, mode);
}
asmlinkage long sys_fchmod(int fd, u32 mode)
{
	struct fd f = fd_get_light(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = chmod_path(&f.file->path, mode);
	fd_put_light(f);
	return err;
}

/* ---- chown ---- */

static int chown_path(const struct path *path, uid_t uid, gid_t gid)
{
	struct inode *inode = path->dentry->inode;
	struct iattr attr = { .valid = ATTR_CTIME, .uid = uid, .gid = gid };

	if (uid != (uid_t)-1)
		attr.valid |= ATTR_UID;
	if (gid != (gid_t)-1)
		attr.valid |= ATTR_GID;
	if (!S_ISDIR(inode->mode))
		attr.valid |= ATTR_KILL_SUID | ATTR_KILL_SGID;
	return vfs_setattr(path, &attr);
}

static long chown_name(int dfd, const char __user *name, uid_t uid, gid_t gid, u32 flags)
{
	struct path path;
	int err = path_from_at(dfd, name, flags, &path);

	if (err)
		return err;
	err = chown_path(&path, uid, gid);
	path_put(&path);
	return err;
}

static long chown_fd(int fd, uid_t uid, gid_t gid)
{
	struct fd f = fd_get_light(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = chown_path(&f.file->path, uid, gid);
	fd_put_light(f);
	return err;
}

asmlinkage long sys_fchownat(int dfd, const char __user *name, uid_t uid, gid_t gid, u32 flags)
{
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return chown_name(dfd, name, uid, gid, flags);
}
asmlinkage long sys_chown(const char __user *name, uid_t uid, gid_t gid)
{
	return chown_name(AT_FDCWD, name, uid, gid, 0);
}
asmlinkage long sys_lchown(const char __user *name, uid_t uid, gid_t gid)
{
	return chown_name(AT_FDCWD, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}
asmlinkage long sys_fchown(int fd, uid_t uid, gid_t gid)
{
	return chown_fd(fd, uid, gid);
}

/* The 16-bit calls: their -1 is 0xffff. */
static u32 id_from16(u32 id)
{
	return (u16)id == 0xffff ? (u32)-1 : (u16)id;
}
asmlinkage long sys_chown16(const char __user *name, uid_t uid, gid_t gid)
{
	return chown_name(AT_FDCWD, name, id_from16(uid), id_from16(gid), 0);
}
asmlinkage long sys_lchown16(const char __user *name, uid_t uid, gid_t gid)
{
	return chown_name(AT_FDCWD, name, id_from16(uid), id_from16(gid), AT_SYMLINK_NOFOLLOW);
}
asmlinkage long sys_fchown16(int fd, uid_t uid, gid_t gid)
{
	return chown_fd(fd, id_from16(uid), id_from16(gid));
}

/* ---- access ---- */

/* Credentials with the real ids in the place of the effective ones, for the time of a check. */
static struct cred *real_cred(void)
{
	struct cred *cred = cred_prepare();

	if (!cred)
		return NULL;
	cred->fsuid = cred->uid;
	cred->fsgid = cred->gid;
	cred->cap_effective = cred->uid ? 0 : cred->cap_permitted;
	return cred;
}

static int access_path(int dfd, const char __user *name, int mode, u32 flags)
{
	struct inode *inode;
	struct path path;
	int err = path_from_at(dfd, name, flags, &path);

	if (err)
		return err;
	inode = path.dentry->inode;
	if ((mode & MAY_EXEC) && S_ISREG(inode->mode) && (path.mnt->flags & MS_NOEXEC))
		err = -EACCES;
	if (!err)
		err = inode_permission(inode, mode);
	if (!err && (mode & MAY_WRITE) && (S_ISREG(inode->mode) || S_ISDIR(inode->mode)) &&
	    mount_is_readonly(path.mnt))
		err = -EROFS;
	path_put(&path);
	return err;
}

static long do_access(int dfd, const char __user *name, int mode, u32 flags)
{
	const struct cred *c = current_cred();
	struct cred *old = current->cred, *real = NULL;
	long err;

	if (mode & ~(MAY_READ | MAY_WRITE | MAY_EXEC))
		return -EINVAL;
	if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	/* Most callers are not set-id: the ids are the same and no copy is needed. */
	if (!(flags & AT_EACCESS) && (c->fsuid != c->uid || c->fsgid != c->gid ||
				      c->cap_effective != (c->uid ? 0 : c->cap_permitted))) {
		real = real_cred();
		if (!real)
			return -ENOMEM;
		current->cred = real;
	}
	err = access_path(dfd, name, mode, flags);
	if (real) {
		current->cred = old;
		cred_put(real);
	}
	return err;
}

asmlinkage long sys_access(const char __user *name, int mode)
{
	return do_access(AT_FDCWD, name, mode, 0);
}
asmlinkage long sys_faccessat(int dfd, const char __user *name, int mode)
{
	return do_access(dfd, name, mode, 0);
}
asmlinkage long sys_faccessat2(int dfd, const char __user *name, int mode, u32 flags)
{
	return do_access(dfd, name, mode, flags);
}
