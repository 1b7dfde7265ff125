/*
 * processor.h - what only instructions tell of the processor: flags, CPUID, the divider, Cyrix's
 * habit, the time-stamp counter. All at privilege level 3.
 *
 * Source: Intel SDM volume 2 (CPUID), AP-485; Cyrix 6x86 processor data book (the division test);
 * hardware notes 1.1.
 */
#ifndef HWTEST_HOST_PROCESSOR_H
#define HWTEST_HOST_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

/* Can that flag of EFLAGS be changed? AC (bit 18): 486 and later; ID (bit 21): there is CPUID. */
bool processor_flag_changes(unsigned int bit);
/* Only where flag 21 changes. regs: EAX, EBX, ECX, EDX. */
void processor_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t regs[4]);
/* 5 divided by 2 leaves the flags as they were: a Cyrix of the time before CPUID. */
bool processor_divides_like_cyrix(void);
/* The status and control words after FNINIT; `status` and `control` were something else before. */
void processor_fpu_words(uint16_t *status, uint16_t *control);
/* What is left of 4195835 - 4195835 / 3145727 * 3145727: 0, or 256 with the Pentium's bug. */
int32_t processor_fdiv_rest(void);
/* Only where CPUID says so. */
uint64_t processor_tsc(void);

#endif
