/*
 * Lines of text for a screen so many columns wide. Pure.
 *
 * A text has one paragraph to a line ('\n'). A paragraph longer than the width is broken at blanks,
 * a word longer than the width where it must be; a line that begins with a blank is a row of a
 * table: its blanks stay, and what is broken off is indented by four more. Columns are counted in
 * characters of UTF-8.
 */
#ifndef COMMON_WRAP_H
#define COMMON_WRAP_H

#include <stddef.h>

/* Calls `line` for each line, which is not ended by NUL; it is at least one. Widths below 8 count
 * as 8. */
void wrap_text(const char *text, size_t width,
	       void (*line)(void *arg, const char *start, size_t length), void *arg);

/* The same as a list: `lines` and each of its `n` members are the caller's to free. */
char **wrap_lines(const char *text, size_t width, size_t *n);
void wrap_free(char **lines, size_t n);

#endif
