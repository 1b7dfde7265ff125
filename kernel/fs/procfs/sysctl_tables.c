/*
 * sysctl_tables.c - /proc/sys/fs, vm, net, dev. Values that are fixed in this kernel are shown as
 * what they are and take no other.
 */
#include "sysctl_tables.h"
#include "procfs_internal.h"
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/pagecache.h>
#include <kernel/swap.h>
#include <kernel/sysctl.h>

#define CONST(n, m, v)                                                                             \
	{                                                                                          \
		.name = n, .mode = m, .type = SYSCTL_CONST, .min = v                               \
	}
#define TEXT(n, t)                                                                                 \
	{                                                                                          \
		.name = n, .mode = 0444, .type = SYSCTL_TEXT, .data = (void *)t                    \
	}
#define PROC(n, m, g, st)                                                                          \
	{                                                                                          \
		.name = n, .mode = m, .type = SYSCTL_PROC, .get = g, .set = st                     \
	}
#define UINT(n, d, m, fn)                                                                          \
	{                                                                                          \
		.name = n, .mode = 0644, .type = SYSCTL_UINT, .data = d, .max = m, .changed = fn   \
	}
#define DROP_BATCH 256ul

int panic_timeout;

/* ---- fs ---- */

static void file_nr_show(const struct sysctl *ctl, struct seq *s)
{
	seq_printf(s, "%u\t0\t%u\n", files_open_count(), files_open_max);
}

static const struct sysctl fs_table[] = {
	CONST("aio-max-nr", 0644, 65536),
	CONST("aio-nr", 0444, 0),
	TEXT("dentry-state", "0\t0\t45\t0\t0\t0"),
	CONST("dir-notify-enable", 0644, 0),
	{ .name = "file-max",
	  .mode = 0644,
	  .type = SYSCTL_UINT,
	  .data = &files_open_max,
	  .min = 64,
	  .max = INT_MAX },
	PROC("file-nr", 0444, file_nr_show, NULL),
	TEXT("inode-nr", "0\t0"),
	TEXT("inode-state", "0\t0\t0\t0\t0\t0\t0"),
	CONST("lease-break-time", 0644, 45),
	CONST("leases-enable", 0644, 0),
	{ .name = "mount-max",
	  .mode = 0644,
	  .type = SYSCTL_UINT,
	  .data = &mounts_max,
	  .min = 1,
	  .max = INT_MAX },
	CONST("nr_open", 0644, 1024 * 1024),
	CONST("overflowgid", 0644, 65534),
	CONST("overflowuid", 0644, 65534),
	CONST("pipe-max-size", 0644, 1 << 20),
	CONST("pipe-user-pages-hard", 0644, 0),
	CONST("pipe-user-pages-soft", 0644, 16384),
	CONST("protected_fifos", 0600, 0),
	CONST("protected_hardlinks", 0600, 0),
	CONST("protected_regular", 0600, 0),
	CONST("protected_symlinks", 0600, 0),
	CONST("suid_dumpable", 0644, 0),
};
static const struct sysctl inotify_table[] = {
	CONST("max_queued_events", 0644, 16384),
	CONST("max_user_instances", 0644, 128),
	CONST("max_user_watches", 0644, 65536),
};
static const struct sysctl epoll_table[] = {
	CONST("max_user_watches", 0644, 65536),
};

/* ---- vm ---- */

/* 1 or 3: clean page cache; 2 or 3: dentries and inodes. The reclaimer takes both by age. */
static int drop_caches_store(const struct sysctl *ctl, char *text, size_t len)
{
	const char *p = text;
	s64 what;

	if (sysctl_parse_number(&p, &what) || what < 1 || what > 4)
		return -EINVAL;
	while (what < 4 && reclaim_pages(DROP_BATCH, GFP_KERNEL))
		;
	return 0;
}

static void zero_show(const struct sysctl *ctl, struct seq *s)
{
	seq_puts(s, "0\n");
}

static void min_free_show(const struct sysctl *ctl, struct seq *s)
{
	struct page_stats st;

	page_get_stats(&st);
	seq_printf(s, "%lu\n", st.min * (PAGE_SIZE / 1024));
}

/* Whichever was written last is the limit. */
static int kbytes_changed(const struct sysctl *ctl)
{
	overcommit.ratio = 0;
	return 0;
}

static int ratio_changed(const struct sysctl *ctl)
{
	overcommit.kbytes = 0;
	return 0;
}

static const struct sysctl vm_table[] = {
	UINT("admin_reserve_kbytes", &overcommit.admin_reserve_kbytes, UINT_MAX, NULL),
	CONST("dirty_background_bytes", 0644, 0),
	CONST("dirty_background_ratio", 0644, 10),
	CONST("dirty_bytes", 0644, 0),
	CONST("dirty_expire_centisecs", 0644, 3000),
	CONST("dirty_ratio", 0644, 20),
	CONST("dirty_writeback_centisecs", 0644, 500),
	PROC("drop_caches", 0200, zero_show, drop_caches_store),
	CONST("laptop_mode", 0644, 0),
	CONST("legacy_va_layout", 0644, 0),
	TEXT("lowmem_reserve_ratio", "256\t256\t32"),
	CONST("max_map_count", 0644, 65530),
	PROC("min_free_kbytes", 0444, min_free_show, NULL),
	CONST("mmap_min_addr", 0644, 65536),
	CONST("oom_dump_tasks", 0644, 1),
	CONST("oom_kill_allocating_task", 0644, 0),
	UINT("overcommit_kbytes", &overcommit.kbytes, UINT_MAX, kbytes_changed),
	UINT("overcommit_memory", &overcommit.policy, 2, NULL),
	UINT("overcommit_ratio", &overcommit.ratio, INT_MAX, ratio_changed),
	CONST("page-cluster", 0644, 3),
	CONST("panic_on_oom", 0644, 0),
	UINT("swappiness", &swappiness, 200, NULL),
	UINT("user_reserve_kbytes", &overcommit.user_reserve_kbytes, UINT_MAX, NULL),
	CONST("vfs_cache_pressure", 0644, 100),
};

/* ---- net ---- */

static const struct sysctl net_core_table[] = {
	CONST("optmem_max", 0644, 20480),    CONST("rmem_default", 0644, 212992),
	CONST("rmem_max", 0644, 212992),     CONST("somaxconn", 0644, 4096),
	CONST("wmem_default", 0644, 212992), CONST("wmem_max", 0644, 212992),
};
static const struct sysctl net_unix_table[] = {
	CONST("max_dgram_qlen", 0644, 10),
};

static const struct {
	const char *dir;
	const struct sysctl *table;
	unsigned int count;
} tables[] = {
	{ "fs", fs_table, ARRAY_SIZE(fs_table) },
	{ "fs/inotify", inotify_table, ARRAY_SIZE(inotify_table) },
	{ "fs/epoll", epoll_table, ARRAY_SIZE(epoll_table) },
	{ "vm", vm_table, ARRAY_SIZE(vm_table) },
	{ "net/core", net_core_table, ARRAY_SIZE(net_core_table) },
	{ "net/unix", net_unix_table, ARRAY_SIZE(net_unix_table) },
	{ "dev", NULL, 0 },
};

int __init proc_sysctl_init(void)
{
	int err = proc_sysctl_kernel_init();

	for (unsigned int i = 0; i < ARRAY_SIZE(tables) && !err; i++)
		err = sysctl_register(tables[i].dir, tables[i].table, tables[i].count);
	if (cmdline_has("panic"))
		panic_timeout = (int)cmdline_get_uint("panic", (u32)-1);
	return err;
}
