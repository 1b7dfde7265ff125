/* fdset.c - see fdset.h. */
#include <kernel/string.h>
#include "fdset.h"

void fdset_init(struct fdset *s, unsigned int n, unsigned long *memory)
{
	s->n = n;
	s->words = fdset_words(n);
	s->in = memory;
	s->out = s->in + s->words;
	s->ex = s->out + s->words;
	s->res_in = s->ex + s->words;
	s->res_out = s->res_in + s->words;
	s->res_ex = s->res_out + s->words;
}

void fdset_clear_results(struct fdset *s)
{
	memset(s->res_in, 0, 3 * s->words * sizeof(long));
}

unsigned int fdset_next(const struct fdset *s, unsigned int from)
{
	unsigned int word = from / BITS_PER_LONG;
	unsigned long bits, mask = ~0ul << (from % BITS_PER_LONG);

	for (; word < s->words; word++, mask = ~0ul) {
		bits = (s->in[word] | s->out[word] | s->ex[word]) & mask;
		if (bits)
			return min(word * BITS_PER_LONG + ffs_index(bits), s->n);
	}
	return s->n;
}

u32 fdset_events(const struct fdset *s, unsigned int fd)
{
	u32 events = 0;

	if (bit_test(s->in, fd))
		events |= SELECT_IN;
	if (bit_test(s->out, fd))
		events |= SELECT_OUT;
	if (bit_test(s->ex, fd))
		events |= SELECT_EX;
	return events;
}

unsigned int fdset_found(struct fdset *s, unsigned int fd, u32 events)
{
	unsigned int count = 0;

	if ((events & SELECT_IN) && bit_test(s->in, fd)) {
		bit_set(s->res_in, fd);
		count++;
	}
	if ((events & SELECT_OUT) && bit_test(s->out, fd)) {
		bit_set(s->res_out, fd);
		count++;
	}
	if ((events & SELECT_EX) && bit_test(s->ex, fd)) {
		bit_set(s->res_ex, fd);
		count++;
	}
	return count;
}
