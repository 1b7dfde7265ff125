/*
 * i8042.c - the machine's PS/2 controller: attached in a thread, since a slow keyboard's self test
 * shall not hold up the boot.
 */
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/reboot.h>
#include <kernel/resource.h>
#include <kernel/time.h>
#include <kernel/errno.h>
#include "i8042_reg.h"
#include "ps2.h"

#define IRQ_KEYBOARD 1
#define IRQ_MOUSE    12
/* Looks for bytes whose interrupt got lost; often where there is no interrupt to trust. */
#define POLL_NORMAL MSEC(500)
#define POLL_BROKEN MSEC(20)

struct i8042 ps2_controller;
DEFINE_MUTEX(ps2_mutex, RANK_MUTEX_LEAF);

static DEFINE_SPINLOCK(controller_lock, RANK_SPIN - 4);
static struct hw_host host;
static struct timer poll_timer;
static s64 poll_period = POLL_NORMAL;
static struct work start_work;

static unsigned long lock(void *ctx)
{
	return spin_lock_irqsave(&controller_lock);
}
static void unlock(void *ctx, unsigned long saved)
{
	spin_unlock_irqrestore(&controller_lock, saved);
}

static enum irq_return interrupt(int irq, void *data)
{
	(void)i8042_core_irq(&ps2_controller);
	hw_host_irq(&host);
	return IRQ_HANDLED;
}

static struct irq_action keyboard_action = { .handler = interrupt, .name = "i8042" };
static struct irq_action mouse_action = { .handler = interrupt, .name = "i8042" };

static void poll(struct timer *timer)
{
	(void)i8042_core_irq(&ps2_controller);
	timer_set(timer, clock_monotonic() + poll_period);
}

static void restore(void)
{
	i8042_restore(&ps2_controller);
}

static unsigned int flags_from_command_line(void)
{
	return (cmdline_has("i8042.noaux") ? I8042_NOAUX : 0) |
	       (cmdline_has("i8042.noloop") ? I8042_NOLOOP : 0) |
	       (cmdline_has("i8042.nomux") ? I8042_NOMUX : 0) |
	       (cmdline_has("i8042.noselftest") ? I8042_NOSELFTEST : 0);
}

static void attach_irqs(void)
{
	if (irq_request(IRQ_KEYBOARD, &keyboard_action))
		poll_period = POLL_BROKEN;
	if (ps2_controller.has_aux && irq_request(IRQ_MOUSE, &mouse_action))
		poll_period = POLL_BROKEN;
	if (i8042_enable_irqs(&ps2_controller))
		poll_period = POLL_BROKEN;
}

static void claim_ports(void)
{
	resource_request(RESOURCE_PORT, I8042_PORT_DATA, I8042_PORT_DATA, "i8042");
	resource_request(RESOURCE_PORT, I8042_PORT_STATUS, I8042_PORT_STATUS, "i8042");
}

static void start(struct work *work)
{
	int err;

	mutex_lock(&ps2_mutex);
	err = i8042_probe(&ps2_controller);
	mutex_unlock(&ps2_mutex);
	if (err == -ENODEV) {
		pr_info("ps2: no controller (%s)\n", i8042_fault_text(ps2_controller.fault));
		return;
	}
	if (ps2_controller.fault)
		pr_warn("ps2: controller: %s\n", i8042_fault_text(ps2_controller.fault));
	if (err)
		poll_period = POLL_BROKEN;
	claim_ports();
	machine_shutdown_hook(restore);
	attach_irqs();
	timer_init(&poll_timer, poll);
	timer_set(&poll_timer, clock_monotonic() + poll_period);
	ps2_keyboard_start();
	if (ps2_controller.has_aux)
		ps2_mouse_start();
}

static int ps2_init(void)
{
	if (!driver_allowed("ps2"))
		return 0;
	hw_host_init(&host);
	ps2_controller.hw = &host.hw;
	ps2_controller.flags = flags_from_command_line();
	ps2_controller.lock = lock;
	ps2_controller.unlock = unlock;
	work_init(&start_work, start);
	work_queue(&start_work);
	return 0;
}
INIT_CALL(INIT_DRIVER, ps2_init);
