/* show.c - `hwtest show` and `hwtest verdict`: a report judged with today's rules. */
#include "cmd.h"
#include "keys.h"
#include "load.h"
#include "../rules/rules.h"
#include "../screen/show.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_line(void *ctx, const char *line)
{
	printf("  %s\n", line);
}

static void show_probe(const struct report *r, const struct report_probe *p)
{
	const struct rule *rule = rule_find(p->name);
	const char *then = p->verdict ? p->verdict : "no verdict";
	struct judgement j;

	review(r, p, &j);
	printf("%s: %s", p->name, verdict_name(j.verdict));
	if (strcmp(then, verdict_name(j.verdict)))
		printf(" (the report says: %s)", then);
	putchar('\n');
	for (size_t i = 0; i < j.count; i++)
		printf("  %s\n", j.why[i]);
	if (rule)
		rule->describe(&r->facts, put_line, NULL);
	judgement_free(&j);
}

void show_pages(const struct report *r, const char *only)
{
	struct keys keys;
	struct pages pages;

	pages_make(&pages, r, only);
	if (isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && keys_open_terminal(&keys)) {
		pages_show(&pages, &keys);
		keys_close_terminal();
	} else {
		pages_print(&pages);
	}
	pages_free(&pages);
}

static void show_text(const struct report *r, const char *only)
{
	printf("hwtest %s on %s, %s, %s%s%s\n", r->build, r->system, r->mode, r->started,
	       *r->machine ? ", " : "", r->machine);
	for (size_t i = 0; i < r->count; i++)
		if (!only || !strcmp(r->probes[i].name, only))
			show_probe(r, &r->probes[i]);
	if (!r->complete)
		puts("This report is not complete: the run did not come to its end, or lines are "
		     "missing.");
}

int cmd_show(int count, char **args)
{
	static const struct option options[] = { { "pages", no_argument, NULL, 'g' },
						 { "probe", required_argument, NULL, 'p' },
						 { NULL, 0, NULL, 0 } };
	const char *only = NULL;
	bool pages = false;
	struct report r;
	int c, status;

	while ((c = getopt_long(count, args, "", options, NULL)) != -1) {
		if (c == 'g')
			pages = true;
		else if (c == 'p')
			only = optarg;
		else
			return STATUS_USAGE;
	}
	if (optind + 1 != count)
		return complain("show needs one report: hwtest show [--pages] [--probe NAME] FILE");
	status = load_report(&r, args[optind]);
	if (!status && only && !report_find(&r, only))
		status = complain("%s has nothing of \"%s\"", args[optind], only);
	if (!status && pages)
		show_pages(&r, only);
	else if (!status)
		show_text(&r, only);
	report_free(&r);
	return status;
}

static void print_line(void *ctx, const char *line)
{
	puts(line);
}

int cmd_verdict(int count, char **args)
{
	struct advice a;
	struct report r;
	int status;

	if (count != 2)
		return complain("verdict needs one report: hwtest verdict FILE");
	status = load_report(&r, args[1]);
	if (!status) {
		advise(&r, &a);
		advice_put(&a, print_line, NULL);
		status = a.boots > VERDICT_DETECTED ? STATUS_BAD : STATUS_OK;
		advice_free(&a);
	}
	report_free(&r);
	return status;
}
