/*
 * apm.c - power off through the APM BIOS, in real mode.
 *
 * Its 32-bit interface is left alone: it has to be connected in real mode, which loaders do and
 * then do not say (GRUB 2), and some BIOSes crash in it. Source: APM BIOS specification 1.2;
 * hardware notes 11.
 */
#include <kernel/page.h>
#include <kernel/string.h>
#include <arch/cpu.h>
#include <arch/pgtable.h>
#include "apm_real.h"
#include "power.h"
#include "x86.h"

void apm_power_off(void)
{
	void (*const enter)(void) = (void (*)(void))APM_REAL_BASE;
	pgd_t *pgd = phys_to_virt(read_cr3() & PAGE_MASK);

	memcpy(phys_to_virt(APM_REAL_BASE), apm_real, (size_t)(apm_real_end - apm_real));
	pgd[0] = pgd[PGD_KERNEL]; /* the first memory at its own address */
	tlb_flush_all();
	enter();
	arch_halt_forever();
}
