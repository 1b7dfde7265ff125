/* note.c - what a probe tells: facts, the reason why not, and what it is about to do. */
#include "probe.h"
#include <stdarg.h>
#include <stdio.h>

#define STEP_MAX 160

static struct facts *before_next(struct probe_run *run)
{
	if (run->flush)
		run->flush(run->ctx, run->facts);
	return run->facts;
}

struct fact *note_text(struct probe_run *run, const char *subject, const char *key,
		       const char *format, ...)
{
	struct fact *fact;
	va_list args;

	va_start(args, format);
	fact = facts_vtext(before_next(run), run->probe->name, subject, key, format, args);
	va_end(args);
	return fact;
}

struct fact *note_number(struct probe_run *run, const char *subject, const char *key,
			 int64_t number, const char *unit)
{
	return facts_number(before_next(run), run->probe->name, subject, key, number, unit);
}

struct fact *note_bytes(struct probe_run *run, const char *subject, const char *key,
			const void *bytes, size_t count)
{
	return facts_bytes(before_next(run), run->probe->name, subject, key, bytes, count);
}

enum probe_end not_run(struct probe_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	facts_vtext(before_next(run), run->probe->name, "", "reason", format, args);
	va_end(args);
	return PROBE_NOT_RUN;
}

void probe_step(struct probe_run *run, const char *format, ...)
{
	char line[STEP_MAX];
	va_list args;
	int n = snprintf(line, sizeof(line), "%s: ", run->probe->name);

	va_start(args, format);
	(void)vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	(void)before_next(run);
	if (run->say)
		run->say(run->ctx, line);
}
