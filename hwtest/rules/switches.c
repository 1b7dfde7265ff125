/*
 * switches.c - which words on the kernel's command line (docs/boot.md) this machine needs, by what
 * the probes noted. A row each: a condition over the report, and the word. Beside them the word for
 * memory that must be left out, which has a number in it.
 */
#include "rules.h"
#include <string.h>

#define LEAST_MEMORY (4 << 20) /* Oldiron needs so much */
#define TSC_PART     10	       /* a difference of more than 1/10, as the kernel has it */
#define TSC_MOST_KHZ 100000000
#define SELF_TEST_OK 0x55
/* The list of equipment in the BIOS data area; the bit of a pointing device. */
#define BDA_EQUIPMENT 0x10
#define BDA_POINTER   0x04

static bool has_verdict(const struct report *r, const char *probe, enum verdict v)
{
	const struct report_probe *p = report_find(r, probe);
	struct judgement j;
	bool same;

	if (!p)
		return false;
	review(r, p, &j);
	same = j.verdict == v;
	judgement_free(&j);
	return same;
}

static bool hangs(const struct report *r, const char *probe)
{
	return has_verdict(r, probe, VERDICT_HANG);
}

static bool pci_hangs(const struct report *r)
{
	return hangs(r, "pci") || has_verdict(r, "pci", VERDICT_MALFUNCTION);
}

static bool ata_hangs(const struct report *r)
{
	return hangs(r, "ata");
}

static bool ps2_hangs(const struct report *r)
{
	return hangs(r, "ps2") || hangs(r, "mouse");
}

static bool apm_hangs(const struct report *r)
{
	return hangs(r, "apm");
}

static bool acpi_hangs(const struct report *r)
{
	return hangs(r, "acpi");
}

/* Does a probe say of any subject that two ways of doing a thing came to different data? */
static bool has_zero(const struct report *r, const char *probe, const char *key)
{
	const struct fact *f = NULL;

	while ((f = facts_next(&r->facts, f, probe, key)))
		if (f->kind == FACT_NUMBER && !f->number)
			return true;
	return false;
}

static bool dma_is_bad(const struct report *r)
{
	return has_zero(r, "ata", "dma-same") || facts_next(&r->facts, NULL, "ata", "dma-failed");
}

static bool interrupts_get_lost(const struct report *r)
{
	return has_zero(r, "ata", "line-raised");
}

/* A mouse that answers only the loop test badly: the BIOS knows of one all the same. */
static bool loop_test_lies(const struct report *r)
{
	const char *fault = facts_get_text(&r->facts, "ps2", "", "mouse-port-fault");
	const struct fact *bda = facts_get_bytes(&r->facts, "bios", "", "bda", BDA_EQUIPMENT + 1);

	return fault && strstr(fault, "loop") && bda && bda->bytes[BDA_EQUIPMENT] & BDA_POINTER;
}

static bool mouse_lost_behind_multiplexer(const struct report *r)
{
	return facts_find(&r->facts, "ps2", "", "multiplexer") &&
	       has_verdict(r, "mouse", VERDICT_FAILED);
}

static bool self_test_fails(const struct report *r)
{
	int64_t answer = facts_get_number(&r->facts, "ps2", "", "self-test", SELF_TEST_OK);

	return answer != SELF_TEST_OK;
}

static bool floppy_hangs(const struct report *r)
{
	return hangs(r, "floppy");
}

/* The time-stamp counter is uneven (noted as 0), or not of the speed that the timer says. */
static bool tsc_drifts(const struct report *r)
{
	int64_t khz = facts_get_number(&r->facts, "cpu", "", "tsc-khz", -1);
	int64_t timer = facts_get_number(&r->facts, "cpu", "", "tsc-by-timer", 0);

	if (khz <= 0 || timer <= 0 || khz > TSC_MOST_KHZ || timer > TSC_MOST_KHZ)
		return khz == 0;
	return (khz > timer ? khz - timer : timer - khz) * TSC_PART > timer;
}

static const struct {
	const char *word;
	bool (*needed)(const struct report *r);
} rows[] = {
	{ "nodma", dma_is_bad },
	{ "ide=poll", interrupts_get_lost },
	{ "notsc", tsc_drifts },
	{ "nopci", pci_hangs },
	{ "noide", ata_hangs },
	{ "floppy=off", floppy_hangs },
	{ "i8042.noaux", ps2_hangs },
	{ "i8042.noloop", loop_test_lies },
	{ "i8042.nomux", mouse_lost_behind_multiplexer },
	{ "i8042.noselftest", self_test_fails },
	{ "noapm", apm_hangs },
	{ "noacpi", acpi_hangs },
};

/* "mem=" below the lowest address where the memory test found an error, if enough is left. */
static void add_memory_limit(const struct report *r, struct xtext *words)
{
	const struct fact *f = NULL;
	int64_t lowest = INT64_MAX;

	while ((f = facts_next(&r->facts, f, "memtest", "address")))
		if (f->kind == FACT_NUMBER && f->number < lowest)
			lowest = f->number;
	if (lowest >= LEAST_MEMORY && lowest < INT64_MAX)
		xtext_add(words, "%smem=%lldM", words->length ? " " : "",
			  (long long)(lowest >> 20));
}

void advise_switches(const struct report *r, struct xtext *words)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].needed(r))
			xtext_add(words, "%s%s", words->length ? " " : "", rows[i].word);
	add_memory_limit(r, words);
}
