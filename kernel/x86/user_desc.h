/*
 * user_desc.h - struct user_desc of Linux i386, as set_thread_area(2) and modify_ldt(2) take it,
 * and the segment descriptor that it becomes. Pure.
 *
 * Every descriptor made here is a data or code segment of ring 3, so a program can make what it
 * likes of the rest. Its accessed bit is set: the CPU never writes to the table.
 * Source: Linux's asm/ldt.h; Intel SDM volume 3, 3.4.5.
 */
#ifndef X86_USER_DESC_H
#define X86_USER_DESC_H

#include <kernel/types.h>

struct user_desc_abi {
	u32 entry, base, limit, flags;
};

#define DESC_SEG_32BIT	 1u
#define DESC_CONTENTS	 6u /* data, expand-down data, code, conforming code */
#define DESC_CODE	 4u
#define DESC_CONFORMING	 6u
#define DESC_READ_ONLY	 8u
#define DESC_PAGES	 16u
#define DESC_NOT_PRESENT 32u
#define DESC_USEABLE	 64u

/* Linux's ways to say "clear it": an empty descriptor, for thread areas also one of zeros. */
bool user_desc_is_empty(const struct user_desc_abi *d);
bool user_desc_is_zero(const struct user_desc_abi *d);
u64 user_desc_encode(const struct user_desc_abi *d);
void user_desc_decode(u64 desc, u32 entry, struct user_desc_abi *d);
/*
 * The LDT's entry for *d, 0 to clear it; -EINVAL for a kind that is refused. `old`: by the rules of
 * modify_ldt's first form, which has no bit for programs and clears at base 0 and limit 0.
 */
int user_desc_to_ldt(const struct user_desc_abi *d, bool old, u64 *desc);

#endif
