/* f00f.c - an IDT that nobody can write to, on processors that need it: f00f.h. */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <arch/cpu.h>
#include "f00f.h"
#include "x86.h"

u32 f00f_idt;

static int f00f_init(void)
{
	void *copy;

	if (!cpu_info.f00f_bug)
		return 0;
	copy = vmalloc(PAGE_SIZE);
	if (!copy)
		return -ENOMEM;
	idt_move(copy);
	vmalloc_protect(copy);
	f00f_idt = (u32)copy;
	pr_info("cpu: Pentium with the F00F erratum: worked around\n");
	return 0;
}
INIT_CALL(INIT_CORE, f00f_init);
