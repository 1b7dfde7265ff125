/*
 * pid_memory.c - what a program's memory holds: cmdline, environ, auxv, and mem itself.
 */
#include "procfs_internal.h"
#include <kernel/mm.h>

/* Appends [start, end) of a program's memory; stops at what is not there. */
static void copy_range(struct seq *s, struct mm *mm, unsigned long start, unsigned long end)
{
	while (start < end) {
		size_t n = min_t(size_t, end - start, PAGE_SIZE - (start & (PAGE_SIZE - 1)));
		char *room = seq_room(s, n);
		size_t moved = room ? mm_access(mm, start, room, n, ACCESS_FORCE) : 0;

		seq_commit(s, moved);
		if (moved < n)
			break;
		start += n;
	}
}

/* Has the program written over the end of its arguments (setproctitle)? */
static bool is_retitled(struct mm *mm)
{
	char last = 0;

	return mm->arg_end > mm->arg_start &&
	       mm_access(mm, mm->arg_end - 1, &last, 1, ACCESS_FORCE) == 1 && last;
}

int proc_show_cmdline(struct seq *s, struct task *t, bool whole)
{
	struct mm *mm = task_get_mm(t);
	unsigned long end;
	bool retitled;

	if (!mm)
		return 0;
	end = mm->arg_end;
	retitled = is_retitled(mm);
	/* Then the title is one string, which may go on where the environment was. */
	if (retitled && mm->env_start == end && mm->env_end > end)
		end = mm->env_end;
	copy_range(s, mm, mm->arg_start, end);
	if (retitled && s->buf) {
		size_t n = strnlen(s->buf, s->len);

		s->len = min(n + 1, s->len);
	}
	mm_user_put(mm);
	return 0;
}

int proc_show_environ(struct seq *s, struct task *t, bool whole)
{
	struct mm *mm = task_get_mm(t);

	if (!mm)
		return 0;
	copy_range(s, mm, mm->env_start, mm->env_end);
	mm_user_put(mm);
	return 0;
}

int proc_show_auxv(struct seq *s, struct task *t, bool whole)
{
	struct mm *mm = task_get_mm(t);

	if (!mm)
		return 0;
	seq_write(s, mm->auxv, mm->auxv_words * sizeof(mm->auxv[0]));
	mm_user_put(mm);
	return 0;
}

/* ---- /proc/PID/mem ---- */

/* The address space is held as it is now: an exec later does not give access to the new one. */
int proc_mm_open(struct inode *inode, struct file *file)
{
	struct task *t = proc_get_task(inode);
	struct mm *mm = NULL;
	int err = 0;

	if (!t)
		return -ESRCH;
	if (!ptrace_may_access(t))
		err = -EACCES;
	else
		mm = task_get_mm(t);
	task_put(t);
	if (mm) {
		mm_get(mm);
		mm_user_put(mm);
	}
	file->private = mm;
	return err;
}

void proc_mm_release(struct file *file)
{
	if (file->private)
		mm_put(file->private);
}

static loff_t mem_llseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->pos = offset;
	return offset;
}

static size_t move_piece(struct mm *mm, struct iov_iter *it, unsigned long addr, char *page,
			 size_t n, bool write)
{
	size_t moved;

	if (write) {
		moved = iov_copy_from(it, page, n);
		return mm_access(mm, addr, page, moved, ACCESS_FORCE | ACCESS_WRITE);
	}
	moved = mm_access(mm, addr, page, n, ACCESS_FORCE);
	return iov_copy_to(it, page, moved);
}

static ssize_t mem_rw(struct file *file, struct iov_iter *it, loff_t *pos, bool write)
{
	struct mm *mm = file->private;
	ssize_t done = 0;
	char *page;

	if (!mm || !refcount_inc_not_zero(&mm->users))
		return 0;
	page = page_alloc_addr(GFP_KERNEL);
	if (!page)
		done = -ENOMEM;
	while (page && it->count) {
		size_t n = min_t(size_t, it->count, PAGE_SIZE), moved = 0;

		if (*pos >= 0 && *pos < (loff_t)PAGE_OFFSET)
			moved = move_piece(mm, it, (unsigned long)*pos, page, n, write);
		*pos += (loff_t)moved;
		done += (ssize_t)moved;
		if (moved < n) {
			done = done ? done : -EIO;
			break;
		}
	}
	if (page)
		page_free_addr(page);
	mm_user_put(mm);
	return done;
}

static ssize_t mem_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return mem_rw(file, to, pos, false);
}

static ssize_t mem_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return mem_rw(file, from, pos, true);
}

const struct file_ops proc_mem_fops = {
	.read = mem_read,
	.write = mem_write,
	.llseek = mem_llseek,
	.open = proc_mm_open,
	.release = proc_mm_release,
};
