/* See processor.h. */
#include "processor.h"

bool processor_flag_changes(unsigned int bit)
{
	uint32_t before, after, mask = 1u << bit;

	__asm__ volatile("pushfl; popl %0; movl %0, %1; xorl %2, %1; pushl %1; popfl; pushfl;"
			 "popl %1; pushl %0; popfl"
			 : "=&r"(before), "=&r"(after)
			 : "r"(mask)
			 : "cc");
	return (before ^ after) & mask;
}

void processor_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t regs[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(regs[0]), "=b"(regs[1]), "=c"(regs[2]), "=d"(regs[3])
			 : "0"(leaf), "2"(subleaf));
}

bool processor_divides_like_cyrix(void)
{
	uint32_t flags;

	/* SAHF of 0 clears all flags that LAHF gives; its bit 1 always reads as 1. */
	__asm__ volatile("xorw %%ax, %%ax; sahf; movw $5, %%ax; movw $2, %%bx; divb %%bl; lahf"
			 : "=a"(flags)
			 :
			 : "ebx", "cc");
	return (flags >> 8 & 0xff) == 2;
}

void processor_fpu_words(uint16_t *status, uint16_t *control)
{
	uint16_t s = 0x5a5a, c = 0x5a5a;

	__asm__ volatile("fninit; fnstsw %0; fnstcw %1" : "=m"(s), "=m"(c));
	*status = s;
	*control = c;
}

int32_t processor_fdiv_rest(void)
{
	static const int32_t x = 4195835, y = 3145727;
	int32_t rest;

	__asm__ volatile("fninit; fildl %1; fidivl %2; fimull %2; fildl %1; fsubp; fistpl %0;"
			 "fninit"
			 : "=m"(rest)
			 : "m"(x), "m"(y));
	return rest;
}

uint64_t processor_tsc(void)
{
	uint64_t value;

	__asm__ volatile("rdtsc" : "=A"(value));
	return value;
}
