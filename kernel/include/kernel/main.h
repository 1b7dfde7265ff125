/*
 * main.h - the order of the boot: x86 calls kernel_main() on the boot stack with interrupts off and
 * memory allocation working; arch_init() switches on the CPU's features and the interrupt
 * controller, arch_time_init() the clock. arch_free_init_memory() runs when boot is over.
 */
#ifndef KERNEL_MAIN_H
#define KERNEL_MAIN_H

void kernel_main(void) __attribute__((noreturn));
void arch_init(void);
void arch_time_init(void);
void arch_late_init(void); /* needs slab and mm: the vDSO */
void arch_free_init_memory(void);
void mount_root(void); /* root= is there */

#define OLDIRON_RELEASE "6.1.0-oldiron"
#define OLDIRON_VERSION "0.1"

#endif
