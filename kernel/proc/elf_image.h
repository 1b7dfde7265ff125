/*
 * elf_image.h - checks an i386 ELF executable's headers and says what to map where.
 *
 * Pure: the caller reads the bytes. elf_check_header() answers from the first 52 bytes;
 * elf_parse_phdrs() from the program headers. Errors: -ENOEXEC (not an i386 executable), -EINVAL
 * (headers that contradict themselves), -ENOMEM (does not fit the address space).
 * Nothing in the result can wrap: every segment lies below ELF_ADDRESS_LIMIT once the bias is
 * added. Source: System V ABI, chapters 4 and 5.
 */
#ifndef PROC_ELF_IMAGE_H
#define PROC_ELF_IMAGE_H

#include <abi/elf.h>

#define ELF_PHDRS_MAX	  128u
#define ELF_INTERP_MAX	  4096u
#define ELF_ADDRESS_LIMIT 0xC0000000u

struct elf_image {
	bool fixed;	/* ET_EXEC: linked for one address */
	u32 entry;	/* not biased */
	u32 low, high;	/* page-aligned bounds of all PT_LOADs, not biased */
	u32 phdr_vaddr; /* where the program headers are in memory, 0: not loaded */
	u32 code_start, code_end, data_start, data_end, brk;
	u32 interp_offset, interp_size; /* PT_INTERP, 0: none */
	u32 align;			/* largest p_align of a PT_LOAD */
	unsigned int load_count;
	bool exec_stack;
};

int elf_check_header(const struct elf32_header *header);
int elf_parse_phdrs(const struct elf32_header *header, const struct elf32_phdr *phdrs,
		    struct elf_image *image);

#endif
