/*
 * tell.c - what a person and a capture of the serial line see of a run, at once: a line is drained
 * before what it announces may stop the machine.
 *
 * Source: Linux Documentation/dev-tools/ktap.rst, version 1.
 */
#include "run.h"
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void drain(FILE *out)
{
	(void)fflush(out);
	if (isatty(fileno(out)))
		(void)tcdrain(fileno(out));
}

bool tell_open(struct tell *t, const char *ktap)
{
	*t = (struct tell){ 0 };
	if (ktap)
		t->ktap = fopen(ktap, "we");
	return !ktap || t->ktap;
}

void tell_head(struct tell *t, const struct report *r, unsigned int probes)
{
	printf("hwtest %s on %s, %s\n", r->build, r->system, r->mode);
	drain(stdout);
	if (t->ktap) {
		fprintf(t->ktap, "KTAP version 1\n# hwtest %s on %s, %s\n1..%u\n", r->build,
			r->system, r->mode, probes);
		drain(t->ktap);
	}
}

void tell_begin(struct tell *t, const struct probe *probe)
{
	printf("%-12s ", probe->name);
	drain(stdout);
	t->inside = true;
	if (t->ktap) {
		fprintf(t->ktap, "# probe %s: %s\n", probe->name, probe->title);
		drain(t->ktap);
	}
}

/* On the screen without the probe's name, which stands at the beginning of the line. */
void tell_step(struct tell *t, const char *line)
{
	const char *text = strstr(line, ": ");

	printf("%s; ", text ? text + 2 : line);
	drain(stdout);
	if (t->ktap) {
		fprintf(t->ktap, "# %s\n", line);
		drain(t->ktap);
	}
}

static const char *result_of(enum verdict v)
{
	return v == VERDICT_FAILED || v == VERDICT_MALFUNCTION || v == VERDICT_HANG ? "not ok"
										    : "ok";
}

static bool is_skip(enum verdict v)
{
	return v == VERDICT_ABSENT || v == VERDICT_NOT_RUN;
}

void tell_verdict(struct tell *t, const char *name, const struct judgement *j)
{
	const char *verdict = verdict_name(j->verdict), *why = j->count ? j->why[0] : "";

	if (!t->inside)
		printf("%-12s ", name);
	t->inside = false;
	printf("%s%s%s\n", verdict, *why ? ": " : "", why);
	for (size_t i = 1; i < j->count; i++)
		printf("%13s%s\n", "", j->why[i]);
	drain(stdout);
	t->number++;
	if (!t->ktap)
		return;
	fprintf(t->ktap, "%s %u %s # %s%s%s%s\n", result_of(j->verdict), t->number, name,
		is_skip(j->verdict) ? "SKIP " : "", verdict, *why ? ": " : "", why);
	for (size_t i = 1; i < j->count; i++)
		fprintf(t->ktap, "# %s: %s\n", name, j->why[i]);
	drain(t->ktap);
}

void tell_close(struct tell *t)
{
	if (t->ktap)
		fclose(t->ktap);
	t->ktap = NULL;
}
