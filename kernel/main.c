/*
 * main.c - the boot from "memory works" to process 1.
 */
#include <kernel/arch.h>
#include <kernel/devfs.h>
#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/main.h>
#include <kernel/math64.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/timekeeping.h>
#include <kernel/tmpfs.h>
#include <kernel/initramfs.h>
#include "proc/task_internal.h"

extern const struct init_call initcalls_start[], initcalls_end[];

static void run_init_calls(int level)
{
	for (const struct init_call *c = initcalls_start; c < initcalls_end; c++) {
		int err = c->level == level ? c->fn() : 0;

		if (err)
			pr_err("init: %s failed: %pE\n", c->name, (void *)(long)err);
	}
}

static void unpack_modules(void)
{
	for (unsigned int i = 0; i < boot_module_count; i++) {
		int err = initramfs_unpack(boot_modules[i].start, boot_modules[i].end);

		if (err)
			pr_err("initramfs: module %u: %pE\n", i, (void *)(long)err);
	}
}

/* Descriptors 0, 1 and 2 of process 1. */
static void open_console(void)
{
	struct file *console = file_open(AT_FDCWD, "/dev/console", O_RDWR | O_NONBLOCK, 0);

	if (IS_ERR(console)) {
		pr_warn("init: cannot open /dev/console: %pE\n", (void *)console);
		return;
	}
	console->flags &= ~O_NONBLOCK;
	for (int i = 0; i < 3; i++) {
		file_get(console);
		if (fd_install_new(console, 0) < 0)
			file_put(console);
	}
	file_put(console);
}

#define INIT_ARGS_MAX 32
static char init_words[1024];
static const char *init_argv[INIT_ARGS_MAX + 2];
static const char *init_envp[] = {
	"HOME=/", "TERM=linux", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	NULL
};

/* As Linux: what follows "--" on the command line goes to process 1. */
static void collect_init_args(const char *name)
{
	const char *dashes = strstr(boot_command_line, " -- ");
	unsigned int n = 1;
	char *p = init_words;

	init_argv[0] = name;
	if (dashes)
		strscpy(init_words, dashes + 4, sizeof(init_words));
	while (*p && n <= INIT_ARGS_MAX) {
		while (*p == ' ')
			*p++ = '\0';
		if (!*p)
			break;
		init_argv[n++] = p;
		while (*p && *p != ' ')
			p++;
	}
	if (n == 1 && (cmdline_has("single") || cmdline_has("S")))
		init_argv[n++] = "single";
	init_argv[n] = NULL;
}

static int try_init(const char *name)
{
	int err;

	collect_init_args(name);
	pr_info("init: starting %s, %u ms after the kernel\n", name,
		(unsigned int)div_u64((u64)clock_monotonic(), NSEC_PER_MSEC));
	err = kernel_exec(name, init_argv, init_envp);
	if (err && err != -ENOENT)
		pr_err("init: cannot run %s: %pE\n", name, (void *)(long)err);
	return err;
}

static bool exists(const char *name)
{
	struct path path;

	if (path_lookup_kernel(name, LOOKUP_FOLLOW, &path))
		return false;
	path_put(&path);
	return true;
}

/* An initramfs with an /init (or rdinit=) goes before root=, as in Linux. */
static bool wants_root_device(void)
{
	static char name[128];
	const char *first = cmdline_get("rdinit");

	strscpy(name, first ? first : "/init", sizeof(name));
	return cmdline_get("root") && !exists(name);
}

static int run_first_program(bool from_device)
{
	static const char *const candidates[] = { "/init", "/sbin/init", "/etc/init", "/bin/init",
						  "/bin/sh" };
	static char named[128];
	const char *wanted = from_device ? NULL : cmdline_get("rdinit");

	if (!wanted)
		wanted = cmdline_get("init");
	if (wanted) {
		strscpy(named, wanted, sizeof(named));
		if (try_init(named) == 0)
			return 0;
		panic("the program named on the command line, %s, cannot be run as process 1",
		      named);
	}
	for (unsigned int i = from_device; i < ARRAY_SIZE(candidates); i++)
		if (try_init(candidates[i]) == 0)
			return 0;
	if (from_device)
		panic("no program to run as process 1: there is no /sbin/init, /etc/init, "
		      "/bin/init or /bin/sh on the root file system");
	panic("no program to run as process 1: there is no /init in an initramfs, and no root=; "
	      "see docs/boot.md");
}

static void enable_strace(void)
{
	if (cmdline_get_uint("strace", 0)) {
		current->flags |= PF_STRACE;
		current->work |= TW_SYSCALL_TRACE;
	}
}

/* Runs as the kernel thread that becomes process 1. */
static int init_thread(void *arg)
{
	bool from_device;
	int err;

	task_become_init();
	run_init_calls(INIT_CORE);
	run_init_calls(INIT_FS);
	current->files = files_create();
	current->fs = fs_context_create();
	err = vfs_mount_root("rootfs", "rootfs", 0, NULL);
	if (err || !current->files || !current->fs)
		panic("cannot mount the root file system: %pE", (void *)(long)err);
	run_init_calls(INIT_BUS);
	run_init_calls(INIT_DRIVER);
	run_init_calls(INIT_LATE);
	unpack_modules();
	tmpfs_limit_growth(current->fs->root.mnt->sb);
	err = devfs_mount_default();
	if (err)
		pr_err("cannot mount /dev: %pE\n", (void *)(long)err);
	from_device = wants_root_device();
	if (from_device)
		mount_root();
	open_console();
	arch_free_init_memory();
	enable_strace();
	return run_first_program(from_device);
}

void kernel_main(void)
{
	slab_init();
	task_cache_init();
	pid_init();
	task_make_idle();
	sched_init();
	timers_init();
	printk(KERN_NOTICE "Oldiron %s (%s), Linux i386 ABI %s\n", OLDIRON_VERSION, "i486",
	       OLDIRON_RELEASE);
	printk(KERN_INFO "command line: %s\n", boot_command_line);
	arch_init();
	arch_time_init();
	arch_late_init();
	mm_init();
	vfs_init();
	run_init_calls(INIT_EARLY);
	local_irq_enable();
	if (IS_ERR(kthread_create(init_thread, NULL, "init")))
		panic("cannot start process 1");
	sched_idle_loop();
}
