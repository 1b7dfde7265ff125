/* multiboot.h - the Multiboot 1 information structure (specification 0.6.96, section 3.3). */
#ifndef X86_MULTIBOOT_H
#define X86_MULTIBOOT_H

#include <kernel/types.h>

#define MULTIBOOT_LOADER_MAGIC 0x2BADB002u

#define MBI_MEMORY  0x001u
#define MBI_CMDLINE 0x004u
#define MBI_MODULES 0x008u
#define MBI_MMAP    0x040u
#define MBI_LOADER  0x200u

struct multiboot_info {
	u32 flags, mem_lower, mem_upper, boot_device, cmdline, mods_count, mods_addr, syms[4],
		mmap_length, mmap_addr, drives_length, drives_addr, config_table, loader_name;
};

struct multiboot_mmap {
	u32 size; /* does not count itself; may exceed 20 */
	u64 addr, len;
	u32 type; /* 1: RAM */
} __packed;

struct multiboot_module {
	u32 start, end, string, pad;
};

#endif
