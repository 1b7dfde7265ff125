/*
 * The rules for PCI, disks, partitions and network cards over any facts: they must end, and
 * read nothing that is not there.
 *
 * The input is records: which probe, subject and key, which kind, a length, and so many bytes.
 */
// LINK: hwtest/rules/pci.c hwtest/rules/pci_names.c hwtest/rules/ata.c hwtest/rules/atapi.c
// LINK: hwtest/rules/ata_bios.c hwtest/rules/bios_disk.c
// LINK: hwtest/rules/put.c hwtest/rules/verdict.c hwtest/report/facts.c common/xalloc.c
// LINK: drivers/pci/pir_decode.c drivers/ata/identify_decode.c drivers/ata/cd_decode.c
// LINK: drivers/ata/sense_decode.c hwtest/rules/partitions.c hwtest/rules/network.c
// LINK: kernel/block/part_scan.c kernel/block/mbr.c kernel/block/gpt.c kernel/lib/unicode.c
// LINK: kernel/lib/crc32_small.c
#include <kernel/types.h>
#include <string.h>
#include "../rules.h"

static const struct rule *const rules[] = { &rule_pci, &rule_ata, &rule_atapi, &rule_partitions,
					    &rule_network };

static const char *const subjects[] = { "", "ide0", "ide0.0", "ide1.1", "0000:00:01.1", "bios0" };

static const char *const keys[] = {
	"config",	"pir",	       "elcr",	     "capabilities",  "access",
	"identify",	"kind",	       "mode",	     "note",	      "controller",
	"base",		"repeat-same", "dma-same",   "bad-sectors",   "given-up",
	"start-rate",	"end-rate",    "seek-us",    "size",	      "parameters",
	"status-pairs", "no-dma",      "left-alone", "ready",	      "not-ready-sense",
	"inquiry",	"capacity",    "toc",	     "read-sense",    "read-rate",
	"blocks-read",	"sector-0",    "heads",	     "track-sectors", "scheme",
	"problems",	"type",	       "mac",	     "prom",	      "capacity-sense",
};

static void put(void *ctx, const char *line)
{
	*(size_t *)ctx += strlen(line);
}

static size_t add_fact(struct facts *facts, const uint8_t *data, size_t size)
{
	const char *probe = rules[data[0] % ARRAY_SIZE(rules)]->probe;
	const char *subject = subjects[data[1] % ARRAY_SIZE(subjects)];
	const char *key = keys[data[2] % ARRAY_SIZE(keys)];
	size_t n = min_t(size_t, (size_t)data[4] * 4, size - 5);
	s64 number = 0;

	memcpy(&number, data + 5, min_t(size_t, n, sizeof(number)));
	if (data[3] % 3 == 0)
		facts_bytes(facts, probe, subject, key, data + 5, n);
	else if (data[3] % 3 == 1)
		facts_number(facts, probe, subject, key, number, "bytes");
	else
		facts_text(facts, probe, subject, key, "%.*s", (int)n, (const char *)data + 5);
	return 5 + n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts facts;
	size_t written = 0;

	facts_init(&facts);
	for (size_t at = 0; size - at >= 5;)
		at += add_fact(&facts, data + at, size - at);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		struct judgement j = { .verdict = VERDICT_WORKS };

		rules[i]->judge(&facts, &j);
		judgement_free(&j);
		rules[i]->describe(&facts, put, &written);
	}
	facts_free(&facts);
	return 0;
}
