/*
 * boot_memory.h - memory before the page allocator: whole pages out of boot_memmap, never given
 * back.
 */
#ifndef X86_BOOT_MEMORY_H
#define X86_BOOT_MEMORY_H

#include <kernel/types.h>

struct memmap;
extern struct memmap boot_memmap;

void multiboot_report(void);
/* A window on any physical page; one at a time, usable from x86_start() on. */
void *boot_map_temporary(phys_addr_t pa);

#endif
