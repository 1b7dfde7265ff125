/*
 * diff.c - `hwtest diff A B`: facts and verdicts that differ, by probe.
 *
 * Times and measured rates differ from run to run and are left out (--all shows them too). A fact
 * is known by its probe, subject and key, and by which of that name it is. What is hidden in both
 * reports is compared only if they have the same salt.
 */
#include "cmd.h"
#include "load.h"
#include "../rules/rules.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES 32u

struct diff {
	const struct report *a, *b;
	bool all, same_salt;
	unsigned int count;
};

static bool same_name(const struct fact *x, const struct fact *y)
{
	return !strcmp(x->probe, y->probe) && !strcmp(x->subject, y->subject) &&
	       !strcmp(x->key, y->key);
}

/* The fact of the same name in the other list that stands in the same place among those. */
static const struct fact *partner(const struct facts *mine, const struct facts *others,
				  const struct fact *fact)
{
	unsigned int nth = 0;

	for (const struct fact *f = mine->first; f != fact; f = f->next)
		nth += same_name(f, fact);
	for (const struct fact *f = others->first; f; f = f->next)
		if (same_name(f, fact) && !nth--)
			return f;
	return NULL;
}

static bool is_measured(const struct fact *fact)
{
	static const char *const units[] = { "us", "ms", "ppm", "hz", "kbps", "times" };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (fact->kind == FACT_NUMBER && !strcmp(fact->unit, units[i]))
			return true;
	return false;
}

static bool same_value(const struct fact *x, const struct fact *y)
{
	if (x->kind != y->kind)
		return false;
	if (x->kind == FACT_TEXT)
		return !strcmp(x->text, y->text);
	if (x->kind == FACT_NUMBER)
		return x->number == y->number;
	return x->count == y->count && !memcmp(x->bytes, y->bytes, x->count);
}

static bool is_equal(const struct diff *d, const struct fact *x, const struct fact *y)
{
	if (!d->all && is_measured(x) && is_measured(y))
		return true;
	/* Hidden in one only: nothing can be said of it. */
	if (x->identifying && !x->hash != !y->hash)
		return true;
	if (x->hash && y->hash && d->same_salt && strcmp(x->hash, y->hash))
		return false;
	return same_value(x, y);
}

static void print_value(char sign, const struct fact *fact)
{
	printf("%c %s %s%s%s: ", sign, fact->probe, fact->subject, *fact->subject ? " " : "",
	       fact->key);
	if (fact->kind == FACT_TEXT)
		printf("%s", fact->text);
	else if (fact->kind == FACT_NUMBER)
		printf("%lld%s%s", (long long)fact->number, *fact->unit ? " " : "", fact->unit);
	for (size_t i = 0; fact->kind == FACT_BYTES && i < fact->count && i < SHOWN_BYTES; i++)
		printf("%02x", fact->bytes[i]);
	if (fact->kind == FACT_BYTES && fact->count > SHOWN_BYTES)
		printf("... (%zu bytes)", fact->count);
	if (fact->hash)
		printf(" hash %s", fact->hash);
	putchar('\n');
}

/* Long byte strings whose beginnings agree: where the others lie. */
static void print_places(const struct fact *x, const struct fact *y)
{
	size_t shorter = x->count < y->count ? x->count : y->count, shown = 0;

	if (x->kind != FACT_BYTES || y->kind != FACT_BYTES)
		return;
	fputs("    bytes that differ:", stdout);
	for (size_t i = 0; i < shorter && shown < SHOWN_BYTES / 2; i++) {
		if (x->bytes[i] == y->bytes[i])
			continue;
		printf(" %zx:%02x/%02x", i, x->bytes[i], y->bytes[i]);
		shown++;
	}
	putchar('\n');
}

static void diff_facts(struct diff *d)
{
	for (const struct fact *x = d->a->facts.first; x; x = x->next) {
		const struct fact *y = partner(&d->a->facts, &d->b->facts, x);

		if (y && is_equal(d, x, y))
			continue;
		d->count++;
		print_value('-', x);
		if (y) {
			print_value('+', y);
			print_places(x, y);
		}
	}
	for (const struct fact *y = d->b->facts.first; y; y = y->next) {
		if (partner(&d->b->facts, &d->a->facts, y))
			continue;
		d->count++;
		print_value('+', y);
	}
}

static const char *verdict_in(const struct report *r, const char *probe)
{
	const struct report_probe *p = report_find(r, probe);
	enum verdict v;
	struct judgement j;

	if (!p)
		return "(nothing)";
	review(r, p, &j);
	v = j.verdict;
	judgement_free(&j);
	return verdict_name(v);
}

static void diff_verdict(struct diff *d, const char *probe)
{
	const char *a = verdict_in(d->a, probe), *b = verdict_in(d->b, probe);

	if (strcmp(a, b)) {
		printf("%s: %s -> %s\n", probe, a, b);
		d->count++;
	}
}

static void diff_reports(struct diff *d)
{
	d->same_salt = *d->a->salt && !strcmp(d->a->salt, d->b->salt);
	if (!d->same_salt && *d->a->salt && *d->b->salt)
		puts("# other salts: hidden serial numbers and addresses are not compared");
	for (size_t i = 0; i < d->a->count; i++)
		diff_verdict(d, d->a->probes[i].name);
	for (size_t i = 0; i < d->b->count; i++)
		if (!report_find(d->a, d->b->probes[i].name))
			diff_verdict(d, d->b->probes[i].name);
	diff_facts(d);
}

int cmd_diff(int count, char **args)
{
	static const struct option options[] = { { "all", no_argument, NULL, 'a' },
						 { NULL, 0, NULL, 0 } };
	struct report a, b;
	struct diff d = { .a = &a, .b = &b };
	int c, status;

	while ((c = getopt_long(count, args, "", options, NULL)) != -1) {
		if (c != 'a')
			return STATUS_USAGE;
		d.all = true;
	}
	if (optind + 2 != count)
		return complain("diff needs two reports: hwtest diff [--all] A B");
	report_init(&b);
	status = load_report(&a, args[optind]);
	if (!status)
		status = load_report(&b, args[optind + 1]);
	if (!status) {
		diff_reports(&d);
		status = d.count ? STATUS_BAD : STATUS_OK;
	}
	report_free(&a);
	report_free(&b);
	return status;
}
