/* pid_table.c - what a process's and a thread's directory holds; the order is that of readdir(). */
#include "procfs_internal.h"

#define TEXT(n, m, w, fn)                                                                          \
	{                                                                                          \
		.name = n, .mode = m, .kind = PID_FILE, .where = w, .show = fn                     \
	}
#define RW(n, m, w, fn, wfn)                                                                       \
	{                                                                                          \
		.name = n, .mode = m, .kind = PID_FILE, .where = w, .show = fn, .write = wfn       \
	}
#define FOPS(n, m, w, f)                                                                           \
	{                                                                                          \
		.name = n, .mode = m, .kind = PID_FOPS, .where = w, .fops = f                      \
	}
#define LINK(n, fn)                                                                                \
	{                                                                                          \
		.name = n, .mode = 0777, .kind = PID_LINK, .where = IN_BOTH, .path = fn            \
	}
#define SECRET(n, m, w, fn)                                                                        \
	{                                                                                          \
		.name = n, .mode = m, .kind = PID_FILE, .where = w, .show = fn, .secret = true     \
	}

const struct pid_entry pid_entries[] = {
	{ .name = "task", .mode = 0555, .kind = PID_DIR, .where = IN_PROCESS },
	{ .name = "fd",
	  .mode = 0500,
	  .kind = PID_DIR,
	  .where = IN_BOTH,
	  .iops = &proc_fd_dir_iops,
	  .fops = &proc_fd_dir_fops },
	{ .name = "fdinfo",
	  .mode = 0555,
	  .kind = PID_DIR,
	  .where = IN_BOTH,
	  .iops = &proc_fdinfo_dir_iops,
	  .fops = &proc_fdinfo_dir_fops },
	{ .name = "net",
	  .mode = 0777,
	  .kind = PID_TEXT_LINK,
	  .where = IN_PROCESS,
	  .target = "../net" },
	{ .name = "net",
	  .mode = 0777,
	  .kind = PID_TEXT_LINK,
	  .where = IN_THREAD,
	  .target = "../../../net" },
	SECRET("environ", 0400, IN_BOTH, proc_show_environ),
	SECRET("auxv", 0400, IN_BOTH, proc_show_auxv),
	TEXT("status", 0444, IN_BOTH, proc_show_status),
	SECRET("personality", 0400, IN_BOTH, proc_show_personality),
	TEXT("limits", 0444, IN_BOTH, proc_show_limits),
	TEXT("sched", 0444, IN_BOTH, proc_show_sched),
	RW("comm", 0644, IN_BOTH, proc_show_comm, proc_write_comm),
	SECRET("syscall", 0400, IN_BOTH, proc_show_syscall),
	TEXT("cmdline", 0444, IN_BOTH, proc_show_cmdline),
	TEXT("stat", 0444, IN_BOTH, proc_show_stat),
	TEXT("statm", 0444, IN_BOTH, proc_show_statm),
	SECRET("maps", 0444, IN_BOTH, proc_show_maps),
	TEXT("children", 0444, IN_THREAD, proc_show_children),
	FOPS("mem", 0600, IN_BOTH, &proc_mem_fops),
	LINK("cwd", proc_cwd_path),
	LINK("root", proc_root_path),
	LINK("exe", proc_exe_path),
	FOPS("mounts", 0444, IN_BOTH, &proc_mounts_fops),
	FOPS("mountinfo", 0444, IN_BOTH, &proc_mountinfo_fops),
	FOPS("mountstats", 0400, IN_PROCESS, &proc_mountstats_fops),
	RW("clear_refs", 0200, IN_BOTH, proc_show_empty, proc_write_clear_refs),
	SECRET("smaps", 0444, IN_BOTH, proc_show_smaps),
	SECRET("smaps_rollup", 0444, IN_BOTH, proc_show_smaps_rollup),
	FOPS("pagemap", 0400, IN_BOTH, &proc_pagemap_fops),
	TEXT("wchan", 0444, IN_BOTH, proc_show_wchan),
	TEXT("stack", 0400, IN_BOTH, proc_show_stack),
	TEXT("schedstat", 0444, IN_BOTH, proc_show_schedstat),
	TEXT("cgroup", 0444, IN_BOTH, proc_show_empty),
	TEXT("oom_score", 0444, IN_BOTH, proc_show_oom_score),
	RW("oom_adj", 0644, IN_BOTH, proc_show_oom_adj, proc_write_oom_adj),
	RW("oom_score_adj", 0644, IN_BOTH, proc_show_oom_score_adj, proc_write_oom_score_adj),
	TEXT("loginuid", 0444, IN_BOTH, proc_show_no_id),
	TEXT("sessionid", 0444, IN_BOTH, proc_show_no_id),
	RW("coredump_filter", 0644, IN_PROCESS, proc_show_coredump_filter,
	   proc_write_coredump_filter),
	SECRET("io", 0400, IN_BOTH, proc_show_io),
	RW("timerslack_ns", 0666, IN_PROCESS, proc_show_timerslack, proc_write_timerslack),
};
const unsigned int pid_entry_count = ARRAY_SIZE(pid_entries);
