/* Any bytes as an executable's head: whatever is accepted lies inside the address space. */
// LINK: kernel/proc/elf_image.c
#include <stdlib.h>
#include <string.h>
#include "../elf_image.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct elf32_header header;
	struct elf32_phdr *phdrs;
	struct elf_image image;

	if (size < sizeof(header))
		return 0;
	memcpy(&header, data, sizeof(header));
	if (elf_check_header(&header))
		return 0;
	phdrs = calloc(header.phnum, sizeof(*phdrs));
	size -= sizeof(header);
	memcpy(phdrs, data + sizeof(header),
	       size < header.phnum * sizeof(*phdrs) ? size : header.phnum * sizeof(*phdrs));
	if (!elf_parse_phdrs(&header, phdrs, &image)) {
		if (!image.load_count || image.high > ELF_ADDRESS_LIMIT ||
		    image.low >= image.high || image.brk > ELF_ADDRESS_LIMIT)
			abort();
	}
	free(phdrs);
	return 0;
}
