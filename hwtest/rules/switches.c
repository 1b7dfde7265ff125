/*
 * switches.c - which words on the kernel's command line (docs/boot.md) this machine needs, by what
 * the probes noted. A row each: a condition over the report, and the word.
 */
#include "rules.h"
#include <string.h>

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

static const struct {
	const char *word;
	bool (*needed)(const struct report *r);
} rows[] = {
	{ "nopci", pci_hangs }, { "noide", ata_hangs },	  { "i8042.noaux", ps2_hangs },
	{ "noapm", apm_hangs }, { "noacpi", acpi_hangs },
};

void advise_switches(const struct report *r, struct xtext *words)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].needed(r))
			xtext_add(words, "%s%s", words->length ? " " : "", rows[i].word);
}
