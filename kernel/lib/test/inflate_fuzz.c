/* Any bytes to the gzip reader; the input comes in small pieces. */
// LINK: kernel/lib/inflate.c kernel/lib/inflate_fast.c kernel/lib/inflate_tables.c
// LINK: kernel/lib/crc32.c
#include <host/host.h>
#include <kernel/inflate.h>
#include <stdlib.h>
#include <string.h>

struct source {
	const u8 *at;
	size_t left, piece;
	u8 *copy;
	size_t out;
};

static size_t fill(void *arg, const u8 **data)
{
	struct source *s = arg;
	size_t n = s->piece < s->left ? s->piece : s->left;

	free(s->copy);
	s->copy = NULL;
	if (!n)
		return 0;
	s->copy = malloc(n);
	memcpy(s->copy, s->at, n);
	*data = s->copy;
	s->at += n;
	s->left -= n;
	return n;
}

static bool flush(void *arg, const u8 *data, size_t n)
{
	struct source *s = arg;
	volatile u8 last = data[n - 1];

	(void)last;
	s->out += n;
	return s->out < (4u << 20);
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t n);
int LLVMFuzzerTestOneInput(const u8 *input, size_t n)
{
	static struct gunzip g;
	struct source s = { .at = input, .left = n, .piece = n % 13 + 1 };

	memset(&g, 0, sizeof(g));
	g.fill = fill;
	g.flush = flush;
	g.arg = &s;
	if (n && (input[0] & 15) == 8)
		(void)zlib_stream(&g);
	while (gunzip_peek(&g) == 0x1f)
		if (gunzip_member(&g))
			break;
	free(s.copy);
	return 0;
}
