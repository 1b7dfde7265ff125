/* xorshift64*, as its author gives it. */
#include "sysfuzz.h"

static uint64_t state = 1;

void rnd_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ULL + 0x1234567;
	if (!state)
		state = 1;
	for (int i = 0; i < 8; i++)
		rnd();
}

uint32_t rnd(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dULL) >> 32;
}

uint32_t rnd_below(uint32_t limit)
{
	return limit ? rnd() % limit : 0;
}

int rnd_one_in(uint32_t n)
{
	return rnd_below(n) == 0;
}
