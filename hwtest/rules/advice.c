/*
 * advice.c - what all verdicts come to: will Oldiron start here, can it be installed, will it be
 * comfortable, and with which boot switches.
 */
#include "bios_disk.h"
#include "rules.h"
#include <common/xalloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* One question while its answer is put together: the worst verdict and the sentences. */
struct answer {
	enum verdict verdict;
	struct xtext why;
};

static void add(struct answer *a, enum verdict v, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(struct answer *a, enum verdict v, const char *format, ...)
{
	char *text;
	va_list args;

	if (v > a->verdict)
		a->verdict = v;
	va_start(args, format);
	text = xvasprintf(format, args);
	va_end(args);
	xtext_add(&a->why, "%s%s", a->why.length ? " " : "", text);
	free(text);
}

/* What a probe says, as far as the question is concerned; DETECTED where nobody has looked. */
static enum verdict ask(const struct report *r, const char *probe, char **why)
{
	const struct report_probe *p = report_find(r, probe);
	struct judgement j;
	enum verdict v;

	*why = NULL;
	if (!p)
		return VERDICT_NOT_RUN;
	review(r, p, &j);
	v = j.verdict;
	if (j.count)
		*why = xstrdup(j.why[0]);
	judgement_free(&j);
	return v;
}

/* A part that the answer depends on. */
static void need(struct answer *a, const struct report *r, const char *probe, const char *what)
{
	char *why;
	enum verdict v = ask(r, probe, &why);

	switch (v) {
	case VERDICT_WORKS:
		break;
	case VERDICT_NOT_RUN:
		add(a, VERDICT_DETECTED, "Not looked at: %s.", what);
		break;
	case VERDICT_HANG:
		add(a, VERDICT_DETECTED, "Looking at the %s stopped the machine.", what);
		break;
	case VERDICT_ABSENT:
		add(a, VERDICT_FAILED, "There is no %s.", what);
		break;
	default:
		add(a, v, "%s", why ? why : what);
		break;
	}
	free(why);
}

/* A part that it is merely better to have: what is wrong with it limits and no more. */
static void like(struct answer *a, const struct report *r, const char *probe, const char *what)
{
	char *why;
	enum verdict v = ask(r, probe, &why);

	if (v == VERDICT_ABSENT)
		add(a, VERDICT_LIMITED, "There is no %s.", what);
	else if (v == VERDICT_HANG)
		add(a, VERDICT_LIMITED, "Looking at the %s stopped the machine.", what);
	else if (v != VERDICT_WORKS && v != VERDICT_NOT_RUN && v != VERDICT_DETECTED)
		add(a, VERDICT_LIMITED, "%s", why ? why : what);
	free(why);
}

static enum verdict state_of(const struct report *r, const char *probe)
{
	char *why;
	enum verdict v = ask(r, probe, &why);

	free(why);
	return v;
}

static bool works(const struct report *r, const char *probe)
{
	enum verdict v = state_of(r, probe);

	return v == VERDICT_WORKS || v == VERDICT_LIMITED || v == VERDICT_DETECTED;
}

static void ask_boots(const struct report *r, struct answer *a)
{
	need(a, r, "cpu", "processor");
	need(a, r, "memmap", "memory");
	need(a, r, "irq", "interrupt controller");
	need(a, r, "pit", "timer");
	/* What is bad in memory can be left out: see switches.c. */
	like(a, r, "memtest", "memory");
	if (!works(r, "vga") && !works(r, "serial"))
		add(a, VERDICT_LIMITED, "Neither a screen nor a serial line was seen to work.");
}

static void ask_installs(const struct report *r, const struct answer *boots, struct answer *a)
{
	if (boots->verdict > VERDICT_DETECTED)
		add(a, boots->verdict, "It would not start.");
	need(a, r, "ata", "disk that Oldiron has a driver for");
	/* A CD drive is a device of that probe too. */
	if (a->verdict <= VERDICT_LIMITED && works(r, "ata") && !bios_disk_subject(&r->facts, 0))
		add(a, VERDICT_FAILED, "There is no disk.");
	/* An empty disk is as good as one with partitions. */
	if (state_of(r, "partitions") != VERDICT_ABSENT)
		like(a, r, "partitions", "partition table");
}

static void ask_comfortable(const struct report *r, const struct answer *boots, struct answer *a)
{
	static const struct {
		const char *probe, *what;
	} parts[] = {
		{ "keyboard", "keyboard" },    { "vga", "screen" },
		{ "rtc", "battery clock" },    { "mouse", "mouse" },
		{ "pci", "PCI bus" },	       { "atapi", "CD drive" },
		{ "network", "network card" }, { "power", "way to switch the machine off" },
	};
	unsigned int looked_at = 0;

	if (boots->verdict > VERDICT_DETECTED)
		add(a, boots->verdict, "It would not start.");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		like(a, r, parts[i].probe, parts[i].what);
		looked_at += state_of(r, parts[i].probe) != VERDICT_NOT_RUN;
	}
	if (!looked_at)
		add(a, VERDICT_DETECTED, "Nothing that this depends on was looked at.");
}

static char *finish(struct answer *a, const char *good)
{
	if (!a->why.length)
		add(a, a->verdict, "%s", good);
	return a->why.text;
}

void advise(const struct report *r, struct advice *a)
{
	struct answer boots = { 0 }, installs = { 0 }, comfortable = { 0 };
	struct xtext switches = { 0 };

	ask_boots(r, &boots);
	ask_installs(r, &boots, &installs);
	ask_comfortable(r, &boots, &comfortable);
	advise_switches(r, &switches);
	*a = (struct advice){
		.boots = boots.verdict,
		.installs = installs.verdict,
		.comfortable = comfortable.verdict,
		.boots_why =
			finish(&boots, "Processor, memory and interrupts are as it needs them."),
		.installs_why = finish(&installs, "There is a disk that its driver works with."),
		.comfortable_why = finish(&comfortable, "All that was looked at works."),
		.switches = switches.text ? switches.text : xstrdup(""),
	};
}

void advice_free(struct advice *a)
{
	free(a->boots_why);
	free(a->installs_why);
	free(a->comfortable_why);
	free(a->switches);
	*a = (struct advice){ 0 };
}

static const char *answer_text(enum verdict v)
{
	switch (v) {
	case VERDICT_WORKS:
		return "yes";
	case VERDICT_LIMITED:
		return "yes, with limits";
	case VERDICT_DETECTED:
		return "perhaps";
	default:
		return "no";
	}
}

void advice_put(const struct advice *a, void (*put)(void *ctx, const char *line), void *ctx)
{
	const struct {
		const char *question;
		enum verdict verdict;
		const char *why;
	} answers[] = {
		{ "Will Oldiron start here", a->boots, a->boots_why },
		{ "Can it be installed", a->installs, a->installs_why },
		{ "Will it be comfortable", a->comfortable, a->comfortable_why },
	};
	char *line;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		line = xasprintf("%s: %s. %s", answers[i].question, answer_text(answers[i].verdict),
				 answers[i].why);
		put(ctx, line);
		free(line);
	}
	line = xasprintf("Boot switches to use: %s", *a->switches ? a->switches : "none");
	put(ctx, line);
	free(line);
}
