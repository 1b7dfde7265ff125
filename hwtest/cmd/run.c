/* run.c - `hwtest run`: the probes one after the other. */
#include "cmd.h"
#include "../probe/probe.h"
#include "../rules/rules.h"
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void say(void *ctx, const char *line)
{
	printf("# %s\n", line);
	(void)fflush(stdout);
}

static void print_fact(const struct fact *fact)
{
	printf("%s %s%s%s: ", fact->probe, fact->subject, *fact->subject ? " " : "", fact->key);
	if (fact->kind == FACT_TEXT)
		puts(fact->text);
	else if (fact->kind == FACT_NUMBER)
		printf("%lld%s%s\n", (long long)fact->number, *fact->unit ? " " : "", fact->unit);
	for (size_t i = 0; fact->kind == FACT_BYTES && i < fact->count; i++)
		printf("%02x%s", fact->bytes[i], i + 1 == fact->count ? "\n" : "");
}

static enum verdict verdict_of(const struct probe *probe, enum probe_end end,
			       const struct facts *facts, struct judgement *j)
{
	const struct rule *rule = rule_find(probe->name);

	if (end == PROBE_ABSENT)
		return VERDICT_ABSENT;
	if (end == PROBE_NOT_RUN || !rule)
		return VERDICT_NOT_RUN;
	rule->judge(facts, j);
	return j->verdict;
}

static void run_probe(const struct probe *probe, struct host *host,
		      const struct probe_options *options)
{
	struct judgement j = { .verdict = VERDICT_WORKS };
	struct facts facts;
	struct probe_run run = {
		.probe = probe, .options = options, .host = host, .facts = &facts, .say = say
	};
	enum verdict v;

	facts_init(&facts);
	v = verdict_of(probe, probe->run(&run), &facts, &j);
	for (const struct fact *fact = facts.first; fact; fact = fact->next)
		print_fact(fact);
	printf("%s: %s\n", probe->name, verdict_name(v));
	for (size_t i = 0; i < j.count; i++)
		printf("  %s\n", j.why[i]);
	judgement_free(&j);
	facts_free(&facts);
}

int cmd_run(int count, char **args)
{
	static const struct option long_options[] = { { "probe", required_argument, NULL, 'p' },
						      { NULL, 0, NULL, 0 } };
	struct probe_options options = { .class = CLASS_R1, .seconds = 10 };
	const char *only = NULL, *why = NULL;
	struct host host;
	int c;

	while ((c = getopt_long(count, args, "", long_options, NULL)) == 'p')
		only = optarg;
	if (c != -1 || optind < count)
		return complain("run: --probe NAME");
	if (only && !probe_find(only))
		return complain("there is no probe \"%s\": see hwtest list", only);
	if (host_open(&host, &why))
		return complain("%s", why);
	for (unsigned int i = 0; probe_table[i]; i++)
		if (!only || !strcmp(only, probe_table[i]->name))
			run_probe(probe_table[i], &host, &options);
	host_close(&host);
	return STATUS_OK;
}
