/*
 * ioport.c - ioperm(2) and iopl(2): port access for programs such as hwtest and hwclock.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include "x86.h"

#define IO_BITMAP_BYTES 8192u

static int ensure_bitmap(struct task *t)
{
	if (t->thread.iopb)
		return 0;
	t->thread.iopb = kmalloc(IO_BITMAP_BYTES, GFP_KERNEL);
	if (!t->thread.iopb)
		return -ENOMEM;
	memset(t->thread.iopb, 0xff, IO_BITMAP_BYTES);
	return 0;
}

/* fork: the child inherits the permissions. */
int thread_copy_io(struct task *child)
{
	if (!current->thread.iopb)
		return 0;
	child->thread.iopb = kmalloc(IO_BITMAP_BYTES, GFP_KERNEL);
	if (!child->thread.iopb)
		return -ENOMEM;
	memcpy(child->thread.iopb, current->thread.iopb, IO_BITMAP_BYTES);
	return 0;
}

asmlinkage long sys_ioperm(unsigned long from, unsigned long num, int on)
{
	unsigned long flags;
	u8 *map;

	if (from > 65536 || num > 65536 - from || !num)
		return -EINVAL;
	if (on && !capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (!on && !current->thread.iopb)
		return 0;
	if (ensure_bitmap(current))
		return -ENOMEM;
	map = (u8 *)current->thread.iopb;
	for (unsigned long port = from; port < from + num; port++) {
		if (on)
			map[port / 8] &= (u8) ~(1u << (port % 8));
		else
			map[port / 8] |= (u8)(1u << (port % 8));
	}
	flags = local_irq_save();
	tss_forget_io(current);
	tss_load_io(current);
	local_irq_restore(flags);
	return 0;
}

asmlinkage long sys_iopl(u32 level)
{
	struct regs *regs = current_regs();

	if (level > 3)
		return -EINVAL;
	if (level > (regs->eflags >> 12 & 3) && !capable(CAP_SYS_RAWIO))
		return -EPERM;
	regs->eflags = (regs->eflags & ~0x3000u) | level << 12;
	current->thread.iopl = level;
	x86_set_iopl(level);
	return 0;
}
