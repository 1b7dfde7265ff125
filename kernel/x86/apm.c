/*
 * apm.c - power off through the APM BIOS: by its 32-bit interface, where the boot loader connected
 * that and said so (GRUB 2 connects it and does not say so), else in real mode, which some BIOSes
 * want anyhow.
 *
 * The 32-bit interface gets segments of its own and the BIOS data area at selector 0x40, which some
 * use although the specification says otherwise. Source: APM BIOS specification 1.2; notes 11.
 */
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <arch/cpu.h>
#include <arch/pgtable.h>
#include "apm_real.h"
#include "multiboot.h"
#include "power.h"
#include "x86.h"

#define GDT_APM_CS32 19
#define GDT_APM_CS16 20
#define GDT_APM_DS   21
#define GDT_BDA	     8 /* selector 0x40: TLS entry 2's place, only for the duration of the call */

#define APM_SET_POWER_STATE 0x5307
#define APM_ENGAGE	    0x530f
#define APM_ENABLE	    0x5308
#define APM_DRIVER_VERSION  0x530e
#define APM_ALL_DEVICES	    1
#define APM_OFF		    3

static u64 segment(u32 base, u32 limit, u8 access, u8 flags)
{
	return (u64)(limit & 0xffff) | (u64)(base & 0xffffff) << 16 | (u64)access << 40 |
	       (u64)(limit >> 16 & 0xf) << 48 | (u64)flags << 52 | (u64)(base >> 24) << 56;
}

static void set_segments(void)
{
	u32 cs = (u32)phys_to_virt((phys_addr_t)boot_apm.cseg << 4);
	u32 cs16 = (u32)phys_to_virt((phys_addr_t)boot_apm.cseg_16 << 4);
	u32 ds = (u32)phys_to_virt((phys_addr_t)boot_apm.dseg << 4);

	gdt[GDT_APM_CS32] = segment(cs, 0xffff, 0x9b, 4);
	gdt[GDT_APM_CS16] = segment(cs16, 0xffff, 0x9b, 0);
	gdt[GDT_APM_DS] = segment(ds, 0xffff, 0x93, 4);
	gdt[GDT_BDA] = segment((u32)phys_to_virt(0x400), 0x1000, 0x93, 4);
}

static u32 call_bios(u32 function, u32 bx, u32 cx)
{
	/* Not on the stack, which moves under the operand. */
	static struct {
		u32 offset;
		u16 selector;
	} __packed entry;
	u32 ax = function;

	entry.offset = boot_apm.offset;
	entry.selector = GDT_APM_CS32 * 8;
	__asm__ volatile("pushl %%ebp\n\tpushl %%ds\n\tpushl %%es\n\tpushl %%fs\n\tpushl %%gs\n\t"
			 "pushl %%edi\n\tpushl %%esi\n\t"
			 "movw %w4, %%es\n\tmovw %w4, %%fs\n\tmovw %w4, %%gs\n\t"
			 "lcall *%3\n\t"
			 "popl %%esi\n\tpopl %%edi\n\t"
			 "popl %%gs\n\tpopl %%fs\n\tpopl %%es\n\tpopl %%ds\n\tpopl %%ebp\n\tcld"
			 : "+a"(ax), "+b"(bx), "+c"(cx)
			 : "m"(entry), "d"(GDT_APM_DS * 8)
			 : "memory", "cc");
	return ax;
}

void apm_power_off(void)
{
	if (!boot_apm_valid || boot_apm.version < 0x100)
		return;
	set_segments();
	call_bios(APM_DRIVER_VERSION, 0, boot_apm.version);
	call_bios(APM_ENABLE, APM_ALL_DEVICES, 1);
	call_bios(APM_ENGAGE, APM_ALL_DEVICES, 1);
	call_bios(APM_SET_POWER_STATE, APM_ALL_DEVICES, APM_OFF);
	pr_warn("apm: the BIOS did not switch off\n");
}

void apm_power_off_real_mode(void)
{
	void (*const enter)(void) = (void (*)(void))APM_REAL_BASE;
	pgd_t *pgd = phys_to_virt(read_cr3() & PAGE_MASK);

	memcpy(phys_to_virt(APM_REAL_BASE), apm_real, (size_t)(apm_real_end - apm_real));
	pgd[0] = pgd[PGD_KERNEL]; /* the first memory at its own address */
	tlb_flush_all();
	enter();
	arch_halt_forever();
}
