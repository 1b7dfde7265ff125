/* modify_ldt and the segments that it makes. */
#ifndef LDTCALL_H
#define LDTCALL_H

#include "abitest.h"

struct user_desc_raw {
	unsigned entry, base, limit, flags;
};

#define DATA	    0x51 /* 32 bits, pages, useable */
#define CODE	    0x5d /* the same, code, not readable but executable */
#define DATA16	    0x40 /* 16 bits, bytes */
#define NOT_PRESENT 0x20
#define SEL(entry)  ((entry)*8 + 7)
#define LDT_ENTRIES 8192
#define WRITE_OLD   1
#define WRITE	    0x11

static inline int set_ldt(unsigned entry, volatile void *base, unsigned limit, unsigned flags)
{
	struct user_desc_raw d = { entry, (unsigned)base, limit, flags };

	return syscall(SYS_modify_ldt, WRITE, &d, sizeof(d));
}

static inline int clear_ldt(unsigned entry)
{
	return set_ldt(entry, NULL, 0, 0x28);
}

static inline long read_ldt(void *buf, size_t size)
{
	return syscall(SYS_modify_ldt, 0, buf, size);
}

static inline int read_fs(unsigned sel)
{
	int v;

	__asm__ volatile("movw %w1,%%fs; movl %%fs:0,%0" : "=r"(v) : "r"(sel));
	return v;
}

/* By what is loaded already. */
static inline int read_fs_again(void)
{
	int v;

	__asm__ volatile("movl %%fs:0,%0" : "=r"(v));
	return v;
}

static inline unsigned fs_selector(void)
{
	unsigned v;

	__asm__ volatile("movl %%fs,%0" : "=r"(v));
	return v & 0xffff;
}

/* Does the processor know the selector? */
static inline int selector_is_there(unsigned sel)
{
	char ok;

	__asm__ volatile("lar %1,%1; setz %0" : "=q"(ok), "+r"(sel) : : "cc");
	return ok;
}

static inline void load_fs(void *sel)
{
	__asm__ volatile("movw %w0,%%fs" : : "r"(sel));
}

#endif
