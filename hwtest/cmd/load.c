/* load.c - see load.h. */
#include "load.h"
#include "cmd.h"
#include <common/xalloc.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP	   16384u
#define MOST_BYTES (64u << 20) /* no report comes near it */

static char *read_all(FILE *in, size_t *length)
{
	size_t room = 0, n;
	char *text = NULL;

	*length = 0;
	do {
		if (room - *length < STEP) {
			room = 2 * room + STEP;
			text = xrealloc(text, room + 1, 1);
		}
		n = fread(text + *length, 1, room - *length, in);
		*length += n;
	} while (n && *length < MOST_BYTES);
	return text;
}

char *load_file(const char *path, size_t *length)
{
	FILE *in = fopen(path, "re");
	char *text = in ? read_all(in, length) : NULL;

	if (!in || ferror(in)) {
		complain("%s: %s", path, strerror(errno));
		free(text);
		text = NULL;
	}
	if (in)
		fclose(in);
	return text;
}

int load_report(struct report *r, const char *path)
{
	size_t length;
	char *text = load_file(path, &length);
	const char *why;

	report_init(r);
	if (!text)
		return STATUS_USAGE;
	why = report_parse(r, text, length);
	free(text);
	if (why)
		return complain("%s: %s", path, why);
	if (r->bad)
		complain("%s: %u lines are damaged (the first is line %u: %s)", path, r->bad,
			 r->bad_line, r->bad_why);
	if (r->unknown)
		complain("%s: %u lines are of a kind that this hwtest does not know", path,
			 r->unknown);
	return STATUS_OK;
}
