/*
 * cpu.h - what this processor is and can do.
 *
 * Features are found by CPUID where there is one, else by trying (486). Command-line switches force
 * the older path, so that it can be tested on any machine: cpu=486, cpu=586, nocpuid, notsc,
 * nofxsr, nosep, nopge, nopse, noglobal. Set once at boot, read-only afterwards. Source: Intel SDM
 * volume 2, CPUID; hardware notes chapter 1.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <kernel/types.h>
#include "../../cpu_decode.h"

extern struct cpu_info cpu_info;

#define CR0_PE	       0x00000001u
#define CR0_MP	       0x00000002u
#define CR0_EM	       0x00000004u
#define CR0_TS	       0x00000008u
#define CR0_NE	       0x00000020u
#define CR0_WP	       0x00010000u
#define CR0_AM	       0x00040000u
#define CR0_PG	       0x80000000u
#define CR4_PSE	       0x010u
#define CR4_PGE	       0x080u
#define CR4_OSFXSR     0x200u
#define CR4_OSXMMEXCPT 0x400u

static inline bool cpu_has(u32 feature)
{
	return cpu_info.features & feature;
}
static inline void cpuid(u32 leaf, u32 *a, u32 *b, u32 *c, u32 *d)
{
	__asm__ volatile("cpuid" : "=a"(*a), "=b"(*b), "=c"(*c), "=d"(*d) : "0"(leaf), "2"(0));
}
static inline u32 read_cr0(void)
{
	u32 v;

	__asm__ volatile("movl %%cr0, %0" : "=r"(v));
	return v;
}
static inline void write_cr0(u32 v)
{
	__asm__ volatile("movl %0, %%cr0" ::"r"(v) : "memory");
}
static inline u32 read_cr2(void)
{
	u32 v;

	__asm__ volatile("movl %%cr2, %0" : "=r"(v));
	return v;
}
static inline u32 read_cr3(void)
{
	u32 v;

	__asm__ volatile("movl %%cr3, %0" : "=r"(v));
	return v;
}
static inline void write_cr3(u32 v)
{
	__asm__ volatile("movl %0, %%cr3" ::"r"(v) : "memory");
}
/* Only where CPUID reports a feature that needs it: CR4 does not exist on early 486s. */
static inline u32 read_cr4(void)
{
	u32 v;

	__asm__ volatile("movl %%cr4, %0" : "=r"(v));
	return v;
}
static inline void write_cr4(u32 v)
{
	__asm__ volatile("movl %0, %%cr4" ::"r"(v) : "memory");
}
static inline u64 rdtsc(void)
{
	u64 v;

	__asm__ volatile("rdtsc" : "=A"(v));
	return v;
}
static inline void wrmsr(u32 msr, u64 v)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "A"(v));
}
static inline u64 rdmsr(u32 msr)
{
	u64 v;

	__asm__ volatile("rdmsr" : "=A"(v) : "c"(msr));
	return v;
}
static inline void clts(void)
{
	__asm__ volatile("clts" ::: "memory");
}
static inline void stts(void)
{
	write_cr0(read_cr0() | CR0_TS);
}

void cpu_detect(void); /* before anything depends on features */
void cpu_enable(void); /* CR0, CR4, SYSENTER MSRs */

#endif
