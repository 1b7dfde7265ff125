/*
 * exec.c - execve(2) and execveat(2).
 *
 * Everything that can fail is done before the old program is touched: the file, the strings, the
 * headers, the interpreter. Then exec_commit() ends the other threads and switches to the new
 * address space; an error after that kills the process.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include "exec_internal.h"
#include "ptrace.h"
#include "task_internal.h"

static int check_file(const struct path *path)
{
	struct inode *inode = path->dentry->inode;

	if (S_ISLNK(inode->mode))
		return -ELOOP;
	if (!S_ISREG(inode->mode) || (path->mnt->flags & MS_NOEXEC))
		return -EACCES;
	return inode_permission(inode, MAY_EXEC);
}

int exec_open(struct exec *x, int dfd, const char *filename, u32 lookup_flags)
{
	struct path path;
	loff_t pos = 0;
	ssize_t n;
	int err = path_lookup(dfd, filename, lookup_flags, &path);

	if (err)
		return err;
	/* Before it is opened: a FIFO would block. It need not be readable, only executable. */
	err = check_file(&path);
	if (err) {
		path_put(&path);
		return err;
	}
	x->file = file_open_path(&path, O_RDONLY | O_LARGEFILE);
	path_put(&path);
	if (IS_ERR(x->file)) {
		err = (int)PTR_ERR(x->file);
		x->file = NULL;
		return err;
	}
	err = inode_deny_write(x->file->inode);
	if (err) {
		file_put(x->file);
		x->file = NULL;
		return err;
	}
	n = file_read_kernel(x->file, x->head, sizeof(x->head), &pos);
	x->head_len = n > 0 ? (size_t)n : 0;
	return n < 0 ? (int)n : 0;
}

static void close_image(struct file *file)
{
	if (file) {
		inode_allow_write(file->inode);
		file_put(file);
	}
}

static void exec_free(struct exec *x)
{
	close_image(x->file);
	close_image(x->interp);
	if (x->mm)
		mm_user_put(x->mm);
	if (x->window)
		page_free_addr(x->window);
	if (x->cred)
		cred_put(x->cred);
	kfree(x->phdrs);
	kfree(x->interp_phdrs);
	kfree(x);
}

static int unshare_sighand(void)
{
	struct sighand *old = current->sighand, *new;
	unsigned long flags;

	if (refcount_read(&old->refs) == 1)
		return 0;
	new = sighand_dup(old);
	if (!new)
		return -ENOMEM;
	flags = spin_lock_irqsave(&task_list_lock);
	spin_lock(&current->process->siglock);
	current->sighand = new;
	spin_unlock(&current->process->siglock);
	spin_unlock_irqrestore(&task_list_lock, flags);
	sighand_put(old);
	return 0;
}

/* The point of no return is in here: once the address space is switched. */
static int exec_commit(struct exec *x)
{
	struct mm *old;
	int err = exec_become_single();

	if (!err)
		err = unshare_sighand();
	if (err)
		return err;
	err = inode_deny_write(x->file->inode); /* while it runs; mm.c allows it again */
	if (err)
		return err;
	x->mm->exe_file = x->file;
	file_get(x->file);
	x->mm->dumpable = !x->secure && inode_permission(x->file->inode, MAY_READ) == 0;
	old = task_release_mm(current, x->mm);
	x->mm = NULL;
	if (old) {
		current->process->dead_threads.maxrss =
			max(current->process->dead_threads.maxrss, old->rss_peak);
		mm_user_put(old);
	}
	current->flags &= ~(PF_KTHREAD | PF_FORKNOEXEC | PF_USED_MATH);
	task_set_comm(current, x->name);
	files_close_on_exec(current->files);
	signal_flush_handlers(current);
	current->sas_size = 0;
	current->sas_flags = SS_DISABLE;
	posix_timers_exit(current->process);
	arch_thread_exec(current);
	cred_commit(x->cred);
	x->cred = NULL;
	current->robust_list = 0;
	current->exit_signal = SIGCHLD;
	return 0;
}

static int find_cred(struct exec *x)
{
	struct inode *inode = x->file->inode;

	return cred_exec(inode->mode, inode->uid, inode->gid,
			 x->file->path.mnt->flags & MS_NOSUID ||
				 x->file->inode->sb->flags & MS_NOSUID,
			 &x->cred, &x->secure);
}

static int recognise(struct exec *x)
{
	int err = exec_elf_prepare(x);

	for (int depth = 0; err == -ENOEXEC && depth < EXEC_SCRIPT_DEPTH; depth++) {
		kfree(x->phdrs);
		x->phdrs = NULL;
		err = exec_script(x);
		if (err)
			return err;
		err = exec_elf_prepare(x);
	}
	return err == -ENOEXEC && x->head_len > 2 && x->head[0] == '#' && x->head[1] == '!' ? -ELOOP
											    : err;
}

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static int collect(struct exec *x, const struct exec_strings *argv, const struct exec_strings *envp)
{
	int err = exec_args_count(argv, &x->argc);

	if (!err)
		err = exec_args_count(envp, &x->envc);
	if (!err)
		err = exec_args_begin(x);
	if (!err)
		err = exec_args_push(x, x->filename);
	if (err)
		return err;
	x->execfn = x->sp;
	err = exec_args_copy(x, envp, x->envc);
	if (!err)
		err = exec_args_copy(x, argv, x->argc);
	/* As Linux since 5.18: never an empty argv. */
	if (!err && !x->argc) {
		err = exec_args_push(x, "");
		x->argc = 1;
	}
	return err;
}

static int exec_run(struct exec *x, const struct exec_strings *argv,
		    const struct exec_strings *envp)
{
	pid_t old_tid = current->pid->nr;
	u32 entry, sp;
	int err = collect(x, argv, envp);

	if (!err)
		err = recognise(x);
	if (!err)
		err = find_cred(x);
	if (!err)
		err = exec_args_finish(x);
	if (!err)
		err = exec_commit(x);
	if (err)
		return err;
	err = exec_elf_load(x, &entry, &sp);
	if (err) {
		signal_kernel_task(SIGKILL, current);
		return err;
	}
	arch_thread_start(task_regs(current), entry, sp);
	ptrace_exec(old_tid);
	return 0;
}

static int exec_common(const char *filename, int dfd, int at_flags, const struct exec_strings *argv,
		       const struct exec_strings *envp)
{
	struct exec *x = kzalloc(sizeof(*x), GFP_KERNEL);
	u32 lookup = at_flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
	int err;

	if (!x)
		return -ENOMEM;
	if (at_flags & AT_EMPTY_PATH)
		lookup |= LOOKUP_EMPTY;
	x->filename = filename;
	x->name = base_name(filename);
	err = exec_open(x, dfd, filename, lookup);
	if (!err)
		err = exec_run(x, argv, envp);
	exec_free(x);
	return err;
}

int task_exec(const char *filename, int dfd, int at_flags, const char __user *const __user *argv,
	      const char __user *const __user *envp)
{
	struct exec_strings a = { .user = (const u32 __user *)argv };
	struct exec_strings e = { .user = (const u32 __user *)envp };

	return exec_common(filename, dfd, at_flags, &a, &e);
}

int kernel_exec(const char *filename, const char *const *argv, const char *const *envp)
{
	struct exec_strings a = { .kernel = argv }, e = { .kernel = envp };

	return exec_common(filename, AT_FDCWD, 0, &a, &e);
}

asmlinkage long sys_execve(const char __user *name, const void __user *argv,
			   const void __user *envp)
{
	char *path = path_getname(name, false);
	int err;

	if (IS_ERR(path))
		return PTR_ERR(path);
	err = task_exec(path, AT_FDCWD, 0, argv, envp);
	path_putname(path);
	return err;
}

asmlinkage long sys_execveat(int dfd, const char __user *name, const void __user *argv,
			     const void __user *envp, u32 flags)
{
	char *path;
	int err;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	path = path_getname(name, flags & AT_EMPTY_PATH);
	if (IS_ERR(path))
		return PTR_ERR(path);
	err = task_exec(path, dfd, (int)flags, argv, envp);
	path_putname(path);
	return err;
}
