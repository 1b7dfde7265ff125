/*
 * report.h - a run's report: who looked at what, when, with which facts and which verdict; as a
 * structure and as JSON lines (hwtest/README.md, "The report").
 *
 * Verdicts are texts here: what they mean is in rules/. Times are microseconds since the run's
 * start.
 *
 * Reading takes anything: a line that is no object of ours, or of an unknown kind, is counted and
 * left out, so a report that was cut off, or travelled badly, is read as far as it goes. Only a
 * text without a head of a known format is refused. Facts are ASCII.
 *
 * Hiding: a fact that is identifying is written as a hash (report_hash()) with a salt that is not
 * in the report; the report has the salt's own hash, so that two reports show whether their hashes
 * compare.
 *
 * Errors: texts for the user. No locks.
 */
#ifndef HWTEST_REPORT_REPORT_H
#define HWTEST_REPORT_REPORT_H

#include "facts.h"
#include <stdio.h>

#define REPORT_FORMAT 1
#define HASH_DIGITS   16 /* of a hash, hexadecimal */

struct report_probe {
	char *name, *class;
	int64_t begin, end; /* end -1: it never came to it */
	char *verdict;	    /* NULL then */
	char **why;
	size_t count;
};

struct report {
	char *build, *system, *mode, *started, *machine;
	char *salt; /* the salt's hash; "" when nothing was hidden */
	struct report_probe *probes;
	size_t count;
	struct facts facts;
	bool complete;	       /* the last line is there, and no probe is missing that it counts */
	unsigned int unknown;  /* lines of kinds that this program does not know */
	unsigned int bad;      /* lines that are no objects */
	unsigned int bad_line; /* the first of them, from 1 */
	const char *bad_why;
};

void report_init(struct report *r);
void report_free(struct report *r);
/* The text is length bytes. NULL, or why it is no report. Begin with report_init(). */
const char *report_parse(struct report *r, const char *text, size_t length);
/* One line of a report; what it says is added. false: it is no object, see r->bad_why. */
bool report_parse_line(struct report *r, const char *line, size_t length);
struct report_probe *report_find(const struct report *r, const char *name);
struct report_probe *report_add_probe(struct report *r, const char *name, const char *class,
				      int64_t begin);

/* Lines to a stream. `salt` NULL: identifying facts as they are. Errors stay in the stream. */
void report_write_head(FILE *out, const struct report *r);
void report_write_begin(FILE *out, const struct report_probe *p);
void report_write_fact(FILE *out, const struct fact *fact, const char *salt);
void report_write_end(FILE *out, const struct report_probe *p);
void report_write_last(FILE *out, int64_t end, size_t probes);

/* HASH_DIGITS digits and NUL. */
void report_hash(char out[HASH_DIGITS + 1], const char *salt, const void *data, size_t length);

#endif
