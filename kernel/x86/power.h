/* power.h - the ways to switch the machine off. Each returns when it did not work. */
#ifndef X86_POWER_H
#define X86_POWER_H

#include <kernel/types.h>

void acpi_power_off(void);
void apm_power_off(void);
/* The last that is tried: the processor halts where the BIOS cannot. */
void apm_power_off_real_mode(void) __noreturn;
/* Before the machine ends, in reverse order of registration; interrupts are off. */
void machine_shutdown_hook(void (*fn)(void));

#endif
