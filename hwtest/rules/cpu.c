/*
 * cpu.c - which processor it is, what Oldiron will use of it, and which of its faults are known.
 *
 * Sources of the table of errata: hardware-notes 1.2 and the facts of Linux's cpu/intel.c, amd.c
 * and cyrix.c; they name Intel's specification updates of the Pentium Pro and Atom.
 */
#include "rules.h"
#include <kernel/unaligned.h>
#include <kernel/x86/cpu_decode.h>
#include <stdio.h>
#include <string.h>

#define LEAF_BYTES 16u
#define FDIV_REST  256

static const struct erratum {
	const char *vendor;
	u8 family, model_first, model_last, stepping_last;
	const char *text;
} errata[] = {
	{ "GenuineIntel", 5, 0, 8, 15, "one instruction of a program can hang it (F00F)" },
	{ "GenuineIntel", 6, 1, 1, 7, "memory around 1792 MB is unreliable (erratum 50)" },
	{ "GenuineIntel", 6, 0x1c, 0x1c, 2, "large pages are unreliable (AAE44)" },
	{ "AuthenticAMD", 5, 6, 6, 1, "with more than 32 MB programs may crash (K6 revision B)" },
	{ "CyrixInstead", 5, 2, 2, 15, "a loop of a program can hang it (coma bug)" },
	{ "CyrixInstead", 6, 0, 0, 15, "a loop of a program can hang it (coma bug; not the M II)" },
	{ "NexGenDriven", 5, 0, 15, 15,
	  "the kernel's writes to read-only pages may not be caught" },
};

static const struct fact *leaf(const struct facts *facts, const char *subject)
{
	return facts_get_bytes(facts, "cpu", subject, "cpuid", LEAF_BYTES);
}

static u32 reg(const struct fact *f, unsigned int n)
{
	return get_le32(f->bytes + 4 * n);
}

/* As the kernel's cpu_detect() does it. false: there is no CPUID. */
static bool decode(const struct facts *facts, struct cpu_info *cpu)
{
	const struct fact *zero = leaf(facts, "00000000"), *one = leaf(facts, "00000001");

	*cpu = (struct cpu_info){ .family = 4, .features = CPUID_FPU };
	if (!zero)
		return false;
	memcpy(cpu->vendor, zero->bytes + 4, 4);
	memcpy(cpu->vendor + 4, zero->bytes + 12, 4);
	memcpy(cpu->vendor + 8, zero->bytes + 8, 4);
	cpu->max_leaf = reg(zero, 0);
	if (!one)
		return false;
	cpu->signature = reg(one, 0);
	cpu->features_ecx = reg(one, 2);
	cpu->features = reg(one, 3);
	cpu_decode_signature(cpu);
	cpu_decode_quirks(cpu);
	cpu_decode_dependents(cpu);
	return true;
}

static void judge_fpu(const struct facts *facts, struct judgement *j)
{
	int64_t status = facts_get_number(facts, "cpu", "", "fpu-status", -1);
	int64_t rest = facts_get_number(facts, "cpu", "", "fdiv-rest", -1);

	if (status >= 0 && (status & 0xff))
		judge(j, VERDICT_FAILED,
		      "There is no floating-point unit (486SX?); Oldiron needs one.");
	if (rest == FDIV_REST)
		judge(j, VERDICT_LIMITED,
		      "This Pentium divides wrongly in rare cases (FDIV bug of 1994).");
	else if (rest > 0)
		judge(j, VERDICT_MALFUNCTION, "The floating-point unit divides wrongly.");
}

static void judge_errata(const struct cpu_info *cpu, struct judgement *j)
{
	for (size_t i = 0; i < ARRAY_SIZE(errata); i++) {
		const struct erratum *e = &errata[i];

		if (!strcmp(cpu->vendor, e->vendor) && cpu->family == e->family &&
		    cpu->model >= e->model_first && cpu->model <= e->model_last &&
		    cpu->stepping <= e->stepping_last)
			judge(j, VERDICT_WORKS, "Known of this processor: %s.", e->text);
	}
}

static void judge_tsc(const struct facts *facts, const struct cpu_info *cpu, struct judgement *j)
{
	int64_t khz = facts_get_number(facts, "cpu", "", "tsc-khz", -1);
	int64_t timer = facts_get_number(facts, "cpu", "", "tsc-by-timer", -1);

	if (!(cpu->features & CPUID_TSC) || khz < 0)
		return;
	if (!khz)
		judge(j, VERDICT_LIMITED,
		      "The time-stamp counter does not run evenly: boot with notsc.");
	/* Within a tenth, as the kernel's own measurement asks. */
	else if (timer > 0 && timer < 100000000 && khz < 100000000 &&
		 (timer * 10 > khz * 11 || timer * 11 < khz * 10))
		judge(j, VERDICT_LIMITED,
		      "The time-stamp counter and the timer disagree: %lld and %lld kHz.",
		      (long long)khz, (long long)timer);
}

static void judge_cpu(const struct facts *facts, struct judgement *j)
{
	struct cpu_info cpu;
	bool known = decode(facts, &cpu);

	if (facts_get_number(facts, "cpu", "", "flag-ac", -1) < 0) {
		judge(j, VERDICT_FAILED, "The processor was not looked at.");
		return;
	}
	if (!facts_get_number(facts, "cpu", "", "flag-ac", 1))
		judge(j, VERDICT_FAILED, "This is a 386; Oldiron needs a 486 or later.");
	judge_fpu(facts, j);
	if (!known)
		return;
	if (!(cpu.features & CPUID_FPU))
		judge(j, VERDICT_FAILED, "It says that it has no floating-point unit.");
	judge_errata(&cpu, j);
	judge_tsc(facts, &cpu, j);
}

/* ---- for a person ---- */

static void put_brand(const struct facts *facts, void (*put)(void *ctx, const char *line),
		      void *ctx)
{
	char name[49] = "", leaf_name[16];

	for (unsigned int i = 0; i < 3; i++) {
		const struct fact *f;

		(void)snprintf(leaf_name, sizeof(leaf_name), "8000000%u", i + 2);
		f = leaf(facts, leaf_name);
		if (!f)
			return;
		memcpy(name + LEAF_BYTES * i, f->bytes, LEAF_BYTES);
	}
	for (char *c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	rule_put(put, ctx, "It calls itself \"%s\"", name + strspn(name, " "));
}

static void put_flags(u32 features, const char *what, void (*put)(void *ctx, const char *line),
		      void *ctx)
{
	char text[200] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < 32; i++)
		if (features >> i & 1 && cpu_flag_names[i])
			used += (size_t)snprintf(text + used, sizeof(text) - used, " %s",
						 cpu_flag_names[i]);
	rule_put(put, ctx, "%s:%s", what, used ? text : " none");
}

/* Steps of more than half in the times of reads. */
static void put_caches(const struct facts *facts, void (*put)(void *ctx, const char *line),
		       void *ctx)
{
	const struct fact *last = NULL, *now = NULL;

	while ((now = facts_next(facts, now, "cpu", "read-ps"))) {
		if (now->kind != FACT_NUMBER || now->number < 0 || now->number > 1000000000)
			continue;
		if (last && now->number * 2 > last->number * 3)
			rule_put(put, ctx, "Up to %s bytes a read takes %lld.%lld ns",
				 last->subject, (long long)(last->number / 1000),
				 (long long)(last->number % 1000 / 100));
		last = now;
	}
	if (last)
		rule_put(put, ctx, "At %s bytes a read takes %lld.%lld ns", last->subject,
			 (long long)(last->number / 1000), (long long)(last->number % 1000 / 100));
}

static void describe_cpu(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	int64_t khz = facts_get_number(facts, "cpu", "", "tsc-khz", 0);
	const struct fact *one = leaf(facts, "00000001");
	struct cpu_info cpu;

	if (decode(facts, &cpu)) {
		for (char *c = cpu.vendor; *c; c++)
			if (*c < ' ' || *c > '~')
				*c = '?';
		rule_put(put, ctx, "%s family %u model %u stepping %u", cpu.vendor, cpu.family,
			 cpu.model, cpu.stepping);
		put_brand(facts, put, ctx);
		put_flags(reg(one, 3), "Features", put, ctx);
		put_flags(reg(one, 3) & ~cpu.features, "Of these Oldiron leaves alone", put, ctx);
	} else if (facts_get_number(facts, "cpu", "", "divides-like-cyrix", 0) == 1) {
		rule_put(put, ctx, "A Cyrix of the 486 class, without CPUID");
	} else {
		rule_put(put, ctx, "A 486 without CPUID");
	}
	if (khz > 0)
		rule_put(put, ctx, "Its time-stamp counter runs at %lld.%03lld MHz",
			 (long long)(khz / 1000), (long long)(khz % 1000));
	put_caches(facts, put, ctx);
}

const struct rule rule_cpu = {
	.probe = "cpu",
	.judge = judge_cpu,
	.describe = describe_cpu,
};
