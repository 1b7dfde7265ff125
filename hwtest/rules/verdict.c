/* verdict.c - the names of verdicts, and how reasons add up to one. */
#include "rules.h"
#include <common/xalloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[VERDICTS] = {
	[VERDICT_WORKS] = "works",
	[VERDICT_LIMITED] = "limited",
	[VERDICT_DETECTED] = "detected",
	[VERDICT_FAILED] = "failed",
	[VERDICT_MALFUNCTION] = "malfunction",
	[VERDICT_ABSENT] = "absent",
	[VERDICT_NOT_RUN] = "not run",
	[VERDICT_HANG] = "hang",
};

const char *verdict_name(enum verdict v)
{
	return names[v];
}

bool verdict_parse(const char *name, enum verdict *v)
{
	for (unsigned int i = 0; i < VERDICTS; i++) {
		if (!strcmp(names[i], name)) {
			*v = (enum verdict)i;
			return true;
		}
	}
	return false;
}

void judgement_free(struct judgement *j)
{
	for (size_t i = 0; i < j->count; i++)
		free(j->why[i]);
	free(j->why);
	*j = (struct judgement){ .verdict = VERDICT_WORKS };
}

void judge(struct judgement *j, enum verdict v, const char *format, ...)
{
	va_list args;

	if (v > j->verdict)
		j->verdict = v;
	j->why = xrealloc(j->why, j->count + 1, sizeof(j->why[0]));
	va_start(args, format);
	j->why[j->count++] = xvasprintf(format, args);
	va_end(args);
}
