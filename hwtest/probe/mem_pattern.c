/* See mem_pattern.h. */
#include "mem_pattern.h"

#define WORDS (MEM_PAGE / sizeof(u32))
/* Knuth's multiplier, and the finish of a common 32-bit mixer: every address bit reaches all. */
#define MIX_1 2654435761u
#define MIX_2 0x7feb352du

const char *mem_pattern_name(enum mem_pattern p)
{
	static const char *const names[MEM_PATTERNS] = {
		[MEM_ADDRESS] = "address",     [MEM_ADDRESS_INVERSE] = "inverse address",
		[MEM_WALKING] = "walking one", [MEM_WALKING_INVERSE] = "walking zero",
		[MEM_RANDOM] = "random",
	};

	return names[p];
}

static u32 mix(u32 x)
{
	x *= MIX_1;
	x ^= x >> 15;
	x *= MIX_2;
	return x ^ x >> 16;
}

u32 mem_pattern_word(enum mem_pattern p, u32 phys, u32 pass)
{
	u32 one = 1u << ((phys / sizeof(u32) + pass) & 31);

	switch (p) {
	case MEM_ADDRESS:
		return phys;
	case MEM_ADDRESS_INVERSE:
		return ~phys;
	case MEM_WALKING:
		return one;
	case MEM_WALKING_INVERSE:
		return ~one;
	default:
		return mix(phys ^ mix(pass + 1));
	}
}

void mem_pattern_write(enum mem_pattern p, u32 pass, const struct mem_page *page)
{
	volatile u32 *words = page->words;

	for (u32 i = 0; i < WORDS; i++)
		words[i] = mem_pattern_word(p, page->phys + i * (u32)sizeof(u32), pass);
}

static void keep(struct mem_result *result, struct mem_error e)
{
	if (result->errors < MEM_ERRORS)
		result->first[result->errors] = e;
	result->errors++;
	result->bits |= e.expected ^ e.found;
}

void mem_pattern_check(enum mem_pattern p, u32 pass, const struct mem_page *page,
		       struct mem_result *result)
{
	const volatile u32 *words = page->words;

	for (u32 i = 0; i < WORDS; i++) {
		u32 phys = page->phys + i * (u32)sizeof(u32), found = words[i];
		u32 expected = mem_pattern_word(p, phys, pass);

		if (found != expected)
			keep(result, (struct mem_error){ phys, expected, found, p });
	}
}

u32 mem_error_alias(const struct mem_error *e)
{
	u32 other = e->pattern == MEM_ADDRESS ? e->found : ~e->found, away = other ^ e->phys;

	if (e->pattern > MEM_ADDRESS_INVERSE || !away || away & (away - 1))
		return 0;
	return other;
}
