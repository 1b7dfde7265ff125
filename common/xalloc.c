#define _GNU_SOURCE
#include "xalloc.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
	if (memory)
		return memory;
	fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
	exit(70);
}

void *xalloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *xrealloc(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return checked(NULL);
	return checked(realloc(old, bytes ? bytes : 1));
}

char *xstrdup(const char *text)
{
	return checked(strdup(text));
}

char *xstrndup(const char *text, size_t length)
{
	return checked(strndup(text, length));
}

char *xvasprintf(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	return checked(text);
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	return text;
}

void xtext_put(struct xtext *t, const char *bytes, size_t n)
{
	if (t->room - t->length <= n || !t->text) {
		t->room = (t->length + n + 64) * 2;
		t->text = xrealloc(t->text, t->room, 1);
	}
	memcpy(t->text + t->length, bytes, n);
	t->length += n;
	t->text[t->length] = 0;
}

void xtext_add(struct xtext *t, const char *format, ...)
{
	va_list args;
	char *piece;

	va_start(args, format);
	piece = xvasprintf(format, args);
	va_end(args);
	xtext_put(t, piece, strlen(piece));
	free(piece);
}
