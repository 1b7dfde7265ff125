/*
 * inflate_fast.c - the inner loop of decompression: see inflate_internal.h.
 *
 * Two bytes of input at a time, whenever fewer than 16 bits are left: that is enough for a code
 * (15) and, of the first table, for a length with its extra bits (15). A distance may need 21.
 *
 * Instructions are what this costs on every processor, so variables are as wide as the operation
 * that gcc then needs no conversion for, and there is one count to end the loop.
 */
#include "inflate_internal.h"
#include <kernel/string.h>

#define COPY_STEP 4u
/* What one turn of the loop can take: three refills of two bytes and one of one; the longest match
 * and what its copy runs over. */
#define MARGIN_IN  7u
#define MARGIN_OUT (258u + 2 * COPY_STEP)

struct stream {
	const u8 *in;
	u32 bits;
	u8 count;
};

static const u32 low_mask[32] = {
	0x0,   0x1,   0x3,    0x7,    0xf,    0x1f,   0x3f,    0x7f,	0xff,	 0x1ff,	  0x3ff,
	0x7ff, 0xfff, 0x1fff, 0x3fff, 0x7fff, 0xffff, 0x1ffff, 0x3ffff, 0x7ffff, 0xfffff, 0x1fffff,
};

static __always_inline void refill(struct stream *s)
{
	u16 word;

	if (s->count >= 16)
		return;
	memcpy(&word, s->in, sizeof(word));
	s->in += sizeof(word);
	s->bits |= (u32)word << s->count;
	s->count += 16;
}

static __always_inline void drop(struct stream *s, u32 entry)
{
	s->bits >>= ENTRY_DROP(entry);
	s->count -= (u8)entry;
}

static __always_inline u32 take_value(struct stream *s, u32 entry)
{
	u32 extra = (s->bits & low_mask[(u8)entry]) >> ENTRY_CODE(entry);

	drop(s, entry);
	return ENTRY_VALUE(entry) + extra;
}

/* In the second table. */
static __always_inline u32 follow(struct stream *s, const u32 *table, u32 link)
{
	drop(s, link);
	refill(s);
	return table[ENTRY_VALUE(link) + LOW_BITS(s->bits, ENTRY_CODE(link))];
}

/* From a place at least COPY_STEP before `to`, or anywhere behind it. */
static __always_inline void copy_words(u8 *to, const u8 *from, unsigned int length)
{
	const u8 *end = to + length;

	/* Most are short. */
	memcpy(to, from, COPY_STEP);
	memcpy(to + COPY_STEP, from + COPY_STEP, COPY_STEP);
	if (length <= 2 * COPY_STEP)
		return;
	to += 2 * COPY_STEP;
	from += 2 * COPY_STEP;
	do {
		memcpy(to, from, COPY_STEP);
		to += COPY_STEP;
		from += COPY_STEP;
	} while (to < end);
}

/* A pattern of one to three bytes: what repeats it is soon far enough away to be copied by words.
 */
static __noinline void copy_pattern(u8 *to, unsigned int distance, unsigned int length)
{
	unsigned int n = distance == 3 ? 6 : 4; /* a multiple of the distance */
	const u8 *from = to - distance;

	for (unsigned int i = 0; i < n && i < length; i++)
		to[i] = from[i];
	if (length > n)
		copy_words(to + n, to, length - n);
}

/* The source began before the ring did: it is at its end, or goes on from there. Words would be
 * read beyond that end. */
static __noinline void copy_around(struct gunzip *g, u8 *to, unsigned int distance,
				   unsigned int length)
{
	unsigned int from = (unsigned int)(to - g->window) + INFLATE_RING - distance;

	if (from + length + 2 * COPY_STEP <= INFLATE_RING) {
		copy_words(to, g->window + from, length);
		return;
	}
	while (length--) {
		*to++ = g->window[from];
		if (++from == INFLATE_RING)
			from = 0;
	}
}

/* False: it would be before the beginning of the output. */
static __always_inline bool copy_match(struct gunzip *g, u8 *out, unsigned int distance,
				       unsigned int length)
{
	if (unlikely(distance > (unsigned int)(out - g->window))) {
		if (!g->total)
			return false;
		copy_around(g, out, distance, length);
	} else if (likely(distance >= COPY_STEP)) {
		copy_words(out, out - distance, length);
	} else {
		copy_pattern(out, distance, length);
	}
	return true;
}

/* The entry of the distance that comes next, with enough bits for all of it. */
static __always_inline u32 distance_entry(struct gunzip *g, struct stream *s)
{
	u32 entry;

	refill(s);
	entry = g->distances[LOW_BITS(s->bits, INFLATE_DISTANCE_ROOT)];
	if (unlikely(entry & ENTRY_LINK))
		entry = follow(s, g->distances, entry);
	if (s->count < (u8)entry) {
		s->bits |= (u32)*s->in++ << s->count;
		s->count += 8;
	}
	return entry;
}

/*
 * As many turns as input and room suffice for, whatever is decoded; then it is counted again.
 * 0: there is not enough of one for a single turn.
 */
static unsigned int count_turns(const struct gunzip *g, const u8 *in, const u8 *out)
{
	unsigned int by_in = (unsigned int)(g->in_end - in) / MARGIN_IN;
	unsigned int by_out = (unsigned int)(g->window + INFLATE_RING - out) / MARGIN_OUT;

	return by_in < by_out ? by_in : by_out;
}

/* Decodes for so many turns. 0, or the entry that ended it: of the block's end, or ENTRY_NONE. */
static __always_inline u32 run(struct gunzip *g, struct stream *s, u8 **out, unsigned int turns)
{
	do {
		unsigned int length;
		u32 entry;

		refill(s);
		entry = g->literals[LOW_BITS(s->bits, INFLATE_LITERAL_ROOT)];
again:
		if (likely(entry & ENTRY_LITERAL)) {
			drop(s, entry);
			*(*out)++ = ENTRY_LETTER(entry);
			continue;
		}
		if (unlikely(entry & ENTRY_SPECIAL)) {
			if (entry & ENTRY_LINK) {
				entry = follow(s, g->literals, entry);
				goto again;
			}
			drop(s, entry);
			return entry;
		}
		length = take_value(s, entry);
		entry = distance_entry(g, s);
		if (unlikely(entry & ENTRY_SPECIAL))
			return ENTRY_NONE;
		if (unlikely(!copy_match(g, *out, take_value(s, entry), length)))
			return ENTRY_NONE;
		*out += length;
	} while (--turns);
	return 0;
}

bool inflate_fast(struct gunzip *g)
{
	struct stream s = { g->in, g->bits, (u8)g->bit_count };
	u8 *out = g->window + g->pos;
	unsigned int turns;
	u32 entry = 0;

	while (!entry && (turns = count_turns(g, s.in, out)))
		entry = run(g, &s, &out, turns);
	if (entry & ENTRY_NONE)
		g->error = INFLATE_BAD_DATA;
	g->in = s.in;
	g->bits = s.bits;
	g->bit_count = s.count;
	g->pos = (unsigned int)(out - g->window);
	return entry & ENTRY_END;
}
