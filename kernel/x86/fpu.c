/*
 * fpu.c - whose numbers the FPU holds; saving and loading them.
 *
 * CR0.TS is clear exactly while the running task is cpu->fpu_owner. An owner that was switched out
 * keeps its numbers in the FPU until another task uses it: the image in memory is stale until
 * then, and every reader of an image goes through sync() first.
 * Preemption is off wherever owner and TS are looked at.
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/percpu.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/ptrace.h>
#include <abi/sigframe.h>
#include <arch/cpu.h>
#include <arch/fpu.h>
#include "fpu_image.h"

#define FCW_DEFAULT	   0x037fu
#define MXCSR_DEFAULT	   0x1f80u
#define MXCSR_MASK_DEFAULT 0xffbfu /* where the image says nothing */

struct fpu_state {
	union {
		struct fxsave_image fx;
		struct user_fpregs_abi fn;
	};
};

bool cpu_has_fxsr;
static u32 mxcsr_mask = MXCSR_MASK_DEFAULT;
static struct kmem_cache *fpu_cache;

static void hw_save(struct fpu_state *s)
{
	/* FNSAVE also clears the FPU; FXSAVE leaves it as it is. */
	if (cpu_has_fxsr)
		__asm__ volatile("fxsave %0" : "=m"(s->fx));
	else
		__asm__ volatile("fnsave %0; fwait" : "=m"(s->fn));
}

static void hw_load(const struct fpu_state *s)
{
	if (cpu_has_fxsr)
		__asm__ volatile("fnclex; fxrstor %0" ::"m"(s->fx));
	else
		__asm__ volatile("fnclex; frstor %0" ::"m"(s->fn));
}

static void image_init_fnsave(struct user_fpregs_abi *fn)
{
	memset(fn, 0, sizeof(*fn));
	fn->cwd = 0xffff0000u | FCW_DEFAULT;
	fn->swd = 0xffff0000u;
	fn->twd = 0xffffffffu;
	fn->fos = 0xffff0000u;
}

static void image_init(struct fpu_state *s)
{
	if (!cpu_has_fxsr) {
		image_init_fnsave(&s->fn);
		return;
	}
	memset(&s->fx, 0, sizeof(s->fx));
	s->fx.fcw = FCW_DEFAULT;
	s->fx.mxcsr = MXCSR_DEFAULT;
}

static void read_mxcsr_mask(void)
{
	static struct fxsave_image probe __aligned(16);

	__asm__ volatile("fxsave %0" : "=m"(probe));
	if (probe.mxcsr_mask)
		mxcsr_mask = probe.mxcsr_mask;
}

void fpu_init(void)
{
	cpu_has_fxsr = cpu_has(CPUID_FXSR);
	write_cr0((read_cr0() & ~(CR0_EM | CR0_TS)) | CR0_MP | CR0_NE);
	if (cpu_has_fxsr)
		write_cr4(read_cr4() | CR4_OSFXSR | (cpu_has(CPUID_SSE) ? CR4_OSXMMEXCPT : 0));
	__asm__ volatile("fninit");
	if (cpu_has_fxsr)
		read_mxcsr_mask();
	stts();
}

static int fpu_cache_init(void)
{
	size_t size = cpu_has_fxsr ? sizeof(struct fxsave_image) : sizeof(struct user_fpregs_abi);

	fpu_cache = kmem_cache_create("fpu", size, cpu_has_fxsr ? 16 : 4);
	return fpu_cache ? 0 : -ENOMEM;
}
INIT_CALL(INIT_EARLY, fpu_cache_init);

static struct fpu_state *state_alloc(void)
{
	return fpu_cache ? kmem_cache_alloc(fpu_cache, GFP_KERNEL) : NULL;
}

/* The FPU is nobody's. The owner must have been saved, or its numbers not matter. */
static void disown(void)
{
	if (this_cpu()->fpu_owner == current)
		stts();
	this_cpu()->fpu_owner = NULL;
}

/* The image of `task` is good afterwards; the FPU is then nobody's, the next use loads it. */
static void sync(struct task *task)
{
	preempt_disable();
	if (this_cpu()->fpu_owner == task) {
		clts();
		hw_save(task->thread.fpu);
		this_cpu()->fpu_owner = NULL;
		stts();
	}
	preempt_enable();
}

static void forget(struct task *task)
{
	preempt_disable();
	if (this_cpu()->fpu_owner == task)
		disown();
	preempt_enable();
}

/* Gives a task that has none a fresh state. */
static int ensure_state(struct task *task)
{
	struct fpu_state *s;

	if (task->thread.fpu)
		return 0;
	s = state_alloc();
	if (!s)
		return -ENOMEM;
	image_init(s);
	task->thread.fpu = s;
	return 0;
}

void fpu_nm_trap(void)
{
	struct task *t = current, *owner;

	if (ensure_state(t)) {
		signal_kernel_task(SIGKILL, t);
		return;
	}
	preempt_disable();
	owner = this_cpu()->fpu_owner;
	clts();
	if (owner != t) {
		if (owner)
			hw_save(owner->thread.fpu);
		hw_load(t->thread.fpu);
		this_cpu()->fpu_owner = t;
	}
	preempt_enable();
}

void fpu_switch(struct task *prev, struct task *next)
{
	struct task *owner = this_cpu()->fpu_owner;

	if (owner == next)
		clts();
	else if (owner == prev)
		stts();
}

int fpu_fork(struct task *child)
{
	struct fpu_state *s;

	child->thread.fpu = NULL;
	if (!current->thread.fpu)
		return 0;
	s = state_alloc();
	if (!s)
		return -ENOMEM;
	sync(current);
	memcpy(s, current->thread.fpu, cpu_has_fxsr ? sizeof(s->fx) : sizeof(s->fn));
	child->thread.fpu = s;
	return 0;
}

void fpu_free(struct task *task)
{
	struct fpu_state *s = task->thread.fpu;

	if (!s)
		return;
	forget(task);
	task->thread.fpu = NULL;
	kmem_cache_free(fpu_cache, s);
}

void fpu_exec(struct task *task)
{
	fpu_free(task);
}

/* Intel SDM volume 1, 8.5 and 11.5.2: priority of simultaneous exceptions as Linux reports it. */
int fpu_error_code(struct task *task, bool simd)
{
	u32 flags;

	if (!task->thread.fpu)
		return 0;
	sync(task);
	if (simd) {
		u32 mxcsr = task->thread.fpu->fx.mxcsr;

		flags = mxcsr & ~(mxcsr >> 7);
	} else if (cpu_has_fxsr) {
		flags = task->thread.fpu->fx.fsw & ~(u32)task->thread.fpu->fx.fcw;
	} else {
		flags = task->thread.fpu->fn.swd & ~task->thread.fpu->fn.cwd;
	}
	if (flags & 0x01)
		return FPE_FLTINV;
	if (flags & 0x04)
		return FPE_FLTDIV;
	if (flags & 0x08)
		return FPE_FLTOVF;
	if (flags & 0x12)
		return FPE_FLTUND;
	return flags & 0x20 ? FPE_FLTRES : 0;
}

/* ---- signal frames ---- */

/* A task without state shows the fresh FNSAVE image: programs expect to find one. */
size_t fpu_frame_size(void)
{
	return cpu_has_fxsr && current->thread.fpu ? sizeof(struct fpu_frame)
						   : offsetof(struct fpu_frame, fxsave);
}

static void fnsave_image(const struct fpu_state *s, struct user_fpregs_abi *out)
{
	if (cpu_has_fxsr)
		fpu_fnsave_from_fxsave(out, &s->fx);
	else
		*out = s->fn;
}

int fpu_save_user(void __user *buf, struct task *task)
{
	struct fpu_frame __user *frame = buf;
	struct {
		struct user_fpregs_abi regs;
		u16 status, magic;
	} head;
	struct fpu_state *s = task->thread.fpu;

	(void)fpu_get_fnsave(task, &head.regs);
	head.status = (u16)head.regs.swd;
	head.magic = cpu_has_fxsr && s ? FPU_FRAME_FXSR : FPU_FRAME_PLAIN;
	if (copy_to_user(frame, &head, sizeof(head)))
		return -EFAULT;
	if (!s)
		return 0;
	if (cpu_has_fxsr && copy_to_user(&frame->fxsave, &s->fx, sizeof(s->fx)))
		return -EFAULT;
	image_init(s);
	return 0;
}

/* What fpu_save_user() wrote for a task without state. */
static bool is_fresh(const struct user_fpregs_abi *regs)
{
	struct user_fpregs_abi fresh;

	image_init_fnsave(&fresh);
	return !memcmp(regs, &fresh, sizeof(fresh));
}

int fpu_restore_user(const void __user *buf)
{
	const struct fpu_frame __user *frame = buf;
	struct user_fpregs_abi regs;
	struct task *t = current;
	u16 magic = FPU_FRAME_PLAIN;

	if (!buf) {
		fpu_free(t);
		return 0;
	}
	if (copy_from_user(&regs, &frame->regs, sizeof(regs)) || get_user(magic, &frame->magic))
		return -EFAULT;
	if (magic == FPU_FRAME_PLAIN && is_fresh(&regs)) {
		fpu_free(t);
		return 0;
	}
	if (ensure_state(t))
		return -ENOMEM;
	forget(t);
	if (!cpu_has_fxsr) {
		t->thread.fpu->fn = regs;
		return 0;
	}
	image_init(t->thread.fpu);
	if (magic == FPU_FRAME_FXSR &&
	    copy_from_user(&t->thread.fpu->fx, &frame->fxsave, sizeof(frame->fxsave))) {
		image_init(t->thread.fpu);
		return -EFAULT;
	}
	t->thread.fpu->fx.mxcsr &= mxcsr_mask;
	/* Debuggers and old programs know only the first image: it has the last word. */
	fpu_fxsave_from_fnsave(&t->thread.fpu->fx, &regs);
	return 0;
}

/* ---- ptrace, core dumps ---- */

int fpu_get_fnsave(struct task *task, struct user_fpregs_abi *out)
{
	if (task->thread.fpu) {
		sync(task);
		fnsave_image(task->thread.fpu, out);
	} else {
		image_init_fnsave(out);
	}
	return 0;
}

int fpu_set_fnsave(struct task *task, const struct user_fpregs_abi *in)
{
	if (ensure_state(task))
		return -ENOMEM;
	sync(task);
	if (cpu_has_fxsr)
		fpu_fxsave_from_fnsave(&task->thread.fpu->fx, in);
	else
		task->thread.fpu->fn = *in;
	return 0;
}

int fpu_get_fxsave(struct task *task, void *out512)
{
	if (!cpu_has_fxsr)
		return -EIO;
	if (task->thread.fpu) {
		sync(task);
		memcpy(out512, &task->thread.fpu->fx, sizeof(struct fxsave_image));
	} else {
		image_init(out512);
	}
	return 0;
}

int fpu_set_fxsave(struct task *task, const void *in512)
{
	const struct fxsave_image *in = in512;

	if (!cpu_has_fxsr)
		return -EIO;
	if (in->mxcsr & ~mxcsr_mask)
		return -EINVAL;
	if (ensure_state(task))
		return -ENOMEM;
	sync(task);
	memcpy(&task->thread.fpu->fx, in, sizeof(*in));
	return 0;
}
