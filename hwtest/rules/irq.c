/*
 * irq.c - are the interrupt controllers sound, and does a line hang?
 *
 * Source: Intel 82371 (PIIX) data sheet: lines 0, 1, 2, 8 and 13 are always edge-triggered, their
 * bits of ELCR are 0; hardware-notes 3.1.
 */
#include "rules.h"
#include <stdio.h>

#define LINES	    16
#define EDGE_ALWAYS 0x2107
#define CASCADE	    (1 << 2)

static int64_t lines_fact(const struct facts *facts, const char *key)
{
	int64_t lines = facts_get_number(facts, "irq", "", key, -1);

	return lines > 0xffff ? -1 : lines;
}

static bool by_apic(const struct facts *facts)
{
	return facts_next(facts, NULL, "irq", "apic") != NULL;
}

static const char *owner(const struct facts *facts, int line)
{
	char name[8];
	const char *text;

	(void)snprintf(name, sizeof(name), "irq%d", line);
	text = facts_get_text(facts, "irq", name, "owner");
	return text && *text ? text : NULL;
}

static void judge_requests(const struct facts *facts, int64_t masked, struct judgement *j)
{
	int64_t always = lines_fact(facts, "requests-always");

	for (int i = 0; always > 0 && i < LINES; i++) {
		if (!(always >> i & 1) || 1 << i == CASCADE)
			continue;
		if (masked >> i & 1 && !owner(facts, i))
			judge(j, VERDICT_WORKS,
			      "Line %d asks for an interrupt all the time; nobody listens to it.",
			      i);
		else if (!(masked >> i & 1))
			judge(j, VERDICT_FAILED,
			      "Line %d asks for an interrupt all the time and is not served.", i);
	}
}

static void judge_irq(const struct facts *facts, struct judgement *j)
{
	int64_t masked = lines_fact(facts, "masked"), level = lines_fact(facts, "level");

	if (masked < 0) {
		judge(j, VERDICT_FAILED, "The interrupt controllers could not be read.");
		return;
	}
	if (by_apic(facts)) {
		judge(j, VERDICT_DETECTED,
		      "The running system leads interrupts past these controllers (APIC).");
		return;
	}
	if (masked == 0xffff)
		judge(j, VERDICT_FAILED, "All lines are masked: the controllers may be absent.");
	if (level > 0 && level & EDGE_ALWAYS)
		judge(j, VERDICT_WORKS,
		      "There is no register for edge and level: all lines are edges (ISA).");
	judge_requests(facts, masked, j);
}

static void describe_irq(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	int64_t masked = lines_fact(facts, "masked"), level = lines_fact(facts, "level");
	const struct fact *count = NULL;

	if (masked >= 0)
		rule_put(put, ctx, "Masked lines: %04llx, level-triggered: %04llx",
			 (unsigned long long)masked,
			 (unsigned long long)(level < 0 || level & EDGE_ALWAYS ? 0 : level));
	while ((count = facts_next(facts, count, "irq", "count"))) {
		const char *who = facts_get_text(facts, "irq", count->subject, "owner");

		rule_put(put, ctx, "%s: %lld interrupts, %s", count->subject,
			 (long long)count->number, who ? who : "nobody");
	}
}

const struct rule rule_irq = {
	.probe = "irq",
	.judge = judge_irq,
	.describe = describe_irq,
};
