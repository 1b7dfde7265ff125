/*
 * wait.c - wait4(2), waitpid(2), waitid(2): what became of children and tracees.
 *
 * One pass over the children and the traced tasks looks for something to report; when there is
 * nothing now but may be later, the caller sleeps on its process's wait_child queue.
 */
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/ipc.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/sched.h>
#include "ptrace.h"
#include "task_internal.h"

struct wait_request {
	int which;	 /* P_ALL, P_PID, P_PGID */
	struct pid *pid; /* referenced; NULL for P_ALL */
	int options;
	/* results */
	pid_t found;
	int status; /* wait status form */
	int code;   /* CLD_* */
	uid_t uid;
	struct rusage_k usage;
	bool candidates; /* there is at least one it could be waiting for */
};

static bool matches(const struct wait_request *w, struct task *t)
{
	bool is_clone = t->exit_signal != SIGCHLD;

	if (w->which == P_PID && t->pid != w->pid)
		return false;
	if (w->which == P_PGID && t->process->pgid != w->pid)
		return false;
	if (task_is_traced(t) || (w->options & __WALL))
		return true;
	return is_clone == !!(w->options & __WCLONE);
}

static void describe_death(struct wait_request *w, int status)
{
	w->status = status;
	if (!(status & 0x7f))
		w->code = CLD_EXITED;
	else
		w->code = status & 0x80 ? CLD_DUMPED : CLD_KILLED;
}

static void fill_result(struct wait_request *w, struct task *t)
{
	w->found = t->pid->nr;
	w->uid = t->cred->uid;
	process_usage(t->process, &w->usage);
	if (t->process->dead_children.maxrss > w->usage.maxrss)
		w->usage.maxrss = t->process->dead_children.maxrss;
}

/* A zombie is reported once: it is reaped unless WNOWAIT. True: reported. */
static bool report_zombie(struct wait_request *w, struct task *t)
{
	struct process *p = t->process, *me = current->process;

	if (!(w->options & WEXITED))
		return false;
	fill_result(w, t);
	describe_death(w, task_is_leader(t) ? p->group_exit_code : t->exit_code);
	if (w->options & WNOWAIT)
		return true;
	if (task_is_traced(t) && t->process->parent != me) {
		/* The tracer has seen it; now the real parent may. */
		ptrace_unlink(t);
		if (!task_is_leader(t))
			task_reap_thread(t);
		else if (signal_notify_parent(t, CLD_EXITED))
			task_reap(t);
		return true;
	}
	if (task_is_leader(t)) {
		struct rusage_k all = w->usage;

		usage_add(&all, &p->dead_children);
		usage_add(&me->dead_children, &all);
	}
	task_reap_thread(t);
	return true;
}

static bool report_stopped(struct wait_request *w, struct task *t)
{
	int sig = signal_wait_stopped(t->process, !(w->options & WNOWAIT));

	if (!sig)
		return false;
	fill_result(w, t);
	w->status = sig << 8 | 0x7f;
	w->code = CLD_STOPPED;
	return true;
}

static bool report_continued(struct wait_request *w, struct task *t)
{
	if (!signal_wait_continued(t->process, !(w->options & WNOWAIT)))
		return false;
	fill_result(w, t);
	w->status = 0xffff;
	w->code = CLD_CONTINUED;
	return true;
}

static bool report_traced(struct wait_request *w, struct task *t)
{
	if (!ptrace_wait_ready(t, w->options))
		return false;
	w->status = ptrace_wait_status(t, !(w->options & WNOWAIT));
	if (!w->status)
		return false;
	fill_result(w, t);
	w->code = CLD_TRAPPED;
	return true;
}

/* `mine`: current traces it. */
static bool consider(struct wait_request *w, struct task *t, bool mine)
{
	if (t->exit_state == EXIT_DEAD || !matches(w, t))
		return false;
	w->candidates = true;
	if (t->exit_state == EXIT_ZOMBIE)
		return (!task_is_leader(t) || t->process->thread_count == 1) && report_zombie(w, t);
	if (mine)
		return report_traced(w, t);
	if ((w->options & WUNTRACED) && report_stopped(w, t))
		return true;
	return (w->options & WCONTINUED) && report_continued(w, t);
}

static bool is_my_tracee(const struct task *t)
{
	return task_is_traced(t) && t->ptrace.parent->process == current->process;
}

static bool scan_children(struct wait_request *w)
{
	struct process *p, *next;

	list_for_each_entry_safe (p, next, &current->process->children, sibling) {
		struct task *t = p->leader;

		if (task_is_traced(t) && !is_my_tracee(t)) {
			/* Somebody else's for now, but it may come back. */
			if (matches(w, t))
				w->candidates = true;
			continue;
		}
		if (consider(w, t, is_my_tracee(t)))
			return true;
	}
	return false;
}

static bool scan_tracees(struct wait_request *w)
{
	struct task *thread, *t, *next;

	for_each_thread (current->process, thread)
		list_for_each_entry_safe (t, next, &thread->traced, ptrace.node)
			if ((t->process->parent != current->process || !task_is_leader(t)) &&
			    consider(w, t, true))
				return true;
	return false;
}

/* 1: something was reported, 0: not yet, -ECHILD. */
static int scan(struct wait_request *w)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	int ret;

	w->candidates = false;
	ret = scan_children(w) || scan_tracees(w);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return ret ? 1 : w->candidates ? 0 : -ECHILD;
}

static long do_wait(struct wait_request *w)
{
	struct wait_queue *q = &current->process->wait_child;
	int state = scan(w);

	if (state == 0 && !(w->options & WNOHANG)) {
		int err = wait_event_interruptible(q, (state = scan(w)) != 0);

		if (err)
			state = err;
	}
	return state < 0 ? state : 0;
}

/* Runs the request and copies status and usage out; the found pid, 0 or an error. */
static long wait_and_copy(struct wait_request *w, int __user *status, void __user *usage)
{
	long ret = do_wait(w);
	struct rusage_abi out;

	if (ret < 0 || !w->found)
		return ret;
	if (status && put_user(w->status, status))
		return -EFAULT;
	rusage_to_abi(&w->usage, &out);
	if (usage && copy_to_user(usage, &out, sizeof(out)))
		return -EFAULT;
	return w->found;
}

/* pid > 0: that child; -1: any; 0: own group; < -1: that group. */
static int select_children(struct wait_request *w, pid_t pid)
{
	if (pid == -1) {
		w->which = P_ALL;
		return 0;
	}
	w->which = pid > 0 ? P_PID : P_PGID;
	if (pid == 0) {
		unsigned long flags = spin_lock_irqsave(&task_list_lock);

		w->pid = current->process->pgid;
		pid_get(w->pid);
		spin_unlock_irqrestore(&task_list_lock, flags);
	} else {
		w->pid = pid == INT_MIN ? NULL : pid_find_get(pid > 0 ? pid : -pid);
	}
	return w->pid ? 0 : -ECHILD;
}

asmlinkage long sys_wait4(pid_t pid, void __user *status, u32 options, void __user *usage)
{
	struct wait_request w = { .options = (int)options | WEXITED };
	long ret;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (pid == INT_MIN)
		return -ESRCH;
	ret = select_children(&w, pid);
	if (ret)
		return ret;
	ret = wait_and_copy(&w, status, usage);
	if (w.pid)
		pid_put(w.pid);
	return ret;
}

asmlinkage long sys_waitpid(pid_t pid, void __user *status, u32 options)
{
	return sys_wait4(pid, status, options, NULL);
}

static int select_by_id(struct wait_request *w, int which, pid_t id)
{
	struct fd f;

	w->which = which;
	switch (which) {
	case P_ALL:
		return 0;
	case P_PID:
		if (id <= 0)
			return -EINVAL;
		w->pid = pid_find_get(id);
		return w->pid ? 0 : -ECHILD;
	case P_PGID:
		if (id < 0)
			return -EINVAL;
		return select_children(w, id ? -id : 0);
	case P_PIDFD:
		w->which = P_PID;
		f = fd_get_light(id);
		if (!f.file)
			return -EBADF;
		w->pid = pidfd_pid(f.file);
		if (w->pid)
			pid_get(w->pid);
		fd_put_light(f);
		return w->pid ? 0 : -EBADF;
	default:
		return -EINVAL;
	}
}

static int copy_siginfo(const struct wait_request *w, void __user *uinfo)
{
	struct siginfo_abi info;

	memset(&info, 0, sizeof(info));
	if (w->found) {
		info.signo = SIGCHLD;
		info.code = w->code;
		info.child.pid = w->found;
		info.child.uid = w->uid;
		info.child.status = w->code == CLD_EXITED ? (w->status >> 8) & 0xff
				    : w->code == CLD_KILLED || w->code == CLD_DUMPED
					    ? w->status & 0x7f
				    : w->code == CLD_CONTINUED ? SIGCONT
							       : w->status >> 8;
	}
	/* Linux writes only these words, and leaves the rest of the caller's structure alone. */
	return copy_to_user(uinfo, &info, offsetof(struct siginfo_abi, child.utime));
}

asmlinkage long sys_waitid(int which, pid_t id, void __user *info, u32 options, void __user *usage)
{
	struct wait_request w = { .options = (int)options };
	struct rusage_abi out;
	long ret;

	if (options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD |
			__WCLONE | __WALL) ||
	    !(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	ret = select_by_id(&w, which, id);
	if (ret)
		return ret;
	ret = do_wait(&w);
	if (w.pid)
		pid_put(w.pid);
	if (ret < 0)
		return ret;
	rusage_to_abi(&w.usage, &out);
	if (w.found && usage && copy_to_user(usage, &out, sizeof(out)))
		return -EFAULT;
	if (info && copy_siginfo(&w, info))
		return -EFAULT;
	return 0;
}
