/* bitops.c - searches in bitmaps, a word at a time. */
#include <kernel/bitops.h>

/* First bit of `map ^ flip` from `from` on. */
static unsigned int find_bit(const unsigned long *map, unsigned int size, unsigned int from,
			     unsigned long flip)
{
	unsigned long word;
	unsigned int base;

	if (from >= size)
		return size;
	base = from - from % BITS_PER_LONG;
	word = (map[base / BITS_PER_LONG] ^ flip) & (~0ul << (from % BITS_PER_LONG));
	while (!word) {
		base += BITS_PER_LONG;
		if (base >= size)
			return size;
		word = map[base / BITS_PER_LONG] ^ flip;
	}
	base += ffs_index(word);
	return base < size ? base : size;
}

unsigned int find_next_bit(const unsigned long *map, unsigned int size, unsigned int from)
{
	return find_bit(map, size, from, 0);
}

unsigned int find_next_zero_bit(const unsigned long *map, unsigned int size, unsigned int from)
{
	return find_bit(map, size, from, ~0ul);
}
