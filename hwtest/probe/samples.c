/* See samples.h. */
#include "samples.h"
#include <stdlib.h>

void samples_add(struct samples *s, s64 value)
{
	unsigned int at = s->count;

	if (at == SAMPLES_MAX)
		return;
	for (; at && s->value[at - 1] > value; at--)
		s->value[at] = s->value[at - 1];
	s->value[at] = value;
	s->count++;
}

s64 samples_median(const struct samples *s)
{
	return s->count ? s->value[s->count / 2] : 0;
}

static bool is_near(s64 a, s64 b, s64 tolerance)
{
	return llabs(a - b) <= tolerance;
}

unsigned int samples_near(const struct samples *s, s64 value, s64 tolerance)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->count; i++)
		n += is_near(s->value[i], value, tolerance);
	return n;
}

s64 samples_mean(const struct samples *s, s64 value, s64 tolerance)
{
	unsigned int n = samples_near(s, value, tolerance);
	s64 sum = 0;

	for (unsigned int i = 0; i < s->count; i++)
		sum += is_near(s->value[i], value, tolerance) ? s->value[i] : 0;
	return n ? sum / n : 0;
}
