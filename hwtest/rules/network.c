/*
 * network.c - network cards: Oldiron has no driver for any yet.
 *
 * Source: hardware-notes 10; PCI-SIG's and the makers' numbers.
 */
#include <drivers/pci/pci_reg.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include "pci_names.h"
#include "rules.h"

static const struct {
	u16 vendor, device;
	const char *name;
} cards[] = {
	{ 0x10EC, 0x8139, "RTL8139" },	     { 0x10EC, 0x8029, "RTL8029 (NE2000)" },
	{ 0x10EC, 0x8169, "RTL8169" },	     { 0x10EC, 0x8129, "RTL8129" },
	{ 0x8086, 0x1229, "82557 (e100)" },  { 0x8086, 0x100E, "82540EM (e1000)" },
	{ 0x8086, 0x1000, "82542 (e1000)" }, { 0x8086, 0x10D3, "82574L (e1000e)" },
	{ 0x1022, 0x2000, "PCnet" },	     { 0x10B7, 0x9200, "3c905C" },
	{ 0x10B7, 0x9055, "3c905B" },	     { 0x10B7, 0x9050, "3c905" },
	{ 0x10B7, 0x5900, "3c590" },	     { 0x1106, 0x3043, "Rhine" },
	{ 0x1106, 0x3065, "Rhine II" },	     { 0x1106, 0x3106, "Rhine III" },
	{ 0x1039, 0x0900, "SiS900" },	     { 0x1011, 0x0009, "21140 (Tulip)" },
	{ 0x1011, 0x0019, "21143 (Tulip)" }, { 0x1AF4, 0x1000, "virtio" },
};

static void name_card(const struct fact *config, char *text, size_t size)
{
	u16 vendor = get_le16(config->bytes), device = get_le16(config->bytes + 2);
	const char *maker = pci_vendor_name(vendor);

	for (size_t i = 0; i < ARRAY_SIZE(cards); i++) {
		if (cards[i].vendor != vendor || cards[i].device != device)
			continue;
		(void)snprintf(text, size, "%s%s%s", maker ? maker : "", maker ? " " : "",
			       cards[i].name);
		return;
	}
	(void)snprintf(text, size, "%s %04x:%04x", maker ? maker : "card", vendor, device);
}

static const struct fact *next_config(const struct facts *facts, const struct fact *from)
{
	do {
		from = facts_next(facts, from, "network", "config");
	} while (from && (from->kind != FACT_BYTES || from->count < PCI_HEADER_SIZE));
	return from;
}

static void judge_network(const struct facts *facts, struct judgement *j)
{
	const struct fact *f = NULL;
	char name[80];

	while ((f = next_config(facts, f))) {
		name_card(f, name, sizeof(name));
		judge(j, VERDICT_LIMITED, "%s: %s: Oldiron has no driver for it yet.", f->subject,
		      name);
	}
	while ((f = facts_next(facts, f, "network", "prom")))
		judge(j, VERDICT_LIMITED, "%s: NE2000: Oldiron has no driver for it yet.",
		      f->subject);
	if (!j->count)
		judge(j, VERDICT_DETECTED, "A network card was found, and not what it is.");
}

static void describe_network(const struct facts *facts, void (*put)(void *ctx, const char *line),
			     void *ctx)
{
	const struct fact *f = NULL, *mac;
	char name[80];

	while ((f = next_config(facts, f))) {
		name_card(f, name, sizeof(name));
		rule_put(put, ctx, "%s %s", f->subject, name);
	}
	while ((f = facts_next(facts, f, "network", "prom")))
		rule_put(put, ctx, "%s NE2000 or a card like it", f->subject);
	while ((f = facts_next(facts, f, "network", "mac"))) {
		mac = facts_get_bytes(facts, "network", f->subject, "mac", 6);
		if (mac)
			rule_put(put, ctx, "%s address %02x:%02x:%02x:%02x:%02x:%02x", f->subject,
				 mac->bytes[0], mac->bytes[1], mac->bytes[2], mac->bytes[3],
				 mac->bytes[4], mac->bytes[5]);
	}
}

const struct rule rule_network = {
	.probe = "network",
	.judge = judge_network,
	.describe = describe_network,
};
