/* show.c - see show.h. */
#include "show.h"
#include <stdio.h>

#define CLEAR  "\033[H\033[2J"
#define ESCAPE 27

static void draw(const struct pages *p, size_t page)
{
	fputs(CLEAR, stdout);
	for (size_t i = 0; i < PAGE_LINES; i++)
		printf("%s\r\n", pages_line(p, page, i));
	fputs("Space: next page   b: the page before   q: end", stdout);
	(void)fflush(stdout);
}

void pages_show(const struct pages *p, const struct keys *keys)
{
	size_t page = 0;
	int key;

	while (page < p->count) {
		draw(p, page);
		key = keys->get(keys->ctx);
		if (key < 0 || key == 'q' || key == ESCAPE)
			break;
		if (key == 'b')
			page -= page > 0;
		else
			page++;
	}
	fputs(CLEAR, stdout);
	(void)fflush(stdout);
}

void pages_print(const struct pages *p)
{
	for (size_t page = 0; page < p->count; page++) {
		for (size_t i = 0; i < PAGE_LINES; i++)
			puts(pages_line(p, page, i));
		putchar('\n');
	}
}
