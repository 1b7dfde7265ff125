/* swap_header.c - see swap_header.h. */
#include "swap_header.h"
#include <kernel/errno.h>
#include <kernel/string.h>

#define HEADER_PAGE 4096u
#define MAGIC	    "SWAPSPACE2"
#define OLD_MAGIC   "SWAP-SPACE"
#define MAGIC_LEN   10u
#define VERSION	    1u

/* Words from offset 1024 on. */
enum field {
	FIELD_VERSION,
	FIELD_LAST_PAGE,
	FIELD_BAD_COUNT,
	FIELD_BAD = 3 + 4 + 4 + 117
};

static u32 word(const void *page, unsigned int field, bool swapped)
{
	u32 v;

	memcpy(&v, (const u8 *)page + 1024 + field * sizeof(v), sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}

static const char *signature_problem(const void *page)
{
	const u8 *magic = (const u8 *)page + HEADER_PAGE - MAGIC_LEN;

	if (!memcmp(magic, MAGIC, MAGIC_LEN))
		return NULL;
	return memcmp(magic, OLD_MAGIC, MAGIC_LEN) ? "no swap signature" : "the old swap format";
}

static const char *read_bad_pages(const void *page, bool swapped, struct swap_header *out)
{
	for (u32 i = 0; i < out->bad_count; i++) {
		out->bad[i] = word(page, FIELD_BAD + i, swapped);
		if (!out->bad[i] || out->bad[i] >= out->pages)
			return "a bad page that is not in the area";
	}
	return NULL;
}

static const char *parse(const void *page, u64 size, struct swap_header *out)
{
	const char *problem = signature_problem(page);
	bool swapped = word(page, FIELD_VERSION, true) == VERSION;
	u32 last;

	if (problem)
		return problem;
	if (word(page, FIELD_VERSION, swapped) != VERSION)
		return "unknown version";
	last = word(page, FIELD_LAST_PAGE, swapped);
	out->bad_count = word(page, FIELD_BAD_COUNT, swapped);
	if (!last || last == ~0u)
		return "empty";
	if (last >= size)
		return "shorter than its signature says";
	if (out->bad_count > SWAP_BAD_MAX)
		return "too many bad pages";
	out->pages = last + 1;
	return read_bad_pages(page, swapped, out);
}

int swap_header_parse(const void *page, u64 size, struct swap_header *out, const char **why)
{
	*why = parse(page, size, out);
	return *why ? -EINVAL : 0;
}
