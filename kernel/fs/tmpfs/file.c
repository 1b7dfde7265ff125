/*
 * file.c - regular files of tmpfs: the page cache is the store. memfd_create(2) and seals.
 */
#include "tmpfs_internal.h"
#include <kernel/files.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define MEMFD_NAME_MAX 249
#define MEMFD_PREFIX   "memfd:"
#define SEALS_ALL      (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)

static int charge(struct mapping *m, unsigned int pages)
{
	return tmpfs_charge_pages(tmpfs_s(m->host->sb), pages);
}

static void uncharge(struct mapping *m, unsigned int pages)
{
	tmpfs_uncharge_pages(tmpfs_s(m->host->sb), pages);
}

const struct mapping_ops tmpfs_mapping_ops = { .charge = charge, .uncharge = uncharge };

bool inode_is_tmpfs_file(const struct inode *inode)
{
	return inode->fops == &tmpfs_file_fops;
}

int tmpfs_getattr(const struct path *path, struct kstat *st)
{
	struct inode *inode = path->dentry->inode;

	generic_fillattr(inode, st);
	st->blocks = (u64)inode->data.nr_pages * (PAGE_SIZE / 512);
	return 0;
}

int tmpfs_setattr(struct dentry *dentry, const struct iattr *attr)
{
	struct inode *inode = dentry->inode;
	const u32 seals = tmpfs_i(inode)->seals;

	if (attr->valid & ATTR_SIZE) {
		const loff_t old = inode->size;

		if ((attr->size < old && (seals & F_SEAL_SHRINK)) ||
		    (attr->size > old && (seals & F_SEAL_GROW)))
			return -EPERM;
		inode->size = attr->size;
		if (attr->size < old)
			mapping_truncate(&inode->data, attr->size);
		if (attr->size != old)
			inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	}
	setattr_copy(inode, attr);
	return 0;
}

const struct inode_ops tmpfs_file_iops = {
	.setattr = tmpfs_setattr,
	.getattr = tmpfs_getattr,
	.getxattr = tmpfs_getxattr,
	.setxattr = tmpfs_setxattr,
	.listxattr = tmpfs_listxattr,
	.file_flags = TMPFS_FILE_FLAGS,
};

static ssize_t tmpfs_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	const u32 seals = tmpfs_i(file->inode)->seals;

	if (unlikely(seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_GROW))) {
		const loff_t at = file->flags & O_APPEND ? file->inode->size : *pos;

		if (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
			return -EPERM;
		if (at + (loff_t)from->count > file->inode->size)
			return -EPERM;
	}
	return generic_file_write(file, from, pos);
}

static int tmpfs_mmap(struct file *file, struct vma *vma)
{
	if (tmpfs_i(file->inode)->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) {
		if ((vma->flags & VM_SHARED) && (vma->flags & VM_WRITE))
			return -EPERM;
		if (vma->flags & VM_SHARED)
			vma->flags &= ~VM_MAYWRITE;
	}
	return generic_file_mmap(file, vma);
}

static int tmpfs_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	return 0;
}

static loff_t tmpfs_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t pos;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_llseek(file, offset, whence);
	if (offset < 0 || offset >= file->inode->size)
		return -ENXIO;
	mutex_lock(&file->inode->lock);
	pos = generic_seek_data_hole(file, offset, whence, file->inode->size);
	mutex_unlock(&file->inode->lock);
	if (pos >= 0)
		file->pos = pos;
	return pos;
}

/* Pages of [first, last] that are there. */
static unsigned long present_pages(struct mapping *m, unsigned long first, unsigned long last)
{
	unsigned long n = 0, index = first;
	struct page *page;

	while ((page = pagecache_next(m, &index))) {
		page_put(page);
		if (index > last)
			break;
		n++;
		if (index++ == last)
			break;
	}
	return n;
}

/* All or nothing for the limit; memory may still run out half-way, as with a write. */
static int allocate(struct inode *inode, unsigned long first, unsigned long last)
{
	unsigned long missing = last - first + 1 - present_pages(&inode->data, first, last);

	if (!tmpfs_has_room(tmpfs_s(inode->sb), missing))
		return -ENOSPC;
	for (unsigned long index = first;; index++) {
		bool created = false;
		struct page *page = pagecache_get(&inode->data, index, &created);

		if (IS_ERR(page))
			return PTR_ERR(page);
		if (created && !page_test_flag(page, PG_UPTODATE)) {
			page_zero(page);
			page_set_flag(page, PG_UPTODATE);
			page_unlock(page);
		}
		page_put(page);
		if (index == last)
			return 0;
		if (signal_pending(current))
			return -EINTR;
	}
}

static int punch(struct inode *inode, loff_t offset, loff_t len)
{
	if (tmpfs_i(inode)->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	mapping_punch(&inode->data, offset, offset + len);
	return 0;
}

static int fallocate_locked(struct inode *inode, int mode, loff_t offset, loff_t len)
{
	const loff_t end = offset + len;
	int err;

	if (mode & FALLOC_FL_PUNCH_HOLE)
		return punch(inode, offset, len);
	if (mode & FALLOC_FL_ZERO_RANGE)
		return -EOPNOTSUPP;
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > inode->size) {
		if (tmpfs_i(inode)->seals & F_SEAL_GROW)
			return -EPERM;
		if ((u64)end > rlimit(RLIMIT_FSIZE))
			return -EFBIG;
	}
	err = allocate(inode, offset >> PAGE_SHIFT, (end - 1) >> PAGE_SHIFT);
	if (!err && !(mode & FALLOC_FL_KEEP_SIZE) && end > inode->size)
		inode->size = end;
	return err;
}

static int tmpfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file->inode;
	int err;

	mutex_lock(&inode->lock);
	err = fallocate_locked(inode, mode, offset, len);
	if (!err)
		inode_touch(inode, ATTR_CTIME | (mode & FALLOC_FL_PUNCH_HOLE ? ATTR_MTIME : 0));
	mutex_unlock(&inode->lock);
	return err;
}

const struct file_ops tmpfs_file_fops = {
	.read = generic_file_read,
	.write = tmpfs_write,
	.llseek = tmpfs_llseek,
	.mmap = tmpfs_mmap,
	.fsync = tmpfs_fsync,
	.fallocate = tmpfs_fallocate,
};

/* ---- files without a name ---- */

static struct mount *memfd_mount;

static int memfd_fs_mount(struct fs_type *type, struct super_block *sb, const char *source,
			  const char *options)
{
	int err = tmpfs_fill_super(sb, NULL);

	if (!err) /* bounded by memory alone */
		tmpfs_s(sb)->max_pages = tmpfs_s(sb)->max_inodes = 0;
	return err;
}

static struct fs_type memfd_type = { .name = "tmpfs",
				     .flags = FS_NOMOUNT | FS_NAMELESS,
				     .mount = memfd_fs_mount };

static int __init memfd_init(void)
{
	memfd_mount = vfs_kern_mount(&memfd_type, "tmpfs");
	return IS_ERR(memfd_mount) ? PTR_ERR(memfd_mount) : 0;
}
INIT_CALL(INIT_DRIVER, memfd_init);

struct file *tmpfs_anon_file(const char *name, loff_t size, u32 seals)
{
	struct qstr q = { name, strlen(name), 0 };
	struct inode *inode;
	struct path path;
	struct file *file;

	if (IS_ERR_OR_NULL(memfd_mount))
		return ERR_PTR(-ENOSYS);
	inode = tmpfs_make_inode(memfd_mount->sb, NULL, S_IFREG | 0777, 0);
	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode->nlink = 0;
	inode->size = size;
	tmpfs_i(inode)->seals = seals;
	path.mnt = memfd_mount;
	path.dentry = dentry_alloc(memfd_mount->root, &q);
	if (!path.dentry) {
		inode_put(inode);
		return ERR_PTR(-ENOMEM);
	}
	dentry_instantiate(path.dentry, inode);
	file = file_open_path(&path, O_RDWR);
	dentry_put(path.dentry);
	return file;
}

asmlinkage long sys_memfd_create(const char __user *user, u32 flags)
{
	const size_t prefix = sizeof(MEMFD_PREFIX) - 1;
	char name[sizeof(MEMFD_PREFIX) + MEMFD_NAME_MAX + 1] = MEMFD_PREFIX;
	struct file *file;
	ssize_t n;
	int fd;

	if (flags & ~(MFD_CLOEXEC | MFD_ALLOW_SEALING))
		return -EINVAL;
	n = strncpy_from_user(name + prefix, user, MEMFD_NAME_MAX + 1);
	if (n < 0)
		return n;
	if (n > MEMFD_NAME_MAX)
		return -EINVAL;
	file = tmpfs_anon_file(name, 0, flags & MFD_ALLOW_SEALING ? 0 : F_SEAL_SEAL);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = fd_install_new(file, flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
	if (fd < 0)
		file_put(file);
	return fd;
}

/* Can somebody still write through a shared mapping? */
static bool is_mapped_writable(struct mapping *m)
{
	struct vma *vma;
	bool found = false;

	spin_lock(&m->lock);
	list_for_each_entry (vma, &m->vmas, map_node)
		if ((vma->flags & VM_SHARED) && (vma->flags & VM_MAYWRITE))
			found = true;
	spin_unlock(&m->lock);
	return found;
}

static int add_seals(struct file *file, u32 seals)
{
	struct inode *inode = file->inode;
	u32 *have = &tmpfs_i(inode)->seals;
	int err = 0;

	if (!(file->mode & FMODE_WRITE))
		return -EPERM;
	if (seals & ~SEALS_ALL)
		return -EINVAL;
	mutex_lock(&inode->lock);
	if (*have & F_SEAL_SEAL)
		err = -EPERM;
	else if ((seals & F_SEAL_WRITE) && !(*have & F_SEAL_WRITE) &&
		 is_mapped_writable(&inode->data))
		err = -EBUSY;
	else
		*have |= seals;
	mutex_unlock(&inode->lock);
	return err;
}

int memfd_fcntl_seals(struct file *file, int cmd, unsigned long arg);
int memfd_fcntl_seals(struct file *file, int cmd, unsigned long arg)
{
	if (!inode_is_tmpfs_file(file->inode))
		return -EINVAL;
	return cmd == F_ADD_SEALS ? add_seals(file, arg) : (int)tmpfs_i(file->inode)->seals;
}
