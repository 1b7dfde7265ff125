/* See cpu_decode.h. */
#include <kernel/string.h>
#include "cpu_decode.h"

/* Processors whose feature word is wrong. Sources: hardware notes 1.2 (Linux cpu/intel.c). */
static const struct {
	const char *vendor;
	u32 first, last; /* family << 12 | model << 4 | stepping */
	u32 clears;
} cpu_quirks[] = {
	/* Pentium Pro: SYSENTER that it does not have. */
	{ "GenuineIntel", 0x6000, 0x6032, CPUID_SEP },
	/* Quark: global pages that do not work. */
	{ "GenuineIntel", 0x5090, 0x509f, CPUID_PGE },
};

const char *const cpu_flag_names[32] = {
	"fpu",	"vme",	"de",	"pse", "tsc",  "msr", "pae",   "mce", "cx8",	 "apic", NULL,
	"sep",	"mtrr", "pge",	"mca", "cmov", "pat", "pse36", "pn",  "clflush", NULL,	 "dts",
	"acpi", "mmx",	"fxsr", "sse", "sse2", "ss",  "ht",    "tm",  "ia64",	 "pbe",
};

void cpu_decode_signature(struct cpu_info *cpu)
{
	u32 s = cpu->signature;

	cpu->family = s >> 8 & 15;
	cpu->model = s >> 4 & 15;
	cpu->stepping = s & 15;
	if (cpu->family == 15)
		cpu->family = (u8)(cpu->family + (s >> 20 & 255));
	if (cpu->family == 6 || cpu->family >= 15)
		cpu->model = (u8)(cpu->model + ((s >> 16 & 15) << 4));
}

void cpu_decode_quirks(struct cpu_info *cpu)
{
	u32 id = (u32)cpu->family << 12 | (u32)cpu->model << 4 | cpu->stepping;

	for (size_t i = 0; i < ARRAY_SIZE(cpu_quirks); i++)
		if (!strcmp(cpu->vendor, cpu_quirks[i].vendor) && id >= cpu_quirks[i].first &&
		    id <= cpu_quirks[i].last)
			cpu->features &= ~cpu_quirks[i].clears;
	cpu->f00f_bug = !strcmp(cpu->vendor, "GenuineIntel") && cpu->family == 5 && cpu->model < 9;
}

void cpu_decode_dependents(struct cpu_info *cpu)
{
	/* SYSENTER is set up by MSRs, SSE's registers are saved by FXSAVE. */
	if (!(cpu->features & CPUID_MSR))
		cpu->features &= ~CPUID_SEP;
	if (!(cpu->features & CPUID_FXSR))
		cpu->features &= ~(CPUID_SSE | CPUID_SSE2);
}
