/*
 * vdso.c - the kernel's side of the vDSO: its image, its data page, mapping both into programs.
 */
#include <kernel/arch.h>
#include <kernel/mm.h>
#include <kernel/page.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <arch/cpu.h>
#include <arch/vdso_data.h>
#include <gen/vdso_offsets.h>
#include "x86.h"

#define VVAR_ADDR 0xBFFFE000u /* the stack ends here */
#define VDSO_ADDR 0xBFFFF000u
#define JMP_SHORT 0xEB

u32 vdso_sysenter_return;
static union {
	struct vdso_data data;
	char page[4096];
} vvar __aligned(4096) = { .data = { .seq = 1 } };
static struct page *vdso_pages[2];

static const char *vvar_name(struct vma *vma)
{
	return "[vvar]";
}
static const char *vdso_name(struct vma *vma)
{
	return "[vdso]";
}
static const struct vm_ops vvar_ops = { .name = vvar_name };
static const struct vm_ops vdso_ops = { .name = vdso_name };

static s64 mono_offset, wall_offset;
static bool clock_known;

static void write_begin(void)
{
	if (clock_known)
		vvar.data.seq++;
	barrier();
}

static void write_end(void)
{
	vvar.data.offset_ns[0] = mono_offset + wall_offset;
	vvar.data.offset_ns[1] = mono_offset;
	barrier();
	if (clock_known)
		vvar.data.seq++;
}

void vdso_set_clock(u64 tsc_base, u32 mul)
{
	vvar.data.tsc_base = tsc_base;
	vvar.data.mul = mul;
	barrier();
	clock_known = true;
	vvar.data.seq = 2;
}

void vdso_set_mono(s64 mono_offset_ns)
{
	write_begin();
	mono_offset = mono_offset_ns;
	write_end();
}

void vdso_set_wall(s64 wall_offset_ns)
{
	write_begin();
	wall_offset = wall_offset_ns;
	write_end();
}

void vdso_set_coarse(s64 mono_ns)
{
	write_begin();
	vvar.data.coarse_mono_ns = mono_ns;
	write_end();
}

/* The image lies in the kernel's constants; programs get a copy that could be patched. */
void __init vdso_init(void)
{
	char *code = page_alloc_addr(GFP_KERNEL | GFP_ZERO);

	ASSERT(code && vdso_image_end - vdso_image_start <= (long)PAGE_SIZE);
	memcpy(code, vdso_image_start, (size_t)(vdso_image_end - vdso_image_start));
	if (cpu_has(CPUID_SEP)) {
		code[VDSO_vdso_patch] = (char)JMP_SHORT;
		code[VDSO_vdso_patch + 1] = (char)(VDSO_vdso_sysenter - VDSO_vdso_patch - 2);
	}
	vdso_sysenter_return = VDSO_ADDR + VDSO_vdso_after_sysenter;
	vdso_pages[0] = virt_to_page(&vvar);
	vdso_pages[1] = virt_to_page(code);
	atomic_set(&vdso_pages[0]->refcount, 1);
}

int arch_map_vdso_locked(struct mm *mm)
{
	int err = mm_map_special_locked(mm, VVAR_ADDR, &vdso_pages[0], 1, VM_READ | VM_MAYREAD,
					&vvar_ops);

	if (!err)
		err = mm_map_special_locked(mm, VDSO_ADDR, &vdso_pages[1], 1,
					    VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYEXEC, &vdso_ops);
	if (!err)
		mm->vdso = VDSO_ADDR;
	return err;
}

unsigned long arch_vdso_map_addr(void)
{
	return VDSO_ADDR;
}

unsigned long arch_vdso_sysinfo(const struct mm *mm)
{
	return mm->vdso ? mm->vdso + VDSO___kernel_vsyscall : 0;
}

unsigned long arch_vdso_sigreturn(const struct mm *mm, bool rt)
{
	return mm->vdso ? mm->vdso + (rt ? VDSO___kernel_rt_sigreturn : VDSO___kernel_sigreturn)
			: 0;
}
