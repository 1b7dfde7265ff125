/*
 * The answer file: what an unattended installation would have asked. Pure.
 *
 * Text: a line is empty, a comment (its first character that is no blank is `#`), or `key = value`.
 * Blanks around key and value do not count; a value that needs them stands in double quotes, in
 * which \" and \\ are a quote and a backslash. A comment does not begin behind a value. Lines may
 * end in CR LF. Keys are those of answer_keys.h.
 *
 * Errors are found all at once where that is possible: an unknown or duplicate key, a line that is
 * none of the above. `complaint` is the first of them, one line: FILE:LINE: what, and what is
 * accepted; the caller frees it. Memory by xalloc.h. Source: our own format.
 */
#ifndef INSTALLER_UI_ANSWERS_H
#define INSTALLER_UI_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct answer {
	const char *key; /* the table's own string */
	char *value;
	unsigned int line;
	bool used;
};

struct answers {
	char *file; /* as messages name it */
	struct answer *list;
	size_t n;
};

/* NULL, or the complaint; then `answers` is empty. `text` need not end in NUL. */
char *answers_parse(struct answers *answers, const char *file, const char *text, size_t length);
/* Reads and parses; a file that cannot be read is a complaint too. */
char *answers_load(struct answers *answers, const char *file);
void answers_free(struct answers *answers);

/* The answer to `key`, marked as used; NULL when the file has none. */
struct answer *answers_find(struct answers *answers, const char *key);
/* The first answer that nobody asked for and whose key must be, or NULL. */
const struct answer *answers_unused(const struct answers *answers);

#endif
