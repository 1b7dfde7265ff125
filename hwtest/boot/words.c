/* words.c - what the kernel's command line says to process 1. */
#include "boot.h"
#include "../cmd/run.h"
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

/* The value behind "name="; NULL: another word, or no value. */
static const char *value_of(const char *word, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(word, name, n) && word[n] == '=' && word[n + 1] ? word + n + 1 : NULL;
}

static void take_own(struct words *w, const char *word)
{
	const struct {
		const char *name, **value;
	} texts[] = {
		{ "hwtest.class", &w->class }, { "hwtest.probe", &w->probe },
		{ "hwtest.skip", &w->skip },   { "hwtest.fault", &w->fault },
		{ "hwtest.then", &w->then },   { "hwtest.write-on", &w->write_on },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (value_of(word, texts[i].name))
			*texts[i].value = value_of(word, texts[i].name);
}

static void set_machine(struct words *w, const char *name)
{
	free(w->machine);
	w->machine = xstrdup(name);
	for (char *p = w->machine; *p; p++)
		if (*p == '_')
			*p = ' ';
}

static void take(struct words *w, const char *word)
{
	const char *console = value_of(word, "console"), *drivers = value_of(word, "drivers");
	const char *machine = value_of(word, "hwtest.machine");

	take_own(w, word);
	if (machine)
		set_machine(w, machine);
	if (console && !strncmp(console, "ttyS0", 5))
		w->serial = true;
	if (drivers)
		w->keyboard = list_has(drivers, "ps2");
}

void words_read(struct words *w)
{
	char *at = NULL;

	*w = (struct words){ .text = host_read_text("/proc/cmdline"), .keyboard = true };
	for (char *word = w->text ? strtok_r(w->text, " \n", &at) : NULL; word;
	     word = strtok_r(NULL, " \n", &at))
		take(w, word);
}
