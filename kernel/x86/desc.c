/*
 * desc.c - the descriptor tables: GDT (Linux's layout, so that selectors are what programs expect),
 * IDT, the one TSS, and a second TSS for double faults, whose task gate gets a stack of its own
 * when the kernel stack has run into its guard page. Source: Intel SDM volume 3, chapters 3, 6, 7.
 */
#include <kernel/assert.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <arch/cpu.h>
#include "x86.h"

#define GDT_ENTRIES		32
#define GDT_TSS			16
#define GDT_LDT			17
#define GDT_DOUBLEFAULT		31
#define IO_BITMAP_BYTES		8192
#define SYSENTER_STACK_WORDS	128
#define DOUBLEFAULT_STACK_BYTES 4096

struct tss {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp,
		esi, edi, es, cs, ss, ds, fs, gs, ldt;
	u16 trap, iomap_base;
};
_Static_assert(sizeof(struct tss) == 104, "TSS");

/* SYSENTER starts with %esp at tss.esp0; a debug trap on its first instruction pushes below that.
 */
static struct {
	u32 sysenter_stack[SYSENTER_STACK_WORDS];
	struct tss tss;
	u8 io_bitmap[IO_BITMAP_BYTES + 1];
} cpu_tss __aligned(64);

static struct tss doublefault_tss;
static char doublefault_stack[DOUBLEFAULT_STACK_BYTES] __aligned(16);
static struct task *io_owner; /* whose bitmap is in the TSS */

static struct idt_gate {
	u16 offset_low, selector, flags, offset_high;
} idt[256] __aligned(8);

#define SEG(base, limit, access, flags)                                                            \
	(((u64)(limit)&0xffff) | (((u64)(base)&0xffffff) << 16) | ((u64)(access) << 40) |          \
	 ((((u64)(limit) >> 16) & 0xf) << 48) | ((u64)(flags) << 52) |                             \
	 (((u64)(base) >> 24) << 56))
#define FLAT 0xc /* 4 KB units, 32-bit */

u64 gdt[GDT_ENTRIES] __aligned(16) = {
	[12] = SEG(0, 0xfffff, 0x9b, FLAT), /* kernel code; user data is also the kernel's data */
	[13] = SEG(0, 0xfffff, 0x93, FLAT),
	[14] = SEG(0, 0xfffff, 0xfb, FLAT),
	[15] = SEG(0, 0xfffff, 0xf3, FLAT),
	[SEL_ESPFIX / 8] = SEG(0, 0xfffff, 0x93, FLAT), /* its base: entry.S */
};

#define GATE_INTERRUPT 0x8e00u
#define GATE_TASK      0x8500u
#define GATE_DPL3      0x6000u

extern char trap_entry_0[], trap_entry_1[], trap_entry_2[], trap_entry_3[], trap_entry_4[],
	trap_entry_5[], trap_entry_6[], trap_entry_7[], trap_entry_9[], trap_entry_10[],
	trap_entry_11[], trap_entry_12[], trap_entry_13[], trap_entry_14[], trap_entry_15[],
	trap_entry_16[], trap_entry_17[], trap_entry_18[], trap_entry_19[], trap_entry_unused[];

static char *const trap_entries[] = {
	trap_entry_0,  trap_entry_1,  trap_entry_2,  trap_entry_3,  trap_entry_4,
	trap_entry_5,  trap_entry_6,  trap_entry_7,  NULL,	    trap_entry_9,
	trap_entry_10, trap_entry_11, trap_entry_12, trap_entry_13, trap_entry_14,
	trap_entry_15, trap_entry_16, trap_entry_17, trap_entry_18, trap_entry_19,
};

static void set_gate(unsigned int vector, const void *entry, u32 flags)
{
	idt[vector] = (struct idt_gate){ (u16)(u32)entry, SEL_KERNEL_CS, (u16)flags,
					 (u16)((u32)entry >> 16) };
}

static void load_idt(const void *at)
{
	struct {
		u16 limit;
		u32 base;
	} __packed idtr = { sizeof(idt) - 1, (u32)at };

	__asm__ volatile("lidt %0" ::"m"(idtr));
}

void idt_move(void *to)
{
	memcpy(to, idt, sizeof(idt));
	load_idt(to);
}

static void idt_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(idt); i++)
		set_gate(i, trap_entry_unused, GATE_INTERRUPT);
	for (unsigned int i = 0; i < ARRAY_SIZE(trap_entries); i++)
		if (trap_entries[i])
			set_gate(i, trap_entries[i], GATE_INTERRUPT);
	set_gate(3, trap_entry_3, GATE_INTERRUPT | GATE_DPL3);
	set_gate(4, trap_entry_4, GATE_INTERRUPT | GATE_DPL3);
	idt[8] = (struct idt_gate){ 0, GDT_DOUBLEFAULT * 8, GATE_TASK, 0 };
	for (unsigned int i = 0; i < 16; i++)
		set_gate(0x20 + i, irq_entries + 16 * i, GATE_INTERRUPT);
	set_gate(0x80, entry_int80, GATE_INTERRUPT | GATE_DPL3);
	load_idt(idt);
}

/* Runs in its own hardware task: prints the state the first fault left in the main TSS. */
static void __noreturn doublefault_main(void)
{
	struct tss *t = &cpu_tss.tss;
	struct regs regs = {
		.ebx = t->ebx,
		.ecx = t->ecx,
		.edx = t->edx,
		.esi = t->esi,
		.edi = t->edi,
		.ebp = t->ebp,
		.eax = t->eax,
		.ds = t->ds,
		.es = t->es,
		.fs = t->fs,
		.gs = t->gs,
		.trapno = 8,
		.eip = t->eip,
		.cs = t->cs,
		.eflags = t->eflags,
		.esp = t->esp,
		.ss = t->ss,
	};

	printk(KERN_EMERG "double fault: the kernel stack ran over, or the page tables are gone\n");
	arch_show_regs(&regs);
	arch_backtrace(&regs);
	panic("double fault at %08x, stack %08x, cr2 %08x", t->eip, t->esp, read_cr2());
}

static void tss_init(void)
{
	struct tss *t = &cpu_tss.tss;

	t->ss0 = SEL_KERNEL_DS;
	t->esp0 = (u32)boot_stack_top;
	t->iomap_base = sizeof(cpu_tss.tss) + IO_BITMAP_BYTES; /* beyond the limit: no bitmap */
	memset(cpu_tss.io_bitmap, 0xff, sizeof(cpu_tss.io_bitmap));
	gdt[GDT_TSS] = SEG((u32)t, sizeof(*t) + IO_BITMAP_BYTES, 0x89, 0);

	doublefault_tss = (struct tss){
		.esp0 = (u32)doublefault_stack + DOUBLEFAULT_STACK_BYTES,
		.ss0 = SEL_KERNEL_DS,
		.cr3 = virt_to_phys(boot_pgd),
		.eip = (u32)doublefault_main,
		.eflags = 2,
		.esp = (u32)doublefault_stack + DOUBLEFAULT_STACK_BYTES - 16,
		.es = SEL_KERNEL_DS,
		.cs = SEL_KERNEL_CS,
		.ss = SEL_KERNEL_DS,
		.ds = SEL_KERNEL_DS,
		.iomap_base = sizeof(struct tss),
	};
	gdt[GDT_DOUBLEFAULT] = SEG((u32)&doublefault_tss, sizeof(struct tss) - 1, 0x89, 0);
}

void __init desc_init(void)
{
	struct {
		u16 limit;
		u32 base;
	} __packed gdtr = { sizeof(gdt) - 1, (u32)gdt };

	tss_init();
	__asm__ volatile("lgdt %0\n\t"
			 "ljmp %1, $1f\n"
			 "1:\tmovl %2, %%ds\n\tmovl %2, %%es\n\tmovl %3, %%ss\n\t"
			 "movl %4, %%fs\n\tmovl %4, %%gs\n\tlldt %w4\n\tltr %w5" ::"m"(gdtr),
			 "i"(SEL_KERNEL_CS), "r"(SEL_USER_DS), "r"(SEL_KERNEL_DS), "r"(0),
			 "r"(GDT_TSS * 8)
			 : "memory");
	idt_init();
}

void *x86_sysenter_stack(void)
{
	return &cpu_tss.tss.esp0;
}

void tss_set_stack(u32 esp0)
{
	cpu_tss.tss.esp0 = esp0;
}

/* Installs the I/O permission bitmap of the task that is about to run; lazily: most have none. */
void tss_load_io(struct task *task)
{
	if (!task->thread.iopb) {
		cpu_tss.tss.iomap_base = sizeof(cpu_tss.tss) + IO_BITMAP_BYTES;
		return;
	}
	if (io_owner != task) {
		memcpy(cpu_tss.io_bitmap, task->thread.iopb, IO_BITMAP_BYTES);
		io_owner = task;
	}
	cpu_tss.tss.iomap_base = sizeof(cpu_tss.tss);
}

void tss_forget_io(struct task *task)
{
	if (io_owner == task)
		io_owner = NULL;
}

void gdt_load_tls(const u64 tls[3])
{
	for (unsigned int i = 0; i < SEL_TLS_COUNT; i++)
		gdt[SEL_TLS_FIRST + i] = tls[i];
}

/* No entries: LDTR is null, and each selector with its bit set faults. */
void gdt_load_ldt(const u64 *ldt, unsigned int entries)
{
	u32 sel = 0;

	if (entries) {
		gdt[GDT_LDT] = SEG((u32)ldt, entries * sizeof(u64) - 1, 0x82, 0);
		sel = GDT_LDT * 8;
	}
	__asm__ volatile("lldt %w0" ::"r"(sel) : "memory");
}
