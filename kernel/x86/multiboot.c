/*
 * multiboot.c - copies what the boot loader says to the kernel's own storage and makes the memory
 * map.
 *
 * The structures may lie anywhere in the first 16 MB, also where the kernel wants to put things, so
 * everything is copied before the first allocation. Each field is read only if its flag is set. A
 * memory map that makes no sense (old BIOSes, mboot.c32 without E820) is replaced by mem_upper, and
 * that by sizing memory ourselves.
 */
#include <kernel/arch.h>
#include <kernel/assert.h>
#include <kernel/init.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <arch/io.h>
#include "boot_memory.h"
#include "memmap.h"
#include "multiboot.h"
#include "x86.h"

#define BOOT_MAPPED    0x1000000u /* boot.S maps the first 16 MB */
#define EBDA_LOWEST    0x20000u
#define EBDA_HIGHEST   0x9F000u
#define MIN_PLAUSIBLE  0x200000u /* less RAM than this: the map is wrong */
#define ISA_HOLE_START 0xF00000u
#define ISA_HOLE_END   0x1000000u

char boot_command_line[2048];
struct boot_module boot_modules[16];
unsigned int boot_module_count;
static char loader_name[64];
static char module_text[512];

/* Of the loader's memory map as it came; more than this nobody has seen. */
#define FIRMWARE_RANGES 64
static struct {
	u64 start, length;
	u32 type;
} firmware_ranges[FIRMWARE_RANGES];
static unsigned int firmware_range_count;

static const void *boot_ptr(phys_addr_t pa, size_t size)
{
	if (!pa || size > BOOT_MAPPED || pa > BOOT_MAPPED - size)
		return NULL;
	return phys_to_virt(pa);
}

static void copy_string(char *dst, size_t size, phys_addr_t pa)
{
	const char *src = boot_ptr(pa, 1);
	size_t room = src ? BOOT_MAPPED - pa : 0;

	if (src && strnlen(src, min(room, size)) < min(room, size))
		strscpy(dst, src, size);
	else if (src)
		strscpy(dst, src, min(size, room));
}

/* GRUB and QEMU put the kernel's file name before the arguments. */
static void strip_program_name(void)
{
	char *space = strchr(boot_command_line, ' '), *equal = strchr(boot_command_line, '=');

	if (boot_command_line[0] != '/' && boot_command_line[0] != '(' &&
	    !(space && !strncmp(space - 4 < boot_command_line ? space : space - 4, ".elf", 4)))
		return;
	if (equal && (!space || equal < space))
		return;
	if (!space)
		boot_command_line[0] = '\0';
	else
		memmove(boot_command_line, space + 1, strlen(space + 1) + 1);
}

/* Words behind a module's name are ours too: what is typed at syslinux' prompt comes there, since
 * the module is the last on its line. All or none of them. */
static void add_module_words(const char *text)
{
	const char *words = strchr(text, ' ');
	size_t used = strlen(boot_command_line);

	if (words && used + strlen(words) < sizeof(boot_command_line))
		strscpy(boot_command_line + used, words, sizeof(boot_command_line) - used);
}

static void copy_modules(const struct multiboot_info *mbi)
{
	const struct multiboot_module *mod;
	size_t used = 0;

	for (u32 i = 0; i < mbi->mods_count && boot_module_count < ARRAY_SIZE(boot_modules); i++) {
		struct boot_module *m = &boot_modules[boot_module_count];

		mod = boot_ptr(mbi->mods_addr + i * sizeof(*mod), sizeof(*mod));
		if (!mod || mod->end <= mod->start)
			continue;
		*m = (struct boot_module){ mod->start, mod->end, "" };
		if (mod->string && used + 2 < sizeof(module_text)) {
			copy_string(module_text + used, sizeof(module_text) - used, mod->string);
			m->cmdline = module_text + used;
			add_module_words(m->cmdline);
			used += strlen(module_text + used) + 1;
		}
		boot_module_count++;
	}
}

static void keep_firmware_range(const struct multiboot_mmap *e)
{
	unsigned int n = firmware_range_count;

	if (n == FIRMWARE_RANGES || !e->len)
		return;
	firmware_ranges[n].start = e->addr;
	firmware_ranges[n].length = e->len;
	firmware_ranges[n].type = e->type;
	firmware_range_count++;
}

/* Names as Linux has them. Source: ACPI specification 3.0, table 14-1. */
bool arch_firmware_range(unsigned int n, struct firmware_range *range)
{
	static const char *const types[] = {
		"Unknown E820 type",	     "System RAM",     "Reserved", "ACPI Tables",
		"ACPI Non-volatile Storage", "Unusable memory"
	};

	if (n >= firmware_range_count)
		return false;
	range->start = firmware_ranges[n].start;
	range->end = range->start + firmware_ranges[n].length - 1;
	range->type =
		types[firmware_ranges[n].type < ARRAY_SIZE(types) ? firmware_ranges[n].type : 0];
	return true;
}

static bool map_from_mmap(struct memmap *map, const struct multiboot_info *mbi)
{
	phys_addr_t at = mbi->mmap_addr, end = at + mbi->mmap_length;

	while (at < end) {
		const struct multiboot_mmap *e = boot_ptr(at, sizeof(*e));

		if (!e || e->size < 20 || e->size > 1024)
			break;
		memmap_add(map, e->addr, e->len, e->type == 1);
		keep_firmware_range(e);
		at += e->size + 4;
	}
	for (unsigned int i = 0; i < map->ram_count; i++)
		if (map->ram[i].start < 0x110000 && map->ram[i].end >= MIN_PLAUSIBLE)
			return true;
	*map = (struct memmap){ .ram_count = 0 };
	return false;
}

static void add_low_memory(struct memmap *map)
{
	u32 kilobytes = *(const u16 *)phys_to_virt(0x413);

	if (kilobytes < 64 || kilobytes > 640)
		kilobytes = 512;
	memmap_add(map, 0, kilobytes << 10, true);
}

static u8 cmos_read(u8 index)
{
	outb(index | 0x80, 0x70);
	return inb(0x71);
}

/* Two patterns, the bus driven to another value between, no wrap to address 0; cells are restored.
 */
static bool probe_megabyte(phys_addr_t pa)
{
	volatile u32 *cell = boot_map_temporary(pa), *zero = phys_to_virt(0x500);
	u32 saved = *cell, saved_zero = *zero;
	bool good;

	*cell = 0x55AA33CCu;
	*zero = 0x12345678u;
	good = *cell == 0x55AA33CCu && *zero == 0x12345678u;
	*cell = 0xAA55CC33u;
	*zero = 0x87654321u;
	good = good && *cell == 0xAA55CC33u && *zero == 0x87654321u;
	*cell = saved;
	*zero = saved_zero;
	return good;
}

/* No usable report at all: CMOS tells an upper bound, probing what answers. */
static void map_by_probing(struct memmap *map)
{
	u32 above_1m = (u32)cmos_read(0x30) | (u32)cmos_read(0x31) << 8;  /* KB, up to 63 MB */
	u32 above_16m = (u32)cmos_read(0x34) | (u32)cmos_read(0x35) << 8; /* 64 KB */
	phys_addr_t limit = 0x100000u + (above_1m << 10), pa = 0x100000u;

	if (above_1m >= 15u << 10 && above_16m && above_16m < 0xB000)
		limit = 0x1000000u + (above_16m << 16);
	add_low_memory(map);
	for (pa = (phys_addr_t)ALIGN_UP(virt_to_phys(kernel_end), 0x100000u); pa < limit;
	     pa += 0x100000u) {
		if (pa == ISA_HOLE_START && limit > ISA_HOLE_END)
			continue;
		if (!probe_megabyte(pa))
			break;
	}
	memmap_add(map, 0x100000u, pa - 0x100000u, true);
	if (pa > ISA_HOLE_END)
		memmap_reserve(map, ISA_HOLE_START, ISA_HOLE_END);
}

static void make_map(struct memmap *map, const struct multiboot_info *mbi)
{
	if ((mbi->flags & MBI_MMAP) && !cmdline_has("nommap") && map_from_mmap(map, mbi))
		return;
	if ((mbi->flags & MBI_MEMORY) && mbi->mem_upper >= 1024 && !cmdline_has("nomemupper")) {
		add_low_memory(map);
		memmap_add(map, 0x100000u, (u64)mbi->mem_upper << 10, true);
		return;
	}
	map_by_probing(map);
}

/* Some BIOSes do not mark their extended data area: the lower of the two words tells (notes 2.5).
 */
static u32 bios_area_start(void)
{
	u32 ebda = (u32) * (const u16 *)phys_to_virt(0x40E) << 4;
	u32 base = (u32) * (const u16 *)phys_to_virt(0x413) << 10;
	u32 start = ebda && ebda < base ? ebda : base;

	return start < EBDA_LOWEST || start > EBDA_HIGHEST ? EBDA_HIGHEST : start;
}

static void reserve_known(struct memmap *map)
{
	memmap_reserve(map, 0, PAGE_SIZE);
	memmap_reserve(map, bios_area_start(), 0x100000u);
	memmap_reserve(map, virt_to_phys(kernel_start), virt_to_phys(kernel_end));
	for (unsigned int i = 0; i < boot_module_count; i++)
		memmap_reserve(map, ALIGN_DOWN(boot_modules[i].start, (phys_addr_t)PAGE_SIZE),
			       ALIGN_UP((u64)boot_modules[i].end, (u64)PAGE_SIZE));
	if (cmdline_get("mem"))
		memmap_limit(map, max_t(u64, cmdline_get_uint("mem", 0xffffffffu), MIN_PLAUSIBLE));
}

void __init multiboot_read(u32 magic, phys_addr_t mbi_addr)
{
	static const struct multiboot_info nothing;
	const struct multiboot_info *mbi = boot_ptr(mbi_addr, sizeof(*mbi));

	if (magic != MULTIBOOT_LOADER_MAGIC || !mbi)
		mbi = &nothing;
	if (mbi->flags & MBI_CMDLINE)
		copy_string(boot_command_line, sizeof(boot_command_line), mbi->cmdline);
	strip_program_name();
	if (mbi->flags & MBI_LOADER)
		copy_string(loader_name, sizeof(loader_name), mbi->loader_name);
	if (mbi->flags & MBI_MODULES)
		copy_modules(mbi);
	make_map(&boot_memmap, mbi);
	reserve_known(&boot_memmap);
	memmap_finish(&boot_memmap);
}

void __init multiboot_report(void)
{
	pr_info("boot: loaded by %s, %u module%s\n", loader_name[0] ? loader_name : "unknown",
		boot_module_count, boot_module_count == 1 ? "" : "s");
	for (unsigned int i = 0; i < boot_memmap.ram_count; i++)
		pr_debug("memory: %08llx-%08llx free\n", boot_memmap.ram[i].start,
			 boot_memmap.ram[i].end - 1);
	if (boot_memmap.dropped)
		pr_warn("memory: %u ranges of the map found no room\n", boot_memmap.dropped);
}
