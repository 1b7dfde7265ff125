/*
 * reboot.c - the ends of a machine's day: restart, power off, halt.
 *
 * Restart tries the keyboard controller, then port CF9 where there is PCI, then a triple fault;
 * each try is bounded, and one that does not work costs a fraction of a second. Power off tries
 * ACPI S5, then says that the switch may be used and tries APM, from where there is no way back.
 * Source: hardware notes 7.5 and 11.
 */
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/page.h>
#include <arch/io.h>
#include "power.h"
#include "x86.h"

#define KBC_STATUS	0x64
#define KBC_IBF		0x02
#define KBC_PULSE_RESET 0xFE
#define KBC_TRIES	10
#define KBC_IBF_POLLS	0x10000
#define CF9		0xCF9
#define CF8		0xCF8
#define BDA_RESET_FLAG	0x472

static void (*shutdown_hooks[8])(void);
static unsigned int shutdown_hook_count;

/* Drivers put their hardware back as the BIOS had it. */
void machine_shutdown_hook(void (*fn)(void))
{
	if (shutdown_hook_count < ARRAY_SIZE(shutdown_hooks))
		shutdown_hooks[shutdown_hook_count++] = fn;
}

static void run_hooks(void)
{
	while (shutdown_hook_count)
		shutdown_hooks[--shutdown_hook_count]();
}

static void restart_by_keyboard(void)
{
	for (int i = 0; i < KBC_TRIES; i++) {
		for (int polls = 0; polls < KBC_IBF_POLLS; polls++)
			if (!(inb(KBC_STATUS) & KBC_IBF))
				break;
		udelay(50);
		outb(KBC_PULSE_RESET, KBC_STATUS);
		udelay(50);
	}
	udelay(50000);
}

static bool has_pci(void)
{
	u32 saved = inl(CF8), back;

	outl(0x80000000u, CF8);
	back = inl(CF8);
	outl(saved, CF8);
	return back == 0x80000000u;
}

static void restart_by_cf9(void)
{
	if (!has_pci())
		return;
	outb(0x02, CF9);
	udelay(50);
	outb(0x06, CF9);
	udelay(50000);
}

static void restart_by_triple_fault(void)
{
	struct {
		u16 limit;
		u32 base;
	} __packed none = { 0, 0 };

	__asm__ volatile("lidt %0; int3" ::"m"(none));
}

void machine_restart(void)
{
	local_irq_disable();
	run_hooks();
	pic_shutdown();
	*(volatile u16 *)phys_to_virt(BDA_RESET_FLAG) = 0x1234; /* warm: no memory test */
	restart_by_keyboard();
	restart_by_cf9();
	restart_by_triple_fault();
	arch_halt_forever();
}

void machine_power_off(void)
{
	printk(KERN_NOTICE "power off\n");
	local_irq_disable();
	run_hooks();
	if (!cmdline_has("noacpi"))
		acpi_power_off();
	printk(KERN_EMERG "It is now safe to turn off the computer.\n");
	pic_shutdown();
	if (!cmdline_has("noapm"))
		apm_power_off();
	arch_halt_forever();
}

void machine_halt(void)
{
	printk(KERN_EMERG "The system is halted.\n");
	local_irq_disable();
	run_hooks();
	arch_halt_forever();
}
