/* pages.c - see pages.h. */
#include "pages.h"
#include <common/wrap.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define NAME_COLUMNS	12
#define VERDICT_COLUMNS 12

static void set_line(struct pages *p, size_t page, size_t line, char *text)
{
	char **slot = &p->lines[page * PAGE_LINES + line];

	free(*slot);
	*slot = text;
	if (strlen(text) > PAGE_COLUMNS)
		text[PAGE_COLUMNS] = 0;
}

static void new_page(struct pages *p)
{
	size_t lines = (p->count + 1) * PAGE_LINES;

	p->lines = xrealloc(p->lines, lines, sizeof(p->lines[0]));
	memset(p->lines + p->count * PAGE_LINES, 0, PAGE_LINES * sizeof(p->lines[0]));
	p->count++;
	p->body = 0;
}

static void add_piece(void *arg, const char *start, size_t length)
{
	struct pages *p = arg;

	if (!p->count || p->body == PAGE_BODY)
		new_page(p);
	set_line(p, p->count - 1, 2 + p->body++, xstrndup(start, length));
}

static void add_line(void *ctx, const char *line)
{
	wrap_text(line, PAGE_COLUMNS, add_piece, ctx);
}

/* Cut rather than broken: for the summary. */
static void add_cut(struct pages *p, char *line)
{
	if (strlen(line) > PAGE_COLUMNS)
		memcpy(line + PAGE_COLUMNS - 3, "...", 4);
	add_piece(p, line, strlen(line));
	free(line);
}

static void add_advice(struct pages *p, const struct report *r)
{
	struct advice a;

	advise(r, &a);
	advice_put(&a, add_line, p);
	advice_free(&a);
	add_line(p, "");
}

static void add_summary(struct pages *p, const struct report *r)
{
	struct judgement j;

	for (size_t i = 0; i < r->count; i++) {
		review(r, &r->probes[i], &j);
		add_cut(p,
			xasprintf("%-*s %-*s %s", NAME_COLUMNS, r->probes[i].name, VERDICT_COLUMNS,
				  verdict_name(j.verdict), j.count ? j.why[0] : ""));
		judgement_free(&j);
	}
	if (!r->complete)
		add_line(p,
			 "This report is not complete: the run did not end, or lines are missing.");
}

static bool has_something(const struct report *r, const struct report_probe *probe,
			  const struct judgement *j)
{
	return j->verdict != VERDICT_ABSENT && j->verdict != VERDICT_NOT_RUN;
}

static void add_probe(struct pages *p, const struct report *r, const struct report_probe *probe,
		      bool always)
{
	const struct rule *rule = rule_find(probe->name);
	struct judgement j;
	char *title;

	review(r, probe, &j);
	if (always || has_something(r, probe, &j)) {
		new_page(p);
		title = xasprintf("%s: %s", probe->name, verdict_name(j.verdict));
		add_line(p, title);
		free(title);
		for (size_t i = 0; i < j.count; i++)
			add_line(p, j.why[i]);
		add_line(p, "");
		if (rule)
			rule->describe(&r->facts, add_line, p);
	}
	judgement_free(&j);
}

static void add_heads(struct pages *p, const struct report *r)
{
	static const char rule_line[] = "----------------------------------------"
					"---------------------------------------";
	char when[17], number[32];

	/* "2026-11-22T08:00:00Z" to the minute */
	(void)snprintf(when, sizeof(when), "%s", r->started);
	if (strlen(when) > 10)
		when[10] = ' ';
	for (size_t i = 0; i < p->count; i++) {
		(void)snprintf(number, sizeof(number), "page %zu of %zu", i + 1, p->count);
		set_line(p, i, 0,
			 xasprintf("%-18.18s %-16s UTC hwtest %-17.17s%15s",
				   *r->machine ? r->machine : "a PC, no name", when, r->build,
				   number));
		set_line(p, i, 1, xstrdup(rule_line));
	}
}

void pages_make(struct pages *p, const struct report *r, const char *only)
{
	*p = (struct pages){ 0 };
	if (!only) {
		add_advice(p, r);
		add_summary(p, r);
	}
	for (size_t i = 0; i < r->count; i++)
		if (!only || !strcmp(r->probes[i].name, only))
			add_probe(p, r, &r->probes[i], only != NULL);
	add_heads(p, r);
}

void pages_free(struct pages *p)
{
	for (size_t i = 0; i < p->count * PAGE_LINES; i++)
		free(p->lines[i]);
	free(p->lines);
	*p = (struct pages){ 0 };
}

const char *pages_line(const struct pages *p, size_t page, size_t line)
{
	const char *text = p->lines[page * PAGE_LINES + line];

	return text ? text : "";
}
