/*
 * ptrace_regs.c - a stopped task's registers as debuggers see and set them: the user area, the
 * register sets, single stepping, debug registers.
 *
 * Nothing set here gives the task more than ring 3 has: selectors and flags are sanitised as in
 * sigreturn, breakpoints lie in user space.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/iov.h>
#include <kernel/mm.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <arch/fpu.h>
#include <arch/user_regs.h>
#include "../proc/ptrace.h"
#include "tls.h"

#define REG_COUNT  (sizeof(struct user_regs_abi) / sizeof(u32))
#define DR_CONTROL 7

/* The order of struct user_regs_struct, as offsets into the frame. */
static const u8 reg_offset[REG_COUNT] = {
	offsetof(struct regs, ebx), offsetof(struct regs, ecx), offsetof(struct regs, edx),
	offsetof(struct regs, esi), offsetof(struct regs, edi), offsetof(struct regs, ebp),
	offsetof(struct regs, eax), offsetof(struct regs, ds),	offsetof(struct regs, es),
	offsetof(struct regs, fs),  offsetof(struct regs, gs),	offsetof(struct regs, orig_eax),
	offsetof(struct regs, eip), offsetof(struct regs, cs),	offsetof(struct regs, eflags),
	offsetof(struct regs, esp), offsetof(struct regs, ss),
};

static u32 *reg_slot(struct task *t, unsigned int index)
{
	return (u32 *)((char *)task_regs(t) + reg_offset[index]);
}

static u32 get_reg(struct task *t, unsigned int index)
{
	u32 value = *reg_slot(t, index);

	switch (reg_offset[index]) {
	case offsetof(struct regs, ds):
	case offsetof(struct regs, es):
	case offsetof(struct regs, fs):
	case offsetof(struct regs, gs):
	case offsetof(struct regs, cs):
	case offsetof(struct regs, ss):
		/* Many processors leave the upper half of a pushed selector as it was. */
		return value & 0xffff;
	case offsetof(struct regs, eflags):
		return t->ptrace.flags & PT_FORCED_TF ? value & ~EFLAGS_TF : value;
	default:
		return value;
	}
}

static int set_reg(struct task *t, unsigned int index, u32 value)
{
	struct regs *regs = task_regs(t);

	switch (reg_offset[index]) {
	case offsetof(struct regs, ds):
	case offsetof(struct regs, es):
	case offsetof(struct regs, fs):
	case offsetof(struct regs, gs):
		value = user_data_selector(t, value);
		break;
	case offsetof(struct regs, cs):
	case offsetof(struct regs, ss):
		if ((value & 3) != 3)
			return -EIO;
		value &= 0xffff;
		break;
	case offsetof(struct regs, eflags):
		/* A program that asks for single steps itself keeps them. */
		if (value & EFLAGS_TF)
			t->ptrace.flags &= ~PT_FORCED_TF;
		else if (t->ptrace.flags & PT_FORCED_TF)
			value |= EFLAGS_TF;
		value = user_eflags(regs->eflags, value);
		break;
	default:
		break;
	}
	*reg_slot(t, index) = value;
	return 0;
}

void ptrace_fill_regs(struct task *t, struct user_regs_abi *out)
{
	u32 *words = (u32 *)out;

	for (unsigned int i = 0; i < REG_COUNT; i++)
		words[i] = get_reg(t, i);
}

static int set_all_regs(struct task *t, const u32 *words, unsigned int count)
{
	int err = 0;

	for (unsigned int i = 0; i < count && !err; i++)
		err = set_reg(t, i, words[i]);
	return err;
}

void ptrace_set_step(struct task *t, bool on)
{
	struct regs *regs = task_regs(t);

	if (on) {
		if (!(regs->eflags & EFLAGS_TF))
			t->ptrace.flags |= PT_FORCED_TF;
		regs->eflags |= EFLAGS_TF;
		t->ptrace.flags |= PT_SINGLESTEP;
		return;
	}
	if (t->ptrace.flags & PT_FORCED_TF)
		regs->eflags &= ~EFLAGS_TF;
	t->ptrace.flags &= ~(PT_FORCED_TF | PT_SINGLESTEP);
}

/* ---- the user area ---- */

static u32 fixed_field(struct task *t, unsigned long offset)
{
	const struct mm *mm = t->mm;

	if (!mm)
		return 0;
	switch (offset) {
	case offsetof(struct user_abi, tsize):
		return (mm->end_code - mm->start_code) >> PAGE_SHIFT;
	case offsetof(struct user_abi, dsize):
		return (mm->end_data - mm->start_data) >> PAGE_SHIFT;
	case offsetof(struct user_abi, start_code):
		return mm->start_code;
	case offsetof(struct user_abi, start_stack):
		return mm->start_stack;
	default:
		return 0;
	}
}

long ptrace_peek_user(struct task *t, unsigned long offset, u32 *value)
{
	if ((offset & 3) || offset >= sizeof(struct user_abi))
		return -EIO;
	if (offset < sizeof(struct user_regs_abi))
		*value = get_reg(t, offset / 4);
	else if (offset >= offsetof(struct user_abi, debugreg))
		*value = t->thread.debugreg[(offset - offsetof(struct user_abi, debugreg)) / 4];
	else
		*value = fixed_field(t, offset);
	return 0;
}

/* Each enabled breakpoint's four bits of type and length; execution breakpoints have length 1. */
static bool control_is_valid(const u32 *dr, u32 control)
{
	for (unsigned int i = 0; i < 4; i++) {
		u32 bits = (control >> (16 + 4 * i)) & 15, type = bits & 3, len = bits >> 2;

		if (!(control & (3u << (2 * i))))
			continue;
		/* I/O breakpoints need CR4.DE, eight bytes a 64-bit CPU. */
		if (type == 2 || len == 2 || (type == 0 && len))
			return false;
		if (dr[i] >= USER_END)
			return false;
	}
	return true;
}

static long set_debug_register(struct task *t, unsigned int n, u32 value)
{
	u32 *dr = t->thread.debugreg;

	if (n == 4 || n == 5)
		return -EIO;
	if (n < 4 && value >= USER_END)
		return -EINVAL;
	if (n == DR_CONTROL) {
		/* Local enables only, exact bits as the CPU wants them; general detect is ours. */
		value &= 0xffff03ffu;
		if (!control_is_valid(dr, value))
			return -EINVAL;
	}
	dr[n] = value;
	return 0;
}

long ptrace_poke_user(struct task *t, unsigned long offset, u32 value)
{
	if ((offset & 3) || offset >= sizeof(struct user_abi))
		return -EIO;
	if (offset < sizeof(struct user_regs_abi))
		return set_reg(t, offset / 4, value);
	if (offset >= offsetof(struct user_abi, debugreg))
		return set_debug_register(t, (offset - offsetof(struct user_abi, debugreg)) / 4,
					  value);
	return -EIO;
}

/* ---- register sets ---- */

static long put_regs(struct task *t, void __user *dst, size_t size)
{
	struct user_regs_abi r;

	ptrace_fill_regs(t, &r);
	return copy_to_user(dst, &r, size);
}

static long take_regs(struct task *t, const void __user *src, size_t size)
{
	struct user_regs_abi r;

	if (copy_from_user(&r, src, size))
		return -EFAULT;
	return set_all_regs(t, (const u32 *)&r, size / sizeof(u32));
}

static long put_fpregs(struct task *t, void __user *dst, size_t size)
{
	struct user_fpregs_abi fp;
	int err = fpu_get_fnsave(t, &fp);

	return err ? err : copy_to_user(dst, &fp, size);
}

static long take_fpregs(struct task *t, const void __user *src, size_t size)
{
	struct user_fpregs_abi fp;
	int err = fpu_get_fnsave(t, &fp);

	if (err)
		return err;
	if (copy_from_user(&fp, src, size))
		return -EFAULT;
	return fpu_set_fnsave(t, &fp);
}

static long put_fpxregs(struct task *t, void __user *dst, size_t size)
{
	u8 fx[512];
	int err = fpu_get_fxsave(t, fx);

	return err ? err : copy_to_user(dst, fx, size);
}

static long take_fpxregs(struct task *t, const void __user *src, size_t size)
{
	u8 fx[512];
	int err = fpu_get_fxsave(t, fx);

	if (err)
		return err;
	if (copy_from_user(fx, src, size))
		return -EFAULT;
	return fpu_set_fxsave(t, fx);
}

static long put_tls(struct task *t, void __user *dst, size_t size)
{
	struct user_desc_abi d[SEL_TLS_COUNT];

	for (u32 i = 0; i < SEL_TLS_COUNT; i++)
		(void)tls_get(t, SEL_TLS_FIRST + i, &d[i]);
	return copy_to_user(dst, d, size);
}

static long take_tls(struct task *t, const void __user *src, size_t size)
{
	struct user_desc_abi d[SEL_TLS_COUNT];
	int err = 0;

	if (size % sizeof(d[0]))
		return -EINVAL;
	if (copy_from_user(d, src, size))
		return -EFAULT;
	for (u32 i = 0; i < size / sizeof(d[0]) && !err; i++)
		err = tls_set(t, &d[i], SEL_TLS_FIRST + i);
	return err;
}

static const struct regset {
	u32 type;
	size_t size, unit;
	long (*put)(struct task *t, void __user *dst, size_t size);
	long (*take)(struct task *t, const void __user *src, size_t size);
} regsets[] = {
	{ NT_PRSTATUS, sizeof(struct user_regs_abi), 4, put_regs, take_regs },
	{ NT_PRFPREG, sizeof(struct user_fpregs_abi), 4, put_fpregs, take_fpregs },
	{ NT_PRXFPREG, 512, 4, put_fpxregs, take_fpxregs },
	{ NT_386_TLS, SEL_TLS_COUNT * sizeof(struct user_desc_abi), sizeof(struct user_desc_abi),
	  put_tls, take_tls },
};

static long regset_request(struct task *t, bool set, u32 type, unsigned long data)
{
	struct iovec __user *uiov = (struct iovec __user *)data;
	struct iovec iov;
	long err;

	if (copy_from_user(&iov, uiov, sizeof(iov)))
		return -EFAULT;
	for (unsigned int i = 0; i < ARRAY_SIZE(regsets); i++) {
		const struct regset *rs = &regsets[i];
		size_t n = min(iov.len, rs->size);

		if (rs->type != type)
			continue;
		if (iov.len % rs->unit)
			return -EINVAL;
		err = set ? rs->take(t, iov.base, n) : rs->put(t, iov.base, n);
		return err ? err : put_user(n, &uiov->len);
	}
	return -EINVAL;
}

static long thread_area(struct task *t, bool set, u32 entry, void __user *ptr)
{
	struct user_desc_abi d;
	int err;

	if (set)
		return copy_from_user(&d, ptr, sizeof(d)) ? -EFAULT : tls_set(t, &d, entry);
	err = tls_get(t, entry, &d);
	return err ? err : copy_to_user(ptr, &d, sizeof(d));
}

long ptrace_arch_request(struct task *t, int request, unsigned long addr, unsigned long data)
{
	void __user *ptr = (void __user *)data;

	switch (request) {
	case PTRACE_GETREGS:
		return put_regs(t, ptr, sizeof(struct user_regs_abi));
	case PTRACE_SETREGS:
		return take_regs(t, ptr, sizeof(struct user_regs_abi));
	case PTRACE_GETFPREGS:
		return put_fpregs(t, ptr, sizeof(struct user_fpregs_abi));
	case PTRACE_SETFPREGS:
		return take_fpregs(t, ptr, sizeof(struct user_fpregs_abi));
	case PTRACE_GETFPXREGS:
		return put_fpxregs(t, ptr, 512);
	case PTRACE_SETFPXREGS:
		return take_fpxregs(t, ptr, 512);
	case PTRACE_GET_THREAD_AREA:
		return thread_area(t, false, addr, ptr);
	case PTRACE_SET_THREAD_AREA:
		return thread_area(t, true, addr, ptr);
	case PTRACE_GETREGSET:
	case PTRACE_SETREGSET:
		return regset_request(t, request == PTRACE_SETREGSET, addr, data);
	default:
		return -EIO;
	}
}
