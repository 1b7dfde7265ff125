/*
 * inflate_internal.h - what the three files of the decompressor share: inflate.c reads members and
 * blocks, inflate_tables.c builds tables, inflate_fast.c decodes where nothing can run out.
 *
 * A table entry answers a look-up by the next bits of the input, the first bit lowest:
 *
 *   bit 31      a literal; bits 16-23 are its value
 *   bits 16-30  the least length or distance; of a link, where the second table begins
 *   bits 13-15  what is no value: see below
 *   bits 8-12   bits of the code; of a link, bits of the second look-up
 *   bits 0-7    bits to drop: those of the code and the extra ones behind it, which are added
 *
 * In a second table the bits of the code are those beyond the first look-up's, which the link
 * drops.
 */
#ifndef INFLATE_INTERNAL_H
#define INFLATE_INTERNAL_H

#include <kernel/inflate.h>

#define INFLATE_MAX_BITS 15

#define ENTRY_LITERAL	0x80000000u
#define ENTRY_LINK	0x8000u /* longer than the first look-up: see the second table */
#define ENTRY_END	0x4000u /* of the block */
#define ENTRY_NONE	0x2000u /* no code, or a symbol that must not occur */
#define ENTRY_SPECIAL	0xE000u
#define ENTRY_DROP(e)	((e)&31)
#define ENTRY_CODE(e)	((e) >> 8 & 31)
#define ENTRY_VALUE(e)	((e) >> 16)
#define ENTRY_LETTER(e) ((u8)((e) >> 16))
#define LOW_BITS(v, n)	((v) & ((1u << (n)) - 1))

/* What the symbols of a code mean. */
enum inflate_kind {
	INFLATE_PLAIN, /* code lengths: every symbol is a "literal" */
	INFLATE_LITERALS,
	INFLATE_DISTANCES,
};

/*
 * Builds a table of 1 << root entries and second tables behind them, from n code lengths; false
 * when they over-subscribe, or are incomplete with more than one code (which deflate does not
 * allow). `size` of the table is enough for every code of so many symbols.
 */
bool inflate_build(u32 *table, unsigned int root, enum inflate_kind kind, const u8 *lengths,
		   unsigned int n);

/*
 * Decodes symbols of the present block as long as no input and no room in the window can run out;
 * true at the block's end. Errors are in g->error.
 */
bool inflate_fast(struct gunzip *g);

#endif
