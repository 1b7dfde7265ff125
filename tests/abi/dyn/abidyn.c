/* A dynamic program for the exec tests: says whether the auxiliary vector fits a PT_INTERP start.
 */
#include <elf.h>
#include <stdio.h>
#include <sys/auxv.h>

extern void _start(void);

int main(int argc, char **argv)
{
	const Elf32_Ehdr *interp = (const void *)getauxval(AT_BASE);
	const Elf32_Phdr *ph = (const void *)getauxval(AT_PHDR);
	int found = 0;

	for (unsigned long i = 0; i < getauxval(AT_PHNUM); i++)
		found |= ph[i].p_type == PT_INTERP;
	printf("dynamic %s %s: base %s, entry %s, phdr %s\n", argv[0], argc > 1 ? argv[1] : "",
	       interp && interp->e_ident[1] == 'E' ? "ok" : "bad",
	       getauxval(AT_ENTRY) == (unsigned long)_start ? "ok" : "bad", found ? "ok" : "bad");
	return 0;
}
