/* run_options.c - the options of `hwtest run`; docs/hwtest.md has them in the user's terms. */
#include "cmd.h"
#include "run.h"
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SECONDS 10
#define MOST_SECONDS	86400

enum {
	OPT_PROBE = 256,
	OPT_SKIP,
	OPT_CLASS,
	OPT_REPORT,
	OPT_KTAP,
	OPT_MARK,
	OPT_IDENTIFY,
	OPT_SALT,
	OPT_MACHINE,
	OPT_PAGES,
	OPT_SECONDS,
	OPT_SRST,
	OPT_ISAPNP,
	OPT_NE,
	OPT_KBDRESET,
	OPT_POWEROFF,
	OPT_COM34,
	OPT_INTERACTIVE,
	OPT_FAULT,
	OPT_WRITE_ON,
};

static const struct option long_options[] = {
	{ "probe", required_argument, NULL, OPT_PROBE },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "class", required_argument, NULL, OPT_CLASS },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "ktap", required_argument, NULL, OPT_KTAP },
	{ "mark", required_argument, NULL, OPT_MARK },
	{ "identify", no_argument, NULL, OPT_IDENTIFY },
	{ "salt", required_argument, NULL, OPT_SALT },
	{ "machine", required_argument, NULL, OPT_MACHINE },
	{ "pages", no_argument, NULL, OPT_PAGES },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "srst", no_argument, NULL, OPT_SRST },
	{ "isapnp", no_argument, NULL, OPT_ISAPNP },
	{ "ne", required_argument, NULL, OPT_NE },
	{ "kbdreset", no_argument, NULL, OPT_KBDRESET },
	{ "poweroff", no_argument, NULL, OPT_POWEROFF },
	{ "com34", no_argument, NULL, OPT_COM34 },
	{ "interactive", no_argument, NULL, OPT_INTERACTIVE },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "write-on", required_argument, NULL, OPT_WRITE_ON },
	{ NULL, 0, NULL, 0 },
};

/* All names in the list are probes? Complains of the first that is none. */
static bool check_list(const char *list)
{
	char name[32];

	while (*list) {
		size_t length = strcspn(list, ","), n = length < 31 ? length : 31;

		memcpy(name, list, n);
		name[n] = 0;
		if (!probe_find(name)) {
			complain("there is no probe \"%s\": see hwtest list", name);
			return false;
		}
		list += length + (list[length] == ',');
	}
	return true;
}

static bool parse_number(const char *text, unsigned long most, unsigned int *value)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 0);
	if (end == text || *end || errno || n > most || *text == '-') {
		complain("\"%s\" is no number up to %lu", text, most);
		return false;
	}
	*value = (unsigned int)n;
	return true;
}

static bool parse_class(const char *text, enum probe_class *class)
{
	for (unsigned int i = CLASS_R0; i <= CLASS_W; i++) {
		if (!strcmp(text, probe_class_name((enum probe_class)i))) {
			*class = (enum probe_class)i;
			return true;
		}
	}
	complain("--class is R0 (passive), R1, R2 or, with --write-on, W");
	return false;
}

/* KIND:PROBE */
static bool parse_fault(struct run_options *o, const char *text)
{
	static const char *const kinds[] = {
		[FAULT_HANG] = "hang:", [FAULT_FREEZE] = "freeze:", [FAULT_CRASH] = "crash:"
	};

	for (unsigned int i = FAULT_HANG; i <= FAULT_CRASH; i++) {
		if (!strncmp(text, kinds[i], strlen(kinds[i]))) {
			o->fault = (enum fault)i;
			o->fault_probe = text + strlen(kinds[i]);
			return check_list(o->fault_probe);
		}
	}
	complain("--fault is hang:PROBE, freeze:PROBE or crash:PROBE");
	return false;
}

/* Options that are dangerous by name, and other switches. */
static bool take_switch(struct run_options *o, int option)
{
	bool *const switches[] = {
		[OPT_IDENTIFY - OPT_PROBE] = &o->identify,
		[OPT_PAGES - OPT_PROBE] = &o->pages,
		[OPT_SRST - OPT_PROBE] = &o->probe.srst,
		[OPT_ISAPNP - OPT_PROBE] = &o->probe.isapnp,
		[OPT_KBDRESET - OPT_PROBE] = &o->probe.kbdreset,
		[OPT_POWEROFF - OPT_PROBE] = &o->probe.poweroff,
		[OPT_COM34 - OPT_PROBE] = &o->probe.com34,
		[OPT_INTERACTIVE - OPT_PROBE] = &o->probe.interactive,
	};
	size_t i = (size_t)(option - OPT_PROBE);

	if (option < OPT_PROBE || i >= sizeof(switches) / sizeof(switches[0]) || !switches[i])
		return false;
	*switches[i] = true;
	return true;
}

static bool take_text(struct run_options *o, int option, const char *text)
{
	const char **const texts[] = {
		[OPT_PROBE - OPT_PROBE] = &o->only,	 [OPT_SKIP - OPT_PROBE] = &o->skip,
		[OPT_REPORT - OPT_PROBE] = &o->report,	 [OPT_KTAP - OPT_PROBE] = &o->ktap,
		[OPT_MARK - OPT_PROBE] = &o->mark,	 [OPT_SALT - OPT_PROBE] = &o->salt,
		[OPT_MACHINE - OPT_PROBE] = &o->machine,
	};
	size_t i = (size_t)(option - OPT_PROBE);

	if (option < OPT_PROBE || i >= sizeof(texts) / sizeof(texts[0]) || !texts[i])
		return false;
	*texts[i] = text;
	return true;
}

static bool take_value(struct run_options *o, int option, const char *text)
{
	switch (option) {
	case OPT_CLASS:
		return parse_class(text, &o->probe.class);
	case OPT_SECONDS:
		return parse_number(text, MOST_SECONDS, &o->probe.seconds);
	case OPT_NE:
		return parse_number(text, 0xffff, &o->probe.ne_port);
	case OPT_FAULT:
		return parse_fault(o, text);
	case OPT_WRITE_ON:
		o->probe.write_on = strncmp(text, "/dev/", 5) ? text : text + 5;
		return true;
	default:
		return false;
	}
}

int run_options_parse(struct run_options *o, int count, char **args)
{
	int c;

	*o = (struct run_options){ .probe = { .class = CLASS_R1, .seconds = DEFAULT_SECONDS } };
	while ((c = getopt_long(count, args, "", long_options, NULL)) != -1)
		if (!take_switch(o, c) && !take_text(o, c, optarg) && !take_value(o, c, optarg))
			return STATUS_USAGE;
	/* Both, so that neither a slip of the class nor one of the name writes. */
	if ((o->probe.class == CLASS_W) != (o->probe.write_on != NULL))
		return complain("--class W and --write-on MEDIUM go together");
	if (optind < count)
		return complain("what is \"%s\"?", args[optind]);
	if ((o->only && !check_list(o->only)) || (o->skip && !check_list(o->skip)))
		return STATUS_USAGE;
	return STATUS_OK;
}
