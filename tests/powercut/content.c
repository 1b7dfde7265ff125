/* content.c - a unit says which file, place and version it belongs to, in every word of it. */
#include "powercut.h"

/* checker.py knows the same: magic, file, index, version, then a number made of them. */
void content_fill(void *unit, uint32_t file, uint32_t index, uint32_t version)
{
	uint32_t *w = unit, x;

	w[0] = 0x74754350; /* "PCut" */
	w[1] = file;
	w[2] = index;
	w[3] = version;
	x = (file * 2654435761u) ^ (index * 40503u + 7) ^ (version * 2246822519u);
	for (unsigned int i = 4; i < UNIT / 4; i++)
		w[i] = x;
}
