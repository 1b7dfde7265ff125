/* table.c - the rules, by the rows of probes.def. */
#include "rules.h"
#include <string.h>

const struct rule *const rule_table[] = {
#define PROBE(name) &rule_##name,
#include "../probes.def"
#undef PROBE
	NULL
};

const struct rule *rule_find(const char *probe)
{
	for (unsigned int i = 0; rule_table[i]; i++)
		if (!strcmp(rule_table[i]->probe, probe))
			return rule_table[i];
	return NULL;
}
