/*
 * The keys of the answer file: one table that the parser, the messages and the documentation are
 * made from. Pure.
 */
#ifndef INSTALLER_UI_ANSWER_KEYS_H
#define INSTALLER_UI_ANSWER_KEYS_H

#include <stdio.h>

struct answer_key {
	const char *name;
	const char *when;     /* in which case it is asked for, and so needed */
	const char *accepted; /* what may be answered */
	const char *meaning;
	const char *otherwise; /* what holds without it; NULL: it is needed */
};

extern const struct answer_key answer_keys[]; /* ended by a row without a name */

const struct answer_key *answer_key_find(const char *name);
/* The names, separated by commas; the caller frees it. */
char *answer_keys_list(void);
/* docs/install.md's table (Markdown) or oldiron-install.8's (mdoc). */
void answer_keys_markdown(FILE *out);
void answer_keys_mdoc(FILE *out);

#endif
