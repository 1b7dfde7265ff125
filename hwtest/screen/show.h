/*
 * show.h - pages on the screen, with a key between them.
 *
 * Keys come from a function, since alone hwtest reads the keyboard itself: it returns a character
 * or -1 when no more come.
 */
#ifndef HWTEST_SCREEN_SHOW_H
#define HWTEST_SCREEN_SHOW_H

#include "pages.h"

struct keys {
	int (*get)(void *ctx);
	void *ctx;
};

/* Until 'q', Escape or the key behind the last page. */
void pages_show(const struct pages *p, const struct keys *keys);
/* One after the other, without waiting and without clearing. */
void pages_print(const struct pages *p);

#endif
