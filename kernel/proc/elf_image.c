/* elf_image.c - see elf_image.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "elf_image.h"

#define PAGE_BYTES 4096u

int elf_check_header(const struct elf32_header *h)
{
	static const u8 magic[7] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 }; /* 32-bit, little endian, v1 */

	if (memcmp(h->ident, magic, sizeof(magic)))
		return -ENOEXEC;
	if ((h->type != ET_EXEC && h->type != ET_DYN) || h->machine != EM_386)
		return -ENOEXEC;
	if (h->phentsize != sizeof(struct elf32_phdr) || !h->phnum || h->phnum > ELF_PHDRS_MAX)
		return -ENOEXEC;
	if (h->phoff > INT_MAX - h->phnum * sizeof(struct elf32_phdr))
		return -EINVAL;
	return 0;
}

static int check_load(const struct elf32_phdr *p, const struct elf_image *image)
{
	if (p->filesz > p->memsz)
		return -EINVAL;
	if (p->memsz > ELF_ADDRESS_LIMIT || p->vaddr > ELF_ADDRESS_LIMIT - p->memsz)
		return -ENOMEM;
	if ((p->vaddr ^ p->offset) & (PAGE_BYTES - 1) && p->filesz)
		return -EINVAL;
	if (p->filesz && p->offset > INT_MAX - p->filesz)
		return -EINVAL;
	/* Ascending, as the ABI demands. */
	if (image->load_count && p->vaddr < ALIGN_DOWN(image->high - 1, PAGE_BYTES) &&
	    p->vaddr < image->low)
		return -EINVAL;
	return 0;
}

static void note_load(const struct elf32_header *h, const struct elf32_phdr *p,
		      struct elf_image *image)
{
	u32 end = p->vaddr + p->memsz, file_end = p->vaddr + p->filesz;
	u32 page_end = ALIGN_UP(end, PAGE_BYTES);

	if (!image->load_count++) {
		image->low = ALIGN_DOWN(p->vaddr, PAGE_BYTES);
		image->code_start = p->vaddr;
		image->data_start = p->vaddr;
	}
	if (page_end > image->high)
		image->high = page_end;
	if ((p->flags & PF_X) && file_end > image->code_end)
		image->code_end = file_end;
	if (p->vaddr > image->data_start)
		image->data_start = p->vaddr;
	if (file_end > image->data_end)
		image->data_end = file_end;
	if (end > image->brk)
		image->brk = end;
	if (p->align > image->align && !(p->align & (p->align - 1)))
		image->align = p->align;
	if (h->phoff >= p->offset && h->phoff - p->offset < p->filesz &&
	    p->filesz - (h->phoff - p->offset) >= h->phnum * sizeof(*p))
		image->phdr_vaddr = p->vaddr + (h->phoff - p->offset);
}

int elf_parse_phdrs(const struct elf32_header *h, const struct elf32_phdr *phdrs,
		    struct elf_image *image)
{
	*image = (struct elf_image){ .fixed = h->type == ET_EXEC,
				     .entry = h->entry,
				     .exec_stack = true,
				     .align = PAGE_BYTES };
	for (unsigned int i = 0; i < h->phnum; i++) {
		const struct elf32_phdr *p = &phdrs[i];
		int err;

		if (p->type == PT_INTERP && !image->interp_size) {
			if (p->filesz < 2 || p->filesz > ELF_INTERP_MAX || p->offset > INT_MAX)
				return -ENOEXEC;
			image->interp_offset = p->offset;
			image->interp_size = p->filesz;
		} else if (p->type == PT_GNU_STACK) {
			image->exec_stack = p->flags & PF_X;
		} else if (p->type == PT_LOAD && p->memsz) {
			err = check_load(p, image);
			if (err)
				return err;
			note_load(h, p, image);
		}
	}
	if (!image->load_count)
		return -ENOEXEC;
	return 0;
}
