/* power.h - the ways to switch the machine off. Each returns when it did not work. */
#ifndef X86_POWER_H
#define X86_POWER_H

#include <kernel/types.h>

void acpi_power_off(void);
void apm_power_off(void);
/* Before the machine ends, in reverse order of registration; interrupts are off. */
void machine_shutdown_hook(void (*fn)(void));

/* The values of \_S5_ found in a DSDT without interpreting it; pure. false: not there. */
bool acpi_find_s5(const u8 *dsdt, u32 length, u8 *typ_a, u8 *typ_b);
u8 acpi_checksum(const void *table, u32 length);

#endif
