/* text_page.c - see text_page.h. */
#define _GNU_SOURCE /* vasprintf */
#include "text_page.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct text_page *page, const char *text, size_t n)
{
	if (page->failed)
		return;
	if (n + 1 > page->room - page->length) {
		size_t room = 2 * page->room + n + 1;
		char *more = realloc(page->text, room);

		if (!more) {
			page->failed = true;
			return;
		}
		page->text = more;
		page->room = room;
	}
	memcpy(page->text + page->length, text, n);
	page->length += n;
	page->text[page->length] = 0;
}

/* Bytes of UTF-8 that the first `columns` characters take. */
static size_t bytes_of(const char *text, unsigned int columns)
{
	size_t n = 0;

	while (text[n] && columns--) {
		n++;
		while (((unsigned char)text[n] & 0xC0) == 0x80)
			n++;
	}
	return n;
}

/* How many bytes of the line go into so many columns: up to a space, or all that fits. */
static size_t line_bytes(const char *text, unsigned int columns)
{
	size_t fits = bytes_of(text, columns), n = fits;

	if (!text[fits])
		return fits;
	while (n && text[n] != ' ')
		n--;
	return n && strspn(text, " ") < n ? n : fits;
}

static void add_paragraph(struct text_page *page, unsigned int hang, const char *text)
{
	size_t n = line_bytes(text, page->columns);

	for (;;) {
		append(page, text, n);
		append(page, "\n", 1);
		text += n;
		while (*text == ' ')
			text++;
		if (!*text)
			return;
		for (unsigned int i = 0; i < hang; i++)
			append(page, " ", 1);
		n = line_bytes(text, page->columns - hang);
	}
}

void page_add(struct text_page *page, unsigned int hang, const char *format, ...)
{
	va_list values;
	char *text;
	int n;

	va_start(values, format);
	n = vasprintf(&text, format, values);
	va_end(values);
	if (n < 0) {
		page->failed = true;
		return;
	}
	for (size_t end = strlen(text); end && text[end - 1] == ' '; end--)
		text[end - 1] = 0;
	add_paragraph(page, hang, text);
	free(text);
}

char *page_end(struct text_page *page)
{
	char *text = page->text;

	if (!text && !page->failed)
		text = strdup("");
	if (page->failed) {
		free(text);
		text = NULL;
	}
	*page = (struct text_page){ 0 };
	return text;
}
