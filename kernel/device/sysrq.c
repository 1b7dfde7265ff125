/*
 * sysrq.c - the table of magic keys, and those that need nothing but tasks and the log.
 * Source: Documentation/admin-guide/sysrq of Linux, for what each key means.
 */
#include <kernel/arch.h>
#include <kernel/assert.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/sysrq.h>
#include <kernel/task.h>

int sysrq_enabled = 1;
static DEFINE_SPINLOCK(sysrq_lock, RANK_SPIN);
static LIST_HEAD(keys);	     /* sysrq_lock */
static u32 wanted[128 / 32]; /* keys to be run by the work; sysrq_lock */
static void run_wanted(struct work *work);
static struct work sysrq_work = { .fn = run_wanted, .node = LIST_HEAD_INIT(sysrq_work.node) };

void sysrq_register(struct sysrq_key *key)
{
	unsigned long flags = spin_lock_irqsave(&sysrq_lock);

	list_add_tail(&key->node, &keys);
	spin_unlock_irqrestore(&sysrq_lock, flags);
}

static struct sysrq_key *find_key(int key)
{
	unsigned long flags = spin_lock_irqsave(&sysrq_lock);
	struct sysrq_key *k, *found = NULL;

	list_for_each_entry (k, &keys, node) {
		if (k->key == key) {
			found = k;
			break;
		}
	}
	spin_unlock_irqrestore(&sysrq_lock, flags);
	return found;
}

static bool take_wanted(int key)
{
	unsigned long flags = spin_lock_irqsave(&sysrq_lock);
	const u32 bit = 1u << (key & 31);
	bool set = wanted[key / 32] & bit;

	wanted[key / 32] &= ~bit;
	spin_unlock_irqrestore(&sysrq_lock, flags);
	return set;
}

static void run_wanted(struct work *work)
{
	for (int key = 0; key < 128; key++)
		if (take_wanted(key))
			find_key(key)->fn(key);
}

static void run_later(int key)
{
	unsigned long flags = spin_lock_irqsave(&sysrq_lock);

	wanted[key / 32] |= 1u << (key & 31);
	spin_unlock_irqrestore(&sysrq_lock, flags);
	work_queue(&sysrq_work);
}

static void print_help(void)
{
	char line[512];
	size_t n = 0;
	unsigned long flags = spin_lock_irqsave(&sysrq_lock);
	struct sysrq_key *k;

	list_for_each_entry (k, &keys, node)
		if (k->help)
			n += scnprintf(line + n, sizeof(line) - n, " %s", k->help);
	spin_unlock_irqrestore(&sysrq_lock, flags);
	pr_notice("sysrq: HELP : loglevel(0-9)%s\n", line);
}

void sysrq_handle(int key)
{
	struct sysrq_key *k = key > 0 && key < 128 ? find_key(key) : NULL;

	if (!k) {
		print_help();
		return;
	}
	pr_notice("sysrq: %s\n", k->action);
	if (k->sleeps)
		run_later(key);
	else
		k->fn(key);
}

void sysrq_key(int key)
{
	struct sysrq_key *k = key > 0 && key < 128 ? find_key(key) : NULL;

	if (sysrq_enabled != 1 && (!k || !(sysrq_enabled & k->class)))
		pr_notice("sysrq: This sysrq operation is disabled.\n");
	else
		sysrq_handle(key);
}

/* ---- the keys ---- */

static void key_loglevel(int key)
{
	console_loglevel = key - '0';
}

static void key_reboot(int key)
{
	machine_restart();
}

static void key_power_off(int key)
{
	machine_power_off();
}

static void key_crash(int key)
{
	panic("sysrq triggered crash");
}

static void key_registers(int key)
{
	struct task *t = current;

	pr_info("current: %s, pid %d\n", t->comm, t->pid ? task_tid(t) : 0);
	if (t->mm)
		arch_show_regs(task_regs(t));
	arch_backtrace(NULL);
}

static const char *state_name(const struct task *t)
{
	if (t->exit_state)
		return "dead";
	if (t->state & TASK_INTERRUPTIBLE)
		return "sleeps";
	if (t->state & TASK_UNINTERRUPTIBLE)
		return "blocked";
	return t->state & (TASK_STOPPED | TASK_TRACED) ? "stopped" : "runs";
}

static void show_tasks(bool blocked_only)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p;
	struct task *t;

	for_each_process (p) {
		for_each_thread (p, t) {
			if (blocked_only && !(t->state & TASK_UNINTERRUPTIBLE))
				continue;
			pr_info("%-15s %-8s pid %d tgid %d\n", t->comm, state_name(t), task_tid(t),
				task_tgid(t));
			if (t != current && !t->exit_state)
				arch_backtrace_task(t);
		}
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
}

static void key_tasks(int key)
{
	show_tasks(false);
}

static void key_blocked(int key)
{
	show_tasks(true);
}

/* The next process after number `nr` that may be signalled, referenced. */
static struct process *next_victim(pid_t nr)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p, *best = NULL;

	for_each_process (p)
		if (!p->is_init && !(p->leader->flags & PF_KTHREAD) && p->tgid->nr > nr &&
		    (!best || p->tgid->nr < best->tgid->nr))
			best = p;
	if (best)
		process_get(best);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return best;
}

static void signal_all(int sig)
{
	struct process *p;

	for (pid_t nr = 1; (p = next_victim(nr)); process_put(p)) {
		nr = p->tgid->nr;
		signal_kernel_process(sig, p);
	}
}

static void key_term(int key)
{
	signal_all(SIGTERM);
}

static void key_kill(int key)
{
	signal_all(SIGKILL);
}

static void key_help(int key)
{
	print_help();
}

static struct sysrq_key own_keys[] = {
	{ 'b', SYSRQ_BOOT, false, "reboot(b)", "Resetting", key_reboot },
	{ 'c', SYSRQ_DUMP, false, "crash(c)", "Trigger a crash", key_crash },
	{ 'e', SYSRQ_SIGNAL, true, "terminate-all-tasks(e)", "Terminate All Tasks", key_term },
	{ 'h', SYSRQ_LOG, false, NULL, "Help", key_help },
	{ 'i', SYSRQ_SIGNAL, true, "kill-all-tasks(i)", "Kill All Tasks", key_kill },
	{ 'o', SYSRQ_BOOT, true, "poweroff(o)", "Power Off", key_power_off },
	{ 'p', SYSRQ_DUMP, false, "show-registers(p)", "Show Regs", key_registers },
	{ 't', SYSRQ_DUMP, false, "show-task-states(t)", "Show State", key_tasks },
	{ 'w', SYSRQ_DUMP, false, "show-blocked-tasks(w)", "Show Blocked State", key_blocked },
};
static struct sysrq_key level_keys[10];

static int sysrq_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(own_keys); i++)
		sysrq_register(&own_keys[i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(level_keys); i++) {
		level_keys[i] = (struct sysrq_key){ .key = (char)('0' + i),
						    .class = SYSRQ_LOG,
						    .action = "Changing Loglevel",
						    .fn = key_loglevel };
		sysrq_register(&level_keys[i]);
	}
	return 0;
}
INIT_CALL(INIT_CORE, sysrq_init);
