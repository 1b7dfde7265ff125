/* sysctl_kernel.c - /proc/sys/kernel and /proc/sys/kernel/random. */
#include "procfs_internal.h"
#include "sysctl_tables.h"
#include <kernel/init.h>
#include <kernel/main.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/sysctl.h>
#include <kernel/sysrq.h>
#include <kernel/uts.h>

#define PID_MAX_LOW   301
#define PID_MAX_LIMIT (1 << 21) /* the inode numbers of /proc have room for no more */
#define POOL_BITS     256

/* ---- uname's strings ---- */

static const char *uts_field(const struct sysctl *ctl, const struct uts_names *u)
{
	switch (ctl->name[0]) {
	case 'h':
		return u->nodename;
	case 'd':
		return u->domainname;
	case 'v':
		return u->version;
	case 'a':
		return u->machine;
	default:
		return ctl->name[2] == 't' ? u->sysname : u->release;
	}
}

static void uts_show(const struct sysctl *ctl, struct seq *s)
{
	struct uts_names u;

	uts_get(&u);
	seq_printf(s, "%s\n", uts_field(ctl, &u));
}

static int uts_store(const struct sysctl *ctl, char *text, size_t len)
{
	const char *end = memchr(text, '\n', len);

	if (end)
		len = (size_t)(end - text);
	len = min_t(size_t, len, UTS_LEN - 1);
	return ctl->name[0] == 'h' ? uts_set_hostname(text, len) : uts_set_domainname(text, len);
}

/* ---- log, tasks ---- */

static void printk_show(const struct sysctl *ctl, struct seq *s)
{
	seq_printf(s, "%d\t4\t1\t7\n", console_loglevel);
}

static int printk_store(const struct sysctl *ctl, char *text, size_t len)
{
	const char *p = text;
	s64 level;

	if (sysctl_parse_number(&p, &level) || level < 0 || level > 15)
		return -EINVAL;
	console_loglevel = (int)level;
	return 0;
}

static void threads_show(const struct sysctl *ctl, struct seq *s)
{
	seq_printf(s, "%lu\n", task_limit());
}

static void last_pid_show(const struct sysctl *ctl, struct seq *s)
{
	seq_printf(s, "%d\n", pid_last());
}

/* ---- random ---- */

struct uuid {
	u8 byte[16];
};

static void uuid_make(struct uuid *u)
{
	random_bytes(u, sizeof(*u));
	u->byte[6] = (u->byte[6] & 0x0f) | 0x40; /* RFC 4122: version 4, random */
	u->byte[8] = (u->byte[8] & 0x3f) | 0x80;
}

static void uuid_print(struct seq *s, const struct uuid *u)
{
	for (int i = 0; i < 16; i++)
		seq_printf(s, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			   u->byte[i]);
	seq_putc(s, '\n');
}

static void uuid_show(const struct sysctl *ctl, struct seq *s)
{
	struct uuid u;

	uuid_make(&u);
	uuid_print(s, &u);
}

static DEFINE_MUTEX(boot_id_lock, RANK_MUTEX_LEAF); /* all of boot_id */
static struct uuid boot_id;
static bool boot_id_made;

static void boot_id_show(const struct sysctl *ctl, struct seq *s)
{
	mutex_lock(&boot_id_lock);
	if (!boot_id_made)
		uuid_make(&boot_id);
	boot_id_made = true;
	mutex_unlock(&boot_id_lock);
	uuid_print(s, &boot_id);
}

static void entropy_show(const struct sysctl *ctl, struct seq *s)
{
	seq_printf(s, "%d\n", random_ready() ? POOL_BITS : 0);
}

#define PROC(n, m, g, st)                                                                          \
	{                                                                                          \
		.name = n, .mode = m, .type = SYSCTL_PROC, .get = g, .set = st                     \
	}
#define CONST(n, m, v)                                                                             \
	{                                                                                          \
		.name = n, .mode = m, .type = SYSCTL_CONST, .min = v                               \
	}

static const struct sysctl kernel_table[] = {
	PROC("arch", 0444, uts_show, NULL),
	CONST("cap_last_cap", 0444, CAP_LAST),
	{ .name = "core_pattern", .mode = 0444, .type = SYSCTL_TEXT, .data = (void *)"core" },
	CONST("core_uses_pid", 0644, 0),
	CONST("ctrl-alt-del", 0444, 0),
	CONST("dmesg_restrict", 0644, 0),
	PROC("domainname", 0644, uts_show, uts_store),
	PROC("hostname", 0644, uts_show, uts_store),
	CONST("kptr_restrict", 0644, 0),
	CONST("msgmax", 0644, 8192),
	CONST("msgmnb", 0644, 16384),
	CONST("msgmni", 0644, 32000),
	CONST("ngroups_max", 0444, 65536),
	PROC("ns_last_pid", 0444, last_pid_show, NULL),
	PROC("osrelease", 0444, uts_show, NULL),
	PROC("ostype", 0444, uts_show, NULL),
	CONST("overflowgid", 0644, 65534),
	CONST("overflowuid", 0644, 65534),
	{ .name = "panic", .mode = 0444, .type = SYSCTL_INT, .data = &panic_timeout },
	CONST("panic_on_oops", 0644, 0),
	CONST("perf_event_paranoid", 0644, 2),
	{ .name = "pid_max",
	  .mode = 0644,
	  .type = SYSCTL_UINT,
	  .data = &pid_max,
	  .min = PID_MAX_LOW,
	  .max = PID_MAX_LIMIT },
	PROC("printk", 0644, printk_show, printk_store),
	CONST("randomize_va_space", 0644, 0),
	CONST("sched_child_runs_first", 0644, 0),
	{ .name = "sem",
	  .mode = 0444,
	  .type = SYSCTL_TEXT,
	  .data = (void *)"32000\t1024000000\t500\t32000" },
	CONST("shm_rmid_forced", 0644, 0),
	{ .name = "shmall", .mode = 0444, .type = SYSCTL_TEXT, .data = (void *)"4278190079" },
	CONST("shmmax", 0644, 0x7fffffff),
	CONST("shmmni", 0644, 4096),
	{ .name = "sysrq", .mode = 0644, .type = SYSCTL_INT, .data = &sysrq_enabled, .max = 511 },
	CONST("tainted", 0644, 0),
	PROC("threads-max", 0444, threads_show, NULL),
	PROC("version", 0444, uts_show, NULL),
};

static const struct sysctl random_table[] = {
	PROC("boot_id", 0444, boot_id_show, NULL), PROC("entropy_avail", 0444, entropy_show, NULL),
	CONST("poolsize", 0444, POOL_BITS),	   CONST("urandom_min_reseed_secs", 0644, 60),
	PROC("uuid", 0444, uuid_show, NULL),	   CONST("write_wakeup_threshold", 0644, POOL_BITS),
};

static const struct sysctl pty_table[] = {
	CONST("max", 0644, 4096),
	CONST("reserve", 0644, 1024),
};

int __init proc_sysctl_kernel_init(void)
{
	int err = sysctl_register("kernel", kernel_table, ARRAY_SIZE(kernel_table));

	if (!err)
		err = sysctl_register("kernel/random", random_table, ARRAY_SIZE(random_table));
	return err ? err : sysctl_register("kernel/pty", pty_table, ARRAY_SIZE(pty_table));
}
