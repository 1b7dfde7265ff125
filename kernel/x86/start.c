/*
 * start.c - the first C code: brings the processor and memory into shape, then kernel_main().
 */
#include <kernel/init.h>
#include <kernel/main.h>
#include <kernel/mm.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <arch/cpu.h>
#include <arch/io.h>
#include "boot_memory.h"
#include "memmap.h"
#include "x86.h"

void x86_start(u32 magic, phys_addr_t mbi);

/* Bochs' and QEMU's debug port: text that works from the first instruction on (earlycon=e9). */
static void e9_write(struct console *con, const char *text, size_t len)
{
	while (len--)
		outb((u8)*text++, 0xe9);
}
static struct console e9_console = { .name = "e9", .write = e9_write };

void __init x86_start(u32 magic, phys_addr_t mbi)
{
	const char *early;

	desc_init();
	multiboot_read(magic, mbi);
	early = cmdline_get("earlycon");
	if (early && early[0] == 'e')
		console_register(&e9_console);
	cpu_detect();
	paging_init();
	kernel_main();
}

void __init arch_init(void)
{
	struct page_stats stats;

	cpu_enable();
	irq_init();
	page_get_stats(&stats);
	pr_info("cpu: %s%s%s%s\n", cpu_info.model_name,
		cpu_info.fdiv_bug ? ", divides wrongly" : "",
		cpu_has(CPUID_SEP) ? ", sysenter" : "", cpu_has(CPUID_FXSR) ? ", fxsr" : "");
	pr_info("memory: %lu KB of RAM, %lu KB free\n",
		(unsigned long)(memmap_total(&boot_memmap) >> 10), stats.free * (PAGE_SIZE / 1024));
	multiboot_report();
}

void __init arch_late_init(void)
{
	vdso_init();
}

/* Gives the pages of boot-only code and data back. */
void arch_free_init_memory(void)
{
	page_free_range(virt_to_phys(init_start), virt_to_phys(init_end));
	pr_info("memory: %u KB of boot code and data freed\n", (u32)(init_end - init_start) >> 10);
}
