/*
 * procfs_internal.h - what the files of procfs share.
 *
 * What describes the system is a tree of knodes (../knode.h). What describes processes is made at
 * look-up: a directory of the root whose name is a thread's number, with the entries of one table.
 * Its dentries are dropped with their last reference, so that dead processes leave nothing behind;
 * while in use they are asked at each walk whether the task still lives.
 */
#ifndef PROCFS_INTERNAL_H
#define PROCFS_INTERNAL_H

#include "../knode.h"
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/procfs.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>

#define PROC_SUPER_MAGIC 0x9fa0u

extern struct knode *proc_root;

/* Options of the one super block. */
struct proc_options {
	int hidepid; /* 0; 1: others' directories are closed; 2: and not seen; 4: as ptrace allows
		      */
	gid_t gid;   /* whose members see everything */
};
extern struct proc_options proc_options;

enum pid_kind {
	PID_FILE, /* show, write */
	PID_FOPS, /* a file with operations of its own */
	PID_LINK, /* jumps to path() */
	PID_TEXT_LINK,
	PID_DIR, /* with operations of its own */
};

struct pid_entry {
	const char *name;
	u16 mode;
	u8 kind, where; /* IN_* */
	bool secret;	/* only for those who may trace the process, besides the mode */
	int (*show)(struct seq *s, struct task *task, bool whole);
	int (*write)(struct task *task, char *text, size_t len);
	int (*path)(struct task *task, struct path *path);
	const struct file_ops *fops;
	const struct inode_ops *iops;
	const char *target;
};
#define IN_PROCESS 1 /* /proc/PID */
#define IN_THREAD  2 /* /proc/PID/task/TID */
#define IN_BOTH	   3

struct proc_inode {
	struct knode_inode k; /* first; k.node is NULL in a process's directory */
	struct pid *pid;
	const struct pid_entry *entry; /* NULL: the directory of the process or thread itself */
	unsigned int fd;
	bool whole; /* below /proc/PID: numbers of the process, not of one thread */
};
static inline struct proc_inode *proc_i(const struct inode *inode)
{
	return (struct proc_inode *)(uintptr_t)inode;
}

/* ---- pid_dir.c ---- */
int proc_pid_lookup(struct inode *dir, struct dentry *dentry);
int proc_pid_iterate(struct file *file, struct dir_context *ctx);
/* The task behind an inode, referenced; NULL: it is gone. */
struct task *proc_get_task(const struct inode *inode);
/* "123" as a number; -1: something else. */
int proc_parse_number(const char *name);
/* An inode below a process's directory; owner from the task. NULL: no memory. */
struct inode *proc_pid_inode(struct super_block *sb, struct task *task, u32 mode, u32 index,
			     const struct pid_entry *entry);
/* Instantiates dentry, which is to go with its last reference. 0 or -ENOMEM. */
int proc_instantiate(struct dentry *dentry, struct inode *inode);
int proc_revalidate(struct dentry *dentry);
int proc_setattr(struct dentry *dentry, const struct iattr *attr);
extern const struct pid_entry pid_entries[];
extern const unsigned int pid_entry_count;
#define PID_INO_TASKS 0x80u  /* the same in a thread's directory: added to the index */
#define PID_INO_FDS   0x100u /* descriptors, by number */

/* ---- pid_links.c ---- */
extern const struct inode_ops proc_fd_dir_iops, proc_fdinfo_dir_iops, proc_link_iops,
	proc_text_link_iops;
extern const struct file_ops proc_fd_dir_fops, proc_fdinfo_dir_fops;
int proc_exe_path(struct task *task, struct path *path);
int proc_cwd_path(struct task *task, struct path *path);
int proc_root_path(struct task *task, struct path *path);
const char *proc_path_text(const struct path *path, void **cookie);

/* ---- the texts: pid_stat.c, pid_status.c, pid_memory.c, pid_maps.c, pid_misc.c ---- */
typedef int proc_show_fn(struct seq *s, struct task *task, bool whole);
typedef int proc_write_fn(struct task *task, char *text, size_t len);
proc_show_fn proc_show_stat, proc_show_statm, proc_show_status, proc_show_schedstat;
proc_show_fn proc_show_sched, proc_show_cmdline, proc_show_environ, proc_show_auxv, proc_show_maps;
proc_show_fn proc_show_smaps, proc_show_smaps_rollup, proc_show_comm, proc_show_limits;
proc_show_fn proc_show_wchan, proc_show_stack, proc_show_syscall, proc_show_io;
proc_show_fn proc_show_oom_score, proc_show_oom_score_adj, proc_show_oom_adj, proc_show_no_id;
proc_show_fn proc_show_personality, proc_show_empty, proc_show_children;
proc_show_fn proc_show_coredump_filter, proc_show_timerslack;
proc_write_fn proc_write_comm, proc_write_oom_score_adj, proc_write_oom_adj;
proc_write_fn proc_write_coredump_filter, proc_write_timerslack, proc_write_clear_refs;
extern const struct file_ops proc_mem_fops, proc_pagemap_fops, proc_mounts_fops,
	proc_mountinfo_fops, proc_mountstats_fops;
/* Of files that show an address space: the opener's right to it, and the space as it is now. */
int proc_mm_open(struct inode *inode, struct file *file);
void proc_mm_release(struct file *file);

/* Sums over the page tables of a range; mmap_lock held. Bytes. */
struct vma_usage {
	unsigned long rss, shared_clean, shared_dirty, private_clean, private_dirty, referenced,
		anon, locked, swap;
	u64 pss, pss_dirty, pss_anon, pss_file, pss_shmem, swap_pss; /* << PSS_SHIFT */
};
#define PSS_SHIFT 12
/* ns to the ABI's 1/100 s */
u64 proc_ticks(u64 ns);
/* R, S, D, T, t, Z, X, I */
char proc_task_state(const struct task *task);

/* ---- system files ---- */
int proc_system_init(void);
int proc_memory_files_init(void);
int proc_net_init(void);
int proc_sysctl_init(void);

#endif
