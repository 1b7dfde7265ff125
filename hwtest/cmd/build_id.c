/*
 * build_id.c - the ID that the linker made of the program's contents, in its note segment.
 *
 * Source: ELF specification, "Note Section"; NT_GNU_BUILD_ID of the GNU linker.
 */
#include "build_id.h"
#include <elf.h>
#include <kernel/main.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#define ID_BYTES  6 /* enough to tell builds apart */
#define ALIGN4(n) (((n) + 3u) & ~3u)

/* The descriptor of the build ID note in notes[0..bytes), or NULL. */
static const uint8_t *find_note(const char *notes, size_t bytes)
{
	while (bytes >= sizeof(Elf32_Nhdr)) {
		const Elf32_Nhdr *n = (const Elf32_Nhdr *)notes;
		size_t desc = sizeof(*n) + ALIGN4(n->n_namesz), size = desc + ALIGN4(n->n_descsz);

		if (size > bytes)
			return NULL;
		if (n->n_type == NT_GNU_BUILD_ID && n->n_descsz >= ID_BYTES)
			return (const uint8_t *)notes + desc;
		notes += size;
		bytes -= size;
	}
	return NULL;
}

static const uint8_t *find_id(void)
{
	const Elf32_Phdr *ph = (const Elf32_Phdr *)getauxval(AT_PHDR);
	const uint8_t *id = NULL;

	for (unsigned long i = 0; ph && !id && i < getauxval(AT_PHNUM); i++)
		if (ph[i].p_type == PT_NOTE)
			id = find_note((const char *)(uintptr_t)ph[i].p_vaddr, ph[i].p_memsz);
	return id;
}

const char *build_id(void)
{
	static char text[64];
	const uint8_t *id = find_id();
	int n = snprintf(text, sizeof(text), "%s", OLDIRON_VERSION);

	for (int i = 0; id && i < ID_BYTES; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%02x", i ? "" : "-", id[i]);
	return text;
}
