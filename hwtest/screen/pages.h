/*
 * pages.h - a report as pages for a screen of 80x25, fit to be photographed: each says by itself
 * which machine, when, which hwtest and which page it is. Pure.
 *
 * A page is PAGE_LINES lines of at most PAGE_COLUMNS characters, ASCII: the head, a line below it,
 * and PAGE_BODY lines; the screen's last line is for the keys. Lines that are longer are broken.
 */
#ifndef HWTEST_SCREEN_PAGES_H
#define HWTEST_SCREEN_PAGES_H

#include "../rules/rules.h"

#define PAGE_COLUMNS 79u /* the last column would scroll some screens */
#define PAGE_LINES   24u
#define PAGE_BODY    22u

struct pages {
	char **lines; /* all of them, PAGE_LINES for each page */
	size_t count; /* of pages */
	char *head;   /* left part of each page's first line */
	size_t body;  /* lines of the last page that are in use */
};

/* What it comes to, the summary, and a page or more for each probe that found something; or `only`
 * alone. */
void pages_make(struct pages *p, const struct report *r, const char *only);
void pages_free(struct pages *p);
/* Line number 0..PAGE_LINES-1 of a page; never NULL. */
const char *pages_line(const struct pages *p, size_t page, size_t line);

#endif
