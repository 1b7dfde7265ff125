/* system.c - files of /proc about the machine and the kernel as a whole. */
#include "procfs_internal.h"
#include "fill.h"
#include <kernel/arch.h>
#include <kernel/device.h>
#include <kernel/init.h>
#include <kernel/ipc.h>
#include <kernel/irq.h>
#include <kernel/main.h>
#include <kernel/math64.h>
#include <kernel/misc.h>
#include <kernel/resource.h>
#include <kernel/strace.h>
#include <kernel/sysrq.h>
#include <kernel/uts.h>

#define LOAD_SHIFT 11
#define FILL_FIRST 1024u

void proc_fill(struct seq *s, size_t (*fn)(char *buf, size_t size))
{
	for (size_t size = FILL_FIRST;; size *= 4) {
		char *room = seq_room(s, size);
		size_t n;

		if (!room)
			return;
		n = fn(room, size);
		/* A text that was cut ends at the last byte, or with a line that did not fit. */
		if (n < size / 2 || size >= KMALLOC_MAX / 4) {
			seq_commit(s, n);
			return;
		}
	}
}

void proc_lines(struct seq *s, size_t (*fn)(unsigned int n, char *buf, size_t size))
{
	for (unsigned int i = 0;; i++) {
		char *room = seq_room(s, PROC_LINE_MAX);
		size_t n = room ? fn(i, room, PROC_LINE_MAX) : 0;

		if (!n)
			return;
		seq_commit(s, n);
	}
}

static int show_version(struct seq *s)
{
	struct uts_names u;

	uts_get(&u);
	seq_printf(s, "%s version %s (Oldiron %s) (gcc " __VERSION__ ") %s\n", u.sysname, u.release,
		   OLDIRON_VERSION, u.version);
	return 0;
}

static int show_cmdline(struct seq *s)
{
	seq_printf(s, "%s\n", boot_command_line);
	return 0;
}

static int show_cpuinfo(struct seq *s)
{
	proc_fill(s, arch_cpuinfo);
	return 0;
}

static void put_seconds(struct seq *s, u64 ns, const char *after)
{
	u32 rest;
	u64 seconds = div_u64_rem(ns, (u32)NSEC_PER_SEC, &rest);

	seq_printf(s, "%llu.%02u%s", seconds, rest / 10000000u, after);
}

static int show_uptime(struct seq *s)
{
	put_seconds(s, (u64)clock_monotonic(), " ");
	put_seconds(s, this_cpu()->idle_ns, "\n");
	return 0;
}

static int show_loadavg(struct seq *s)
{
	unsigned long load[3];

	sched_load_average(load);
	for (int i = 0; i < 3; i++) {
		unsigned long v = load[i] + (1ul << LOAD_SHIFT) / 200;

		seq_printf(s, "%lu.%02lu ", v >> LOAD_SHIFT,
			   ((v & ((1ul << LOAD_SHIFT) - 1)) * 100) >> LOAD_SHIFT);
	}
	seq_printf(s, "%lu/%lu %d\n", sched_nr_running(), task_count(), pid_last());
	return 0;
}

static void put_cpu_times(struct seq *s, const char *name)
{
	const struct cpu *c = this_cpu();

	seq_printf(s, "%s %llu %llu %llu %llu %llu 0 0 0 0 0\n", name, proc_ticks(c->user_ns),
		   proc_ticks(c->nice_ns), proc_ticks(c->system_ns), proc_ticks(c->idle_ns),
		   proc_ticks(c->iowait_ns));
}

static unsigned int count_blocked(void)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p;
	struct task *t;
	unsigned int n = 0;

	for_each_process (p)
		for_each_thread (p, t)
			n += (t->state & TASK_UNINTERRUPTIBLE) && !(t->flags & PF_KTHREAD);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return n;
}

static int show_stat(struct seq *s)
{
	const s64 boot = clock_realtime() - clock_monotonic();
	u64 interrupts = 0;

	put_cpu_times(s, "cpu ");
	put_cpu_times(s, "cpu0");
	for (int i = 0; i < IRQ_LINES; i++)
		interrupts += irq_count(i);
	seq_printf(s, "intr %llu", interrupts);
	for (int i = 0; i < IRQ_LINES; i++)
		seq_printf(s, " %llu", irq_count(i));
	seq_printf(s, "\nctxt %llu\nbtime %llu\nprocesses %lu\n", sched_switch_count(),
		   div_u64(boot > 0 ? (u64)boot : 0, (u32)NSEC_PER_SEC), pid_made_count());
	seq_printf(s, "procs_running %lu\nprocs_blocked %u\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n",
		   sched_nr_running(), count_blocked());
	return 0;
}

static int show_interrupts(struct seq *s)
{
	char names[96];

	seq_puts(s, "           CPU0       \n");
	for (int i = 0; i < IRQ_LINES; i++) {
		bool used = irq_describe(i, names, sizeof(names)) != 0;

		if (used || i == 2)
			seq_printf(s, "%3d: %10llu    XT-PIC  %s\n", i, irq_count(i),
				   used ? names : "cascade");
	}
	seq_printf(s, "NMI: %10u   Non-maskable interrupts\n", 0u);
	seq_printf(s, "SPU: %10llu   Spurious interrupts\n", irq_spurious_count());
	seq_printf(s, "ERR: %10u\n", 0u);
	return 0;
}

static int show_softirqs(struct seq *s)
{
	static const char *const names[] = { "HI",	 "TIMER",   "NET_TX", "NET_RX",	 "BLOCK",
					     "IRQ_POLL", "TASKLET", "SCHED",  "HRTIMER", "RCU" };

	seq_puts(s, "                    CPU0       \n");
	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		seq_printf(s, "%12s: %10u\n", names[i], 0u);
	return 0;
}

/* Addresses are nobody's business but root's, as on Linux; CAP_SYS_ADMIN is asked of the opener. */
static int show_resources(struct seq *s, enum resource_type type, int width)
{
	const bool hide = !capable(CAP_SYS_ADMIN);
	struct resource_info r;

	for (unsigned int n = 0; resource_get_info(type, n, &r); n++)
		seq_printf(s, "%*s%0*x-%0*x : %s\n", (int)r.depth * 2, "", width,
			   hide ? 0 : r.start, width, hide ? 0 : r.end, r.name);
	return 0;
}

static int show_ioports(struct seq *s)
{
	return show_resources(s, RESOURCE_PORT, 4);
}

static int show_iomem(struct seq *s)
{
	return show_resources(s, RESOURCE_MEMORY, 8);
}

static int show_dma(struct seq *s)
{
	struct resource_info r;

	for (unsigned int n = 0; resource_get_info(RESOURCE_DMA, n, &r); n++)
		seq_printf(s, "%2u: %s\n", r.start, r.name);
	return 0;
}

static int show_filesystems(struct seq *s)
{
	proc_fill(s, fs_types_format);
	return 0;
}

static int show_devices(struct seq *s)
{
	seq_puts(s, "Character devices:\n");
	proc_fill(s, chrdev_describe);
	seq_puts(s, "\nBlock devices:\n");
	if (proc_block_hooks.majors)
		proc_block_hooks.majors(s);
	return 0;
}

static int show_misc(struct seq *s)
{
	proc_fill(s, misc_describe);
	return 0;
}

static int show_locks(struct seq *s)
{
	proc_fill(s, locks_format);
	return 0;
}

static int show_partitions(struct seq *s)
{
	if (proc_block_hooks.partitions) {
		seq_puts(s, "major minor  #blocks  name\n\n");
		proc_block_hooks.partitions(s);
	}
	return 0;
}

static int show_diskstats(struct seq *s)
{
	if (proc_block_hooks.diskstats)
		proc_block_hooks.diskstats(s);
	return 0;
}

static int show_nothing(struct seq *s)
{
	return 0;
}

static void put_console(const char *value, void *arg)
{
	char name[16];
	size_t n = 0;

	while (value[n] && value[n] != ',' && n < sizeof(name) - 1)
		n++;
	memcpy(name, value, n);
	name[n] = 0;
	seq_printf(arg, "%-21s-W- (EC  p  )    4:%d\n", name,
		   !strncmp(name, "ttyS", 4) ? 64 + name[4] - '0' : 1);
}

static int show_consoles(struct seq *s)
{
	if (cmdline_has("console"))
		cmdline_for_each("console", put_console, s);
	else
		put_console("tty0", s);
	return 0;
}

static int write_sysrq(char *text, size_t len)
{
	if (len)
		sysrq_handle(text[0]);
	return 0;
}

static int show_unknown_syscalls(struct seq *s)
{
	proc_lines(s, syscall_unknown_show);
	return 0;
}

static int show_syscalls(struct seq *s)
{
	for (unsigned int nr = 0; nr < syscall_count_max(); nr++) {
		char *room = seq_room(s, PROC_LINE_MAX);

		if (!room)
			break;
		seq_commit(s, syscall_count_show(nr, room, PROC_LINE_MAX));
	}
	return 0;
}

/* How many threads still look for devices: what waits for a disk need not wait longer than that. */
static int show_probes(struct seq *s)
{
	seq_printf(s, "%u\n", device_probes_running());
	return 0;
}

static int show_shm(struct seq *s)
{
	proc_lines(s, sysv_shm_proc_show);
	return 0;
}
static int show_sem(struct seq *s)
{
	proc_lines(s, sysv_sem_proc_show);
	return 0;
}
static int show_msg(struct seq *s)
{
	proc_lines(s, sysv_msg_proc_show);
	return 0;
}

static const struct proc_file root_files[] = {
	{ "cmdline", 0, show_cmdline },
	{ "consoles", 0, show_consoles },
	{ "cpuinfo", 0, show_cpuinfo },
	{ "devices", 0, show_devices },
	{ "diskstats", 0, show_diskstats },
	{ "dma", 0, show_dma },
	{ "filesystems", 0, show_filesystems },
	{ "interrupts", 0, show_interrupts },
	{ "iomem", 0, show_iomem },
	{ "ioports", 0, show_ioports },
	{ "loadavg", 0, show_loadavg },
	{ "locks", 0, show_locks },
	{ "misc", 0, show_misc },
	{ "modules", 0, show_nothing },
	{ "partitions", 0, show_partitions },
	{ "softirqs", 0, show_softirqs },
	{ "stat", 0, show_stat },
	{ "sysrq-trigger", 0200, NULL, write_sysrq },
	{ "uptime", 0, show_uptime },
	{ "version", 0, show_version },
};
static const struct proc_file sysvipc_files[] = {
	{ "msg", 0, show_msg },
	{ "sem", 0, show_sem },
	{ "shm", 0, show_shm },
};
static const struct proc_file oldiron_files[] = {
	{ "probes", 0, show_probes },
	{ "syscalls", 0, show_syscalls },
	{ "unknown_syscalls", 0, show_unknown_syscalls },
};

int __init proc_system_init(void)
{
	int err = proc_add_files("", root_files, ARRAY_SIZE(root_files));

	if (!err)
		err = proc_add_files("sysvipc", sysvipc_files, ARRAY_SIZE(sysvipc_files));
	if (!err)
		err = proc_add_files("oldiron", oldiron_files, ARRAY_SIZE(oldiron_files));
	return err;
}
