/* text_page.h - a text that grows line by line and never gets wider than it may. Pure. */
#ifndef INSTALLER_TEXT_PAGE_H
#define INSTALLER_TEXT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct text_page {
	char *text;
	size_t length, room;
	unsigned int columns;
	bool failed; /* no memory */
};

/* A paragraph: broken at spaces; lines after the first are indented by `hang`. */
void page_add(struct text_page *page, unsigned int hang, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The text, the caller's to free(); NULL when memory was short. */
char *page_end(struct text_page *page);

#endif
