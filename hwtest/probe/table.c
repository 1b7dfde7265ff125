/* table.c - the probes, by the rows of probes.def. */
#include "probe.h"
#include <string.h>

const struct probe *const probe_table[] = {
#define PROBE(name) &probe_##name,
#include "../probes.def"
#undef PROBE
	NULL
};

const struct probe *probe_find(const char *name)
{
	for (unsigned int i = 0; probe_table[i]; i++)
		if (!strcmp(probe_table[i]->name, name))
			return probe_table[i];
	return NULL;
}

const char *probe_class_name(enum probe_class class)
{
	static const char *const names[] = {
		[CLASS_R0] = "R0", [CLASS_R1] = "R1", [CLASS_R2] = "R2", [CLASS_W] = "W"
	};

	return names[class];
}
