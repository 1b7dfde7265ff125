/*
 * x86.h - what the files of kernel/x86 share among themselves.
 */
#ifndef X86_H
#define X86_H

#include <kernel/arch.h>
#include <kernel/types.h>

struct task;

/* boot.S, entry.S, kernel.ld */
extern char kernel_start[], kernel_end[], text_start[], text_end[], init_start[], init_end[];
extern char init_text_start[], init_text_end[], kernel_ro_end[];
extern char boot_stack[], boot_stack_top[];
extern u32 boot_pgd[];
extern char vdso_image_start[], vdso_image_end[];
void entry_int80(void);
void entry_sysenter(void);
void entry_sysenter_stack(void);
extern char irq_entries[];
extern u32 vdso_sysenter_return;
struct task *x86_switch_stacks(struct task *prev, struct task *next);
void x86_task_start(void);
extern const char apm_real[], apm_real_end[]; /* apm_real.S */

/* desc.c */
void desc_init(void);
void *x86_sysenter_stack(void);
void tss_set_stack(u32 esp0);
void tss_load_io(struct task *task);
void tss_forget_io(struct task *task); /* its bitmap changed or goes */
int thread_copy_io(struct task *child);
void x86_set_iopl(u32 level);
void x86_reload_segments(void); /* %fs and %gs, after GDT or LDT changed */
void gdt_load_tls(const u64 tls[3]);
void gdt_load_ldt(const u64 *ldt, unsigned int entries);
extern u64 gdt[32];
void idt_move(void *to); /* it is complete, and used from there from now on */

/* memmap.c, multiboot.c */
void multiboot_read(u32 magic, phys_addr_t mbi);
phys_addr_t multiboot_high_end(void);

/* paging.c */
void paging_init(void);

/* pic.c */
void irq_init(void);
void pic_init(void);
void pic_mask(int irq);
void pic_unmask(int irq);
bool pic_ack(int irq); /* false: spurious */
void pic_shutdown(void);

/* pit.c, tsc.c, time.c */
void pit_init(void);
u32 pit_read_channel0(void);
u32 pit_measure_tsc(unsigned int ms, u64 *delta);
void vdso_init(void);
bool tsc_calibrate(void);

/* fixup.c: lands the faulting kernel instruction; false when it has no landing place. */
bool fixup_exception(struct regs *regs);
extern bool irq_from_user; /* irq.c: the interrupted code was a program's */
/* oops.c */
void x86_oops(struct regs *regs, const char *what);

#endif
