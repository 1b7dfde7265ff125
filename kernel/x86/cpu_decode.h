/*
 * cpu_decode.h - what Oldiron makes of a processor by what CPUID says of it. Pure.
 *
 * The order: vendor, signature and features are filled in (features CPUID_FPU alone where there is
 * no CPUID), cpu_decode_signature(), cpu_decode_quirks(), the command line's switches,
 * cpu_decode_dependents(). hwtest asks the same functions what this kernel will use.
 *
 * Source: Intel SDM volume 2, CPUID; hardware notes chapter 1.
 */
#ifndef X86_CPU_DECODE_H
#define X86_CPU_DECODE_H

#include <kernel/types.h>

#define CPUID_FPU  (1u << 0)
#define CPUID_PSE  (1u << 3)
#define CPUID_TSC  (1u << 4)
#define CPUID_MSR  (1u << 5)
#define CPUID_PAE  (1u << 6)
#define CPUID_CX8  (1u << 8)
#define CPUID_APIC (1u << 9)
#define CPUID_SEP  (1u << 11)
#define CPUID_PGE  (1u << 13)
#define CPUID_CMOV (1u << 15)
#define CPUID_PAT  (1u << 16)
#define CPUID_MMX  (1u << 23)
#define CPUID_FXSR (1u << 24)
#define CPUID_SSE  (1u << 25)
#define CPUID_SSE2 (1u << 26)

struct cpu_info {
	char vendor[13];
	char model_name[49];
	u8 family, model, stepping;
	bool has_cpuid;
	u32 max_leaf;
	u32 features; /* CPUID leaf 1, EDX, after quirks and switches */
	u32 features_ecx;
	u32 signature;
	bool fdiv_bug, f00f_bug, wp_works;
	u32 tsc_khz; /* 0: no usable TSC */
};

extern const char
	*const cpu_flag_names[32]; /* of CPUID leaf 1, EDX, as /proc/cpuinfo has them; NULL */

/* Family, model and stepping out of `signature`. */
void cpu_decode_signature(struct cpu_info *cpu);
/* Takes away what this processor reports wrongly; notes its bugs. */
void cpu_decode_quirks(struct cpu_info *cpu);
/* Takes away what is of no use without another feature. */
void cpu_decode_dependents(struct cpu_info *cpu);

#endif
