/*
 * inode_attr.c - owner, mode, times and permission of inodes.
 */
#include "vfs_internal.h"
#include <kernel/time.h>

#define RELATIME_PERIOD SEC(24 * 60 * 60)

void inode_mark_dirty(struct inode *inode)
{
	if (inode->flags & INODE_DIRTY)
		return;
	inode->flags |= INODE_DIRTY;
	if (inode->sb->ops && inode->sb->ops->dirty_inode)
		inode->sb->ops->dirty_inode(inode);
}

/* As it will be read again from the disk. */
static struct file_time as_kept(const struct inode *inode, struct file_time t)
{
	const struct super_block *sb = inode->sb;
	const s64 kept = sb->time_max ? clamp_t(s64, t.sec, sb->time_min, sb->time_max) : t.sec;

	if (sb->whole_seconds || kept != t.sec)
		t.nsec = 0;
	t.sec = kept;
	return t;
}

void inode_touch(struct inode *inode, u32 which)
{
	struct file_time now = as_kept(inode, file_time_now());

	if (which & ATTR_ATIME)
		inode->times.atime = now;
	if (which & ATTR_MTIME)
		inode->times.mtime = now;
	if (which & ATTR_CTIME)
		inode->times.ctime = now;
	inode_mark_dirty(inode);
}

/* Linux's relatime: at most once a day unless the file changed since it was last read. */
static bool atime_is_due(const struct inode_times *t, u32 mnt_flags, s64 now)
{
	s64 atime = file_time_to_ns(&t->atime);

	if (atime == now)
		return false;
	if (!(mnt_flags & MS_RELATIME) || file_time_compare(&t->atime, &t->mtime) <= 0 ||
	    file_time_compare(&t->atime, &t->ctime) <= 0)
		return true;
	return atime < now && now - atime >= RELATIME_PERIOD;
}

void path_accessed(const struct path *path)
{
	struct inode *inode = path->dentry->inode;
	u32 flags = path->mnt->flags | inode->sb->flags;
	struct file_time now;

	if (flags & (MS_NOATIME | MS_RDONLY) || (inode->flags & INODE_NOATIME))
		return;
	if ((flags & MS_NODIRATIME) && S_ISDIR(inode->mode))
		return;
	now = as_kept(inode, file_time_now());
	if (!atime_is_due(&inode->times, flags, file_time_to_ns(&now)))
		return;
	if (!sb_gate_try(inode->sb, SB_GATE_WRITE))
		return;
	inode->times.atime = now;
	inode_mark_dirty(inode);
	sb_gate_leave(inode->sb, SB_GATE_WRITE);
}

void file_accessed(struct file *file)
{
	if (!(file->flags & O_NOATIME))
		path_accessed(&file->path);
}

void file_modified(struct file *file)
{
	struct inode *inode = file->path.dentry->inode;

	if (((file->path.mnt->flags | inode->sb->flags) & MS_RDONLY) ||
	    !sb_gate_try(inode->sb, SB_GATE_WRITE))
		return;
	inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	sb_gate_leave(inode->sb, SB_GATE_WRITE);
}

void inode_init_owner(struct inode *inode, const struct inode *dir, u32 mode)
{
	inode->uid = current_cred()->fsuid;
	inode->gid = current_cred()->fsgid;
	if (dir && (dir->mode & S_ISGID)) {
		inode->gid = dir->gid;
		if (S_ISDIR(mode))
			mode |= S_ISGID;
		else if ((mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) &&
			 !in_group(inode->gid) && !capable(CAP_FSETID))
			mode &= ~S_ISGID;
	}
	inode->mode = mode;
}

static int special_open(struct inode *inode, struct file *file);
static const struct file_ops special_fops = { .open = special_open };
static const struct file_ops *blkdev_fops;

void blkdev_set_fops(const struct file_ops *fops)
{
	blkdev_fops = fops;
}

/* Opening a device node: the driver's operations take over. */
static int special_open(struct inode *inode, struct file *file)
{
	const struct file_ops *ops = NULL;

	if (S_ISCHR(inode->mode))
		ops = chrdev_find(inode->rdev);
	else if (S_ISBLK(inode->mode))
		ops = blkdev_fops;
	if (!ops)
		return -ENXIO;
	file->ops = ops;
	return ops->open ? ops->open(inode, file) : 0;
}

void inode_init_special(struct inode *inode, u32 mode, u32 rdev)
{
	inode->mode = mode;
	switch (mode & S_IFMT) {
	case S_IFIFO:
		inode->fops = &fifo_fops;
		break;
	case S_IFCHR:
	case S_IFBLK:
		inode->rdev = rdev;
		fallthrough;
	default: /* a socket's name cannot be opened */
		inode->fops = &special_fops;
		break;
	}
}

void setattr_copy(struct inode *inode, const struct iattr *attr)
{
	if (attr->valid & ATTR_UID)
		inode->uid = attr->uid;
	if (attr->valid & ATTR_GID)
		inode->gid = attr->gid;
	if (attr->valid & ATTR_ATIME)
		inode->times.atime = as_kept(inode, attr->atime);
	if (attr->valid & ATTR_MTIME)
		inode->times.mtime = as_kept(inode, attr->mtime);
	if (attr->valid & ATTR_CTIME)
		inode->times.ctime = as_kept(inode, attr->ctime);
	if (attr->valid & ATTR_MODE) {
		u32 mode = attr->mode & S_PERM_MASK;

		if ((mode & S_ISGID) && !in_group(inode->gid) && !capable(CAP_FSETID))
			mode &= ~S_ISGID;
		inode->mode = (inode->mode & S_IFMT) | mode;
	}
	inode_mark_dirty(inode);
}

void generic_fillattr(struct inode *inode, struct kstat *st)
{
	st->ino = inode->ino;
	st->dev = inode->sb->dev;
	st->rdev = inode->rdev;
	st->mode = inode->mode;
	st->nlink = inode->nlink;
	st->uid = inode->uid;
	st->gid = inode->gid;
	st->size = inode->size;
	st->blocks = inode->blocks;
	st->blksize = inode->sb->block_size ? inode->sb->block_size : PAGE_SIZE;
	st->atime = inode->times.atime;
	st->mtime = inode->times.mtime;
	st->ctime = inode->times.ctime;
	st->btime = inode->times.btime;
}

/* What the capabilities allow beyond the mode bits. */
static int capability_permission(const struct inode *inode, int mask)
{
	if (S_ISDIR(inode->mode)) {
		if (!(mask & MAY_WRITE) && capable(CAP_DAC_READ_SEARCH))
			return 0;
		return capable(CAP_DAC_OVERRIDE) ? 0 : -EACCES;
	}
	if (mask == MAY_READ && capable(CAP_DAC_READ_SEARCH))
		return 0;
	if (!(mask & MAY_EXEC) || (inode->mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return capable(CAP_DAC_OVERRIDE) ? 0 : -EACCES;
	return -EACCES;
}

__hot int generic_permission(struct inode *inode, int mask)
{
	u32 mode = inode->mode;

	mask &= MAY_READ | MAY_WRITE | MAY_EXEC;
	if (current_cred()->fsuid == inode->uid)
		mode >>= 6;
	/* The groups matter only where group and others differ in what is asked. */
	else if ((((mode >> 3) ^ mode) & mask) && in_group(inode->gid))
		mode >>= 3;
	if (!(mask & ~mode))
		return 0;
	return capability_permission(inode, mask);
}

__hot int inode_permission(struct inode *inode, int mask)
{
	if (mask & MAY_WRITE) {
		u32 type = inode->mode & S_IFMT;

		if ((inode->sb->flags & MS_RDONLY) &&
		    (type == S_IFREG || type == S_IFDIR || type == S_IFLNK))
			return -EROFS;
		if (inode->flags & INODE_IMMUTABLE)
			return -EPERM;
	}
	if (unlikely(inode->ops && inode->ops->permission))
		return inode->ops->permission(inode, mask);
	return generic_permission(inode, mask);
}

/* Which set-id bits a write or chown takes off. */
u32 privs_to_remove(const struct inode *inode)
{
	u32 kill = inode->mode & S_ISUID ? ATTR_KILL_SUID : 0;

	if ((inode->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		kill |= ATTR_KILL_SGID;
	return S_ISREG(inode->mode) ? kill : 0;
}

int file_remove_privs(struct file *file)
{
	struct iattr attr = { 0 };

	if (likely(!(file->inode->mode & (S_ISUID | S_ISGID))))
		return 0;
	attr.valid = privs_to_remove(file->inode);
	if (!attr.valid || capable(CAP_FSETID))
		return 0;
	return vfs_setattr(&file->path, &attr);
}
