/* reboot.c - reboot(2) and Ctrl-Alt-Del. Ending the programs before is user land's business. */
#include <kernel/arch.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/reboot.h>
#include <kernel/syscall.h>
#include <kernel/task.h>

#define MAGIC1 0xfee1deadu
/* Birthdays: any of them will do. */
#define MAGIC2	672274793u
#define MAGIC2A 85072278u
#define MAGIC2B 369367448u
#define MAGIC2C 537993216u

#define CMD_RESTART   0x01234567u
#define CMD_RESTART2  0xa1b2c3d4u
#define CMD_HALT      0xcdef0123u
#define CMD_POWER_OFF 0x4321fedcu
#define CMD_CAD_ON    0x89abcdefu
#define CMD_CAD_OFF   0x00000000u

static bool cad_restarts = true;

static void cad_work_fn(struct work *work)
{
	if (cad_restarts) {
		sys_sync();
		machine_restart();
	} else if (init_task) {
		signal_kernel_process(SIGINT, init_task->process);
	}
}
static struct work cad_work = { .fn = cad_work_fn, .node = LIST_HEAD_INIT(cad_work.node) };

/* The keyboard's locks are held: neither is for there. */
void ctrl_alt_del(void)
{
	work_queue(&cad_work);
}

static bool magic_is_right(u32 magic1, u32 magic2)
{
	return magic1 == MAGIC1 &&
	       (magic2 == MAGIC2 || magic2 == MAGIC2A || magic2 == MAGIC2B || magic2 == MAGIC2C);
}

asmlinkage long sys_reboot(u32 magic1, u32 magic2, u32 cmd, const void __user *arg)
{
	if (!capable(CAP_SYS_BOOT))
		return -EPERM;
	if (!magic_is_right(magic1, magic2))
		return -EINVAL;
	switch (cmd) {
	case CMD_CAD_ON:
	case CMD_CAD_OFF:
		cad_restarts = cmd == CMD_CAD_ON;
		return 0;
	case CMD_RESTART:
	case CMD_RESTART2:
		sys_sync();
		pr_emerg("Restarting system.\n");
		machine_restart();
	case CMD_POWER_OFF:
		sys_sync();
		pr_emerg("Power down.\n");
		machine_power_off();
	case CMD_HALT:
		sys_sync();
		pr_emerg("System halted.\n");
		machine_halt();
	default:
		return -EINVAL;
	}
}
