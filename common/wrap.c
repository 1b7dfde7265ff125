#define _GNU_SOURCE
#include "wrap.h"
#include "xalloc.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_WIDTH 8

/* Bytes of the first `columns` characters at `p`, at most up to `end`. */
static size_t bytes_of(const char *p, const char *end, size_t columns)
{
	const char *start = p;

	for (; p < end && columns; columns--) {
		p++;
		while (p < end && (*p & 0xc0) == 0x80)
			p++;
	}
	return (size_t)(p - start);
}

/* How many bytes of the piece fit: all, up to a blank, or as much as there is room for. */
static size_t fitting(const char *p, const char *end, size_t width)
{
	size_t n = bytes_of(p, end, width);
	size_t at;

	if (p + n == end || p[n] == ' ')
		return n;
	for (at = n; at && p[at - 1] != ' '; at--)
		continue;
	while (at && p[at - 1] == ' ')
		at--;
	return at ? at : n;
}

static size_t blanks(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && p[n] == ' ')
		n++;
	return n;
}

struct out {
	void (*line)(void *arg, const char *start, size_t length);
	void *arg;
};

/* The rest of a row of a table: each line gets the indent again. */
static void indented(const struct out *out, const char *p, const char *end, size_t indent,
		     size_t width)
{
	while (p < end) {
		size_t n = fitting(p, end, width - indent);
		char *line = xasprintf("%*s%.*s", (int)indent, "", (int)n, p);

		out->line(out->arg, line, strlen(line));
		free(line);
		p += n;
		p += blanks(p, end);
	}
}

static void paragraph(const struct out *out, const char *p, const char *end, size_t width)
{
	size_t indent = blanks(p, end);
	size_t n = fitting(p + indent, end, indent < width ? width - indent : 1) + indent;

	if (indent + 4 + LEAST_WIDTH > width)
		indent = 0;
	out->line(out->arg, p, n);
	p += n;
	p += blanks(p, end);
	indented(out, p, end, indent ? indent + 4 : 0, width);
}

void wrap_text(const char *text, size_t width,
	       void (*line)(void *arg, const char *start, size_t length), void *arg)
{
	struct out out = { line, arg };
	const char *end;

	if (width < LEAST_WIDTH)
		width = LEAST_WIDTH;
	for (;;) {
		end = strchrnul(text, '\n');
		paragraph(&out, text, end, width);
		if (!*end || !end[1])
			return;
		text = end + 1;
	}
}

struct list {
	char **lines;
	size_t n;
};

static void keep(void *arg, const char *start, size_t length)
{
	struct list *list = arg;

	list->lines = xrealloc(list->lines, list->n + 1, sizeof(*list->lines));
	list->lines[list->n++] = xstrndup(start, length);
}

char **wrap_lines(const char *text, size_t width, size_t *n)
{
	struct list list = { 0 };

	wrap_text(text, width, keep, &list);
	*n = list.n;
	return list.lines;
}

void wrap_free(char **lines, size_t n)
{
	while (n)
		free(lines[--n]);
	free(lines);
}
