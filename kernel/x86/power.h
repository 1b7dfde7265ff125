/* power.h - the ways to switch the machine off. */
#ifndef X86_POWER_H
#define X86_POWER_H

#include <kernel/types.h>

/* Returns when it did not work. */
void acpi_power_off(void);
/* Interrupts off and the 8259s masked. Halts when it did not work. */
void apm_power_off(void) __noreturn;
/* Before the machine ends, in reverse order of registration; interrupts are off. */
void machine_shutdown_hook(void (*fn)(void));

#endif
