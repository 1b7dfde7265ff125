/* run.c - `hwtest run`: the probes one after the other, with mark, report, KTAP and pages. */
#include "build_id.h"
#include "cmd.h"
#include "run.h"
#include <common/xalloc.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define SALT_BYTES 16

struct run {
	struct run_options options;
	struct host host;
	struct mark mark;
	struct tell tell;
	struct report report;
	FILE *out; /* the report's file; NULL: none */
	char *salt;
	uint64_t start_us;
	bool bad; /* something failed */
};

static int64_t since_start(const struct run *run)
{
	return (int64_t)(host_now_us() - run->start_us);
}

static bool is_wanted(const struct run *run, const struct probe *probe)
{
	return (!run->options.only || list_has(run->options.only, probe->name)) &&
	       !list_has(run->options.skip, probe->name);
}

static unsigned int count_wanted(const struct run *run)
{
	unsigned int n = 0;

	for (unsigned int i = 0; probe_table[i]; i++)
		n += is_wanted(run, probe_table[i]);
	return n;
}

/* ---- the report's file ---- */

static void write_out(struct run *run)
{
	if (run->out && (fflush(run->out) || ferror(run->out) || fsync(fileno(run->out)))) {
		complain("%s: %s: the rest of the report is not saved", run->options.report,
			 strerror(errno));
		fclose(run->out);
		run->out = NULL;
		run->bad = true;
	}
}

static void write_facts(struct run *run, const struct fact *from)
{
	const char *salt = run->options.identify ? NULL : run->salt;

	for (const struct fact *fact = from; run->out && fact; fact = fact->next)
		report_write_fact(run->out, fact, salt);
}

/* ---- one probe ---- */

/* A folder may be called after its owner, and what is said here goes into the report. */
static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Not run, and why, when it may not. */
static bool refuse(struct run *run, const struct probe *probe, struct report_probe *p)
{
	bool hung = list_has(run->mark.hung, probe->name);

	if (probe->class <= run->options.probe.class && !hung)
		return false;
	p->verdict = xstrdup(verdict_name(hung ? VERDICT_HANG : VERDICT_NOT_RUN));
	p->why = xalloc(sizeof(p->why[0]));
	p->why[p->count++] =
		hung ? xasprintf("It stopped the machine in an earlier run and is left out (\"%s\" "
				 "says so).",
				 file_name(run->mark.path))
		     : xasprintf("It is of class %s: --class %s%s runs it.",
				 probe_class_name(probe->class), probe_class_name(probe->class),
				 probe->class == CLASS_W ? " --write-on MEDIUM" : "");
	return true;
}

/* The verdict with its reasons goes into the report as it is now. */
static void settle(struct run *run, const char *name)
{
	struct report_probe *p = report_find(&run->report, name);
	struct judgement j;

	review(&run->report, p, &j);
	free(p->verdict);
	p->verdict = xstrdup(verdict_name(j.verdict));
	for (size_t i = 0; i < p->count; i++)
		free(p->why[i]);
	free(p->why);
	p->why = xalloc(j.count * sizeof(p->why[0]));
	for (p->count = 0; p->count < j.count; p->count++)
		p->why[p->count] = xstrdup(j.why[p->count]);
	p->end = since_start(run);
	if (j.verdict == VERDICT_HANG)
		mark_add_hung(&run->mark, name);
	run->bad |= j.verdict == VERDICT_FAILED || j.verdict == VERDICT_MALFUNCTION ||
		    j.verdict == VERDICT_HANG;
	tell_verdict(&run->tell, name, &j);
	judgement_free(&j);
}

static void run_probe(struct run *run, const struct probe *probe)
{
	struct fact **end = run->report.facts.end;
	struct report_probe *p = report_add_probe(&run->report, probe->name,
						  probe_class_name(probe->class), since_start(run));

	if (run->out) {
		report_write_begin(run->out, p);
		write_out(run);
	}
	if (!refuse(run, probe, p)) {
		if (!mark_set(&run->mark, probe->name))
			complain("%s: %s", run->mark.path, strerror(errno));
		tell_begin(&run->tell, probe);
		child_run(&run->options, probe, &run->host, &run->tell, &run->report, p);
	}
	settle(run, probe->name);
	(void)mark_set(&run->mark, NULL);
	write_facts(run, *end);
	if (run->out)
		report_write_end(run->out, report_find(&run->report, probe->name));
	write_out(run);
}

/* ---- begin and end ---- */

static char *make_salt(void)
{
	uint8_t bytes[SALT_BYTES];
	FILE *in = fopen("/dev/urandom", "re");
	char *text = xalloc(2 * SALT_BYTES + 1);
	size_t n = in ? fread(bytes, 1, sizeof(bytes), in) : 0;

	if (in)
		fclose(in);
	for (size_t i = 0; i < n; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	if (n == sizeof(bytes))
		return text;
	free(text);
	return NULL;
}

static char *system_name(const struct run *run)
{
	struct utsname name = { 0 };
	const char *version;

	(void)uname(&name);
	/* Oldiron calls itself Linux, and says so of its version: "#1 Oldiron 0.1". */
	version = strstr(name.version, "Oldiron");
	return run->host.oldiron ? xasprintf("%s %s", version ? version : "Oldiron", name.machine)
				 : xasprintf("%s %s %s", name.sysname, name.release, name.machine);
}

static void fill_head(struct run *run)
{
	struct report *r = &run->report;
	char started[32] = "", id[HASH_DIGITS + 1];
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		(void)strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &tm);
	r->build = xstrdup(build_id());
	r->system = system_name(run);
	r->mode = xstrdup(run->host.alone     ? "alone"
			  : run->host.oldiron ? "beside drivers"
					      : "Linux");
	r->started = xstrdup(started);
	r->machine = xstrdup(run->options.machine ? run->options.machine : "");
	if (!run->options.identify) {
		report_hash(id, run->salt, "salt", 4);
		r->salt = xstrdup(id);
	}
}

/* With .OLD in place of the name's ending. */
static char *name_of_old(const char *path)
{
	const char *name = file_name(path), *dot = strrchr(name, '.');
	size_t length = dot && dot > name ? (size_t)(dot - path) : strlen(path);

	return xasprintf("%.*s.OLD", (int)length, path);
}

/* What the machine's last run left is kept under another name if it ended badly. */
static bool open_report(struct run *run)
{
	const char *path = run->options.report;
	char *old;

	if (!path)
		return true;
	if (run->mark.fresh) {
		old = name_of_old(path);
		(void)rename(path, old);
		free(old);
	}
	run->out = fopen(path, "we");
	return run->out != NULL;
}

static int open_all(struct run *run)
{
	const struct run_options *o = &run->options;
	const char *why = NULL;

	if (host_open(&run->host, &why))
		return complain("%s", why);
	run->salt = o->salt ? xstrdup(o->salt) : make_salt();
	if (!run->salt && !o->identify)
		return complain(
			"there is no /dev/urandom to hide serial numbers with: give --salt TEXT "
			"or --identify");
	if (!tell_open(&run->tell, o->ktap))
		return complain("%s: %s", o->ktap, strerror(errno));
	if (!mark_open(&run->mark, o->mark))
		return complain(
			"%s: %s: without it a probe that stops the machine would not be known",
			o->mark, strerror(errno));
	if (!open_report(run))
		return complain("%s: %s", o->report, strerror(errno));
	return STATUS_OK;
}

static void run_all(struct run *run)
{
	struct report *r = &run->report;

	run->start_us = host_now_us();
	fill_head(run);
	tell_head(&run->tell, r, count_wanted(run));
	if (run->out)
		report_write_head(run->out, r);
	for (unsigned int i = 0; probe_table[i]; i++)
		if (is_wanted(run, probe_table[i]))
			run_probe(run, probe_table[i]);
	if (run->out)
		report_write_last(run->out, since_start(run), r->count);
	write_out(run);
}

static void close_all(struct run *run)
{
	if (run->out)
		fclose(run->out);
	tell_close(&run->tell);
	mark_close(&run->mark);
	report_free(&run->report);
	host_close(&run->host);
	free(run->salt);
}

int cmd_run(int count, char **args)
{
	struct run run = { 0 };
	int status = run_options_parse(&run.options, count, args);

	if (status)
		return status;
	report_init(&run.report);
	status = open_all(&run);
	if (!status) {
		run_all(&run);
		if (run.options.pages)
			show_pages(&run.report, NULL);
		status = run.bad ? STATUS_BAD : STATUS_OK;
	}
	close_all(&run);
	return status;
}
