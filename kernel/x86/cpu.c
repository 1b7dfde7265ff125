/*
 * cpu.c - finds out what the processor is; switches its features on.
 */
#include <kernel/arch.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <arch/cpu.h>
#include <arch/fpu.h>
#include "x86.h"

#define EFLAGS_ID	 0x200000u
#define MSR_SYSENTER_CS	 0x174
#define MSR_SYSENTER_ESP 0x175
#define MSR_SYSENTER_EIP 0x176

struct cpu_info cpu_info = { .vendor = "unknown", .model_name = "486", .family = 4 };
const char *arch_platform = "i486";
u32 arch_hwcap, arch_hwcap2;

/* Features a command-line word takes away. */
static const struct {
	const char *word;
	u32 clears;
} feature_switches[] = {
	{ "notsc", CPUID_TSC }, { "nofxsr", CPUID_FXSR }, { "nosep", CPUID_SEP },
	{ "nopge", CPUID_PGE }, { "nopse", CPUID_PSE },
};

static bool eflags_id_toggles(void)
{
	u32 before, after;

	__asm__ volatile(
		"pushfl; popl %0; movl %0, %1; xorl %2, %1; pushl %1; popfl; pushfl; popl %1;"
		"pushl %0; popfl"
		: "=&r"(before), "=&r"(after)
		: "i"(EFLAGS_ID));
	return (before ^ after) & EFLAGS_ID;
}

static void read_brand_string(void)
{
	u32 a, b, c, d, *p = (u32 *)cpu_info.model_name;

	cpuid(0x80000000u, &a, &b, &c, &d);
	if (a < 0x80000004u || a > 0x8000ffffu)
		return;
	for (u32 leaf = 0x80000002u; leaf <= 0x80000004u; leaf++, p += 4)
		cpuid(leaf, &p[0], &p[1], &p[2], &p[3]);
	cpu_info.model_name[48] = '\0';
}

static void read_cpuid(void)
{
	u32 a, b, c, d;

	cpuid(0, &cpu_info.max_leaf, &b, &c, &d);
	memcpy(cpu_info.vendor, &b, 4);
	memcpy(cpu_info.vendor + 4, &d, 4);
	memcpy(cpu_info.vendor + 8, &c, 4);
	if (cpu_info.max_leaf < 1)
		return;
	cpuid(1, &a, &b, &cpu_info.features_ecx, &cpu_info.features);
	cpu_info.signature = a;
	cpu_decode_signature(&cpu_info);
	scnprintf(cpu_info.model_name, sizeof(cpu_info.model_name), "%s family %u model %u",
		  cpu_info.vendor, cpu_info.family, cpu_info.model);
	read_brand_string();
}

static void apply_switches(void)
{
	const char *cpu = cmdline_get("cpu");

	if (cpu && !strcmp(cpu, "486")) {
		cpu_info.features &= CPUID_FPU;
		cpu_info.family = 4;
	} else if (cpu && !strcmp(cpu, "586")) {
		cpu_info.features &= CPUID_FPU | CPUID_TSC | CPUID_CX8 | CPUID_MSR | CPUID_PSE;
		cpu_info.family = 5;
	}
	for (size_t i = 0; i < ARRAY_SIZE(feature_switches); i++)
		if (cmdline_has(feature_switches[i].word))
			cpu_info.features &= ~feature_switches[i].clears;
}

/* 4195835 / 3145727 * 3145727 is not 4195835 on a Pentium with the divider bug. */
static bool fdiv_is_wrong(void)
{
	static const s32 x = 4195835, y = 3145727;
	s32 rest;

	__asm__ volatile(
		"fninit; fildl %1; fidivl %2; fimull %2; fildl %1; fsubp; fistpl %0; fninit"
		: "=m"(rest)
		: "m"(x), "m"(y));
	return rest != 0;
}

void __init cpu_detect(void)
{
	cpu_info.features = CPUID_FPU;
	cpu_info.has_cpuid = eflags_id_toggles() && !cmdline_has("nocpuid");
	if (cpu_info.has_cpuid)
		read_cpuid();
	cpu_decode_quirks(&cpu_info);
	apply_switches();
	cpu_decode_dependents(&cpu_info);
	cpu_info.fdiv_bug = fdiv_is_wrong();
	arch_platform = cpu_info.family >= 6 ? "i686" : cpu_info.family == 5 ? "i586" : "i486";
	arch_hwcap = cpu_info.features;
}

void __init cpu_enable(void)
{
	u32 cr4 = 0;

	write_cr0((read_cr0() | CR0_WP | CR0_NE | CR0_MP | CR0_AM) & ~CR0_EM);
	if (cpu_has(CPUID_PGE))
		cr4 |= CR4_PGE;
	if (cpu_has(CPUID_FXSR))
		cr4 |= CR4_OSFXSR;
	if (cpu_has(CPUID_SSE))
		cr4 |= CR4_OSXMMEXCPT;
	if (cr4)
		write_cr4(read_cr4() | cr4);
	if (cpu_has(CPUID_SEP)) {
		wrmsr(MSR_SYSENTER_CS, SEL_KERNEL_CS);
		wrmsr(MSR_SYSENTER_ESP, (u32)x86_sysenter_stack());
		wrmsr(MSR_SYSENTER_EIP, (u32)entry_sysenter);
	}
	fpu_init();
}

size_t arch_cpuinfo(char *buf, size_t size)
{
	size_t n = scnprintf(buf, size,
			     "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %u\nmodel\t\t: %u\n"
			     "model name\t: %s\nstepping\t: %u\n",
			     cpu_info.vendor, cpu_info.family, cpu_info.model, cpu_info.model_name,
			     cpu_info.stepping);

	if (cpu_info.tsc_khz)
		n += scnprintf(buf + n, size - n, "cpu MHz\t\t: %u.%03u\n", cpu_info.tsc_khz / 1000,
			       cpu_info.tsc_khz % 1000);
	n += scnprintf(buf + n, size - n,
		       "fdiv_bug\t: %s\nf00f_bug\t: %s\ncoma_bug\t: no\nfpu\t\t: yes\n"
		       "fpu_exception\t: yes\ncpuid level\t: %u\nwp\t\t: %s\nflags\t\t:",
		       cpu_info.fdiv_bug ? "yes" : "no", cpu_info.f00f_bug ? "yes" : "no",
		       cpu_info.max_leaf, cpu_info.wp_works ? "yes" : "no");
	for (unsigned int i = 0; i < 32; i++)
		if (cpu_flag_names[i] && (cpu_info.features & (1u << i)))
			n += scnprintf(buf + n, size - n, " %s", cpu_flag_names[i]);
	/* Twice the clock, as Linux shows it where the delay is timed by the TSC. */
	n += scnprintf(buf + n, size - n, "\nbogomips\t: %u.%02u\n\n", cpu_info.tsc_khz / 500,
		       cpu_info.tsc_khz / 5 % 100);
	return n;
}
