/*
 * rules.h - from facts to verdicts, and from all verdicts to advice.
 *
 * Pure: no I/O, no hardware, nothing but the facts of a report, so that an old report is judged
 * again. A rule must expect any fact to be missing or absurd (a report is outside data): it says
 * "detected" or "failed" then, and never reads beyond the bytes that are there.
 */
#ifndef HWTEST_RULES_RULES_H
#define HWTEST_RULES_RULES_H

#include "../report/report.h"
#include <common/xalloc.h>

enum verdict {
	VERDICT_WORKS,
	VERDICT_LIMITED,
	VERDICT_DETECTED,
	VERDICT_FAILED,
	VERDICT_MALFUNCTION,
	VERDICT_ABSENT,
	VERDICT_NOT_RUN,
	VERDICT_HANG,
	VERDICTS
};

const char *verdict_name(enum verdict v); /* "works", ... "not run" */
bool verdict_parse(const char *name, enum verdict *v);

/* A verdict with its reasons, each a sentence for the user. The worst verdict stays. */
struct judgement {
	enum verdict verdict;
	char **why;
	size_t count;
};

void judgement_free(struct judgement *j);
/* Adds a reason; the verdict becomes `v` if that is worse than what it was (works < limited <
 * detected < failed < malfunction). */
void judge(struct judgement *j, enum verdict v, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct rule {
	const char *probe;
	/* Begins with VERDICT_WORKS and no reasons. Not called for absent, not run, hang. */
	void (*judge)(const struct facts *facts, struct judgement *j);
	/* Lines for a person: what was found, decoded anew from the raw facts. put() takes a line.
	 */
	void (*describe)(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx);
};

#define PROBE(name) extern const struct rule rule_##name;
#include "../probes.def"
#undef PROBE
extern const struct rule *const rule_table[]; /* ends with NULL; in the probes' order */
const struct rule *rule_find(const char *probe);
/* put() with a format; lines are cut at 255 characters. */
void rule_put(void (*put)(void *ctx, const char *line), void *ctx, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Of the measurements that a probe repeated, how many agree? It noted how many there were, as
 * `key`, and how many agree with what it told, as `key`-agreeing. Where it noted nothing (older
 * reports) all do.
 */
enum agreement {
	AGREE_NONE, /* no other one does */
	AGREE_FEW,
	AGREE_MOST, /* more than half */
	AGREE_ALL
};
enum agreement rule_agree(const struct facts *facts, const char *probe, const char *subject,
			  const char *key);
/* Why they do not. */
#define RULE_DISTURBED                                                                             \
	"measurements differ, something takes the processor away (the firmware, or an emulator's " \
	"busy host)"

/*
 * What the report says about a probe, judged with today's rules: absent, not run and hang stay, a
 * probe that began and did not end hung, one that crashed failed, all else is its rule's to say.
 * Free *j.
 */
void review(const struct report *r, const struct report_probe *p, struct judgement *j);

/* What the report as a whole says: will Oldiron boot, install, be comfortable here; which boot
 * switches. A sentence each. */
struct advice {
	enum verdict boots, installs, comfortable;
	char *boots_why, *installs_why, *comfortable_why;
	char *switches; /* "" or words for the command line */
};

void advise(const struct report *r, struct advice *a);
void advice_free(struct advice *a);
/* A line for each question, and one for the switches; they may be longer than a screen's. */
void advice_put(const struct advice *a, void (*put)(void *ctx, const char *line), void *ctx);
/* switches.c: the words alone. */
void advise_switches(const struct report *r, struct xtext *words);

#endif
