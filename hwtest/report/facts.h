/*
 * facts.h - what a run found out: a list of facts in the order in which they were noted.
 *
 * A fact belongs to a probe and a subject ("" for the probe as a whole) and is a text, a number
 * with a unit, or bytes. Texts are ASCII; other bytes become '?'. The list owns copies of
 * everything.
 *
 * Finding takes the first fact of that probe, subject and key; NULL subject: any. Numbers that are
 * not there, or are no numbers, come back as the caller's default. The list only grows; pointers
 * stay good until facts_free().
 *
 * Errors: without memory the program ends with a message (there is nothing sensible to go on with).
 * No locks: one thread.
 */
#ifndef HWTEST_REPORT_FACTS_H
#define HWTEST_REPORT_FACTS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_kind {
	FACT_TEXT,
	FACT_NUMBER,
	FACT_BYTES
};

/* Some of a fact's bytes; it may reach beyond them. */
struct fact_range {
	size_t at, length;
};

struct fact {
	struct fact *next;
	char *probe, *subject, *key;
	enum fact_kind kind;
	char *text; /* FACT_TEXT */
	int64_t number;
	const char *unit; /* FACT_NUMBER: "" or one of facts_units[] */
	uint8_t *bytes;	  /* FACT_BYTES */
	size_t count;
	bool identifying;	    /* all of it */
	struct fact_range *secrets; /* or these of its bytes */
	size_t secret_count;
	char *hash; /* of what was identifying and is not in this report any more; NULL */
};

struct facts {
	struct fact *first, **end;
};

extern const char *const facts_units[]; /* ends with NULL */
/* The member of facts_units[] of that name, "" where there is none (or name is NULL). */
const char *facts_unit(const char *name);

void facts_init(struct facts *f);
void facts_free(struct facts *f);

struct fact *facts_text(struct facts *f, const char *probe, const char *subject, const char *key,
			const char *format, ...) __attribute__((format(printf, 5, 6)));
struct fact *facts_vtext(struct facts *f, const char *probe, const char *subject, const char *key,
			 const char *format, va_list args) __attribute__((format(printf, 5, 0)));
struct fact *facts_number(struct facts *f, const char *probe, const char *subject, const char *key,
			  int64_t number, const char *unit);
struct fact *facts_bytes(struct facts *f, const char *probe, const char *subject, const char *key,
			 const void *bytes, size_t count);
/* These bytes of the fact identify a machine or its owner. May be said several times. */
void facts_hide(struct fact *fact, size_t at, size_t length);
/* Is the byte at that place in one of them? */
bool facts_is_hidden(const struct fact *fact, size_t at);

const struct fact *facts_find(const struct facts *f, const char *probe, const char *subject,
			      const char *key);
/* The next of the same probe and key behind `from` (NULL: the first), whatever its subject. */
const struct fact *facts_next(const struct facts *f, const struct fact *from, const char *probe,
			      const char *key);
const char *facts_get_text(const struct facts *f, const char *probe, const char *subject,
			   const char *key); /* NULL: there is none */
int64_t facts_get_number(const struct facts *f, const char *probe, const char *subject,
			 const char *key, int64_t none);
/* A fact of bytes with at least so many of them, or NULL. */
const struct fact *facts_get_bytes(const struct facts *f, const char *probe, const char *subject,
				   const char *key, size_t least);

#endif
