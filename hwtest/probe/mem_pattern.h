/*
 * mem_pattern.h - patterns into memory, and what comes back. Pure.
 *
 * Memory is a list of pages with their physical addresses (or, where the system does not tell them,
 * places of their own in a row), in any order. A pattern is written into all pages before any is
 * checked: so cells that are one behind two addresses show, and each error's value tells which
 * other address was written there.
 *
 * Errors found are counted; the first MEM_ERRORS are kept.
 */
#ifndef HWTEST_PROBE_MEM_PATTERN_H
#define HWTEST_PROBE_MEM_PATTERN_H

#include <kernel/types.h>

#define MEM_PAGE   4096u
#define MEM_ERRORS 16u

enum mem_pattern {
	MEM_ADDRESS,	     /* each word its own physical address */
	MEM_ADDRESS_INVERSE, /* ... inverted */
	MEM_WALKING,	     /* one bit, another in the next word and in the next pass */
	MEM_WALKING_INVERSE,
	MEM_RANDOM,
	MEM_PATTERNS
};

struct mem_page {
	u32 *words;
	u32 phys;
};

struct mem_error {
	u32 phys, expected, found;
	enum mem_pattern pattern;
};

struct mem_result {
	u64 errors;
	u32 bits; /* all that ever were wrong */
	struct mem_error first[MEM_ERRORS];
};

const char *mem_pattern_name(enum mem_pattern p);
/* What belongs into the word at that physical address. `pass` varies walking and random ones. */
u32 mem_pattern_word(enum mem_pattern p, u32 phys, u32 pass);
void mem_pattern_write(enum mem_pattern p, u32 pass, const struct mem_page *page);
void mem_pattern_check(enum mem_pattern p, u32 pass, const struct mem_page *page,
		       struct mem_result *result);
/*
 * Is this error the mark of an address line? The other address that its value is the pattern of,
 * if that is one bit away; 0: none.
 */
u32 mem_error_alias(const struct mem_error *e);

#endif
