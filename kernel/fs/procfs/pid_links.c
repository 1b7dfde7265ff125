/*
 * pid_links.c - links of a process to files: exe, cwd, root, and the descriptors in fd/ and
 * fdinfo/.
 *
 * Following such a link does not walk a name but goes straight to the file, deleted or not.
 */
#include "procfs_internal.h"
#include <kernel/mm.h>
#include <kernel/printk.h>

static const struct inode_ops fdinfo_iops;
static const struct file_ops fdinfo_fops;

int proc_exe_path(struct task *t, struct path *path)
{
	struct mm *mm = task_get_mm(t);
	int err = -ENOENT;

	if (!mm)
		return -ENOENT;
	read_lock(&mm->mmap_lock);
	if (mm->exe_file) {
		*path = mm->exe_file->path;
		path_get(path);
		err = 0;
	}
	read_unlock(&mm->mmap_lock);
	mm_user_put(mm);
	return err;
}

static int fs_path(struct task *t, struct path *path,
		   void (*get)(struct fs_context *fs, struct path *path))
{
	struct fs_context *fs = task_get_fs(t);

	if (!fs)
		return -ENOENT;
	get(fs, path);
	fs_context_put(fs);
	return path->dentry ? 0 : -ENOENT;
}

int proc_cwd_path(struct task *t, struct path *path)
{
	return fs_path(t, path, fs_get_cwd);
}

int proc_root_path(struct task *t, struct path *path)
{
	return fs_path(t, path, fs_get_root);
}

static struct file *task_get_file(struct task *t, unsigned int fd)
{
	struct files *files = task_get_files(t);
	struct file *file = files ? files_get(files, fd) : NULL;

	if (files)
		files_put(files);
	return file;
}

static int fd_path(struct task *t, unsigned int fd, struct path *path)
{
	struct file *file = task_get_file(t, fd);

	if (!file)
		return -ENOENT;
	*path = file->path;
	path_get(path);
	file_put(file);
	return 0;
}

static int link_path(struct inode *inode, struct path *path)
{
	const struct proc_inode *pi = proc_i(inode);
	struct task *t = proc_get_task(inode);
	int err;

	if (!t)
		return -ENOENT;
	if (!ptrace_may_access(t))
		err = -EACCES;
	else
		err = pi->entry ? pi->entry->path(t, path) : fd_path(t, pi->fd, path);
	task_put(t);
	return err;
}

const char *proc_path_text(const struct path *path, void **cookie)
{
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL), *text;
	size_t n;

	if (!buf)
		return ERR_PTR(-ENOMEM);
	text = path_to_string(path, buf, PATH_MAX);
	if (IS_ERR(text)) {
		kfree(buf);
		return text;
	}
	n = strlen(text);
	memmove(buf, text, n + 1);
	*cookie = buf;
	return buf;
}

static const char *link_text(struct dentry *dentry, struct inode *inode, void **cookie)
{
	struct path path;
	const char *text;
	int err = link_path(inode, &path);

	if (err)
		return ERR_PTR(err);
	text = proc_path_text(&path, cookie);
	path_put(&path);
	return text;
}

static const char *fixed_text(struct dentry *dentry, struct inode *inode, void **cookie)
{
	return proc_i(inode)->entry->target;
}

const struct inode_ops proc_link_iops = {
	.get_link = link_text,
	.jump_link = link_path,
	.revalidate = proc_revalidate,
	.setattr = proc_setattr,
};
const struct inode_ops proc_text_link_iops = {
	.get_link = fixed_text,
	.revalidate = proc_revalidate,
	.setattr = proc_setattr,
};

/* ---- fd/ ---- */

/* The permission bits of a descriptor's link tell what it is open for. */
static u32 fd_mode(const struct file *file)
{
	u32 mode = S_IFLNK;

	if (file->mode & FMODE_READ)
		mode |= 0500;
	if (file->mode & FMODE_WRITE)
		mode |= 0300;
	return mode;
}

static int fd_revalidate(struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct task *t = proc_get_task(inode);
	struct file *file;

	if (!t)
		return 0;
	file = task_get_file(t, proc_i(inode)->fd);
	task_put(t);
	if (!file)
		return 0;
	if (S_ISLNK(inode->mode))
		inode->mode = fd_mode(file);
	file_put(file);
	return proc_revalidate(dentry);
}

static const struct inode_ops fd_link_iops = {
	.get_link = link_text,
	.jump_link = link_path,
	.revalidate = fd_revalidate,
	.setattr = proc_setattr,
};

static struct inode *make_fd_inode(struct inode *dir, struct task *t, unsigned int fd,
				   const struct file *file, bool info)
{
	struct inode *inode = proc_pid_inode(dir->sb, t, info ? S_IFREG | 0444 : fd_mode(file),
					     PID_INO_FDS + fd, NULL);

	if (!inode)
		return NULL;
	proc_i(inode)->fd = fd;
	inode->ops = info ? &fdinfo_iops : &fd_link_iops;
	inode->fops = info ? &fdinfo_fops : NULL;
	inode->size = info ? 0 : 64;
	return inode;
}

static int lookup_fd(struct inode *dir, struct dentry *dentry, bool info)
{
	struct task *t = proc_get_task(dir);
	int fd = proc_parse_number(dentry->name.name), err = -ENOENT;
	struct file *file = t && fd >= 0 ? task_get_file(t, (unsigned int)fd) : NULL;

	if (file) {
		err = proc_instantiate(dentry, make_fd_inode(dir, t, (unsigned int)fd, file, info));
		file_put(file);
	}
	if (t)
		task_put(t);
	return err;
}

static int fd_lookup(struct inode *dir, struct dentry *dentry)
{
	return lookup_fd(dir, dentry, false);
}

static int fdinfo_lookup(struct inode *dir, struct dentry *dentry)
{
	return lookup_fd(dir, dentry, true);
}

static void emit_fds(struct files *files, pid_t nr, struct dir_context *ctx, u32 type)
{
	char name[12];
	int fd;

	while ((fd = files_next_fd(files, (unsigned int)ctx->pos - 2)) >= 0) {
		size_t n = scnprintf(name, sizeof(name), "%d", fd);

		if (!ctx->emit(ctx, name, n, (loff_t)fd + 2,
			       ((u32)nr << 10) | ((PID_INO_FDS + (u32)fd) & 0x3ffu), type))
			break;
		ctx->pos = (loff_t)fd + 3;
	}
}

static int iterate_fds(struct file *file, struct dir_context *ctx, u32 type)
{
	struct task *t = proc_get_task(file->inode);
	struct files *files;

	if (!t)
		return -ENOENT;
	files = task_get_files(t);
	if (dir_emit_dots(file, ctx) && files)
		emit_fds(files, task_tid(t), ctx, type);
	if (files)
		files_put(files);
	task_put(t);
	return 0;
}

static int fd_iterate(struct file *file, struct dir_context *ctx)
{
	return iterate_fds(file, ctx, DT_LNK);
}

static int fdinfo_iterate(struct file *file, struct dir_context *ctx)
{
	return iterate_fds(file, ctx, DT_REG);
}

/* A process may always see its own, whatever its ids have become. */
static int fd_dir_permission(struct inode *inode, int mask)
{
	struct task *t;
	bool own;

	if (!generic_permission(inode, mask))
		return 0;
	t = proc_get_task(inode);
	own = t && t->process == current->process;
	if (t)
		task_put(t);
	return own ? 0 : -EACCES;
}

/* The contents of fdinfo are for those who could trace the process. */
static int fdinfo_dir_permission(struct inode *inode, int mask)
{
	struct task *t = proc_get_task(inode);
	bool ok;

	if (!t)
		return -ESRCH;
	ok = ptrace_may_access(t);
	task_put(t);
	return ok ? generic_permission(inode, mask) : -EACCES;
}

const struct inode_ops proc_fd_dir_iops = {
	.lookup = fd_lookup,
	.permission = fd_dir_permission,
	.revalidate = proc_revalidate,
	.setattr = proc_setattr,
};
const struct file_ops proc_fd_dir_fops = { .iterate = fd_iterate };
const struct inode_ops proc_fdinfo_dir_iops = {
	.lookup = fdinfo_lookup,
	.permission = fdinfo_dir_permission,
	.revalidate = proc_revalidate,
	.setattr = proc_setattr,
};
const struct file_ops proc_fdinfo_dir_fops = { .iterate = fdinfo_iterate };

/* ---- fdinfo/N ---- */

#define FDINFO_EXTRA_MAX 4096u /* an epoll's or inotify's list of watches */

static void show_open_file(struct seq *s, struct file *file, bool cloexec)
{
	const u32 flags = file->flags | (cloexec ? O_CLOEXEC : 0);
	char *room;

	seq_printf(s, "pos:\t%lld\nflags:\t0%o\nmnt_id:\t%d\nino:\t%llu\n", file->pos, flags,
		   file->path.mnt->id, file->path.dentry->inode->ino);
	if ((file->mode & FMODE_PATH) || !file->ops->show_fdinfo)
		return;
	room = seq_room(s, FDINFO_EXTRA_MAX);
	if (!room)
		return;
	room[0] = 0;
	file->ops->show_fdinfo(file, room, FDINFO_EXTRA_MAX);
	seq_commit(s, strnlen(room, FDINFO_EXTRA_MAX));
}

static int show_fdinfo(struct seq *s, struct file *of)
{
	const unsigned int fd = proc_i(of->inode)->fd;
	struct task *t = proc_get_task(of->inode);
	struct files *files = t ? task_get_files(t) : NULL;
	struct file *file = files ? files_get(files, fd) : NULL;

	if (file) {
		show_open_file(s, file, files_fd_cloexec(files, fd));
		file_put(file);
	}
	if (files)
		files_put(files);
	if (t)
		task_put(t);
	return file ? 0 : -ENOENT;
}

static int fdinfo_open(struct inode *inode, struct file *file)
{
	return seq_open(file, show_fdinfo);
}

static const struct inode_ops fdinfo_iops = {
	.revalidate = fd_revalidate,
	.setattr = proc_setattr,
};
static const struct file_ops fdinfo_fops = {
	.read = seq_read,
	.llseek = seq_llseek,
	.open = fdinfo_open,
	.release = seq_release,
};
