/*
 * probe.h - a probe: looks at one kind of hardware and notes facts.
 *
 * run() is called in a process of its own that has all ports (iopl 3), so a fault ends only it.
 * Every wait in it is bounded; what it changes (R1) it puts back before it returns, also when
 * something went wrong. It ends by PROBE_DONE, or says why it has nothing to tell; in that case it
 * notes the text fact "reason".
 *
 * Whatever a probe writes to hardware is below its class. It asks host_owner() before it touches
 * ports, and takes the driver's interface where there is an owner.
 *
 * Adding one: a file in probe/ that defines `probe_NAME`, a row in ../probes.def, `rule_NAME` in
 * rules/, its manual in docs/hwtest.md. probe/bios.c and rules/bios.c are a small example. Kernel
 * sources that it links stand in mk/hwtest.mk, a line each.
 */
#ifndef HWTEST_PROBE_PROBE_H
#define HWTEST_PROBE_PROBE_H

#include "../host/host.h"
#include "../report/facts.h"

enum probe_class {
	CLASS_R0, /* passive */
	CLASS_R1, /* reversible */
	CLASS_R2, /* changes a device's state */
	CLASS_W	  /* writes, on the medium that is named, when it is blank */
};

enum probe_end {
	PROBE_DONE,
	PROBE_ABSENT,  /* there is no such hardware */
	PROBE_NOT_RUN, /* it may not, here; "reason" */
	PROBE_ENDS
};

/* What the user allowed; constant during a run. */
struct probe_options {
	enum probe_class class; /* the highest */
	unsigned int seconds;	/* for what can take any time: memory, surface */
	bool srst, isapnp, kbdreset, poweroff, com34;
	unsigned int ne_port; /* 0: none */
	bool interactive;     /* somebody looks at the screen and presses keys */
	const char *write_on; /* "ide0.0", "fd0": all that class W may write; NULL: nothing */
};

struct probe_run {
	const struct probe *probe;
	const struct probe_options *options;
	struct host *host;
	struct facts *facts;
	/* Where probe_step()'s lines go; returns when they are out. NULL: nowhere. */
	void (*say)(void *ctx, const char *line);
	/* Called before a further fact is noted and in probe_step(): those that are there are
	 * complete now, and are not lost when the probe does not come back. NULL: nothing. */
	void (*flush)(void *ctx, const struct facts *facts);
	void *ctx;
};

struct probe {
	const char *name; /* lower case letters and digits */
	const char *title;
	enum probe_class class; /* of what it does by default; more only by run->options */
	unsigned int seconds;	/* ends it; added to options->seconds where that applies */
	enum probe_end (*run)(struct probe_run *run);
};

#define PROBE(name) extern const struct probe probe_##name;
#include "../probes.def"
#undef PROBE
extern const struct probe *const probe_table[]; /* ends with NULL */
const struct probe *probe_find(const char *name);
const char *probe_class_name(enum probe_class class); /* "R0", ... */

/* Short forms, of the probe that runs. */
struct fact *note_text(struct probe_run *run, const char *subject, const char *key,
		       const char *format, ...) __attribute__((format(printf, 4, 5)));
struct fact *note_number(struct probe_run *run, const char *subject, const char *key,
			 int64_t number, const char *unit);
struct fact *note_bytes(struct probe_run *run, const char *subject, const char *key,
			const void *bytes, size_t count);
/* Notes the reason and returns PROBE_NOT_RUN. */
enum probe_end not_run(struct probe_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* To the screen and serial line at once, for what may hang within a probe ("about to ..."). */
void probe_step(struct probe_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
