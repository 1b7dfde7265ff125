/*
 * pid_dir.c - the directories of processes and threads: /proc/PID, /proc/PID/task, .../task/TID.
 *
 * An inode holds the struct pid, not the task: it names who is meant without keeping anything of a
 * dead process but a few words.
 */
#include "procfs_internal.h"
#include <kernel/assert.h>
#include <kernel/mm.h>
#include <kernel/printk.h>

#define PID_DIR_MODE 0555

static const struct inode_ops pid_dir_iops, hidden_dir_iops, task_dir_iops, pid_file_iops;
static const struct file_ops pid_dir_fops, task_dir_fops, pid_text_fops;

int proc_parse_number(const char *name)
{
	int n = 0;

	if (!*name || (*name == '0' && name[1]))
		return -1;
	for (; *name; name++) {
		if (*name < '0' || *name > '9' || n > INT_MAX / 10 - 1)
			return -1;
		n = n * 10 + *name - '0';
	}
	return n;
}

static struct task *pid_get_task(struct pid *pid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t =
		hlist_entry_or_null(pid->tasks[PID_TID].first, struct task, pid_node[PID_TID]);

	if (t)
		task_get(t);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return t;
}

struct task *proc_get_task(const struct inode *inode)
{
	return pid_get_task(proc_i(inode)->pid);
}

/* The ids the task acts with; root's when its memory is not to be looked into. */
static void set_owner(struct inode *inode, struct task *t)
{
	const struct proc_inode *pi = proc_i(inode);
	struct cred *cred = task_get_cred(t);
	bool secret = false;

	if (t->flags & PF_KTHREAD) {
		secret = true;
	} else if (pi->entry || !S_ISDIR(inode->mode)) {
		spin_lock(&t->alloc_lock);
		secret = t->mm && !t->mm->dumpable;
		spin_unlock(&t->alloc_lock);
	}
	inode->uid = secret ? 0 : cred->euid;
	inode->gid = secret ? 0 : cred->egid;
	cred_put(cred);
}

static u32 pid_ino(pid_t nr, u32 index)
{
	return ((u32)nr << 10 & 0x7fffffffu) | (index & 0x3ffu);
}

struct inode *proc_pid_inode(struct super_block *sb, struct task *t, u32 mode, u32 index,
			     const struct pid_entry *entry)
{
	struct inode *inode = inode_new(sb, mode);

	if (!inode)
		return NULL;
	inode->ino = pid_ino(task_tid(t), index);
	pid_get(t->pid);
	proc_i(inode)->pid = t->pid;
	proc_i(inode)->entry = entry;
	set_owner(inode, t);
	if (S_ISDIR(mode))
		inode->nlink = 2;
	return inode;
}

int proc_instantiate(struct dentry *dentry, struct inode *inode)
{
	dentry->flags |= DENTRY_DONTCACHE;
	if (!inode)
		return -ENOMEM;
	dentry_instantiate(dentry, inode);
	return 0;
}

int proc_revalidate(struct dentry *dentry)
{
	struct task *t = proc_get_task(dentry->inode);

	if (!t)
		return 0;
	set_owner(dentry->inode, t);
	task_put(t);
	return 1;
}

/* The owner follows the task even while the file is open. */
static int pid_getattr(const struct path *path, struct kstat *st)
{
	struct task *t = proc_get_task(path->dentry->inode);

	if (t) {
		set_owner(path->dentry->inode, t);
		task_put(t);
	}
	generic_fillattr(path->dentry->inode, st);
	return 0;
}

int proc_setattr(struct dentry *dentry, const struct iattr *attr)
{
	return attr->valid & (ATTR_MODE | ATTR_UID | ATTR_GID) ? -EPERM : 0;
}

/* ---- hidepid ---- */

static bool may_see(struct task *t, int hidden_from)
{
	if (proc_options.hidepid < hidden_from)
		return true;
	if (proc_options.hidepid != 4 && in_group(proc_options.gid))
		return true;
	return ptrace_may_access(t);
}

static int hidden_permission(struct inode *inode, int mask)
{
	struct task *t = proc_get_task(inode);
	bool ok;

	if (!t)
		return -ESRCH;
	ok = may_see(t, 1);
	task_put(t);
	return ok ? generic_permission(inode, mask) : -EPERM;
}

/* ---- the directory of a process or thread ---- */

static struct inode *make_task_dir(struct super_block *sb, struct task *t, bool whole)
{
	struct inode *inode =
		proc_pid_inode(sb, t, S_IFDIR | PID_DIR_MODE, whole ? 0 : PID_INO_TASKS, NULL);

	if (!inode)
		return NULL;
	proc_i(inode)->whole = whole;
	inode->ops = proc_options.hidepid ? &hidden_dir_iops : &pid_dir_iops;
	inode->fops = &pid_dir_fops;
	return inode;
}

int proc_pid_lookup(struct inode *dir, struct dentry *dentry)
{
	struct task *t = task_find_get(proc_parse_number(dentry->name.name));
	struct inode *inode = NULL;
	bool seen = t && may_see(t, 2);

	if (seen)
		inode = make_task_dir(dir->sb, t, true);
	if (t)
		task_put(t);
	return seen ? proc_instantiate(dentry, inode) : -ENOENT;
}

static bool entry_is_in(const struct pid_entry *e, bool whole)
{
	return e->where & (whole ? IN_PROCESS : IN_THREAD);
}

static void set_entry_ops(struct inode *inode, const struct pid_entry *e)
{
	switch (e->kind) {
	case PID_FILE:
		inode->ops = &pid_file_iops;
		inode->fops = &pid_text_fops;
		break;
	case PID_FOPS:
		inode->ops = &pid_file_iops;
		inode->fops = e->fops;
		break;
	case PID_LINK:
		inode->ops = &proc_link_iops;
		break;
	case PID_TEXT_LINK:
		inode->ops = &proc_text_link_iops;
		break;
	default:
		inode->ops = e->iops ? e->iops : &task_dir_iops;
		inode->fops = e->fops ? e->fops : &task_dir_fops;
		break;
	}
}

static u32 entry_type(const struct pid_entry *e)
{
	return e->kind == PID_DIR				 ? S_IFDIR
	       : e->kind == PID_LINK || e->kind == PID_TEXT_LINK ? S_IFLNK
								 : S_IFREG;
}

static u32 entry_index(unsigned int n, bool whole)
{
	return 1 + n + (whole ? 0 : PID_INO_TASKS);
}

static struct inode *make_entry(struct inode *dir, struct task *t, unsigned int n)
{
	const struct pid_entry *e = &pid_entries[n];
	const bool whole = proc_i(dir)->whole;
	struct inode *inode =
		proc_pid_inode(dir->sb, t, entry_type(e) | e->mode, entry_index(n, whole), e);

	if (!inode)
		return NULL;
	proc_i(inode)->whole = whole;
	set_entry_ops(inode, e);
	return inode;
}

static int pid_dir_lookup(struct inode *dir, struct dentry *dentry)
{
	struct task *t = proc_get_task(dir);
	int err = -ENOENT;

	if (!t)
		return -ENOENT;
	for (unsigned int n = 0; n < pid_entry_count; n++) {
		if (!entry_is_in(&pid_entries[n], proc_i(dir)->whole) ||
		    strcmp(pid_entries[n].name, dentry->name.name))
			continue;
		err = proc_instantiate(dentry, make_entry(dir, t, n));
		break;
	}
	task_put(t);
	return err;
}

static int pid_dir_iterate(struct file *file, struct dir_context *ctx)
{
	const struct proc_inode *pi = proc_i(file->inode);
	struct task *t = proc_get_task(file->inode);

	if (!t)
		return -ENOENT;
	task_put(t);
	if (!dir_emit_dots(file, ctx))
		return 0;
	for (; ctx->pos - 2 < pid_entry_count; ctx->pos++) {
		unsigned int n = (unsigned int)ctx->pos - 2;
		const struct pid_entry *e = &pid_entries[n];

		if (entry_is_in(e, pi->whole) &&
		    !ctx->emit(ctx, e->name, strlen(e->name), ctx->pos,
			       pid_ino(pi->pid->nr, entry_index(n, pi->whole)),
			       mode_to_dtype(entry_type(e))))
			break;
	}
	return 0;
}

/* ---- the processes in the root ---- */

/* The first process with a number of at least `from`, referenced. */
static struct task *next_leader(int from)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p;
	struct task *best = NULL;

	for_each_process (p) {
		int nr = p->tgid->nr;

		if (nr >= from && p->leader && (!best || nr < task_tgid(best)))
			best = p->leader;
	}
	if (best)
		task_get(best);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return best;
}

int proc_pid_iterate(struct file *file, struct dir_context *ctx)
{
	struct task *t;
	char name[12];
	bool more = true;

	while (more && (t = next_leader((int)(ctx->pos - KNODE_END_POS)))) {
		int nr = task_tgid(t);
		loff_t pos = KNODE_END_POS + (loff_t)nr;

		if (may_see(t, 2)) {
			size_t n = scnprintf(name, sizeof(name), "%d", nr);

			more = ctx->emit(ctx, name, n, pos, pid_ino(nr, 0), DT_DIR);
		}
		task_put(t);
		if (more)
			ctx->pos = pos + 1;
	}
	return 0;
}

/* ---- /proc/PID/task ---- */

static int task_dir_lookup(struct inode *dir, struct dentry *dentry)
{
	struct task *leader = proc_get_task(dir), *t;
	int err = -ENOENT, nr = proc_parse_number(dentry->name.name);

	if (!leader)
		return -ENOENT;
	t = nr >= 0 ? task_find_get(nr) : NULL;
	if (t) {
		if (t->process == leader->process)
			err = proc_instantiate(dentry, make_task_dir(dir->sb, t, false));
		task_put(t);
	}
	task_put(leader);
	return err;
}

/* The number of the first thread of the process at or after `from`, by number; -1. */
static int next_thread(struct process *p, int from)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t;
	int best = -1;

	for_each_thread (p, t) {
		int nr = task_tid(t);

		if (nr >= from && (best < 0 || nr < best))
			best = nr;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return best;
}

static int task_dir_iterate(struct file *file, struct dir_context *ctx)
{
	struct task *leader = proc_get_task(file->inode);
	char name[12];
	int nr;

	if (!leader)
		return -ENOENT;
	if (dir_emit_dots(file, ctx)) {
		while ((nr = next_thread(leader->process, (int)ctx->pos - 2)) >= 0) {
			size_t n = scnprintf(name, sizeof(name), "%d", nr);

			if (!ctx->emit(ctx, name, n, (loff_t)nr + 2, pid_ino(nr, PID_INO_TASKS),
				       DT_DIR))
				break;
			ctx->pos = (loff_t)nr + 3;
		}
	}
	task_put(leader);
	return 0;
}

static int task_dir_getattr(const struct path *path, struct kstat *st)
{
	struct task *t = proc_get_task(path->dentry->inode);

	pid_getattr(path, st);
	if (t) {
		st->nlink += t->process->thread_count;
		task_put(t);
	}
	return 0;
}

/* ---- text files ---- */

static int show_pid_file(struct seq *s, struct file *file)
{
	const struct proc_inode *pi = proc_i(file->inode);
	struct task *t = proc_get_task(file->inode);
	int err;

	if (!t)
		return -ESRCH;
	err = pi->entry->show(s, t, pi->whole);
	task_put(t);
	return err;
}

/* What tells secrets of a program is for those who could trace it. */
static int pid_text_open(struct inode *inode, struct file *file)
{
	const struct pid_entry *e = proc_i(inode)->entry;
	struct task *t;
	bool ok = true;

	if (!e->secret)
		return seq_open(file, show_pid_file);
	t = proc_get_task(inode);
	if (!t)
		return -ESRCH;
	ok = ptrace_may_access(t);
	task_put(t);
	return ok ? seq_open(file, show_pid_file) : -EACCES;
}

static ssize_t pid_text_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	const struct pid_entry *e = proc_i(file->inode)->entry;
	char text[64];
	size_t count = from->count, n = min(count, sizeof(text) - 1);
	struct task *t;
	int err;

	if (!e->write)
		return -EINVAL;
	if (iov_copy_from(from, text, n) != n)
		return -EFAULT;
	text[n] = 0;
	t = proc_get_task(file->inode);
	if (!t)
		return -ESRCH;
	err = e->write(t, text, n);
	task_put(t);
	if (err)
		return err;
	*pos += (loff_t)count;
	return (ssize_t)count;
}

static const struct file_ops pid_text_fops = {
	.read = seq_read,
	.write = pid_text_write,
	.llseek = seq_llseek,
	.open = pid_text_open,
	.release = seq_release,
};
static const struct file_ops pid_dir_fops = { .iterate = pid_dir_iterate };
static const struct file_ops task_dir_fops = { .iterate = task_dir_iterate };
static const struct inode_ops pid_dir_iops = {
	.lookup = pid_dir_lookup,
	.revalidate = proc_revalidate,
	.getattr = pid_getattr,
	.setattr = proc_setattr,
};
static const struct inode_ops hidden_dir_iops = {
	.lookup = pid_dir_lookup,
	.revalidate = proc_revalidate,
	.getattr = pid_getattr,
	.setattr = proc_setattr,
	.permission = hidden_permission,
};
static const struct inode_ops task_dir_iops = {
	.lookup = task_dir_lookup,
	.revalidate = proc_revalidate,
	.getattr = task_dir_getattr,
	.setattr = proc_setattr,
};
static const struct inode_ops pid_file_iops = {
	.revalidate = proc_revalidate,
	.getattr = pid_getattr,
	.setattr = proc_setattr,
};
