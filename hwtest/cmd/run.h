/*
 * run.h - a run of the probes (hwtest/README.md, "A run"), between its parts: options, the mark
 * file, telling people, a child for each probe.
 */
#ifndef HWTEST_CMD_RUN_H
#define HWTEST_CMD_RUN_H

#include "../probe/probe.h"
#include "../report/report.h"
#include "../rules/rules.h"

enum fault {
	FAULT_NONE,
	FAULT_HANG,   /* the probe never ends */
	FAULT_FREEZE, /* the machine stops */
	FAULT_CRASH   /* the probe's process dies */
};

struct run_options {
	struct probe_options probe;
	const char *only, *skip; /* names with commas; NULL: all, none */
	const char *report, *ktap, *mark;
	const char *salt, *machine;
	bool identify, pages;
	enum fault fault;
	const char *fault_probe;
};

/* STATUS_OK, or complains and returns STATUS_USAGE. Points into args. */
int run_options_parse(struct run_options *o, int count, char **args);
/* Is the name one of those with commas between them? */
bool list_has(const char *list, const char *name);

/* ---- mark.c: a small file that survives a machine that stops ---- */

struct mark {
	const char *path; /* NULL: none is kept */
	char *hung;	  /* names with commas of those that hung before; may be NULL */
	bool fresh;	  /* one of them by the last run */
};

/* Reads it: what is marked there as running has hung the machine. false: it cannot be kept. */
bool mark_open(struct mark *m, const char *path);
/* `probe` runs from now on, NULL: none does. On the medium when this returns; false: it is not. */
bool mark_set(struct mark *m, const char *probe);
/* From now on it counts as one that hangs, for this and later runs. */
void mark_add_hung(struct mark *m, const char *probe);
void mark_close(struct mark *m);

/* ---- tell.c: the screen (standard output) and the serial line or file of --ktap ---- */

struct tell {
	FILE *ktap; /* NULL: none */
	unsigned int number;
	bool inside; /* a line on the screen is not finished */
};

bool tell_open(struct tell *t, const char *ktap);
void tell_head(struct tell *t, const struct report *r, unsigned int probes);
/* Both are out, and the lines drained, when these return. */
void tell_begin(struct tell *t, const struct probe *probe);
void tell_step(struct tell *t, const char *line);
void tell_verdict(struct tell *t, const char *name, const struct judgement *j);
void tell_close(struct tell *t);

/* ---- child.c ---- */

/*
 * Runs the probe in a process of its own, adds its facts to r, and sets p->verdict: "done",
 * "absent", "not run" or "hang"; a crash is the fact "crash" with the signal's number.
 */
void child_run(const struct run_options *o, const struct probe *probe, struct host *host,
	       struct tell *t, struct report *r, struct report_probe *p);

#endif
