/*
 * validate.c - `hwtest validate`: may this report go into hwtest/machines/?
 *
 * It must be whole and undamaged, of a run to its end, with a name for the machine, and nothing in
 * it may tell whose machine it is.
 */
#include "cmd.h"
#include "load.h"
#include "../probe/probe.h"
#include "../rules/rules.h"
#include <stdio.h>
#include <string.h>

struct check {
	const char *path;
	unsigned int faults;
};

static void fault(struct check *c, const char *what, const char *name)
{
	printf("%s: %s%s%s\n", c->path, what, *name ? ": " : "", name);
	c->faults++;
}

static void check_head(struct check *c, const struct report *r)
{
	if (!*r->build)
		fault(c, "it does not say which hwtest made it", "");
	if (!*r->system)
		fault(c, "it does not say on which system", "");
	if (strlen(r->started) != strlen("2000-01-01T00:00:00Z"))
		fault(c, "it does not say when", "");
	if (!*r->machine)
		fault(c, "it has no name for the machine: run it with --machine \"MAKE MODEL\"",
		      "");
	if (!r->complete)
		fault(c,
		      "the run did not come to its end, the file was cut off, or lines of it are "
		      "missing",
		      "");
	if (r->bad)
		fault(c, "lines in it are damaged", "");
	if (r->unknown)
		fault(c, "lines in it are twice there, or of an unknown kind", "");
}

static void check_probe(struct check *c, const struct report_probe *p)
{
	enum verdict v;

	if (!p->verdict || p->end < p->begin)
		fault(c, "a probe has no end", p->name);
	else if (!verdict_parse(p->verdict, &v))
		fault(c, "a probe has an unknown verdict", p->name);
}

/* What an earlier hwtest may have told, or somebody put back by hand: known places in bytes. */
static void check_places(struct check *c, const struct fact *fact)
{
	static const struct {
		const char *probe, *key, *what;
		size_t at, length;
	} places[] = {
		{ "ata", "identify", "the disk's serial number", 20, 20 },
		{ "ata", "identify", "the disk's world wide name", 216, 16 },
		{ "bios", "bda", "keys that were typed", 30, 32 },
		{ "rtc", "registers", "where a BIOS keeps its password", 0x38, 8 },
		{ "partitions", "sector-0", "the disk's signature", 440, 4 },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strcmp(fact->probe, places[i].probe) || strcmp(fact->key, places[i].key))
			continue;
		for (size_t n = 0; n < places[i].length; n++) {
			if (places[i].at + n < fact->count && fact->bytes[places[i].at + n]) {
				fault(c, "it tells what must be hidden", places[i].what);
				break;
			}
		}
	}
}

static void check_fact(struct check *c, const struct fact *fact)
{
	if (fact->kind == FACT_BYTES)
		check_places(c, fact);
	if ((fact->identifying || fact->secret_count) && !fact->hash)
		fault(c, "it tells a serial number or address (made with --identify)", fact->key);
}

int cmd_validate(int count, char **args)
{
	struct check c = { 0 };
	struct report r;
	int status = STATUS_OK;

	if (count < 2)
		return complain("validate needs reports: hwtest validate FILE...");
	for (int i = 1; i < count; i++) {
		c.path = args[i];
		if (load_report(&r, args[i])) {
			status = STATUS_BAD;
			report_free(&r);
			continue;
		}
		check_head(&c, &r);
		for (size_t n = 0; n < r.count; n++)
			check_probe(&c, &r.probes[n]);
		for (const struct fact *fact = r.facts.first; fact; fact = fact->next)
			check_fact(&c, fact);
		report_free(&r);
	}
	return c.faults ? STATUS_BAD : status;
}
