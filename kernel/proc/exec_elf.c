/*
 * exec_elf.c - maps an ELF program and its interpreter, and builds the table of pointers and the
 * auxiliary vector below the strings on the new stack.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/mm.h>
#include <kernel/random.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>
#include "exec_internal.h"

#define PIE_BASE    0x00400000u /* where a position-independent program goes */
#define RANDOM_SIZE 16

int exec_read(struct file *file, loff_t pos, void *buf, size_t size)
{
	ssize_t n = file_read_kernel(file, buf, size, &pos);

	return n < 0 ? (int)n : (size_t)n == size ? 0 : -EIO;
}

static int read_image(struct file *file, const struct elf32_header *h, struct elf32_phdr **phdrs,
		      struct elf_image *image)
{
	size_t size = h->phnum * sizeof(**phdrs);
	int err;

	*phdrs = kmalloc(size, GFP_KERNEL);
	if (!*phdrs)
		return -ENOMEM;
	err = exec_read(file, h->phoff, *phdrs, size);
	if (err)
		return err == -EIO ? -ENOEXEC : err;
	return elf_parse_phdrs(h, *phdrs, image);
}

static int open_interpreter(struct exec *x)
{
	char *name = kzalloc(x->image.interp_size, GFP_KERNEL);
	struct exec interp = { .filename = name };
	int err;

	if (!name)
		return -ENOMEM;
	err = exec_read(x->file, x->image.interp_offset, name, x->image.interp_size);
	if (!err && name[x->image.interp_size - 1])
		err = -ENOEXEC;
	if (!err)
		err = exec_open(&interp, AT_FDCWD, name, LOOKUP_FOLLOW);
	kfree(name);
	if (err)
		return err == -EIO ? -ENOEXEC : err;
	x->interp = interp.file;
	if (interp.head_len < sizeof(x->interp_header))
		return -ELIBBAD;
	memcpy(&x->interp_header, interp.head, sizeof(x->interp_header));
	if (elf_check_header(&x->interp_header))
		return -ELIBBAD;
	return read_image(x->interp, &x->interp_header, &x->interp_phdrs, &x->interp_image);
}

int exec_elf_prepare(struct exec *x)
{
	int err;

	if (x->head_len < sizeof(x->header))
		return -ENOEXEC;
	memcpy(&x->header, x->head, sizeof(x->header));
	err = elf_check_header(&x->header);
	if (!err)
		err = read_image(x->file, &x->header, &x->phdrs, &x->image);
	if (!err && x->image.interp_size)
		err = open_interpreter(x);
	return err;
}

static unsigned long segment_prot(const struct elf32_phdr *p)
{
	return (p->flags & PF_R ? PROT_READ : 0) | (p->flags & PF_W ? PROT_WRITE : 0) |
	       (p->flags & PF_X ? PROT_EXEC : 0);
}

static int map_anonymous(struct mm *mm, u32 start, u32 end, unsigned long prot)
{
	unsigned long at;

	if (start >= end)
		return 0;
	at = mm_mmap_locked(mm, NULL, start, end - start, prot,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
	return at == start ? 0 : (int)at;
}

/* One PT_LOAD: its file part, then zeros. */
static int map_segment(struct mm *mm, struct file *file, const struct elf32_phdr *p, u32 bias)
{
	u32 start = ALIGN_DOWN(p->vaddr, (u32)PAGE_SIZE) + bias;
	u32 file_end = p->vaddr + p->filesz + bias, end = p->vaddr + p->memsz + bias;
	u32 map_end = p->filesz ? ALIGN_UP(file_end, (u32)PAGE_SIZE) : start;
	unsigned long at;

	if (p->filesz) {
		at = mm_mmap_locked(mm, file, start, map_end - start, segment_prot(p),
				    MAP_PRIVATE | MAP_FIXED | MAP_DENYWRITE,
				    p->offset >> PAGE_SHIFT);
		if (at != start)
			return (int)at;
	}
	return map_anonymous(mm, map_end, ALIGN_UP(end, (u32)PAGE_SIZE), segment_prot(p));
}

/* Bytes of the last file page beyond the file part must read as zeros. */
static int clear_tail(const struct elf32_phdr *p, u32 bias)
{
	u32 file_end = p->vaddr + p->filesz + bias;
	u32 page_end = ALIGN_UP(file_end, (u32)PAGE_SIZE);
	u32 end = min(page_end, p->vaddr + p->memsz + bias);

	if (p->filesz && p->memsz > p->filesz && (p->flags & PF_W) && end > file_end)
		return clear_user((void __user *)file_end, end - file_end);
	return 0;
}

static int map_image(struct mm *mm, struct file *file, const struct elf32_header *h,
		     const struct elf32_phdr *phdrs, u32 bias)
{
	int err = 0;

	write_lock(&mm->mmap_lock);
	for (unsigned int i = 0; i < h->phnum && !err; i++)
		if (phdrs[i].type == PT_LOAD && phdrs[i].memsz)
			err = map_segment(mm, file, &phdrs[i], bias);
	write_unlock(&mm->mmap_lock);
	for (unsigned int i = 0; i < h->phnum && !err; i++)
		if (phdrs[i].type == PT_LOAD && phdrs[i].memsz)
			err = clear_tail(&phdrs[i], bias);
	return err;
}

/* A free place for a position-independent image; reserves nothing. */
static u32 find_bias(struct mm *mm, const struct elf_image *image)
{
	u32 size = image->high - image->low;
	unsigned long at;

	if (image->fixed)
		return 0;
	write_lock(&mm->mmap_lock);
	at = mm_mmap_locked(mm, NULL, 0, size, 0, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, 0);
	if (!IS_ERR((void *)at))
		mm_munmap_locked(mm, at, size);
	write_unlock(&mm->mmap_lock);
	return IS_ERR((void *)at) ? 1 : (u32)at - image->low;
}

static void set_layout(struct mm *mm, const struct elf_image *image, u32 bias)
{
	mm->start_code = image->code_start + bias;
	mm->end_code = image->code_end + bias;
	mm->start_data = image->data_start + bias;
	mm->end_data = image->data_end + bias;
	mm->start_brk = mm->brk = ALIGN_UP(image->brk + bias, (u32)PAGE_SIZE);
}

static void aux(struct mm *mm, u32 type, u32 value)
{
	if (mm->auxv_words + 2 <= ARRAY_SIZE(mm->auxv)) {
		mm->auxv[mm->auxv_words++] = type;
		mm->auxv[mm->auxv_words++] = value;
	}
}

static void fill_auxv(struct exec *x, u32 bias, u32 interp_base, u32 platform, u32 random)
{
	struct mm *mm = current->mm;
	const struct cred *cred = current_cred();

	mm->auxv_words = 0;
	if (arch_vdso_sysinfo(mm))
		aux(mm, AT_SYSINFO, arch_vdso_sysinfo(mm));
	if (mm->vdso)
		aux(mm, AT_SYSINFO_EHDR, mm->vdso);
	aux(mm, AT_HWCAP, arch_hwcap);
	aux(mm, AT_PAGESZ, PAGE_SIZE);
	aux(mm, AT_CLKTCK, HZ);
	aux(mm, AT_PHDR, x->image.phdr_vaddr + bias);
	aux(mm, AT_PHENT, sizeof(struct elf32_phdr));
	aux(mm, AT_PHNUM, x->header.phnum);
	aux(mm, AT_BASE, interp_base);
	aux(mm, AT_FLAGS, 0);
	aux(mm, AT_ENTRY, x->image.entry + bias);
	aux(mm, AT_UID, cred->uid);
	aux(mm, AT_EUID, cred->euid);
	aux(mm, AT_GID, cred->gid);
	aux(mm, AT_EGID, cred->egid);
	aux(mm, AT_SECURE, x->secure);
	aux(mm, AT_RANDOM, random);
	aux(mm, AT_HWCAP2, arch_hwcap2);
	aux(mm, AT_EXECFN, x->execfn);
	aux(mm, AT_PLATFORM, platform);
	aux(mm, AT_NULL, 0);
}

/* Writes `count` pointers to consecutive strings from `string` on, and a NULL; *string ends behind.
 */
static int write_pointers(u32 __user **at, u32 count, u32 *string)
{
	for (u32 i = 0; i < count; i++) {
		ssize_t len = strnlen_user((const char __user *)*string, PAGE_SIZE * 64);

		if (len <= 0 || put_user(*string, (*at)++))
			return -EFAULT;
		*string += (u32)len;
	}
	return put_user(0u, (*at)++);
}

/* The strings are there; below them go the platform name, random bytes, and the table. */
static int build_table(struct exec *x, u32 bias, u32 interp_base, u32 *sp_out)
{
	struct mm *mm = current->mm;
	u8 random[RANDOM_SIZE];
	size_t platform_size = strlen(arch_platform) + 1;
	u32 platform = x->sp - platform_size, random_at = platform - RANDOM_SIZE, sp,
	    string = x->sp;
	u32 __user *at;
	int err;

	random_bytes(random, sizeof(random));
	if (copy_to_user((void __user *)platform, arch_platform, platform_size) ||
	    copy_to_user((void __user *)random_at, random, sizeof(random)))
		return -EFAULT;
	fill_auxv(x, bias, interp_base, platform, random_at);
	sp = ALIGN_DOWN(random_at, 16u) -
	     ALIGN_UP((1 + x->argc + 1 + x->envc + 1 + mm->auxv_words) * 4, 16u);
	*sp_out = sp;
	at = (u32 __user *)sp;
	if (put_user(x->argc, at++))
		return -EFAULT;
	mm->arg_start = string;
	err = write_pointers(&at, x->argc, &string);
	mm->arg_end = mm->env_start = string;
	if (!err)
		err = write_pointers(&at, x->envc, &string);
	mm->env_end = string;
	if (!err)
		err = copy_to_user(at, mm->auxv, mm->auxv_words * 4);
	mm->start_stack = sp;
	return err;
}

/* Past the point of no return: current->mm is the new, still empty address space. */
int exec_elf_load(struct exec *x, u32 *entry, u32 *sp)
{
	struct mm *mm = current->mm;
	u32 bias = x->image.fixed ? 0 : PIE_BASE - x->image.low, interp_bias = 0;
	int err = map_image(mm, x->file, &x->header, x->phdrs, bias);

	if (err)
		return err;
	set_layout(mm, &x->image, bias);
	write_lock(&mm->mmap_lock);
	err = arch_map_vdso_locked(mm);
	write_unlock(&mm->mmap_lock);
	if (err)
		return err;
	*entry = x->image.entry + bias;
	if (x->interp) {
		interp_bias = find_bias(mm, &x->interp_image);
		if (interp_bias & (PAGE_SIZE - 1))
			return -ENOMEM;
		err = map_image(mm, x->interp, &x->interp_header, x->interp_phdrs, interp_bias);
		*entry = x->interp_image.entry + interp_bias;
	}
	if (err)
		return err;
	return build_table(x, bias, x->interp ? x->interp_image.low + interp_bias : 0, sp);
}
