/*
 * serial.c - are the serial ports good for a console and a modem?
 *
 * Source: PC16550D datasheet; National's AN-493 (the first 16550's FIFO); hardware-notes 9.2.
 */
#include "rules.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOP_BYTES 20
#define BITS	   10
#define MILLION	   1000000
/* A crystal of another frequency is off by far more; a slow processor stays within. */
#define TOO_SLOW_PERCENT 140
#define TOO_FAST_PERCENT 90
/* An emulated chip's loop takes no time at all. */
#define NO_TIME_PERCENT 20

static const unsigned int rates[] = { 9600, 38400, 115200 };

static int64_t loop_number(const struct facts *facts, const char *name, unsigned int rate,
			   const char *what)
{
	char key[32];

	(void)snprintf(key, sizeof(key), "loop-%u-%s", rate, what);
	return facts_get_number(facts, "serial", name, key, -1);
}

/* What a rate's bytes took, in hundredths of what they should. -1: not known. */
static int64_t percent_of_time(const struct facts *facts, const char *name, unsigned int rate)
{
	int64_t took = loop_number(facts, name, rate, "time");
	int64_t due = (int64_t)LOOP_BYTES * BITS * MILLION / rate;

	return took < 0 || took > 1000 * due ? -1 : took * 100 / due;
}

static void judge_loop(const struct facts *facts, const char *name, struct judgement *j)
{
	for (unsigned int i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		int64_t lost = loop_number(facts, name, rates[i], "lost");
		int64_t wrong = loop_number(facts, name, rates[i], "wrong");

		if (wrong > 0)
			judge(j, VERDICT_MALFUNCTION,
			      "%s: %lld of %d bytes came back changed at %u baud.", name,
			      (long long)wrong, LOOP_BYTES, rates[i]);
		if (lost > 0)
			judge(j, VERDICT_FAILED,
			      "%s: %lld of %d bytes did not come back at %u baud.", name,
			      (long long)lost, LOOP_BYTES, rates[i]);
		if (lost || wrong)
			return;
	}
}

/* By the slowest rate, where the processor's own time counts least. */
static void judge_crystal(const struct facts *facts, const char *name, struct judgement *j)
{
	int64_t percent = percent_of_time(facts, name, rates[0]);

	if (percent < NO_TIME_PERCENT || loop_number(facts, name, rates[0], "lost"))
		return;
	if (percent > TOO_SLOW_PERCENT || percent < TOO_FAST_PERCENT)
		judge(j, VERDICT_LIMITED,
		      "%s: bytes take %lld %% of their time: its crystal is not the usual one, "
		      "and rates have to be given scaled.",
		      name, (long long)percent);
}

static int only_line(int64_t lines)
{
	for (int i = 0; i < 16; i++)
		if (lines == 1ll << i)
			return i;
	return -1;
}

static int usual_line(const char *name)
{
	return !strcmp(name, "com1") || !strcmp(name, "com3") ? 4 : 3;
}

static void judge_line(const struct facts *facts, const char *name, struct judgement *j)
{
	int64_t lines = facts_get_number(facts, "serial", name, "lines-raised", -1);

	int64_t before = facts_get_number(facts, "serial", name, "lines-before", 0);

	if (!lines && before >> usual_line(name) & 1)
		return; /* it asked already: nothing new could be seen */
	if (!lines)
		judge(j, VERDICT_LIMITED,
		      "%s raises no interrupt line that could be seen; the driver will poll it.",
		      name);
	else if (only_line(lines) >= 0 && only_line(lines) != usual_line(name))
		judge(j, VERDICT_LIMITED, "%s raises line %d and not the usual %d.", name,
		      only_line(lines), usual_line(name));
}

static void judge_port(const struct facts *facts, const char *name, struct judgement *j)
{
	const char *chip = facts_get_text(facts, "serial", name, "chip");

	if (!chip) {
		const char *owner = facts_get_text(facts, "serial", name, "owner");

		judge(j, VERDICT_DETECTED, "%s was not tried: %s has it.", name,
		      owner ? owner : "something");
		return;
	}
	if (!strcmp(chip, "none")) {
		judge(j, VERDICT_FAILED, "%s: there is something at the port that is no UART.",
		      name);
		return;
	}
	if (!strcmp(chip, "16550"))
		judge(j, VERDICT_LIMITED, "%s: the first 16550, whose FIFO loses bytes; not used.",
		      name);
	judge_loop(facts, name, j);
	judge_crystal(facts, name, j);
	judge_line(facts, name, j);
}

static void judge_serial(const struct facts *facts, struct judgement *j)
{
	const struct fact *port = facts_next(facts, NULL, "serial", "port");

	if (!port)
		judge(j, VERDICT_FAILED, "No serial port was noted.");
	for (; port; port = facts_next(facts, port, "serial", "port"))
		judge_port(facts, port->subject, j);
}

static void describe_loop(const struct facts *facts, const char *name,
			  void (*put)(void *ctx, const char *line), void *ctx)
{
	for (unsigned int i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		int64_t percent = percent_of_time(facts, name, rates[i]);

		if (percent >= 0)
			rule_put(put, ctx,
				 "  loop at %u baud: %lld lost, %lld changed, %lld %% of the time",
				 rates[i], (long long)loop_number(facts, name, rates[i], "lost"),
				 (long long)loop_number(facts, name, rates[i], "wrong"),
				 (long long)percent);
	}
}

static void describe_serial(const struct facts *facts, void (*put)(void *ctx, const char *line),
			    void *ctx)
{
	const struct fact *port = NULL;

	while ((port = facts_next(facts, port, "serial", "port"))) {
		const char *name = port->subject;
		const char *chip = facts_get_text(facts, "serial", name, "chip");
		int line = only_line(facts_get_number(facts, "serial", name, "lines-raised", -1));

		if (!chip)
			chip = facts_get_text(facts, "serial", name, "driver-chip");
		if (line < 0)
			line = (int)(facts_get_number(facts, "serial", name, "driver-line", -1) &
				     255);
		rule_put(put, ctx, "%s: %s at %llx%s%.0d", name, chip ? chip : "unknown chip",
			 (unsigned long long)port->number, line < 16 ? ", line " : "",
			 line < 16 ? line : 0);
		describe_loop(facts, name, put, ctx);
	}
}

const struct rule rule_serial = {
	.probe = "serial",
	.judge = judge_serial,
	.describe = describe_serial,
};
